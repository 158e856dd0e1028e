"""Reports on several follow-ups at once: one command, recorded as a whole or refused as a whole."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

import msgspec
from sqlalchemy import Connection

from tracker.eventstore import canonical
from tracker.eventstore.execute import decided
from tracker.eventstore.projector import record
from tracker.eventstore.store import Context, Receipt, Write, recall
from tracker.followups import commands as c
from tracker.followups import queries, service
from tracker.followups.decider import DECIDER
from tracker.followups.events import Status
from tracker.kit.errors import BadInput, NotFound, RuleBroken, Stale
from tracker.people.policy import Actor, require

MOST = 200


class Item(msgspec.Struct, frozen=True):
    """A follow-up, at the version that the reporter saw where that is known."""

    recommendation: str
    partner: str
    version: int | None

    @property
    def key(self) -> str:
        """Its code, such as `CMM8-R03:IDN`."""
        return f"{self.recommendation}:{self.partner}"


class Same(msgspec.Struct, frozen=True):
    """What is said of all of them. `status` None: each is as it was last reported, nothing changed."""

    status: Status | None
    as_of: date
    narrative: str = ""


class Refused(RuleBroken):
    """Nothing was recorded; `reasons` says by code why which of them was refused."""

    def __init__(self, reasons: Mapping[str, str]) -> None:
        super().__init__(
            "Nothing was recorded, since not all of it could be. Please untick what is named here, or report on it by "
            "itself."
        )
        self.reasons = reasons


def report(
    tx: Connection, actor: Actor, items: Sequence[Item], same: Same, context: Context, *, now: datetime
) -> Receipt:
    """One report each, in one transaction and under one command id. Raises `Refused`, `NotAllowed`, `BadInput` without any
    item, and `Conflict` if the command id was used for something else."""
    if not 0 < len(items) <= MOST:
        raise BadInput(f"Please tick at least one follow-up, and at most {MOST}.", field="picked")
    request = canonical.encode({"items": items, "command": "ReportSeveral", "with": same})
    answer = recall(tx, context.command_id, request)
    if answer is not None:
        return answer
    writes: list[Write] = []
    reasons: dict[str, str] = {}
    for item in items:
        try:
            writes.append(_write(tx, actor, item, same, context, now))
        except (BadInput, NotFound, RuleBroken, Stale) as error:
            reasons[item.key] = error.message
    if reasons:
        raise Refused(reasons)
    return record(tx, writes, context, request)


def _write(tx: Connection, actor: Actor, item: Item, same: Same, context: Context, now: datetime) -> Write:
    view = queries.followup(tx, item.recommendation, item.partner, same.as_of)
    require(actor, "followup.report", body=view.body, partner=view.partner)
    command = c.ReportProgress(
        recommendation=item.recommendation,
        partner=item.partner,
        # The same press of the button is the same report.
        report_id=canonical.digest(f"{context.command_id} {item.key}".encode())[:32],
        status=same.status or _unchanged(view),
        as_of=same.as_of,
        narrative=same.narrative,
    )
    command = service.checked(tx, actor, item.recommendation, item.partner, command, now=now)
    return decided(tx, DECIDER, item.key, command, item.version)


def _unchanged(view: queries.FollowupView) -> Status:
    """The status that was reported last."""
    standing = next((each for each in view.reports if each["id"] == view.report_id), None)
    if standing is None:
        raise RuleBroken(
            "Nothing was reported yet, so nothing can have stayed as it was; please choose a status."
        )
    if standing["verification"] == "disputed":
        raise RuleBroken(
            "The report is disputed; please answer that by itself, by a correction or another report."
        )
    if view.status in queries.FINISHED and not view.finished:
        raise RuleBroken("A meeting reopened it, so please say by itself where it stands now.")
    status: Status = standing["status"]
    return status
