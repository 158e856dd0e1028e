"""Ten codes on paper for the day on which the telephone is lost: each good once, only their hashes stored."""

import secrets
from base64 import b32encode
from textwrap import wrap

from sqlalchemy import Connection, delete, func, insert, select

from tracker.identity.bearer import hashed
from tracker.identity.tables import recovery_codes

HOW_MANY = 10
BYTES = 15
"""120 bits: nobody guesses one, so that a plain hash keeps it."""
LETTERS = BYTES * 8 // 5


def renew(tx: Connection, person_id: str) -> list[str]:
    """Ten new codes, such as `k3f5-…`, to be shown once; the old ones work no longer."""
    remove(tx, person_id)
    codes = [b32encode(secrets.token_bytes(BYTES)).decode().lower() for _ in range(HOW_MANY)]
    rows = [{"person_id": person_id, "code_hash": hashed(code)} for code in codes]
    tx.execute(insert(recovery_codes), rows)
    return ["-".join(wrap(code, 4)) for code in codes]


def looks_like_one(code: str) -> bool:
    """Whether it has the length of one, and so is no code of an app."""
    return len(_plain(code)) == LETTERS


def spend(tx: Connection, person_id: str, code: str) -> bool:
    """Whether the code is one of the person's; then it works no longer."""
    mine = recovery_codes.c.person_id == person_id, recovery_codes.c.code_hash == hashed(_plain(code))
    return tx.execute(delete(recovery_codes).where(*mine)).rowcount == 1


def left(conn: Connection, person_id: str) -> int:
    """How many the person still has."""
    mine = recovery_codes.c.person_id == person_id
    return conn.execute(select(func.count()).select_from(recovery_codes).where(mine)).scalar_one()


def remove(tx: Connection, person_id: str) -> None:
    """Lets none of them work any longer."""
    tx.execute(delete(recovery_codes).where(recovery_codes.c.person_id == person_id))


def _plain(code: str) -> str:
    """As it was made, however it was typed."""
    return "".join(letter for letter in code.lower() if letter.isalnum())
