"""Where follow-ups stand: by theme, and by partner under its grouping."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from tracker.metrics.asked import Seen
from tracker.metrics.figures import Figure
from tracker.metrics.pictures.made import made, rated
from tracker.web.charts.picture import Column, Picture, Value
from tracker.web.charts.shares import ENDED
from tracker.web.charts.stacked import Row, stacked
from tracker.web.render import counted, day
from tracker.web.words import NO_INFORMATION, STATUS

KEYS = {
    "implemented": STATUS["implemented"],
    "partially_implemented": STATUS["partially_implemented"],
    "under_implementation": STATUS["under_implementation"],
    "reopened": "Reopened",
    "not_started": STATUS["not_started"],
    "not_implemented": STATUS["not_implemented"],
    "ended": "Otherwise ended",
    "no_information": NO_INFORMATION,
}
"""What bars tell apart, the furthest first, silence last; the table has each ending by itself."""
APART = (*(key for key in KEYS if key not in ("ended", "no_information")), *ENDED, "no_information")
TOLD = ("Implemented", "of assessed")
"""What stands after each bar."""


def themes(seen: Seen) -> Picture:
    """Where the follow-ups of each theme stand."""
    figures = sorted(seen.counted.figures.of("theme"), key=_furthest(seen.themes))
    names = [seen.themes.get(each.key, each.key) or "No theme" for each in figures]
    rows = [(each.key, name, *_standing(each)) for each, name in zip(figures, names, strict=True)]
    return made(
        seen,
        "themes",
        f"Status of follow-ups by theme, {day(seen.counted.figures.as_of)}",
        _best(figures, names, "theme"),
        stacked([_row(each, name) for each, name in zip(figures, names, strict=True)], KEYS, TOLD),
        [Column("theme", "Code", shown=False), Column("name", "Theme"), *_columns(figures)],
        rows,
    )


def partners(seen: Seen) -> Picture:
    """Where the follow-ups of each partner stand, partners under their grouping."""
    figures = seen.counted.figures
    mine = sorted(figures.of("partner"), key=_furthest(seen.partners))
    bars: list[Row] = []
    rows: list[Sequence[Value]] = []
    groups: dict[str, list[Figure]] = {}
    for each in mine:
        groups.setdefault(seen.groupings.get(each.key, ""), []).append(each)
    for code, members in sorted(groups.items(), key=lambda group: _place(seen.body.groupings, group[0])):
        grouping = code or "No grouping"
        bars.append(_row(_together(members), grouping, leading=True))
        for each in members:
            name = seen.partners.get(each.key, each.key)
            bars.append(_row(each, name))
            rows.append((each.key, name, grouping, *_standing(each)))
    return made(
        seen,
        "partners",
        f"Status of follow-ups by partner, {day(figures.as_of)}",
        _best(mine, [seen.partners.get(each.key, each.key) for each in mine], "partner"),
        stacked(bars, KEYS, TOLD),
        [
            Column("partner", "Code", shown=False),
            Column("name", "Partner"),
            Column("grouping", "Grouping"),
            *_columns(mine),
        ],
        rows,
    )


def _columns(figures: Sequence[Figure]) -> list[Column]:
    occurs = {status for each in figures for status, count in each.statuses.items() if count}
    names = KEYS | STATUS
    return [
        *(Column(status, names[status], "count", shown=status in occurs) for status in APART),
        Column("all", "All", "count"),
        Column("assessed", "Assessed", "count"),
        Column("rate", "Rate", "rate"),
    ]


def _standing(figure: Figure) -> tuple[Value, ...]:
    counts = [figure.statuses.get(status, 0) for status in APART]
    rate, _, assessed = rated(figure)
    return *counts, sum(counts), assessed, rate


def _row(figure: Figure, name: str, *, leading: bool = False) -> Row:
    told = f"{figure.implemented:,} of {figure.denominator:,}" if figure.denominator else "–"
    ended = sum(figure.statuses.get(status, 0) for status in ENDED)
    parts = [(key, ended if key == "ended" else figure.statuses.get(key, 0)) for key in KEYS]
    return Row(name, parts, told, leading)


def _together(figures: Sequence[Figure]) -> Figure:
    """The figure of a grouping: its partners' pairs, each once."""
    statuses: Counter[str] = Counter()
    for each in figures:
        statuses.update(each.statuses)
    return Figure(
        "grouping",
        "",
        sum(each.implemented for each in figures),
        sum(each.denominator for each in figures),
        sum(each.no_information for each in figures),
        sum(each.left_out for each in figures),
        statuses,
    )


def _furthest(names: Mapping[str, str]) -> Callable[[Figure], tuple[float, float, str]]:
    """The order of rows: the largest part implemented first, then the largest part heard from, then by name."""

    def key(figure: Figure) -> tuple[float, float, str]:
        whole = sum(figure.statuses.values()) or 1
        silent = 1 - figure.no_information / whole
        return -figure.implemented / whole, -silent, names.get(figure.key, figure.key)

    return key


def _place(order: Sequence[str], key: str) -> tuple[int, str]:
    return (order.index(key) if key in order else len(order) + (not key), key)


def _best(figures: Sequence[Figure], names: Sequence[str], of: str) -> str:
    if not figures:
        return "Nothing to count yet."
    heard = sum(each.denominator > 0 for each in figures)
    told = f"{counted(len(figures), of)}; something is assessed of {heard:,}."
    done = [
        f"{name} ({each.implemented:,})"
        for each, name in zip(figures, names, strict=True)
        if each.implemented
    ]
    return f"{told} Most implemented: {', '.join(done[:3])}." if done else f"{told} None is implemented yet."
