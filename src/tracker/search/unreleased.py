"""Activities of which a document speaks that is not released: until then they are found by what else is said of them."""

from collections.abc import Mapping, Sequence, Set
from typing import Any

from sqlalchemy import ColumnElement, Connection, or_, select

from tracker.recommendations.queries import of_element, unreleased_mentions
from tracker.search.asking import Asked, joined
from tracker.search.tables import entries

SHOWN: ColumnElement[bool] = or_(entries.c.recommendation.is_(None), of_element(entries.c.recommendation))
"""Of a row of `entries`: the reader may see it; of an activity, most of it."""
Unsaid = Mapping[str, Set[str]]


def found_otherwise(
    conn: Connection, rows: Sequence[Any], asked: Sequence[Asked]
) -> tuple[list[Any], Unsaid]:
    """The finds without the activities that are found by what is not released alone; and what is not to be shown."""
    unsaid = unreleased_mentions(conn)
    doubtful = [row.id for row in rows if row.kind == "activity" and row.code in unsaid]
    if not doubtful:
        return list(rows), unsaid
    columns = (entries.c.id, entries.c.code, entries.c.title, entries.c.texts)
    gone = {
        id_
        for id_, code, title, texts in conn.execute(select(*columns).where(entries.c.id.in_(doubtful)))
        if not _holds([code, title, *said(code, texts, unsaid).values()], asked)
    }
    return [row for row in rows if row.id not in gone], unsaid


def said(code: str, texts: Mapping[str, str], unsaid: Unsaid) -> dict[str, str]:
    """The texts that the reader may see; a note on a mention begins with its code, too."""
    hidden = unsaid.get(code, frozenset())
    return {part: text for part, text in texts.items() if part.split(" ")[0] not in hidden}


def _holds(texts: Sequence[str], asked: Sequence[Asked]) -> bool:
    """What `fulltext.holds` asks the index, of texts."""
    terms = joined(" \n ".join(texts))
    needles = [needle for each in asked for needle in each.needles]
    words = all(f" {needle.term}" + " " * (not needle.begins) in terms for needle in needles)
    return words and all(each.in_order in terms for each in asked if each.in_order is not None)
