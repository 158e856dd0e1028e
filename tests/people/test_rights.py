"""docs/rights.md says in words what the policy does."""

import re
from pathlib import Path

import pytest

from tests.people.test_policy import ACTORS, BODY, PARTNER
from tracker.people.policy import ACTIONS, allows

PAGE = (Path(__file__).parents[2] / "docs" / "rights.md").read_text()
ROWS: dict[str, str] = dict(re.findall(r"^\| `([a-z._]+)` \| [^|]+ \| ([^|]+) \|$", PAGE, re.MULTILINE))
NAMES = {
    "public": ["public"],
    "account": ["nobody"],
    "reader": ["reader"],
    "own focal point": ["focal point"],
    "focal point": ["focal point", "focal point of another partner", "focal point in another body"],
    "focal point of the body": ["focal point", "focal point of another partner"],
    "own validating authority": ["validator"],
    "validating authority": ["validator", "validator of another partner"],
    "own secretariat": ["secretariat", "secretariat of all"],
    "secretariat": ["secretariat", "secretariat of all", "secretariat of another body"],
    "auditor": ["auditor"],
    "admin": ["admin"],
    "service": ["service"],
}
THEMSELVES = "everybody themselves"


def test_the_page_has_every_action() -> None:
    assert ROWS.keys() == ACTIONS.keys()


@pytest.mark.parametrize("action", ACTIONS)
def test_the_page_names_those_who_may_and_nobody_else(action: str) -> None:
    told = [each.strip().removeprefix("and ") for each in ROWS[action].split(",")]
    told = [each for each in told if each not in (THEMSELVES, "nobody but the operator")]
    expected = {name for each in told for name in NAMES[each]} | {"operator"}
    found = {
        who
        for who, actor in ACTORS.items()
        if allows(actor, action, body=BODY, partner=PARTNER, reporter="someone else")
    }
    assert found == expected


@pytest.mark.parametrize("action", ACTIONS)
def test_the_page_says_what_everybody_may_about_themselves(action: str) -> None:
    nobody = ACTORS["nobody"]
    alone = not allows(nobody, action) and allows(nobody, action, reporter=nobody.person_id)
    assert alone is (THEMSELVES in ROWS[action])
