"""`python -m benchmarks [--quick] [NAME …]`: measures and prints tables in Markdown; without names, all of them."""

import sys
from collections.abc import Callable

from benchmarks import append, proof, rebuild, report, search
from tracker import wiring  # noqa: F401

MEASUREMENTS: dict[str, Callable[[bool], None]] = {
    "append": append.measure,
    "report": report.measure,
    "rebuild": rebuild.measure,
    "proof": proof.measure,
    "search": search.measure,
}
"""Each prints its own table; `True` asks for fewer events, enough to see that it runs."""


def main(arguments: list[str]) -> None:
    """One measurement after the other."""
    names = [name for name in arguments if name != "--quick"] or list(MEASUREMENTS)
    for name in names:
        MEASUREMENTS[name]("--quick" in arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
