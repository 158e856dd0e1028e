"""Roles on PostgreSQL: an auditor's role that reads a few views and nothing else, and a second wall around what is secret
or about people: whoever is granted such a table by mistake still sees no row of it.

The release that runs must survive this migration: add, fill, switch, remove are four deploys. One change each.

Not walled are the log and what can be rebuilt from it (a table with a `_shadow` twin): docs/decisions/0009-roles.md.
"""

import sqlalchemy as sa
from alembic import op

revision = "0022_roles"
down_revision = "0021_oidc"
branch_labels = None
depends_on = None

ROLE = """
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'tracker_auditor') THEN
        CREATE ROLE tracker_auditor NOLOGIN;
    END IF;
EXCEPTION
    WHEN duplicate_object OR unique_violation THEN NULL;  -- another migration of this server was quicker
    WHEN insufficient_privilege THEN
        RAISE EXCEPTION 'Please create the role tracker_auditor first: CREATE ROLE tracker_auditor NOLOGIN';
END $$
"""
OPEN = ("alembic_version", "command_results", "events", "log_head", "projections", "work")
VIEWS = {
    "events": """
        SELECT position, event_id, stream_id, stream_version, event_type, schema_version, body::jsonb AS body,
               metadata::jsonb AS metadata, actor_id, command_id, effective_at, recorded_at,
               encode(leaf_hash, 'hex') AS leaf_hash
        FROM public.events""",
    "head": "SELECT position, recorded_at FROM public.log_head",
    "followups": """
        SELECT recommendation, partner, response, status, as_of, verification, counted_status, reported_by, reported_at,
               due_on, original_due_on, ending, ended_by, ended_on, demonstration, position
        FROM public.followups""",
    "role_changes": """
        SELECT position, recorded_at, effective_at, actor_id, event_type, stream_id,
               body::jsonb ->> 'role' AS role, body::jsonb ->> 'scope' AS scope,
               body::jsonb ->> 'person_id' AS person_id
        FROM public.events
        WHERE event_type LIKE 'person.role\\_%' OR event_type LIKE 'focal\\_point.%'
           OR event_type IN ('person.registered', 'person.disabled', 'person.enabled')""",
}


def upgrade() -> None:
    """Makes the role and its views, and walls the tables."""
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute(ROLE)
    op.execute("CREATE SCHEMA audit")
    for name, query in VIEWS.items():
        op.execute(f"CREATE VIEW audit.{name} AS {query}")
    op.execute("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM tracker_auditor")
    op.execute("GRANT USAGE ON SCHEMA audit TO tracker_auditor")
    op.execute("GRANT SELECT ON ALL TABLES IN SCHEMA audit TO tracker_auditor")
    for table in _walled():
        op.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')
        op.execute(f'CREATE POLICY application ON "{table}" TO tracker_app USING (true) WITH CHECK (true)')


def downgrade() -> None:
    """Takes views and walls away; the role stays, since other databases of the server may use it."""
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in _walled():
        op.execute(f'DROP POLICY IF EXISTS application ON "{table}"')
        op.execute(f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY')
    op.execute("DROP SCHEMA audit CASCADE")


def _walled() -> list[str]:
    tables = set(sa.inspect(op.get_bind()).get_table_names())
    rebuilt = {name for name in tables if f"{name}_shadow" in tables or name.endswith("_shadow")}
    return sorted(tables - rebuilt - set(OPEN))
