"""A provider, a network or a browser that lies: refused in a sentence, noted without secrets, and nothing changed."""

import base64
import gzip
import hashlib
import hmac
import json
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count
from pathlib import Path
from threading import Barrier
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from joserfc import jwt
from sqlalchemy import select

from tests.builders import put_person
from tests.identity.hostile_provider import JSON, SECOND, HostileProvider, as_json
from tests.identity.way import Way, at
from tests.web.browser import Browser
from tracker.identity import security_log, tables
from tracker.identity.oidc import ceremony, fetch
from tracker.identity.oidc.trouble import Refused
from tracker.kit.db import Database

MINUTE = timedelta(minutes=1)
SECOND_LONG = timedelta(seconds=1)


def unsigned(header: dict[str, Any], claims: dict[str, Any], key: bytes | None = None) -> str:
    """A token put together by hand; with a key, by HMAC with it."""
    parts = [
        base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in (header, claims)
    ]
    text = ".".join(parts)
    mac = hmac.new(key, text.encode(), hashlib.sha256).digest() if key else b""
    return f"{text}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


def by_another_key(provider: HostileProvider, claims: dict[str, Any]) -> str:
    return jwt.encode({"alg": "RS256", "kid": "first"}, claims, SECOND)


def by_none(provider: HostileProvider, claims: dict[str, Any]) -> str:
    return unsigned({"alg": "none", "kid": "first"}, claims)


def by_none_in_capitals(provider: HostileProvider, claims: dict[str, Any]) -> str:
    return unsigned({"alg": "NonE"}, claims)


def by_the_public_key(provider: HostileProvider, claims: dict[str, Any]) -> str:
    pem = provider.key.as_pem(private=False)
    return unsigned({"alg": "HS256", "kid": "first"}, claims, pem)


def by_the_client_secret(provider: HostileProvider, claims: dict[str, Any]) -> str:
    return unsigned({"alg": "HS256", "kid": "first"}, claims, provider.secret.encode())


def by_a_key_of_its_own(provider: HostileProvider, claims: dict[str, Any]) -> str:
    header = {"alg": "RS256", "kid": "first", "jwk": SECOND.as_dict(private=False)}
    return jwt.encode(header, claims, SECOND)


def changed_after_signing(provider: HostileProvider, claims: dict[str, Any]) -> str:
    head, _, mark = provider.signed(claims).split(".")
    body = base64.urlsafe_b64encode(json.dumps(claims | {"sub": "victim"}).encode()).rstrip(b"=").decode()
    return f"{head}.{body}.{mark}"


FORGERIES = [
    by_another_key,
    by_none,
    by_none_in_capitals,
    by_the_public_key,
    by_the_client_secret,
    by_a_key_of_its_own,
    changed_after_signing,
    lambda provider, claims: "a.b.c",
    lambda provider, claims: "",
    lambda provider, claims: "\ud800é",
    lambda provider, claims: "[" * 5000,
]


@pytest.mark.parametrize("forge", FORGERIES)
def test_a_forged_token_opens_nothing(
    way: Way, hostile: HostileProvider, forge: Callable[[HostileProvider, dict[str, Any]], str]
) -> None:
    way.link()
    way.browser.client.cookies.clear()
    hostile.sign = lambda claims: forge(hostile, claims)
    page = way.sign_in()
    assert page.status == 403
    assert "nothing was changed" in page.text
    assert way.session is None
    assert way.log()[-1] == "sso: wrong signature"


WRONG_CLAIMS: list[tuple[dict[str, Any], str]] = [
    ({"iss": "https://evil.example"}, "wrong issuer"),
    ({"iss": None}, "wrong issuer"),
    ({"aud": "another"}, "wrong audience"),
    ({"aud": None}, "wrong audience"),
    ({"aud": []}, "wrong audience"),
    ({"aud": ["another", "tracker"]}, "wrong audience"),
    ({"aud": ["another", "tracker"], "azp": "another"}, "wrong audience"),
    ({"azp": "another"}, "wrong audience"),
    ({"nonce": "another"}, "wrong nonce"),
    ({"nonce": None}, "wrong nonce"),
    ({"exp": None}, "no time"),
    ({"exp": "tomorrow"}, "no time"),
    ({"iat": None}, "no time"),
    ({"sub": None}, "no subject"),
    ({"sub": ""}, "no subject"),
    ({"sub": 7}, "no subject"),
    ({"sub": "s" * 256}, "no subject"),
    ({"sub": "a\x00"}, "no subject"),
    ({"email": None}, "no verified address"),
    ({"email": ["focal@example.org"]}, "no verified address"),
    ({"email_verified": False}, "no verified address"),
    ({"email_verified": "true"}, "no verified address"),
    ({"email_verified": 1}, "no verified address"),
    ({"email_verified": None}, "no verified address"),
    ({"email": "focаl@example.org"}, "strange address"),  # Cyrillic а
    ({"email": "ｆocal@example.org"}, "strange address"),
    ({"email": "focal@example.org, office@example.org"}, "strange address"),
    ({"email": "focal@example.org\r\nBcc: x@example.org"}, "no verified address"),
]


@pytest.mark.parametrize(("claims", "why"), WRONG_CLAIMS, ids=lambda given: str(given)[:40])
def test_a_token_that_says_something_else_opens_nothing(
    way: Way, hostile: HostileProvider, claims: dict[str, Any], why: str
) -> None:
    hostile.claims = claims
    assert way.sign_in().status == 403
    assert way.log() == [f"sso: {why}"]
    assert (way.session, way.linked(), way.post.deliver(way.clock())) == (None, [], [])


@pytest.mark.parametrize(
    "claims", [{"aud": ["tracker"]}, {"aud": ["another", "tracker"], "azp": "tracker"}, {"azp": "tracker"}]
)
def test_an_audience_may_be_said_in_each_way_of_the_standard(
    way: Way, hostile: HostileProvider, claims: dict[str, Any]
) -> None:
    hostile.claims = claims
    assert way.sign_in().status == 200


@pytest.mark.parametrize(
    ("seconds", "claim", "status"),
    [(-59, "exp", 200), (-60, "exp", 403), (60, "iat", 200), (61, "iat", 403), (61, "nbf", 403)],
)
def test_clocks_may_differ_by_a_minute(
    way: Way, hostile: HostileProvider, seconds: int, claim: str, status: int
) -> None:
    hostile.claims = {claim: int(hostile.now.timestamp()) + seconds}
    assert way.sign_in().status == status


def test_new_keys_are_fetched_once_when_a_token_names_one_that_is_unknown(
    way: Way, hostile: HostileProvider
) -> None:
    way.link()
    hostile.key, hostile.published = SECOND, [SECOND]
    hostile.asked.clear()
    assert "Sign out" in way.sign_in().text
    assert hostile.asked == ["/token", "/jwks"]
    hostile.asked.clear()
    assert "Sign out" in way.sign_in().text
    assert hostile.asked == ["/token"]


def test_an_unknown_key_that_is_published_nowhere_opens_nothing(way: Way, hostile: HostileProvider) -> None:
    hostile.key = SECOND
    assert way.sign_in().status == 403
    assert hostile.asked.count("/jwks") == 2
    assert way.log() == ["sso: unknown key"]


def huge() -> tuple[int, str, bytes]:
    return 200, JSON, b'{"a": "' + b"x" * 2_000_000 + b'"}'


ODD_ANSWERS: list[tuple[Callable[[], tuple[int, str, bytes]], str]] = [
    (lambda: (200, JSON, b"{"), "malformed JSON"),
    (lambda: (200, JSON, b"[]"), "malformed JSON"),
    (lambda: (200, JSON, b"\xff"), "malformed JSON"),
    (lambda: (200, JSON, b"[" * 100_000), "malformed JSON"),
    (lambda: (200, "text/html", b"{}"), "wrong content type"),
    (lambda: (500, JSON, b"{}"), "server error"),
    (lambda: (302, JSON, b"http://127.0.0.1:1/elsewhere"), "redirect"),
    (huge, "huge answer"),
    (lambda: (200, JSON, gzip.compress(b" " * 50_000_000)), "packed answer"),
]


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/jwks", "/token"])
@pytest.mark.parametrize(("answer", "why"), ODD_ANSWERS, ids=[why for _, why in ODD_ANSWERS])
def test_a_provider_that_answers_oddly_is_a_sentence_and_changes_nothing(
    way: Way, hostile: HostileProvider, path: str, answer: Callable[[], tuple[int, str, bytes]], why: str
) -> None:
    hostile.answers[path] = answer
    discovery = path == "/.well-known/openid-configuration"
    page = way.browser.open("/sign-in-oidc") if discovery else way.sign_in()
    assert page.status == 503
    assert "sign in with a mailed link" in page.text
    assert way.log() == [f"sso away: {why}"]
    assert (way.session, way.linked()) == (None, [])


def test_a_provider_that_dawdles_is_not_waited_for(
    way: Way, hostile: HostileProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch, "SECONDS", 0.2)

    def dawdle() -> tuple[int, str, bytes]:
        hostile.stop.wait(30)
        return as_json({})

    hostile.answers["/token"] = dawdle
    assert way.sign_in().status == 503
    assert way.log() == ["sso away: too slow"]


def test_an_answer_that_trickles_is_not_waited_for_to_its_end(
    way: Way, monkeypatch: pytest.MonkeyPatch
) -> None:
    began = count(0, fetch.SECONDS + 1)
    monkeypatch.setattr(fetch, "monotonic", lambda: next(began))
    assert way.browser.open("/sign-in-oidc").status == 503
    assert way.log() == ["sso away: too slow"]


def test_a_provider_that_is_down_is_not_asked_again_by_everybody(way: Way, hostile: HostileProvider) -> None:
    hostile.answers["/.well-known/openid-configuration"] = lambda: (500, JSON, b"{}")
    assert {way.browser.open("/sign-in-oidc").status for _ in range(5)} == {503}
    assert len(hostile.asked) == 1
    hostile.answers.clear()
    hostile.now += timedelta(seconds=10)
    assert way.sign_in().status == 200


def test_a_provider_that_is_gone_is_a_sentence(way: Way, hostile: HostileProvider) -> None:
    hostile.server.server_close()
    page = way.browser.open("/sign-in-oidc")
    assert page.status == 503
    assert "does not answer as it should" in page.text
    assert way.log() == ["sso away: no answer"]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"issuer": "https://evil.example"}, "discovery of another issuer"),
        ({"token_endpoint": "http://evil.example/token"}, "unsafe endpoint"),
        ({"jwks_uri": "file:///etc/passwd"}, "unsafe endpoint"),
        ({"jwks_uri": "https://user:secret@evil.example"}, "unsafe endpoint"),
        ({"authorization_endpoint": "javascript:alert(1)"}, "unsafe endpoint"),
        ({"end_session_endpoint": "javascript:alert(1)"}, "unsafe endpoint"),
        ({"token_endpoint": 7}, "malformed discovery"),
        ({"token_endpoint": ""}, "unsafe endpoint"),
    ],
)
def test_discovery_leads_nowhere_unsafe(
    way: Way, hostile: HostileProvider, change: dict[str, Any], why: str
) -> None:
    hostile.discovery = change
    assert way.browser.open("/sign-in-oidc").status == 503
    assert way.log() == [f"sso away: {why}"]


@pytest.mark.parametrize("keys", [{}, {"keys": []}, {"keys": "x"}, {"keys": [7]}, {"keys": [{"kty": "RSA"}]}])
def test_keys_that_are_none_are_a_sentence(way: Way, hostile: HostileProvider, keys: dict[str, Any]) -> None:
    hostile.answers["/jwks"] = lambda: as_json(keys)
    assert way.sign_in().status == 503
    assert way.log() == ["sso away: malformed keys"]


def test_a_secret_key_among_the_published_ones_is_not_trusted(way: Way, hostile: HostileProvider) -> None:
    known = base64.urlsafe_b64encode(b"k" * 32).rstrip(b"=").decode()
    keys = [hostile.key.as_dict(private=False), {"kty": "oct", "kid": "open", "k": known}]
    hostile.answers["/jwks"] = lambda: as_json({"keys": keys})
    hostile.sign = lambda claims: unsigned({"alg": "HS256", "kid": "open"}, claims, b"k" * 32)
    assert way.sign_in().status == 403


# What a browser brings back.


def test_an_answer_that_another_browser_asked_for_opens_nothing(
    way: Way, ways: Callable[..., Way], hostile: HostileProvider
) -> None:
    way.link()
    victim = ways()
    assert victim.browser.open(way.back()).status == 403
    assert victim.session is None
    victim.there()  # even when it is on its own way to the provider
    assert victim.browser.open(way.back()).status == 403
    assert victim.session is None
    assert victim.log()[-2:] == ["sso: not begun in this browser", "sso: wrong state"]


def test_what_goes_to_the_provider_is_fresh_each_time_and_comes_back_to_this_site_only(way: Way) -> None:
    seen = []
    for _ in range(2):
        answer = way.browser.client.get("/sign-in-oidc", follow_redirects=False)
        asked = dict(parse_qsl(urlsplit(answer.headers["location"]).query))
        assert asked["redirect_uri"] == "http://127.0.0.1:8018/sign-in-oidc/back"
        assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
        seen.append(asked)
        assert "HttpOnly" in answer.headers["set-cookie"]
        assert "SameSite=lax" in answer.headers["set-cookie"]
    for name in ("state", "nonce", "code_challenge"):
        assert seen[0][name] != seen[1][name]
        assert len(seen[0][name]) == 43  # 256 bits in base 64
    assert len({seen[0][name] for name in ("state", "nonce", "code_challenge")}) == 3


def test_over_https_the_cookie_is_bound_to_this_host(ways: Callable[..., Way]) -> None:
    way = ways(base_url="https://tracker.example.org")
    way.browser.client.base_url = "https://tracker.example.org"
    answer = way.browser.client.get("/sign-in-oidc", follow_redirects=False)
    assert answer.headers["set-cookie"].startswith("__Host-tracker-oidc=")
    assert "Secure" in answer.headers["set-cookie"]
    asked = dict(parse_qsl(urlsplit(answer.headers["location"]).query))
    assert asked["redirect_uri"] == "https://tracker.example.org/sign-in-oidc/back"


@pytest.mark.parametrize("change", ["", "state=", "state=x", "code=only"])
def test_an_answer_without_its_state_opens_nothing(way: Way, change: str) -> None:
    way.there()
    assert way.browser.open(f"/sign-in-oidc/back?{change}").status == 403
    assert way.log() == ["sso: wrong state"]


def test_a_forged_cookie_begins_nothing(way: Way) -> None:
    mine = ceremony.new_ceremony("", way.clock())
    way.browser.client.cookies.set("tracker-oidc", ceremony.to_cookie(mine, "another secret"))
    assert way.browser.open(f"/sign-in-oidc/back?code=x&state={mine.state}").status == 403
    assert way.log() == ["sso: not begun in this browser"]


def test_an_answer_comes_back_within_ten_minutes_or_too_late(way: Way, hostile: HostileProvider) -> None:
    late, just = way.back(), hostile.now + 10 * MINUTE
    hostile.now = just
    assert way.browser.open(late).status == 403
    in_time = way.back()
    hostile.now = just + 10 * MINUTE - SECOND_LONG
    assert way.browser.open(in_time).status == 200


def test_a_code_is_redeemed_by_whoever_asked_for_it_only(
    way: Way, ways: Callable[..., Way], hostile: HostileProvider
) -> None:
    stolen = dict(parse_qsl(urlsplit(way.back()).query))["code"]
    thief = ways()
    own = dict(parse_qsl(urlsplit(thief.back()).query))["state"]
    assert thief.browser.open(f"/sign-in-oidc/back?code={stolen}&state={own}").status == 403
    assert thief.log() == ["sso: code refused"]


@pytest.mark.parametrize(
    ("error", "why"),
    [
        ("access_denied", "access denied"),
        ("server_error", "provider's error"),
        ("%3Cscript%3Ealert(1)%3C/script%3E", "provider's error"),
    ],
)
def test_an_error_of_the_provider_is_a_sentence_of_ours(way: Way, error: str, why: str) -> None:
    state = way.back().partition("state=")[2]
    words = "error_description=Call%20%2B1%20555%20and%20tell%20your%20password"
    page = way.browser.open(f"/sign-in-oidc/back?error={error}&{words}&state={state}")
    assert page.status == 403
    assert "555" not in page.html
    assert "alert(1)" not in page.html
    assert way.log() == [f"sso: {why}"]


@pytest.mark.parametrize(
    ("says", "iss", "status"),
    [
        (True, "", 403),
        (True, "&iss=https://evil.example", 403),
        (False, "&iss=https://evil.example", 403),
        (False, "", 200),
        (True, "&iss=own", 200),
    ],
)
def test_an_answer_names_the_issuer_that_was_asked(
    way: Way, hostile: HostileProvider, says: bool, iss: str, status: int
) -> None:
    hostile.discovery = {"authorization_response_iss_parameter_supported": says}
    address = way.back() + iss.replace("own", hostile.issuer)
    assert way.browser.open(address).status == status


def test_of_twenty_that_come_back_at_once_one_goes_on(db: Database, hostile: HostileProvider) -> None:
    mine, start = ceremony.new_ceremony("", hostile.now), Barrier(20)

    def come_back(_: int) -> bool:
        start.wait()
        try:
            db.run(lambda tx: ceremony.spend(tx, mine, hostile.now))
        except Refused:
            return False
        return True

    with ThreadPoolExecutor(20) as pool:
        assert sum(pool.map(come_back, range(20))) == 1


def test_a_wrong_client_secret_is_a_sentence(way: Way, hostile: HostileProvider) -> None:
    hostile.secret = "changed"
    assert way.sign_in().status == 403
    assert way.log() == ["sso: client refused"]


def test_a_provider_that_takes_the_secret_in_the_form_only_gets_it_there(
    way: Way, hostile: HostileProvider
) -> None:
    hostile.discovery = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    assert way.sign_in().status == 200


# Limits, logs and what is kept.


def test_thousands_of_false_answers_are_refused_and_a_good_one_goes_on_all_the_same(way: Way) -> None:
    way.link()
    way.there()
    seen = [way.browser.open(f"/sign-in-oidc/back?code=x&state={n}").status for n in range(40)]
    assert seen == [403] * 30 + [429] * 10
    assert "Sign out" in way.sign_in().text
    assert way.log()[-4:] == ["sso: wrong state", "limited", "signed_out", "signed_in"]


def test_nobody_is_mailed_more_than_three_times(way: Way) -> None:
    assert [way.sign_in().status for _ in range(4)] == [200, 200, 200, 429]
    assert len(way.post.deliver(way.clock())) == 3


def test_neither_log_nor_database_holds_a_code_a_token_a_state_or_an_address(
    way: Way, hostile: HostileProvider, db: Database, caplog: pytest.LogCaptureFixture
) -> None:
    tokens: list[str] = []

    def kept(claims: dict[str, Any]) -> str:
        tokens.append(hostile.signed(claims))
        return tokens[-1]

    hostile.sign = kept
    caplog.set_level(logging.INFO)
    address = way.back()
    way.browser.open(address)
    way.press(way.link_in_mail())
    way.browser.open(address)
    code, state = (pair.partition("=")[2] for pair in address.partition("?")[2].split("&"))
    with db.read() as conn:
        stored = str(
            [
                conn.execute(select(table)).all()
                for table in (tables.oidc_ceremonies, tables.oidc_identities, tables.sessions)
            ]
        )
        noted = str(security_log.entries(conn))
    ours = str([record.getMessage() for record in caplog.records if record.name.startswith("tracker")])
    for secret in (code, state, tokens[0], hostile.secret):
        assert secret not in stored + noted + ours
    assert "focal@example.org" not in stored + noted + ours


# The mail that links.


def test_the_link_works_only_in_the_browser_that_came_back_from_the_provider(
    way: Way, ways: Callable[..., Way]
) -> None:
    way.sign_in()
    link = way.link_in_mail()
    other = ways()
    page = other.browser.open(link)
    assert page.status == 403
    assert "in the other browser" in page.text
    assert not any(action == link for action, _ in page.forms)
    token = next(f["csrf_token"] for _, f in other.browser.open("/sign-in").forms if "csrf_token" in f)
    assert other.browser.post(link, {"csrf_token": token}).status == 403
    other.sign_in()  # on its own way to the provider: still not this one
    assert other.browser.post(link, {"csrf_token": token}).status == 410
    assert other.linked() == []
    assert "Sign out" in way.press(link).text


def test_the_link_works_once_and_opening_it_changes_nothing(way: Way) -> None:
    way.sign_in()
    link = way.link_in_mail()
    pages = [way.browser.open(link) for _ in range(3)]
    assert way.linked() == []
    assert "Sign out" in way.press(link).text
    action, fields = next(form for form in pages[0].forms if form[0] == link)
    assert way.browser.open(link).status == 410
    fields["csrf_token"] = next(f["csrf_token"] for _, f in way.browser.open("/").forms if "csrf_token" in f)
    assert way.browser.post(action, fields).status == 410


def test_the_link_lives_for_ten_minutes(way: Way, hostile: HostileProvider) -> None:
    way.sign_in()
    link = way.link_in_mail()
    hostile.now += 10 * MINUTE
    assert way.browser.open(link).status == 410


def test_one_subject_links_one_account(way: Way, hostile: HostileProvider, db: Database) -> None:
    way.link()
    db.run(lambda tx: put_person(tx, "second@example.org"))
    hostile.claims = {"email": "second@example.org"}
    assert "Sign out" in way.sign_in().text  # it is the first account still
    assert way.post.deliver(way.clock()) == []


@pytest.mark.parametrize("path", ["/sign-in-oidc", "/sign-in-oidc/back?code=x&state=y", "/sign-in-oidc/left"])
def test_without_a_provider_there_is_no_such_page(way: Way, db: Database, tmp_path: Path, path: str) -> None:
    plain = Browser(db, tmp_path, at(way.clock()))
    assert plain.open(path).status == 404
    assert "sign-in-oidc" not in plain.open("/sign-in").html


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_site_sends_nobody_to_the_provider_who_did_not_choose_it(way: Way, site: str) -> None:
    way.link()
    way.browser.client.cookies.clear()
    answer = way.browser.client.get("/sign-in-oidc", headers={"sec-fetch-site": site}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    assert "set-cookie" not in answer.headers


def test_what_the_tracker_signed_for_a_form_is_no_cookie_of_the_way(way: Way) -> None:
    page = way.browser.open("/sign-in")
    form = next(fields["csrf_token"] for _, fields in page.forms if "csrf_token" in fields)
    way.browser.client.cookies.set("tracker-oidc", form)
    assert way.browser.open("/sign-in-oidc/back?code=x&state=x").status == 403
    assert way.log() == ["sso: not begun in this browser"]
