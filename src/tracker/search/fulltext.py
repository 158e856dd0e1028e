"""The condition that a row holds what is asked, as the full-text index of either database answers it."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, cast, column, func, literal, literal_column, select, table
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.engine.interfaces import Dialect

from tracker.search.asking import Asked, Needle
from tracker.search.tables import entries

_WORDS = table("search_words", column("rowid"))


def holds(asked: Sequence[Asked], dialect: Dialect) -> ColumnElement[bool]:
    """True for rows of `entries` that hold all of it. Needles are letters, marks and digits alone: nothing in them is
    of either database's language."""
    needles = [needle for each in asked for needle in each.needles]
    found = _postgresql(needles) if dialect.name == "postgresql" else _sqlite(needles)
    orders = [each.in_order for each in asked]
    return and_(found, *(entries.c.terms.contains(order) for order in orders if order is not None))


def _postgresql(needles: Sequence[Needle]) -> ColumnElement[bool]:
    query = " & ".join(f"'{needle.term}'" + ":*" * needle.begins for needle in needles)
    return func.search_vector(entries.c.terms).bool_op("@@")(cast(literal(query), TSQUERY))


def _sqlite(needles: Sequence[Needle]) -> ColumnElement[bool]:
    query = " AND ".join(f'"{needle.term}"' + " *" * needle.begins for needle in needles)
    matching = literal_column("search_words").bool_op("MATCH")(query)
    return entries.c.id.in_(select(_WORDS.c.rowid).where(matching))
