"""Rebuildable rows of what can be found, and the full-text index over their terms.

On PostgreSQL the index is a GIN index over an expression, `search_words` (the migration makes it); on SQLite it is an
FTS5 table of that name, kept in step by triggers. Both see finished terms with spaces between them, so that neither's
own idea of words plays a part.
"""

from sqlalchemy import DDL, Boolean, Column, Date, String, Text, event

from tracker.eventstore.rows import Json, projected
from tracker.eventstore.tables import Position

entries = projected(
    "search_entries",
    Column("id", Position, primary_key=True, autoincrement=False),
    Column("kind", String(20), nullable=False),
    Column("code", String(80), nullable=False),
    Column("body", String(40)),
    Column("meeting", String(40)),
    Column("recommendation", String(60)),
    Column("partner", String(20)),
    Column("status", String(30)),
    Column("dated", Date, nullable=False),
    Column("demonstration", Boolean, nullable=False),
    Column("title", Text, nullable=False),
    Column("texts", Json, nullable=False),
    Column("terms", Text, nullable=False),
)
"""`id`: 3 bits for the kind, in the order in which kinds are shown, and 60 of a hash of what it is (`projection`).
`code`: of a report that of its follow-up. `body`, `meeting`: where the events of the thing itself say so. `dated`: when
it was so. `texts`: what can be found, by what it is a part of. `terms`: `asking.joined`."""

FTS5 = (
    """
    CREATE VIRTUAL TABLE search_words USING fts5(
        terms, content='search_entries', content_rowid='id', detail='none', tokenize='ascii', prefix='1 2 3')
    """,
    """
    CREATE TRIGGER search_words_insert AFTER INSERT ON search_entries BEGIN
        INSERT INTO search_words (rowid, terms) VALUES (new.id, new.terms);
    END
    """,
    """
    CREATE TRIGGER search_words_delete AFTER DELETE ON search_entries BEGIN
        INSERT INTO search_words (search_words, rowid, terms) VALUES ('delete', old.id, old.terms);
    END
    """,
    """
    CREATE TRIGGER search_words_update AFTER UPDATE ON search_entries BEGIN
        INSERT INTO search_words (search_words, rowid, terms) VALUES ('delete', old.id, old.terms);
        INSERT INTO search_words (rowid, terms) VALUES (new.id, new.terms);
    END
    """,
)
for statement in FTS5:
    # A database in memory, into which the past is folded, is made from this description and not by a migration.
    event.listen(entries, "after_create", DDL(statement).execute_if(dialect="sqlite"))  # type: ignore[no-untyped-call]
