"""What a secretariat does on the command line: meetings, due dates, people, digests."""

from pathlib import Path
from urllib.parse import urlsplit

from tests.cli.conftest import FOCAL_POINT, Cli
from tests.seed.small import change, put_files
from tracker.kit.mailbox import list_messages, read_message
from tracker.kit.running import Running, only_one, running, tell
from tracker.kit.settings import settings


def types(done: dict[str, list[dict[str, str]]]) -> list[str]:
    """Of the events that a command wrote."""
    return [event["type"] for event in done["events"]]


def test_a_meeting_is_planned_moved_and_held(cli: Cli) -> None:
    dates = ("--from", "2025-06-01", "--to", "2025-06-02")
    assert types(cli.json("meeting", "schedule", "CMM10", "ASEM-CMM", "--number", "10")) == [
        "meeting.scheduled"
    ]
    assert types(cli.json("meeting", "move", "CMM10", *dates, "--reason", "elections")) == ["meeting.moved"]
    assert types(cli.json("meeting", "hold", "CMM10", *dates)) == ["meeting.held", "meeting.embargoed"]
    meeting = cli.json("show", "CMM10")["meeting"]
    assert (meeting["state"], meeting["starts_on"]) == ("held", "2025-06-01")


def test_a_recommendation_is_directed(cli: Cli) -> None:
    assert types(cli.json("direct", "CMM8-R04", "MYS")) == ["recommendation.directed"]
    assert cli.json("show", "CMM8-R04")["recommendation"]["addressees"] == 2
    assert types(cli.json("direct", "CMM8-R04", "--grouping", "Asia")) == []


def test_a_due_date_is_set_and_moved_for_all_and_for_one(cli: Cli) -> None:
    assert types(cli.json("due", "set", "CMM8-R03", "2028-03-01")) == ["recommendation.due_set"]
    assert types(cli.json("due", "move", "CMM8-R03", "2028-06-01", "--reason", "a")) == [
        "recommendation.due_moved"
    ]
    own = cli.json("due", "move", "CMM8-R03", "2029-03-01", "--partner", "IDN", "--reason", "elections")
    assert types(own) == ["followup.due_moved"]
    due = {each["partner"]: each["due_on"] for each in cli.json("show", "CMM8-R03")["followups"]}
    assert due == {"IDN": "2029-03-01", "MYS": "2028-06-01"}


def test_a_focal_point_is_invited_appointed_succeeded_and_retired(cli: Cli) -> None:
    invited = cli.json(
        "person", "invite", "new@example.org", "Focal point, Malaysia", "--time-zone", "Asia/Kuala_Lumpur"
    )
    assert set(invited) == {"person_id", "email", "mailed"}
    cli.json("person", "invite", "next@example.org", "Successor, Malaysia")
    assert types(cli.json("appoint", "ASEM-CMM", "MYS", "new@example.org", "--since", "2026-01-01")) == [
        "focal_point.appointed"
    ]
    assert "Focal point, Malaysia" in cli("show", "MYS").stdout
    cli.json("hand-over", "ASEM-CMM", "MYS", "new@example.org", "next@example.org", "--on", "2026-06-01")
    assert "Successor, Malaysia" in cli("show", "MYS").stdout
    cli.json("retire", "ASEM-CMM", "MYS", "next@example.org", "--on", "2026-09-01", "--reason", "moved on")
    history = [
        entry["what"] for entry in cli.json("history", "MYS") if entry["type"].startswith("focal_point")
    ]
    assert history == ["appointed", "handed over", "retired"]


def test_a_role_is_given(cli: Cli) -> None:
    done = cli.json("person", "grant", FOCAL_POINT, "secretariat", "--scope", "ASEM-CMM")
    assert types(done) == ["person.role_granted"]
    assert cli("due", "set", "CMM8-R03", "2028-03-01", "--as", FOCAL_POINT).exit_code == 0


def test_a_link_to_sign_in_is_printed_alone(cli: Cli) -> None:
    printed = cli("sign-in-link", FOCAL_POINT)
    assert printed.stdout.count("\n") == 1
    assert urlsplit(printed.stdout).path.startswith("/sign-in/")
    assert set(cli.json("sign-in-link", FOCAL_POINT)) == {"link", "expires_at"}


def test_a_digest_is_seen_before_it_is_sent_and_sent_once_a_day(cli: Cli) -> None:
    cli.json("due", "set", "CMM8-R03", "2020-01-01")
    assert "CMM8-R03" in cli.json("digest", "preview", FOCAL_POINT)["text"]
    assert cli("digest", "preview", FOCAL_POINT).stdout.startswith("Subject: ")
    sent = cli.json("digest", "send", FOCAL_POINT)
    assert (sent["state"], sent["email"]) == ("sent", FOCAL_POINT)
    assert cli.json("digest", "send", FOCAL_POINT)["id"] == sent["id"]
    assert cli.json("digest", "list", FOCAL_POINT)["counts"] == {"sent": 1}
    assert f"Nothing was sent: {FOCAL_POINT} got the digest of" in cli("digest", "send", FOCAL_POINT).stdout


def test_a_digest_that_is_sent_says_so(cli: Cli) -> None:
    cli.json("due", "set", "CMM8-R03", "2020-01-01")
    assert f"Sent to {FOCAL_POINT}" in cli("digest", "send", FOCAL_POINT).stdout


def test_every_link_leads_to_the_tracker_that_runs(cli: Cli) -> None:
    cli.json("due", "set", "CMM8-R03", "2020-01-01")
    folder = settings().data_dir
    folder.mkdir(exist_ok=True)
    with only_one(folder):
        tell(folder, Running(1, "http://127.0.0.1:43210", ""))
        seen = cli("digest", "preview", FOCAL_POINT).stdout
        link = cli("sign-in-link", FOCAL_POINT)
        cli.json("digest", "send", FOCAL_POINT)
    [mail] = list_messages(folder / "mailbox")
    for text in (seen, link.stdout, read_message(folder / "mailbox", mail.name).text):
        assert "http://127.0.0.1:43210/" in text
        assert ":8018" not in text
    assert link.stderr == ""


def test_the_address_of_one_that_was_killed_is_forgotten_by_the_next(tmp_path: Path) -> None:
    tell(tmp_path, Running(1, "http://127.0.0.1:43210", ""))
    with only_one(tmp_path):
        assert running(tmp_path) is None


def test_a_link_of_a_tracker_that_does_not_run_says_so(cli: Cli) -> None:
    told = cli("sign-in-link", FOCAL_POINT)
    assert "/sign-in/" in told.stdout
    assert told.stderr.startswith("The tracker does not run on the folder ")


def test_a_meeting_a_partner_and_a_body_are_shown_with_what_belongs_to_them(cli: Cli) -> None:
    assert set(cli.json("show", "CMM8")) >= {"meeting", "cycle", "elements"}
    assert set(cli.json("show", "IDN")) >= {"partner", "memberships", "focal_points", "followups"}
    assert set(cli.json("show", "ASEM-CMM")) >= {"body", "upcoming", "meetings", "themes", "partners"}
    shown = cli("show", "IDN").stdout
    assert "Focal point, Indonesia" in shown
    assert "Follow-ups (2): 2 no information" in shown


def test_the_operator_resets_the_second_factors_of_whoever_lost_them(cli: Cli) -> None:
    reset = ("person", "reset-factors", FOCAL_POINT, "--reason", "telephone lost")
    assert types(cli.json(*reset)) == ["person.recovery_done"]
    noted = cli.json("security-log", "--what", "factors_reset")
    assert [each["facts"] for each in noted] == [{"by": "operator"}]


def test_a_loading_counts_in_words_that_fit(empty: Cli, tmp_path: Path) -> None:
    folder = put_files(tmp_path / "asem-cmm")
    empty("load", str(folder))
    change(folder, "meetings/CMM8.yaml", "for all.", "for everyone.")
    assert empty("load", str(folder)).stdout.endswith(" entries read, 1 event written, 1 revised.\n")
