"""From files to commands: what a document says of how far the addressees have come."""

from collections import defaultdict
from typing import Any

from seed.files import Folder
from seed.run import REASON, Run
from seed.shapes import Body, Meeting, Progress, elements
from tracker.eventstore.store import Context, Receipt
from tracker.followups import commands as c
from tracker.followups import queries
from tracker.followups.service import handle
from tracker.kit.clock import at_midnight
from tracker.people.policy import Actor


def load_progress(run: Run, folder: Folder, body: Body) -> None:
    """Reports or corrects what the files say, effective on the day of which they say it.

    Reports count from 1 for each addressee, in the order of the file; `CMM8-R01:IDN:1` is the id of the first.
    """
    known: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
    for row in queries.standing(run.before, body.code):
        known[row.recommendation] |= {report["id"]: report for report in row.reports}
    for file, meeting in folder.of(Meeting):
        for element in elements(meeting):
            said: dict[str, Progress] = {}
            for entry in element.progress:
                earlier = sum(other.partner == entry.partner for other in said.values())
                said[f"{element.code}:{entry.partner}:{earlier + 1}"] = entry
            run.kept(file, "report", known[element.code], said)
            for report_id, entry in said.items():
                with run.entry(known[element.code].get(report_id)):
                    _load(run, file, element.code, report_id, entry, body, known[element.code].get(report_id))


def _load(
    run: Run, file: str, code: str, report_id: str, entry: Progress, body: Body, known: dict[str, Any] | None
) -> None:
    status, raw_label = body.meaning(entry.status)
    said: dict[str, Any] = {
        "status": status,
        "raw_label": raw_label,
        "as_of": entry.as_of,
        "narrative": entry.text,
    }
    partner = entry.partner

    def report(tx: Any, actor: Actor, code: str, command: c.FollowupCommand, context: Context) -> Receipt:
        return handle(tx, actor, code, partner, command, context, now=run.now)

    if known is None:
        first = c.ReportProgress(recommendation=code, partner=partner, report_id=report_id, **said)
        run.do(report, code, first, at_midnight(entry.as_of), file, entry)
    elif said | {"as_of": entry.as_of.isoformat()} != {name: known[name] for name in said}:
        correct = c.CorrectReport(report_id=report_id, reason=REASON, **said)
        run.do(report, code, correct, run.now, file, entry)
