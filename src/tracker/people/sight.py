"""What a reader may see of what is adopted and not released yet (`read.embargoed`), kept with the connection that answers
them. A connection of which nobody said whose it is sees what the public sees: what is forgotten stays hidden."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, String, bindparam, event, literal
from sqlalchemy.sql.selectable import SelectBase

from tracker.people.policy import Actor, allows

OPTION, ACTION = "tracker_sight", "read.embargoed"
EVERYWHERE = "*"
_BODIES = bindparam("tracker_sight_bodies", [], type_=String, expanding=True)
_HIDDEN = bindparam("tracker_sight_hidden", [], type_=String, expanding=True)

Withheld = Callable[[Connection], list[str]]
_ask: list[Withheld] = []


@dataclass(frozen=True)
class Sight:
    """`bodies`: of which what is not released is seen. `hidden`, `from_all`: what is withheld now, from this reader and
    from the public, on a connection to the past, which does not know it."""

    bodies: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    from_all: tuple[str, ...] = ()


def tells_what_is_withheld(ask: Withheld) -> Withheld:
    """Marks the function, of a feature above, that gives the codes of what is withheld now from a reader."""
    _ask.append(ask)
    return ask


def seeing(conn: Connection, actor: Actor) -> Connection:
    """The same connection, which from now on answers this actor."""
    return conn.execution_options(**{OPTION: Sight(_bodies(actor))})


def seeing_then(then: Connection, live: Connection, actor: Actor) -> None:
    """Likewise both connections, of which one is to the past: what is withheld now was not shown at any time, and what
    is released now has nothing to hide there either."""
    with as_the_public(live):
        from_all = _withheld(live)
    hidden = _withheld(seeing(live, actor))
    then.execution_options(**{OPTION: Sight((EVERYWHERE,), hidden, from_all)})


@contextmanager
def as_the_public(conn: Connection) -> Iterator[None]:
    """Meanwhile the connection answers what everybody may know, whoever asks; of the past, what they might have then."""
    before = sight_of(conn)
    conn.execution_options(**{OPTION: Sight((), before.from_all, before.from_all)})
    try:
        yield
    finally:
        conn.execution_options(**{OPTION: before})


def sight_of(conn: Connection) -> Sight:
    """What the reader of the connection sees."""
    found: Sight = conn.get_execution_options().get(OPTION, Sight())
    return found


def outside(body: ColumnElement[str]) -> ColumnElement[bool]:
    """A condition: the reader may not see what this body has not released."""
    return body.not_in(_BODIES) & literal(EVERYWHERE).not_in(_BODIES)


def hidden(code: ColumnElement[str]) -> ColumnElement[bool]:
    """A condition: it is withheld from the reader, although the past that they look at does not say so."""
    return code.in_(_HIDDEN)


def _withheld(live: Connection) -> tuple[str, ...]:
    return tuple(sorted(code for ask in _ask for code in ask(live)))


def _bodies(actor: Actor) -> tuple[str, ...]:
    if allows(actor, ACTION):
        return (EVERYWHERE,)
    bodies = {scope for _, scope in actor.roles} | {body for body, _ in actor.represents}
    return tuple(sorted(body for body in bodies if allows(actor, ACTION, body=body)))


@event.listens_for(Engine, "before_execute", retval=True)
def _given(conn: Connection, statement: Any, several: Any, one: Any, options: Any) -> tuple[Any, Any, Any]:
    """Gives each question the sight of its connection; those that do not ask for it leave it alone."""
    if options.get(OPTION) and isinstance(statement, SelectBase):
        seen: Sight = options[OPTION]
        one = {**one, _BODIES.key: seen.bodies, _HIDDEN.key: seen.hidden}
    return statement, several, one
