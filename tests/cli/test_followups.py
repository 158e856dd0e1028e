"""Responding, reporting, judging and closing on the command line, and what lists and grids show of it."""

from tests.cli.conftest import FOCAL_POINT, Cli

WHERE = ("CMM8-R03", "IDN")
REPORT = ("report", *WHERE, "--status", "under-implementation", "--note", "A fund was opened.")


def status(cli: Cli) -> str:
    """Where CMM8-R03:IDN stands."""
    found: str = cli.json("show", "CMM8-R03:IDN")["followup"]["status"]
    return found


def verification(cli: Cli) -> str:
    """What became of the report that stands."""
    found: str = cli.json("show", "CMM8-R03:IDN")["followup"]["verification"]
    return found


def person(cli: Cli, email: str, role: str, scope: str = "*") -> str:
    """An account with a role; its address."""
    cli.json("person", "invite", email, role.title())
    cli.json("person", "grant", email, role, "--scope", scope)
    return email


def test_a_report_answers_with_its_event(cli: Cli) -> None:
    done = cli.json(*REPORT, "--as-of", "2025-11-03", "--evidence", "https://example.org/fund")
    (event,) = done["events"]
    assert set(done) == {"command_id", "repeated", "recorded_at", "events"}
    assert (event["type"], event["stream"]) == ("followup.progress_reported", "followup-CMM8-R03:IDN")
    assert status(cli) == "under_implementation"
    assert "https://example.org/fund" in cli("show", "CMM8-R03:IDN").stdout


def test_a_report_is_confirmed_in_a_line(cli: Cli) -> None:
    assert cli(*REPORT).stdout.startswith("Recorded followup.progress_reported at position ")


def test_a_focal_point_reports_through_the_operator(cli: Cli) -> None:
    cli.json(*REPORT, "--as", FOCAL_POINT)
    assert "reported by     Focal point, Indonesia" in cli("show", "CMM8-R03:IDN").stdout


def test_a_response_is_recorded(cli: Cli) -> None:
    cli.json("respond", *WHERE, "supported-in-part", "--note", "As far as the budget goes.")
    assert cli.json("show", "CMM8-R03:IDN")["followup"]["response"] == "supported_in_part"
    assert "supported in part" in cli("show", "CMM8-R03:IDN").stdout


def test_the_same_response_again_records_nothing(cli: Cli) -> None:
    cli.json("respond", *WHERE, "supported")
    assert "Nothing was recorded" in cli("respond", *WHERE, "supported").stdout


def test_a_report_is_corrected_and_keeps_what_is_not_named(cli: Cli) -> None:
    cli.json(*REPORT)
    cli.json("correct", *WHERE, "--note", "Two funds were opened.", "--reason", "A slip of the pen.")
    found = cli.json("show", "CMM8-R03:IDN")["followup"]
    assert (found["status"], found["narrative"]) == ("under_implementation", "Two funds were opened.")


def test_an_auditor_confirms_a_report(cli: Cli) -> None:
    cli.json(*REPORT)
    auditor = person(cli, "auditor@example.org", "auditor")
    cli.json("verify-report", *WHERE, "--note", "Seen in the gazette.", "--as", auditor)
    assert verification(cli) == "verified"


def test_an_authority_stands_behind_a_report(cli: Cli) -> None:
    cli.json(*REPORT)
    cli.json("validate", *WHERE, "--as", person(cli, "ministry@example.org", "validating-authority", "IDN"))
    assert verification(cli) == "validated"


def test_a_report_is_disputed(cli: Cli) -> None:
    cli.json(*REPORT)
    auditor = person(cli, "auditor@example.org", "auditor")
    cli.json("dispute", *WHERE, "--reason", "Announced, not opened.", "--as", auditor)
    assert verification(cli) == "disputed"


def test_a_meeting_closes_and_another_decision_reopens(cli: Cli) -> None:
    cli.json("close", *WHERE, "--meeting", "CMM8", "--reason", "Taken note of.")
    assert status(cli) == "closed_by_meeting"
    cli.json("reopen", *WHERE, "--meeting", "CMM8", "--reason", "It came up again.")
    assert status(cli) == "no_information"


def test_the_list_counts_who_was_heard_of_how_many(cli: Cli) -> None:
    cli.json(*REPORT)
    (row,) = [each for each in cli.json("list") if each["code"] == "CMM8-R03"]
    assert (row["addressees"], row["statuses"]) == (2, {"under_implementation": 1, "no_information": 1})
    shown = cli("list").stdout.splitlines()
    assert shown[1].split("  ")[:1] == ["CMM8-R03"]
    assert "1 under implementation" in shown[1]
    assert shown[-1] == "2 of 2 elements."


def test_the_list_is_narrowed_by_each_filter(cli: Cli) -> None:
    cli.json(*REPORT)
    cli.json("due", "set", "CMM8-R04", "2020-01-01")
    for words, codes in (
        (["--meeting", "CMM8"], ["CMM8-R03", "CMM8-R04"]),
        (["--meeting", "CMM9"], []),
        (["--body", "ASEM-CMM"], ["CMM8-R03", "CMM8-R04"]),
        (["--partner", "MYS"], ["CMM8-R03"]),
        (["--status", "under-implementation"], ["CMM8-R03"]),
        (["--overdue"], ["CMM8-R04"]),
        (["--kind", "action-plan"], []),
        (["R04"], ["CMM8-R04"]),
        (["what", "do"], ["CMM8-R03", "CMM8-R04"]),
    ):
        assert [each["code"] for each in cli.json("list", *words)] == codes, words
    assert cli("list", "--meeting", "CMM9").stdout == "0 of 2 elements.\n"


def test_the_grid_shows_who_stands_where(cli: Cli) -> None:
    cli.json(*REPORT)
    found = cli.json("grid", "CMM8")
    assert found["counts"] == {"no_information": 2, "under_implementation": 1}
    shown = cli("grid", "CMM8").stdout.splitlines()
    assert [line.split() for line in shown[:3]] == [["IDN", "MYS"], ["CMM8-R03", "U", "·"], ["CMM8-R04", "·"]]
    assert shown[-1] == "Of 3 follow-ups: 1 under implementation, 2 no information."


def test_the_metrics_say_of_how_many(cli: Cli) -> None:
    cli.json("report", *WHERE, "--status", "implemented", "--note", "The law is in force.")
    found = cli.json("metrics", "CMM9")
    (pairs,) = [each for each in found["figures"] if each["scope"] == "pairs"]
    assert (pairs["implemented"], pairs["denominator"], pairs["rate"]) == (1, 1, 1.0)
    assert "No information" in cli("metrics").stdout
