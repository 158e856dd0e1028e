"""What surrounds the services: a PostgreSQL set up as its image does, with `deploy/roles.sh`, and a mail server."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg

from tests.kit.mailserver import Answers, mail_server
from tests.server.composed import OURS, ROOT
from tests.server.stack import PATIENCE, Stack, open_to_all
from tests.servers import postgres


@contextmanager
def stack(secrets: str) -> Iterator[tuple[Stack, Answers]]:
    """A stack whose `.env` the block `secrets` makes, and the answers of its mail server. Nothing is built yet."""
    with ExitStack() as ending:
        folder = Path(tempfile.mkdtemp(prefix="tracker-server-", dir="/tmp"))
        ending.callback(shutil.rmtree, folder, ignore_errors=True)
        folder.chmod(0o755)
        for name in ("socket", "data", *(f"data/{service}" for service in OURS)):
            open_to_all(folder / name)
        server = ending.enter_context(postgres(durable=True, settings=_as_in_the_image(folder)))
        url, answers = ending.enter_context(mail_server())
        made = Stack(folder, server.port, int(url.rpartition(":")[2]))
        ending.callback(made.end)
        made.sh(secrets)
        _first_start_of_the_database(made, server.url())
        yield made, answers


def _as_in_the_image(folder: Path) -> list[str]:
    rules = folder / "pg_hba.conf"
    rules.write_text(
        "host postgres postgres 127.0.0.1/32 trust\nlocal all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n"
    )
    rules.chmod(0o644)
    return [f"hba_file={rules}", f"unix_socket_directories={folder / 'socket'}"]


def _first_start_of_the_database(made: Stack, url: str) -> None:
    environment = made.environment("db")
    user, database = environment["POSTGRES_USER"], environment["POSTGRES_DB"]
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as admin:
        password = environment["POSTGRES_PASSWORD"]
        admin.execute(f"CREATE ROLE {user} SUPERUSER LOGIN PASSWORD '{password}'")
        admin.execute(f"CREATE DATABASE {database} OWNER {user}")
    subprocess.run(["sh", ROOT / "deploy" / "roles.sh"], env=environment, check=True, timeout=PATIENCE)
