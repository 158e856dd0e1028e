"""One world a database for all tests of the policy: nothing that they do is kept."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from tests.identity.hostile_provider import HostileProvider
from tests.identity.way import CLIENT_ID
from tests.policy.asking import Asking
from tests.policy.world import World, built
from tracker.kit.db import Database
from tracker.kit.ids import new_id


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The world, on both databases."""
    folder = tmp_path_factory.mktemp("policy")
    db = Database(_url(request, folder))
    with HostileProvider() as provider:
        yield built(
            db,
            folder,
            oidc_issuer=provider.issuer,
            oidc_client_id=CLIENT_ID,
            oidc_client_secret=provider.secret,
        )
    db.dispose()


@pytest.fixture(scope="session")
def asking(world: World) -> Iterator[Asking]:
    """Everybody’s browser on it."""
    with Asking(world) as everybody:
        yield everybody


def _url(request: pytest.FixtureRequest, folder: Path) -> str:
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), folder / "tracker.db")
        return f"sqlite:///{folder / 'tracker.db'}"
    server, template = (request.getfixturevalue(name) for name in ("postgres_url", "postgres_template"))
    name = f"policy_{new_id().replace('-', '')}"
    owner = Database(server, pooled=False)
    with owner.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
    owner.dispose()
    return make_url(server).set(database=name).render_as_string(hide_password=False)
