"""What is found, on both databases."""

from datetime import date

import pytest

from tests.builders import put_body, put_meeting, put_partner, put_recommendation, put_report
from tracker.kit.db import Database
from tracker.search.queries import find


@pytest.fixture
def world(db: Database) -> Database:
    with db.write() as tx:
        put_body(tx)
        put_meeting(tx, "CMM8", date(2018, 3, 2), title="The road forward", place="Sofia")
        put_partner(tx, "IDN")
        put_recommendation(tx, "CMM8-R01", "IDN", text="Foster the créative industries.")
        put_report(tx, "CMM8-R01", "IDN", "implemented", narrative="加强文化合作 und Förderung")
    return db


def codes(db: Database, words: str) -> list[str]:
    with db.read() as conn:
        return [hit.code for hit in find(conn, words).hits]


def test_words(world: Database) -> None:
    assert codes(world, "industries creat") == ["CMM8-R01"]
    assert codes(world, "文化 forder") == ["CMM8-R01:IDN"]
    assert codes(world, '"加强文化"') == ["CMM8-R01:IDN"]
    assert codes(world, "强文化") == ["CMM8-R01:IDN"]
    assert codes(world, "强化") == []
    assert codes(world, "CMM8-R01") == ["CMM8-R01", "CMM8-R01:IDN"]
