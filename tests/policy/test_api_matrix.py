"""Every route for programs as every kind of person: a token opens what the table says, and a session's cookie nothing."""

from tests.people.test_policy import EXPECTED
from tests.policy.api_samples import API, CALLING, COMMANDING
from tests.policy.asking import Asking
from tests.policy.expected import may, rows
from tests.policy.samples import PAIRS, Sample, Table, Thing
from tests.policy.world import KINDS, PUBLIC, SECRET

EVERYBODY = (PUBLIC, *KINDS)
UNPROVEN = frozenset({401})


def answers(who: str, sample: Sample, about: Thing) -> frozenset[int]:
    """How a program with this person's token may be answered."""
    if who != PUBLIC and KINDS[who].state == "disabled":
        return UNPROVEN
    if all(may(who, action, about, token=True) for action in sample.actions):
        return sample.opens
    return UNPROVEN if who == PUBLIC else sample.refused


def wrong_cells(asking: Asking, table: Table) -> tuple[int, list[str]]:
    """How many cells there are, and those in which the answer is not the table's."""
    count, wrong = 0, []
    for (method, _), samples in table.items():
        for sample in samples:
            for about in sample.about:
                for who in EVERYBODY:
                    expected = answers(who, sample, about)
                    answer = asking.call(who, method, sample, about)
                    count += 1
                    if answer.status_code not in expected:
                        wrong.append(
                            f"{who}: {method} {sample.url} {about}: {answer.status_code}, not {set(expected)}: {answer.text[:200]}"
                        )
    return count, wrong


def test_no_address_for_programs_tells_anybody_else(asking: Asking) -> None:
    count, wrong = wrong_cells(asking, CALLING)
    assert wrong == []
    assert count > 300


def test_no_command_of_a_program_lets_anybody_else_change_anything(asking: Asking) -> None:
    count, wrong = wrong_cells(asking, COMMANDING)
    assert wrong == []
    assert count > 500


def test_a_session_opens_nothing_to_programs(asking: Asking) -> None:
    for (method, path), (sample, *_) in (CALLING | COMMANDING).items():
        for who in ("focal point", "validator", "secretariat", "auditor", "admin"):
            status = asking.call_with_cookie(who, method, sample, sample.about[0]).status_code
            assert status == (200 if sample.actions == ("read.public",) else 401), (who, method, path)


def test_restricted_evidence_is_told_to_those_of_the_table_and_to_nobody_else(asking: Asking) -> None:
    for about in PAIRS:
        secret, code = f"{SECRET}{about.body}-{about.partner}", f"{about.prefix}-R01"
        followup, history = f"/followups/{code}/{about.partner}", f"/history/{code}:{about.partner}"
        for who in EVERYBODY:
            expected = bool(EXPECTED["read.restricted"] & rows(who, about, token=True))
            for path in (followup, f"/recommendations/{code}", "/events?limit=1000"):
                answer = asking.call(who, "GET", Sample(API + path, ()))
                assert (secret in answer.text) is expected, (who, about, path)
            # What history says is the same for all its readers, as on the pages.
            assert secret not in asking.call(who, "GET", Sample(API + history, ())).text
            assert secret not in asking.call_with_cookie(who, "GET", Sample(API + followup, ())).text
