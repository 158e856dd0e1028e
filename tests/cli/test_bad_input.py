"""Whatever is typed wrong: one sentence that says what to do, its exit code, and nothing written."""

import json
from collections.abc import Callable, Iterator

import pytest

from tests.cli.conftest import FOCAL_POINT, Cli
from tracker.eventstore.store import head
from tracker.kit.db import Database

REPORT = ("report", "CMM8-R03", "IDN", "--status", "under-implementation", "--note", "Begun.")
NOBODY = "nobody@example.org"
LONG = "a" * 1_100_000
ESCAPE = "\x1b[2J"

REFUSED: list[tuple[str, tuple[str, ...], int, str]] = [
    # What is meant does not exist.
    ("unknown code", ("show", "NOPE"), 3, "There is nothing with the code NOPE."),
    ("near code", ("show", "CMM8-R3"), 3, "Did you mean CMM8-R03"),
    ("follow-up of another", ("show", "CMM8-R04:MYS"), 3, "There is nothing with the code CMM8-R04:MYS."),
    ("history of nothing", ("history", "NOPE"), 3, "There is nothing with the code NOPE."),
    ("report on nothing", ("report", "CMM8-R99", "IDN", "--status", "implemented"), 3, "no recommendation CMM8-R99"),
    ("unknown partner", ("report", "CMM8-R03", "XXX", "--status", "implemented"), 3, "no partner XXX"),
    ("partner not addressed", ("report", "CMM8-R04", "MYS", "--status", "implemented"), 1, "not directed to MYS"),
    ("unknown meeting", ("grid", "CMM99"), 3, "There is no meeting CMM99"),
    ("list of no meeting", ("list", "--meeting", "CMM99"), 3, "There is no meeting CMM99"),
    ("list of no partner", ("list", "--partner", "XXX"), 3, "There is no partner XXX"),
    ("list of no theme", ("list", "--theme", "space"), 3, "There is no theme space"),
    ("list of no body", ("list", "--body", "NOPE"), 3, "There is no body NOPE"),
    ("grid of no grouping", ("grid", "--grouping", "Mars"), 3, "There is no grouping Mars; there are: Asia, Europe."),
    ("metrics of no body", ("metrics", "--body", "NOPE"), 3, "There is no body NOPE"),
    ("changes since no meeting", ("changes", "--since", "CMM99"), 3, "There is no meeting CMM99"),
    ("close by no meeting", ("close", "CMM8-R03", "IDN", "--meeting", "CMM99", "--reason", "x"), 3, "no meeting CMM99"),
    ("no report to verify", ("verify-report", "CMM8-R03", "IDN", "--note", "x"), 3, "has no report yet"),
    ("no report to correct", ("correct", "CMM8-R03", "IDN", "--note", "x"), 3, "has no report yet"),
    ("no projection", ("rebuild", "nope"), 2, "There is no projection nope; there are: access, followups"),
    ("no command", ("reports",), 2, "No such command 'reports'."),
    ("no option", ("list", "--bogus"), 2, "No such option '--bogus'."),
    ("no argument", ("show",), 2, "Missing argument 'CODE'."),
    ("no files to load", ("load", "/nonexistent"), 2, "does not exist"),
    ("a folder without the matrix", ("load", "/dev"), 2, "There is no body.yaml in /dev"),
    # Who asks.
    ("unknown person", ("show", "IDN", "--as", NOBODY), 3, f"Nobody has the address {NOBODY}"),
    ("nobody's digest", ("digest", "preview", NOBODY), 3, f"Nobody has the address {NOBODY}"),
    ("nobody's link", ("sign-in-link", NOBODY), 3, f"Nobody has the address {NOBODY}"),
    ("nobody appointed", ("appoint", "ASEM-CMM", "MYS", NOBODY), 3, f"Nobody has the address {NOBODY}"),
    ("no empty person", ("show", "IDN", "--as", ""), 3, "Nobody has the address"),
    ("not entitled to verify", ("verify", "--as", FOCAL_POINT), 5, "Only an auditor"),
    ("not entitled to report", ("report", "CMM8-R03", "MYS", "--status", "implemented", "--as", FOCAL_POINT), 5, "MYS"),
    ("not entitled to close",
     ("close", "CMM8-R03", "IDN", "--meeting", "CMM8", "--reason", "x", "--as", FOCAL_POINT), 5, "Only the secretariat"),
    ("not entitled to appoint", ("appoint", "ASEM-CMM", "MYS", FOCAL_POINT, "--as", FOCAL_POINT), 5, "Only"),
    ("not entitled to invite", ("person", "invite", "x@example.org", "X", "--as", FOCAL_POINT), 5, "Only"),
    ("not entitled to a link", ("sign-in-link", FOCAL_POINT, "--as", FOCAL_POINT), 5, "Only an administrator"),
    # Days.
    *((f"day {day!r}", (*REPORT, "--as-of", day), 2, f"“{day}” is no day of the calendar")
      for day in ("0000-00-00", "10000-01-01", "2025-02-29", "2026-13-01", "-5", "", "tomorrow", "٢٠٢٦-٠١-٠١")),
    *((f"moment {day!r}", (name, *words, option, day), 2, f"“{day}” is no date")
      for day in ("0000-00-00", "10000-01-01", "2025-02-29", "2026-11-24T25:00", "")
      for name, words, option in (("list", (), "--as-of"), ("changes", (), "--since"), ("show", ("IDN",), "--as-of"))),
    ("the year 1 as a day", (*REPORT, "--as-of", "0001-01-01"), 2, "lies before 2018-03-02"),
    ("a report from the future", (*REPORT, "--as-of", "2099-01-01"), 2, "lies in the future"),
    ("before the year 1", ("as-of", "0001-01-01T00:00+14:00"), 2, "lies outside the years 1 to 9999"),
    ("after the year 9999", ("as-of", "9999-12-31T23:59-14:00"), 2, "lies outside the years 1 to 9999"),
    ("as of the future", ("as-of", "2099-01-01"), 2, "2099-01-01 is still to come; name today"),
    ("list of the future", ("list", "--as-of", "9999-12-31"), 2, "9999-12-31 is still to come"),
    ("as of before the first event", ("as-of", "0001-01-01", "CMM8-R03"), 3, "did not know CMM8-R03 yet on 0001-01-01"),
    ("metrics of then", ("metrics", "CMM9", "--as-of", "2018-01-01"), 3, "did not know CMM9 yet on 2018-01-01"),
    ("no metrics of then", ("metrics", "--as-of", "2018-01-01"), 3, "So the tracker knew it at the end of 2018-01-01."),
    ("changes backwards", ("changes", "--since", "CMM8", "--until", "2017-01-01"), 2, "CMM8 is not before 2017-01-01"),
    ("changes since the future", ("changes", "--since", "CMM9"), 2, "CMM9 is not before now"),
    ("due in the year 1", ("due", "set", "CMM8-R03", "0001-01-01"), 2, "must lie in the years 1945 to 2099"),
    ("due in the year 9999", ("due", "set", "CMM8-R03", "9999-12-31"), 2, "must lie in the years 1945 to 2099"),
    ("a meeting that ends before it starts",
     ("meeting", "schedule", "CMM10", "ASEM-CMM", "--from", "2028-06-02", "--to", "2028-06-01"), 1, "before it starts"),
    ("a meeting held in the future", ("meeting", "hold", "CMM9", "--from", "2031-01-01", "--to", "2031-01-02"), 1,
     "still to come"),
    # Texts.
    ("a long text", (*REPORT[:-1], LONG), 2, "has 1,100,000 characters; at most 20,000 fit"),
    ("a long reason", ("dispute", "CMM8-R03", "IDN", "--reason", LONG), 3, "has no report yet"),
    ("a long name", ("person", "invite", "x@example.org", LONG), 2, "characters; at most"),
    ("a long code", ("show", LONG), 2, "…” is no code"),
    ("a long meeting code", ("meeting", "schedule", LONG, "ASEM-CMM"), 2, "…” is no code"),
    ("a long command id", (*REPORT, "--command-id", LONG), 2, "1 to 200 printable ASCII characters"),
    ("a NUL", (*REPORT[:-1], "a\x00b"), 2, "“a\\u0000b” holds a broken character"),
    ("a terminal's command", (*REPORT[:-1], ESCAPE), 2, "The narrative holds control characters"),
    ("a lone surrogate", (*REPORT[:-1], "a\udcff"), 2, "“a\\udcff” holds a broken character"),
    ("a NUL in a code", ("show", "CMM8\x00"), 2, "holds a broken character"),
    ("a surrogate in a code", ("show", "CMM8\udcff"), 2, "holds a broken character"),
    ("a terminal's command as a code", ("show", ESCAPE), 2, "“\\u001b[2J” is no code"),
    ("a surrogate in a filter", ("list", "a\udcff"), 2, "holds a broken character"),
    ("a NUL in an address", ("show", "IDN", "--as", "a\x00@example.org"), 2, "holds a broken character"),
    ("an empty code", ("show", ""), 2, "is no code"),
    ("an empty status", ("report", "CMM8-R03", "IDN", "--status", ""), 2, "“” is not one of: not-started"),
    ("an empty name", ("person", "invite", "x@example.org", " "), 2, "Please give the name"),
    ("an empty command id", (*REPORT, "--command-id", ""), 2, "1 to 200 printable ASCII characters"),
    ("an empty reason", ("due", "move", "CMM8-R03", "2028-01-01", "--reason", " "), 1, "due date"),
    ("no web address", (*REPORT, "--evidence", "javascript:alert(1)"), 2, "is no web address"),
    ("no e-mail address", ("person", "invite", "x", "X"), 2, "is no e-mail address"),
    ("no time zone", ("person", "invite", "x@example.org", "X", "--time-zone", "Mars/Base"), 2, "is no time zone"),
    ("a negative number", ("meeting", "schedule", "CMM10", "ASEM-CMM", "--number", "-3"), 2, "-3 is not in the range"),
    ("an unknown word", ("respond", "CMM8-R03", "IDN", "maybe"), 2, "is not one of: supported, supported-in-part, noted"),
    # Rules.
    ("implemented without a word", ("report", "CMM8-R03", "IDN", "--status", "implemented"), 1, "rests on"),
    ("directed in no way", ("direct", "CMM8-R03"), 2, "in one way"),
    ("directed in two ways", ("direct", "CMM8-R03", "IDN", "--everyone"), 2, "in one way"),
    ("not a member", ("direct", "CMM8-R03", "--grouping", "Mars"), 1, "no partners of the grouping Mars"),
    ("closed by a meeting to come", ("close", "CMM8-R03", "IDN", "--meeting", "CMM9", "--reason", "x"), 1, "not met yet"),
    ("reopened though open", ("reopen", "CMM8-R03", "IDN", "--meeting", "CMM8", "--reason", "x"), 1, "nothing to reopen"),
]  # fmt: skip


@pytest.fixture
def unchanged(shared: Database, point_at: Callable[[str], None]) -> Iterator[Cli]:
    """The command line; afterwards the log stands where it stood."""
    point_at(shared.url)
    with shared.read() as connection:
        before = head(connection)
    yield Cli()
    with shared.read() as connection:
        assert head(connection) == before


@pytest.mark.parametrize(
    ("words", "code", "sentence"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED]
)
def test_it_is_refused_in_a_sentence_and_in_json_and_nothing_is_written(
    unchanged: Cli, words: tuple[str, ...], code: int, sentence: str
) -> None:
    told = unchanged(*words)
    assert (told.exit_code, told.stdout) == (code, "")
    assert sentence in told.stderr
    assert told.exception is None or isinstance(told.exception, SystemExit)
    assert "\x1b" not in told.stderr
    assert len(told.stderr) < 2_000
    as_json = unchanged(*words, "--json")
    assert (as_json.exit_code, as_json.stdout) == (code, "")
    refusal = json.loads(as_json.stderr)
    assert refusal["exit_code"] == code
    assert refusal["message"]


def test_an_option_given_twice_means_the_last_one(cli: Cli) -> None:
    done = cli.json(*REPORT, "--status", "not-started")
    assert cli.json("show", "CMM8-R03:IDN")["followup"]["status"] == "not_started"
    assert len(done["events"]) == 1


def test_a_status_that_may_not_follow_says_what_to_do(cli: Cli) -> None:
    cli.json(*REPORT)
    told = cli("report", "CMM8-R03", "IDN", "--status", "not-started", "--note", "Not begun.")
    assert told.exit_code == 1
    assert "correct that report instead" in told.stderr


def test_a_command_id_used_again_writes_nothing_and_answers_the_same(cli: Cli) -> None:
    first = cli.json(*REPORT, "--command-id", "once")
    again = cli.json(*REPORT, "--command-id", "once")
    assert again == first | {"repeated": True}


def test_a_command_id_used_for_another_command_is_a_conflict(cli: Cli) -> None:
    cli.json(*REPORT, "--command-id", "once")
    told = cli(*REPORT[:-1], "Something else.", "--command-id", "once")
    assert (told.exit_code, told.stdout) == (4, "")
    assert "was used for another command; take a new one" in told.stderr


@pytest.mark.parametrize("words", [("show", "IDN"), ("show", "CMM8-R03:MYS"), ("metrics", "CMM9")])
def test_what_was_not_known_yet_is_said_without_a_contradiction(cli: Cli, words: tuple[str, ...]) -> None:
    told = cli(*words, "--as-of", "2018-01-01")
    assert told.exit_code == 3
    assert told.stderr == (
        f"The tracker did not know {words[1]} yet on 2018-01-01; `tracker history {words[1]}` says since when.\n"
    )


def test_a_meeting_is_suggested_for_a_meeting(cli: Cli) -> None:
    told = cli("metrics", "CMM8-R3")
    assert (told.exit_code, "CMM8-R0" in told.stderr) == (3, False)
    assert "Did you mean CMM8" in told.stderr
