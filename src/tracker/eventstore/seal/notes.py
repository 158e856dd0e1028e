"""Signed notes (C2SP signed-note) that hold a checkpoint of the log (C2SP tlog-checkpoint), by Ed25519 (RFC 8032)."""

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from tracker.kit.errors import BadInput

LOG, WITNESS = 1, 4
"""Kinds of signature in C2SP signed-note: Ed25519, and a witness's with its time (C2SP tlog-cosignature)."""
SIGNATURE = re.compile("\u2014 ([^ +]+) ([A-Za-z0-9+/=]+)")
LAST_SECOND = 253402300799
"""Of the year 9999."""
COUNT = re.compile("0|[1-9][0-9]{0,18}")


@dataclass(frozen=True)
class Key:
    """A public key and the name of whose it is; `kind` is `LOG` or `WITNESS`."""

    name: str
    public: bytes
    kind: int = LOG

    @property
    def hash(self) -> bytes:
        """The four bytes by which a signature says which key made it."""
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:4]

    @property
    def id(self) -> str:
        """The same as hexadecimal."""
        return self.hash.hex()

    @property
    def text(self) -> str:
        """The key as C2SP notes write it (a “vkey”), for whoever is to check signatures."""
        return f"{self.name}+{self.id}+{base64.b64encode(bytes([self.kind]) + self.public).decode()}"


@dataclass(frozen=True)
class Signer:
    """A private key and the name of whose it is."""

    name: str
    private: Ed25519PrivateKey

    @property
    def key(self) -> Key:
        """What others check its signatures by."""
        return Key(self.name, self.private.public_key().public_bytes_raw())

    def sign(self, text: str) -> str:
        """The line that signs a text."""
        signature = self.key.hash + self.private.sign(text.encode())
        return f"\u2014 {self.name} {base64.b64encode(signature).decode()}"


@dataclass(frozen=True)
class Checkpoint:
    """What a log was: so many events, with this root of their tree. `origin` names the log for ever."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """What is signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


@dataclass(frozen=True)
class Note:
    """A checkpoint and the lines that sign it."""

    checkpoint: Checkpoint
    signatures: tuple[str, ...]

    @property
    def text(self) -> str:
        """The whole note."""
        return self.checkpoint.text + "\n" + "".join(f"{line}\n" for line in self.signatures)

    def is_signed_by(self, key: Key) -> bool:
        """Whether one of its lines is a good signature of this key. A line that claims to be and is not, is none."""
        return any(signed_at(self.checkpoint.text, line, key) is not None for line in self.signatures)


def signed_at(text: str, line: str, key: Key) -> datetime | bool | None:
    """The time that a witness put into its signature, True for a log's own, None if it is no good one of this key."""
    found = SIGNATURE.fullmatch(line)
    if found is None or found[1] != key.name:
        return None
    try:
        blob = base64.b64decode(found[2], validate=True)
    except binascii.Error:
        return None
    at: datetime | bool = True
    signature = blob[4:]
    if key.kind == WITNESS:
        seconds, signature = int.from_bytes(signature[:8]), signature[8:]
        text = f"cosignature/v1\ntime {seconds}\n{text}"
        at = datetime.fromtimestamp(min(seconds, LAST_SECOND), UTC)
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature, text.encode())
    except InvalidSignature:
        return None
    return at if blob[:4] == key.hash else None


def read_note(text: str) -> Note:
    """A note out of its text. Raises `BadInput` if it is none."""
    head, parted, tail = text.replace("\r\n", "\n").partition("\n\n")
    lines = head.split("\n")
    signatures = tuple(tail.removesuffix("\n").split("\n"))
    bad = BadInput(
        "This is no checkpoint: it has a name, a number of events, a hash, an empty line and signatures."
    )
    if not parted or len(lines) < 3 or not lines[0] or not COUNT.fullmatch(lines[1]):
        raise bad
    if len(lines) > 3:
        raise BadInput(
            "This checkpoint has lines that this release does not know; nothing can be said of it."
        )
    try:
        found = base64.b64decode(lines[2], validate=True)
    except binascii.Error:
        raise bad from None
    if len(found) != 32 or base64.b64encode(found).decode() != lines[2]:
        raise bad
    if not all(SIGNATURE.fullmatch(line) for line in signatures):
        raise bad
    return Note(Checkpoint(lines[0], int(lines[1]), found), signatures)


def read_key(text: str) -> Key:
    """A key out of its text, such as `name+a1b2c3d4+AXh5…`. Raises `BadInput` if it is none."""
    name, _, rest = text.strip().partition("+")
    given, _, encoded = rest.partition("+")
    bad = BadInput("This is no key: it looks like tracker.example.org+a1b2c3d4+AXh5…")
    try:
        blob = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        raise bad from None
    if not name or " " in name or len(blob) != 33 or blob[0] not in (LOG, WITNESS):
        raise bad
    key = Key(name, blob[1:], blob[0])
    if key.id != given:
        raise BadInput("This key was cut or changed: its middle part does not fit the rest.")
    return key


def signed(checkpoint: Checkpoint, signer: Signer) -> Note:
    """The checkpoint with the signature of the log's own key."""
    return Note(checkpoint, (signer.sign(checkpoint.text),))
