"""A cycle as months, quarters or years, whichever gives a readable number of them."""

from collections.abc import Mapping
from datetime import date

MOST = 36
UNITS = {"month": 1, "quarter": 3, "year": 12}


def spans(
    months: Mapping[str, int], opens_on: date | None, until: date
) -> tuple[str, list[tuple[str, str, int]]]:
    """The unit, and (first day, name, count) of each span from the month of `opens_on`, or the first that is counted, to
    that of `until`. `months`: counts by month, as `2026-11`."""
    first = opens_on.isoformat()[:7] if opens_on else min(months, default="")
    end = _number(until.isoformat()[:7])
    begin = min(_number(first), end) if first else end
    unit, size = next(
        (each for each in UNITS.items() if end // each[1] - begin // each[1] < MOST), ("year", UNITS["year"])
    )
    counts = dict.fromkeys(range(begin // size, end // size + 1), 0)
    for month, count in months.items():
        if begin <= _number(month) <= end:
            counts[_number(month) // size] += count
    return unit, [(_day(at * size), _name(unit, at * size), count) for at, count in counts.items()]


def _number(month: str) -> int:
    """Months since the year 0."""
    return int(month[:4]) * 12 + int(month[5:]) - 1


def _day(number: int) -> str:
    return date(number // 12, number % 12 + 1, 1).isoformat()


def _name(unit: str, number: int) -> str:
    year = number // 12
    names = {
        "month": f"{date(year, number % 12 + 1, 1):%b} {year}",
        "quarter": f"Q{number % 12 // 3 + 1} {year}",
    }
    return names.get(unit, str(year))
