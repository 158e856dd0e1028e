"""The provider that the settings name: what its discovery says, its keys, and codes for ID tokens."""

from datetime import datetime
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

import msgspec
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from tracker.identity.oidc.ceremony import Ceremony
from tracker.identity.oidc.fetch import ask
from tracker.identity.oidc.kept import Kept
from tracker.identity.oidc.tokens import Expected, Proven, check
from tracker.identity.oidc.trouble import Away, Refused
from tracker.kit.settings import Settings, is_safe

SCOPE = "openid email"
BACK = "/sign-in-oidc/back"


class Metadata(msgspec.Struct, frozen=True):
    """The part of a provider's discovery document that counts here (OpenID Connect Discovery 1.0, section 3)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    end_session_endpoint: str = ""
    id_token_signing_alg_values_supported: tuple[str, ...] = ()
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)
    code_challenge_methods_supported: tuple[str, ...] | None = None
    claims_supported: tuple[str, ...] | None = None
    authorization_response_iss_parameter_supported: bool = False


class Provider:
    """One issuer and our client there. What it says is kept for an hour in this process."""

    def __init__(self, issuer: str, client_id: str, secret: str, strong_acr: str, address: str) -> None:
        self.issuer, self.client_id, self.strong_acr = issuer, client_id, strong_acr
        self.redirect_uri = address + BACK
        self._secret = secret
        self._metadata = Kept(self._discover)
        self._keys = Kept(self._fetch_keys)

    def metadata(self, now: datetime) -> Metadata:
        """What its discovery says. Raises `Away`."""
        return self._metadata.get(now)

    def keys(self, now: datetime, *, fresh: bool = False) -> KeySet:
        """With which it signs. Raises `Away`."""
        return self._keys.get(now, fresh=fresh)

    def sign_in_address(self, ceremony: Ceremony, now: datetime) -> str:
        """Where the browser goes to sign in. Raises `Away`."""
        asked = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "scope": SCOPE,
            "state": ceremony.state,
            "nonce": ceremony.nonce,
            "code_challenge": ceremony.challenge,
            "code_challenge_method": "S256",
        } | ({"acr_values": self.strong_acr} if self.strong_acr else {})
        return _with_query(self.metadata(now).authorization_endpoint, asked)

    def sign_out_address(self, now: datetime) -> str:
        """Where one ends the provider's own session, too; empty if it has no such page. Raises `Away`."""
        end = self.metadata(now).end_session_endpoint
        return _with_query(end, {"client_id": self.client_id}) if end else ""

    def check_sender(self, iss: str | None, now: datetime) -> None:
        """RFC 9207: the answer that the browser brings is this provider's. Raises `Refused`, `Away`."""
        says = self.metadata(now).authorization_response_iss_parameter_supported
        if iss != self.issuer and (says or iss is not None):
            raise Refused("answer of another issuer")

    def redeem(self, code: str, ceremony: Ceremony, now: datetime) -> Proven:
        """Whom the provider vouches for. Raises `Refused`, `Away`."""
        token = self._exchange(code, ceremony, now)
        expected = Expected(self.issuer, self.client_id, ceremony.nonce, self.strong_acr)
        return check(token, lambda fresh: self.keys(now, fresh=fresh), expected, now)

    def _exchange(self, code: str, ceremony: Ceremony, now: datetime) -> str:
        metadata = self.metadata(now)
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
            "code_verifier": ceremony.verifier,
        }
        methods = metadata.token_endpoint_auth_methods_supported
        if "client_secret_basic" not in methods and "client_secret_post" in methods:
            form |= {"client_id": self.client_id, "client_secret": self._secret}
            status, answer = ask(metadata.token_endpoint, form=form)
        else:
            status, answer = ask(metadata.token_endpoint, form=form, client=(self.client_id, self._secret))
        if status != 200:
            # A wrong secret is ours to mend, a code that is none is the browser's.
            raise Refused("client refused" if answer.get("error") == "invalid_client" else "code refused")
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise Refused("no ID token")
        return token

    def _discover(self, now: datetime) -> Metadata:
        status, answer = ask(self.issuer.rstrip("/") + "/.well-known/openid-configuration")
        if status != 200:
            raise Away("no discovery")
        try:
            found = msgspec.convert(answer, Metadata)
        except msgspec.ValidationError:
            raise Away("malformed discovery") from None
        if found.issuer != self.issuer:
            raise Away("discovery of another issuer")
        needed = (found.authorization_endpoint, found.token_endpoint, found.jwks_uri)
        # Only a provider on this machine may do without https, and then it is on this machine wholly.
        there = [each for each in (*needed, found.end_session_endpoint) if each or each in needed]
        plain = self.issuer.startswith("http://")
        if not all(is_safe(each) and (plain or each.startswith("https://")) for each in there):
            raise Away("unsafe endpoint")
        return found

    def _fetch_keys(self, now: datetime) -> KeySet:
        status, answer = ask(self.metadata(now).jwks_uri)
        if status != 200:
            raise Away("no keys")
        try:
            return KeySet.import_key_set(_public(answer))
        except (JoseError, ValueError, TypeError, KeyError, AttributeError):
            raise Away("malformed keys") from None


@lru_cache(maxsize=8)
def _provider(issuer: str, client_id: str, secret: str, strong_acr: str, address: str) -> Provider:
    return Provider(issuer, client_id, secret, strong_acr, address)


def provider_of(given: Settings) -> Provider | None:
    """The one that the settings name, the same for the life of this process; None if they name none."""
    if not given.oidc_issuer:
        return None
    return _provider(
        given.oidc_issuer,
        given.oidc_client_id,
        given.oidc_client_secret,
        given.oidc_strong_acr,
        given.address,
    )


def _public(answer: dict[str, Any]) -> Any:
    """Without secret keys: what everybody can read proves nothing."""
    return {"keys": [key for key in answer["keys"] if key["kty"] != "oct"]}


def _with_query(address: str, asked: dict[str, str]) -> str:
    return f"{address}{'&' if '?' in address else '?'}{urlencode(asked)}"
