"""What a check says."""

from typing import Literal

import msgspec

State = Literal["ok", "warn", "bad"]


class Check(msgspec.Struct, frozen=True):
    """One line; `mend` is empty where nothing is to be done."""

    name: str
    state: State
    message: str
    mend: str = ""


def ok(name: str, message: str) -> Check:
    """It is as it should be."""
    return Check(name, "ok", message)


def warn(name: str, message: str, mend: str) -> Check:
    """It works, and somebody should look."""
    return Check(name, "warn", message, mend)


def bad(name: str, message: str, mend: str) -> Check:
    """Something does not work, or a promise does not hold."""
    return Check(name, "bad", message, mend)
