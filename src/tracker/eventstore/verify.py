"""Is the log what was written? Positions, versions, times and leaf hashes, in one pass with flat memory."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, func, or_, select

from tracker.eventstore import canonical
from tracker.eventstore.tables import command_results, events, log_head
from tracker.kit.clock import iso
from tracker.kit.errors import Tampered

BATCH = 10_000
MOST = 100
"""Findings of one kind that are read from the database; the first ones say enough."""
Progress = Callable[[int, int], None]
See = Callable[[int, bytes], None]
UNREADABLE = b"\0" * 32


@dataclass(frozen=True)
class Finding:
    """What is wrong, and the first position where it shows."""

    position: int
    problem: str


@dataclass(frozen=True)
class Verified:
    """How many events were read, and what was found."""

    events: int
    findings: Sequence[Finding]


def verify(
    connection: Connection,
    progress: Progress = lambda done, of: None,
    see: See = lambda position, leaf: None,
) -> Verified:
    """Reads the whole log once. Finds gaps and cut tails, altered fields and bodies, times that run backwards, stream
    versions out of order, and answers of commands that are missing or do not fit. What it cannot find: a log rewritten
    as a whole with new hashes; only what was sealed shows that (`seal.check`). `see` is given every position and the
    leaf hash that its content has.
    """
    head = connection.execute(select(log_head)).one()
    findings: list[Finding] = []
    last, before, count = 0, None, 0
    for position, row in _rows(connection):
        if isinstance(row, Finding):
            findings.append(row)
            see(position, UNREADABLE)
        else:
            leaf = _leaf(row)
            findings += _findings(row, leaf, last, before)
            see(position, leaf)
            before = row.recorded_at
        last, count = position, count + 1
        if count % BATCH == 0:
            progress(last, head.position)
    progress(last, head.position)
    if last != head.position:
        findings.append(Finding(last + 1, f"the log ends at {last}, its head says {head.position}"))
    elif before is not None and head.recorded_at < before:
        findings.append(Finding(last, "it was recorded after the time that the head of the log knows"))
    findings += [*_versions(connection), *_answers(connection, last)]
    return Verified(count, sorted(findings, key=lambda finding: finding.position))


def _rows(connection: Connection) -> Iterator[tuple[int, Row[Any] | Finding]]:
    """Every position and its row in order, a batch at a time; a finding in place of a row that cannot be read at all."""
    last, size = 0, BATCH
    while True:
        after = events.c.position > last
        try:
            rows = connection.execute(
                select(events).where(after).order_by(events.c.position).limit(size)
            ).all()
        except Tampered as error:  # a time that is none
            if size > 1:
                size //= 10
                continue
            last = connection.execute(select(func.min(events.c.position)).where(after)).scalar_one()
            yield last, Finding(last, f"it cannot be read: {error}")
            size = BATCH
            continue
        if not rows:
            return
        yield from ((row.position, row) for row in rows)
        last, size = rows[-1].position, BATCH


def _findings(row: Row[Any], leaf: bytes, last: int, before: object) -> list[Finding]:
    found = []
    if row.position != last + 1:
        found.append(Finding(last + 1, f"positions {last + 1} to {row.position - 1} are missing"))
    if before is not None and row.recorded_at < before:
        found.append(Finding(row.position, "it was recorded before the event that precedes it"))
    if leaf != row.leaf_hash:  # also when it is no bytes
        found.append(Finding(row.position, "its content does not match its hash"))
    return found


def _leaf(row: Row[Any]) -> bytes:
    """The hash that its content has."""
    envelope = canonical.Envelope(
        stream_id=row.stream_id,
        actor_id=row.actor_id,
        command_id=row.command_id,
        correlation_id=row.correlation_id,
        causation_id=row.causation_id,
        effective_at=row.effective_at,
        metadata=row.metadata.encode(),
    )
    head, tail = envelope.ends(
        body=row.body.encode(),
        event_id=row.event_id,
        event_type=row.event_type,
        schema_version=row.schema_version,
        stream_version=row.stream_version,
    )
    return canonical.leaf_hash(canonical.join(head, row.position, iso(row.recorded_at), tail))


def _versions(connection: Connection) -> list[Finding]:
    """Streams whose versions are not 1, 2, 3 … in the order of positions."""
    number = (
        func.row_number().over(partition_by=events.c.stream_id, order_by=events.c.position).label("number")
    )
    numbered = select(events.c.position, events.c.stream_id, events.c.stream_version, number).subquery()
    wrong = (
        select(numbered).where(numbered.c.stream_version != numbered.c.number).order_by(numbered.c.position)
    )
    return [
        Finding(
            row.position,
            f"it is version {row.stream_version} of {row.stream_id}, where {row.number} should stand",
        )
        for row in connection.execute(wrong.limit(MOST))
    ]


def _answers(connection: Connection, last: int) -> list[Finding]:
    """Commands whose stored answer is missing, points elsewhere or past the end of the log: they could run twice."""
    past = select(command_results).where(command_results.c.last_position > last).limit(MOST)
    found = [
        Finding(
            max(row.first_position, last + 1),
            f"the answer of command {row.command_id} points past the end of the log",
        )
        for row in connection.execute(past)
    ]
    answer = command_results.c
    unanswered = (
        select(events.c.position, events.c.command_id)
        .outerjoin(command_results, answer.command_id == events.c.command_id)
        .where(
            or_(
                answer.command_id.is_(None),
                ~events.c.position.between(answer.first_position, answer.last_position),
            )
        )
        .order_by(events.c.position)
        .limit(MOST)
    )
    return found + [
        Finding(
            row.position, f"the answer of its command {row.command_id} is missing or speaks of other events"
        )
        for row in connection.execute(unanswered)
    ]
