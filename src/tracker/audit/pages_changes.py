"""What changed between two meetings or days: a page, and the same as CSV and JSON."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Annotated, Any
from urllib.parse import urlencode

import msgspec
from fastapi import APIRouter, Depends
from starlette.responses import Response

from tracker.audit import exports
from tracker.audit.between import Between, between, last_held
from tracker.audit.changes import MOST_EVENTS, Changed, Wanted, changes, told_late
from tracker.audit.diff import by_words
from tracker.audit.queries import KINDS
from tracker.kit.clock import iso
from tracker.kit.errors import BadInput, NotFound
from tracker.meetings import queries as meetings
from tracker.people import queries as people
from tracker.people.visit import Auditor, Visit, chosen
from tracker.recommendations import queries as recommendations
from tracker.web.forms import Form
from tracker.web.whereabouts import address_of

router = APIRouter()
A_PAGE = 30
"""Things on one page."""
WORDS = {
    "recommendation": ("recommendation", "recommendations"),
    "followup": ("follow-up", "follow-ups"),
    "meeting": ("meeting", "meetings"),
    "activity": ("activity", "activities"),
    "partner": ("partner", "partners"),
    "body": ("body", "bodies"),
}
CHOICES = [(kind, WORDS[kind][1].capitalize()) for kind in KINDS]


class Question(msgspec.Struct, frozen=True):
    """What an address asks for, as typed."""

    form: Form
    wanted: Wanted


class Group(msgspec.Struct, frozen=True):
    """What changed of one recommendation and its follow-ups (`code`), or of all things of another kind."""

    code: str
    title: str
    things: list[Changed]


def _question(
    since: str = "",
    until: str = "",
    by: str = "",
    body: str = "",
    kind: str = "",
    partner: str = "",
    theme: str = "",
) -> Question:
    how = "recorded" if by == "recorded" else "effective"
    wanted = Wanted(body=chosen(body), kind=chosen(kind, KINDS), partner=chosen(partner), theme=chosen(theme))
    return Question(Form({"since": since, "until": until, "by": how}), wanted)


Asks = Annotated[Question, Depends(_question)]


@router.get("/changes")
def page(visit: Auditor, asks: Asks, start: str = "") -> Response:
    """What changed, grouped by recommendation; without a beginning, since the meeting that was held last."""
    form = asks.form
    form.values["since"] = form["since"] or last_held(visit.conn, visit.today)
    span: Between | None = None
    found: list[Changed] = []
    late = 0
    if form["since"]:
        try:
            span = _span(visit, form)
            found, late = _found(visit, span, asks.wanted)
        except (BadInput, NotFound) as error:
            span = None
            form.blame(error)
    first = int(start) if start.isascii() and start.isdigit() and len(start) < 9 else 0
    shown = found[first : first + A_PAGE]
    return visit.page(
        "history/changes.html",
        status=422 if form.errors else 200,
        errors_on_page=bool(form.errors),
        form=form,
        span=span,
        wanted=asks.wanted,
        choices=_choices(visit, asks.wanted.body),
        groups=list(_groups(visit, shown)),
        count=len(found),
        kinds=sorted(Counter(each.kind for each in found).items()),
        words_of=WORDS,
        late=late,
        links={f"{each.kind}-{each.code}": address_of(f"{each.kind}-{each.code}") for each in shown},
        partners={partner.code: partner.name for partner in people.all_partners(visit.conn)},
        start=first,
        next_start=first + A_PAGE if found[first + A_PAGE :] else None,
        exports={kind: _export(visit, asks, kind) for kind in ("csv", "json")},
        by_words=by_words,
    )


@router.get("/changes.json")
def as_json(visit: Auditor, asks: Asks) -> Response:
    """All of it, with the time that was asked for and the log position by which it can be asked again."""
    span = _span(visit, asks.form)
    found, late = _found(visit, span, asks.wanted)
    data = _stamp(visit, span) | {"told_late": late, "changes": found}
    return Response(
        msgspec.json.encode(data), headers=exports.saved_as(span, "json"), media_type="application/json"
    )


@router.get("/changes.csv")
def as_csv(visit: Auditor, asks: Asks) -> Response:
    """The same, a row for each field that is otherwise."""
    span = _span(visit, asks.form)
    found, _ = _found(visit, span, asks.wanted)
    content = exports.as_csv(found, _stamp(visit, span))
    return Response(content, headers=exports.saved_as(span, "csv"), media_type="text/csv; charset=utf-8")


def _span(visit: Visit, form: Form) -> Between:
    by: Any = form["by"]
    return between(visit.live, form["since"], form["until"], by=by, up_to=visit.position, latest=visit.moment)


def _found(visit: Visit, span: Between, wanted: Wanted) -> tuple[list[Changed], int]:
    found = sorted(changes(visit.live, span, wanted, MOST_EVENTS), key=_place)
    return found, told_late(visit.live, span) if span.by == "effective" else 0


def _place(each: Changed) -> tuple[bool, str, list[tuple[str, int]], list[tuple[str, int]]]:
    """Recommendations first, each with its follow-ups; then the rest by kind."""
    about = recommendations.in_order(each.about or "")
    return each.about is None, "" if each.about else each.kind, about, recommendations.in_order(each.code)


def _groups(visit: Visit, shown: Sequence[Changed]) -> Iterator[Group]:
    texts = {}
    if any(each.about for each in shown):
        texts = {each.code: each.text for each in recommendations.search(visit.live)}
    for (about, kind), things in groupby(shown, key=lambda each: (each.about, each.about or each.kind)):
        title = texts.get(about, "") if about else WORDS[kind][1].capitalize()
        yield Group(about or "", title, list(things))


def _choices(visit: Visit, body: str | None) -> dict[str, list[tuple[str, str]]]:
    bodies = meetings.bodies(visit.conn)
    of = [each.code for each in bodies if body in (None, each.code)]
    themes = {theme.code: theme.title for code in of for theme in meetings.themes(visit.conn, code)}
    partners = [(each.code, each.name) for each in people.all_partners(visit.conn)]
    return {
        "bodies": [(each.code, each.name) for each in bodies],
        "kinds": CHOICES,
        "partners": sorted(partners, key=lambda item: item[1]),
        "themes": sorted(themes.items(), key=lambda item: item[1]),
    }


def _export(visit: Visit, asks: Question, kind: str) -> str:
    """The address of the same answer as a file."""
    given = {**asks.form.values, **msgspec.structs.asdict(asks.wanted)}
    moment = {} if visit.asked is None else visit.asked.query
    return f"/changes.{kind}?" + urlencode({name: value for name, value in given.items() if value} | moment)


def _stamp(visit: Visit, span: Between) -> dict[str, Any]:
    known = visit.asked.known if visit.asked else None
    return {
        "since": iso(span.since),
        "until": iso(span.until),
        "by": span.by,
        "as_of": iso(known.at if known else visit.now),
        "position": span.up_to,
    }
