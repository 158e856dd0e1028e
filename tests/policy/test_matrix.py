"""Every route as every kind of person about every kind of thing: who may is what the table says."""

from tests.people.test_policy import EXPECTED
from tests.policy.api_samples import CALLING, COMMANDING
from tests.policy.asking import Asking
from tests.policy.expected import may, rows
from tests.policy.record_samples import READING_RECORDS, SENDING_RECORDS
from tests.policy.samples import ARRIVING, PAIRS, READING, SENDING, Sample, Table, Thing
from tests.policy.world import KINDS, PUBLIC, SECRET
from tests.web.test_routes import WITHOUT_A_RULE
from tracker.people.routes import rules

EVERYBODY = (PUBLIC, *KINDS)
READS, SENDS = READING | ARRIVING | READING_RECORDS, SENDING | SENDING_RECORDS
SAMPLES = READS | SENDS | CALLING | COMMANDING


def allowed(who: str, sample: Sample, about: Thing) -> bool:
    """Whether the table says so, and the session has what the sample needs."""
    strong = not sample.strong or (who in KINDS and KINDS[who].strong)
    return strong and all(may(who, action, about) for action in sample.actions)


def wrong_cells(asking: Asking, table: Table) -> tuple[int, list[str]]:
    """How many cells there are, and those in which the answer is not the table's."""
    count, wrong = 0, []
    for (method, path), samples in table.items():
        for sample in samples:
            for about in sample.about:
                for who in EVERYBODY:
                    expected = sample.opens if allowed(who, sample, about) else sample.refused
                    status = asking.ask(who, method, sample, about).status_code
                    count += 1
                    if status not in expected:
                        wrong.append(
                            f"{who}: {method} {sample.url} {about}: {status}, not {set(expected)} {path}"
                        )
    return count, wrong


def test_every_route_has_a_sample_and_every_sample_a_route(asking: Asking) -> None:
    ruled = {(rule.method, rule.path) for rule in rules(asking.app) if rule.path not in WITHOUT_A_RULE}
    assert {each for each in ruled if each[0] != "HEAD"} == SAMPLES.keys()


def test_every_action_that_a_route_asks_for_is_one_of_the_samples_or_open_to_all(asking: Asking) -> None:
    for rule in rules(asking.app):
        if rule.path not in WITHOUT_A_RULE and rule.method != "HEAD":
            asked = {action for sample in SAMPLES[rule.method, rule.path] for action in sample.actions}
            assert rule.action in asked | {"read.public", "person.read"}, rule


def test_no_page_shows_itself_to_anybody_else(asking: Asking) -> None:
    count, wrong = wrong_cells(asking, READS)
    assert wrong == []
    assert count > 1_200


def test_no_form_lets_anybody_else_change_anything(asking: Asking) -> None:
    count, wrong = wrong_cells(asking, SENDS)
    assert wrong == []
    assert count > 1_500


def test_restricted_evidence_shows_to_those_of_the_table_and_to_nobody_else(asking: Asking) -> None:
    for about in PAIRS:
        secret = f"{SECRET}{about.body}-{about.partner}"
        for who in EVERYBODY:
            page = asking.send(who, "GET", f"/follow-ups/{about.prefix}-R01/{about.partner}")
            expected = bool(EXPECTED["read.restricted"] & rows(who, about))
            assert (secret in page.text) is expected, (who, about)
            history = asking.send(who, "GET", f"/history?about={about.prefix}-R01:{about.partner}")
            assert secret not in history.text
