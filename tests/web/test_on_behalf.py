"""The pages say so when the operator of the server acted for a person."""

from pathlib import Path

import pytest

from tests.web.browser import Browser
from tests.web.conftest import World
from tracker.followups.commands import RecordResponse
from tracker.followups.service import handle
from tracker.kit.clock import utc_now
from tracker.kit.settings import Settings
from tracker.people.desk import Desk


@pytest.mark.parametrize("path", ["/history", "/history?about=CMM8-R01:IDN", "/follow-ups/CMM8-R01/IDN"])
def test_every_history_says_it(world: World, tmp_path: Path, path: str) -> None:
    desk = Desk(world.db, Settings(), utc_now(), asker="focal@example.org")
    command = RecordResponse(recommendation="CMM8-R01", partner="IDN", response="supported")
    desk.write(
        lambda tx, actor, context: handle(tx, actor, "CMM8-R01", "IDN", command, context, now=desk.now)
    )
    page = Browser(world.db, tmp_path).sign_in(world.admin).open(path)
    assert "Focal" in page.text
    assert page.text.count("through the operator of the server") == 1
