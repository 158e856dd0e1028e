"""A lasting answer to a form about records: everything that was recorded by it, with its place in the log."""

from fastapi import APIRouter
from starlette.responses import Response

from tracker.audit.queries import read_shown
from tracker.eventstore.store import Recorded
from tracker.kit.errors import NotFound
from tracker.people.visit import Auditor, Visit, recorders
from tracker.web.whereabouts import address_of

router = APIRouter()
A_BATCH = 50


@router.get("/receipts/{position}")
def receipt(visit: Auditor, position: int) -> Response:
    """The events of one form; `position` is that of the first."""
    at = min(max(position, 1), 2**60)
    found = read_shown(visit.live, at - 1, limit=1, up_to=at)
    if not found or address_of(found[0].stream_id) is None:
        raise NotFound(f"The log holds no record at position {position}.")
    recorded = _of_one_form(visit, found[0])
    return visit.page(
        "acts/receipt.html",
        recorded=recorded,
        names=visit.names_then(recorders(recorded[:1])),
        address_of=address_of,
    )


def _of_one_form(visit: Visit, first: Recorded) -> list[Recorded]:
    """All that was recorded with an event: one transaction wrote it, so that it stands side by side."""
    mine: list[Recorded] = []
    after = first.position - 1
    while batch := read_shown(visit.live, after, limit=A_BATCH, up_to=after + A_BATCH):
        same = [each for each in batch if each.correlation_id == first.correlation_id]
        mine, after = mine + same, batch[-1].position
        if len(same) < len(batch):
            break
    return mine
