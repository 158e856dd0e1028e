"""Passkeys (WebAuthn): a key pair of the person's device, which it uses only after it knew its owner (by finger, face or
PIN) and only on this site. So one passkey is two factors."""

import ipaddress
import json
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import msgspec
import webauthn
from sqlalchemy import Connection, RowMapping, delete, insert, or_, select, update
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers import structs as w
from webauthn.helpers.exceptions import WebAuthnException

from tracker.identity import challenges
from tracker.identity.tables import passkeys
from tracker.kit.ids import new_id

ADD, SIGN_IN, SHOW = "add", "sign_in", "show"
"""What a challenge is for: to add a passkey, to sign in by one, to show one in a session that began otherwise."""
NAME = "Follow-up tracker"
MOST = 10
"""Of one person."""


class Place(NamedTuple):
    """The site that a passkey is bound to: its host, and its origin as the browser says it."""

    host: str
    origin: str


class Passkey(msgspec.Struct, frozen=True):
    """One, as its owner sees it in the list."""

    id: str
    person_id: str
    name: str
    added_at: datetime
    used_at: datetime | None


def place(address: str) -> Place | None:
    """Where the pages are, for passkeys; None where browsers allow none: without https (but on localhost), or at a bare
    IP address."""
    parts = urlsplit(address)
    host = parts.hostname or ""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        local = host == "localhost" or host.endswith(".localhost")
        return Place(host, f"{parts.scheme}://{parts.netloc}") if parts.scheme == "https" or local else None
    return None


def of_person(conn: Connection, person_id: str) -> Sequence[Passkey]:
    """A person's passkeys, the oldest first."""
    columns = [passkeys.c[name] for name in Passkey.__struct_fields__]
    query = select(*columns).where(passkeys.c.person_id == person_id).order_by(passkeys.c.added_at)
    return [Passkey(**row) for row in conn.execute(query).mappings()]


def options_to_add(
    tx: Connection, at: Place, person_id: str, email: str, name: str, now: datetime, session_id: str
) -> str:
    """What the browser is asked for a new passkey, as JSON, with a fresh challenge."""
    asked = webauthn.generate_registration_options(
        rp_id=at.host,
        rp_name=NAME,
        user_id=person_id.encode(),
        user_name=email,
        user_display_name=name,
        challenge=challenges.give(tx, ADD, now, session_id=session_id),
        timeout=int(challenges.LIFE.total_seconds() * 1000),
        authenticator_selection=w.AuthenticatorSelectionCriteria(
            resident_key=w.ResidentKeyRequirement.REQUIRED,
            user_verification=w.UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=_descriptors(tx, person_id),
    )
    return webauthn.options_to_json(asked)


def options_to_show(
    tx: Connection, at: Place, now: datetime, *, person_id: str = "", session_id: str | None = None
) -> str:
    """What the browser is asked for a passkey that it has: one of this person, or of anybody who signs in."""
    purpose = SHOW if person_id else SIGN_IN
    asked = webauthn.generate_authentication_options(
        rp_id=at.host,
        challenge=challenges.give(tx, purpose, now, session_id=session_id),
        timeout=int(challenges.LIFE.total_seconds() * 1000),
        allow_credentials=_descriptors(tx, person_id) if person_id else None,
        user_verification=w.UserVerificationRequirement.REQUIRED,
    )
    return webauthn.options_to_json(asked)


def add(
    tx: Connection, at: Place, person_id: str, name: str, answer: str, now: datetime, session_id: str
) -> bool:
    """Keeps the passkey that the browser made, if it did what it was asked. The challenge is spent either way."""
    parsed = _parsed(answer)
    challenge = _challenge(parsed)
    if challenge is None or not challenges.take(tx, challenge, ADD, now, session_id=session_id):
        return False
    try:
        made = webauthn.verify_registration_response(
            credential=parsed,
            expected_challenge=challenge,
            expected_rp_id=at.host,
            expected_origin=at.origin,
            require_user_verification=True,
        )
    except _BROKEN:
        return False
    credential_id = bytes_to_base64url(made.credential_id)
    if tx.execute(select(passkeys.c.id).where(passkeys.c.credential_id == credential_id)).scalar():
        return False  # a device never makes the same one twice, so somebody made this up
    row = {
        "id": new_id(),
        "person_id": person_id,
        "credential_id": credential_id,
        "public_key": bytes_to_base64url(made.credential_public_key),
        "sign_count": made.sign_count,
        "name": name,
        "added_at": now,
    }
    tx.execute(insert(passkeys).values(row))
    return True


def show(
    tx: Connection, at: Place, answer: str, now: datetime, purpose: str, *, session_id: str | None = None
) -> str | None:
    """Whose passkey signed the challenge; None if none did as it was asked. The challenge is spent either way."""
    parsed = _parsed(answer)
    challenge = _challenge(parsed)
    if challenge is None or not challenges.take(tx, challenge, purpose, now, session_id=session_id):
        return None
    name = str(parsed.get("id"))
    if not _NAME.fullmatch(
        name
    ):  # PostgreSQL refuses to be asked about NUL, and nobody can write half a character
        return None
    known = tx.execute(select(passkeys).where(passkeys.c.credential_id == name))
    row = known.mappings().one_or_none()
    if row is None:
        return None
    try:
        shown = webauthn.verify_authentication_response(
            credential=parsed,
            expected_challenge=challenge,
            expected_rp_id=at.host,
            expected_origin=at.origin,
            credential_public_key=base64url_to_bytes(row["public_key"]),
            credential_current_sign_count=row["sign_count"],
            require_user_verification=True,
        )
    except _BROKEN:
        return None
    return str(row["person_id"]) if _used(tx, row, shown.new_sign_count, now) else None


def remove(tx: Connection, person_id: str, passkey_id: str) -> str | None:
    """Forgets one of a person's passkeys: the name that it had; None if there is none."""
    mine = passkeys.c.person_id == person_id, passkeys.c.id == passkey_id
    return tx.execute(delete(passkeys).where(*mine).returning(passkeys.c.name)).scalar()


def remove_all(tx: Connection, person_id: str) -> int:
    """Forgets all of them; how many."""
    return tx.execute(delete(passkeys).where(passkeys.c.person_id == person_id)).rowcount


_NAME = re.compile(r"[A-Za-z0-9_-]{1,1364}")
"""1,023 bytes at most, as browsers write them."""
# What the library raises for answers that a browser would never give: its own, and what broken bytes cause inside.
_BROKEN = (WebAuthnException, ValueError, KeyError, TypeError, AttributeError, IndexError)


def _used(tx: Connection, row: RowMapping, count: int, now: datetime) -> bool:
    """Notes the use; a count that did not grow (where the device counts at all) is that of a copy."""
    column = passkeys.c
    grows = or_(column.sign_count < count, column.sign_count + count == 0)
    used = update(passkeys).where(column.id == row["id"], grows).values(sign_count=count, used_at=now)
    return tx.execute(used).rowcount == 1


def _parsed(answer: str) -> dict[str, Any]:
    try:
        found = json.loads(answer)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _challenge(parsed: dict[str, Any]) -> bytes | None:
    """The challenge that the answer says it signs; that it did is verified later."""
    try:
        said = json.loads(base64url_to_bytes(parsed["response"]["clientDataJSON"]))
        return base64url_to_bytes(said["challenge"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _descriptors(conn: Connection, person_id: str) -> list[w.PublicKeyCredentialDescriptor]:
    query = select(passkeys.c.credential_id).where(passkeys.c.person_id == person_id)
    return [
        w.PublicKeyCredentialDescriptor(id=base64url_to_bytes(known))
        for known in conn.execute(query).scalars()
    ]
