"""The register of people: who sees it, and each form from the empty field to the history."""

from collections.abc import Callable

from sqlalchemy import select

from tests.builders import RECORDED_AT, put_partner
from tests.web.browser import Browser
from tests.web.conftest import World
from tracker.identity import links, security_log
from tracker.people import queries
from tracker.people.tables import letters

Person = Callable[[str], Browser]


def test_a_person_is_found_by_name_and_address(world: World, person: Person) -> None:
    admin = person("admin")
    assert "office@example.org" in admin.open("/people").text
    found = admin.open("/people?words=FOCAL")
    assert "focal@example.org" in found.text
    assert "office@example.org" not in found.text
    assert "Nobody fits" in admin.open("/people?words=nobody_").text
    assert person("focal_point").open("/people").status == 403


def test_somebody_is_invited_once_and_gets_a_mail(world: World, person: Person) -> None:
    office = person("secretariat")
    form = office.open("/people/invite")
    wrong = office.send(form, name="", email="new@example.org")
    assert wrong.status == 422
    assert "name" in wrong.text
    shown = office.send(form, name="Focal point, Japan", email="new@example.org", time_zone="Asia/Tokyo")
    again = office.send(form, name="Focal point, Japan", email="new@example.org", time_zone="Asia/Tokyo")
    assert (shown.status, again.status) == (200, 200)
    assert shown.answer.url.path == again.answer.url.path
    assert "Asia/Tokyo" in shown.text
    with world.db.read() as conn:
        assert [row.purpose for row in conn.execute(select(letters))] == ["invitation"]


def test_a_role_is_given_and_taken_back_and_history_says_who_and_why(world: World, person: Person) -> None:
    admin, at = person("admin"), f"/people/{world.focal_point}"
    form = admin.open(f"{at}/grant")
    assert admin.send(form, role="validating_authority", scope="*").status == 422
    wrong = admin.send(form, role="auditor", scope="IDN")
    assert wrong.status == 422
    assert 'id="scope-error"' in wrong.html
    assert "Validating authority, IDN" in admin.send(form, role="validating_authority", scope="IDN").text
    form = admin.open(f"{at}/withdraw")
    assert admin.send(form, held="validating_authority IDN", reason="").status == 422
    shown = admin.send(form, held="validating_authority IDN", reason="Another authority.")
    assert "Another authority." in shown.text
    assert "by Admin" in shown.text
    with world.db.read() as conn:
        assert queries.roles_of(conn, world.focal_point) == []


def test_an_administrator_neither_raises_their_own_rights_nor_leaves_nobody(
    world: World, person: Person
) -> None:
    admin, at = person("admin"), f"/people/{world.admin}"
    own = admin.send(admin.open(f"{at}/grant"), role="secretariat", scope="*")
    assert (own.status, "cannot give yourself" in own.text) == (422, True)
    last = admin.send(admin.open(f"{at}/withdraw"), held="admin *", reason="Enough.")
    assert (last.status, "only administrator" in last.text) == (422, True)


def test_an_account_is_disabled_and_enabled_with_a_reason(world: World, person: Person) -> None:
    admin, at = person("admin"), f"/people/{world.focal_point}"
    focal_point = person("focal_point")
    assert "This account is disabled" in admin.send(admin.open(f"{at}/disable"), reason="Left.").text
    assert focal_point.open("/my").status == 403
    assert "Left." in admin.send(admin.open(f"{at}/enable"), reason="Back.").text


def test_a_focal_point_is_appointed_succeeded_and_retired_by_the_bodys_own_secretariat(
    world: World, person: Person
) -> None:
    office, at = person("secretariat"), "/focal-points/ASEM-CMM/JPN"
    assert "2 partners have no main focal point" in office.open("/focal-points/ASEM-CMM").text
    form = office.open(f"{at}/appoint")
    assert office.send(form, person_id=world.auditor, standing="main", since="soon").status == 422
    shown = office.send(form, person_id=world.auditor, standing="main", since="2026-01-01", until="")
    assert "Auditor" in shown.text
    form = office.open(f"{at}/hand-over")
    fields = {"from_person_id": world.auditor, "to_person_id": world.focal_point}
    assert "Focal" in office.send(form, **fields, on="2026-06-01", note="All is in order.").text
    form = office.open(f"{at}/retire")
    shown = office.send(form, person_id=world.focal_point, on="2026-09-01", reason="Moved on.")
    assert "Moved on." in shown.text
    with world.db.write() as tx:
        put_partner(tx, "BRA", body="UNESCO-2005")
    assert office.open("/focal-points/UNESCO-2005/BRA/appoint").status == 403
    sent = office.post("/focal-points/UNESCO-2005/BRA/appoint", form.form()[1] | fields)
    assert sent.status in (403, 422)
    assert person("admin").open(f"{at}/appoint").status == 403


def test_who_could_see_is_shown_for_a_day_and_for_a_person(world: World, person: Person) -> None:
    auditor = person("auditor")
    shown = auditor.open("/access?body=ASEM-CMM&partner=IDN")
    assert ("Focal" in shown.text, "Office" in shown.text) == (True, True)
    assert "Nobody could" in auditor.open("/access?on=2020-01-01").text
    assert auditor.open("/access?on=never").status == 422
    assert "followup.report" in auditor.open(f"/access/{world.focal_point}").text
    assert person("secretariat").open("/access").status == 403


def test_the_register_is_of_today(world: World, person: Person) -> None:
    assert "who could do what on an earlier day" in person("admin").open("/people?as_of=2026-11-01").text


def test_an_administrator_ends_the_sessions_of_a_person_and_their_links(world: World, person: Person) -> None:
    admin, office, focal = person("admin"), person("secretariat"), person("focal_point")
    with world.db.write() as tx:
        link = links.issue(tx, world.focal_point, RECORDED_AT)
    at = f"/people/{world.focal_point}"
    assert office.open(f"{at}/end-sessions").status == 403
    assert f"{at}/end-sessions" not in office.open(at).links
    done = admin.send(admin.open(f"{at}/end-sessions"))
    assert "They were signed out everywhere" in done.text
    assert focal.open("/my").status == 403
    assert focal.open(f"/sign-in/{link}").status == 410
    assert office.open("/people").status == 200
    with world.db.read() as conn:
        (entry,) = security_log.entries(conn, what="sessions_ended")
    assert (entry.person_id, entry.facts) == (world.focal_point, {"sessions_ended": 1, "by": world.admin})


def test_an_administrator_ends_the_sessions_of_everybody_else(world: World, person: Person) -> None:
    admin, others = person("admin"), [person(who) for who in ("secretariat", "auditor", "focal_point")]
    for other in others:
        assert other.open("/people/end-sessions").status == 403
    assert "Everybody else was signed out" in admin.send(admin.open("/people/end-sessions")).text
    assert [other.open("/account/details").status for other in others] == [403, 403, 403]
    with world.db.read() as conn:
        (entry,) = security_log.entries(conn, what="sessions_ended")
    assert entry.facts == {"sessions_ended": 3, "by": world.admin, "whose": "everybody"}
