"""Whoever comes to the door, before anybody knows who it is."""

from datetime import datetime

import msgspec


class Came(msgspec.Struct, frozen=True):
    """From where (as `limits` count it), with which browser, and when. The command line comes from nowhere."""

    client: str
    agent: str
    now: datetime


def from_console(now: datetime) -> Came:
    """Someone at the server's own terminal."""
    return Came("console", "", now)
