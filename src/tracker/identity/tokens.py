"""Tokens by which programs come in: random, recognisable, kept only as a hash, and shown once."""

import re
import secrets
import zlib
from collections.abc import Sequence
from datetime import date, datetime, timedelta

import msgspec
from sqlalchemy import ColumnElement, Connection, and_, delete, insert, or_, select, true, update

from tracker.identity.bearer import BYTES, hashed
from tracker.identity.security_log import KEPT
from tracker.identity.tables import tokens

PREFIX = "trk_"
"""By which people and programs that look for leaked secrets know one."""
DEFAULT_DAYS = 90
LONGEST_DAYS = 365
USED_EVERY = timedelta(minutes=5)
"""How exactly `used_at` is kept: a call that reads need not write each time."""
_SHAPE = re.compile(r"trk_([0-9a-f]{64})([0-9a-f]{8})")


class Token(msgspec.Struct, frozen=True):
    """What is kept of a token; never what opens it. `scopes`: the only actions for which it is meant. `strong`: a second
    factor stood behind its maker. It works no longer from `expires_on` (in UTC) or `revoked_at` on."""

    id: str
    person_id: str
    name: str
    scopes: list[str]
    strong: bool
    created_at: datetime
    expires_on: date
    used_at: datetime | None
    revoked_at: datetime | None

    def alive(self, today: date) -> bool:
        """Whether it works on a day in UTC, as far as the token itself is concerned."""
        return self.revoked_at is None and today < self.expires_on


def new_secret() -> str:
    """256 random bits between a prefix and a checksum, in letters that one double click marks."""
    drawn = secrets.token_hex(BYTES)
    return f"{PREFIX}{drawn}{_checksum(drawn)}"


def is_whole(secret: str) -> bool:
    """Whether it was one of ours once: a character that is missing or wrong shows without asking the database."""
    found = _SHAPE.fullmatch(secret)
    return found is not None and _checksum(found[1]) == found[2]


def keep(tx: Connection, token: Token, secret: str) -> None:
    """Stores a new token."""
    tx.execute(insert(tokens).values(msgspec.structs.asdict(token) | {"token_hash": hashed(secret)}))


def find(conn: Connection, secret: str) -> Token | None:
    """The token that this opens, whether it still works or not; None if there never was one."""
    return next(iter(_tokens(conn, tokens.c.token_hash == hashed(secret))), None)


def named(conn: Connection, token_id: str) -> Token | None:
    """The token of this id."""
    return next(iter(_tokens(conn, tokens.c.id == token_id)), None)


def of_person(conn: Connection, person_id: str) -> Sequence[Token]:
    """Every token that a person has or had, the newest first."""
    return _tokens(conn, tokens.c.person_id == person_id)


def alive(conn: Connection, today: date, person_id: str | None = None) -> Sequence[Token]:
    """The tokens of one person, or of all, that work on a day in UTC, the newest first."""
    whose = true() if person_id is None else tokens.c.person_id == person_id
    return _tokens(conn, and_(whose, tokens.c.revoked_at.is_(None), tokens.c.expires_on > today))


def needs_a_touch(token: Token, now: datetime) -> bool:
    """Whether `touch` has something to note."""
    return token.used_at is None or now - token.used_at >= USED_EVERY


def touch(tx: Connection, token: Token, now: datetime) -> None:
    """Notes that it is in use."""
    tx.execute(update(tokens).where(tokens.c.id == token.id).values(used_at=now))


def revoke(tx: Connection, token_id: str, now: datetime) -> None:
    """Lets it work no longer."""
    mine = and_(tokens.c.id == token_id, tokens.c.revoked_at.is_(None))
    tx.execute(update(tokens).where(mine).values(revoked_at=now))


def sweep(tx: Connection, now: datetime) -> int:
    """Forgets tokens that have not worked for as long as the security log speaks of them; how many."""
    since = now - KEPT
    dead = or_(tokens.c.expires_on < since.date(), tokens.c.revoked_at < since)
    return tx.execute(delete(tokens).where(dead)).rowcount


def _checksum(drawn: str) -> str:
    return f"{zlib.crc32(drawn.encode()):08x}"


def _tokens(conn: Connection, where: ColumnElement[bool]) -> list[Token]:
    columns = [column for column in tokens.c if column.name != "token_hash"]
    query = select(*columns).where(where).order_by(tokens.c.created_at.desc(), tokens.c.id)
    return [Token(**row) for row in conn.execute(query).mappings()]
