"""The small tracked body of the pages, and a visitor who subscribes to it."""

from tests.web.conftest import as_person, visitor, world

__all__ = ["as_person", "visitor", "world"]
