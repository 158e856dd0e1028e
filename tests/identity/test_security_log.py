"""What happened at the door: found by kind, person and typed address; without addresses; for 400 days."""

import json
import logging
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from tracker.identity import security_log
from tracker.identity.tables import security_log as table
from tracker.kit.db import Database

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
EMAIL = "focal.point@example.org"
HASH = security_log.address_hash("secret", EMAIL)


def note(db: Database, what: str, now: datetime = NOW, **given: object) -> None:
    db.run(lambda tx: security_log.note(tx, what, now, **given))  # type: ignore[arg-type]


def found(db: Database, **filters: object) -> list[str]:
    with db.read() as conn:
        return [each.what for each in security_log.entries(conn, **filters)]  # type: ignore[arg-type]


def test_entries_are_found_newest_first_and_by_what_is_asked(db: Database) -> None:
    note(db, "link_asked", address_hash=HASH, client="192.0.2.1")
    note(db, "link_sent", person_id="p")
    note(db, "signed_in", NOW + timedelta(hours=1), person_id="p", client="192.0.2.1", means="link")
    note(db, "refused", client="192.0.2.2")
    assert found(db) == ["refused", "signed_in", "link_sent", "link_asked"]
    assert found(db, what="refused") == ["refused"]
    assert found(db, client="192.0.2.1") == ["signed_in", "link_asked"]
    assert found(db, person_id="p") == ["signed_in", "link_sent"]
    assert found(db, address_hash=HASH) == ["link_asked"]
    assert found(db, person_id="p", address_hash=HASH) == ["signed_in", "link_sent", "link_asked"]
    assert found(db, since=NOW + timedelta(minutes=1)) == ["signed_in"]
    assert found(db, limit=1) == ["refused"]
    with db.read() as conn:
        assert security_log.kinds(conn) == ["link_asked", "link_sent", "refused", "signed_in"]
        (entry,) = security_log.entries(conn, what="signed_in")
    assert (entry.at, entry.facts) == (NOW + timedelta(hours=1), {"means": "link"})


def test_a_typed_address_is_told_apart_and_told_to_nobody(db: Database) -> None:
    note(db, "link_asked", address_hash=HASH)
    assert security_log.address_hash("secret", f" {EMAIL.upper()} ") == HASH
    assert security_log.address_hash("secret", "other@example.org") != HASH
    assert security_log.address_hash("another secret", EMAIL) != HASH
    with db.read() as conn:
        assert "example" not in str(conn.execute(select(table)).all())


def test_each_entry_is_a_line_of_json_in_the_log_of_the_process(
    db: Database, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "tracker.security"):
        note(db, "refused", client="192.0.2.1\nforged line", thing="link")
    (line,) = [each.getMessage() for each in caplog.records if each.name == "tracker.security"]
    assert "\n" not in line
    assert json.loads(line) == {
        "at": "2026-11-24T09:00:00.000000Z",
        "what": "refused",
        "person_id": None,
        "address_hash": None,
        "client": "192.0.2.1\nforged line",
        "facts": {"thing": "link"},
    }


def test_entries_are_kept_for_400_days(db: Database) -> None:
    note(db, "old")
    note(db, "new", NOW + timedelta(seconds=1))
    with db.write() as tx:
        assert security_log.sweep(tx, NOW + timedelta(days=400)) == 0
        assert security_log.sweep(tx, NOW + timedelta(days=400, seconds=1)) == 1
    assert found(db) == ["new"]
