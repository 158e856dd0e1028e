"""For programs: whose token it is, and the partners."""

from datetime import date
from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends
from starlette.responses import Response

from tracker.people import queries
from tracker.people.calling import AnyCaller, Caller, Calling, caller_of
from tracker.people.visit import Visit
from tracker.web.answers import Items, answer, gives
from tracker.web.strict import JsonRoute

router = APIRouter(prefix="/api/v1", route_class=JsonRoute)


class Me(msgspec.Struct, frozen=True):
    """Whose token it is, and what they may do today; `scopes`: the actions for which the token is meant."""

    person_id: str
    name: str
    roles: list[tuple[str, str]]
    represents: list[tuple[str, str]]
    withheld: list[tuple[str, str]]
    scopes: list[str]
    token: str
    expires_on: date


class OfPartner(msgspec.Struct, frozen=True):
    """A partner and every membership that it has or had."""

    partner: queries.Partner
    memberships: list[queries.Member]


@router.get("/me", **gives(Me))
def me(
    visit: Annotated[Visit, Depends(Calling("account.own"), scope="function")],
    caller: Annotated[Caller, Depends(caller_of)],
) -> Response:
    """Whose token this is, with roles, appointments and scopes."""
    actor, token = visit.actor, caller.token
    assert token is not None  # noqa: S101 - the policy let nobody pass without
    return answer(
        Me(
            person_id=actor.person_id,
            name=actor.name,
            roles=sorted(actor.roles),
            represents=sorted(actor.represents),
            withheld=sorted(actor.withheld),
            scopes=token.scopes,
            token=token.name,
            expires_on=token.expires_on,
        )
    )


@router.get("/partners", **gives(Items[queries.Partner]))
def partners(visit: AnyCaller) -> Response:
    """Every country and organisation, by code."""
    return answer(Items(queries.all_partners(visit.conn)))


@router.get("/partners/{code}", **gives(OfPartner))
def partner(visit: AnyCaller, code: str) -> Response:
    """One partner and its memberships."""
    found = queries.partner(visit.conn, code)
    return answer(OfPartner(found, queries.memberships_of(visit.conn, code)))
