"""A log as a busy body would have it: follow-ups that respond, report, are validated, disputed and corrected.

Everybody reports in the same months, so that the streams lie interleaved in the log, as they do in life.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import product

from sqlalchemy import Connection

from tracker.eventstore.registry import Event
from tracker.eventstore.store import Context, Write, append
from tracker.followups import events as e
from tracker.kit.db import Database

FIRST = 2
"""Events of a follow-up before its first round of reports."""
ROUND = 3
"""Events of a follow-up in every round."""
BATCH = 10_000
NARRATIVE = (
    "A workshop with the museums of three regions took place in the reporting period, and the fund for the "
    "exchange of young curators was opened for applications; the first grants are expected by the summer."
)


def streams(count: int) -> list[tuple[str, str]]:
    """So many (recommendation, partner) pairs: fifty partners to a recommendation."""
    partners = ["".join(letters) for letters in product("ABCDE", "ABCDE", "AB")]
    codes = (f"CMM{meeting}-R{number:02}" for meeting in range(1, 100) for number in range(1, 41))
    return [pair for pair, _ in zip(product(codes, partners), range(count), strict=False)]


def opening(recommendation: str, partner: str) -> Sequence[Event]:
    """How a follow-up begins."""
    return (
        e.ResponseRecorded(recommendation=recommendation, partner=partner, response="supported"),
        e.FollowupDueMoved(due_on=date(2018, 6, 30), reason="The fund starts with the new budget."),
    )


def round_of_reports(recommendation: str, partner: str, number: int) -> Sequence[Event]:
    """What one reporting round (1, 2, …) adds: a report that is validated and verified, each fourth is put right."""
    report_id, as_of = f"{recommendation}:{partner}-{number}", date(2010, 1, 1) + timedelta(days=90 * number)
    said = {"report_id": report_id, "status": _status(number), "as_of": as_of, "narrative": NARRATIVE}
    reported = e.ProgressReported(recommendation=recommendation, partner=partner, **said)  # type: ignore[arg-type]
    if number % 4 == 0:
        disputed = e.ReportDisputed(report_id=report_id, reason="The fund is not open yet.")
        return reported, disputed, e.ReportCorrected(**said, reason="The date was wrong.")  # type: ignore[arg-type]
    return (
        reported,
        e.ReportValidated(report_id=report_id),
        e.ReportVerified(report_id=report_id, note="Seen."),
    )


def fill(db: Database, pairs: Sequence[tuple[str, str]], rounds: range) -> None:
    """Appends these rounds for all pairs through `store.append`, a batch a transaction; round 0 is the opening."""
    for number in rounds:
        writes = [_write(recommendation, partner, number) for recommendation, partner in pairs]
        for batch in _batches(writes):
            with db.write() as tx:
                append(tx, batch, context(datetime(2010, 1, 15, tzinfo=UTC) + timedelta(days=90 * number)))


def size(streams: int, rounds: int) -> int:
    """Events in a log of so many streams and rounds after the opening."""
    return streams * (FIRST + ROUND * rounds)


def context(when: datetime = datetime(2026, 1, 5, tzinfo=UTC)) -> Context:
    """A focal point, through the web."""
    return Context(actor_id="focal-point-1", effective_at=when, metadata={"door": "web"})


def one(tx: Connection, stream_id: str, version: int, events: Sequence[Event]) -> None:
    """Appends to one stream."""
    append(tx, [Write(stream_id, version, events)], context())


def _write(recommendation: str, partner: str, number: int) -> Write:
    stream = f"followup-{recommendation}:{partner}"
    if number == 0:
        return Write(stream, 0, opening(recommendation, partner))
    return Write(stream, FIRST + ROUND * (number - 1), round_of_reports(recommendation, partner, number))


def _batches(writes: Sequence[Write]) -> Iterator[Sequence[Write]]:
    step = BATCH // ROUND
    for start in range(0, len(writes), step):
        yield writes[start : start + step]


def _status(number: int) -> e.Status:
    return "under_implementation" if number < 6 else "partially_implemented" if number < 12 else "implemented"
