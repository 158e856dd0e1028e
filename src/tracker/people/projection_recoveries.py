"""Recoveries of lost second factors that are under way, one a person at most; a new request replaces the one before."""

from tracker.eventstore.projector import Projection, Seen
from tracker.eventstore.rows import Rows
from tracker.people.events import RecoveryApproved, RecoveryDone, RecoveryRequested, RecoveryWithdrawn
from tracker.people.tables import recoveries

projection = Projection("recoveries", version=1, tables=[recoveries])


@projection.on(RecoveryRequested)
def _requested(rows: Rows, recorded: Seen, event: RecoveryRequested) -> None:
    row = {"person_id": _person(recorded), "request": recorded.stream_version, "approved_by": None}
    rows.put(recoveries, row | {"asked_by": recorded.actor_id, "asked_at": recorded.effective_at})


@projection.on(RecoveryApproved)
def _approved(rows: Rows, recorded: Seen, event: RecoveryApproved) -> None:
    row = rows.get(recoveries, _person(recorded))
    if row is not None:
        rows.put(recoveries, row | {"approved_by": recorded.actor_id})


@projection.on(RecoveryWithdrawn)
def _withdrawn(rows: Rows, recorded: Seen, event: RecoveryWithdrawn) -> None:
    rows.remove(recoveries, _person(recorded))


@projection.on(RecoveryDone)
def _done(rows: Rows, recorded: Seen, event: RecoveryDone) -> None:
    rows.remove(recoveries, _person(recorded))


def _person(recorded: Seen) -> str:
    return recorded.stream_id.split("-", 1)[1]
