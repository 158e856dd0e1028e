"""What permanent codes and line ranges look like. Pure."""

import re
from collections.abc import Sequence

from tracker.kit.errors import RuleBroken
from tracker.recommendations.events import Kind

KINDS: dict[str, Kind] = {"A": "action_plan", "R": "recommendation"}

_ACTIVITY = re.compile(r"[A-Z0-9]+(-[A-Z0-9]+)*-ACT-[0-9]{2,3}")
_LINES = re.compile(r"([0-9]{1,7})(?:-([0-9]{1,7}))?|[0-9]{1,7}:([0-9]{1,7})(?:-([0-9]{1,7}))?")


def kind_of(code: str) -> Kind:
    """The kind that the letter in an element's code stands for; raises `RuleBroken`."""
    letter = code.partition("-")[2][:1]
    if letter not in KINDS:
        raise RuleBroken(
            f"{code} is no code for an element; codes look like CMM8-A01, CMM8-R03 or CMM8-R03-01.",
            field="code",
        )
    return KINDS[letter]


def check_element(code: str, meeting: str, kind: str) -> None:
    """Raises `RuleBroken` unless the code is one of the meeting and its letter that of the kind."""
    shape = re.fullmatch(rf"{re.escape(meeting)}-([AR])[0-9]{{2,3}}(-[0-9]{{2,3}})?", code)
    if shape is None:
        raise RuleBroken(
            f"{code} is no code for an element of {meeting}; codes look like {meeting}-A01, {meeting}-R03 "
            f"or, for a part of it, {meeting}-R03-01.",
            field="code",
        )
    if KINDS[shape[1]] != kind:
        raise RuleBroken(
            f"{code} has the letter of the wrong kind: A stands for the action plan, R for recommendations.",
            field="code",
        )


def check_mention(code: str, meeting: str) -> None:
    """Raises `RuleBroken` unless it is the code of an entry of the meeting's FOLLOW UP column."""
    if re.fullmatch(rf"{re.escape(meeting)}-F[0-9]{{2,3}}(-[0-9]{{2,3}})?", code) is None:
        raise RuleBroken(
            f"{code} is no code for a follow-up entry of {meeting}; codes look like {meeting}-F01.",
            field="code",
        )


def check_activity(code: str) -> None:
    """Raises `RuleBroken` unless the code looks like `ASEM-ACT-01`."""
    if _ACTIVITY.fullmatch(code) is None:
        raise RuleBroken(f"{code} is no code for an activity; codes look like ASEM-ACT-01.", field="code")


def check_lines(lines: Sequence[str]) -> None:
    """Raises `RuleBroken` unless each is `12`, `12-15`, or `12:2-4` (words 2 to 4 of line 12), counted from 1."""
    for text in lines:
        match = _LINES.fullmatch(text)
        if match is None:
            raise RuleBroken(
                f"“{text}” is no range of lines; write 12, 12-15, or 12:2-4 for words 2 to 4 of line 12.",
                field="lines",
            )
        first, last = match[1] or match[3], match[2] or match[4]
        if int(first) < 1 or (last is not None and int(last) < int(first)):
            raise RuleBroken(
                f"The lines {text} run backwards; lines and words count from 1 upwards.", field="lines"
            )
