"""Seals: checkpoints, the hashes of complete parts of the tree, the keys that signed and what witnesses signed.

The release that runs must survive this migration: add, fill, switch, remove are four deploys. One change each.
"""

import sqlalchemy as sa
from alembic import op

from tracker.kit.db import UtcDateTime

revision = "0025_seal"
down_revision = "0024_queue"
branch_labels = None
depends_on = None

Position = sa.BigInteger().with_variant(sa.Integer, "sqlite")
KEYS = {
    "checkpoints": ("size", "key_id"),
    "merkle_nodes": ("level", "number"),
    "seal_keys": ("key_id",),
    "cosignatures": ("size", "key_id"),
}


def upgrade() -> None:
    """Adds the tables, to which only rows can be added."""
    op.create_table(
        "checkpoints",
        sa.Column("size", Position, nullable=False),
        sa.Column("key_id", sa.String(8), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("sealed_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("size", "key_id", name="pk_checkpoints"),
    )
    op.create_table(
        "merkle_nodes",
        sa.Column("level", sa.SmallInteger, nullable=False),
        sa.Column("number", Position, nullable=False),
        sa.Column("hash", sa.LargeBinary(32), nullable=False),
        sa.PrimaryKeyConstraint("level", "number", name="pk_merkle_nodes"),
    )
    op.create_table(
        "seal_keys",
        sa.Column("key_id", sa.String(8), nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("number", sa.SmallInteger, nullable=False),
        sa.Column("introduced", sa.Text, nullable=False),
        sa.Column("since", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("key_id", name="pk_seal_keys"),
        sa.UniqueConstraint("number", name="uq_seal_keys_number"),
    )
    op.create_table(
        "cosignatures",
        sa.Column("size", Position, nullable=False),
        sa.Column("key_id", sa.String(8), nullable=False),
        sa.Column("line", sa.Text, nullable=False),
        sa.Column("received_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("size", "key_id", name="pk_cosignatures"),
    )
    for table, key in KEYS.items():
        (_postgresql if op.get_bind().dialect.name == "postgresql" else _sqlite)(table, key)


def downgrade() -> None:
    """Drops them; what is kept outside the database stays."""
    for table in reversed(KEYS):
        op.drop_table(table)


def _postgresql(table: str, _: tuple[str, ...]) -> None:
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION append_only()"
    )
    op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_append_only")
    op.execute(f"REVOKE ALL ON {table} FROM tracker_app")
    op.execute(f"GRANT SELECT, INSERT ON {table} TO tracker_app")


def _sqlite(table: str, key: tuple[str, ...]) -> None:
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            "BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END"
        )
    same = " AND ".join(f"{column} = NEW.{column}" for column in key)
    there = f"EXISTS (SELECT 1 FROM {table} WHERE {same})"  # noqa: S608 - names above
    op.execute(
        f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN {there} "
        "BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END"
    )
