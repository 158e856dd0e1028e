"""What a secretariat records of recommendations and activities on the command line."""

import json
from typing import Any

import pytest

from tests.cli.conftest import FOCAL_POINT, Cli
from tests.cli.test_secretariat import types

TEXT = "Ministers encouraged exchanges of young curators."
ACTIVITY = ("activity", "record", "ASEM-ACT-01", "ASEM-CMM", "Network of young curators")


def element(cli: Cli, code: str) -> dict[str, Any]:
    """A recommendation as it stands."""
    found: dict[str, Any] = cli.json("show", code)["recommendation"]
    return found


def test_a_recommendation_is_recorded_as_its_code_says_and_dated_at_its_meeting(cli: Cli) -> None:
    done = cli.json("recommendation", "record", "CMM8-A01", TEXT, "--source", "Annex", "--line", "3-5")
    assert types(done) == ["recommendation.recorded"]
    found = element(cli, "CMM8-A01")
    assert (found["meeting"], found["body"], found["kind"]) == ("CMM8", "ASEM-CMM", "action_plan")
    assert (found["text"], found["source"], found["lines"]) == (TEXT, "Annex", ["3-5"])
    assert [entry["effective_at"][:10] for entry in cli.json("history", "CMM8-A01")] == ["2018-03-02"]


def test_a_recommendation_is_split_into_parts(cli: Cli) -> None:
    for number, words in enumerate(("Open a fund.", "Exchange curators."), 1):
        cli.json("recommendation", "record", f"CMM8-R03-0{number}", words, "--parent", "CMM8-R03")
    assert cli.json("show", "CMM8-R03")["parts"] == ["CMM8-R03-01", "CMM8-R03-02"]
    cli.json("recommendation", "revise", "CMM8-R03-02", "--no-parent", "--reason", "It stands alone.")
    assert cli.json("show", "CMM8-R03")["parts"] == ["CMM8-R03-01"]


def test_a_revision_keeps_what_is_not_named(cli: Cli) -> None:
    cli.json("recommendation", "record", "CMM8-R05", TEXT, "--source", "Annex", "--line", "3", "--note", "n")
    done = cli.json("recommendation", "revise", "CMM8-R05", "--text", "Right.", "--reason", "A slip.")
    assert types(done) == ["recommendation.revised"]
    found = element(cli, "CMM8-R05")
    assert (found["text"], found["source"], found["lines"], found["note"]) == ("Right.", "Annex", ["3"], "n")
    assert cli.json("recommendation", "revise", "CMM8-R05", "--text", "Right.")["events"] == []


def test_a_recommendation_is_classified(cli: Cli) -> None:
    cli.json("recommendation", "record", "CMM8-R05", TEXT)
    done = cli.json("recommendation", "classify", "CMM8-R05", "--nature", "informational")
    assert types(done) == ["recommendation.classified"]
    assert element(cli, "CMM8-R05")["nature"] == "informational"
    refused = cli("direct", "CMM8-R05", "IDN")
    assert (refused.exit_code, "is informational" in refused.stderr) == (1, True)


def test_a_link_is_made_and_withdrawn(cli: Cli) -> None:
    made = cli.json("recommendation", "link", "CMM8-R04", "CMM8-R03", "--relation", "elaborates")
    assert types(made) == ["recommendation.linked"]
    (link,) = cli.json("show", "CMM8-R04")["links"]
    assert (link["code"], link["relation"], link["basis"]) == ("CMM8-R03", "elaborates", "stated")
    gone = cli.json("recommendation", "unlink", "CMM8-R04", "CMM8-R03", "--reason", "A mistake.")
    assert types(gone) == ["recommendation.unlinked"]
    assert cli.json("show", "CMM8-R04")["links"] == []


def test_a_supersession_holds_until_it_is_taken_back(cli: Cli) -> None:
    done = cli.json("recommendation", "supersede", "CMM8-R04", "CMM8-R03", "--meeting", "CMM8")
    assert types(done) == ["recommendation.superseded"]
    assert (element(cli, "CMM8-R04")["superseded_by"], element(cli, "CMM8-R04")["superseded_on"]) == (
        "CMM8-R03",
        "2018-03-02",
    )
    taken = cli.json("withdraw", "supersession", "CMM8-R04", "--reason", "R05 was meant.")
    assert types(taken) == ["recommendation.supersession_withdrawn"]
    assert element(cli, "CMM8-R04")["superseded_by"] is None


def test_a_repetition_is_noted_until_it_is_taken_back(cli: Cli) -> None:
    again = ("CMM8-R03", "--source", "Annex", "--line", "12-15", "--line", "17")
    assert types(cli.json("recommendation", "repeat", *again)) == ["recommendation.repeated"]
    assert element(cli, "CMM8-R03")["repeats"][0]["lines"] == ["12-15", "17"]
    assert types(cli.json("withdraw", "repetition", *again, "--reason", "Other words.")) == [
        "recommendation.repetition_withdrawn"
    ]
    assert element(cli, "CMM8-R03")["repeats"] == []


def test_an_addressee_is_released(cli: Cli) -> None:
    done = cli.json("recommendation", "release", "CMM8-R03", "MYS", "--reason", "The host alone.")
    assert types(done) == ["recommendation.released"]
    assert [each["partner"] for each in cli.json("show", "CMM8-R03")["followups"]] == ["IDN"]


def test_an_activity_is_recorded_revised_mentioned_and_linked(cli: Cli) -> None:
    assert types(cli.json(*ACTIVITY, "--kind", "network")) == ["activity.recorded"]
    revise = ("activity", "revise", "ASEM-ACT-01", "--note", "It meets yearly.")
    assert types(cli.json(*revise)) == ["activity.revised"]
    mention = ("activity", "mention", "ASEM-ACT-01", "CMM8-F01", "The network met twice.")
    assert types(cli.json(*mention)) == ["activity.mentioned"]
    assert types(cli.json("activity", "link", "ASEM-ACT-01", "CMM8-R03")) == ["activity.linked"]
    shown = cli.json("show", "ASEM-ACT-01")
    assert (shown["activity"]["title"], shown["activity"]["kind"], shown["activity"]["note"]) == (
        "Network of young curators",
        "network",
        "It meets yearly.",
    )
    assert [each["meeting"] for each in shown["mentions"]] == ["CMM8"]
    assert [each["recommendation"] for each in shown["implements"]] == ["CMM8-R03"]
    (listed,) = cli.json("activity", "list")
    assert (listed["code"], listed["mentions"], listed["implements"]) == ("ASEM-ACT-01", 1, 1)
    assert cli("activity", "list", "--body", "ASEM-CMM").stdout.endswith("\n1 activity.\n")


def test_a_mention_and_a_link_of_an_activity_are_taken_back(cli: Cli) -> None:
    cli.json(*ACTIVITY)
    cli.json("activity", "mention", "ASEM-ACT-01", "CMM8-F01", "The network met twice.")
    cli.json("activity", "link", "ASEM-ACT-01", "CMM8-R03")
    assert types(cli.json("activity", "unlink", "ASEM-ACT-01", "CMM8-R03")) == ["activity.unlinked"]
    taken = cli.json("withdraw", "mention", "ASEM-ACT-01", "CMM8-F01", "--reason", "Another network.")
    assert types(taken) == ["activity.mention_withdrawn"]
    shown = cli.json("show", "ASEM-ACT-01")
    assert (shown["mentions"], shown["implements"]) == ([], [])


def test_the_same_command_id_records_once(cli: Cli) -> None:
    once = ("recommendation", "record", "CMM8-R05", TEXT, "--command-id", "once")
    first, again = cli.json(*once), cli.json(*once)
    assert (first["events"], again["repeated"]) == (again["events"], True)


@pytest.mark.parametrize(
    ("words", "exit_code", "sentence"),
    [
        (("recommendation", "record", "CMM99-R01", TEXT), 3, "There is no meeting CMM99"),
        (("recommendation", "record", "CMM9-R01", TEXT), 1, "CMM9 is not recorded as held"),
        (("recommendation", "record", "CMM8-X01", TEXT), 1, "CMM8-X01 is no code for an element"),
        (("recommendation", "record", "CMM8", TEXT), 1, "CMM8 is no code for an element"),
        (("recommendation", "record", "CMM8-R1", TEXT), 1, "CMM8-R1 is no code for an element of CMM8"),
        (("recommendation", "record", "CMM8-R03", TEXT), 1, "is recorded already, and differently"),
        (("recommendation", "record", "CMM8-R05", " "), 1, "Please give the text"),
        (("recommendation", "record", "CMM8-R05", TEXT, "--theme", "space"), 1, "has no theme space"),
        (("recommendation", "record", "CMM8-R05", TEXT, "--line", "5-3"), 1, "run backwards"),
        (("recommendation", "record", "CMM8-R05", TEXT, "--as", FOCAL_POINT), 5, "Only the secretariat"),
        (("recommendation", "revise", "CMM8-R99", "--text", "x"), 3, "no recommendation CMM8-R99"),
        (("recommendation", "classify", "CMM8-R03", "--nature", "maybe"), 2, "is not one of: operational"),
        (("recommendation", "link", "CMM8-R03", "CMM8-R03", "--relation", "relates"), 1, "linked to itself"),
        (("recommendation", "link", "CMM8-R03", "CMM8-R04"), 2, "Missing option '--relation'"),
        (("recommendation", "unlink", "CMM8-R03", "CMM8-R04"), 1, "is not linked to CMM8-R04"),
        (("recommendation", "supersede", "CMM8-R03", "CMM8-R04", "--meeting", "CMM9"), 1, "has not met yet"),
        (("recommendation", "release", "CMM8-R04", "MYS", "--reason", "x"), 1, "not directed to MYS"),
        (("recommendation", "release", "CMM8-R04", "--reason", "x"), 2, "Missing argument"),
        (("activity", "record", "ACT-1", "ASEM-CMM", "x"), 1, "is no code for an activity"),
        (("activity", "record", "ASEM-ACT-01", "NOPE", "x"), 3, "There is no body NOPE"),
        (("activity", "revise", "ASEM-ACT-09", "--note", "x"), 3, "There is no activity ASEM-ACT-09"),
        (("activity", "list", "--body", "NOPE"), 3, "There is no body NOPE"),
        ((*ACTIVITY, "--as", FOCAL_POINT), 5, "Only the secretariat"),
    ],
    ids=lambda words: " ".join(words) if isinstance(words, tuple) else None,
)
def test_what_cannot_be_recorded_is_refused_in_a_sentence(
    cli: Cli, words: tuple[str, ...], exit_code: int, sentence: str
) -> None:
    done = cli(*words)
    assert (done.exit_code, done.stdout) == (exit_code, "")
    assert sentence in done.stderr
    refusal = json.loads(cli(*words, "--json").stderr)
    assert (refusal["exit_code"], sentence in refusal["message"]) == (exit_code, True)
