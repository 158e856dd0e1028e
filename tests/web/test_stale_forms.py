"""Two people at one form: the second one sees both versions, loses neither, and decides."""

from collections.abc import Callable

from tests.web.browser import Browser
from tests.web.conftest import World
from tracker.eventstore.store import load
from tracker.people import queries

AsPerson = Callable[[str], Browser]
REPORT = "/follow-ups/CMM8-R01/IDN/report"
GRANT = {"role": "auditor", "scope": "*"}
READER = {"role": "reader", "scope": "*"}


def test_both_reports_stand_side_by_side_and_mine_goes_out_or_is_dropped(
    world: World, as_person: AsPerson
) -> None:
    mine, theirs = as_person(world.focal_point), as_person(world.secretariat)
    said = {"status": "under_implementation", "as_of": "2026-11-20"}
    form, other = mine.open(REPORT), mine.open(REPORT)
    theirs.send(theirs.open(REPORT), **said, narrative="Their words.")
    for stale in (form, other):
        late = mine.send(stale, **said, narrative="My words.", evidence_1_url="https://example.org/x")
        assert late.status == 409
        assert "Recorded meanwhile" in late.text
        assert "Their words." in late.text
        assert "by Office" in late.text
        # To be read beside the other, and in the form.
        assert late.text.count("My words.") == 2
        assert "https://example.org/x" in late.text
    dropped = mine.send(late, draft="drop")
    assert "Yours was dropped" in dropped.text
    first = mine.send(form, **said, narrative="My words.")
    assert mine.send(first, status=said["status"]).status == 200
    with world.db.read() as conn:
        found = [each.event.narrative for each in load(conn, "followup-CMM8-R01:IDN")]  # type: ignore[attr-defined]
    assert found == ["Their words.", "My words."]


def test_a_role_that_was_given_meanwhile_shows_beside_the_one_that_i_give(
    world: World, as_person: AsPerson
) -> None:
    at = f"/people/{world.focal_point}/grant"
    mine, theirs = as_person(world.admin), as_person(world.admin)
    form = mine.open(at)
    theirs.send(theirs.open(at), **READER)
    late = mine.send(form, **GRANT)
    assert late.status == 409
    assert "Someone changed this while you were writing" in late.text
    assert "Role given" in late.text
    assert "Reader" in late.text
    with world.db.read() as conn:
        assert queries.roles_of(conn, world.focal_point) == [("reader", "*")]
    assert mine.send(late, **GRANT).status == 200
    with world.db.read() as conn:
        assert set(queries.roles_of(conn, world.focal_point)) == {("reader", "*"), ("auditor", "*")}


def test_a_form_about_people_sent_twice_is_recorded_once_even_if_something_followed(
    world: World, as_person: AsPerson
) -> None:
    at = f"/people/{world.focal_point}/grant"
    mine = as_person(world.admin)
    form = mine.open(at)
    assert mine.send(form, **GRANT).status == 200
    assert mine.send(mine.open(at), **READER).status == 200
    assert mine.send(form, **GRANT).status == 200
    with world.db.read() as conn:
        assert len(queries.roles_of(conn, world.focal_point)) == 2


def test_a_form_about_people_sent_again_with_other_words_asks_what_is_meant(
    world: World, as_person: AsPerson
) -> None:
    mine = as_person(world.admin)
    form = mine.open(f"/people/{world.focal_point}/grant")
    mine.send(form, **GRANT)
    again = mine.send(form, **READER)
    assert again.status == 409
    with world.db.read() as conn:
        assert queries.roles_of(conn, world.focal_point) == [("auditor", "*")]


def test_mine_may_be_dropped(world: World, as_person: AsPerson) -> None:
    at = f"/people/{world.focal_point}/grant"
    mine = as_person(world.admin)
    form = mine.open(at)
    mine.send(mine.open(at), **READER)
    dropped = mine.send(mine.send(form, **GRANT), draft="drop")
    assert dropped.answer.url.path == f"/people/{world.focal_point}"
    with world.db.read() as conn:
        assert queries.roles_of(conn, world.focal_point) == [("reader", "*")]
