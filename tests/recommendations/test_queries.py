"""Answers about elements and activities."""

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import Connection, event, select

from tests.builders import BODY, context
from tests.recommendations.adopted import CMM8_ENDED, ask, ask_activity, put_elements, put_meetings
from tracker.eventstore.scratch import as_known_at
from tracker.eventstore.store import head
from tracker.kit.db import Database
from tracker.kit.errors import NotFound
from tracker.people.policy import OPERATOR
from tracker.recommendations import commands as c
from tracker.recommendations import queries
from tracker.recommendations.service import direct


@pytest.fixture
def tx(db: Database) -> Iterator[Connection]:
    with db.write() as connection:
        put_meetings(connection)
        put_elements(connection, "CMM7-R01", text="To support Cafés & “Creative Industries”, 100% of them.")
        put_elements(connection, "CMM8-R01", "CMM8-R02", themes=["arts", "heritage"])
        put_elements(connection, "CMM8-R02-01", parent="CMM8-R02", nature="informational")
        put_elements(connection, "CMM8-A01", themes=["heritage"])
        ask(
            connection,
            "CMM8-R01",
            c.LinkRecommendation(to="CMM7-R01", relation="restates", basis="inferred", note="Same."),
        )
        ask(connection, "CMM8-R02", c.LinkRecommendation(to="CMM8-R01", relation="follows", basis="stated"))
        direct(connection, OPERATOR, "CMM8-R01", context(), on=CMM8_ENDED, everyone=True)
        direct(connection, OPERATOR, "CMM8-A01", context(), on=CMM8_ENDED, partners=["FRA"])
        for code in ("ASEM-ACT-01", "ASEM-ACT-02"):
            ask_activity(
                connection,
                code,
                c.RecordActivity(code=code, body=BODY, title=f"Portal {code}", kind="portal"),
            )
        ask_activity(
            connection, "ASEM-ACT-02", c.LinkActivity(recommendation="CMM8-R01", basis="stated", note="Said.")
        )
        mention = c.MentionActivity(code="CMM8-F01", meeting="CMM8", text="The portal.", lines=["1"])
        ask_activity(connection, "ASEM-ACT-02", mention)
        yield connection


def codes(found: list[queries.Recommendation]) -> list[str]:
    return [each.code for each in found]


def test_an_element_carries_its_counts(tx: Connection) -> None:
    one, two = queries.recommendation(tx, "CMM8-R01"), queries.recommendation(tx, "CMM8-R02")
    assert (one.addressees, one.links, one.activities, one.parts) == (3, 2, 1, 0)
    assert (two.addressees, two.links, two.activities, two.parts) == (0, 1, 0, 1)


def test_what_is_not_there_is_said_so(tx: Connection) -> None:
    with pytest.raises(NotFound, match="There is no recommendation CMM8-R99"):
        queries.recommendation(tx, "CMM8-R99")
    with pytest.raises(NotFound, match="There is no activity X-ACT-01"):
        queries.activity(tx, "X-ACT-01")


def test_a_meeting_s_elements_come_in_the_order_of_its_document(tx: Connection) -> None:
    assert codes(queries.elements(tx, "CMM8")) == ["CMM8-A01", "CMM8-R01", "CMM8-R02", "CMM8-R02-01"]
    assert queries.elements(tx, "CMM9") == []


def test_codes_are_counted_as_people_count() -> None:
    shuffled = ["CMM10-A01", "CMM9-R10", "CMM9-R02-01", "CMM9-R02", "CMM9-A11"]
    assert sorted(shuffled, key=queries.in_order) == [
        "CMM9-A11",
        "CMM9-R02",
        "CMM9-R02-01",
        "CMM9-R10",
        "CMM10-A01",
    ]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"theme": "arts"}, ["CMM8-R01", "CMM8-R02"]),
        ({"kind": "action_plan"}, ["CMM8-A01"]),
        ({"partner": "FRA"}, ["CMM8-A01", "CMM8-R01"]),
        ({"partner": "FRA", "theme": "arts", "meeting": "CMM8", "body": BODY}, ["CMM8-R01"]),
        ({"body": "OTHER"}, []),
        ({"text": "INDUSTRIES cafes"}, ["CMM7-R01"]),
        ({"text": "CAFÉS"}, ["CMM7-R01"]),
        ({"text": "cmm8-r02"}, ["CMM8-R02", "CMM8-R02-01"]),
        ({"text": "100%"}, ["CMM7-R01"]),
        ({"text": "10%0"}, []),
        ({"text": "c_fes"}, []),
        ({"text": "  "}, ["CMM7-R01", "CMM8-A01", "CMM8-R01", "CMM8-R02", "CMM8-R02-01"]),
    ],
)
def test_search_finds_elements_for_which_everything_holds(
    tx: Connection, asked: dict[str, str], found: list[str]
) -> None:
    assert codes(queries.search(tx, **asked)) == found


def test_a_revised_text_is_found_by_its_new_words(tx: Connection) -> None:
    ask(tx, "CMM8-R01", c.ReviseRecommendation(text="To sing."))
    assert codes(queries.search(tx, text="sing")) == ["CMM8-R01"]
    assert codes(queries.search(tx, text="do", meeting="CMM8")) == ["CMM8-A01", "CMM8-R02", "CMM8-R02-01"]


def test_links_are_seen_from_both_ends(tx: Connection) -> None:
    outgoing, incoming = queries.links(tx, "CMM8-R01")
    assert (outgoing.code, outgoing.relation, outgoing.note, outgoing.outgoing) == (
        "CMM7-R01",
        "restates",
        "Same.",
        True,
    )
    assert (incoming.code, incoming.relation, incoming.basis, incoming.outgoing) == (
        "CMM8-R02",
        "follows",
        "stated",
        False,
    )


def test_activities_are_seen_from_elements_meetings_and_themselves(tx: Connection) -> None:
    assert [(each.activity, each.note) for each in queries.activities_for(tx, "CMM8-R01")] == [
        ("ASEM-ACT-02", "Said.")
    ]
    assert [each.recommendation for each in queries.implements(tx, "ASEM-ACT-02")] == ["CMM8-R01"]
    assert [(each.code, each.lines) for each in queries.mentions(tx, "CMM8")] == [("CMM8-F01", ["1"])]
    assert queries.mentions_of(tx, "ASEM-ACT-01") == []
    counted = {each.code: (each.mentions, each.implements) for each in queries.activities(tx, BODY)}
    assert counted == {"ASEM-ACT-01": (0, 0), "ASEM-ACT-02": (1, 1)}
    assert queries.activity(tx, "ASEM-ACT-02").title == "Portal ASEM-ACT-02"


def test_other_features_join_pairs_and_themes(tx: Connection) -> None:
    pairs, themes = queries.directed().c, queries.themed().c
    query = select(pairs.recommendation, pairs.partner, themes.theme).where(
        themes.recommendation == pairs.recommendation, themes.theme == "heritage"
    )
    assert {(code, partner) for code, partner, _ in tx.execute(query)} == {
        ("CMM8-A01", "FRA"),
        ("CMM8-R01", "FRA"),
        ("CMM8-R01", "IDN"),
        ("CMM8-R01", "KAZ"),
    }


def test_a_page_of_elements_is_one_statement(tx: Connection) -> None:
    statements: list[str] = []
    event.listen(tx, "before_cursor_execute", lambda *given: statements.append(given[2]))
    queries.search(tx, body=BODY, text="to do", theme="arts", partner="IDN")
    queries.links(tx, "CMM8-R01")
    assert len(statements) == 2


def test_an_earlier_position_is_answered_as_it_was_known(tx: Connection) -> None:
    before = head(tx)
    ask(tx, "CMM8-R01", c.SetDue(due_on=date(2020, 1, 1)))
    with as_known_at(tx, before) as then:
        assert queries.recommendation(then, "CMM8-R01").due_on is None
        assert codes(queries.elements(then, "CMM8")) == codes(queries.elements(tx, "CMM8"))
        assert queries.links(then, "CMM8-R01") == queries.links(tx, "CMM8-R01")
