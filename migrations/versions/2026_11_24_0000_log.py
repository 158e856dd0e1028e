"""The log: append-only events, their head, the answers to commands.

The release that runs must survive this migration: add, fill, switch, remove are four deploys. One change each.
"""

import sqlalchemy as sa
from alembic import op

from tracker.kit.db import UtcDateTime

revision = "0001_log"
down_revision = None
branch_labels = None
depends_on = None

Position = sa.BigInteger().with_variant(sa.Integer, "sqlite")
GUARDED = ("events", "command_results")


def upgrade() -> None:
    """Creates the tables and whatever keeps them append-only."""
    _tables()
    if op.get_bind().dialect.name == "postgresql":
        _postgresql()
    else:
        _sqlite()
    op.execute("INSERT INTO log_head(id, position, recorded_at) VALUES (1, 0, '1970-01-01T00:00:00.000000Z')")


def downgrade() -> None:
    """There is no way back from a log: its events would be lost."""
    raise RuntimeError("The log is never dropped; restore a backup instead.")


def _tables() -> None:
    op.create_table(
        "log_head",
        sa.Column("id", sa.SmallInteger, sa.CheckConstraint("id = 1", name="one_row"), nullable=False),
        sa.Column("position", Position, nullable=False),
        sa.Column("recorded_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_log_head"),
        postgresql_with={"fillfactor": "10"},  # room for HOT updates of the one row
    )
    op.create_table(
        "events",
        sa.Column(
            "position",
            Position,
            sa.CheckConstraint("position > 0", name="position_positive"),
            autoincrement=False,
        ),
        sa.Column("event_id", sa.String(36), nullable=False),
        sa.Column("stream_id", sa.String(200), nullable=False),
        sa.Column(
            "stream_version",
            sa.Integer,
            sa.CheckConstraint("stream_version > 0", name="version_positive"),
            nullable=False,
        ),
        sa.Column("event_type", sa.String(80), nullable=False),
        sa.Column("schema_version", sa.SmallInteger, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("metadata", sa.Text, nullable=False),
        sa.Column("actor_id", sa.String(80), nullable=False),
        sa.Column("command_id", sa.String(200), nullable=False),
        sa.Column("correlation_id", sa.String(200), nullable=False),
        sa.Column("causation_id", sa.String(200)),
        sa.Column("effective_at", UtcDateTime, nullable=False),
        sa.Column("recorded_at", UtcDateTime, nullable=False),
        sa.Column(
            "leaf_hash",
            sa.LargeBinary(32),
            sa.CheckConstraint("length(leaf_hash) = 32", name="leaf_is_sha256"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("position", name="pk_events"),
        sa.UniqueConstraint("event_id", name="uq_events_event_id"),
        sa.UniqueConstraint("stream_id", "stream_version", name="uq_events_stream_id_stream_version"),
    )
    op.create_index("ix_events_event_type_position", "events", ["event_type", "position"])
    op.create_index("ix_events_recorded_at", "events", ["recorded_at"])
    op.create_index("ix_events_actor_id_position", "events", ["actor_id", "position"])
    op.create_table(
        "command_results",
        sa.Column("command_id", sa.String(200), nullable=False),
        sa.Column("request_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("first_position", Position, nullable=False),
        sa.Column("last_position", Position, nullable=False),
        sa.Column("recorded_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("command_id", name="pk_command_results"),
    )
    op.create_table(
        "projections",
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("position", Position, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("shadow_position", Position),
        sa.Column("shadow_version", sa.Integer),
        sa.Column("shadow_stream", sa.String(200)),
        sa.PrimaryKeyConstraint("name", name="pk_projections"),
    )


def _sqlite() -> None:
    for table in GUARDED:
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                "BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END"
            )
    # INSERT OR REPLACE deletes without a delete trigger unless recursive triggers are on: refuse it by itself.
    op.execute(
        "CREATE TRIGGER events_no_replace BEFORE INSERT ON events WHEN EXISTS (SELECT 1 FROM events WHERE "
        "position = NEW.position OR event_id = NEW.event_id "
        "OR (stream_id = NEW.stream_id AND stream_version = NEW.stream_version)) "
        "BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END"
    )
    op.execute(
        "CREATE TRIGGER command_results_no_replace BEFORE INSERT ON command_results "
        "WHEN EXISTS (SELECT 1 FROM command_results WHERE command_id = NEW.command_id) "
        "BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END"
    )
    op.execute(
        "CREATE TRIGGER log_head_no_delete BEFORE DELETE ON log_head "
        "BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END"
    )
    op.execute(
        "CREATE TRIGGER log_head_forward BEFORE UPDATE ON log_head WHEN NEW.position < OLD.position "
        "BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END"
    )


def _postgresql() -> None:
    op.execute(
        "CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the log is append-only'; END $$"
    )
    for table in GUARDED:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION append_only()"
        )
        # ALWAYS: also under session_replication_role = replica.
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_append_only")
    op.execute(
        "CREATE TRIGGER log_head_append_only BEFORE DELETE OR TRUNCATE ON log_head "
        "FOR EACH STATEMENT EXECUTE FUNCTION append_only()"
    )
    op.execute("ALTER TABLE log_head ENABLE ALWAYS TRIGGER log_head_append_only")
    op.execute(TAKE)
    op.execute(APPEND)


# Takes the positions of one command under the head's lock: checks the versions of its streams and keeps its answer.
TAKE = """
CREATE FUNCTION take_positions(
    p_command_id text, p_request_hash text, p_expected jsonb, p_count integer,
    OUT first_position bigint, OUT recorded_at timestamptz
) LANGUAGE plpgsql AS $$
DECLARE
    stale text;
BEGIN
    UPDATE log_head SET position = log_head.position + p_count,
        recorded_at = greatest(log_head.recorded_at, clock_timestamp())
        WHERE id = 1 RETURNING log_head.position - p_count + 1, log_head.recorded_at INTO first_position, recorded_at;
    SELECT e.key INTO stale FROM jsonb_each_text(p_expected) e WHERE e.value::int <> coalesce(
        (SELECT stream_version FROM events WHERE stream_id = e.key ORDER BY stream_version DESC LIMIT 1), 0) LIMIT 1;
    IF stale IS NOT NULL THEN
        RAISE EXCEPTION 'stale stream' USING DETAIL = stale;
    END IF;
    INSERT INTO command_results VALUES (p_command_id, decode(p_request_hash, 'hex'),
        first_position, first_position + p_count - 1, take_positions.recorded_at);
END $$
"""

# The whole append of a few events in one round trip; see docs/decisions/0004-append.md.
APPEND = """
CREATE FUNCTION append_events(
    p_command_id text, p_request_hash text, p_expected jsonb, p_events jsonb,
    OUT first_position bigint, OUT recorded_at timestamptz
) LANGUAGE plpgsql AS $$
DECLARE
    stamp text;
BEGIN
    SELECT t.first_position, t.recorded_at INTO first_position, recorded_at
        FROM take_positions(p_command_id, p_request_hash, p_expected, jsonb_array_length(p_events)) t;
    stamp := ',"recorded_at":"' || to_char(recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '"';
    INSERT INTO events (position, event_id, stream_id, stream_version, event_type, schema_version, body, metadata,
        actor_id, command_id, correlation_id, causation_id, effective_at, recorded_at, leaf_hash)
    SELECT first_position + e.n - 1, e.r->>'event_id', e.r->>'stream_id', (e.r->>'stream_version')::int,
        e.r->>'event_type', (e.r->>'schema_version')::smallint, e.r->>'body', e.r->>'metadata', e.r->>'actor_id',
        e.r->>'command_id', e.r->>'correlation_id', e.r->>'causation_id', (e.r->>'effective_at')::timestamptz,
        append_events.recorded_at,
        sha256('\\x00'::bytea || convert_to(
            (e.r->>'head') || '"position":' || (first_position + e.n - 1) || stamp || (e.r->>'tail'), 'UTF8'))
    FROM jsonb_array_elements(p_events) WITH ORDINALITY AS e(r, n);
END $$
"""
