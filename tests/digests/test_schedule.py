"""When digests fall due, for every zone and every day."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from tests.builders import put_body, put_focal_point, put_partner, put_person
from tracker.digests import service
from tracker.digests.schedule import begins, period_due
from tracker.digests.tables import digests
from tracker.kit.db import Database

ZONES = [
    "UTC", "Asia/Jakarta", "Asia/Kolkata", "Asia/Kathmandu", "Asia/Tehran", "Asia/Kabul", "Asia/Tokyo", "Asia/Seoul",
    "Asia/Shanghai", "Asia/Ulaanbaatar", "Australia/Lord_Howe", "Australia/Adelaide", "Pacific/Auckland",
    "Pacific/Chatham", "Pacific/Kiritimati", "Pacific/Apia", "Pacific/Marquesas", "Pacific/Pago_Pago", "Etc/GMT+12",
    "Africa/Casablanca", "Africa/Cairo", "Europe/Dublin", "Europe/London", "Europe/Brussels", "Europe/Moscow",
    "Europe/Istanbul", "America/Santiago", "America/St_Johns", "America/New_York", "Antarctica/Troll",
]  # fmt: skip
START = datetime(2020, 1, 1, tzinfo=UTC)
LONG_AGO = date(2000, 1, 1)
instants = st.integers(0, 30 * 365 * 86_400).map(
    lambda second: datetime(2005, 1, 1, tzinfo=UTC) + timedelta(seconds=second)
)


@pytest.mark.parametrize("zone", ZONES)
def test_an_hourly_scheduler_makes_each_monday_due_once_and_never_early(zone: str) -> None:
    seen: list[date] = []
    for hour in range(4018 * 24):
        if hour % 24 not in (0, 7, 13, 19, 22) and hour > 24 * 400:
            continue  # a year by the hour, ten more by some hours of each day
        now = START + timedelta(hours=hour)
        period = period_due(now, zone, since=LONG_AGO)
        assert period is not None
        assert begins(period, zone) <= now < begins(period + timedelta(days=7), zone)
        if not seen or seen[-1] != period:
            seen.append(period)
    assert all(later - earlier == timedelta(days=7) for earlier, later in pairwise(seen))
    assert {day.weekday() for day in seen} == {0}
    assert len(seen) == pytest.approx(4018 / 7, abs=1)


@given(instants, st.sampled_from(ZONES))
def test_a_digest_is_due_at_seven_in_the_morning_there(now: datetime, zone: str) -> None:
    period = period_due(now, zone, since=LONG_AGO)
    assert period is not None
    local = begins(period, zone).astimezone(ZoneInfo(zone))
    assert (local.date(), local.hour, local.minute) == (period, 7, 0)


@given(instants, st.sampled_from(ZONES), st.timedeltas(timedelta(0), timedelta(days=60)))
def test_time_never_takes_a_period_back(now: datetime, zone: str, later: timedelta) -> None:
    before, after = period_due(now, zone, since=LONG_AGO), period_due(now + later, zone, since=LONG_AGO)
    assert before is not None
    assert after is not None
    assert after >= before


def test_a_focal_point_of_wednesday_waits_for_the_next_monday() -> None:
    appointed = date(2026, 11, 25)
    assert period_due(datetime(2026, 11, 25, 12, tzinfo=UTC), "UTC", since=appointed) is None
    assert period_due(datetime(2026, 11, 30, 6, 59, tzinfo=UTC), "UTC", since=appointed) is None
    assert period_due(datetime(2026, 11, 30, 7, tzinfo=UTC), "UTC", since=appointed) == date(2026, 11, 30)


def test_thirty_readers_get_one_digest_a_week_through_all_changes_of_the_clocks(db: Database) -> None:
    with db.write() as tx:
        put_body(tx)
        for number, zone in enumerate(ZONES):
            partner = "A" + chr(65 + number // 26) + chr(65 + number % 26)
            put_partner(tx, partner)
            person = put_person(tx, f"focal-point.{partner.lower()}@example.org", time_zone=zone)
            put_focal_point(tx, partner, person)
    for first, last in ((date(2026, 3, 2), date(2026, 4, 13)), (date(2026, 9, 21), date(2026, 11, 9))):
        now, end = (datetime.combine(day, time(6), UTC) for day in (first, last))
        while now < end:
            with db.write() as tx:
                service.schedule(tx, now)
                service.schedule(tx, now)
            now += timedelta(hours=7)
    with db.read() as conn:
        periods: dict[str, list[str]] = {}
        for row in conn.execute(select(digests.c.recipient, digests.c.period).order_by(digests.c.period)):
            periods.setdefault(row.recipient, []).append(row.period)
    assert len(periods) == len(ZONES) == 30
    mondays = [date(2026, 3, 9) + timedelta(days=7 * week) for week in range(5)]
    mondays += [date(2026, 9, 28) + timedelta(days=7 * week) for week in range(6)]
    for found in periods.values():
        assert len(set(found)) == len(found)
        assert {monday.isoformat() for monday in mondays} <= set(found)
        assert {date.fromisoformat(period).weekday() for period in found} == {0}
