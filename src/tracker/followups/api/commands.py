"""What programs may command about one follow-up: recorded once, however often the same call is made."""

import uuid
from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends
from sqlalchemy import Connection
from starlette.responses import Response

from tracker.followups import commands as c
from tracker.followups import queries, schemas, service
from tracker.kit.clock import at_midnight
from tracker.kit.errors import NotFound
from tracker.people.calling import Commander, Commanding, CommandRoute
from tracker.people.policy import allows
from tracker.people.sight import seeing
from tracker.people.written import Written, written
from tracker.web.answers import answer, gives

router = APIRouter(prefix="/api/v1", route_class=CommandRoute)
KINDS: dict[str, tuple[type[schemas.Sent], type[c.FollowupCommand]]] = {
    "reports": (schemas.Report, c.ReportProgress),
    "responses": (schemas.Response, c.RecordResponse),
    "corrections": (schemas.Correction, c.CorrectReport),
    "validations": (schemas.Validation, c.ValidateReport),
    "verifications": (schemas.Verification, c.VerifyReport),
    "disputes": (schemas.Dispute, c.DisputeReport),
    "closings": (schemas.Closing, c.CloseFollowup),
    "reopenings": (schemas.Reopening, c.ReopenFollowup),
    "due": (schemas.Due, c.MoveFollowupDue),
}


def _taking(kind: type[schemas.Sent], action: str) -> Callable[..., Response]:
    """The route that takes this kind of body."""

    def send(
        commander: Annotated[Commander, Depends(Commanding(action))],
        recommendation: str,
        partner: str,
        sent: schemas.Sent,
    ) -> Response:
        return _send(commander, action, recommendation, partner, sent)

    send.__annotations__["sent"] = kind
    send.__doc__ = kind.__doc__
    return send


for each, (sent_kind, command_kind) in KINDS.items():
    router.add_api_route(
        f"/followups/{{recommendation}}/{{partner}}/{each}",
        _taking(sent_kind, service.ACTIONS[command_kind]),
        methods=["POST"],
        name=each,
        **gives(Written),
    )


def _send(
    commander: Commander, action: str, recommendation: str, partner: str, sent: schemas.Sent
) -> Response:
    # The same key must make the same command.
    new_id = str(uuid.uuid5(uuid.NAMESPACE_OID, commander.command_id))
    command = sent.command(recommendation, partner, new_id)
    as_of = getattr(command, "as_of", None)
    context = commander.context(None if as_of is None else at_midnight(as_of))

    def work(tx: Connection) -> Written:
        _check_own(tx, commander, action, recommendation, partner)
        receipt = service.handle(
            tx,
            commander.actor,
            recommendation,
            partner,
            command,
            context,
            now=commander.now,
            expected_version=commander.expected_version,
        )
        return written(tx, receipt, commander.key)

    done = commander.run(work)
    return answer(done, {"ETag": f'"{done.events[-1].version}"'} if done.events else None)


def _check_own(tx: Connection, commander: Commander, action: str, recommendation: str, partner: str) -> None:
    """Raises `NotFound`, in the same words for a follow-up that there is not and one that is not the caller's."""
    facts = queries.facts(seeing(tx, commander.actor), recommendation, partner)
    if facts is None or not allows(commander.actor, action, body=facts.body, partner=partner):
        raise NotFound(f"You have no follow-up {recommendation}:{partner} about which you may do this.")
