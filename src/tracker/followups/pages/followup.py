"""One follow-up: where it stands, what was reported, who changed it, and what the reader may do about it."""

from fastapi import APIRouter
from starlette.responses import Response

from tracker.eventstore.store import Recorded, load
from tracker.followups import events as e
from tracker.followups import queries
from tracker.followups.pages.acts import open_acts
from tracker.kit.clock import from_iso
from tracker.people import queries as people
from tracker.people.visit import Reader, Visit, recorders
from tracker.recommendations import queries as recommendations

router = APIRouter()
Said = e.ProgressReported | e.ReportCorrected
Step = tuple[Recorded, Said | None]
"""An event of the history, and what the report said before, where the event is about a report."""


@router.get("/follow-ups/{recommendation}/{partner}")
def show(
    visit: Reader, recommendation: str, partner: str, unchanged: str = "", dropped: str = ""
) -> Response:
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
        dropped=bool(dropped),
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
