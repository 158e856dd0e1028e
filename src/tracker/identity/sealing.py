"""Keeps what must be read again, and by nobody who holds the database alone: AES-256-GCM with a key of the secret."""

import secrets
from base64 import b64decode, b64encode
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from tracker.kit.errors import SetupError

NONCE_BYTES = 12


def seal(secret: str, text: str, owner: str) -> str:
    """The text, encrypted; it opens for this owner only, so that a row cannot be put beside another person."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return b64encode(nonce + _cipher(secret).encrypt(nonce, text.encode(), owner.encode())).decode()


def unseal(secret: str, sealed: str, owner: str) -> str:
    """The text again; raises `SetupError` when it was sealed with another secret or for another owner."""
    raw = b64decode(sealed)
    try:
        return _cipher(secret).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], owner.encode()).decode()
    except InvalidTag:
        raise SetupError(
            "What is kept of this second factor was encrypted with another secret key. Restore TRACKER_SECRET_KEY, or "
            "let the operator reset the person's factors."
        ) from None


@lru_cache(maxsize=4)
def _cipher(secret: str) -> AESGCM:
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"tracker.sealing").derive(secret.encode())
    return AESGCM(key)
