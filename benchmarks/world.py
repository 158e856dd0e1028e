"""A log as it would be after decades: events in the order in which they would be recorded, made by one function.

Four hundred recommendations directed to 53 partners, of which some 20,000 follow-ups were heard of; the events of all
follow-ups lie between one another, as they do in life. Hashes are left out (32 zero bytes): nothing here reads them.
"""

import itertools
import random
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Connection, update

from tracker.eventstore import canonical
from tracker.eventstore.registry import Event, name_of
from tracker.eventstore.tables import log_head
from tracker.followups import events as f
from tracker.kit.clock import at_midnight, iso
from tracker.meetings import events as m
from tracker.people import events as p
from tracker.recommendations import events as r

BODY = "ASEM-CMM"
MEETINGS = [f"CMM{number}" for number in range(1, 9)]
PARTNERS = [f"P{number:02}" for number in range(1, 54)]
PEOPLE = [f"person{number:03}" for number in range(1, 107)]
RECOMMENDATIONS = [(f"{meeting}-R{number:02}", meeting) for meeting in MEETINGS for number in range(1, 51)]
FOLLOWUPS = 20_000
START = datetime(2003, 6, 5, tzinfo=UTC)
STEP = timedelta(seconds=600)
STATUSES: Sequence[f.Status] = ("not_started", "under_implementation", "partially_implemented", "implemented")
SENTENCES = (
    "A workshop took place and the fund was opened for applications.",
    "The ministry's working group met twice; its report is with the cabinet.",
    "Three exchanges of experts were held with partners of the region — “lessons learnt” follow.",
    "Parliament adopted the law; the decree that carries it out is being drafted.",
    "No change since the last report.",
)
METADATA = ('{"door":"web"}', '{"door":"cli"}', '{"door":"api"}')
COLUMNS = (
    "position, event_id, stream_id, stream_version, event_type, schema_version, body, metadata, actor_id, command_id, "
    "correlation_id, causation_id, effective_at, recorded_at, leaf_hash"
)
Row = tuple[object, ...]


def rows(count: int) -> Iterator[Row]:
    """So many rows of the log, in its order, as the drivers take them; the same ones whenever it is asked."""
    chance, versions = random.Random(count), dict[str, int]()
    for position, (stream, event) in enumerate(itertools.islice(_history(chance), count), 1):
        version = versions[stream] = versions.get(stream, 0) + 1
        recorded_at = START + position * STEP
        event_type, schema_version = name_of(type(event))
        command = f"{position:032x}"
        yield (
            position, f"{position:036x}", stream, version, event_type, schema_version,
            canonical.encode(event).decode(), chance.choice(METADATA), chance.choice(PEOPLE), command, command, None,
            iso(at_midnight(recorded_at.date())), iso(recorded_at), b"\0" * 32,
        )  # fmt: skip


def fill(tx: Connection, count: int) -> None:
    """Puts such a log into an empty database, by the driver's quickest way."""
    if tx.dialect.name == "postgresql":
        with tx.connection.cursor() as cursor, cursor.copy(f"COPY events ({COLUMNS}) FROM STDIN") as copy:  # type: ignore[attr-defined]
            for row in rows(count):
                copy.write_row(row)
    else:
        marks = ",".join("?" * 15)
        tx.connection.cursor().executemany(f"INSERT INTO events ({COLUMNS}) VALUES ({marks})", rows(count))  # noqa: S608
    tx.execute(update(log_head).values(position=count, recorded_at=START + count * STEP))


def _history(chance: random.Random) -> Iterator[tuple[str, Event]]:
    """The events that the others rest on, then those of the follow-ups, for ever."""
    yield from _beginnings()
    pairs = [(code, partner) for code, _ in RECOMMENDATIONS for partner in PARTNERS]
    chance.shuffle(pairs)
    stories = [
        (f"followup-{code}:{partner}", _story(code, partner, chance)) for code, partner in pairs[:FOLLOWUPS]
    ]
    while True:
        chance.shuffle(stories)
        for stream, story in stories:
            yield stream, next(story)


def _beginnings() -> Iterator[tuple[str, Event]]:
    yield f"body-{BODY}", m.BodyEstablished(code=BODY, name="Culture Ministers", groupings=["Asia", "Europe"])
    for meeting in MEETINGS:
        yield f"meeting-{meeting}", m.MeetingScheduled(code=meeting, body=BODY, starts_on=START.date())
        yield f"meeting-{meeting}", m.MeetingHeld(starts_on=START.date(), ends_on=START.date())
    for number, partner in enumerate(PARTNERS):
        grouping = ("Asia", "Europe")[number % 2]
        yield (
            f"partner-{partner}",
            p.PartnerRegistered(code=partner, name=f"Country {partner}", kind="country"),
        )
        yield f"partner-{partner}", p.PartnerJoined(body=BODY, grouping=grouping, since=START.date())
    for number, person in enumerate(PEOPLE):
        standing: p.Standing = "main" if number < len(PARTNERS) else "alternate"
        appointed = p.FocalPointAppointed(person_id=person, standing=standing, since=START.date())
        yield f"person-{person}", p.PersonRegistered()
        yield f"focal_points-{BODY}:{PARTNERS[number % len(PARTNERS)]}", appointed
    for code, meeting in RECOMMENDATIONS:
        stream, text = f"recommendation-{code}", f"{code}: {SENTENCES[0]}"
        yield (
            stream,
            r.RecommendationRecorded(code=code, meeting=meeting, body=BODY, kind="recommendation", text=text),
        )
        yield stream, r.RecommendationDirected(partners=PARTNERS, on=START.date(), rule="all partners")
        yield stream, r.DueSet(due_on=date(2030, 1, 1))


def _story(code: str, partner: str, chance: random.Random) -> Iterator[Event]:
    """One follow-up: a response, then reports, corrected, validated, verified or disputed; now and then a date moves
    or a meeting closes it and opens it again."""
    pair = {"recommendation": code, "partner": partner}
    yield f.ResponseRecorded(**pair, response=chance.choice(("supported", "supported_in_part", "noted")))
    for number in itertools.count(1):
        report_id = f"{code}:{partner}:{number}"
        yield f.ProgressReported(**pair, report_id=report_id, **_said(number, chance))
        yield f.ReportValidated(report_id=report_id)
        if chance.random() < 0.4:
            yield f.ReportCorrected(report_id=report_id, reason="A slip.", **_said(number, chance))
            yield f.ReportValidated(report_id=report_id)
        if chance.random() < 0.3:
            yield f.ReportVerified(report_id=report_id, note="Seen on the spot.")
        elif chance.random() < 0.1:
            yield f.ReportDisputed(report_id=report_id, reason="The fund is closed.")
        if chance.random() < 0.1:
            yield f.FollowupDueMoved(due_on=_day(number), reason="The law takes longer.")
        if chance.random() < 0.05:
            yield f.FollowupClosed(
                **pair, meeting="CMM8", ending="closed_by_meeting", reason="Enough was said."
            )
            yield f.FollowupReopened(meeting="CMM8", reason="It was not.")


def _said(number: int, chance: random.Random) -> dict[str, object]:
    evidence = (
        [f.Evidence(url=f"https://example.org/{number}", title="The decree")] if chance.random() < 0.3 else []
    )
    return {
        "status": chance.choice(STATUSES),
        "as_of": _day(number - chance.randrange(3)),
        "narrative": " ".join(chance.choices(SENTENCES, k=2)),
        "evidence": evidence,
        "raw_label": chance.choice(("", "In progress")),
    }


def _day(number: int) -> date:
    return START.date() + timedelta(days=120 * number)
