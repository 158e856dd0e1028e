"""Reports on several follow-ups at once: all of them under one command id, or none."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from tests.builders import RECORDED_AT, TODAY, context, put_report
from tests.followups.test_service import OFFICIAL
from tracker.eventstore.store import Context, Receipt, head, load, recorded_with
from tracker.eventstore.verify import verify
from tracker.followups import commands as c
from tracker.followups import service
from tracker.followups.several import Item, Refused, Same, report
from tracker.kit.db import Database
from tracker.kit.errors import BadInput, Conflict, NotAllowed
from tracker.people.policy import OPERATOR

R01, R02, OLD = (Item(code, "IDN", None) for code in ("CMM8-R01", "CMM8-R02", "CMM7-R01"))
BEGUN = Same("under_implementation", TODAY, "A working group took them up.")
NO_CHANGE = Same(None, TODAY)


def official() -> Context:
    return context(actor_id=OFFICIAL.person_id)


def send(
    db: Database, items: Sequence[Item], same: Same, asked: Context | None = None, actor: Any = OFFICIAL
) -> Receipt:
    given = asked or official()
    return db.run(lambda tx: report(tx, actor, items, same, given, now=RECORDED_AT))


def test_one_press_reports_on_all_of_them_in_one_piece_of_the_log(tracked: Database) -> None:
    receipt = send(tracked, [R01, R02], BEGUN)
    with tracked.read() as conn:
        found = recorded_with(conn, receipt.last)
        assert verify(conn).findings == []
    assert [(each.stream_id, each.event.status) for each in found] == [  # type: ignore[attr-defined]
        ("followup-CMM8-R01:IDN", "under_implementation"),
        ("followup-CMM8-R02:IDN", "under_implementation"),
    ]
    assert [each.position for each in found] == [receipt.first, receipt.last]
    assert len({each.event.report_id for each in found}) == 2  # type: ignore[attr-defined]


def test_no_change_repeats_each_ones_own_status(tracked: Database) -> None:
    with tracked.write() as tx:
        put_report(tx, "CMM8-R01", "IDN", "implemented")
        put_report(tx, "CMM8-R02", "IDN", "under_implementation")
    send(tracked, [R01, R02], NO_CHANGE)
    with tracked.read() as conn:
        last = [load(conn, f"followup-{item.key}")[-1].event for item in (R01, R02)]
    assert [each.status for each in last] == ["implemented", "under_implementation"]  # type: ignore[attr-defined]
    assert [each.narrative for each in last] == ["", ""]  # type: ignore[attr-defined]


def test_if_one_is_refused_none_is_recorded_and_each_reason_is_told(tracked: Database) -> None:
    with tracked.write() as tx:
        put_report(tx, "CMM8-R01", "IDN", "under_implementation")
        disputed = put_report(tx, "CMM7-R01", "IDN", "implemented")
        dispute = c.DisputeReport(report_id=disputed, reason="The law is not in force.")
        service.handle(tx, OPERATOR, "CMM7-R01", "IDN", dispute, context(), now=RECORDED_AT)
        before = head(tx)
    with pytest.raises(Refused) as refused:
        send(tracked, [R01, R02, OLD], NO_CHANGE)
    assert set(refused.value.reasons) == {"CMM8-R02:IDN", "CMM7-R01:IDN"}
    assert "Nothing was reported yet" in refused.value.reasons["CMM8-R02:IDN"]
    assert "disputed" in refused.value.reasons["CMM7-R01:IDN"]
    with tracked.read() as conn:
        assert head(conn) == before


def test_whoever_was_overtaken_at_one_of_them_is_told_so(tracked: Database) -> None:
    with tracked.write() as tx:
        put_report(tx, "CMM8-R01", "IDN", "under_implementation")
    with pytest.raises(Refused) as refused:
        send(tracked, [replace(R01, version=0), replace(R02, version=0)], BEGUN)
    assert list(refused.value.reasons) == ["CMM8-R01:IDN"]
    assert "Someone changed this" in refused.value.reasons["CMM8-R01:IDN"]


def test_what_a_meeting_reopened_is_not_finished_again_without_a_word(tracked: Database) -> None:
    closed = c.CloseFollowup(
        recommendation="CMM7-R01", partner="IDN", meeting="CMM7", ending="implemented", reason="It is done."
    )
    with tracked.write() as tx:
        put_report(tx, "CMM7-R01", "IDN", "implemented", date(2016, 7, 1))
        for command in (closed, c.ReopenFollowup(meeting="CMM8", reason="It was not.")):
            service.handle(tx, OPERATOR, "CMM7-R01", "IDN", command, context(), now=RECORDED_AT)
    with pytest.raises(Refused) as refused:
        send(tracked, [OLD], NO_CHANGE)
    assert "A meeting reopened it" in refused.value.reasons["CMM7-R01:IDN"]


def test_nobody_reports_for_a_partner_of_others(tracked: Database) -> None:
    with pytest.raises(NotAllowed, match="a focal point of FRA"):
        send(tracked, [R01, Item("CMM8-R01", "FRA", None)], BEGUN)


def test_the_same_press_again_is_the_same_answer_and_another_one_is_refused(tracked: Database) -> None:
    asked = official()
    first, again = send(tracked, [R01, R02], BEGUN, asked), send(tracked, [R01, R02], BEGUN, asked)
    assert (again.first, again.last, again.repeated) == (first.first, first.last, True)
    with pytest.raises(Conflict):
        send(tracked, [R01], BEGUN, asked)


def test_nothing_ticked_is_said(tracked: Database) -> None:
    with pytest.raises(BadInput, match="tick at least one"):
        send(tracked, [], BEGUN)
