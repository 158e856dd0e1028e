"""Over time: rates at each meeting, what the cycle did, and when was reported."""

from collections.abc import Sequence

from tracker.metrics.asked import Seen
from tracker.metrics.figures import Figure
from tracker.metrics.pictures.made import made, rated
from tracker.metrics.pictures.spans import spans
from tracker.web.charts.columns import columns
from tracker.web.charts.lines import Series, lines
from tracker.web.charts.picture import Column, Picture
from tracker.web.charts.waterfall import Step, signed, waterfall
from tracker.web.render import counted, day, percent


def rates(seen: Seen) -> Picture:
    """How much was implemented when each meeting was held, and is today."""
    over = [each.figures for each in seen.over]
    series = [
        _series("Recommendations", [each.overall for each in over]),
        _series("Follow-ups", [each.pairs for each in over]),
    ]
    whose = [*_columns("recommendations", "Recommendations"), *_columns("followups", "Follow-ups")]
    rows = [
        (
            each.meeting,
            each.meeting_on.isoformat() if each.meeting_on else "",
            *rated(each.overall),
            *rated(each.pairs),
        )
        for each in over
    ]
    known = [each for each in over if each.pairs.denominator or each.overall.denominator]
    told = "; ".join(
        f"at {each.meeting}, {_percent(each.overall)} of recommendations and {_percent(each.pairs)} of follow-ups"
        for each in known
    )
    return made(
        seen,
        "rates",
        f"Implementation rates at each meeting of {seen.body.code}",
        f"Implemented of assessed {told}." if told else "No rate is available: nobody reported yet.",
        lines(
            [(each.meeting, str(each.meeting_on.year) if each.meeting_on else "") for each in over], series
        ),
        [Column("meeting", "Meeting"), Column("met_on", "On"), *whose],
        rows,
        [(each.figures.as_of.isoformat(), each.position) for each in seen.over],
    )


def cycle(seen: Seen) -> Picture:
    """What the cycle did to the open follow-ups."""
    figures = seen.counted.figures
    flow = figures.waterfall
    levels = [
        ("opening", "Open at the start", flow.opening, None, "standing"),
        ("new", "New", flow.opening + flow.new, flow.new, "under_implementation"),
        ("reopened", "Reopened", flow.opening + flow.new + flow.reopened, flow.reopened, "reopened"),
        ("implemented", "Implemented", flow.closing + flow.otherwise_ended, -flow.implemented, "implemented"),
        ("otherwise_ended", "Otherwise ended", flow.closing, -flow.otherwise_ended, "ended"),
        ("closing", "Open at the end", flow.closing, None, "standing"),
    ]
    steps = [Step(name, level, change, ink) for _, name, level, change, ink in levels]
    since = day(flow.opens_on) if flow.opens_on else "the beginning"
    return made(
        seen,
        "cycle",
        f"Open follow-ups from {since} to {day(figures.as_of)}",
        ", ".join(f"{step.name.lower()} {signed(step)}" for step in steps).capitalize() + ".",
        waterfall(steps, "No follow-up was open."),
        [
            Column("step", "Step", shown=False),
            Column("name", "Step"),
            Column("followups", "Follow-ups", "change"),
        ],
        [(code, name, level if change is None else change) for code, name, level, change, _ in levels],
    )


def activity(seen: Seen) -> Picture:
    """How many reports speak of each month, quarter or year of the cycle."""
    figures = seen.counted.figures
    unit, found = spans(figures.activity, figures.waterfall.opens_on, figures.as_of)
    whole = sum(count for _, _, count in found)
    most = max(found, key=lambda span: span[2])
    told = f"{counted(whole, 'report')}; most, {most[2]:,}, of {most[1]}." if whole else "Nobody reported."
    return made(
        seen,
        "activity",
        f"Reports by the {unit} that they speak of",
        f"{found[0][1]} to {found[-1][1]}: {told}",
        columns([(name, count) for _, name, count in found], "No report speaks of this time."),
        [Column("since", "From"), Column("name", unit.capitalize()), Column("reports", "Reports", "count")],
        found,
    )


def _series(name: str, figures: Sequence[Figure]) -> Series:
    values = [None if each.rate is None else float(each.rate) for each in figures]
    last = next((value for value in reversed(values) if value is not None), None)
    return Series(name, percent(last), values)


def _percent(figure: Figure) -> str:
    return percent(None if figure.rate is None else float(figure.rate))


def _columns(code: str, name: str) -> list[Column]:
    return [
        Column(f"{code}_rate", f"{name}: rate", "rate"),
        Column(f"{code}_implemented", "implemented", "count"),
        Column(f"{code}_assessed", "of assessed", "count"),
    ]
