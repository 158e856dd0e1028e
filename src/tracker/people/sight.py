"""What a reader may see of what is adopted and not released yet (`read.embargoed`), kept with the connection that answers
them. A connection of which nobody said whose it is sees what the public sees: what is forgotten stays hidden."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, String, bindparam, event, literal
from sqlalchemy.sql.selectable import SelectBase

from tracker.people.policy import Actor, allows

OPTION, ACTION = "tracker_sight", "read.embargoed"
EVERYWHERE = "*"
_SIGHT = bindparam(OPTION, [], type_=String, expanding=True)


def seeing(conn: Connection, actor: Actor) -> Connection:
    """The same connection, which from now on answers this actor."""
    return conn.execution_options(**{OPTION: _sight(actor)})


@contextmanager
def as_the_public(conn: Connection) -> Iterator[None]:
    """Meanwhile the connection answers what everybody may know, whoever asks."""
    before = conn.get_execution_options().get(OPTION, [])
    conn.execution_options(**{OPTION: []})
    try:
        yield
    finally:
        conn.execution_options(**{OPTION: before})


def outside(body: ColumnElement[str]) -> ColumnElement[bool]:
    """A condition: the reader may not see what this body has not released."""
    return body.not_in(_SIGHT) & literal(EVERYWHERE).not_in(_SIGHT)


def _sight(actor: Actor) -> list[str]:
    if allows(actor, ACTION):
        return [EVERYWHERE]
    bodies = {scope for _, scope in actor.roles} | {body for body, _ in actor.represents}
    return sorted(body for body in bodies if allows(actor, ACTION, body=body))


@event.listens_for(Engine, "before_execute", retval=True)
def _given(conn: Connection, statement: Any, several: Any, one: Any, options: Any) -> tuple[Any, Any, Any]:
    """Gives each question the sight of its connection; those that do not ask for it leave it alone."""
    if options.get(OPTION) and isinstance(statement, SelectBase):
        one = {**one, OPTION: options[OPTION]}
    return statement, several, one
