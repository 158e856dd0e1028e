"""The pages that there are, for search engines (sitemaps.org), and what they should leave alone. Pure but for `pages`."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from urllib.parse import quote
from xml.sax.saxutils import escape

from sqlalchemy import Connection

from tracker.feeds.queries import stands
from tracker.kit.clock import iso
from tracker.meetings import queries as meetings
from tracker.people import queries as people
from tracker.recommendations import queries as recommendations

MOST = 50_000
"""Addresses in one file, as the standard allows."""
MEDIA_TYPE = "application/xml"
LISTS = ("", "meetings", "recommendations", "activities", "partners", "grid", "metrics")
PRIVATE = (
    "/access", "/account", "/api", "/changes", "/desk", "/digest", "/follow/", "/following", "/history", "/mailbox", "/my",
    "/people", "/receipts", "/recoveries", "/reports", "/security", "/sign-",
)  # fmt: skip
"""What begins like this is somebody's own, or says nothing to a search engine."""
_XMLNS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


class Address(NamedTuple):
    """A page, and when what it shows first of all was changed."""

    path: str
    changed_at: datetime | None


def pages(conn: Connection) -> list[Address]:
    """Every page that the public may want to find."""
    kinds = {
        "meetings": ("meeting", [each.code for each in meetings.meetings(conn)]),
        "recommendations": ("recommendation", [each.code for each in recommendations.search(conn)]),
        "activities": ("activity", [each.code for each in recommendations.activities(conn)]),
        "partners": ("partner", [each.code for each in people.all_partners(conn)]),
    }
    at = stands(conn, [f"{kind}-{code}" for kind, codes in kinds.values() for code in codes])
    return [Address(f"/{each}", None) for each in LISTS] + [
        Address(f"/{folder}/{quote(code)}", at[stream].changed_at if stream in at else None)
        for folder, (kind, codes) in kinds.items()
        for code in codes
        for stream in [f"{kind}-{code}"]
    ]


def written(site: str, found: Sequence[Address]) -> str:
    """One list of pages."""
    lines = [_page("url", site + each.path, each.changed_at) for each in found]
    return _whole("urlset", lines)


def index(site: str, parts: int) -> str:
    """The list of the lists, where one is not enough."""
    return _whole(
        "sitemapindex", [_page("sitemap", f"{site}/sitemaps/{n}.xml", None) for n in range(1, parts + 1)]
    )


def robots(site: str) -> str:
    """What robots should leave alone; the past, too, which would be the same pages many times."""
    lines = [
        "User-agent: *",
        *(f"Disallow: {each}" for each in PRIVATE),
        "Disallow: /*as_of=",
        "Disallow: /*valid=",
    ]
    return "\n".join([*lines, f"Sitemap: {site}/sitemap.xml"]) + "\n"


def _page(name: str, address: str, changed_at: datetime | None) -> str:
    changed = f"<lastmod>{iso(changed_at)}</lastmod>" if changed_at else ""
    return f"<{name}><loc>{escape(address)}</loc>{changed}</{name}>"


def _whole(name: str, lines: Sequence[str]) -> str:
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', f"<{name} {_XMLNS}>", *lines, f"</{name}>\n"])
