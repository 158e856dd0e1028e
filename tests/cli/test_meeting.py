"""Meetings on the command line: listed, put right, cancelled, and what is recorded about them."""

import json

import pytest

from tests.cli.conftest import FOCAL_POINT, Cli
from tests.cli.test_secretariat import types

REASON = ("--reason", "A slip.")


def test_meetings_are_listed_and_narrowed(cli: Cli) -> None:
    for words, codes in (
        ((), ["CMM8", "CMM9"]),
        (("--state", "planned"), ["CMM9"]),
        (("--state", "held", "--body", "ASEM-CMM"), ["CMM8"]),
        (("--kind", "senior-officials"), []),
    ):
        assert [each["code"] for each in cli.json("meeting", "list", *words)] == codes, words
    shown = cli("meeting", "list").stdout.splitlines()
    assert "2018-03-01 to 2018-03-02" in shown[1]
    assert shown[-1] == "2 of 2 meetings."


def test_a_meeting_is_corrected_and_keeps_what_is_not_named(cli: Cli) -> None:
    done = cli.json("meeting", "correct", "CMM8", "--number", "8", "--to", "2018-03-03", *REASON)
    assert types(done) == ["meeting.corrected"]
    found = cli.json("show", "CMM8")["meeting"]
    assert (found["number"], found["starts_on"], found["ends_on"]) == (8, "2018-03-01", "2018-03-03")


def test_a_meeting_is_revised_and_keeps_what_is_not_named(cli: Cli) -> None:
    cli.json("meeting", "revise", "CMM8", "--place", "Sofia, Bulgaria", "--country", "BGR")
    assert types(cli.json("meeting", "revise", "CMM8", "--host", "Bulgaria", *REASON)) == ["meeting.revised"]
    found = cli.json("show", "CMM8")["meeting"]
    assert (found["place"], found["country"], found["host"]) == ("Sofia, Bulgaria", "BGR", "Bulgaria")
    assert cli.json("meeting", "revise", "CMM8", "--host", "Bulgaria")["events"] == []


def test_a_planned_meeting_is_cancelled(cli: Cli) -> None:
    assert types(cli.json("meeting", "cancel", "CMM9", *REASON)) == ["meeting.cancelled"]
    assert cli.json("show", "CMM9")["meeting"]["state"] == "cancelled"


def test_a_workshop_and_a_fact_are_recorded_and_recorded_anew(cli: Cli) -> None:
    cli.json("meeting", "workshop", "CMM8-W01", "Creative cities")
    done = cli.json("meeting", "workshop", "CMM8-W01", "Creative cities and regions", "--line", "7-9")
    assert types(done) == ["meeting.workshop_recorded"]
    fact = cli.json("meeting", "fact", "CMM8-N01", "All were represented.", "--source", "Chair's statement")
    assert types(fact) == ["meeting.fact_recorded"]
    shown = cli.json("show", "CMM8")
    assert [(each["text"], each["lines"]) for each in shown["workshops"]] == [
        ("Creative cities and regions", ["7-9"])
    ]
    assert [(each["text"], each["sources"]) for each in shown["facts"]] == [
        ("All were represented.", ["Chair's statement"])
    ]


@pytest.mark.parametrize(
    ("words", "exit_code", "sentence"),
    [
        (("list", "--body", "NOPE"), 3, "There is no body NOPE"),
        (("list", "--state", "lost"), 2, "is not one of: planned, held, cancelled"),
        (("correct", "CMM9", "--from", "2027-06-02", "--to", "2027-06-03", *REASON), 1, "move a planned one"),
        (("correct", "CMM8", "--to", "2018-02-01", *REASON), 1, "before it starts"),
        (("correct", "CMM8", "--to", "2099-02-01", "--from", "2099-01-01", *REASON), 1, "from that day on"),
        (("correct", "CMM8", "--number", "8"), 2, "Missing option '--reason'"),
        (("correct", "CMM99", *REASON), 3, "There is no meeting CMM99"),
        (("correct", "CMM8", "--number", "8", *REASON, "--as", FOCAL_POINT), 5, "Only the secretariat"),
        (("revise", "CMM8", "--country", "BULGARIA"), 1, "is no country code"),
        (("cancel", "CMM8", *REASON), 1, "was held, so it cannot be cancelled"),
        (("workshop", "CMM8", "x"), 1, "“CMM8” is no code within CMM8"),
        (("workshop", "CMM99-W01", "x"), 3, "There is no meeting CMM99"),
        (("fact", "CMM8-N01", " "), 1, "Please give the text"),
    ],
    ids=lambda words: " ".join(words) if isinstance(words, tuple) else None,
)
def test_what_cannot_be_so_is_refused_in_a_sentence(
    cli: Cli, words: tuple[str, ...], exit_code: int, sentence: str
) -> None:
    done = cli("meeting", *words)
    assert (done.exit_code, done.stdout) == (exit_code, "")
    assert sentence in done.stderr
    refusal = json.loads(cli("meeting", *words, "--json").stderr)
    assert (refusal["exit_code"], sentence in refusal["message"]) == (exit_code, True)
