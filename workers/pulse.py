"""Beat's pulse: a file that is touched at every tick, so that a health check sees beat work, not only live."""

from pathlib import Path
from typing import Any

from celery.beat import Scheduler

from tracker.kit.private import make_folder
from tracker.kit.settings import settings


def pulse() -> Path:
    """The file, in the data folder."""
    return settings().data_dir / "beat"


class Ringing(Scheduler):
    """Celery's scheduler in memory; what is due stands in the database, so that there is nothing to remember."""

    def tick(self, *given: Any, **named: Any) -> Any:
        """Rings if it is time, and tells when to look again: in half a minute at the latest."""
        make_folder(pulse().parent)
        pulse().touch()
        return super().tick(*given, **named)
