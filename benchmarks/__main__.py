"""`python -m benchmarks [--quick]`: measures and prints a table in Markdown."""

import statistics
import sys
import tempfile
from pathlib import Path

from benchmarks.append import postgresql_case, rate, sqlite_case
from tests.conftest import migrated
from tests.servers import postgres
from tracker import wiring  # noqa: F401

ROUNDS = 5
SIZES = ((1, 500), (100, 10_000), (10_000, 20_000))


def main(quick: bool) -> None:
    """Five rounds; in each, ours and the bare driver one after the other."""
    print("| database | events a transaction | ours, events/s | bare driver, events/s | ratio (min to max) |")
    print("|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder, postgres(durable=True) as server:
        path = Path(folder) / "bench.db"
        migrated(f"sqlite:///{path}")
        migrated(server.url())
        with postgresql_case(server.url()) as one, sqlite_case(path) as two:
            for name, ours, bare in (one, two):
                for batch, count in SIZES:
                    measured = max(batch, count // 5) if quick else count
                    rounds = [
                        (rate(ours, measured, batch), rate(bare, measured, batch)) for _ in range(ROUNDS)
                    ]
                    ratios = [mine / theirs for mine, theirs in rounds]
                    a, b = (statistics.median(column) for column in zip(*rounds, strict=True))
                    span = f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"
                    print(f"| {name} | {batch:,} | {a:,.0f} | {b:,.0f} | {span} |", flush=True)


if __name__ == "__main__":
    main("--quick" in sys.argv)
