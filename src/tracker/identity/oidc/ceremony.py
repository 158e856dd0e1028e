"""One way to the provider and back. The browser holds it in a signed cookie, so that only this browser can come back;
that it came back stands in SQL, so that it does so once."""

import base64
import hashlib
import hmac
from datetime import datetime, timedelta

import msgspec
from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from tracker.identity.bearer import hashed, new_bearer
from tracker.identity.oidc.tokens import Proven
from tracker.identity.oidc.trouble import Refused
from tracker.identity.tables import oidc_ceremonies
from tracker.kit.clock import from_iso, iso

CEREMONY_LIFE = timedelta(minutes=10)
WAIT = timedelta(minutes=30)
"""How long the browser remembers it, for whoever must first answer a mail."""


class Ceremony(msgspec.Struct, frozen=True):
    """`seed`: 256 random bits that only the browser holds. All that goes to the provider is made from it."""

    seed: str
    begun_at: datetime
    next_path: str

    @property
    def state(self) -> str:
        """What the browser must bring back."""
        return self._made("state")

    @property
    def nonce(self) -> str:
        """What the ID token must hold."""
        return self._made("nonce")

    @property
    def verifier(self) -> str:
        """What proves to the provider that the code is redeemed by whoever asked for it (RFC 7636)."""
        return self._made("verifier")

    @property
    def challenge(self) -> str:
        """What the provider sees of the verifier before: S256."""
        return _base64(hashlib.sha256(self.verifier.encode()).digest())

    @property
    def key(self) -> str:
        """Its name in the database, which opens nothing."""
        return hashed(self.state)

    def _made(self, use: str) -> str:
        return _base64(hmac.new(self.seed.encode(), use.encode(), hashlib.sha256).digest())


def new_ceremony(next_path: str, now: datetime) -> Ceremony:
    """One that begins."""
    return Ceremony(new_bearer(), now, next_path)


def to_cookie(ceremony: Ceremony, secret: str) -> str:
    """What the browser keeps."""
    return str(_signer(secret).dumps([ceremony.seed, iso(ceremony.begun_at), ceremony.next_path]))


def from_cookie(cookie: str | None, secret: str, now: datetime, life: timedelta) -> Ceremony | None:
    """The reverse; None if it is none of ours, or too old."""
    try:
        seed, begun_at, next_path = _signer(secret).loads(cookie or "")
    except BadData:
        return None
    ceremony = Ceremony(seed, from_iso(begun_at), next_path)
    return ceremony if now - life < ceremony.begun_at <= now else None


def spend(tx: Connection, ceremony: Ceremony, now: datetime) -> None:
    """Notes that it came back. However many try at once, one may go on; the others get `Refused`."""
    insert = (postgresql if tx.dialect.name == "postgresql" else sqlite).insert(oidc_ceremonies)
    row = insert.values(state_hash=ceremony.key, expires_at=ceremony.begun_at + WAIT)
    first = row.on_conflict_do_nothing().returning(oidc_ceremonies.c.state_hash)
    if tx.execute(first).one_or_none() is None:
        raise Refused("came back twice")


def wait(tx: Connection, key: str, proven: Proven) -> None:
    """Keeps whom the provider vouched for until they answer a mail."""
    mine = oidc_ceremonies.c.state_hash == key
    tx.execute(update(oidc_ceremonies).where(mine).values(subject=proven.subject, strong=proven.strong))


def waiting(tx: Connection, key: str, now: datetime) -> tuple[str, bool] | None:
    """Subject and whether a second factor was shown, of whoever waits; None once it is over. Nobody waits any more."""
    row = oidc_ceremonies.c
    mine = row.state_hash == key, row.expires_at > now, row.subject.is_not(None)
    found = tx.execute(select(row.subject, row.strong).where(*mine)).one_or_none()
    if found is None or found.subject is None:
        return None
    tx.execute(update(oidc_ceremonies).where(*mine).values(subject=None))
    return found.subject, found.strong


def sweep(tx: Connection, now: datetime) -> int:
    """Removes those whose cookie is dead, too; how many."""
    return tx.execute(delete(oidc_ceremonies).where(oidc_ceremonies.c.expires_at <= now)).rowcount


def _signer(secret: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret, salt="tracker.oidc")


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
