"""What `tracker doctor` says about the provider."""

from pathlib import Path
from typing import Any

import pytest

from tests.builders import RECORDED_AT
from tests.identity.hostile_provider import HostileProvider, as_json
from tests.identity.way import CLIENT_ID
from tracker.doctor.check import Check
from tracker.doctor.sign_in import single_sign_on
from tracker.kit.settings import Settings


def said(provider: HostileProvider, folder: Path) -> Check:
    given = {"oidc_client_id": CLIENT_ID, "oidc_client_secret": provider.secret}
    settings = Settings(data_dir=folder, oidc_issuer=provider.issuer, **given)
    return single_sign_on(settings, provider.now)


def test_without_a_provider_nothing_is_asked(tmp_path: Path) -> None:
    assert single_sign_on(Settings(data_dir=tmp_path), RECORDED_AT).state == "ok"


def test_a_good_provider_is_good_and_its_redirect_address_is_told(
    hostile: HostileProvider, tmp_path: Path
) -> None:
    check = said(hostile, tmp_path)
    assert check.state == "ok"
    assert "http://127.0.0.1:8018/sign-in-oidc/back" in check.message


@pytest.mark.parametrize(
    ("change", "lacks"),
    [
        ({"code_challenge_methods_supported": ["plain"]}, "PKCE with S256"),
        ({"code_challenge_methods_supported": None}, "PKCE with S256"),
        ({"id_token_signing_alg_values_supported": ["HS256", "none"]}, "signatures of a kind"),
        ({"claims_supported": ["sub", "email"]}, "email_verified"),
    ],
)
def test_what_a_provider_lacks_is_told(
    hostile: HostileProvider, tmp_path: Path, change: dict[str, Any], lacks: str
) -> None:
    hostile.discovery = change
    check = said(hostile, tmp_path)
    assert check.state == "warn"
    assert lacks in check.message


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/jwks"])
def test_a_provider_that_does_not_answer_is_told_with_the_mend(
    hostile: HostileProvider, tmp_path: Path, path: str
) -> None:
    hostile.answers[path] = lambda: as_json({}, 404)
    check = said(hostile, tmp_path)
    assert check.state == "bad"
    assert "TRACKER_OIDC_ISSUER" in check.mend
