"""Tokens of people: made, revoked, and held against what their owner may do today."""

import uuid
from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import NamedTuple

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection

from tracker.eventstore.execute import execute
from tracker.eventstore.store import Context, Receipt
from tracker.identity import security_log, tokens
from tracker.identity.came import Came
from tracker.identity.tokens import DEFAULT_DAYS, LONGEST_DAYS, Token
from tracker.kit.clock import local_date
from tracker.kit.errors import BadInput, Conflict, NotAllowed, NotFound, TooMany, Unproven
from tracker.kit.ids import new_id
from tracker.kit.text import clean, clean_line
from tracker.people import door, queries
from tracker.people.commands import IssueToken, RevokeToken
from tracker.people.decider import TOKEN
from tracker.people.policy import ALWAYS, FAMILIES, Actor, require
from tracker.people.queries import Person

LONGEST_NAME = 80
ANOTHER = "Make a new one under Your tokens, or ask the operator."


class Wanted(msgspec.Struct, frozen=True):
    """A token that somebody asks for; `families` are words of `policy.FAMILIES`."""

    name: str
    families: Collection[str]
    days: int = DEFAULT_DAYS


class Made(NamedTuple):
    """A new token, and what opens it: nobody can ask for that again."""

    token: Token
    secret: str


class Bearer(NamedTuple):
    """Who stands behind a token, with what they and it may do today."""

    token: Token
    person: Person
    actor: Actor
    today: date


def issue(
    tx: Connection,
    actor: Actor,
    person_id: str,
    wanted: Wanted,
    context: Context,
    came: Came,
    *,
    strong: bool,
) -> Made:
    """Makes a token for a person. `strong`: a second factor stands behind whoever asks.

    Raises `BadInput` for a name, family or life that is none, `NotAllowed` while roles are withheld from the person,
    `Conflict` for a command id that made one already.
    """
    require(actor, "token.issue", reporter=person_id)
    if actor.withheld:
        raise NotAllowed(
            "Please show your second factor first: a token may do for months what you may do now."
        )
    queries.actor(tx, person_id, came.now.date())  # refuses an account that is closed
    token = _new(person_id, wanted, context, came.now, strong=strong)
    command = IssueToken(
        person_id=person_id, scopes=token.scopes, expires_on=token.expires_on, strong=token.strong
    )
    if execute(tx, TOKEN, token.id, command, context).repeated:
        raise Conflict(
            "This token was made already and its text was shown then. Revoke it and make another one."
        )
    secret = tokens.new_secret()
    tokens.keep(tx, token, secret)
    security_log.note(tx, "token_issued", came.now, person_id=person_id, client=came.client, token=token.id)
    return Made(token, secret)


def revoke(tx: Connection, actor: Actor, token_id: str, reason: str, context: Context, came: Came) -> Receipt:
    """Lets a token work no longer. Raises `NotFound`, in the same words for a token of somebody else."""
    token = tokens.named(tx, token_id)
    if token is None:
        raise not_found(token_id)
    try:
        require(actor, "token.revoke", reporter=token.person_id)
    except NotAllowed:
        if actor.scopes is not None:
            raise
        raise not_found(token_id) from None
    return _revoke(tx, token, reason, context, came)


def revoke_all(tx: Connection, person_id: str, reason: str, context: Context, came: Came) -> None:
    """Lets no token of a person work any longer; part of a command that the policy let pass."""
    request = context.correlation_id or context.command_id
    for token in tokens.alive(tx, came.now.date(), person_id):
        _revoke(tx, token, reason, replace(context, command_id=new_id(), correlation_id=request), came)


def bearer(conn: Connection, secret: str, now: datetime) -> Bearer:
    """Who comes with a token, held against everything anew; raises `Unproven`, then call `turn_away`."""
    if not tokens.is_whole(secret):
        raise Unproven(
            "This is no token of the tracker: a character is missing or wrong. Please copy it again.",
            "no token",
        )
    token = tokens.find(conn, secret)
    if token is None:
        raise Unproven(f"Nobody has this token. {ANOTHER}", "unknown token")
    if token.revoked_at is not None:
        raise Unproven(f"This token was revoked. {ANOTHER}", "revoked token")
    if not token.alive(now.date()):
        raise Unproven(f"This token has expired. {ANOTHER}", "expired token")
    try:
        person = queries.person(conn, token.person_id)
        today = local_date(now, person.time_zone)
        actor = queries.actor(conn, person.person_id, today, strong=token.strong)
    except NotFound:
        raise Unproven("The account behind this token is closed.", "token of a closed account") from None
    return Bearer(token, person, replace(actor, scopes=frozenset(token.scopes)), today)


def turn_away(tx: Connection, refused: Unproven, came: Came) -> TooMany | None:
    """Notes a token that opens nothing, and counts it: what to say instead, if that happened too often from there."""
    wait = door.refuse(tx, came, refused.thing)
    return (
        None if wait is None else TooMany("Too many wrong tokens. One that is right works at any time.", wait)
    )


def not_found(token_id: str) -> NotFound:
    """What is said of a token that there is not, or not for whoever asks."""
    return NotFound(
        f"You have no token {clean_line(token_id, 'token')[:40]}; the list shows those that you have."
    )


def _new(person_id: str, wanted: Wanted, context: Context, now: datetime, *, strong: bool) -> Token:
    return Token(
        # The same command id must make the same token.
        id=str(uuid.uuid5(uuid.NAMESPACE_OID, context.command_id)),
        person_id=person_id,
        name=clean_line(wanted.name, "name", longest=LONGEST_NAME, required=True),
        scopes=sorted(_scopes(wanted.families)),
        strong=strong,
        created_at=now,
        expires_on=_expiry(wanted.days, now),
        used_at=None,
        revoked_at=None,
    )


def _scopes(families: Collection[str]) -> frozenset[str]:
    unknown = [family for family in families if family not in FAMILIES]
    if unknown or not families:
        raise BadInput(
            f"Please say what the token is for: one or more of {', '.join(FAMILIES)}.", field="scopes"
        )
    return ALWAYS.union(*(FAMILIES[family] for family in families))


def _expiry(days: int, now: datetime) -> date:
    if not 1 <= days <= LONGEST_DAYS:
        raise BadInput(f"A token lives 1 to {LONGEST_DAYS} days.", field="days")
    return now.date() + timedelta(days=days)


def _revoke(tx: Connection, token: Token, reason: str, context: Context, came: Came) -> Receipt:
    receipt = execute(tx, TOKEN, token.id, RevokeToken(reason=clean(reason, "reason")), context)
    tokens.revoke(tx, token.id, came.now)
    security_log.note(
        tx, "token_revoked", came.now, person_id=token.person_id, client=came.client, token=token.id
    )
    return receipt


def families_of(scopes: Collection[str]) -> list[str]:
    """The families that a token's scopes hold whole."""
    return [name for name, actions in FAMILIES.items() if actions <= set(scopes)]
