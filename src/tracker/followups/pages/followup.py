"""One follow-up: where it stands, what was reported, who changed it, and what the reader may do about it."""

from fastapi import APIRouter
from starlette.responses import Response

from tracker.eventstore.store import Recorded, load, read_on
from tracker.followups import events as e
from tracker.followups import queries
from tracker.followups.pages.acts import act_named, may, open_acts
from tracker.kit.clock import from_iso
from tracker.kit.errors import NotFound
from tracker.people import queries as people
from tracker.people.visit import Reader, Visit, recorders
from tracker.recommendations import queries as recommendations

router = APIRouter()
Said = e.ProgressReported | e.ReportCorrected
Step = tuple[Recorded, Said | None]
"""An event of the history, and what the report said before, where the event is about a report."""


@router.get("/follow-ups/{recommendation}/{partner}")
def show(visit: Reader, recommendation: str, partner: str, unchanged: str = "") -> Response:
    """State, reports, history with before and after; buttons for what the reader may do."""
    view = queries.followup(visit.conn, recommendation, partner, visit.today)
    history = _history(visit, recommendation, partner)
    return visit.page(
        "followups/show.html",
        view=view,
        element=recommendations.recommendation(visit.conn, recommendation),
        partner=people.partner(visit.conn, partner),
        history=history[::-1],
        names=visit.names_then(recorders(step for step, _ in history)),
        reporters=visit.names_then(
            {report["id"]: (report["by"], from_iso(report["at"])) for report in view.reports}
        ),
        acts=[] if visit.as_of else open_acts(visit, view),
        restricted=visit.may("read.restricted", body=view.body, partner=partner),
        unchanged=bool(unchanged),
    )


@router.get("/follow-ups/{recommendation}/{partner}/receipt/{position}")
def receipt(visit: Reader, recommendation: str, partner: str, position: int) -> Response:
    """A lasting answer to what was sent: what was recorded, at which place of the log, and what happens next."""
    found = read_on(visit.live, min(max(position, 1), 2**60) - 1, limit=1, up_to=visit.position)
    if not found or found[0].stream_id != f"followup-{recommendation}:{partner}":
        raise NotFound(f"The log holds nothing about {recommendation} and {partner} at position {position}.")
    view = queries.followup(visit.conn, recommendation, partner, visit.today)
    event, correct = found[0].event, act_named("correct")
    report_id = event.report_id if isinstance(event, Said) else None
    open_to_them = correct.open_when(view) and may(visit, correct, view, report_id)
    return visit.page(
        "followups/receipt.html",
        recorded=found[0],
        view=view,
        partner=people.partner(visit.conn, partner),
        restricted=visit.may("read.restricted", body=view.body, partner=partner),
        correctable=report_id if open_to_them else None,
    )


def _history(visit: Visit, recommendation: str, partner: str) -> list[Step]:
    stream = load(visit.live, f"followup-{recommendation}:{partner}")
    said: dict[str, Said] = {}
    steps: list[Step] = []
    for recorded in stream:
        if recorded.position > visit.position:
            break
        event = recorded.event
        steps.append((recorded, said.get(getattr(event, "report_id", ""))))
        if isinstance(event, e.ProgressReported | e.ReportCorrected):
            said[event.report_id] = event
    return steps
