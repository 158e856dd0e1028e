"""Taking back in a browser: who sees the button and when, and what stands afterwards."""

from collections.abc import Callable

import pytest

from tests.builders import RECORDED_AT, context
from tests.web.browser import Browser
from tests.web.conftest import World
from tracker.followups import commands as c
from tracker.followups import queries, service
from tracker.people.policy import OPERATOR

WHERE = ("CMM8-R01", "IDN")
AT = "/follow-ups/CMM8-R01/IDN"


def view(world: World) -> queries.FollowupView:
    """The follow-up as it stands."""
    with world.db.read() as conn:
        return queries.followup(conn, *WHERE, RECORDED_AT.date())


def done(world: World, command: c.FollowupCommand) -> None:
    """As if the operator had done it."""
    with world.db.write() as tx:
        service.handle(tx, OPERATOR, *WHERE, command, context(), now=RECORDED_AT)


def offered(browser: Browser) -> set[str]:
    """What may be taken back, by the buttons of the page."""
    return {link.rsplit("/", 1)[1] for link in browser.open(AT).links if link.startswith(f"{AT}/withdraw")}


@pytest.mark.parametrize(
    ("who", "once_reported", "once_disputed", "once_closed"),
    [
        ("focal_point", {"withdraw-report"}, {"withdraw-report"}, set()),
        (
            "secretariat",
            {"withdraw-report"},
            {"withdraw-report", "withdraw-dispute"},
            {"withdraw-decision", "withdraw-dispute"},
        ),
        ("auditor", set(), {"withdraw-dispute"}, {"withdraw-dispute"}),
        ("admin", set(), set(), set()),
    ],
)
def test_a_button_shows_where_it_applies_and_to_whom_the_policy_lets(
    world: World,
    as_person: Callable[[str], Browser],
    request: pytest.FixtureRequest,
    who: str,
    once_reported: set[str],
    once_disputed: set[str],
    once_closed: set[str],
) -> None:
    browser = as_person(getattr(world, who))
    assert offered(browser) == set()
    request.getfixturevalue("reported")
    assert offered(browser) == once_reported
    done(world, c.DisputeReport(report_id=view(world).report_id or "", reason="Not so."))
    assert offered(browser) == once_disputed
    done(
        world,
        c.CloseFollowup(
            recommendation=WHERE[0], partner=WHERE[1], meeting="CMM8", ending="implemented", reason="Done."
        ),
    )
    assert offered(browser) == once_closed


def test_a_report_that_is_taken_back_leaves_what_stood_before(
    reported: World, person: Callable[[str], Browser]
) -> None:
    focal = person("focal_point")
    receipt = focal.send(focal.open(f"{AT}/withdraw-report"), reason="It was about another one.")
    assert receipt.status == 200
    assert view(reported).status == "no_information"
    page = focal.open(AT)
    assert "Report taken back" in page.text
    assert "It was about another one." in page.text
    assert "A beginning." in page.text


def test_a_dispute_that_is_taken_back_lets_verification_start_anew(
    reported: World, person: Callable[[str], Browser]
) -> None:
    done(reported, c.DisputeReport(report_id=view(reported).report_id or "", reason="Not so."))
    office = person("secretariat")
    office.send(office.open(f"{AT}/withdraw-dispute"), reason="It is so after all.")
    assert view(reported).verification == "reported"
    assert "It is so after all." in office.open(AT).text


def test_a_decision_that_is_taken_back_opens_the_follow_up_and_names_the_meeting_by_itself(
    reported: World, person: Callable[[str], Browser]
) -> None:
    done(
        reported,
        c.CloseFollowup(
            recommendation=WHERE[0], partner=WHERE[1], meeting="CMM8", ending="implemented", reason="Done."
        ),
    )
    office = person("secretariat")
    form = office.open(f"{AT}/withdraw-decision")
    chosen = [given["value"] for tag, given in form.tags if tag == "option" and "selected" in given]
    assert chosen == ["CMM8"]
    refused = office.send(form, meeting="CMM9", reason="Not decided.")
    assert refused.status == 422
    assert "CMM8 decided last on this follow-up" in refused.text
    office.send(refused, meeting="CMM8", reason="Not decided.")
    assert view(reported).ending is None


def test_a_report_of_a_closed_follow_up_stays(reported: World, person: Callable[[str], Browser]) -> None:
    done(
        reported,
        c.CloseFollowup(
            recommendation=WHERE[0], partner=WHERE[1], meeting="CMM8", ending="implemented", reason="Done."
        ),
    )
    focal = person("focal_point")
    page = focal.send(focal.open(f"{AT}/withdraw-report"), reason="A slip.")
    assert page.status == 422
    assert "keeps its reports" in page.text
