"""Receipts: a lasting answer to what was sent, with where it stands in the log and under which hash."""

from fastapi import APIRouter
from starlette.responses import Response

from tracker.eventstore.store import leaf_hashes, read_on, recorded_with
from tracker.followups import queries
from tracker.followups.decider import DECIDER
from tracker.followups.pages.acts import act_named, may
from tracker.followups.pages.followup import Said
from tracker.kit.errors import NotFound
from tracker.people import queries as people
from tracker.people.visit import Reader
from tracker.recommendations.queries import only_shown

router = APIRouter()
LAST = 2**60
FOLLOWUP = DECIDER.stream("")


@router.get("/follow-ups/{recommendation}/{partner}/receipt/{position}")
def of_one(visit: Reader, recommendation: str, partner: str, position: int) -> Response:
    """What was recorded about a follow-up, at which place of the log, and what happens next."""
    found = read_on(visit.live, min(max(position, 1), LAST) - 1, limit=1)
    if not found or found[0].stream_id != DECIDER.stream(f"{recommendation}:{partner}"):
        raise NotFound(f"The log holds nothing about {recommendation} and {partner} at position {position}.")
    view = queries.followup(visit.conn, recommendation, partner, visit.today)
    event, correct = found[0].event, act_named("correct")
    report_id = event.report_id if isinstance(event, Said) else None
    open_to_them = correct.open_when(view) and may(visit, correct, view, report_id)
    return visit.page(
        "followups/receipt.html",
        recorded=found[0],
        leaf_hash=leaf_hashes(visit.live, position, position)[position],
        view=view,
        partner=people.partner(visit.conn, partner),
        restricted=visit.may("read.restricted", body=view.body, partner=partner),
        correctable=report_id if open_to_them else None,
    )


@router.get("/reports/{position}")
def of_several(visit: Reader, position: int) -> Response:
    """All that one press of a button recorded about several follow-ups."""
    found = only_shown(visit.live, recorded_with(visit.live, min(max(position, 1), LAST)))
    if not found or not all(each.stream_id.startswith(FOLLOWUP) for each in found):
        raise NotFound(f"The log holds no report at position {position}.")
    return visit.page(
        "followups/receipts.html",
        found=[(each, *each.stream_id.removeprefix(FOLLOWUP).rsplit(":", 1)) for each in found],
        hashes=leaf_hashes(visit.live, found[0].position, found[-1].position),
    )
