"""Histories without a log and rows without a file, for property tests of deciders and projections."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, create_engine

from tests.builders import recorded
from tracker.eventstore.execute import Decider
from tracker.eventstore.projector import Projection, all_projections
from tracker.eventstore.rows import Rows
from tracker.eventstore.store import Recorded
from tracker.kit.db import metadata
from tracker.kit.errors import RuleBroken


def lived(decider: Decider[Any, Any], key: str, commands: Sequence[Any]) -> list[Recorded]:
    """The history of a stream after these commands; those that a rule refuses change nothing."""
    past: list[Recorded] = []
    for command in commands:
        try:
            events = decider.decide(command, decider.fold(past))
        except RuleBroken:
            continue
        for event in events:
            past.append(recorded(decider.stream(key), len(past) + 1, event))
    return past


@contextmanager
def projected(projection: Projection, past: Sequence[Recorded]) -> Iterator[Connection]:
    """The rows of a projection after this history, in memory."""
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        # What a meeting adopted shows by whether the meeting released it.
        metadata.create_all(connection, {*projection.tables, *all_projections()["meetings"].tables})
        rows = Rows(connection)
        for item in past:
            projection.apply(rows, item)
        rows.flush()
        yield connection
    engine.dispose()
