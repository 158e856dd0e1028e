"""ID tokens: checked completely, or refused (OpenID Connect Core 1.0, section 3.1.3.7)."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, TypeGuard

import msgspec
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from tracker.identity.oidc.trouble import Refused

ALGORITHMS = ("RS256", "PS256", "ES256", "ES384")
"""Signatures by a key that only the provider has. Never `none`; never HS…, whose key would be one that others know."""
SKEW = timedelta(seconds=60)
LONGEST_SUBJECT = 255


class Expected(msgspec.Struct, frozen=True):
    """What a token must say. `strong_acr`: the value of `acr` that stands for a second factor; empty: none does."""

    issuer: str
    client_id: str
    nonce: str
    strong_acr: str


class Proven(msgspec.Struct, frozen=True):
    """Whom the provider vouches for. `strong`: they showed it a second factor."""

    subject: str
    email: str
    strong: bool


def check(token: str, keys: Callable[[bool], KeySet], expected: Expected, now: datetime) -> Proven:
    """Whom the token speaks of; `keys(fresh)` gives the provider's. Raises `Refused`, and what `keys` raises."""
    claims = _claims(token, keys)
    _check_sender(claims, expected)
    _check_time(claims, now.timestamp())
    subject, email = claims.get("sub"), claims.get("email")
    # OpenID Connect Core 1.0, section 2: at most 255 ASCII characters.
    if not (_is_text(subject) and len(subject) <= LONGEST_SUBJECT and subject.isascii()):
        raise Refused("no subject")
    if not _is_text(email) or claims.get("email_verified") is not True:
        raise Refused("no verified address")
    return Proven(subject, email, _is_strong(claims, expected))


def _claims(token: str, keys: Callable[[bool], KeySet]) -> Mapping[str, Any]:
    try:
        try:
            return jwt.decode(token, keys(False), algorithms=ALGORITHMS).claims
        except InvalidKeyIdError:  # the provider may have changed its keys since they were fetched
            return jwt.decode(token, keys(True), algorithms=ALGORITHMS).claims
    except InvalidKeyIdError:
        raise Refused("unknown key") from None
    except (JoseError, ValueError, TypeError, KeyError, RecursionError):
        raise Refused("wrong signature") from None


def _check_sender(claims: Mapping[str, Any], expected: Expected) -> None:
    if claims.get("iss") != expected.issuer:
        raise Refused("wrong issuer")
    audience, party = claims.get("aud"), claims.get("azp")
    if isinstance(audience, list) and len(audience) > 1 and party is None:
        raise Refused("wrong audience")
    if expected.client_id not in (audience if isinstance(audience, list) else [audience]):
        raise Refused("wrong audience")
    if party is not None and party != expected.client_id:
        raise Refused("wrong audience")
    if claims.get("nonce") != expected.nonce:
        raise Refused("wrong nonce")


def _check_time(claims: Mapping[str, Any], now: float) -> None:
    skew = SKEW.total_seconds()
    expires, issued, begins = claims.get("exp"), claims.get("iat"), claims.get("nbf", now)
    if not (_is_number(expires) and _is_number(issued) and _is_number(begins)):
        raise Refused("no time")
    if expires <= now - skew:
        raise Refused("expired")
    if max(issued, begins) > now + skew:
        raise Refused("not valid yet")


def _is_strong(claims: Mapping[str, Any], expected: Expected) -> bool:
    methods = claims.get("amr")  # RFC 8176
    by_method = isinstance(methods, list) and "mfa" in methods
    return by_method or bool(expected.strong_acr and claims.get("acr") == expected.strong_acr)


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_text(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and bool(value) and value.isprintable()
