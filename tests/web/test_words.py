"""The words that pages use for codes."""

from tracker import wiring  # noqa: F401
from tracker.eventstore.registry import names
from tracker.web import words


def test_every_event_has_its_heading_in_the_history() -> None:
    assert set(words.EVENT) == set(names())
