"""What people give is cleaned before it is recorded."""

from datetime import date

import msgspec
import pytest

from tracker.kit.errors import BadInput
from tracker.kit.given import check_day, cleaned


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """A command as a form might send it."""

    title: str = ""
    note: str = ""
    lines: list[str] = []
    on: date | None = None
    number: int | None = None


def test_lines_become_one_line_and_paragraphs_keep_theirs() -> None:
    given = Given(title=" a \r\n b ", note=" a\r\nb\n", lines=[" 1 ", "2\t3"], number=1)
    assert cleaned(given) == Given(title="a b", note="a\nb", lines=["1", "2 3"], number=1)


@pytest.mark.parametrize("field", ["title", "note", "lines"])
def test_what_no_database_can_store_is_refused_by_name(field: str) -> None:
    value = ["a\x00b"] if field == "lines" else "a\x00b"
    with pytest.raises(BadInput, match=f"The {field} holds control characters"):
        cleaned(Given(**{field: value}))  # type: ignore[arg-type]


def test_a_field_may_have_a_limit_of_its_own() -> None:
    with pytest.raises(BadInput, match="The title has 11 characters; at most 10 fit"):
        cleaned(Given(title="x" * 11), longest={"title": 10})


@pytest.mark.parametrize("day", [date(218, 3, 1), date(1944, 12, 31), date(2100, 1, 1)])
def test_a_day_that_only_a_slip_of_the_pen_explains_is_refused(day: date) -> None:
    with pytest.raises(BadInput, match=r"The on .* cannot be right: it must lie in the years 1945 to 2099"):
        cleaned(Given(on=day))


def test_any_other_day_stands() -> None:
    assert check_day(date(1945, 1, 1), "day") == date(1945, 1, 1)
