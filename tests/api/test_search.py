"""Search by programs."""

import pytest

from tests.api.conftest import Having, problem


def test_finds_come_with_counts_and_marked_pieces(having: Having) -> None:
    found = having().get("search?words=creat&kind=recommendation").json()
    (hit,) = [each for each in found["hits"] if each["code"] == "CMM8-R01"]
    assert [piece["text"] for piece in hit["excerpt"] if piece["match"]] == ["creative"]
    assert found["counts"]["kind"] == [
        {"value": "recommendation", "label": "recommendation", "count": found["total"]}
    ]
    assert (found["more"], found["page"]) == (False, 1)


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("", 422),
        ("words=" + "x" * 201, 422),
        ("words=law&kind=person", 422),
        ("words=law&page=0", 422),
        ("words=law&limit=101", 422),
        ("words=law&partner=XXX", 404),
        ("words=law&meeting=CMM99", 404),
        ("words=law&theme=none", 404),
        ("words=law&bogus=1", 422),
    ],
)
def test_what_cannot_be_asked_is_refused(having: Having, asked: str, status: int) -> None:
    problem(having().get(f"search?{asked}"), status)
