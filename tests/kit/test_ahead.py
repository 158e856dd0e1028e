"""Working ahead changes neither the items nor their order, and hides no failure."""

import threading
from collections.abc import Iterator

import pytest

from tracker.kit.ahead import ahead


def test_everything_comes_once_and_in_order() -> None:
    assert list(ahead(ahead(range(100)))) == list(range(100))


def test_nothing_gives_nothing() -> None:
    assert list(ahead([])) == []


def test_the_next_item_is_made_while_the_one_before_is_worked_on() -> None:
    second = threading.Event()

    def items() -> Iterator[int]:
        yield 1
        second.set()
        yield 2

    for item in ahead(items()):
        assert item == 2 or second.wait(10)


def test_a_failure_reaches_whoever_takes_the_items() -> None:
    def items() -> Iterator[int]:
        yield 1
        raise LookupError("gone")

    taken = ahead(items())
    assert next(taken) == 1
    with pytest.raises(LookupError, match="gone"):
        next(taken)
