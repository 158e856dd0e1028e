"""Pictures: nothing leaves its frame, no words lie on others, and what is drawn is what was counted."""

import re
from itertools import combinations, pairwise
from typing import NamedTuple
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.web.charts import inks
from tracker.web.charts.columns import columns
from tracker.web.charts.lines import Series, lines
from tracker.web.charts.marks import WIDTH, Bar, Dot, Drawing, Line, Words
from tracker.web.charts.picture import Column, Picture
from tracker.web.charts.scale import SIZE, apart, room, shortened, whole_steps, wrapped
from tracker.web.charts.stacked import BOLDER, LEFT, Row, stacked
from tracker.web.charts.waterfall import BASE, Step, waterfall

KEYS = {"implemented": "Implemented", "ended": "Otherwise ended", "no_information": "No information"}
NAMES = st.text(max_size=60) | st.sampled_from(["Indonesia", "W" * 80, "文化部" * 20, "وزارة الثقافة", ""])
COUNTS = st.integers(0, 9) | st.integers(0, 1_000_000)
SHARES = st.none() | st.floats(0, 1)


class Box(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "Box") -> bool:
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


def box(words: Words) -> Box:
    wide = room(words.text) * (BOLDER if words.kind == "strong" else 1)
    left = words.x - {"start": 0, "middle": wide / 2, "end": wide}[words.anchor]
    return Box(left, words.y - SIZE * 0.8, left + wide, words.y + SIZE * 0.2)


def check(drawing: Drawing) -> None:
    """Inside the frame, and no words on words."""
    frame = Box(-0.01, -0.01, WIDTH + 0.01, drawing.height + 0.01)
    for mark in drawing.marks:
        match mark:
            case Bar(x, y, width, height, ink):
                inside = [Box(x, y, x + width, y + height)]
                assert ink in inks.INKS
            case Line(points, _, _):
                inside = [Box(x, y, x, y) for x, y in points]
            case Dot(x, y, _, _):
                inside = [Box(x - 5, y - 5, x + 5, y + 5)]
            case Words():
                inside = [box(mark)]
        for each in inside:
            assert each.left >= frame.left, mark
            assert each.top >= frame.top, mark
            assert each.right <= frame.right, mark
            assert each.bottom <= frame.bottom, mark
    texts = [mark for mark in drawing.marks if isinstance(mark, Words) and mark.text.strip()]
    for one, other in combinations(texts, 2):
        assert not box(one).meets(box(other)), (one, other)


ROWS = st.builds(
    lambda name, counts, leading: Row(
        name,
        list(zip(KEYS, counts, strict=True)),
        f"{counts[0]:,} of {sum(counts):,}",
        leading,
    ),
    NAMES,
    st.tuples(COUNTS, COUNTS, COUNTS),
    st.booleans(),
)


@given(st.lists(ROWS, max_size=60))
def test_stacked_bars_stay_in_their_frame_and_are_as_long_as_one_another(rows: list[Row]) -> None:
    drawing = stacked(rows, KEYS, ("Implemented", "of assessed"))
    check(drawing)
    bars = [mark for mark in drawing.marks if isinstance(mark, Bar) and mark.x >= LEFT]
    by_row: dict[float, list[Bar]] = {}
    for bar in bars:
        by_row.setdefault(bar.y, []).append(bar)
    by_row = {y: of for y, of in by_row.items() if of[0].height == 14}
    counted = [row for row in rows if any(count for _, count in row.parts)]
    assert len(by_row) == len(counted)
    lengths = {round(sum(bar.width for bar in of), 3) for of in by_row.values()}
    assert len(lengths) <= 1
    for row, of in zip(counted, by_row.values(), strict=True):
        assert [bar.ink for bar in of] == [ink for ink, count in row.parts if count]


def test_a_bar_shows_its_parts_in_their_proportion() -> None:
    drawing = stacked([Row("One", [("implemented", 1), ("ended", 0), ("no_information", 3)])], KEYS, ())
    done, silent = [mark for mark in drawing.marks if isinstance(mark, Bar) and mark.x >= LEFT]
    assert silent.width == pytest.approx(3 * done.width)
    assert silent.x == pytest.approx(done.x + done.width)


@given(
    st.lists(st.tuples(NAMES, NAMES, SHARES, SHARES), max_size=40),
)
def test_lines_stay_in_their_frame(points: list[tuple[str, str, float | None, float | None]]) -> None:
    occasions = [(name, year) for name, year, _, _ in points]
    series = [
        Series("Recommendations", "100\u00a0%", [a for _, _, a, _ in points]),
        Series("Follow-ups", "not available", [b for _, _, _, b in points]),
    ]
    drawing = lines(occasions, series)
    check(drawing)
    dots = [mark for mark in drawing.marks if isinstance(mark, Dot)]
    known = sum(value is not None for each in series for value in each.values)
    assert len(dots) == known + 2  # one more beside each name


def test_what_is_not_known_is_a_gap_that_no_line_crosses() -> None:
    drawing = lines([(f"M{n}", "") for n in range(5)], [Series("Rate", "", [0.1, 0.2, None, 0.4, 0.5])])
    drawn = [mark for mark in drawing.marks if isinstance(mark, Line) and mark.kind == "first"]
    assert [len(line.points) for line in drawn] == [2, 2, 2]  # two runs, and the mark beside the name
    grounds = [mark for mark in drawing.marks if isinstance(mark, Bar) and mark.ink == "absent"]
    assert len(grounds) == 1
    assert all(
        not grounds[0].x < x < grounds[0].x + grounds[0].width for line in drawn for x, _ in line.points
    )


FLOWS = st.tuples(COUNTS, COUNTS, COUNTS, st.floats(0, 1), st.floats(0, 1))


@given(FLOWS)
def test_a_waterfall_ends_where_its_changes_lead(flow: tuple[int, int, int, float, float]) -> None:
    opening, new, reopened, share, of_rest = flow
    whole = opening + new + reopened
    done = int(whole * share)
    ended = int((whole - done) * of_rest)
    closing = whole - done - ended
    steps = [
        Step("Open at the start", opening, None, "standing"),
        Step("New", opening + new, new, "under_implementation"),
        Step("Reopened", whole, reopened, "reopened"),
        Step("Implemented", whole - done, -done, "implemented"),
        Step("Otherwise ended", closing, -ended, "ended"),
        Step("Open at the end", closing, None, "standing"),
    ]
    drawing = waterfall(steps, "Nothing was open.")
    check(drawing)
    bars = [mark for mark in drawing.marks if isinstance(mark, Bar)]
    drawn = [step for step in steps if (step.level if step.change is None else step.change)]
    assert [bar.ink for bar in bars] == [step.ink for step in drawn]
    scale = (BASE - 26) / max(whole, 1)
    for step, bar in zip(drawn, bars, strict=True):
        size = step.level if step.change is None else abs(step.change)
        assert bar.height == pytest.approx(max(size * scale, 1.5))


@given(st.lists(st.tuples(NAMES, COUNTS), max_size=60))
def test_columns_stay_in_their_frame_and_there_is_one_for_each_count(spans: list[tuple[str, int]]) -> None:
    drawing = columns(spans, "Nothing.")
    check(drawing)
    bars = [mark for mark in drawing.marks if isinstance(mark, Bar)]
    assert len(bars) == sum(count > 0 for _, count in spans)
    assert any(isinstance(m, Words) and m.text == "Nothing." for m in drawing.marks) == (not bars)


@given(st.integers(0, 10**9))
def test_steps_of_an_axis_are_even_and_reach_what_they_must(most: int) -> None:
    steps = whole_steps(most)
    assert steps[0] == 0
    assert steps[-1] >= most
    assert len({b - a for a, b in pairwise(steps)}) == 1
    assert len(steps) <= 5


@given(st.lists(st.floats(0, 200), min_size=1, max_size=5))
def test_places_keep_their_distance_and_their_order(wanted: list[float]) -> None:
    placed = apart(wanted, 40, 0, 200)
    ordered = sorted(placed)
    assert all(b - a >= 40 - 1e-9 for a, b in pairwise(ordered))
    assert 0 <= ordered[0] <= ordered[-1] <= 200 + 1e-9
    assert [index for _, index in sorted((w, i) for i, w in enumerate(wanted))] == [
        index for _, index in sorted((p, i) for i, p in enumerate(placed))
    ]


@given(NAMES, st.floats(20, 300))
def test_what_is_shortened_has_room_and_says_that_there_is_more(text: str, most: float) -> None:
    short = shortened(text, most)
    assert room(short) <= most
    assert short == text or short.endswith("…")
    assert all(room(line) <= most for line in wrapped(text, most))


def picture(title: str = "Rates", *rows: tuple[str, int | float | None]) -> Picture:
    shown = [Column("name", "Name"), Column("count", "Count", "count")]
    bar = Row("<b>", [("implemented", 1)])
    return Picture("rates", title, "What it shows.", "As of then.", stacked([bar], KEYS, ()), shown, rows)


def test_a_file_of_its_own_is_whole_xml_with_title_description_and_stamp() -> None:
    root = ElementTree.fromstring(picture("A <title> & more").file)  # noqa: S314 (our own text)
    space = "{http://www.w3.org/2000/svg}"
    assert root.tag == f"{space}svg"
    assert [root.find(f"{space}{name}").text for name in ("title", "desc")] == [
        "A <title> & more",
        "What it shows.",
    ]  # type: ignore[union-attr]
    texts = [each.text for each in root.iter(f"{space}text")]
    assert {"A <title> & more", "As of then.", "<b>"} <= set(texts)


def test_every_pattern_that_is_used_is_there_once_and_no_style_or_script_is() -> None:
    every = [Row("All", [(ink, 1) for ink in inks.INKS])]
    made = Picture("p", "T", "D", "S", stacked(every, dict.fromkeys(inks.INKS, "x"), ()), [], [])
    text = str(made.inner)
    used = set(re.findall(r"url\(#([\w-]+)\)", text))
    assert sorted(used) == sorted(re.findall(r'<pattern id="([\w-]+)"', text))
    assert used
    assert not re.search(r"<style|<script|\bstyle=|\bon\w+=", text)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"])
def test_no_text_of_a_table_by_commas_is_a_formula(text: str) -> None:
    assert f"'{text.splitlines()[0]}" in picture("T", (text, 1)).csv


def test_a_table_by_commas_keeps_numbers_as_they_are() -> None:
    assert (
        picture("T", ("Other, ended", -3), ("None", None)).csv
        == 'name,count\r\n"Other, ended",-3\r\nNone,\r\n'
    )


def test_hues_and_words_are_told_from_paper() -> None:
    told = [ink for name, ink in inks.INKS.items() if name not in ("absent", "paper")]
    assert all(contrast(ink.hue) >= 3 for ink in told)
    patterns = [ink.pattern for name, ink in inks.INKS.items() if name in KEYS or ink.tint]
    assert len(set(patterns)) == len(patterns)


def contrast(colour: str) -> float:
    """Of the colour and white, as WCAG 2.2 defines it."""
    shares = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in shares]
    return 1.05 / (sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True)) + 0.05)
