#!/bin/sh
# Runs once, when the database is made: the groups of the application and of auditors, and the
# application's login role. Only the owner changes tables.
set -eu
psql --set ON_ERROR_STOP=1 --set password="$TRACKER_WEB_PASSWORD" \
     --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
CREATE ROLE tracker_app NOLOGIN;
CREATE ROLE tracker_auditor NOLOGIN;
CREATE ROLE tracker_web LOGIN PASSWORD :'password' IN ROLE tracker_app;
SQL
