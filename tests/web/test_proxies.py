"""Whom the door believes about where a visitor comes from, and under which names it answers."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import Message

from tests.builders import RECORDED_AT
from tests.web.browser import Browser
from tests.web.conftest import World
from tracker.app import create_app
from tracker.identity.tables import rate_limits
from tracker.kit.db import Database
from tracker.kit.errors import SetupError
from tracker.kit.settings import Settings, read_settings
from tracker.web.client import client_address

PROXY, NEXT_PROXY, VISITOR, INVENTED = "10.1.0.1", "10.1.0.2", "203.0.113.7", "198.51.100.66"
TRUSTED = "10.1.0.0/24, fd00::1"
BASE = "https://tracker.example.org"
Ask = Callable[..., dict[str, str]]


@pytest.fixture
def ask(sqlite_url: str, tmp_path: Path) -> Ask:
    """What the application takes to be the client, scheme and host of a request."""

    def asking(*headers: tuple[str, str], peer: str = PROXY, trusted: str = TRUSTED) -> dict[str, str]:
        browser = Browser(
            Database(sqlite_url), tmp_path, lambda: RECORDED_AT, peer, trusted_proxies=trusted, base_url=BASE
        )

        def seen(request: Request) -> JSONResponse:
            left = [name for name in request.headers if "forwarded" in name]
            seen = {"client": client_address(request), "url": str(request.url), "left": ",".join(left)}
            return JSONResponse(seen)

        browser.app.add_api_route("/seen", seen)
        answer = browser.client.get("http://tracker.example.org/seen", headers=list(headers))
        return dict(answer.json()) | {"status": str(answer.status_code)}

    return asking


def forwarded_for(*lines: str) -> list[tuple[str, str]]:
    return [("X-Forwarded-For", line) for line in lines]


CHAINS = [
    ([VISITOR], VISITOR),
    ([f"{INVENTED}, {VISITOR}"], VISITOR),
    ([f"{INVENTED}, {VISITOR}, {NEXT_PROXY}"], VISITOR),
    ([INVENTED, VISITOR], VISITOR),
    ([f"{PROXY}, {VISITOR}"], VISITOR),
    ([f"{VISITOR}:50123"], VISITOR),
    (["2001:db8::7"], "2001:db8::7"),
    (["[2001:db8::7]:443"], "2001:db8::7"),
    (["[2001:db8::7"], PROXY),
    (["2001:db8::7%eth0"], "2001:db8::7"),
    (["::ffff:203.0.113.7"], VISITOR),
    ([f"{INVENTED}, ::ffff:10.1.0.2"], INVENTED),
    ([f"{INVENTED}, fd00::1"], INVENTED),
    ([f"{NEXT_PROXY}, {PROXY}"], NEXT_PROXY),
    ([f"{INVENTED}, unknown"], PROXY),
    ([f"{INVENTED}, _hidden, {NEXT_PROXY}"], NEXT_PROXY),
    (["' OR 1=1 --"], PROXY),
    (["999.1.1.1"], PROXY),
    (["0x7f.1"], PROXY),
    ([f"{VISITOR}:http"], PROXY),
    ([""], PROXY),
    ([","], PROXY),
    ([f"{INVENTED}," * 5_000 + VISITOR], VISITOR),
    ([", ".join([INVENTED] + [NEXT_PROXY] * 500)], NEXT_PROXY),
]


@pytest.mark.parametrize(("lines", "client"), CHAINS, ids=[str(number) for number in range(len(CHAINS))])
def test_the_client_is_the_rightmost_address_that_is_no_trusted_proxy(
    ask: Ask, lines: list[str], client: str
) -> None:
    assert ask(*forwarded_for(*lines))["client"] == client


@pytest.mark.parametrize("peer", ["203.0.113.99", "2001:db8::99", "testclient", ""])
@pytest.mark.parametrize("trusted", [TRUSTED, ""])
def test_nobody_else_is_believed_whatever_they_send(ask: Ask, peer: str, trusted: str) -> None:
    headers = [
        *forwarded_for(INVENTED),
        ("X-Forwarded-Proto", "https"),
        ("X-Forwarded-Host", "evil.example"),
        ("Forwarded", f"for={INVENTED};proto=https;host=evil.example"),
    ]
    assert ask(*headers, peer=peer, trusted=trusted) == {
        "client": peer,
        "url": "http://tracker.example.org/seen",
        "left": "",
        "status": "200",
    }


def test_a_proxy_on_this_machine_is_not_believed_either_unless_it_is_named(ask: Ask) -> None:
    assert ask(*forwarded_for(INVENTED), peer="127.0.0.1")["client"] == "127.0.0.1"
    assert ask(*forwarded_for(VISITOR), peer="127.0.0.1", trusted="127.0.0.1")["client"] == VISITOR


@pytest.mark.parametrize(
    ("element", "client"),
    [
        (f"for={VISITOR};proto=https", VISITOR),
        (f'for={INVENTED}, For="{VISITOR}:4711";Proto=https', VISITOR),
        ('for="[2001:db8::7]:4711";proto=HTTPS', "2001:db8::7"),
        ("for=unknown;proto=https", PROXY),
        ("proto=https;;;=;for", PROXY),
    ],
)
def test_the_standard_header_is_read_where_the_proxy_sends_it(ask: Ask, element: str, client: str) -> None:
    seen = ask(("Forwarded", element))
    assert (seen["client"], seen["url"]) == (client, "https://tracker.example.org/seen")


def test_two_accounts_that_differ_are_refused_and_two_that_agree_are_not(ask: Ask) -> None:
    assert ask(*forwarded_for(VISITOR), ("Forwarded", f"for={VISITOR}"))["client"] == VISITOR
    refused = ask(*forwarded_for(VISITOR), ("Forwarded", f"for={INVENTED}"), ("Accept", "application/json"))
    assert refused["status"] == "400"
    assert "remove the other" in refused["detail"]


@pytest.mark.parametrize(
    ("lines", "scheme"),
    [
        (["https"], "https"),
        (["HTTPS"], "https"),
        (["http, https"], "https"),
        (["https", "http"], "http"),
        (["javascript"], "http"),
        (["https\thttps"], "http"),
    ],
)
def test_the_scheme_is_the_nearest_proxy_s_word_and_http_or_https(
    ask: Ask, lines: list[str], scheme: str
) -> None:
    seen = ask(*forwarded_for(VISITOR), *[("X-Forwarded-Proto", line) for line in lines])
    assert seen["url"].startswith(f"{scheme}://")


def test_a_trusted_proxy_may_name_the_host_and_only_ours_is_answered(ask: Ask) -> None:
    assert ask(("X-Forwarded-Host", "tracker.example.org"))["status"] == "200"
    wrong = ask(("X-Forwarded-Host", "tracker.example.org, evil.example"), ("Accept", "application/json"))
    assert wrong["status"] == "421"


def test_tries_are_counted_by_the_visitor_behind_the_proxy_and_not_by_what_it_invents(
    world: World, tmp_path: Path
) -> None:
    browser = Browser(world.db, tmp_path, lambda: RECORDED_AT, PROXY, trusted_proxies=TRUSTED)
    for number in range(3):
        browser.client.headers["x-forwarded-for"] = f"198.51.100.{number}, {VISITOR}"
        page = browser.open("/sign-in")
        _, fields = next(form for form in page.forms if "email" in form[1])
        browser.post("/sign-in", fields | {"email": f"no{number}@example.org"})
    with world.db.read() as connection:
        keys = connection.execute(select(rate_limits.c.key)).scalars().all()
    assert [key for key in keys if VISITOR in key]
    assert not [key for key in keys if "198.51.100" in key or PROXY in key]


HOSTS = [
    ("tracker.example.org", 200),
    ("TRACKER.example.org:8443", 200),
    ("tracker.example.org.", 200),
    ("evil.example", 421),
    ("tracker.example.org.evil.example", 421),
    ("127.0.0.1", 421),
    ("[::1]", 421),
    ("tracker.example.org:99999", 400),
    ("tracker.example.org:80:80", 400),
    ("tracker.example.org@evil.example", 400),
    ("tracker.example.org, evil.example", 400),
    ("tracker.example.org/evil", 400),
    ("tracker.example.org\r\nX: y", 400),
    ("tracker.example.org\x00", 400),
    ("träcker.example.org", 400),
    ("", 400),
]


@pytest.mark.parametrize(("host", "status"), HOSTS)
def test_the_site_answers_under_its_own_name_alone(
    sqlite_url: str, tmp_path: Path, host: str, status: int
) -> None:
    assert raw(sqlite_url, tmp_path, [(b"host", host.encode("latin-1"))]) == status


@pytest.mark.parametrize(
    "hosts", [[], [b"tracker.example.org"] * 2, [b"tracker.example.org", b"evil.example"]]
)
def test_no_host_or_more_than_one_is_refused(sqlite_url: str, tmp_path: Path, hosts: list[bytes]) -> None:
    assert raw(sqlite_url, tmp_path, [(b"host", host) for host in hosts]) == 400


def raw(url: str, folder: Path, headers: list[tuple[bytes, bytes]], path: str = "/") -> int:
    """The status of a request as bytes, past every client that would tidy it."""
    settings = Settings(data_dir=folder, secret_key="k" * 40, base_url=BASE)
    app, sent = create_app(settings, Database(url), lambda: RECORDED_AT), []
    scope = {
        "type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "query_string": b"",
        "headers": headers, "client": ("192.0.2.1", 1), "server": ("x", 80), "scheme": "http",
        "http_version": "1.1", "root_path": "",
    }  # fmt: skip

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(app(scope, receive, send))
    assert b"evil" not in b"".join(message.get("body", b"") for message in sent)
    return int(sent[0]["status"])


@pytest.mark.parametrize(
    ("listening", "host", "status"),
    [
        ("127.0.0.1", "localhost:8018", 200),
        ("127.0.0.1", "[::1]:8018", 200),
        ("127.0.0.1", "rebound.example", 421),
        ("127.0.0.1", "192.0.2.5", 421),
        ("0.0.0.0", "192.0.2.5:8018", 200),  # noqa: S104 - nothing listens
        ("0.0.0.0", "rebound.example", 421),  # noqa: S104
        ("office.example.org", "office.example.org", 200),
    ],
)
def test_without_an_address_it_answers_as_this_machine(
    sqlite_url: str, tmp_path: Path, listening: str, host: str, status: int
) -> None:
    browser = Browser(Database(sqlite_url), tmp_path, lambda: RECORDED_AT, host=listening)
    assert browser.client.get("/", headers={"Host": host}).status_code == status


def test_whoever_watches_the_process_may_reach_it_under_any_name(sqlite_url: str, tmp_path: Path) -> None:
    assert raw(sqlite_url, tmp_path, [(b"host", b"10.0.0.9")], "/healthz") == 200


def test_behind_https_the_browser_is_told_to_stay_there_and_cookies_are_the_host_s_own(
    world: World, tmp_path: Path
) -> None:
    browser = Browser(world.db, tmp_path, lambda: RECORDED_AT, base_url=BASE)
    answer = browser.client.get("/sign-in")
    assert answer.headers["strict-transport-security"] == "max-age=31536000; includeSubDomains"
    for cookie in answer.headers.get_list("set-cookie"):
        assert cookie.startswith("__Host-")
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=lax"} <= set(cookie.split("; "))
        assert "Domain" not in cookie


def test_without_https_no_browser_is_told_to_insist_on_it(world: World, visitor: Browser) -> None:
    assert "strict-transport-security" not in visitor.client.get("/").headers


@pytest.mark.parametrize("text", ["proxy.example.org", "10.0.0.1/8", "10.0.0.0/99", "*", "1.2.3"])
def test_a_proxy_that_is_no_address_or_network_stops_the_start(text: str) -> None:
    with pytest.raises(
        SetupError, match=r"TRACKER_TRUSTED_PROXIES: must look like 127\.0\.0\.1, 10\.1\.0\.0/16"
    ):
        read_settings(trusted_proxies=text)
