"""One engine, two kinds of transaction, on SQLite and PostgreSQL alike."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, DateTime, Engine, MetaData, String, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool
from sqlalchemy.types import TypeDecorator

from tracker.kit.clock import from_iso, iso
from tracker.kit.errors import NoAnswer, Raced, SetupError, Tampered, TrackerError, Unavailable
from tracker.kit.private import make_file, make_folder

T = TypeVar("T")

# Names that are the same on both databases, so that migrations can speak of them.
metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

BUSY_MS = 30_000
TRIES = 12
# https://sqlite.org/wal.html section 11: WAL may corrupt a database on a rare race before this version.
SAFE_WAL = (3, 51, 3)
# Deadlock, serialization failure, lock not available: PostgreSQL's own list of what to try again (Appendix A).
TRY_AGAIN = {"40P01", "40001", "55P03"}


class UtcDateTime(TypeDecorator[datetime]):
    """An instant in UTC: `timestamptz` on PostgreSQL, fixed-width text on SQLite. Naive datetimes are refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        """SQLite keeps no zones, so it gets text that sorts as time does."""
        return dialect.type_descriptor(String(27) if dialect.name == "sqlite" else DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Python to database."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise TypeError("A naive datetime has no place in the database; use tracker.kit.clock.")
        return iso(value) if dialect.name == "sqlite" else value

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None] | None:
        """Database to Python, always in UTC; on PostgreSQL the session's zone sees to that (`_engine`)."""
        return _from_text if dialect.name == "sqlite" else None


def _from_text(value: str | None) -> datetime | None:
    try:
        return None if value is None else from_iso(value)
    except ValueError:
        raise Tampered(f"“{value}” is no time; somebody changed the database by hand.") from None


class Database:
    """An engine and the two ways to use it; whoever opens a transaction here commits it by leaving the block."""

    def __init__(self, url: str, *, pooled: bool = True) -> None:
        self.url = url
        self.engine = _engine(url, pooled=pooled)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that writes nothing and sees one moment, however many statements it runs.

        On PostgreSQL it is READ ONLY and REPEATABLE READ; on SQLite every transaction sees one moment.
        """
        with _clear_errors(self.engine), self.engine.connect() as connection:
            options: dict[str, Any] = {"tracker_read": True}
            if connection.dialect.name == "postgresql":
                options |= {"postgresql_readonly": True, "isolation_level": "REPEATABLE READ"}
            connection = connection.execution_options(**options)
            with connection.begin():
                yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that may write: commits at the end of the block, rolls back on any error."""
        with _clear_errors(self.engine), self.engine.begin() as connection:
            yield connection

    def run(self, work: Callable[[Connection], T]) -> T:
        """`work` in a write transaction, the whole of it again when writers met (`Raced`), a dozen times at most."""
        for attempt in range(1, TRIES + 1):
            try:
                with self.write() as connection:
                    return work(connection)
            except Raced:
                if attempt == TRIES:
                    raise
        raise AssertionError("unreachable")

    def dispose(self) -> None:
        """Closes the pool."""
        self.engine.dispose()


def _engine(url: str, *, pooled: bool) -> Engine:
    target = make_url(url)
    if target.get_backend_name() == "sqlite":
        engine = create_engine(target, connect_args={"timeout": BUSY_MS / 1000, "check_same_thread": False})
        if target.database and target.database != ":memory:":
            file = Path(target.database)
            _make_folder(file.parent)
            event.listen(engine, "do_connect", lambda *_: _make_file(file))
        event.listen(engine, "connect", _configure_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    options: dict[str, Any] = {"pool_pre_ping": True} if pooled else {"poolclass": NullPool}
    given = str(target.query.get("options", ""))
    connect = {
        "connect_timeout": 10,
        "application_name": "tracker",
        "options": f"{given} -c TimeZone=UTC".strip(),
    }
    return create_engine(target, connect_args=connect, **options)


def _make_folder(folder: Path) -> None:
    try:
        make_folder(folder)
    except OSError as error:
        raise SetupError(
            f"The folder {folder} of the database cannot be made ({error.strerror}); set TRACKER_DATA_DIR to another one."
        ) from error
    if not os.access(folder, os.R_OK | os.X_OK):
        raise SetupError(
            f"This user may not enter the folder {folder} of the database; give it the right, or set TRACKER_DATA_DIR "
            "to another one."
        )


def _make_file(file: Path) -> None:
    """Before SQLite makes it, which would let everybody read it; what stands beside it gets the same rights."""
    with suppress(OSError):  # SQLite says better what is wrong
        make_file(file)


def _configure_sqlite(raw: sqlite3.Connection, _: object) -> None:
    raw.isolation_level = None  # the begin event below decides, not the driver
    journal = "WAL" if sqlite3.sqlite_version_info >= SAFE_WAL else "TRUNCATE"
    for pragma in (
        f"busy_timeout={BUSY_MS}",
        f"journal_mode={journal}",
        "synchronous=FULL",
        "foreign_keys=ON",
        "recursive_triggers=ON",  # else INSERT OR REPLACE slips past the triggers that guard the log
    ):
        raw.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    reading = connection.get_execution_options().get("tracker_read")
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


@contextmanager
def _clear_errors(engine: Engine) -> Iterator[None]:
    """Turns the driver's failures, wrapped or not, into sentences; rule and conflict errors pass through."""
    driver: Any = engine.dialect.loaded_dbapi
    try:
        yield
    except (DBAPIError, driver.Error) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        refusal = _refusal(cause, unreachable=isinstance(cause, driver.OperationalError))
        if refusal is None:
            raise
        raise refusal from error


def _refusal(error: BaseException | None, *, unreachable: bool) -> TrackerError | None:
    state, said = getattr(error, "sqlstate", None), str(error).strip()
    first = said.splitlines()[0] if said else type(error).__name__
    if state in TRY_AGAIN:
        return Raced("Two writers met; nothing was written. Please try again.")
    if "readonly" in said or "read-only" in said:
        return SetupError(f"The database cannot be written to: {said}.")
    if "not a database" in said or "malformed" in said:
        return SetupError(
            f"The database file is damaged, or is none ({first}); restore it from a backup, as docs/operations.md says."
        )
    if state == "42P01" or "no such table" in said:
        return SetupError(f"The database lacks a table; run `tracker migrate`. ({first})")
    if "disk is full" in said or state == "53100":
        return Unavailable("The disk of the database is full; nothing was written. Make room and try again.")
    if "is locked" in said:
        return Unavailable(
            f"Another program holds the database for more than {BUSY_MS // 1000} s; nothing was written. Please try again."
        )
    if unreachable:
        return NoAnswer(f"The database does not answer: {first}")
    return None
