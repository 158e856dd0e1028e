"""History, time travel, changes and proofs on the command line."""

import pytest
from sqlalchemy import text

from tests.cli.conftest import FOCAL_POINT, Cli
from tracker.kit.db import Database

REPORT = ("report", "CMM8-R03", "IDN", "--status", "under-implementation", "--note", "A fund was opened.")


def unguard(db: Database) -> None:
    """What only the owner of the tables can do."""
    with db.write() as tx:
        if tx.dialect.name == "postgresql":
            for table in ("events", "command_results", "log_head"):
                tx.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER ALL"))
            return
        for (name,) in tx.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
            tx.execute(text(f"DROP TRIGGER {name}"))


def alter(db: Database, statement: str) -> None:
    """Somebody changes the database by hand."""
    unguard(db)
    with db.write() as tx:
        assert tx.exec_driver_sql(statement).rowcount > 0


def test_history_tells_what_who_and_before_and_after(cli: Cli) -> None:
    cli.json(*REPORT)
    cli.json(
        "correct", "CMM8-R03", "IDN", "--status", "partially-implemented", "--reason", "One law is in force."
    )
    reported, corrected = cli.json("history", "CMM8-R03:IDN")
    assert (reported["what"], reported["who"], reported["door"]) == (
        "progress reported",
        "The operator",
        "cli",
    )
    assert corrected["changes"] == [
        {"field": "status", "before": "under_implementation", "after": "partially_implemented"}
    ]
    shown = cli("history", "CMM8-R03:IDN").stdout
    assert "under implementation → partially implemented" in shown
    assert "One law is in force." in shown


def test_history_of_a_correction_tells_both_wordings(cli: Cli) -> None:
    cli.json(*REPORT)
    before = cli.json("history", "CMM8-R03:IDN")[0]["said"]["narrative"]
    words = ("--note", "Two laws are in force.", "--reason", "A slip.")
    cli.json("correct", "CMM8-R03", "IDN", *words)
    corrected = cli.json("history", "CMM8-R03:IDN")[-1]
    assert (corrected["said_before"]["narrative"], corrected["said"]["narrative"]) == (before, words[1])
    shown = " ".join(cli("history", "CMM8-R03:IDN").stdout.split())
    assert f"{before} → {words[1]}" in shown


def test_history_says_that_the_operator_acted_for_a_person(cli: Cli) -> None:
    cli.json(*REPORT, "--as", FOCAL_POINT)
    (entry,) = cli.json("history", "CMM8-R03:IDN")
    assert (entry["who"], entry["on_behalf"]) == ("Focal point, Indonesia", True)
    assert (
        "by Focal point, Indonesia, through the operator of the server"
        in cli("history", "CMM8-R03:IDN").stdout
    )


def test_what_the_operator_does_as_such_is_on_nobodys_behalf(cli: Cli, db: Database) -> None:
    cli.json(*REPORT)
    assert cli.json("history", "CMM8-R03:IDN")[0]["on_behalf"] is False
    with db.read() as connection:
        last = connection.execute(
            text("SELECT metadata FROM events ORDER BY position DESC LIMIT 1")
        ).scalar_one()
    assert last == '{"door":"cli"}'


def test_the_event_of_the_operator_for_a_person_holds_no_name(cli: Cli, db: Database) -> None:
    cli.json(*REPORT, "--as", FOCAL_POINT)
    with db.read() as connection:
        last = connection.execute(
            text("SELECT metadata FROM events ORDER BY position DESC LIMIT 1")
        ).scalar_one()
    assert last == '{"door":"cli","on_behalf":true}'


def test_as_of_today_knows_what_was_recorded_today(cli: Cli) -> None:
    cli.json(*REPORT)
    today = cli.json("history", "CMM8-R03:IDN")[0]["recorded_at"][:10]
    assert cli.json("as-of", today, "CMM8-R03:IDN")["followup"]["status"] == "under_implementation"
    state = cli.json("as-of", today)["bodies"]["ASEM-CMM"]
    assert state == {
        "meetings": 2,
        "recommendations": 2,
        "followups": {"no_information": 2, "under_implementation": 1},
    }


def test_as_of_before_the_first_event_says_that_nothing_was_recorded(cli: Cli) -> None:
    assert cli.json("as-of", "2018-03-02")["position"] == 0
    assert "Nothing was recorded yet" in cli("as-of", "2018-03-02").stdout
    assert cli("list", "--as-of", "2018-03-02").stdout == "0 of 0 elements.\n"


def test_as_it_was_leaves_out_what_became_so_later(cli: Cli) -> None:
    cli.json(*REPORT)
    today = cli.json("history", "CMM8-R03:IDN")[0]["recorded_at"][:10]
    then = cli.json("as-of", today, "CMM8-R03:IDN", "--valid", "2019-01-01")
    assert then["followup"]["status"] == "no_information"
    assert cli.json("show", "CMM8-R03:IDN", "--valid", "2019-01-01")["followup"]["status"] == "no_information"
    assert "How things were on 2019-01-01" in cli("as-of", today, "--valid", "2019-01-01").stdout
    refused = cli("show", "CMM8-R03", "--valid", "2017-01-01")
    assert (refused.exit_code, "There was no CMM8-R03 yet on 2017-01-01" in refused.stderr) == (3, True)


def test_as_it_was_after_it_was_known_is_refused(cli: Cli) -> None:
    refused = cli("list", "--as-of", "2020-01-01", "--valid", "2020-06-01")
    assert refused.exit_code == 2
    assert "--valid must be the earlier of the two" in refused.stderr


def test_changes_can_be_narrowed_and_asked_as_of_a_day(cli: Cli) -> None:
    cli.json(*REPORT)
    told = cli.json("changes", "--since", "CMM8", "--kind", "followup", "--partner", "IDN")
    assert [each["code"] for each in told["changes"]] == ["CMM8-R03:IDN"]
    assert told["position"] > 0
    before = cli.json("changes", "--since", "2010-01-01", "--until", "2012-01-01", "--as-of", "2018-03-02")
    assert (before["changes"], before["position"]) == ([], 0)


def test_changes_since_a_meeting_are_by_when_it_was_so(cli: Cli) -> None:
    cli.json(*REPORT)
    (changed,) = [
        each for each in cli.json("changes", "--since", "CMM8")["changes"] if each["kind"] == "followup"
    ]
    assert (changed["code"], changed["new"]) == ("CMM8-R03:IDN", True)
    shown = cli("changes", "--since", "CMM8").stdout
    assert "things changed since 2018-03-02" in shown
    assert "CMM8-R03:IDN  followup, first heard of" in shown


def test_changes_may_be_asked_by_when_it_was_recorded(cli: Cli) -> None:
    by_recorded = cli.json("changes", "--since", "2018-03-02", "--recorded")
    assert by_recorded["by"] == "recorded"
    assert {"CMM8", "CMM8-R03", "IDN"} <= {each["code"] for each in by_recorded["changes"]}


def test_verify_proves_an_honest_log(cli: Cli) -> None:
    done = cli.json("verify")
    assert (done["ok"], done["findings"]) == (True, [])
    assert set(done["projections"]) == {
        "access",
        "followups",
        "meetings",
        "people",
        "recommendations",
        "recoveries",
        "search",
    }
    assert f"The log is whole: {done['events']} events" in cli("verify").stdout


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET body = '{' WHERE position = 3",
        "UPDATE events SET event_type = 'unheard.of' WHERE position = 3",
        "UPDATE events SET actor_id = 'x' WHERE position = 3",
        "DELETE FROM events WHERE position = 3",
    ],
)
def test_verify_names_the_first_bad_position_and_exits_with_1(cli: Cli, db: Database, statement: str) -> None:
    alter(db, statement)
    told = cli("verify")
    assert (told.exit_code, told.stderr) == (1, "")
    assert "is NOT what was written" in told.stdout
    assert "The first bad position is 3." in told.stdout
    assert cli("verify", "--json").exit_code == 1


@pytest.mark.parametrize(
    ("statement", "table", "kind"),
    [
        (
            "UPDATE recommendations SET text = 'Do nothing.' WHERE code = 'CMM8-R03'",
            "recommendations",
            "differs",
        ),
        ("UPDATE followups SET status = 'implemented'", "followups", "differs"),
        ("DELETE FROM followups", "followups", "missing"),
        ("UPDATE memberships SET grouping = 'Europe' WHERE partner = 'IDN'", "memberships", "differs"),
    ],
)
def test_verify_finds_an_edited_projection_and_rebuild_mends_it(
    cli: Cli, db: Database, statement: str, table: str, kind: str
) -> None:
    cli.json(*REPORT)
    alter(db, statement)
    told = cli("verify", "--json")
    assert told.exit_code == 1
    assert f'"table": "{table}"' in told.stdout
    assert "`tracker rebuild` mends the rows from the log." in cli("verify").stdout
    assert cli("rebuild", "--check").exit_code == 1
    assert any(cli.json("rebuild")["differences"].values())
    assert cli.json("verify")["ok"]


def test_a_log_that_was_altered_is_a_sentence_for_every_reader(cli: Cli, db: Database) -> None:
    alter(
        db, "UPDATE events SET body = '{' WHERE stream_id = 'recommendation-CMM8-R03' AND stream_version = 1"
    )
    told = cli("history", "CMM8-R03")
    assert (told.exit_code, told.stdout) == (1, "")
    assert "`tracker verify` says where" in told.stderr


def test_an_interrupted_rebuild_is_told_by_doctor_and_goes_on(cli: Cli, db: Database) -> None:
    with db.write() as tx:
        tx.execute(
            text("UPDATE projections SET shadow_position = 2, shadow_version = version WHERE name = 'people'")
        )
    assert cli("rebuild", "people").exit_code == 0
    assert cli.json("verify")["ok"]
