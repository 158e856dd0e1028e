"""Taking back on the command line what was recorded by mistake: it is undone, and stays in the history."""

import json

import pytest

from tests.cli.conftest import FOCAL_POINT, Cli

WHERE = ("CMM8-R03", "IDN")
REPORT = ("report", *WHERE, "--status", "under-implementation", "--note", "A fund was opened.")
REASON = ("--reason", "A mistake.")


def followup(cli: Cli) -> dict[str, str]:
    """CMM8-R03:IDN as it stands."""
    found: dict[str, str] = cli.json("show", "CMM8-R03:IDN")["followup"]
    return found


def types(done: dict[str, list[dict[str, str]]]) -> list[str]:
    """Of the events that a command wrote."""
    return [event["type"] for event in done["events"]]


def test_a_report_is_taken_back_by_who_made_it(cli: Cli) -> None:
    cli.json(*REPORT, "--as", FOCAL_POINT)
    done = cli.json("withdraw", "report", *WHERE, *REASON, "--as", FOCAL_POINT)
    assert types(done) == ["followup.report_withdrawn"]
    assert followup(cli)["status"] == "no_information"
    assert "A fund was opened." in cli("history", "CMM8-R03:IDN").stdout


def test_an_earlier_report_is_taken_back_by_its_id(cli: Cli) -> None:
    first = cli.json(*REPORT, "--as-of", "2025-01-01")
    cli.json("report", *WHERE, "--status", "implemented", "--note", "Done.", "--as-of", "2025-06-01")
    earlier = cli.json("show", "CMM8-R03:IDN")["followup"]["reports"][0]["id"]
    cli.json("withdraw", "report", *WHERE, "--report", earlier, *REASON)
    assert followup(cli)["status"] == "implemented"
    assert len(followup(cli)["reports"]) == 1
    assert first["events"][0]["type"] == "followup.progress_reported"


def test_the_same_withdrawal_again_is_about_the_same_report_and_writes_nothing(cli: Cli) -> None:
    cli.json(*REPORT, "--as-of", "2025-01-01")
    cli.json("report", *WHERE, "--status", "implemented", "--note", "Done.", "--as-of", "2025-06-01")
    once = ("withdraw", "report", *WHERE, *REASON, "--command-id", "once")
    first, again = cli.json(*once), cli.json(*once)
    assert (first["events"], again["repeated"]) == (again["events"], True)
    assert followup(cli)["status"] == "under_implementation"


def test_a_dispute_is_taken_back(cli: Cli) -> None:
    cli.json(*REPORT)
    cli.json("dispute", *WHERE, "--reason", "Announced, not opened.")
    assert types(cli.json("withdraw", "dispute", *WHERE, *REASON)) == ["followup.dispute_withdrawn"]
    assert followup(cli)["verification"] == "reported"


def test_a_decision_is_taken_back(cli: Cli) -> None:
    cli.json("close", *WHERE, "--meeting", "CMM8", "--reason", "Taken note of.")
    shown = cli("withdraw", "decision", *WHERE, "--meeting", "CMM8", *REASON).stdout
    assert shown.startswith("Recorded followup.decision_withdrawn at position ")
    assert followup(cli)["status"] == "no_information"


def test_a_decision_holds_from_its_meeting_on(cli: Cli) -> None:
    cli.json("close", *WHERE, "--meeting", "CMM8", "--reason", "Taken note of.")
    assert followup(cli)["ended_on"] == "2018-03-02"


def test_a_due_date_is_taken_away(cli: Cli) -> None:
    cli.json("due", "set", "CMM8-R03", "2028-03-01")
    assert types(cli.json("withdraw", "due", "CMM8-R03", *REASON)) == ["recommendation.due_withdrawn"]
    assert followup(cli)["due_on"] is None
    assert cli.json("withdraw", "due", "CMM8-R03", *REASON)["events"] == []


@pytest.mark.parametrize(
    ("words", "exit_code", "sentence"),
    [
        (("report", *WHERE, *REASON), 3, "has no report yet"),
        (("report", *WHERE, "--report", "x", *REASON), 3, "has no report x"),
        (("report", *WHERE), 2, "Missing option '--reason'"),
        (("report", "CMM8-R04", "MYS", *REASON), 3, "is not directed to MYS"),
        (("dispute", *WHERE, *REASON), 3, "has no report yet"),
        (("decision", *WHERE, "--meeting", "CMM8", *REASON), 1, "no decision to take back"),
        (("decision", *WHERE, *REASON), 2, "Missing option '--meeting'"),
        (("decision", *WHERE, "--meeting", "CMM8", *REASON, "--as", FOCAL_POINT), 5, "Only the secretariat"),
        (("supersession", "CMM8-R03", *REASON), 1, "was not superseded"),
        (("supersession", "CMM8-R99", *REASON), 3, "There is no recommendation CMM8-R99"),
        (
            ("repetition", "CMM8-R03", "--source", "x", "--line", "3", *REASON),
            1,
            "not recorded as printed again",
        ),
        (("due", "CMM8-R03", *REASON, "--as", FOCAL_POINT), 5, "Only the secretariat"),
        (("mention", "ASEM-ACT-01", "CMM8-F01", *REASON), 3, "There is no activity ASEM-ACT-01"),
    ],
    ids=lambda words: " ".join(words) if isinstance(words, tuple) else None,
)
def test_what_cannot_be_taken_back_is_refused_in_a_sentence(
    cli: Cli, words: tuple[str, ...], exit_code: int, sentence: str
) -> None:
    done = cli("withdraw", *words)
    assert (done.exit_code, done.stdout) == (exit_code, "")
    assert sentence in done.stderr
    refusal = json.loads(cli("withdraw", *words, "--json").stderr)
    assert refusal["exit_code"] == exit_code
    assert sentence in refusal["message"]


def test_a_report_that_is_not_disputed_has_no_dispute_to_take_back(cli: Cli) -> None:
    cli.json(*REPORT)
    done = cli("withdraw", "dispute", *WHERE, *REASON)
    assert done.exit_code == 1
    assert "no dispute to take back" in done.stderr
