"""The rules of bodies and their themes."""

from typing import Any

import pytest

from tests.builders import decided
from tracker.eventstore.registry import Event
from tracker.kit.errors import RuleBroken
from tracker.meetings.commands import BodyCommand, DefineTheme, EstablishBody, ReviseBody
from tracker.meetings.decider import BODY
from tracker.meetings.events import BodyEstablished, BodyRevised, ThemeDefined

GIVEN: dict[str, Any] = {"name": "ASEM Culture Ministers' Meeting", "groupings": ["Asia", "Europe"]}
ESTABLISHED = BodyEstablished(code="ASEM-CMM", **GIVEN)
THEME = ThemeDefined(code="heritage", title="Cultural heritage")


def decide(command: BodyCommand, *past: Event) -> list[Event]:
    return decided(BODY, past, command)


def establish(**changed: Any) -> EstablishBody:
    return EstablishBody(**({"code": "ASEM-CMM"} | GIVEN | changed))


def test_a_body_is_established() -> None:
    assert decide(establish()) == [ESTABLISHED]


@pytest.mark.parametrize("code", ["", "A", "asem", "ASEM CMM", "-ASEM", "ASEM:CMM", "A" * 41])
def test_a_code_that_is_none_is_refused(code: str) -> None:
    with pytest.raises(RuleBroken, match="is no code of a body"):
        decide(establish(code=code))


@pytest.mark.parametrize("groupings", [["Asia", "Asia"], ["Asia", ""]])
def test_each_grouping_has_a_name_of_its_own(groupings: list[str]) -> None:
    with pytest.raises(RuleBroken, match="Each grouping needs a name of its own"):
        decide(establish(groupings=groupings))


def test_a_body_needs_a_name() -> None:
    for command, past in ((establish(name=""), []), (ReviseBody(name=""), [ESTABLISHED])):
        with pytest.raises(RuleBroken, match="give the body's name"):
            decide(command, *past)


def test_establishing_the_same_again_changes_nothing() -> None:
    assert decide(establish(), ESTABLISHED) == []


def test_establishing_another_under_the_code_is_refused() -> None:
    with pytest.raises(
        RuleBroken, match=r"ASEM-CMM is tracked already, as ASEM Culture Ministers' Meeting; .* revise it"
    ):
        decide(establish(validation=True), ESTABLISHED)


def test_a_body_is_revised() -> None:
    revised = BodyRevised(validation=True, reason="Decision of the SOM", **GIVEN)
    assert decide(ReviseBody(validation=True, reason="Decision of the SOM", **GIVEN), ESTABLISHED) == [
        revised
    ]
    assert decide(ReviseBody(validation=True, **GIVEN), ESTABLISHED, revised) == []
    assert decide(establish(validation=True), ESTABLISHED, revised) == []


def test_a_revision_that_changes_nothing_is_none() -> None:
    assert decide(ReviseBody(reason="No reason", **GIVEN), ESTABLISHED) == []


def test_a_theme_is_defined_and_gets_another_title() -> None:
    assert decide(DefineTheme(code="heritage", title="Cultural heritage"), ESTABLISHED) == [THEME]
    assert decide(DefineTheme(code="heritage", title="Cultural heritage"), ESTABLISHED, THEME) == []
    assert len(decide(DefineTheme(code="heritage", title="Heritage"), ESTABLISHED, THEME)) == 1


@pytest.mark.parametrize(
    ("code", "title", "sentence"),
    [("Heritage", "X", "is no code of a theme"), ("heritage", "", "give the theme's title")],
)
def test_a_theme_has_a_code_and_a_title(code: str, title: str, sentence: str) -> None:
    with pytest.raises(RuleBroken, match=sentence):
        decide(DefineTheme(code=code, title=title), ESTABLISHED)


def test_nothing_happens_to_a_body_that_is_not_tracked() -> None:
    for command in (ReviseBody(**GIVEN), DefineTheme(code="heritage", title="Heritage")):
        with pytest.raises(RuleBroken, match="establish it first"):
            decide(command)
