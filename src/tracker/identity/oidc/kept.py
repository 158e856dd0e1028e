"""What was fetched and is kept for a while; so is a failure, so that a provider that is away holds nobody up for long."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from tracker.identity.oidc.trouble import Away

LIFE = timedelta(hours=1)
REST = timedelta(seconds=10)
"""How long after a failure nobody asks again."""
T = TypeVar("T")


class Kept(Generic[T]):
    """The answer of `fetch`, fetched again after `LIFE`, or at once when `fresh` is asked for."""

    def __init__(self, fetch: Callable[[datetime], T]) -> None:
        self._fetch = fetch
        self._found: tuple[T, datetime] | None = None
        self._failed: tuple[Away, datetime] | None = None

    def get(self, now: datetime, *, fresh: bool = False) -> T:
        """The answer. Raises `Away`."""
        if self._found and not fresh and self._found[1] <= now < self._found[1] + LIFE:
            return self._found[0]
        if self._failed and self._failed[1] <= now < self._failed[1] + REST:
            raise Away(self._failed[0].why)
        try:
            found = self._fetch(now)
        except Away as error:
            self._failed = error, now
            raise
        self._found, self._failed = (found, now), None
        return found
