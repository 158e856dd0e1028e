"""Is the database ours and of this release? Alembic and a rebuild bring it there; what is not ours or is newer is left
alone."""

import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Literal

from sqlalchemy import Connection, inspect, select, text

from tracker.eventstore.projector import all_projections, projection
from tracker.eventstore.rebuild import Progress, rebuild
from tracker.eventstore.tables import projections
from tracker.kit.db import Database
from tracker.kit.errors import SetupError

HOME = Path(__file__).resolve().parents[2]
State = Literal["empty", "older", "current", "newer", "foreign"]

_LINE = re.compile(r"""^(revision|down_revision)(?:: [^=]+)? = (?:(["'])(\w+)\2|None)$""", re.MULTILINE)


def migrate(url: str) -> list[str]:
    """Applies what is missing, all of it or none; the names of the migrations applied. Raises `SetupError` when the
    database is not ours or is newer than the program. `url` is that of the role that owns the tables."""
    from alembic import command  # heavy, and of no use to the other commands
    from alembic.config import Config

    db = Database(url, pooled=False)
    try:
        with db.write() as connection:
            before = _applied(connection)
            _refuse(connection, {"newer", "foreign"})
            config = Config(HOME / "alembic.ini")
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            return [revision for revision in revisions() if revision not in before]
    finally:
        db.dispose()


def behind(connection: Connection) -> list[str]:
    """The projections whose rows were not made by this release's handlers."""
    rows = connection.execute(select(projections.c.name, projections.c.version))
    made = {row.name: row.version for row in rows}
    return [name for name, known in all_projections().items() if made.get(name) != known.version]


def catch_up(url: str, progress: Progress = lambda done, of: None) -> list[str]:
    """Rebuilds the projections that are behind, while readers go on; their names. On a new database it only notes by
    which release they are made."""
    db = Database(url, pooled=False)
    try:
        with db.read() as connection:
            names = behind(connection)
        for name in names:
            rebuild(db, projection(name), progress)
        return names
    finally:
        db.dispose()


def check_version(db: Database) -> None:
    """Raises `SetupError` with the mend unless the database is exactly that of this release."""
    file = db.engine.url.database
    if db.engine.dialect.name == "sqlite" and file and not Path(file).exists():
        raise SetupError(
            f"There is no database {file} yet; `tracker up` makes it, and so does `tracker migrate`."
        )
    with db.read() as connection:
        _refuse(connection, {"empty", "older", "newer", "foreign"})


def state(connection: Connection) -> State:
    """How the database stands to the program."""
    at = _revision(connection)
    if at is None:
        return "foreign" if inspect(connection).get_table_names() else "empty"
    known = revisions()
    if at in known:
        return "current" if at == known[-1] else "older"
    return "newer" if inspect(connection).has_table("events") else "foreign"


@lru_cache
def revisions() -> Sequence[str]:
    """The names of this release's migrations, oldest first. Read as text: importing Alembic takes longer than most
    commands do. Raises `SetupError` when a file cannot be read so, or when they are not one line."""
    files = sorted((HOME / "migrations" / "versions").glob("*.py"))
    if not files:
        raise SetupError(
            f"The migrations are missing from {HOME}; please install the tracker again from its folder."
        )
    follows = {before: revision for revision, before in map(_read, files)}
    order: list[str] = []
    while (after := follows.get(order[-1] if order else None)) is not None and after not in order:
        order.append(after)
    if len(order) != len(files):
        raise SetupError(
            f"The migrations in {files[0].parent} are not one line: {len(files)} files, of which {len(order)} follow one "
            "another. Let each name the one before it in down_revision. Nothing was changed."
        )
    return tuple(order)


def _read(file: Path) -> tuple[str, str | None]:
    found = {name: value or None for name, _, value in _LINE.findall(file.read_text("utf-8"))}
    revision = found.get("revision")
    if revision is None or "down_revision" not in found:
        raise SetupError(
            f'The migration {file} does not say what it is: it needs the lines `revision = "…"` and '
            '`down_revision = "…"`, as in its neighbours. Nothing was changed.'
        )
    return revision, found["down_revision"]


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return found


def _applied(connection: Connection) -> Sequence[str]:
    at, known = _revision(connection), revisions()
    return known[: known.index(at) + 1] if at in known else ()


def _refuse(connection: Connection, refused: set[State]) -> None:
    found = state(connection)
    if found not in refused:
        return
    where = connection.engine.url.render_as_string(hide_password=True)
    raise SetupError(
        {
            "empty": f"The database {where} is empty; run `tracker migrate` first (`tracker up` does it by itself).",
            "older": f"The database {where} is older than this program; run `tracker migrate`.",
            "newer": f"The database {where} was made by a newer release ({_revision(connection)}); "
            "install that release. Nothing was changed.",
            "foreign": f"The database {where} holds tables of another program; set TRACKER_DATABASE_URL to an empty "
            "database. Nothing was changed.",
        }[found]
    )
