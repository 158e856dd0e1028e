"""Proofs for programs: checkpoints, a receipt of an event, and that one checkpoint grew out of another."""

from typing import Annotated

import msgspec
from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from tracker.audit.queries import check_shown
from tracker.eventstore.seal import kept, proofs
from tracker.kit.errors import NotFound
from tracker.people.calling import AnyCaller, AuditCaller
from tracker.web.answers import answer, gives
from tracker.web.strict import JsonRoute

router = APIRouter(prefix="/api/v1", route_class=JsonRoute)
Place = Annotated[int | None, Query(ge=1, le=2**62)]


class Sealed(msgspec.Struct, frozen=True):
    """A checkpoint as a signed note (C2SP), of so many events; `keys` are the log's, oldest first."""

    size: int
    note: str
    keys: list[str]


@router.get("/checkpoint", **gives(Sealed))
def checkpoint(visit: AnyCaller, size: Place = None) -> Response:
    """The newest signed checkpoint, or that of so many events."""
    live = visit.live
    note = kept.of_size(live, size) if size else kept.newest(live)
    if note is None:
        raise NotFound("The log was not sealed yet; please ask again in some minutes.")
    keys = [each.key.text for each in kept.known_keys(live)]
    return answer(Sealed(note.checkpoint.size, proofs.whole(live, note), keys))


@router.get("/receipts/{position}", **gives(proofs.Receipt))
def receipt(visit: AuditCaller, position: Annotated[int, Path(ge=1, le=2**62)]) -> Response:
    """The proof that an event is in the log, to be checked without the tracker by `verify-receipt`."""
    check_shown(visit.live, position)
    return answer(proofs.receipt(visit.live, position))


@router.get("/consistency", **gives(proofs.Consistency))
def consistency(visit: AnyCaller, older: Place = None, newer: Place = None) -> Response:
    """The proof that the log of one checkpoint is the beginning of that of another; without sizes, of the oldest and the
    newest."""
    live = visit.live
    return answer(proofs.consistency(live, older or kept.oldest(live), newer or kept.sealed(live)))
