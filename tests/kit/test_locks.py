"""SQLite's locks on its file are the process's: whoever closes that file gives them up for everybody in it."""

import subprocess
import sys

from tracker.kit.db import Database

OTHER = """
import sqlite3, sys
other = sqlite3.connect(sys.argv[1], timeout=0, isolation_level=None)
try:
    other.execute("BEGIN IMMEDIATE")
except sqlite3.OperationalError as error:
    print(error)
"""


def test_a_further_connection_does_not_give_up_the_lock_of_one_that_writes(sqlite_url: str) -> None:
    db = Database(sqlite_url)
    with db.write(), db.read():  # two connections of one process
        path = sqlite_url.removeprefix("sqlite:///")
        other = subprocess.run(
            [sys.executable, "-c", OTHER, path], capture_output=True, text=True, check=True
        )
    db.dispose()
    assert other.stdout.strip() == "database is locked"
