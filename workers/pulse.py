"""Beat's pulse: a file that is touched at every ring, so that a health check sees beat work, not only live."""

from pathlib import Path
from typing import Any

from celery.beat import Scheduler

from tracker.kit.settings import settings


def pulse() -> Path:
    """The file, in the data folder."""
    return settings().data_dir / "beat"


class Ringing(Scheduler):
    """Celery's scheduler in memory; what is due stands in the database, so that there is nothing to remember."""

    def apply_async(
        self, entry: Any, producer: Any | None = None, advance: bool = True, **options: Any
    ) -> Any:
        """Rings; only when the broker took it is there a pulse."""
        rung = super().apply_async(entry, producer, advance, **options)
        pulse().parent.mkdir(parents=True, exist_ok=True)
        pulse().touch()
        return rung
