"""A form that was sent after its writer's session had ended opens again as they left it, for them alone, in that browser
alone, and is recorded only when they send it once more."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.builders import RECORDED_AT
from tests.web.browser import Browser, Page
from tests.web.conftest import Post, World
from tests.web.test_mine import several
from tracker.eventstore.store import load
from tracker.identity import sessions
from tracker.kit.files import Files
from tracker.people import drafts

AsPerson = Callable[[str], Browser]
AT = "/follow-ups/CMM8-R01/IDN/report"
WORDS = "A first draft is with the partners."
SAID = {"status": "under_implementation", "as_of": "2026-11-20", "narrative": WORDS}


def end_sessions(world: World, person_id: str) -> None:
    with world.db.write() as tx:
        sessions.end_all(tx, person_id, RECORDED_AT)


def recorded(world: World) -> int:
    with world.db.read() as conn:
        return len(load(conn, "followup-CMM8-R01:IDN"))


def lose(world: World, browser: Browser, how: str) -> None:
    """The session ends while the form is open: on the server, or in the browser too."""
    if how == "ended":
        end_sessions(world, world.focal_point)
    elif how == "gone":
        browser.client.cookies.delete("tracker-session")


def sent_too_late(world: World, browser: Browser, how: str = "ended", at: str = AT, **typed: str) -> Page:
    form = browser.open(at)
    lose(world, browser, how)
    return browser.send(form, **(typed or SAID))


@pytest.mark.parametrize("how", ["ended", "gone"])
def test_after_signing_in_the_form_is_filled_as_it_was_and_sent_by_a_press(
    world: World, focal: Browser, how: str
) -> None:
    refused = sent_too_late(world, focal, how)
    assert refused.status == 403
    assert "Please sign in again" in refused.text
    assert "Files are not kept" in refused.text
    assert f"/sign-in?{urlencode({'next': AT})}" in refused.links
    assert WORDS not in "".join(refused.links)
    form = focal.sign_in(world.focal_point).open(AT)
    assert "This is what you typed" in form.text
    assert form.form()[1]["narrative"] == WORDS
    assert form.form()[1]["as_of"] == "2026-11-20"
    assert recorded(world) == 0
    assert focal.send(form, status=SAID["status"]).status == 200
    assert recorded(world) == 1
    assert focal.open(AT).form()[1]["narrative"] == ""


def test_the_mailed_link_leads_back_to_the_filled_form(world: World, focal: Browser, post: Post) -> None:
    refused = sent_too_late(world, focal)
    asking = focal.open(next(link for link in refused.links if link.startswith("/sign-in?")))
    action, fields = next(form for form in asking.forms if form[0] == "/sign-in")
    focal.post(action, fields | {"email": "focal@example.org"})
    ((_, mail),) = post.deliver()
    address = next(word for word in mail.split() if "/sign-in/" in word)
    link = focal.open(address[address.index("/sign-in/") :])
    action, fields = next(form for form in link.forms if form[0].startswith("/sign-in/"))
    form = focal.post(action, fields)
    assert form.answer.url.path == AT
    assert form.form()[1]["narrative"] == WORDS


def test_somebody_else_who_signs_in_there_never_sees_it(world: World, focal: Browser) -> None:
    sent_too_late(world, focal)
    for other in (world.secretariat, world.auditor):
        page = focal.sign_in(other).open(AT)
        assert WORDS not in page.html
        assert "This is what you typed" not in page.text


def test_in_another_browser_it_does_not_show(world: World, focal: Browser, as_person: AsPerson) -> None:
    sent_too_late(world, focal)
    assert WORDS not in as_person(world.focal_point).open(AT).html


def test_it_is_kept_for_an_hour(world: World, focal: Browser) -> None:
    sent_too_late(world, focal)
    later = RECORDED_AT + timedelta(hours=1)
    focal.clock = lambda: later
    with world.db.read() as conn:
        (found,) = conn.execute(drafts.drafts.select()).all()
    assert found.expires_at == later


def test_whoever_is_signed_in_anew_already_is_led_straight_back(world: World, focal: Browser) -> None:
    form = focal.open(AT)
    end_sessions(world, world.focal_point)
    focal.sign_in(world.focal_point)
    refused = focal.send(form, **SAID)
    assert refused.status == 403
    assert "Go back to the form" in refused.text
    assert focal.open(AT).form()[1]["narrative"] == WORDS


def test_a_token_of_nobodys_session_keeps_nothing(world: World, focal: Browser, visitor: Browser) -> None:
    _, fields = focal.open(AT).form()
    for token in (
        "forged",
        "",
        next(f for _, f in visitor.open("/sign-in").forms if "csrf_token" in f)["csrf_token"],
    ):
        end_sessions(world, world.focal_point)
        page = visitor.post(AT, fields | SAID | {"csrf_token": token})
        assert page.status == 403
        assert "Nothing is lost" not in page.text
    with world.db.read() as conn:
        assert conn.execute(drafts.drafts.select()).all() == []


def test_a_form_of_one_person_sent_while_another_is_signed_in_is_kept_for_neither(
    world: World, focal: Browser
) -> None:
    form = focal.open(AT)
    end_sessions(world, world.focal_point)
    focal.sign_in(world.secretariat)
    page = focal.send(form, **SAID)
    assert page.status == 403
    with world.db.read() as conn:
        assert conn.execute(drafts.drafts.select()).all() == []


def test_whoever_may_not_do_it_is_told_so_and_nothing_is_kept(world: World, focal: Browser) -> None:
    _, fields = focal.open(AT).form()
    page = focal.post("/follow-ups/CMM8-R01/FRA/report", fields | SAID)
    assert "a focal point of FRA" in page.text
    assert "Nothing is lost" not in page.text


def test_no_file_of_somebody_without_a_session_is_written(
    world: World, focal: Browser, tmp_path: Path
) -> None:
    form = focal.open(AT)
    end_sessions(world, world.focal_point)
    page = focal.attach(form, ("a.txt", b"evidence"), **SAID)
    assert page.status == 403
    assert "Nothing is lost" in page.text
    assert [path for path in Files(tmp_path / "files").folder.rglob("*") if path.is_file()] == []
    again = focal.sign_in(world.focal_point).open(AT)
    assert "please choose them again" in again.text


def test_what_was_ticked_among_ones_follow_ups_is_ticked_again(world: World, focal: Browser) -> None:
    page = focal.open("/my")
    end_sessions(world, world.focal_point)
    action, fields = several(page)
    refused = focal.post(
        action, fields | {"pick_CMM8-R01:IDN": "0", "narrative": WORDS, "status": "implemented"}
    )
    assert "Nothing is lost" in refused.text
    again = focal.sign_in(world.focal_point).open("/my")
    checked = [attrs["name"] for tag, attrs in again.tags if "checked" in attrs]
    assert checked == ["pick_CMM8-R01:IDN"]
    assert several(again)[1]["narrative"] == WORDS


@pytest.mark.parametrize(
    ("at", "typed"),
    [
        ("/account/details", {"name": "Another name"}),
        ("/account/tokens", {"name": "Nightly export"}),
    ],
)
def test_the_forms_of_an_account_come_back_too(
    world: World, focal: Browser, at: str, typed: dict[str, str]
) -> None:
    sent_too_late(world, focal, at=at, **typed)
    form = focal.sign_in(world.focal_point).open(at)
    assert form.form()[1]["name"] == typed["name"]


def test_a_form_about_people_comes_back_too(world: World, as_person: AsPerson) -> None:
    office = as_person(world.secretariat)
    at = "/focal-points/ASEM-CMM/IDN/retire"
    form = office.open(at)
    end_sessions(world, world.secretariat)
    assert office.send(form, reason="Moved to another ministry.").status == 403
    again = office.sign_in(world.secretariat).open(at)
    assert again.form()[1]["reason"] == "Moved to another ministry."
