"""Numbers, days and bars as people read them."""

import pytest

from tracker.web.charts.shares import segments
from tracker.web.render import dated


def test_what_is_some_never_disappears_from_a_bar() -> None:
    bar = segments([("implemented", 1), ("not_started", 0), ("no_information", 5_000)], 1000)
    assert [code for code, _, _ in bar] == ["implemented", "no_information"]
    assert bar[0][2] > 5
    assert sum(wide for _, _, wide in bar) == pytest.approx(1000)
    assert bar[1][1] == pytest.approx(bar[0][2])


def test_a_bar_of_nothing_is_empty() -> None:
    assert segments([("implemented", 0)], 1000) == []
    assert segments([], 1000) == []


def test_days_in_a_text_are_told_in_words_and_what_is_no_day_stays() -> None:
    assert dated("since 2018-03-02, not 2018-02-31 or 12018-03-02") == (
        "since 2 March 2018, not 2018-02-31 or 12018-03-02"
    )
