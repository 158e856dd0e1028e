"""How many of the finds have which value, by what they can be narrowed to, with the values' names for people."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from tracker.meetings import queries as meetings
from tracker.people import queries as people
from tracker.recommendations import queries as recommendations
from tracker.search.kinds import KINDS

FEW = 1_000
"""Recommendations that are named to the database; of more, it is quicker to read the themes of all."""
Column = Sequence[Any]


class Count(msgspec.Struct, frozen=True):
    """How many of the finds have a value; `label` is its name for people."""

    value: str
    label: str
    count: int


class Names(msgspec.Struct, frozen=True):
    """What codes stand for, and the body of each meeting."""

    bodies: dict[str, str]
    meetings: dict[str, str]
    themes: dict[str, str]
    partners: dict[str, str]
    body_of: dict[str, str]


def names_of(conn: Connection) -> Names:
    """The names of everything to which finds can be narrowed."""
    bodies = meetings.bodies(conn)
    held = meetings.meetings(conn)
    return Names(
        bodies={body.code: body.name for body in bodies},
        meetings={each.code: f"{each.code} {each.place}".strip() for each in held},
        themes={theme.code: theme.title for body in bodies for theme in meetings.themes(conn, body.code)},
        partners={each.code: each.name for each in people.all_partners(conn)},
        body_of={each.code: each.body for each in held},
    )


def counts(conn: Connection, columns: Mapping[str, Column], names: Names) -> dict[str, list[Count]]:
    """The counts, of the finds' values column by column."""
    bodies: Counter[str | None] = Counter()
    for (body, meeting), count in Counter(zip(columns["body"], columns["meeting"], strict=True)).items():
        bodies[body or names.body_of.get(meeting)] += count
    return {
        "kind": _listed(Counter(columns["kind"]), {}, KINDS.index),
        "body": _listed(bodies, names.bodies),
        "meeting": _listed(Counter(columns["meeting"]), names.meetings),
        "theme": _listed(_by_theme(conn, Counter(columns["recommendation"])), names.themes),
        "partner": _listed(Counter(columns["partner"]), names.partners),
        "status": _listed(Counter(columns["status"]), {}),
    }


def _by_theme(conn: Connection, by_recommendation: Counter[str]) -> Counter[str]:
    """How many of the finds are, or are about, a recommendation of each theme."""
    themed = recommendations.themed()
    query = select(themed)
    if len(by_recommendation) <= FEW:
        query = query.where(themed.c.recommendation.in_([code for code in by_recommendation if code]))
    found: Counter[str] = Counter()
    for code, theme in conn.execute(query):
        found[theme] += by_recommendation[code]
    return +found


def _listed(
    counter: Counter[Any], labels: Mapping[str, str], place: Callable[[str], int] | None = None
) -> list[Count]:
    """The commonest first, unless there is an order; what has no value is left out."""
    found = [Count(value, labels.get(value, value), count) for value, count in counter.items() if value]
    return sorted(found, key=lambda each: (place(each.value) if place else -each.count, each.label))
