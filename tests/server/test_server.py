"""The main job on the services of docker-compose.yml, through the commands of docs/operations.md."""

import email
import http.client
import os
import re
import sys
import time
import urllib.request
from collections.abc import Callable
from email import policy

import psycopg
import pytest

from tests.kit.mailserver import Answers
from tests.server.conftest import JPN, MYS
from tests.server.guide import blocks
from tests.server.stack import Stack, until

pytestmark = pytest.mark.timeout(300)

Server = tuple[Stack, Answers]
NEWEST = (
    "SELECT 1 FROM metric_snapshots WHERE meeting = 'CMM9' AND position = (SELECT position FROM log_head)"
)
TRACKER = "docker compose exec web tracker "


def as_web(made: Stack) -> "psycopg.Connection[tuple[object, ...]]":
    """A connection with the web application's role and password."""
    url = made.composed.environment("web")["TRACKER_DATABASE_URL"]
    return psycopg.connect(url, autocommit=True)


def asked(made: Stack, query: str) -> list[tuple[object, ...]]:
    """What the database answers."""
    with as_web(made) as connection:
        return connection.execute(query).fetchall()  # type: ignore[arg-type]


def visit(url: str) -> "http.client.HTTPResponse":
    """The page, as a proxy asks for it."""
    asked = urllib.request.Request(url, headers={"Host": "tracker.example.org"})  # noqa: S310
    return urllib.request.urlopen(asked)  # type: ignore[no-any-return]  # noqa: S310


def digests(answers: Answers, address: str = "") -> Callable[[], list[bytes]]:
    """The digests so far, to an address or to all; other letters (an invitation, tried again) come when they come."""
    found = [b"<digest-", f"To: {address}".encode()]
    return lambda: [each for each in answers.received if all(line in each for line in found)]


def test_every_service_is_healthy_by_its_own_check(server: Server) -> None:
    made, _ = server
    made.sh("docker compose up --detach\ndocker compose ps")
    assert all(made.running(name) for name in ("redis", "web", "worker", "beat"))


def test_services_are_no_superusers_and_find_their_program_read_only(server: Server) -> None:
    made, _ = server
    where = "import tracker, workers, seed; print(tracker.__file__, workers.__file__, seed.__file__)"
    found = made.sh(f'docker compose exec web python -c "{where}"').split()
    assert [path.startswith(str(made.folder / "image")) for path in found] == [True] * 3
    if made.user is not None:
        assert os.stat(f"/proc/{made.running('web')[0].process.pid}").st_uid == made.user
    refused = made.sh("docker compose exec web sh -c 'touch here 2>&1 || echo refused'")
    assert "refused" in refused or os.geteuid() == 0


def test_a_digest_arrives_by_itself(server: Server) -> None:
    made, answers = server
    until(digests(answers, JPN), "a digest arrives")
    mail = email.message_from_bytes(digests(answers, JPN)()[0], policy=policy.default)
    assert mail["From"] == "Follow-up tracker <tracker@example.org>"
    body = mail.get_body(("plain",))
    assert body is not None
    assert "https://tracker.example.org/" in body.get_content()
    until(lambda: asked(made, "SELECT 1 FROM digests WHERE state = 'sent'"), "it is recorded")
    assert len(digests(answers, JPN)()) == 1


def test_a_refused_digest_waits_for_the_operator_who_sends_it_again(server: Server) -> None:
    made, answers = server
    until(lambda: asked(made, "SELECT 1 FROM digests WHERE state = 'refused'"), "it is refused")
    shown = made.sh(TRACKER + "digest list")
    assert "550 no such user" in shown
    (digest,) = (str(row[0]) for row in asked(made, "SELECT id FROM digests WHERE state = 'refused'"))
    del answers.by_recipient[MYS]
    made.sh(TRACKER + f"digest resend {digest}")
    until(digests(answers, MYS), "beat rings, and it arrives")


def test_a_report_changes_the_metrics_by_itself(server: Server) -> None:
    made, _ = server
    until(lambda: asked(made, NEWEST), "beat rings, and the metrics are recomputed")
    shown = made.sh(TRACKER + "metrics CMM9 --json")
    assert '"implemented": 1' in shown


@pytest.mark.parametrize(
    "statement",
    ["UPDATE events SET actor_id = 'x'", "DELETE FROM events", "TRUNCATE events", "DROP TABLE events"],
)
def test_the_role_of_the_web_cannot_touch_history(server: Server, statement: str) -> None:
    made, _ = server
    with as_web(made) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(statement)  # type: ignore[arg-type]


def test_the_role_of_the_web_can_rebuild_what_is_shown(server: Server) -> None:
    made, _ = server
    assert "followups" in made.sh(TRACKER + "rebuild followups")


def test_a_wrong_password_opens_nothing(server: Server) -> None:
    made, _ = server
    url = made.composed.environment("web")["TRACKER_DATABASE_URL"]
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(re.sub(r":\w{64}@", ":guessed@", url))


def test_the_first_administrator_signs_in_by_the_link(server: Server) -> None:
    made, _ = server
    link = made.sh(TRACKER + "sign-in-link admin@example.org").strip()
    assert link.startswith("https://tracker.example.org/sign-in/")
    with visit(link.replace("https://tracker.example.org", made.address)) as page:
        assert (page.status, b"<button" in page.read()) == (200, True)


@pytest.mark.parametrize(("source", "scheme"), [("127.0.0.1", "https"), ("127.0.0.2", "http")])
def test_a_redirect_stays_with_https_if_the_trusted_proxy_says_so_and_nobody_else(
    server: Server, source: str, scheme: str
) -> None:
    made, _ = server
    if source != "127.0.0.1" and sys.platform != "linux":
        pytest.skip("only Linux has other addresses on loopback without setting them up")
    line = http.client.HTTPConnection("127.0.0.1", made.ports["web"], source_address=(source, 0))
    headers = {"Host": "tracker.example.org", "X-Forwarded-Proto": "https"}
    line.request("GET", "/meetings/CMM8/", headers=headers)
    answer = line.getresponse()
    assert (answer.status, answer.headers["Location"]) == (
        307,
        f"{scheme}://tracker.example.org/meetings/CMM8",
    )
    line.close()


def test_the_operator_resets_a_second_factor_that_was_lost(server: Server) -> None:
    made, _ = server
    (block,) = blocks("Second factors")
    assert "person.recovery_done" in made.sh(block)


def test_all_is_well_says_the_doctor(server: Server) -> None:
    made, _ = server
    (block,) = blocks("Is all well?")
    assert "positions" in made.sh(block).lower()


def test_lines_cut_by_a_restart_of_the_database_are_made_anew(server: Server) -> None:
    made, _ = server
    cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'tracker_web'"
    made.sh(f'docker compose exec db psql -d tracker -U tracker_owner -c "{cut}"')
    with visit(f"{made.address}/") as page:
        assert page.status == 200
    assert made.healthy("web")
    assert made.healthy("worker")


def test_a_beat_that_no_longer_rings_is_not_healthy(server: Server) -> None:
    made, _ = server
    until(lambda: made.healthy("beat"), "beat has rung")
    long_ago = time.time() - 180
    os.utime(made.folder / "data" / "beat" / "beat", (long_ago, long_ago))
    assert not made.healthy("beat")


def test_a_restored_database_is_whole_and_mails_nobody_twice(server: Server) -> None:
    made, answers = server
    until(digests(answers, JPN), "a digest arrives")
    until(lambda: asked(made, "SELECT 1 FROM digests WHERE state = 'sent'"), "it is recorded")
    backup, _ = blocks("Backup")
    (restore,) = blocks("Restore")
    made.sh("docker compose stop worker beat")
    made.sh(TRACKER + "report CMM8-R04 IDN --status implemented --note Done.")
    # The backup is older than the mail: it still holds the digest as due.
    with psycopg.connect(made.composed.environment("migrate")["TRACKER_OWNER_DATABASE_URL"]) as owner:
        owner.execute("UPDATE digests SET state = 'due', attempts = 0, sent_at = NULL")
    before, log = len(digests(answers)()), asked(made, "SELECT * FROM events ORDER BY position")
    made.sh(backup)
    made.sh(restore)
    assert asked(made, "SELECT * FROM events ORDER BY position") == log
    with as_web(made) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("DELETE FROM events")
    until(lambda: asked(made, NEWEST), "the workers are at work again")
    assert {row[0] for row in asked(made, "SELECT state FROM digests")} == {"cancelled"}
    assert len(digests(answers)()) == before


def test_after_a_clean_end_an_upgrade_goes_through_and_more_workers_and_beats_are_harmless(
    server: Server,
) -> None:
    made, answers = server
    (upgrade,) = blocks("Upgrade")
    (more,) = blocks("More of everything")
    made.sh("docker compose ps")
    assert made.stop() == {"redis": 0, "web": 0, "worker": 0, "beat": 0}
    before = len(digests(answers)())
    assert "of this release already" in made.sh(upgrade)
    made.sh(TRACKER + "report CMM8-R03 MYS --status implemented --note Done.")
    made.sh(more)
    assert (len(made.running("worker")), len(made.running("beat"))) == (2, 2)
    until(lambda: asked(made, NEWEST), "the workers are at work")
    assert len(digests(answers)()) == before
    assert asked(made, "SELECT kind, key FROM work GROUP BY kind, key HAVING count(*) > 1") == []
    made.stop("worker", "beat")
    made.sh("docker compose up --detach")
