"""docs/security.md: every requirement once, with tests that there are, and figures that are the program's."""

import ast
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.web.browser import Browser
from tracker.identity import limits, links, security_log, sessions
from tracker.identity.limits import Limit
from tracker.kit.db import Database
from tracker.people.routes import rules

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "security.md").read_text()
# Ids at level 1 and at level 2, from 5.0/en of the tag v5.0.0_release (commit COMMIT) of github.com/OWASP/ASVS.
STANDARD = {
    "3": (
        "3.2.1 3.2.2 3.3.1 3.4.1 3.4.2 3.5.1 3.5.2 3.5.3",
        "3.3.2 3.3.3 3.3.4 3.4.3 3.4.4 3.4.5 3.4.6 3.5.4 3.5.5 3.7.1 3.7.2",
    ),
    "6": (
        "6.1.1 6.2.1 6.2.2 6.2.3 6.2.4 6.2.5 6.2.6 6.2.7 6.2.8 6.3.1 6.3.2 6.4.1 6.4.2",
        "6.1.2 6.1.3 6.2.9 6.2.10 6.2.11 6.2.12 6.3.3 6.3.4 6.4.3 6.4.4 6.5.1 6.5.2 6.5.3 6.5.4 6.5.5 6.6.1 6.6.2 6.6.3 6.8.1 6.8.2 6.8.3 6.8.4",
    ),
    "7": (
        "7.2.1 7.2.2 7.2.3 7.2.4 7.4.1 7.4.2",
        "7.1.1 7.1.2 7.1.3 7.3.1 7.3.2 7.4.3 7.4.4 7.4.5 7.5.1 7.5.2 7.6.1 7.6.2",
    ),
    "8": ("8.1.1 8.2.1 8.2.2 8.3.1", "8.1.2 8.2.3 8.4.1"),
    "9": ("9.1.1 9.1.2 9.1.3 9.2.1", "9.2.2 9.2.3 9.2.4"),
    "10": (
        "10.4.1 10.4.2 10.4.3 10.4.4 10.4.5",
        "10.1.1 10.1.2 10.2.1 10.2.2 10.3.1 10.3.2 10.3.3 10.3.4 10.4.6 10.4.7 10.4.8 10.4.9 10.4.10 10.4.11 10.5.1 10.5.2 10.5.3 10.5.4 10.5.5 10.6.1 10.6.2 10.7.1 10.7.2 10.7.3",
    ),
}
LEVELS = {
    key: level for both in STANDARD.values() for level, ids in enumerate(both, 1) for key in ids.split()
}
ANSWERS = ("met", "not met", "does not apply")


class Row(NamedTuple):
    """One line of the table."""

    id: str
    level: str
    asks: str
    answer: str
    how: str
    tests: str


def rows() -> list[Row]:
    found = re.findall(r"^\| (\d+\.\d+\.\d+) (\|.*)\|$", PAGE, re.MULTILINE)
    return [Row(key, *(cell.strip() for cell in rest.strip("|").split("|"))) for key, rest in found]


def named(cell: str) -> list[tuple[str, str]]:
    return re.findall(r"`([\w/]+\.py)::(\w+)`", cell)


def test_every_requirement_stands_in_the_table_once_with_its_level() -> None:
    assert len(LEVELS) == 115
    assert [(row.id, row.level) for row in rows()] == [
        (key, str(LEVELS[key]))
        for key in sorted(LEVELS, key=lambda key: [int(part) for part in key.split(".")])
    ]


def test_every_row_says_one_thing_and_why() -> None:
    for row in rows():
        assert row.answer in ANSWERS, row
        assert row.asks, row
        assert row.how, row


def test_what_is_met_names_tests_and_what_is_not_names_none() -> None:
    for row in rows():
        assert bool(named(row.tests)) == (row.answer == "met"), row
        assert len(named(row.tests)) == row.tests.count("::"), row


def test_what_is_not_met_stands_above_the_table_too() -> None:
    above = PAGE.partition("## What is not met")[2].partition("## The table")[0]
    said = re.findall(r"^- \*\*(\d+\.\d+\.\d+) ", above, re.MULTILINE)
    assert said == [row.id for row in rows() if row.answer == "not met"]


def test_every_test_that_is_named_is_there() -> None:
    wanted = set(named(PAGE))
    there = {
        (name, each.name)
        for name in {name for name, _ in wanted}
        for each in ast.parse((ROOT / "tests" / name).read_text()).body
        if isinstance(each, ast.FunctionDef)
    }
    assert len(wanted) > 50
    assert wanted - there == set()


def test_the_counts_are_those_of_the_table() -> None:
    said = {
        chapter: [int(number) for number in numbers]
        for chapter, *numbers in re.findall(
            r"^\| V(\d+) [^|]*\| (\d+) \| (\d+) \| (\d+) \|$", PAGE, re.MULTILINE
        )
    }
    counted = {
        chapter: [
            sum(row.answer == answer for row in rows() if row.id.startswith(f"{chapter}."))
            for answer in ANSWERS
        ]
        for chapter in STANDARD
    }
    assert said == counted


@pytest.mark.parametrize(
    ("what", "limit"),
    [
        ("links mailed to one address", limits.LINKS_TO_AN_ADDRESS),
        ("links asked for from one network address", limits.LINKS_BY_A_CLIENT),
        ("links, passkeys and tokens that are none, from one network address", limits.WRONG_BY_A_CLIENT),
        ("passkeys asked for from one network address", limits.PASSKEYS_BY_A_CLIENT),
    ],
)
def test_the_page_says_the_limits_of_the_program(what: str, limit: Limit) -> None:
    minutes = limit.window // timedelta(minutes=1)
    assert f"| {what} | {limit.most} in {minutes} minutes |" in PAGE
    person, day = limits.CODES_OF_A_PERSON, limits.CODES_OF_A_DAY
    assert (person.window, day.window) == (timedelta(minutes=10), timedelta(days=1))
    assert f"| codes of one person's app | {person.most} in 10 minutes and {day.most} a day |" in PAGE


def test_the_page_says_how_long_sessions_last() -> None:
    hour = timedelta(hours=1)
    idle, whole = sessions.IDLE_LIFE // hour, sessions.SESSION_LIFE // hour
    assert f"ends after {idle} hours without use and after {whole} hours however busy" in PAGE
    assert f"at most {sessions.FRESH // timedelta(minutes=1)} minutes ago" in PAGE
    assert "any number of sessions" in PAGE
    assert f"kept for {security_log.KEPT.days} days" in PAGE
    assert links.life_of(links.SIGN_IN) == sessions.FRESH


def test_the_page_says_how_sessions_here_and_at_the_provider_end() -> None:
    assert "The end of a session at the provider does not end the one here" in PAGE
    assert "(decisions/0012-single-sign-on.md)" in PAGE


def ways(db: Database, folder: Path) -> Iterator[str]:
    """Where a session may begin: the first part of each address that asks for `account.sign_in`."""
    for rule in rules(Browser(db, folder).app):
        if rule.action == "account.sign_in":
            yield "/" + rule.path.split("/")[1]


def test_the_page_names_every_way_in(db: Database, tmp_path: Path) -> None:
    table = PAGE.partition("| way | address | strong |")[2].partition("\n\n")[0]
    found = set(ways(db, tmp_path))
    assert {"/sign-in", "/sign-in-passkey", "/sign-in-oidc"} <= found
    # Signing out, and answering a mail about an address, begin no session.
    for way in found - {"/sign-out", "/account"}:
        assert f"`{way}`" in table
