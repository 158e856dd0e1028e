"""Rounds: everyone once in each, in turn, so that a busy moment of the machine meets all alike."""

import statistics
from collections.abc import Callable, Mapping, Sequence

ROUNDS = 7


def measured(contenders: Mapping[str, Callable[[], float]], rounds: int = ROUNDS) -> dict[str, list[float]]:
    """What each gave, round by round; who begins changes from round to round."""
    found: dict[str, list[float]] = {name: [] for name in contenders}
    names = list(contenders)
    for number in range(rounds):
        turn = number % len(names)
        for name in names[turn:] + names[:turn]:
            found[name].append(contenders[name]())
    return found


def ratio(mine: Sequence[float], theirs: Sequence[float]) -> str:
    """The median of the ratios within each round, and their span."""
    ratios = [a / b for a, b in zip(mine, theirs, strict=True)]
    return f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"


def row(*cells: object) -> None:
    """Prints a row of a Markdown table at once."""
    print("|", " | ".join(map(str, cells)), "|", flush=True)


def heading(title: str, *columns: str) -> None:
    """Prints a title and the head of a Markdown table."""
    print(f"\n### {title}\n")
    row(*columns)
    print("|" + "---|" * len(columns), flush=True)
