"""Whether the provider of OpenID Connect can let anybody in."""

from datetime import datetime

from tracker.doctor.check import Check, bad, ok, warn
from tracker.identity.oidc.provider import Metadata, provider_of
from tracker.identity.oidc.tokens import ALGORITHMS
from tracker.identity.oidc.trouble import Away
from tracker.kit.settings import Settings

NAME = "single sign-on"


def single_sign_on(settings: Settings, now: datetime) -> Check:
    """Its discovery and its keys answer, and hold what signing in needs."""
    provider = provider_of(settings)
    if provider is None:
        return ok(NAME, "None is set; people sign in by mail.")
    try:
        lacking = _lacking(provider.metadata(now))
        provider.keys(now)
    except Away as error:
        mend = "Correct TRACKER_OIDC_ISSUER, or ask its operator. People sign in by mail meanwhile."
        return bad(NAME, f"{provider.issuer} does not answer as it should: {error.why}.", mend)
    where = f"Its redirect address here must be {provider.redirect_uri}."
    if lacking:
        return warn(NAME, f"{provider.issuer} does not say that it has {', '.join(lacking)}.", where)
    return ok(NAME, f"{provider.issuer} answers. {where}")


def _lacking(found: Metadata) -> list[str]:
    claims, methods = found.claims_supported, found.code_challenge_methods_supported
    signatures = found.id_token_signing_alg_values_supported
    needs = {
        f"signatures of a kind that is trusted here ({', '.join(ALGORITHMS)})": set(signatures)
        & set(ALGORITHMS),
        "PKCE with S256": methods is not None and "S256" in methods,
        "email_verified in its ID tokens": claims is None or "email_verified" in claims,
    }
    return [need for need, there in needs.items() if not there]
