"""Every route as every kind of person about every kind of thing: who may is what the table says."""

from tests.people.test_policy import EXPECTED
from tests.policy.asking import Asking
from tests.policy.expected import may, rows
from tests.policy.samples import PAIRS, READING, SAMPLES, SENDING, Table
from tests.policy.world import KINDS, PUBLIC, SECRET
from tests.web.test_routes import WITHOUT_A_RULE
from tracker.people.routes import rules

EVERYBODY = (PUBLIC, *KINDS)


def wrong_cells(asking: Asking, table: Table) -> tuple[int, list[str]]:
    """How many cells there are, and those in which the answer is not the table's."""
    count, wrong = 0, []
    for (method, path), samples in table.items():
        for sample in samples:
            for about in sample.about:
                for who in EVERYBODY:
                    expected = all(may(who, action, about) for action in sample.actions)
                    status = asking.ask(who, method, sample, about).status_code
                    count += 1
                    if status not in ((200, 303) if expected else (403,)):
                        wrong.append(
                            f"{who}: {method} {sample.url} {about}: {status}, expected {expected} {path}"
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
    count, wrong = wrong_cells(asking, READING)
    assert wrong == []
    assert count > 1_000


def test_no_form_lets_anybody_else_change_anything(asking: Asking) -> None:
    count, wrong = wrong_cells(asking, SENDING)
    assert wrong == []
    assert count > 700


def test_restricted_evidence_shows_to_those_of_the_table_and_to_nobody_else(asking: Asking) -> None:
    for about in PAIRS:
        secret = f"{SECRET}{about.body}-{about.partner}"
        for who in EVERYBODY:
            page = asking.send(who, "GET", f"/follow-ups/{about.prefix}-R01/{about.partner}")
            expected = bool(EXPECTED["read.restricted"] & rows(who, about))
            assert (secret in page.text) is expected, (who, about)
            history = asking.send(who, "GET", f"/history?about={about.prefix}-R01:{about.partner}")
            assert secret not in history.text
