"""What a focal point should do next, the most urgent first, each with its reason. Pure."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Literal

import msgspec

from tracker.followups.queries import FINISHED, sorted_out
from tracker.followups.views import FollowupView

Why = Literal["disputed", "overdue", "due_soon", "new", "stale"]
UNCHANGED = "unchanged"


class Step(msgspec.Struct, frozen=True):
    """One follow-up to look at and why. `days`: how long overdue, until due, since it was directed, or since it was
    heard of; None if it never was. `quick`: the status that one press of a button may report, so far as no words are
    needed; None where there must be some."""

    why: Why
    view: FollowupView
    days: int | None
    quick: str | None

    @property
    def key(self) -> str:
        """The follow-up's code, such as `CMM8-R03:IDN`."""
        return f"{self.view.recommendation}:{self.view.partner}"


def steps(views: Sequence[FollowupView], today: date) -> list[Step]:
    """Disputed first, since somebody waits for an answer; then the longest overdue, the soonest due, the newest, and
    what was not heard of, of the newest meeting first."""
    mine = sorted_out(views, today)
    ordered: dict[Why, list[FollowupView]] = {
        "disputed": mine.disputed,
        "overdue": sorted(mine.overdue, key=_due),
        "due_soon": sorted(mine.due_soon, key=_due),
        "new": sorted(mine.new, key=lambda view: view.since, reverse=True),
        "stale": sorted(mine.stale, key=lambda view: view.since, reverse=True),
    }
    return [
        Step(why, view, _days(why, view, today), _quick(view)) for why in ordered for view in ordered[why]
    ]


def next_due(views: Sequence[FollowupView], today: date) -> FollowupView | None:
    """What falls due next, of all that is not finished."""
    ahead = [view for view in views if not view.finished and view.due_on is not None and view.due_on >= today]
    return min(ahead, key=_due, default=None)


def _due(view: FollowupView) -> date:
    return view.due_on or date.max


def _days(why: Why, view: FollowupView, today: date) -> int | None:
    since: dict[Why, date | None] = {
        "overdue": view.due_on,
        "due_soon": view.due_on,
        "new": view.since,
        "disputed": _day(view.reported_at),
        "stale": _day(view.heard_at),
    }
    day = since[why]
    return None if day is None else abs(today - day) // timedelta(days=1)


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else moment.date()


def _quick(view: FollowupView) -> str | None:
    """Without a word one may say that nothing changed, or, of what was never reported, that it has not begun."""
    if view.verification == "disputed" or view.status in FINISHED:  # finished, but a meeting reopened it
        return None
    return "not_started" if view.report_id is None else UNCHANGED
