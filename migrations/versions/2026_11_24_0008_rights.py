"""Rights on PostgreSQL: the application may add to the log and read it, and nothing else.

The release that runs must survive this migration: add, fill, switch, remove are four deploys. One change each.

Two roles: whoever runs migrations owns the tables; `tracker_app` is the group of the application's login roles
(`GRANT tracker_app TO web_login`). SQLite has no roles: who holds the file can edit it, and `tracker verify` finds it.
"""

from alembic import op

revision = "0009_rights"
down_revision = "0008_metrics"
branch_labels = None
depends_on = None

ROLE = """
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'tracker_app') THEN
        CREATE ROLE tracker_app NOLOGIN;
    END IF;
EXCEPTION
    WHEN duplicate_object OR unique_violation THEN NULL;  -- another migration of this server was quicker
    WHEN insufficient_privilege THEN
        RAISE EXCEPTION 'Please create the role tracker_app first: CREATE ROLE tracker_app NOLOGIN';
END $$
"""

GRANTS = (
    "GRANT USAGE ON SCHEMA public TO tracker_app",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO tracker_app",
    "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO tracker_app",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO tracker_app",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO tracker_app",
    "REVOKE ALL ON events, command_results, log_head, alembic_version FROM tracker_app",
    "GRANT SELECT, INSERT ON events, command_results TO tracker_app",
    "GRANT SELECT, UPDATE (position, recorded_at) ON log_head TO tracker_app",
    "GRANT SELECT ON alembic_version TO tracker_app",
)


def upgrade() -> None:
    """Makes the role, and gives it what the application needs."""
    if op.get_bind().dialect.name == "postgresql":
        for statement in (ROLE, *GRANTS):
            op.execute(statement)


def downgrade() -> None:
    """Takes the rights back; the role stays, since other databases of the server may use it."""
    if op.get_bind().dialect.name == "postgresql":
        for what in ("TABLES", "SEQUENCES"):
            op.execute(f"ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON {what} FROM tracker_app")
            op.execute(f"REVOKE ALL ON ALL {what} IN SCHEMA public FROM tracker_app")
