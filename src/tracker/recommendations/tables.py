"""Rebuildable rows of elements, addressees, links and activities."""

from sqlalchemy import Boolean, Column, Date, Index, String, Text

from tracker.eventstore.rows import Json, projected

recommendations = projected(
    "recommendations",
    Column("code", String(60), primary_key=True),
    Column("meeting", String(40), nullable=False),
    Column("body", String(40), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("text", Text, nullable=False),
    Column("parent", String(60)),
    Column("nature", String(20), nullable=False),
    Column("themes", Json, nullable=False),
    Column("source", Text, nullable=False),
    Column("lines", Json, nullable=False),
    Column("repeats", Json, nullable=False),
    Column("note", Text, nullable=False),
    Column("original_due_on", Date),
    Column("due_on", Date),
    Column("superseded_by", String(60)),
    Column("superseded_on", Date),
    Column("searchable", Text, nullable=False),
    Column("demonstration", Boolean, nullable=False),
    Column("due_demonstration", Boolean, nullable=False),
    Index(None, "meeting", "code"),
    Index(None, "body", "code"),
)
"""`repeats`: list of {source, lines, note}. `superseded_on`: the effective date of the decision. `searchable`: code and
text without case and accents (`kit.text.plain`), because the databases do not agree on the letters beyond ASCII.
`due_demonstration`: whether the event that set the due date last was demonstration data; it marks the date alone."""

recommendation_themes = projected(
    "recommendation_themes",
    Column("recommendation", String(60), primary_key=True),
    Column("theme", String(60), primary_key=True),
    Index(None, "theme"),
)

addressees = projected(
    "addressees",
    Column("recommendation", String(60), primary_key=True),
    Column("partner", String(20), primary_key=True),
    Column("since", Date, nullable=False),
    Column("rule", Text, nullable=False),
    Column("demonstration", Boolean, nullable=False),
    Index(None, "partner"),
)
"""Who an element is directed to now; each row is one follow-up, with or without a report."""

recommendation_links = projected(
    "recommendation_links",
    Column("recommendation", String(60), primary_key=True),
    Column("to", String(60), primary_key=True),
    Column("relation", String(20), nullable=False),
    Column("basis", String(10), nullable=False),
    Column("note", Text, nullable=False),
    Index(None, "to"),
)

activities = projected(
    "activities",
    Column("code", String(60), primary_key=True),
    Column("body", String(40), nullable=False),
    Column("title", Text, nullable=False),
    Column("kind", String(30), nullable=False),
    Column("note", Text, nullable=False),
    Column("demonstration", Boolean, nullable=False),
)

mentions = projected(
    "mentions",
    Column("code", String(60), primary_key=True),
    Column("activity", String(60), nullable=False),
    Column("meeting", String(40), nullable=False),
    Column("text", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("lines", Json, nullable=False),
    Column("note", Text, nullable=False),
    Index(None, "activity"),
    Index(None, "meeting"),
)

activity_links = projected(
    "activity_links",
    Column("activity", String(60), primary_key=True),
    Column("recommendation", String(60), primary_key=True),
    Column("basis", String(10), nullable=False),
    Column("note", Text, nullable=False),
    Index(None, "recommendation"),
)
