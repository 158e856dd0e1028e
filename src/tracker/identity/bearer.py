"""Random strings that let in whoever holds them. Only their hashes are stored."""

import hashlib
import secrets

BYTES = 32


def new_bearer() -> str:
    """256 random bits, fit for an address, a cookie or a header."""
    return secrets.token_urlsafe(BYTES)


def hashed(bearer: str) -> str:
    """What is stored of it: 64 hexadecimal digits. No salt, since nobody can guess 256 bits."""
    # What a browser sends may hold anything; a broken character only makes it another string.
    return hashlib.sha256(bearer.encode(errors="replace")).hexdigest()
