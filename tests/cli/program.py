"""The program as a process of its own."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROGRAM = [sys.executable, "-c", "from tracker.cli import main; main()"]


def environment(url: str, **more: str) -> dict[str, str]:
    """Of a process that runs the program on a database."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("TRACKER_")}
    path = f"{ROOT / 'src'}:{ROOT}"
    return {**inherited, "TRACKER_DATABASE_URL": url, "PYTHONPATH": path, "LC_ALL": "C.UTF-8", **more}
