"""The head of the log by a queue: who appends takes a place in it and sees the newest head when its turn comes.

The release that runs must survive this migration: add, fill, switch, remove are four deploys. One change each.
"""

from alembic import op

revision = "0024_queue"
down_revision = "0023_marks"
branch_labels = None
depends_on = None

# Waiting for an advisory lock wakes one writer where waiting for the row wakes two, and the UPDATE, a statement of its
# own in a function, looks at the row after the wait instead of looking twice.
HOLD = """
CREATE FUNCTION hold_log() RETURNS void LANGUAGE sql AS $$ SELECT pg_advisory_xact_lock(8019) $$
"""
ADVANCE = """
CREATE FUNCTION advance_log(count bigint, OUT before bigint, OUT recorded_at timestamptz) LANGUAGE plpgsql AS $$
DECLARE
    held text := pg_advisory_xact_lock(8019);
BEGIN
    UPDATE log_head SET position = log_head.position + count,
        recorded_at = greatest(log_head.recorded_at, clock_timestamp())
        WHERE id = 1 RETURNING log_head.position - count, log_head.recorded_at INTO before, recorded_at;
END $$
"""


def upgrade() -> None:
    """Adds the two functions; a release that does not know them locks the row, which excludes both."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(HOLD)
        op.execute(ADVANCE)


def downgrade() -> None:
    """Drops them."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION advance_log")
        op.execute("DROP FUNCTION hold_log")
