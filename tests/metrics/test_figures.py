"""How implementation is counted, by example and by property."""

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.followups.events import Ending, Status
from tracker.metrics.figures import Figure, Pair, count, state_on, waterfall

MET, OPENS, TODAY = date(2016, 6, 24), date(2018, 3, 2), date(2026, 11, 24)


def report(
    status: str, as_of: date = TODAY, version: int = 1, verification: str = "reported"
) -> dict[str, Any]:
    return {"status": status, "as_of": as_of.isoformat(), "version": version, "verification": verification}


def closed(ending: str, on: date = TODAY, version: int = 5) -> dict[str, Any]:
    return {"ending": ending, "on": on.isoformat(), "version": version, "meeting": "CMM9"}


def reopened(on: date = TODAY, version: int = 6) -> dict[str, Any]:
    return {"ending": None, "on": on.isoformat(), "version": version, "meeting": "CMM10"}


def pair(*reports: dict[str, Any], code: str = "CMM8-R01", partner: str = "IDN", **fields: Any) -> Pair:
    return Pair(
        recommendation=code, partner=partner, since=fields.pop("since", OPENS), reports=reports, **fields
    )


def figures(*pairs: Pair, validation: bool = False) -> dict[tuple[str, str], Figure]:
    return {(each.scope, each.key): each for each in count(pairs, TODAY, validation=validation)}


def numbers(figure: Figure) -> tuple[int, int, int, int]:
    return figure.implemented, figure.denominator, figure.no_information, figure.left_out


def kind(each: Pair, day: date = TODAY) -> str:
    return state_on(each, day, validation=False).kind


def test_a_rate_is_exact_and_not_available_when_nothing_was_assessed() -> None:
    third = [
        pair(report("implemented")),
        pair(report("not_started"), partner="JPN"),
        pair(report("not_implemented"), partner="FRA"),
    ]
    assert figures(*third)["pairs", ""].rate == Fraction(1, 3)
    assert figures(pair())["pairs", ""].rate is None
    assert figures()["overall", ""].rate is None


def test_silence_carries_the_last_report_forward() -> None:
    told = pair(report("under_implementation", OPENS))
    assert state_on(told, TODAY, validation=False).status == "under_implementation"


def test_silence_never_means_implemented() -> None:
    found = figures(pair(report("implemented")), pair(partner="JPN"))
    assert numbers(found["pairs", ""]) == (1, 1, 1, 0)
    assert numbers(found["overall", ""]) == (0, 1, 0, 0)


def test_a_joint_recommendation_is_implemented_once_all_implemented_it() -> None:
    found = figures(pair(report("implemented")), pair(report("implemented"), partner="JPN"))
    assert numbers(found["overall", ""]) == (1, 1, 0, 0)
    assert numbers(found["pairs", ""]) == (2, 2, 0, 0)


def test_whom_a_joint_recommendation_binds_no_longer_does_not_hold_it_up() -> None:
    found = figures(pair(report("implemented")), pair(partner="JPN", decisions=[closed("closed_by_meeting")]))
    assert numbers(found["overall", ""]) == (1, 1, 0, 0)
    assert numbers(found["pairs", ""]) == (1, 1, 0, 1)


@pytest.mark.parametrize(
    ("each", "expected"),
    [
        (pair(report("overtaken_by_events")), (0, 1, 0, 0)),
        (pair(decisions=[closed("overtaken_by_events")]), (0, 1, 0, 0)),
        (pair(decisions=[closed("not_implemented")]), (0, 1, 0, 0)),
        (pair(decisions=[closed("implemented")]), (1, 1, 0, 0)),
        (pair(report("implemented"), decisions=[closed("not_implemented")]), (0, 1, 0, 0)),
        (pair(decisions=[closed("superseded")]), (0, 0, 0, 1)),
        (pair(decisions=[closed("closed_by_meeting")]), (0, 0, 0, 1)),
        (pair(report("implemented"), superseded_on=TODAY), (0, 0, 0, 1)),
        (pair(superseded_on=TODAY + timedelta(days=1)), (0, 0, 1, 0)),
        (pair(since=TODAY + timedelta(days=1)), (0, 0, 0, 0)),
    ],
)
def test_overtaken_stays_in_the_denominator_and_superseded_and_closed_leave_it(
    each: Pair, expected: tuple[int, int, int, int]
) -> None:
    assert numbers(figures(each)["pairs", ""]) == expected
    assert numbers(figures(each)["overall", ""]) == expected


def test_where_the_body_validates_only_what_is_validated_counts() -> None:
    told = pair(
        report("under_implementation", OPENS, 1, "validated"),
        report("implemented", TODAY, 2, "reported"),
        report("implemented", TODAY, 3, "disputed"),
    )
    assert numbers(figures(told, validation=True)["pairs", ""]) == (0, 1, 0, 0)
    assert numbers(figures(told)["pairs", ""]) == (1, 1, 0, 0)
    assert numbers(figures(pair(report("implemented")), validation=True)["pairs", ""]) == (0, 0, 1, 0)


def test_a_late_report_of_an_earlier_day_changes_the_past_and_not_today() -> None:
    early, late = (
        report("under_implementation", date(2020, 1, 1), 2),
        report("implemented", date(2024, 1, 1), 1),
    )
    told = pair(late, early)
    assert (kind(told), state_on(told, date(2021, 1, 1), validation=False).status) == (
        "implemented",
        "under_implementation",
    )


def test_after_a_reopening_only_a_newer_report_finishes() -> None:
    told = [closed("implemented", date(2020, 1, 1)), reopened(date(2022, 1, 1))]
    assert kind(pair(report("implemented", date(2019, 1, 1)), decisions=told)) == "open"
    assert kind(pair(report("implemented", date(2023, 1, 1), 7), decisions=told)) == "implemented"
    assert kind(pair(decisions=told), date(2021, 1, 1)) == "implemented"


def test_a_report_of_the_day_of_the_reopening_finishes() -> None:
    on = date(2020, 10, 2)
    decisions = [closed("not_implemented", OPENS, 5), reopened(on, 6)]
    assert kind(pair(report("implemented", on), decisions=decisions)) == "implemented"
    assert kind(pair(report("implemented", on - timedelta(days=1)), decisions=decisions)) == "open"


def test_themes_partners_and_groupings_count_pairs() -> None:
    found = figures(
        pair(report("implemented"), themes=["creative", "heritage"], grouping="Asia"),
        pair(report("not_started"), partner="FRA", themes=["creative"], grouping="Europe"),
        pair(code="CMM8-R02", grouping="Asia"),
    )
    assert numbers(found["theme", "creative"]) == (1, 2, 0, 0)
    assert numbers(found["theme", "heritage"]) == (1, 1, 0, 0)
    assert numbers(found["theme", ""]) == (0, 0, 1, 0)
    assert numbers(found["partner", "IDN"]) == (1, 1, 1, 0)
    assert numbers(found["grouping", "Europe"]) == (0, 1, 0, 0)


def flow(*pairs: Pair, opens_on: date | None = OPENS) -> tuple[int, ...]:
    found = waterfall(pairs, opens_on, TODAY, validation=False)
    return found.opening, found.new, found.reopened, found.implemented, found.otherwise_ended, found.closing


BEFORE = OPENS - timedelta(days=1)


@pytest.mark.parametrize(
    ("each", "expected"),
    [
        (pair(since=MET), (1, 0, 0, 0, 0, 1)),
        (pair(), (0, 1, 0, 0, 0, 1)),
        (pair(report("implemented"), since=MET), (1, 0, 0, 1, 0, 0)),
        (pair(report("implemented")), (0, 1, 0, 1, 0, 0)),
        (pair(report("overtaken_by_events"), since=MET), (1, 0, 0, 0, 1, 0)),
        (pair(since=MET, superseded_on=TODAY), (1, 0, 0, 0, 1, 0)),
        (pair(report("not_implemented"), since=MET), (1, 0, 0, 0, 0, 1)),
        (pair(since=MET, decisions=[closed("not_implemented")]), (1, 0, 0, 0, 1, 0)),
        (pair(report("implemented", BEFORE), since=MET), (0, 0, 0, 0, 0, 0)),
        (pair(since=MET, decisions=[closed("closed_by_meeting", BEFORE), reopened()]), (0, 0, 1, 0, 0, 1)),
        (
            pair(report("implemented", BEFORE), report("under_implementation", TODAY, 2), since=MET),
            (0, 0, 1, 0, 0, 1),
        ),
        (pair(since=TODAY + timedelta(days=1)), (0, 0, 0, 0, 0, 0)),
    ],
)
def test_a_pair_moves_once_through_a_cycle(each: Pair, expected: tuple[int, ...]) -> None:
    assert flow(each) == expected


def test_the_first_cycle_of_a_body_opens_empty() -> None:
    assert flow(pair(since=MET), opens_on=None) == (0, 1, 0, 0, 0, 1)


days = st.integers(0, 3_000).map(lambda day: MET + timedelta(days=day))
reports = st.lists(
    st.builds(
        report,
        st.sampled_from(get_args(Status)),
        days,
        st.integers(1, 40),
        st.sampled_from(["reported", "validated", "verified", "disputed"]),
    ),
    max_size=5,
)
decisions = st.lists(
    st.one_of(
        st.builds(closed, st.sampled_from(get_args(Ending)), days, st.integers(1, 40)),
        st.builds(reopened, days, st.integers(1, 40)),
    ),
    max_size=3,
)
keys = st.tuples(
    st.sampled_from([f"CMM8-R0{n}" for n in range(1, 6)]), st.sampled_from(["IDN", "JPN", "FRA", "DEU"])
)
GROUPING = {"IDN": "Asia", "JPN": "Asia", "FRA": "Europe", "DEU": ""}


@st.composite
def tables(draw: st.DrawFn) -> list[Pair]:
    """Any set of pairs, each once."""
    return [
        Pair(
            recommendation=code,
            partner=partner,
            since=draw(days),
            grouping=GROUPING[partner],
            themes=draw(st.lists(st.sampled_from(["a", "b"]), unique=True)),
            superseded_on=draw(st.none() | days),
            reports=draw(reports),
            decisions=draw(decisions),
        )
        for code, partner in draw(st.lists(keys, unique=True, max_size=12))
    ]


@given(pairs=tables(), opens_on=st.none() | days, day=days, validation=st.booleans())
def test_the_waterfall_always_adds_up(
    pairs: Sequence[Pair], opens_on: date | None, day: date, validation: bool
) -> None:
    found = waterfall(pairs, opens_on, day, validation=validation)
    came = found.opening + found.new + found.reopened
    assert came - found.implemented - found.otherwise_ended == found.closing
    assert found.closing == sum(state_on(each, day, validation=validation).kind == "open" for each in pairs)


@given(pairs=tables(), first=days, second=days, validation=st.booleans())
def test_one_cycle_closes_as_the_next_opens(
    pairs: Sequence[Pair], first: date, second: date, validation: bool
) -> None:
    eve = second - timedelta(days=1)
    closing = waterfall(pairs, first, eve, validation=validation).closing
    assert waterfall(pairs, second, TODAY, validation=validation).opening == closing


@given(pairs=tables(), day=days, validation=st.booleans())
def test_denominators_add_up(pairs: Sequence[Pair], day: date, validation: bool) -> None:
    found = count(pairs, day, validation=validation)
    total = next(numbers(each) for each in found if each.scope == "pairs")
    for scope in ("partner", "grouping"):
        parts = [numbers(each) for each in found if each.scope == scope]
        assert tuple(map(sum, zip(*parts, strict=True))) == (total if parts else ())
    assert sum(total[1:]) == sum(each.since <= day for each in pairs)
    overall = next(numbers(each) for each in found if each.scope == "overall")
    assert sum(overall[1:]) == len({each.recommendation for each in pairs if each.since <= day})
    assert all(0 <= each.implemented <= each.denominator for each in found)


@given(pairs=tables(), day=days, validation=st.booleans(), seed=st.randoms(use_true_random=False))
def test_order_makes_no_difference(pairs: list[Pair], day: date, validation: bool, seed: Any) -> None:
    shuffled = list(pairs)
    seed.shuffle(shuffled)
    assert count(shuffled, day, validation=validation) == count(pairs, day, validation=validation)
