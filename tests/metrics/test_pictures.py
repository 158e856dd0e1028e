"""Pictures of random figures: each shows what its table says, and the table what the figures say."""

import random
from datetime import date

import pytest

from tests.web.test_charts import check
from tracker.meetings.queries import Body
from tracker.metrics.asked import Counted, Seen
from tracker.metrics.figures import Figure, Figures, Scope, Waterfall
from tracker.metrics.pictures import PICTURES
from tracker.metrics.pictures.spans import spans
from tracker.metrics.pictures.standing import ENDED, KEYS
from tracker.web.charts.marks import Bar, Dot, Words
from tracker.web.charts.picture import Picture
from tracker.web.charts.stacked import LEFT

STATUSES = [*(key for key in KEYS if key not in ("ended", "no_information")), *ENDED, "no_information"]
PROBLEMS = {
    "usual": (53, 12, 9, 9),
    "none": (0, 0, 0, 0),
    "one": (1, 1, 1, 1),
    "zero": (4, 3, 5, 0),
    "many": (80, 30, 40, 9_999),
}
LONG = " of the Very Long Name That Hardly Ever Seems to End"


def figure(chance: random.Random, scope: Scope, key: str, most: int) -> Figure:
    if scope == "overall":
        of = chance.randint(0, most)
        return Figure(scope, key, chance.randint(0, of), of, 0, 0)
    counts = {status: chance.choice([0, chance.randint(0, most)]) for status in STATUSES}
    left, silent = counts["superseded"] + counts["closed_by_meeting"], counts["no_information"]
    return Figure(
        scope, key, counts["implemented"], sum(counts.values()) - left - silent, silent, left, counts
    )


def flow(chance: random.Random, most: int) -> Waterfall:
    opening, new, reopened = (chance.randint(0, most) for _ in range(3))
    done = chance.randint(0, opening + new + reopened)
    ended = chance.randint(0, opening + new + reopened - done)
    return Waterfall(
        date(2024, 3, 2), opening, new, reopened, done, ended, opening + new + reopened - done - ended
    )


def figures(chance: random.Random, meeting: str, partners: int, themes: int, most: int) -> Figures:
    found = [figure(chance, "overall", "", most), figure(chance, "pairs", "", most)]
    found += [figure(chance, "theme", f"t{n}", most) for n in range(themes)]
    found += [figure(chance, "partner", f"P{n}", most) for n in range(partners)]
    reports = {f"2025-{month:02}": chance.randint(0, most) for month in range(1, 13)}
    return Figures(
        meeting, "BODY", date(2027, 1, 1), date(2026, 11, 24), tuple(found), flow(chance, most), reports
    )


@pytest.fixture(params=PROBLEMS)
def seen(request: pytest.FixtureRequest) -> Seen:
    """Nothing, little, all zero, the usual, and a lot with long names."""
    partners, themes, meetings, most = PROBLEMS[request.param]
    chance = random.Random(request.param)
    end = LONG if request.param == "many" else ""
    over = [
        Counted(figures(chance, f"M{n}", 0, 0, chance.choice([0, most])), 700 - n, None)
        for n in range(meetings)
    ]
    return Seen(
        Counted(figures(chance, "M9", partners, themes, most), 700, None),
        over,
        Body("BODY", "The body", "", ["Asia", "Europe"], False, "", False),
        {f"t{n}": f"Theme {n}{end}" for n in range(themes)},
        {f"P{n}": f"Partner {n}{end}" for n in range(partners)},
        {f"P{n}": chance.choice(["Asia", "Europe", ""]) for n in range(partners)},
        0,
    )


def values(picture: Picture, *codes: str) -> list[tuple[object, ...]]:
    """Columns of the table."""
    at = [[column.code for column in picture.columns].index(code) for code in codes]
    return [tuple(row[index] for index in at) for row in picture.rows]


def bars(picture: Picture) -> list[Bar]:
    return [mark for mark in picture.drawing.marks if isinstance(mark, Bar)]


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_stays_in_its_frame_and_names_day_and_position(seen: Seen, name: str) -> None:
    picture = PICTURES[name](seen)
    check(picture.drawing)
    assert picture.title
    assert picture.description.endswith(".")
    assert picture.stamp == "BODY, M9: as of 24 November 2026, at log position 700."
    assert all(len(row) == len(picture.columns) for row in picture.rows)


@pytest.mark.parametrize("name", ["themes", "partners"])
def test_bars_show_the_statuses_that_the_table_counts(seen: Seen, name: str) -> None:
    picture = PICTURES[name](seen)
    of = seen.counted.figures.of("theme" if name == "themes" else "partner")
    by_key = {each.key: each for each in of}
    assert sorted(row[0] for row in picture.rows) == sorted(by_key)
    drawn: dict[float, list[Bar]] = {}
    for bar in bars(picture):
        if bar.x >= LEFT and bar.height == 14:
            drawn.setdefault(bar.y, []).append(bar)
    told = {row[0]: dict(zip(STATUSES, row[1:], strict=True)) for row in values(picture, *(list_of(picture)))}
    assert {key: each.statuses for key, each in by_key.items()} == told
    inks = [[bar.ink for bar in of] for of in drawn.values()]
    for counts in told.values():
        if any(counts.values()):
            ended = sum(counts[status] for status in ENDED)
            assert [key for key in KEYS if (ended if key == "ended" else counts[key])] in inks


def list_of(picture: Picture) -> list[str]:
    """The codes of who a row is about and of all statuses."""
    return [picture.columns[0].code, *STATUSES]


def test_a_grouping_is_the_sum_of_its_partners_and_none_is_lost(seen: Seen) -> None:
    picture = PICTURES["partners"](seen)
    strong = [m for m in picture.drawing.marks if isinstance(m, Words) and m.kind == "strong" and not m.x]
    groups = {grouping for (grouping,) in values(picture, "grouping")}
    assert {words.text for words in strong} == groups
    done = sum(each.implemented for each in seen.counted.figures.of("partner"))
    assert sum(count for (count,) in values(picture, "implemented")) == done  # type: ignore[misc]


def test_rates_are_drawn_where_they_are_available_and_nowhere_else(seen: Seen) -> None:
    picture = PICTURES["rates"](seen)
    told = values(picture, "recommendations_rate", "followups_rate")
    known = sum(rate is not None for row in told for rate in row)
    assert sum(isinstance(mark, Dot) for mark in picture.drawing.marks) == known + 2
    assert [row[0] for row in values(picture, "meeting")] == [each.figures.meeting for each in seen.over]
    assert [row[0] for row in values(picture, "position")] == [each.position for each in seen.over]
    assert told == [
        tuple(
            None if f.rate is None else round(float(f.rate), 4) for f in (c.figures.overall, c.figures.pairs)
        )
        for c in seen.over
    ]


def test_the_changes_of_the_cycle_add_up_in_the_table(seen: Seen) -> None:
    told = dict(values(PICTURES["cycle"](seen), "step", "followups"))
    closing = told.pop("closing")
    assert sum(told.values()) == closing == seen.counted.figures.waterfall.closing  # type: ignore[arg-type]


def test_activity_counts_every_report_of_the_cycle_once(seen: Seen) -> None:
    picture = PICTURES["activity"](seen)
    counts = [count for (count,) in values(picture, "reports")]
    assert sum(counts) == sum(seen.counted.figures.activity.values())  # type: ignore[arg-type]
    assert len(bars(picture)) == sum(count != 0 for count in counts)


@pytest.mark.parametrize(
    ("opens_on", "unit", "first", "count"),
    [
        (date(2026, 1, 15), "month", ("2026-01-01", "Jan 2026", 2), 11),
        (date(2018, 3, 2), "quarter", ("2018-01-01", "Q1 2018", 1), 36),
        (date(2003, 3, 2), "year", ("2003-01-01", "2003", 0), 24),
        (None, "quarter", ("2018-01-01", "Q1 2018", 1), 36),
    ],
)
def test_a_cycle_is_told_in_as_many_spans_as_can_be_read(
    opens_on: date | None, unit: str, first: tuple[str, str, int], count: int
) -> None:
    months = {"2018-03": 1, "2026-01": 2, "2026-11": 3}
    named, found = spans(months, opens_on, date(2026, 11, 24))
    assert (named, found[0], len(found)) == (unit, first, count)
    assert sum(each[2] for each in found) == sum(
        n for m, n in months.items() if not opens_on or m >= str(opens_on)[:7]
    )


def test_before_anything_was_reported_the_month_is_the_whole_time() -> None:
    assert spans({}, None, date(2026, 11, 24)) == ("month", [("2026-11-01", "Nov 2026", 0)])


def test_demonstration_data_are_named_wherever_a_picture_goes(seen: Seen) -> None:
    played = Seen(seen.counted, seen.over, seen.body, seen.themes, seen.partners, seen.groupings, 3)
    for draw in PICTURES.values():
        assert "demonstration data: 3 follow-ups" in draw(played).file
