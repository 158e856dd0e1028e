"""The database: reachable, of this release, and guarding the log."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, func, select, text

from tracker.doctor.check import Check, bad, ok, warn
from tracker.eventstore.tables import log_head
from tracker.kit.db import SAFE_WAL, Database
from tracker.kit.errors import TrackerError
from tracker.migrate import check_version

GUARDED = ("events", "command_results", "log_head")
MOST_APART = timedelta(seconds=5)
SQLITE_TRIGGERS = {
    *(f"{table}_no_{verb}" for table in GUARDED[:2] for verb in ("update", "delete", "replace")),
    "log_head_no_delete",
    "log_head_forward",
}


def usable(db: Database) -> Check:
    """It answers and is of this release."""
    where = db.engine.url.render_as_string(hide_password=True)
    try:
        check_version(db)
    except TrackerError as error:
        return bad("database", error.message, "`tracker up` and `tracker migrate` make and update it.")
    return ok("database", f"{where} answers and is of this release.")


def engine(connection: Connection) -> Check:
    """Which database it is, and how it keeps its word."""
    if connection.dialect.name == "postgresql":
        version = connection.execute(text("SHOW server_version")).scalar_one()
        if connection.execute(text("SHOW fsync")).scalar_one() != "on":
            return bad(
                "engine",
                f"PostgreSQL {version} runs with fsync off.",
                "Switch it on: a power cut loses the log.",
            )
        return ok("engine", f"PostgreSQL {version}.")
    mode = connection.execute(text("PRAGMA journal_mode")).scalar_one()
    version = sqlite3.sqlite_version
    if mode == "wal" and sqlite3.sqlite_version_info < SAFE_WAL:
        safe = ".".join(map(str, SAFE_WAL))
        return bad(
            "engine", f"SQLite {version} in WAL mode may corrupt the file.", f"Use SQLite {safe} or newer."
        )
    return ok("engine", f"SQLite {version}, journal mode {mode}.")


def guards(connection: Connection) -> Iterator[Check]:
    """The log can only grow."""
    if connection.dialect.name == "postgresql":
        yield _rights(connection)
        yield _postgresql_triggers(connection)
        return
    there = set(connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars())
    yield _triggers(SQLITE_TRIGGERS - there)


def clock(connection: Connection, now: datetime) -> Check:
    """This machine's clock agrees with the log, and with the database server's."""
    last = connection.execute(select(log_head.c.recorded_at)).scalar_one()
    if last > now + MOST_APART:
        mend = "Set this machine's clock right; until then new events get the time of the newest one."
        return bad(
            "clock",
            f"The newest event was recorded at {last:%Y-%m-%d %H:%M:%S} UTC, which is still to come.",
            mend,
        )
    if connection.dialect.name == "postgresql":
        theirs = connection.execute(select(func.clock_timestamp())).scalar_one().astimezone(UTC)
        if abs(theirs - now) > MOST_APART:
            apart = abs(theirs - now).total_seconds()
            return warn(
                "clock",
                f"The database server's clock is {apart:.0f} s away.",
                "Let both follow a time server.",
            )
    return ok("clock", "It agrees with the log.")


def _rights(connection: Connection) -> Check:
    role = connection.execute(text("SELECT current_user")).scalar_one()
    ask = text("SELECT has_table_privilege(current_user, :table, :right)")
    held = [
        f"{right} on {table}"
        for table in GUARDED[:2]
        for right in ("UPDATE", "DELETE", "TRUNCATE")
        if connection.execute(ask, {"table": table, "right": right}).scalar_one()
    ]
    if held:
        mend = "Use a role that is only a member of tracker_app in TRACKER_DATABASE_URL; docs/operations.md says how."
        return bad("rights", f"The role {role} may change the log: {', '.join(held)}.", mend)
    return ok("rights", f"The role {role} can add to the log and read it, nothing else.")


def _postgresql_triggers(connection: Connection) -> Check:
    query = text(
        "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE '%\\_append\\_only' AND tgenabled = 'A'"
    )
    return _triggers(set(GUARDED) - set(connection.execute(query).scalars()))


def _triggers(missing: set[str]) -> Check:
    if missing:
        mend = (
            "Somebody took them away: run `tracker verify`, then restore the database's schema from a backup."
        )
        return bad(
            "guards",
            f"The triggers that keep the log append-only are missing: {', '.join(sorted(missing))}.",
            mend,
        )
    return ok("guards", "Triggers keep the log append-only.")
