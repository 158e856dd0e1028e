"""Templates to pages: one environment, a few filters; knows no feature."""

import hashlib
import re
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from tracker.kit.clock import iso
from tracker.web import session, words
from tracker.web.charts.shares import segments, share_bar, share_key
from tracker.web.direction import contained
from tracker.web.site import address_of

HERE = Path(__file__).parent
STATIC = HERE / "static"


def static(name: str) -> str:
    """The address of a file of ours, which changes with its content."""
    return f"/static/{name}?v={hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]}"


STYLESHEET, PASSKEY_SCRIPT = static("tracker.css"), static("passkeys.js")

ISO_DAY = re.compile(r"\b\d{4}-\d\d-\d\d\b")


def day(value: date | datetime | str | None, missing: str = "date not recorded") -> str:
    """`2 March 2018`; instants by their day in UTC, text as ISO 8601 writes days and instants."""
    if isinstance(value, str):
        value = date.fromisoformat(value[:10])
    return missing if value is None else f"{value.day} {value:%B %Y}"


def days(starts: date | None, ends: date | None) -> str:
    """`1 to 2 March 2018`, in as few words as are clear."""
    if starts is None or ends is None or starts == ends:
        return day(starts or ends)
    if (starts.year, starts.month) == (ends.year, ends.month):
        return f"{starts.day} to {day(ends)}"
    if starts.year == ends.year:
        return f"{starts.day} {starts:%B} to {day(ends)}"
    return f"{day(starts)} to {day(ends)}"


def moment(value: datetime) -> str:
    """`24 November 2026, 04:17 UTC`."""
    return f"{day(value)}, {value:%H:%M} UTC"


def number(value: float) -> str:
    """`1,234`."""
    return f"{value:,}"


def size(count: int) -> str:
    """Bytes as `1.2 MB` or `12 kB`."""
    return f"{count / 1e6:.1f}\u00a0MB" if count >= 1e6 else f"{max(1, round(count / 1e3))}\u00a0kB"


def percent(value: float | None) -> str:
    """A share of one as `62 %`; what is some is never rounded to none, nor most to all."""
    if value is None:
        return "not available"
    if 0 < value < 0.005:
        return "<\u00a01\u00a0%"
    if 0.995 <= value < 1:
        return ">\u00a099\u00a0%"
    return f"{value * 100:.0f}\u00a0%"


def counted(count: int, one: str, many: str | None = None) -> str:
    """`1 report`, `2 reports`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def heading(text: str) -> str:
    """A field's name as people write it: `as_of` as `As of`; codes in it stay as they are."""
    plain = text.replace("_", " ")
    return plain[:1].upper() + plain[1:]


def web_link(url: str) -> str | None:
    """The address if a browser may follow it (http or https), else None: it is then shown as text."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.netloc else None


@pass_context
def url(context: Context, *parts: str, **query: object) -> str:
    """An address on this site, each part quoted; it keeps the moment at which the reader stands."""
    pairs = {k: v for k, v in query.items() if v not in (None, "")} | _moment_of(context)
    path = "/" + "/".join(quote(part, safe=":") for part in parts)
    return f"{path}?{urlencode(pairs)}" if pairs else path


@pass_context
def here(context: Context, **query: object) -> str:
    """The address of this page with other values in its query; None takes one away."""
    asked = context["request"].url
    pairs = [(name, value) for name, value in parse_qsl(asked.query) if name not in query]
    pairs += [(name, str(value)) for name, value in query.items() if value not in (None, "")]
    return f"{asked.path}?{urlencode(pairs)}" if pairs else str(asked.path)


@pass_context
def same_moment(context: Context) -> Markup:
    """Hidden fields by which a form that searches keeps the moment at which the reader stands."""
    field = Markup('<input type="hidden" name="{}" value="{}">')
    return Markup("").join(field.format(name, text) for name, text in _moment_of(context).items())


def _moment_of(context: Context) -> dict[str, str]:
    asked = getattr(getattr(context.get("request"), "state", None), "asked", None)
    return {} if asked is None else dict(asked.query)


@pass_context
def sign_in_address(context: Context, to: str = "") -> str:
    """Where to sign in, so that one goes on at `to`, or at the page that is open."""
    asked = context["request"].url
    back = to or f"{asked.path}?{asked.query}".removesuffix("?")
    away = asked.path == "/" or asked.path.startswith("/sign-")
    return "/sign-in" if away and not to else f"/sign-in?{urlencode({'next': back})}"


def dated(text: str) -> str:
    """The text with its days in words; what only looks like a day stays."""

    def worded(found: re.Match[str]) -> str:
        try:
            return day(found[0])
        except ValueError:
            return found[0]

    return ISO_DAY.sub(worded, text)


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=contained,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "day": day,
        "moment": moment,
        "number": number,
        "percent": percent,
        "size": size,
        "iso": iso,
        "web_link": web_link,
        "heading": heading,
        "dated": dated,
    }
    environment.globals |= {
        "words": words,
        "url": url,
        "here": here,
        "same_moment": same_moment,
        "days": days,
        "counted": counted,
        "segments": segments,
        "share_bar": share_bar,
        "share_key": share_key,
        "sign_in_address": sign_in_address,
        "address_of": address_of,
        "stylesheet": STYLESHEET,
        "passkey_script": PASSKEY_SCRIPT,
        "csrf_field": session.CSRF_FIELD,
    }
    return environment


ENVIRONMENT = _environment()


def page(request: Request, template: str, *, status: int = 200, **context: Any) -> HTMLResponse:
    """A page as an answer; `visit` in the context is who reads it, None where that is not known."""
    context.setdefault("visit", None)
    context["visitor"] = context["visit"] or getattr(request.state, "visitor", None)
    text = ENVIRONMENT.get_template(template).render(
        request=request, csrf_token=lambda: session.csrf_token(request), **context
    )
    response = HTMLResponse(text, status)
    session.remember_visitor(request, response)
    return response
