"""Errors are pages that help, or problem+json; headers keep the browser on our side; nothing huge gets in."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.builders import RECORDED_AT
from tests.web.browser import Browser
from tests.web.conftest import World
from tracker.kit.db import Database
from tracker.web.guard import MOST_BYTES


def test_every_answer_tells_the_browser_what_it_may_do(world: World, visitor: Browser) -> None:
    for path in ("/", "/nowhere", "/static/tracker.css", "/healthz"):
        headers = visitor.open(path).answer.headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"


def test_a_program_that_asks_for_json_gets_a_problem(world: World, visitor: Browser) -> None:
    answer = visitor.open("/recommendations/CMM8-R99", accept="application/json").answer
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["title"] == "There is no such page"
    assert "CMM8-R99" in answer.json()["detail"]


def test_the_wrong_method_is_answered_with_the_right_one(world: World, visitor: Browser) -> None:
    page = visitor.post("/recommendations", {})
    assert page.status == 405
    assert page.answer.headers["allow"] == "GET"


def test_a_body_that_is_no_form_is_refused(world: World, visitor: Browser) -> None:
    answer = visitor.client.post("/sign-out", json={"a": 1})
    assert answer.status_code == 422
    assert "takes a web form" in answer.text


def test_a_huge_body_is_refused_with_and_without_a_declared_length(world: World, visitor: Browser) -> None:
    assert visitor.post("/sign-out", b"a=" + b"x" * MOST_BYTES).status == 413

    def dripping() -> object:
        for _ in range(MOST_BYTES // 1000 + 1):
            yield b"x" * 1000

    form = {"content-type": "application/x-www-form-urlencoded"}
    answer = visitor.client.post("/sign-out", content=dripping(), headers=form)  # type: ignore[arg-type]
    assert answer.status_code == 413
    assert "larger than 1 MB" in answer.text


def test_too_many_fields_are_refused(world: World, visitor: Browser) -> None:
    page = visitor.post("/sign-out", b"&".join(b"a%d=1" % number for number in range(300)))
    assert page.status == 422
    assert "more than 200 fields" in page.text


@pytest.mark.parametrize("path", ["/recommendations/%00", "/recommendations?words=%00", "/partners/%FF"])
def test_an_address_with_broken_characters_is_refused(world: World, visitor: Browser, path: str) -> None:
    assert visitor.open(path).status == 422


def test_a_fault_of_ours_shows_no_trace(
    world: World, visitor: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr("tracker.meetings.queries.meetings", broken)
    page = visitor.open("/meetings")
    assert page.status == 500
    assert "secret detail" not in page.html
    assert "Traceback" not in page.html
    assert "default-src 'none'" in page.answer.headers["content-security-policy"]


def test_a_database_that_is_away_is_said_and_worth_a_retry(tmp_path: Path) -> None:
    gone = Database(f"sqlite:///{tmp_path}/gone/tracker.db")
    (tmp_path / "gone").rmdir()
    browser = Browser(gone, tmp_path)
    page = browser.open("/")
    assert page.status == 503
    assert page.answer.headers["retry-after"]
    assert "try again in a while" in page.text
    assert browser.open("/readyz").status == 503
    assert browser.open("/healthz").status == 200
    gone.dispose()


@pytest.mark.parametrize(
    "url", ["postgresql+psycopg://a_role:x@127.0.0.1:9/a_name", "sqlite:///{folder}/a_name/a_role.db"]
)
def test_a_stranger_hears_nothing_of_where_the_database_is(
    url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    gone = Database(url.format(folder=tmp_path))
    browser = Browser(gone, tmp_path)
    for path in ("/", "/readyz", "/api/v1/meetings"):
        answer = browser.client.get(path)
        assert answer.status_code == 503
        for word in ("a_role", "a_name", "127.0.0.1:9", "port 9", str(tmp_path)):
            assert word not in answer.text, path
    assert "The database" in caplog.text
    gone.dispose()


def test_a_ready_process_says_so(db: Database, visitor: Browser) -> None:
    assert visitor.open("/readyz").text == "ready\n"


def test_the_mailbox_is_for_administrators(
    world: World, visitor: Browser, as_person: Callable[[str], Browser]
) -> None:
    assert visitor.open("/mailbox").status == 403
    assert as_person(world.focal_point).open("/mailbox").status == 403
    assert "No mail yet" in as_person(world.admin).open("/mailbox").text


def test_there_is_no_mailbox_where_mail_goes_out(world: World, tmp_path: Path) -> None:
    browser = Browser(world.db, tmp_path, smtp_url="smtp://mail.example.org:25").sign_in(world.admin)
    page = browser.open("/mailbox")
    assert page.status == 404
    assert "/mailbox" not in page.links


def test_static_files_may_be_kept_by_the_browser(visitor: Browser) -> None:
    assert "immutable" in visitor.open("/static/tracker.css").answer.headers["cache-control"]


def test_behind_https_every_answer_insists_on_it_and_a_fault_of_ours_too(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    browser = Browser(world.db, tmp_path, lambda: RECORDED_AT, base_url="https://tracker.example.org")
    browser.client.base_url = "https://tracker.example.org"
    monkeypatch.setattr("tracker.meetings.queries.meetings", broken)
    seen = {}
    for path in ("/", "/nowhere", "/static/tracker.css", "/healthz", "/api/v1/me", "/meetings"):
        answer = browser.client.get(path)
        seen[path] = answer.status_code
        assert answer.headers["strict-transport-security"] == "max-age=31536000; includeSubDomains"
        assert path.startswith("/static") or answer.headers["cache-control"] == "no-store"
    assert seen["/meetings"] == 500
    assert browser.client.get("/", headers={"host": "evil.example"}).headers["strict-transport-security"]


def test_no_other_site_reads_an_answer(world: World, visitor: Browser) -> None:
    for path in ("/", "/nowhere", "/api/v1/me", "/api/v1/meetings", "/static/tracker.css"):
        for method in ("GET", "OPTIONS"):
            asked = {"origin": "https://evil.example", "access-control-request-method": "POST"}
            headers = visitor.client.request(method, path, headers=asked).headers
            assert not [name for name in headers if name.startswith("access-control-")]
            assert headers["cross-origin-resource-policy"] == "same-origin"


def test_no_page_may_be_framed_and_nothing_is_embedded(world: World, visitor: Browser) -> None:
    for path in ("/", "/nowhere", "/api/v1/me", "/static/tracker.css", "/healthz"):
        policy = visitor.client.get(path).headers["content-security-policy"]
        assert {"object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"} <= set(policy.split("; "))
