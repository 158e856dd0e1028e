"""The roles of PostgreSQL: who owns, who may add, who may read; docs/decisions/0009-roles.md says why."""

from collections.abc import Iterator

from sqlalchemy import Connection, text

from tracker.doctor.check import Check, bad, ok, warn
from tracker.kit.db import metadata

APPLICATION, AUDITOR = "tracker_app", "tracker_auditor"
SEALS = ("checkpoints", "cosignatures", "merkle_nodes", "seal_keys")
OPEN = frozenset({"alembic_version", "command_results", "events", "log_head", "projections", "work", *SEALS})
"""Tables without secrets and without anything about people, besides those that are rebuilt from the log."""
TOO_MUCH = (
    *((table, right) for table in ("events", "command_results", *SEALS) for right in ("UPDATE", "DELETE", "TRUNCATE", "TRIGGER")),
    *(("log_head", right) for right in ("INSERT", "DELETE", "TRUNCATE", "TRIGGER")),
    *(("alembic_version", right) for right in ("INSERT", "UPDATE", "DELETE", "TRUNCATE")),
)  # fmt: skip
GUIDE = "docs/operations.md, Roles of the database, says how."


def walled() -> list[str]:
    """The tables of this release around which the second wall stands."""
    tables = set(metadata.tables)
    rebuilt = {name for name in tables if f"{name}_shadow" in tables or name.endswith("_shadow")}
    return sorted(tables - rebuilt - OPEN)


def roles(connection: Connection) -> Iterator[Check]:
    """Every check; none on SQLite, where whoever holds the file has every right."""
    if connection.dialect.name == "postgresql":
        missing = [name for name in (APPLICATION, AUDITOR) if not _scalar(connection, ROLE_EXISTS, role=name)]
        if missing:
            yield bad("roles", f"There is no role {' and no role '.join(missing)}.", f"Make it: {GUIDE}")
            return
        yield _own_role(connection)
        yield _application(connection)
        yield _later_tables(connection)
        yield _auditor(connection)


ROLE_EXISTS = "SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = :role)"
OWN_ROLE = """
    SELECT r.rolname, r.rolsuper OR r.rolbypassrls OR r.rolcreaterole AS mighty,
           pg_has_role(r.oid, (SELECT relowner FROM pg_class WHERE oid = 'public.events'::regclass), 'MEMBER') AS owner
    FROM pg_roles r WHERE r.rolname = current_user
"""
LATER = """
    SELECT count(*) FROM pg_default_acl d, aclexplode(d.defaclacl) a
    WHERE d.defaclnamespace = 'public'::regnamespace AND d.defaclobjtype = 'r'
      AND a.grantee = 'tracker_app'::regrole AND a.privilege_type IN ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
"""
WALLS = """
    SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relname = ANY (:tables)
      AND NOT (c.relrowsecurity AND EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid))
"""
OPEN_WALLS = """
    SELECT c.relname FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
    WHERE c.relname = ANY (:tables) AND p.polroles <> ARRAY['tracker_app'::regrole::oid]
"""
READABLE = """
    SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'v', 'm')
      AND has_any_column_privilege('tracker_auditor', c.oid, 'SELECT, INSERT, UPDATE, REFERENCES')
"""
VIEWS = """
    SELECT count(*) FROM pg_class c WHERE c.relnamespace = to_regnamespace('audit') AND c.relkind = 'v'
      AND has_table_privilege('tracker_auditor', c.oid, 'SELECT')
"""


def _own_role(connection: Connection) -> Check:
    row = connection.execute(text(OWN_ROLE)).one()
    mend = f"Let TRACKER_DATABASE_URL name a role that is only a member of tracker_app: {GUIDE}"
    if row.mighty:
        return bad("own role", f"The tracker connects as {row.rolname}, which may do anything.", mend)
    if row.owner:
        return bad("own role", f"The tracker connects as {row.rolname}, which owns the tables.", mend)
    return ok("own role", f"The tracker connects as {row.rolname}, which owns nothing.")


def _application(connection: Connection) -> Check:
    ask = "SELECT has_table_privilege('tracker_app', 'public.' || :table, :right)"
    held = [
        f"{right} on {table}"
        for table, right in TOO_MUCH
        if _scalar(connection, ask, table=table, right=right)
    ]
    if _scalar(connection, "SELECT has_schema_privilege('tracker_app', 'public', 'CREATE')"):
        held.append("CREATE in the schema public")
    if held:
        mend = (
            "As the owner: REVOKE these rights from tracker_app (and from PUBLIC), then see who granted them."
        )
        return bad(
            "application's role", f"tracker_app has rights that it should not have: {', '.join(held)}.", mend
        )
    return ok("application's role", "tracker_app can add to the log and read it, and make no tables.")


def _later_tables(connection: Connection) -> Check:
    if _scalar(connection, LATER) < 4:
        mend = (
            "As the owner: ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO "
            "tracker_app."
        )
        return bad(
            "later tables", "tracker_app would have no rights to the tables of the next release.", mend
        )
    return ok("later tables", "tracker_app can use the tables of the next release.")


def _auditor(connection: Connection) -> Check:
    readable = connection.execute(text(READABLE)).scalars().all()
    if readable:
        mend = f"As the owner: REVOKE ALL ON {', '.join(sorted(readable))} FROM tracker_auditor (or PUBLIC)."
        return bad("auditor's role", f"tracker_auditor has rights to {', '.join(sorted(readable))}.", mend)
    tables = {"tables": walled()}
    down = {
        *connection.execute(text(WALLS), tables).scalars(),
        *connection.execute(text(OPEN_WALLS), tables).scalars(),
    }
    if down:
        mend = (
            "As the owner, for each: ENABLE ROW LEVEL SECURITY, with one policy, TO tracker_app USING (true)."
        )
        return warn("auditor's role", f"The second wall is down around {', '.join(sorted(down))}.", mend)
    if not _scalar(connection, VIEWS):
        return warn(
            "auditor's role",
            "tracker_auditor cannot read the views of the schema audit.",
            "GRANT them to it.",
        )
    return ok("auditor's role", "tracker_auditor reads the views of the schema audit and nothing else.")


def _scalar(connection: Connection, query: str, **given: str) -> int:
    return int(connection.execute(text(query), given).scalar_one())
