"""Every route says which action it asks for."""

import re
from collections.abc import Callable

from tests.web.browser import Browser
from tests.web.conftest import World
from tracker.people.policy import ACTIONS
from tracker.people.routes import rules

WITHOUT_A_RULE = {"/healthz", "/readyz", "/static", "/evidence/{sha256}/{name}"}
"""What anyone, a load balancer too, may ask and what tells nothing about anybody; and files, whose address is signed for
whoever may see them by a route that has a rule."""

ONE_CLICK = "/following/stop/{key}/one-click"
"""Sent by a mail program, which has no page of ours (RFC 8058); the key in the address ends one address's mail alone."""


def test_each_route_asks_the_policy_for_an_action_that_there_is(visitor: Browser) -> None:
    found = rules(visitor.app)
    assert len(found) > 20
    unruled = {rule.path for rule in found if rule.action is None}
    assert unruled == WITHOUT_A_RULE
    assert {rule.action for rule in found if rule.action} <= ACTIONS.keys()


def test_a_route_without_a_rule_is_noticed(visitor: Browser) -> None:
    visitor.app.add_api_route("/forgotten", lambda: "everything")
    assert next(rule for rule in rules(visitor.app) if rule.path == "/forgotten").action is None


def test_no_route_takes_a_form_without_the_token_of_a_page(
    world: World, as_person: Callable[[str], Browser]
) -> None:
    browser = as_person(world.admin)
    unsafe = [rule for rule in rules(browser.app) if rule.method not in ("GET", "HEAD")]
    unsafe = [rule for rule in unsafe if rule.path != ONE_CLICK]
    forms = [rule.path for rule in unsafe if not rule.path.startswith("/api/")]
    assert len(forms) > 30
    assert {rule.method for rule in unsafe} == {"POST"}
    for path in forms:
        answer = browser.post(re.sub(r"\{\w+\}", "x", path), {"csrf_token": "made up"})
        assert answer.status == 403, path
        assert "not sent from its own page" in answer.text, path
