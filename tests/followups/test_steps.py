"""What a focal point should do next, in which order, and why."""

from datetime import UTC, date, datetime
from typing import Any

from tests.builders import TODAY
from tracker.followups.steps import UNCHANGED, next_due, steps
from tracker.followups.views import FollowupView


def view(code: str, **fields: Any) -> FollowupView:
    """An open follow-up of which something was heard lately."""
    given: dict[str, Any] = {
        "recommendation": code,
        "partner": "IDN",
        "partner_name": "Indonesia",
        "meeting": code.split("-")[0],
        "since": date(2018, 3, 2),
        "status": "under_implementation",
        "raw_label": "",
        "as_of": date(2026, 11, 1),
        "verification": "reported",
        "ending": None,
        "reopened_on": None,
        "due_on": None,
        "finished": False,
        "overdue": False,
        "stale": False,
        "demonstration": False,
        "due_demonstration": False,
        "version": 1,
        "text": "Do it.",
        "body": "ASEM-CMM",
        "response": None,
        "narrative": "",
        "evidence": [],
        "report_id": "r1",
        "reported_at": datetime(2026, 11, 1, tzinfo=UTC),
        "reported_by": "official",
        "heard_at": datetime(2026, 11, 1, tzinfo=UTC),
        "original_due_on": None,
        "ended_by": None,
        "ended_on": None,
        "superseded_by": None,
        "reports": [],
    }
    return FollowupView(**(given | fields))


SILENT = {"report_id": None, "reported_at": None, "heard_at": None, "verification": None, "stale": True}
"""Nothing was ever reported."""


def test_the_most_urgent_stands_first_each_with_its_reason() -> None:
    views = [
        view("CMM7-R01", **SILENT, status="no_information", since=date(2016, 6, 24)),
        view("CMM8-R01", **SILENT, status="no_information"),
        view("CMM8-R02", **(SILENT | {"stale": False}), status="no_information", since=date(2026, 11, 20)),
        view("CMM8-R03", due_on=date(2026, 12, 14)),
        view("CMM8-R04", due_on=date(2026, 11, 23), overdue=True),
        view("CMM8-R05", due_on=date(2026, 10, 25), overdue=True),
        view("CMM8-R06", verification="disputed"),
        view("CMM8-R07"),
    ]
    found = [(step.view.recommendation, step.why, step.days) for step in steps(views, TODAY)]
    assert found == [
        ("CMM8-R06", "disputed", 23),
        ("CMM8-R05", "overdue", 30),
        ("CMM8-R04", "overdue", 1),
        ("CMM8-R03", "due_soon", 20),
        ("CMM8-R02", "new", 4),
        ("CMM8-R01", "stale", None),
        ("CMM7-R01", "stale", None),
    ]


def test_one_press_says_no_change_or_not_started_and_nothing_where_words_are_needed() -> None:
    late = {"overdue": True, "due_on": date(2026, 11, 1)}
    quick = {
        "reported": view("CMM8-R01", **late),
        "silent": view("CMM8-R02", **(SILENT | late), status="no_information"),
        "disputed": view("CMM8-R03", verification="disputed"),
        "reopened": view("CMM8-R04", **late, status="implemented", reopened_on=date(2026, 11, 10)),
    }
    found = {step.view.recommendation: step.quick for step in steps(list(quick.values()), TODAY)}
    assert found == {
        "CMM8-R01": UNCHANGED,
        "CMM8-R02": "not_started",
        "CMM8-R03": None,
        "CMM8-R04": None,
    }


def test_what_falls_due_next_is_not_what_is_finished_or_past() -> None:
    views = [
        view("CMM8-R01", due_on=date(2026, 11, 25), finished=True),
        view("CMM8-R02", due_on=date(2026, 11, 1), overdue=True),
        view("CMM8-R03", due_on=date(2027, 3, 1)),
        view("CMM8-R04", due_on=date(2027, 2, 1)),
    ]
    found = next_due(views, TODAY)
    assert found is not None
    assert found.recommendation == "CMM8-R04"
    assert next_due([], TODAY) is None
