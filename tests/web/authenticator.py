"""A device that keeps passkeys, in software: what a browser would answer to what a page asks (WebAuthn level 3)."""

import hashlib
import json
import secrets
import struct
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import bytes_to_base64url, encode_cbor

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


@dataclass
class Key:
    """One passkey."""

    credential_id: bytes
    user: str
    private: ec.EllipticCurvePrivateKey
    count: int = 0


@dataclass
class Authenticator:
    """A test bends what an honest device would say: its origin, its host, whether it knew its owner, its counter."""

    origin: str = "http://localhost:8018"
    host: str = "localhost"
    knows_owner: bool = True
    counts: bool = True
    keys: list[Key] = field(default_factory=list)

    def make(self, options: dict[str, Any]) -> str:
        """A new passkey, as `navigator.credentials.create` would answer."""
        key = Key(secrets.token_bytes(16), options["user"]["id"], ec.generate_private_key(ec.SECP256R1()))
        self.keys.append(key)
        numbers = key.private.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        attested = bytes(16) + struct.pack(">H", 16) + key.credential_id + encode_cbor(public)
        data = self._data(key, ATTESTED) + attested
        statement = encode_cbor({"fmt": "none", "attStmt": {}, "authData": data})
        return self._answer(key, "webauthn.create", options, attestationObject=statement)

    def show(self, options: dict[str, Any], key: Key | None = None) -> str:
        """A signature by one of its passkeys, as `navigator.credentials.get` would answer."""
        allowed = {each["id"] for each in options.get("allowCredentials") or []}
        fit = [k for k in self.keys if not allowed or bytes_to_base64url(k.credential_id) in allowed]
        key = key or fit[0]
        key.count += self.counts
        data, client = self._data(key), self._client("webauthn.get", options)
        signature = key.private.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._answer(
            key, "webauthn.get", options, authenticatorData=data, signature=signature, userHandle=key.user
        )

    def _data(self, key: Key, flags: int = 0) -> bytes:
        flags |= PRESENT | (VERIFIED if self.knows_owner else 0)
        return hashlib.sha256(self.host.encode()).digest() + struct.pack(">BI", flags, key.count)

    def _client(self, kind: str, options: dict[str, Any]) -> bytes:
        said = {"type": kind, "challenge": options["challenge"], "origin": self.origin, "crossOrigin": False}
        return json.dumps(said).encode()

    def _answer(self, key: Key, kind: str, options: dict[str, Any], **response: bytes | str) -> str:
        given = {"clientDataJSON": self._client(kind, options)} | response
        name = bytes_to_base64url(key.credential_id)
        texts = {k: v if isinstance(v, str) else bytes_to_base64url(v) for k, v in given.items()}
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": texts})
