"""History for those who may read it: the newest events, everything that happened to one thing, one event by itself."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from fastapi import APIRouter
from starlette.responses import Response

from tracker.audit import pages_changes, pages_receipt, queries
from tracker.audit.diff import by_words
from tracker.eventstore.store import Recorded
from tracker.kit.errors import BadInput, NotFound
from tracker.people.visit import Auditor, Visit, chosen, recorders
from tracker.web import words
from tracker.web.whereabouts import address_of

router = APIRouter(include_in_schema=False)
router.include_router(pages_changes.router)
router.include_router(pages_receipt.router)
A_PAGE = 50
FURTHEST = 2**62


@router.get("/history")
def history(visit: Auditor, about: str = "", before: str = "", kind: str = "", actor: str = "") -> Response:
    """The events before a log position, newest first; or those about one code. Of a kind, by someone, if asked."""
    code = chosen(about)
    if code is not None:
        return _about(visit, code.removeprefix("followup-"), _position(before, visit.position), kind, actor)
    wanted, by = chosen(kind, words.EVENT), chosen(actor)
    newest = _position(before, visit.position)
    found = queries.newest(visit.live, newest, limit=A_PAGE + 1, kind=wanted, actor=by)
    recorded = found[:A_PAGE]
    return visit.page(
        "history/index.html",
        recorded=recorded,
        names=visit.names_then(recorders(recorded) | about_whom(recorded)),
        older=recorded[-1].position if found[A_PAGE:] else None,
        back=newest < visit.position,
        links={each.stream_id: address_of(each.stream_id) for each in recorded},
        kind=wanted,
        actor=by,
        actor_name=visit.names([by]).get(by, by) if by else None,
        kinds=sorted(words.EVENT.items(), key=lambda item: item[1]),
    )


@router.get("/history/events/{position}")
def event(visit: Auditor, position: int) -> Response:
    """One event by itself, at its lasting address: what it changed, and how the log holds it."""
    recorded, entry = queries.one(visit.live, min(max(position, 0), FURTHEST), up_to=visit.position)
    kind = recorded.stream_id.partition("-")[0]
    public = kind in (*queries.KINDS, "focal_points")
    may_see = visit.may("person.read")
    return visit.page(
        "history/event.html",
        recorded=recorded,
        entry=entry,
        by_words=by_words,
        link=address_of(recorded.stream_id),
        about=kind in queries.KINDS or (kind == queries.PERSON and may_see),
        hidden=not public and not may_see,
    )


def _about(visit: Visit, code: str, newest: int, kind: str, actor: str) -> Response:
    try:
        found = queries.history(visit.live, code, up_to=visit.position, people_too=visit.may("person.read"))
    except NotFound as error:
        return visit.page(
            "history/about.html", status=404, name=code, code=code, missing=error.message, link=None
        )
    actors = {each.actor_id: each.who for each in found}
    wanted, by = chosen(kind, {each.type for each in found}), chosen(actor, actors)
    narrowed = [each for each in found if wanted in (None, each.type) and by in (None, each.actor_id)]
    shown = [each for each in reversed(narrowed) if each.position <= newest]
    stands_for = queries.find(visit.live, code, people_too=True)
    is_person = stands_for.kind == queries.PERSON
    return visit.page(
        "history/about.html",
        name=visit.names([code])[code] if is_person else code,
        code=code,
        entries=shown[:A_PAGE],
        total=len(found),
        found=len(narrowed),
        by_words=by_words,
        missing=None,
        link=("people", code) if is_person else address_of(f"{stands_for.kind}-{code}"),
        links={each.position: address_of(each.stream_id) for each in shown[:A_PAGE]},
        kinds=sorted({(each.type, words.EVENT.get(each.type, each.type)) for each in found}),
        actors=sorted(actors.items(), key=lambda item: item[1]),
        kind=wanted,
        actor=by,
        older=shown[A_PAGE - 1].position if shown[A_PAGE:] else None,
        newer=_newer(narrowed, shown),
    )


def _newer(narrowed: Sequence[queries.Entry], shown: Sequence[queries.Entry]) -> int | str | None:
    """Before which position the page that is newer begins; `top` for the newest of all."""
    above = narrowed[len(shown) :]
    if not above:
        return None
    return above[A_PAGE].position if above[A_PAGE:] else "top"


def about_whom(recorded: Iterable[Recorded]) -> dict[int | str, tuple[str | None, datetime | None]]:
    """The people whose streams these are, by stream, with the moment whose names are asked for."""
    mine = (each for each in recorded if each.stream_id.startswith("person-"))
    return {each.stream_id: (each.stream_id.partition("-")[2], each.recorded_at) for each in mine}


def _position(before: str, highest: int) -> int:
    if not before:
        return highest
    if not (before.isascii() and before.isdigit() and len(before) < 19):
        raise BadInput("A log position is a whole number.", field="before")
    return min(max(int(before) - 1, 0), highest)
