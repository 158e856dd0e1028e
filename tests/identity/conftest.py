"""Somebody with an account, the mailbox, and browsers at a tracker that knows a provider of OpenID Connect."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest

from tests.builders import put_person
from tests.identity.hostile_provider import HostileProvider
from tests.identity.way import Way
from tests.web.conftest import Post
from tracker.kit.db import Database
from tracker.kit.settings import settings

EMAIL = "focal@example.org"


@pytest.fixture
def person(db: Database) -> str:
    return db.run(lambda tx: put_person(tx, EMAIL, name="Focal"))


@pytest.fixture
def post(db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Post]:
    monkeypatch.setenv("TRACKER_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("TRACKER_OIDC_NAME", "the ministry")
    settings.cache_clear()
    yield Post(db, tmp_path / "mailbox")
    settings.cache_clear()


@pytest.fixture
def hostile() -> Iterator[HostileProvider]:
    with HostileProvider() as provider:
        yield provider


@pytest.fixture
def ways(db: Database, tmp_path: Path, hostile: HostileProvider, post: Post) -> Callable[..., Way]:
    """A new browser at a tracker whose provider is the hostile one; `clock` if it is not the provider's own."""

    def new(clock: Callable[[], datetime] = lambda: hostile.now, **given: str) -> Way:
        return Way(db, tmp_path, hostile.issuer, hostile.secret, hostile.authorize, post, clock, **given)

    return new


@pytest.fixture
def way(ways: Callable[..., Way], person: str) -> Way:
    return ways()
