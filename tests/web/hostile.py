"""What the tests of hostile input share: what is sent, and what must not come of it."""

from sqlalchemy import func, select

from tests.web.browser import Page
from tests.web.conftest import World
from tracker.eventstore.tables import events

AT = "/follow-ups/CMM8-R01/IDN"
SCRIPT = "</textarea></title><script>alert(1)</script><img src=x onerror=alert(1)>\"' {{ 7*7 }} {% raw %}"
SAID = {"status": "implemented", "as_of": "2026-11-21", "narrative": "All of it is done, and more."}


def recorded(world: World) -> int:
    """How many events the log holds."""
    with world.db.read() as connection:
        return int(connection.execute(select(func.count()).select_from(events)).scalar_one())


def assert_harmless(page: Page) -> None:
    """Nothing on the page runs, and nobody sees our insides."""
    assert page.count("script") == 0
    assert not [a for tag, a in page.tags if tag == "img" or any(name.startswith("on") for name in a)]
    assert "Traceback" not in page.html
    assert "sqlalchemy" not in page.html.lower()
