"""Rebuildable rows of bodies and meetings."""

from sqlalchemy import Boolean, Column, Date, Index, Integer, String, Text

from tracker.eventstore.rows import Json, projected

bodies = projected(
    "bodies",
    Column("code", String(40), primary_key=True),
    Column("name", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("groupings", Json, nullable=False),
    Column("validation", Boolean, nullable=False),
    Column("source", Text, nullable=False),
    Column("demonstration", Boolean, nullable=False),
)

themes = projected(
    "themes",
    Column("body", String(40), primary_key=True),
    Column("code", String(60), primary_key=True),
    Column("title", Text, nullable=False),
)

meetings = projected(
    "meetings",
    Column("code", String(40), primary_key=True),
    Column("body", String(40), nullable=False),
    Column("number", Integer),
    Column("title", Text, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("prepares", String(40)),
    Column("state", String(10), nullable=False),
    Column("place", Text, nullable=False),
    Column("country", String(20), nullable=False),
    Column("host", Text, nullable=False),
    Column("starts_on", Date),
    Column("ends_on", Date),
    Column("reports_by", Date),
    Column("announced", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("demonstration", Boolean, nullable=False),
    Column("days_demonstration", Boolean, nullable=False),
    Column("embargoed", Boolean, nullable=False),
    Index(None, "body", "starts_on"),
)
"""`state`: planned, held, cancelled. `reports_by`: the last day on which reports for it are in time. `demonstration`: true as
soon as an event of demonstration data set more than its days. `days_demonstration`: whether the event that set its days
last was demonstration data. `embargoed`: what it adopted is not released yet."""

workshops = projected(
    "workshops",
    Column("code", String(60), primary_key=True),
    Column("meeting", String(40), nullable=False),
    Column("text", Text, nullable=False),
    Column("lines", Json, nullable=False),
    Column("source", Text, nullable=False),
    Index(None, "meeting"),
)

facts = projected(
    "facts",
    Column("code", String(60), primary_key=True),
    Column("meeting", String(40), nullable=False),
    Column("text", Text, nullable=False),
    Column("sources", Json, nullable=False),
    Index(None, "meeting"),
)
