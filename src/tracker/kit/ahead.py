"""One step of a chain of work ahead of the next."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def ahead(items: Iterable[T]) -> Iterator[T]:
    """The same items in the same order; the next is made in a thread while the caller works on the one before."""
    coming_from = iter(items)
    nothing: list[T] = []

    def following() -> list[T]:
        for item in coming_from:
            return [item]
        return nothing

    with ThreadPoolExecutor(1) as thread:
        coming = thread.submit(following)
        while found := coming.result():
            coming = thread.submit(following)
            yield found[0]
