"""Atom 1.0 (RFC 4287), in pages (RFC 5005). Pure."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from urllib.parse import quote, urlsplit
from xml.sax.saxutils import escape, quoteattr

from tracker.feeds.news import News
from tracker.kit.clock import iso

MEDIA_TYPE = "application/atom+xml"
LONGEST_TEXT = 1_000
# What XML 1.0 has no place for.
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Feed(NamedTuple):
    """What the feed is: the address of the site, its title, the path of the page that it follows, and its own paths.
    `empty_since`: when it was last changed while it holds nothing."""

    site: str
    title: str
    page: str
    own: str
    first: str
    next: str | None
    empty_since: datetime


def written(feed: Feed, news: Sequence[News]) -> str:
    """The feed as text."""
    site = feed.site
    # The tag names this feed whatever page of it is read.
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">',
        _element("id", tag(site, feed.first)),
        _element("title", feed.title),
        _element("updated", iso(news[0].at if news else feed.empty_since)),
        f"<author>{_element('name', 'Follow-up tracker')}</author>",
        _element("rights", "Public; statuses are what partners reported."),
        _link("self", site + feed.own, MEDIA_TYPE),
        _link("alternate", site + feed.page, "text/html"),
        _link("first", site + feed.first, MEDIA_TYPE),
        *([_link("next", site + feed.next, MEDIA_TYPE)] if feed.next else []),
        *(_entry(site, each) for each in news),
        "</feed>",
    ]
    return "\n".join(lines) + "\n"


def tag(site: str, path: str) -> str:
    """A tag: URI (RFC 4151) that stays, whatever the scheme or port of the site is."""
    return f"tag:{urlsplit(site).hostname},2026:{path.strip('/')}"


def _entry(site: str, news: News) -> str:
    text = news.text if len(news.text) <= LONGEST_TEXT else news.text[: LONGEST_TEXT - 1] + "…"
    mark = "[Demonstration] " if news.demonstration else ""
    path = "/" + "/".join(quote(part, safe=":") for part in news.path)
    lines = [
        "<entry>",
        _element("id", tag(site, f"events/{news.event_id}")),
        _element("title", mark + news.title),
        _element("updated", iso(news.at)),
        _element("published", iso(news.at)),
        f"<author>{_element('name', news.author)}</author>",
        _link("alternate", site + path, "text/html"),
        _element("summary", text or news.title),
        "</entry>",
    ]
    return "\n".join(lines)


def _element(name: str, text: str) -> str:
    return f"<{name}>{escape(_NO_XML.sub('', text))}</{name}>"


def _link(rel: str, href: str, media_type: str) -> str:
    return f'<link rel="{rel}" type="{media_type}" href={quoteattr(href)}/>'
