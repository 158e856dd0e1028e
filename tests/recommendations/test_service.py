"""What the service holds against the other features before it lets a command through."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import Connection

from tests.builders import BODY, context, put_body, put_meeting, recorded
from tests.recommendations.adopted import CMM8_ENDED, ask, ask_activity, element, put_elements, put_meetings
from tracker.eventstore.store import load
from tracker.kit.db import Database
from tracker.kit.errors import BadInput, NotAllowed, NotFound, RuleBroken
from tracker.people.policy import OPERATOR, PUBLIC, Actor
from tracker.recommendations import commands as c
from tracker.recommendations import events as e
from tracker.recommendations import queries
from tracker.recommendations.service import direct, handle, handle_activity

ELSEWHERE = Actor("p1", "Secretariat", frozenset({("secretariat", "OTHER")}))
HERE = Actor("p2", "Secretariat", frozenset({("secretariat", BODY)}))


@pytest.fixture
def tx(db: Database) -> Iterator[Connection]:
    with db.write() as connection:
        put_meetings(connection)
        yield connection


# --- who may ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("actor", [PUBLIC, ELSEWHERE])
def test_only_the_body_s_secretariat_records_and_changes(tx: Connection, actor: Actor) -> None:
    put_elements(tx, "CMM8-R01")
    activity = c.RecordActivity(code="ASEM-ACT-01", body=BODY, title="A portal")
    with pytest.raises(NotAllowed):
        handle(tx, actor, "CMM8-R02", element("CMM8-R02"), context())
    with pytest.raises(NotAllowed):
        handle(tx, actor, "CMM8-R01", c.SetDue(due_on=date(2020, 1, 1)), context())
    with pytest.raises(NotAllowed):
        handle_activity(tx, actor, "ASEM-ACT-01", activity, context())
    handle(tx, HERE, "CMM8-R02", element("CMM8-R02"), context())
    handle_activity(tx, HERE, "ASEM-ACT-01", activity, context())


# --- recording -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "change", "sentence"),
    [
        ("CMM8-R01", {"body": "OTHER"}, "is a meeting of ASEM-CMM, not of OTHER"),
        ("CMM9-R01", {}, "not recorded as held"),
        ("CMM8-R01", {"themes": ["arts", "music"]}, "has no theme music; its themes are: arts, heritage"),
        ("CMM8-R02-01", {"parent": "CMM7-R01"}, "adopted by CMM7"),
        ("CMM8-R02-01", {"parent": "CMM8-R09-01"}, "itself a part of CMM8-R09"),
    ],
)
def test_an_element_that_does_not_fit_is_refused(
    tx: Connection, code: str, change: dict[str, Any], sentence: str
) -> None:
    put_elements(tx, "CMM7-R01", "CMM8-R09")
    put_elements(tx, "CMM8-R09-01", parent="CMM8-R09")
    with pytest.raises(RuleBroken, match=sentence):
        ask(tx, code, element(code, **change))


def test_meeting_and_parent_must_exist(tx: Connection) -> None:
    with pytest.raises(NotFound, match="no meeting CMM5"):
        ask(tx, "CMM5-R01", element("CMM5-R01"))
    with pytest.raises(NotFound, match="no recommendation CMM8-R01"):
        ask(tx, "CMM8-R01-01", element("CMM8-R01-01", parent="CMM8-R01"))


def test_the_code_asked_for_is_the_code_given(tx: Connection) -> None:
    with pytest.raises(BadInput, match="must be the same code"):
        ask(tx, "CMM8-R02", element("CMM8-R01"))


def test_texts_are_cleaned_before_they_are_compared(tx: Connection) -> None:
    put_elements(tx, "CMM8-R01")
    assert ask(tx, "CMM8-R01", element("CMM8-R01", text="  To do CMM8-R01.\r\n")).events == ()
    with pytest.raises(BadInput, match="control characters"):
        ask(tx, "CMM8-R02", element("CMM8-R02", text="a\x00b"))


def test_nothing_can_be_asked_of_an_element_that_is_not_there(tx: Connection) -> None:
    with pytest.raises(NotFound, match="codes look like CMM8-R03"):
        ask(tx, "CMM8-R77", c.SetDue(due_on=date(2020, 1, 1)))


# --- revising, linking, superseding ----------------------------------------------------------------------------------


def test_what_has_parts_cannot_become_a_part(tx: Connection) -> None:
    put_elements(tx, "CMM8-R01", "CMM8-R02")
    put_elements(tx, "CMM8-R01-01", parent="CMM8-R01")
    with pytest.raises(RuleBroken, match="parts of its own"):
        ask(tx, "CMM8-R01", c.ReviseRecommendation(text="x", parent="CMM8-R02"))


def test_links_lead_to_elements_that_are_there(tx: Connection) -> None:
    put_elements(tx, "CMM8-R01", "CMM7-R01")
    link = c.LinkRecommendation(to="CMM7-R01", relation="restates", basis="inferred")
    assert ask(tx, "CMM8-R01", link).events
    with pytest.raises(NotFound, match="CMM7-R09"):
        ask(tx, "CMM8-R01", replace(link, to="CMM7-R09"))


def test_the_successor_belongs_to_the_body_and_still_stands(tx: Connection) -> None:
    put_elements(tx, "CMM7-R01", "CMM7-R02", "CMM8-R01")
    put_body(tx, "OTHER")
    put_meeting(tx, "OM1", date(2019, 1, 1), body="OTHER")
    put_elements(tx, "OM1-R01", body="OTHER")
    with pytest.raises(RuleBroken, match="belongs to OTHER"):
        ask(tx, "CMM7-R01", c.SupersedeRecommendation(by="OM1-R01", meeting="CMM8"))
    with pytest.raises(RuleBroken, match="a meeting of OTHER"):
        ask(tx, "CMM7-R01", c.SupersedeRecommendation(by="CMM8-R01", meeting="OM1"))
    ask(tx, "CMM7-R01", c.SupersedeRecommendation(by="CMM8-R01", meeting="CMM8"))
    found = queries.recommendation(tx, "CMM7-R01")
    assert (found.superseded_by, found.superseded_on) == ("CMM8-R01", CMM8_ENDED)
    with pytest.raises(RuleBroken, match="itself superseded by CMM8-R01"):
        ask(tx, "CMM7-R02", c.SupersedeRecommendation(by="CMM7-R01", meeting="CMM8"))


def test_nothing_is_due_before_it_was_adopted(tx: Connection) -> None:
    put_elements(tx, "CMM8-R01")
    with pytest.raises(RuleBroken, match="adopted on 2018-03-02; it cannot be due before"):
        ask(tx, "CMM8-R01", c.SetDue(due_on=date(2018, 3, 1)))
    ask(tx, "CMM8-R01", c.SetDue(due_on=CMM8_ENDED))
    with pytest.raises(RuleBroken, match="cannot be due before"):
        ask(tx, "CMM8-R01", c.MoveDue(due_on=date(2018, 3, 1), reason="So."))
    ask(tx, "CMM8-R01", c.MoveDue(due_on=date(2019, 1, 1), reason="So."))
    found = queries.recommendation(tx, "CMM8-R01")
    assert (found.original_due_on, found.due_on) == (CMM8_ENDED, date(2019, 1, 1))


# --- directing -------------------------------------------------------------------------------------------------------


def directed(tx: Connection, code: str = "CMM8-R01", **chosen: Any) -> list[tuple[str, date, str]]:
    direct(tx, OPERATOR, code, context(), **chosen)
    return [(found.partner, found.since, found.rule) for found in queries.addressees(tx, code)]


def test_an_element_is_directed_to_named_partners(tx: Connection) -> None:
    put_elements(tx, "CMM8-R01")
    assert directed(tx, on=CMM8_ENDED, partners=["IDN"]) == [("IDN", CMM8_ENDED, "")]


def test_a_grouping_is_that_of_the_day_and_stays_in_words(tx: Connection) -> None:
    put_elements(tx, "CMM7-R01", "CMM8-R01")
    rule = "all partners of the grouping Asia on 2018-03-02"
    assert directed(tx, on=CMM8_ENDED, grouping="Asia") == [
        ("IDN", CMM8_ENDED, rule),
        ("KAZ", CMM8_ENDED, rule),
    ]
    earlier = date(2017, 1, 1)
    assert [code for code, *_ in directed(tx, "CMM7-R01", on=earlier, grouping="Asia")] == ["IDN"]


def test_everyone_is_every_partner_of_the_body_on_that_day(tx: Connection) -> None:
    put_elements(tx, "CMM8-R01")
    found = directed(tx, on=CMM8_ENDED, everyone=True)
    assert [code for code, *_ in found] == ["FRA", "IDN", "KAZ"]
    assert {rule for *_, rule in found} == {"all partners of ASEM-CMM on 2018-03-02"}


def test_who_was_addressed_before_keeps_the_first_day_and_rule(tx: Connection) -> None:
    put_elements(tx, "CMM8-R01")
    directed(tx, on=CMM8_ENDED, partners=["IDN"])
    found = directed(tx, on=date(2019, 1, 1), everyone=True)
    assert found[1] == ("IDN", CMM8_ENDED, "")
    assert direct(tx, OPERATOR, "CMM8-R01", context(), on=date(2019, 1, 1), everyone=True).events == ()


@pytest.mark.parametrize(
    ("chosen", "sentence"),
    [
        (
            {"code": "CMM7-R01", "on": date(2017, 1, 1), "partners": ["KAZ"]},
            "KAZ did not belong to ASEM-CMM on 2017-01-01",
        ),
        ({"on": date(2018, 2, 28), "partners": ["IDN"]}, "it cannot be directed before that, on 2018-02-28"),
        ({"on": CMM8_ENDED, "partners": ["XYZ"]}, "XYZ did not belong"),
        ({"on": CMM8_ENDED, "grouping": "Africa"}, "no partners of the grouping Africa"),
        ({"on": date(1990, 1, 1), "everyone": True}, "no partners of ASEM-CMM"),
        ({"on": CMM8_ENDED, "partners": []}, "at least one partner"),
    ],
)
def test_only_partners_of_that_day_can_be_addressed(tx: Connection, chosen: Any, sentence: str) -> None:
    put_elements(tx, "CMM7-R01", "CMM8-R01")
    with pytest.raises(RuleBroken, match=sentence):
        directed(tx, **chosen)


@pytest.mark.parametrize(
    "chosen", [{}, {"partners": ["IDN"], "everyone": True}, {"grouping": "Asia", "partners": []}]
)
def test_to_whom_is_said_in_one_way(tx: Connection, chosen: Any) -> None:
    put_elements(tx, "CMM8-R01")
    with pytest.raises(BadInput, match="in one way"):
        directed(tx, on=CMM8_ENDED, **chosen)


def test_a_command_that_arrives_twice_is_answered_twice_and_written_once(tx: Connection) -> None:
    put_elements(tx, "CMM8-R01")
    asked = context()
    first = direct(tx, OPERATOR, "CMM8-R01", asked, on=CMM8_ENDED, everyone=True)
    again = direct(tx, OPERATOR, "CMM8-R01", asked, on=CMM8_ENDED, everyone=True)
    assert (again.repeated, again.first, again.last) == (True, first.first, first.last)
    assert len(load(tx, "recommendation-CMM8-R01")) == 2


# --- activities ------------------------------------------------------------------------------------------------------


def test_a_mention_belongs_to_one_activity_and_one_body(tx: Connection) -> None:
    put_body(tx, "OTHER")
    put_meeting(tx, "OM1", date(2019, 1, 1), body="OTHER")
    for code in ("ASEM-ACT-01", "ASEM-ACT-02"):
        ask_activity(tx, code, c.RecordActivity(code=code, body=BODY, title="A portal"))
    mention = c.MentionActivity(code="CMM8-F01", meeting="CMM8", text="The portal.")
    ask_activity(tx, "ASEM-ACT-01", mention)
    with pytest.raises(RuleBroken, match="is a mention of ASEM-ACT-01; withdraw it there first"):
        ask_activity(tx, "ASEM-ACT-02", mention)
    with pytest.raises(RuleBroken, match="a meeting of OTHER"):
        ask_activity(tx, "ASEM-ACT-01", c.MentionActivity(code="OM1-F01", meeting="OM1", text="x"))
    ask_activity(tx, "ASEM-ACT-01", c.WithdrawMention(code="CMM8-F01"))
    ask_activity(tx, "ASEM-ACT-02", mention)
    assert [(said.code, said.activity) for said in queries.mentions(tx, "CMM8")] == [
        ("CMM8-F01", "ASEM-ACT-02")
    ]


def test_an_activity_implements_elements_that_are_there(tx: Connection) -> None:
    put_elements(tx, "CMM8-R01")
    ask_activity(tx, "ASEM-ACT-01", c.RecordActivity(code="ASEM-ACT-01", body=BODY, title="A portal"))
    ask_activity(tx, "ASEM-ACT-01", c.LinkActivity(recommendation="CMM8-R01", basis="stated"))
    with pytest.raises(NotFound, match="CMM8-R09"):
        ask_activity(tx, "ASEM-ACT-01", c.LinkActivity(recommendation="CMM8-R09", basis="stated"))
    with pytest.raises(NotFound, match="codes look like ASEM-ACT-01"):
        ask_activity(tx, "ASEM-ACT-09", c.LinkActivity(recommendation="CMM8-R01", basis="stated"))
    with pytest.raises(NotFound, match="no body"):
        ask_activity(tx, "X-ACT-01", c.RecordActivity(code="X-ACT-01", body="NONE", title="x"))


# --- demonstration ---------------------------------------------------------------------------------------------------


def test_a_demonstration_due_date_marks_the_date_alone_until_a_real_one_replaces_it(tx: Connection) -> None:
    put_elements(tx, "CMM8-R01")
    handle(tx, OPERATOR, "CMM8-R01", c.SetDue(due_on=date(2020, 1, 1)), context(demonstration=True))
    found = queries.recommendation(tx, "CMM8-R01")
    assert (found.demonstration, found.due_demonstration) == (False, True)
    handle(tx, OPERATOR, "CMM8-R01", c.MoveDue(due_on=date(2021, 1, 1), reason="Decided."), context())
    assert not queries.recommendation(tx, "CMM8-R01").due_demonstration


def test_one_event_of_demonstration_marks_the_row(tx: Connection) -> None:
    put_elements(tx, "CMM8-R01", "CMM8-R02")
    classed = c.ClassifyRecommendation(nature="informational", themes=[])
    handle(tx, OPERATOR, "CMM8-R01", classed, context(demonstration=True))
    direct(tx, OPERATOR, "CMM8-R02", context(demonstration=True), on=CMM8_ENDED, partners=["IDN"])
    direct(tx, OPERATOR, "CMM8-R02", context(), on=CMM8_ENDED, partners=["FRA"])
    shown = {found.code: found.demonstration for found in queries.elements(tx, "CMM8")}
    assert shown == {"CMM8-R01": True, "CMM8-R02": False}
    marked = {found.partner: found.demonstration for found in queries.addressees(tx, "CMM8-R02")}
    assert marked == {"IDN": True, "FRA": False}


def test_a_row_that_was_never_recorded_stops_the_projection(tx: Connection) -> None:
    from tracker.eventstore.rows import Rows
    from tracker.kit.errors import Tampered
    from tracker.recommendations.projection import projection

    with pytest.raises(Tampered, match="never recorded"):
        projection.apply(Rows(tx), recorded("recommendation-CMM8-R99", 1, e.DueSet(due_on=CMM8_ENDED)))


def test_an_element_is_superseded_by_a_meeting_that_could_decide_it_and_from_then_on(tx: Connection) -> None:
    put_elements(tx, "CMM7-R01", "CMM8-R01")

    def supersede(meeting: str) -> c.SupersedeRecommendation:
        return c.SupersedeRecommendation(by="CMM8-R01", meeting=meeting)

    for meeting, sentence in (
        ("CMM7", "CMM7 ended on 2016-06-22, before CMM8-R01 was adopted on 2018-03-01"),
        ("CMM9", "CMM9 has not met yet"),
    ):
        with pytest.raises(RuleBroken, match=sentence):
            handle(tx, OPERATOR, "CMM7-R01", supersede(meeting), context())
    handle(tx, OPERATOR, "CMM7-R01", supersede("CMM8"), context())
    assert queries.recommendation(tx, "CMM7-R01").superseded_on == CMM8_ENDED
    handle(tx, OPERATOR, "CMM7-R01", c.WithdrawSupersession(reason="A slip."), context())
    found = queries.recommendation(tx, "CMM7-R01")
    assert (found.superseded_by, found.superseded_on) == (None, None)


def test_a_command_sent_twice_gets_its_answer_though_it_could_not_be_given_again(tx: Connection) -> None:
    put_elements(tx, "CMM7-R01", "CMM8-R01", "CMM8-R02")
    asked = context()
    command = c.SupersedeRecommendation(by="CMM8-R01", meeting="CMM8")
    first = handle(tx, OPERATOR, "CMM7-R01", command, asked)
    handle(tx, OPERATOR, "CMM8-R01", c.SupersedeRecommendation(by="CMM8-R02", meeting="CMM8"), context())
    again = handle(tx, OPERATOR, "CMM7-R01", command, asked)
    assert (again.repeated, again.last) == (True, first.last)
