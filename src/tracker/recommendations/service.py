"""Record, revise, link, direct and date adopted elements; record activities and what they implement."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection

from tracker.eventstore.execute import execute
from tracker.eventstore.store import Context, Receipt
from tracker.kit.errors import BadInput, RuleBroken
from tracker.kit.given import cleaned
from tracker.meetings import queries as meetings
from tracker.meetings.service import check_decides, dated_at
from tracker.people import queries as people
from tracker.people.policy import Actor, require
from tracker.people.sight import seeing
from tracker.recommendations import commands as c
from tracker.recommendations import queries
from tracker.recommendations.decider import DECIDER
from tracker.recommendations.decider_activity import DECIDER as ACTIVITY


def handle(
    tx: Connection,
    actor: Actor,
    code: str,
    command: c.RecommendationCommand,
    context: Context,
    *,
    expected_version: int | None = None,
) -> Receipt:
    """Runs one command on the element `code`. Raises `NotFound`, `NotAllowed`, `RuleBroken`, `BadInput`, `Conflict`."""
    seeing(tx, actor)
    command = cleaned(command)
    if isinstance(command, c.RecordRecommendation):
        _same_code(code, command.code)
        require(actor, "recommendation.manage", body=command.body)
    else:
        require(actor, "recommendation.manage", body=queries.recommendation(tx, code).body)
    asked = context
    if isinstance(command, c.SupersedeRecommendation):
        context = dated_at(context, meetings.meeting(tx, command.meeting))

    def check() -> None:
        if isinstance(command, c.RecordRecommendation):
            _check_record(tx, command)
        else:
            _check_change(tx, queries.recommendation(tx, code), command, asked)

    return execute(tx, DECIDER, code, command, context, expected_version=expected_version, check=check)


def direct(
    tx: Connection,
    actor: Actor,
    code: str,
    context: Context,
    *,
    on: date,
    partners: Sequence[str] | None = None,
    grouping: str | None = None,
    everyone: bool = False,
    expected_version: int | None = None,
) -> Receipt:
    """Directs an element to the named partners, to a grouping, or to all partners of its body, as they were `on` a
    date. How they were chosen is kept in words. Raises as `handle` does."""
    if [partners is not None, grouping is not None, everyone].count(True) != 1:
        raise BadInput("Say to whom it is directed in one way: by partners, by a grouping, or to everyone.")
    body = queries.recommendation(seeing(tx, actor), code).body
    rule = ""
    if partners is None:
        group = f"the grouping {grouping}" if grouping is not None else body
        partners = people.members(tx, body, on, grouping)
        if not partners:
            raise RuleBroken(
                f"On {on} there were no partners of {group}; check the date and the name.", field="on"
            )
        rule = f"all partners of {group} on {on}"
    command = c.DirectRecommendation(partners=list(partners), on=on, rule=rule)
    return handle(tx, actor, code, command, context, expected_version=expected_version)


def handle_activity(
    tx: Connection,
    actor: Actor,
    code: str,
    command: c.ActivityCommand,
    context: Context,
    *,
    expected_version: int | None = None,
) -> Receipt:
    """Runs one command on the activity `code`. Raises as `handle` does."""
    seeing(tx, actor)
    command = cleaned(command)
    if isinstance(command, c.RecordActivity):
        _same_code(code, command.code)
        body = meetings.body(tx, command.body).code
    else:
        body = queries.activity(tx, code).body
    require(actor, "activity.manage", body=body)

    def check() -> None:
        match command:
            case c.MentionActivity():
                _same_body(body, meetings.meeting(tx, command.meeting))
                said = queries.mention(tx, command.code)
                if said is not None and said.activity != code:
                    raise RuleBroken(
                        f"{command.code} is a mention of {said.activity}; withdraw it there first."
                    )
            case c.LinkActivity(recommendation=recommendation):
                _check_released(tx, queries.recommendation(tx, recommendation))

    return execute(tx, ACTIVITY, code, command, context, expected_version=expected_version, check=check)


def _check_record(tx: Connection, command: c.RecordRecommendation) -> None:
    meeting = meetings.meeting(tx, command.meeting)
    _same_body(command.body, meeting)
    if meeting.state != "held":
        raise RuleBroken(f"{meeting.code} is not recorded as held; record that first, then what it adopted.")
    _check_themes(tx, command.body, command.themes)
    _check_parent(tx, command.meeting, command.parent)


def _check_change(
    tx: Connection, element: queries.Recommendation, command: c.RecommendationCommand, context: Context
) -> None:
    match command:
        case c.ReviseRecommendation(parent=parent) if parent != element.parent:
            _check_parent(tx, element.meeting, parent)
            if parent is not None and element.parts:
                raise RuleBroken(
                    f"{element.code} has parts of its own and cannot become a part of {parent}.",
                    field="parent",
                )
        case c.ClassifyRecommendation(themes=themes):
            _check_themes(tx, element.body, themes)
        case c.LinkRecommendation(to=to):
            _check_released(tx, queries.recommendation(tx, to), element.meeting)
        case c.SupersedeRecommendation():
            _check_successor(tx, element, command, context)
        case c.DirectRecommendation():
            _check_members(tx, element, command)
        case c.SetDue(due_on=due_on) | c.MoveDue(due_on=due_on):
            ended = meetings.meeting(tx, element.meeting).ends_on
            if ended is not None and due_on < ended:
                raise RuleBroken(
                    f"{element.code} was adopted on {ended}; it cannot be due before that, on {due_on}.",
                    field="due_on",
                )
        case _:
            pass


def _check_parent(tx: Connection, meeting: str, parent: str | None) -> None:
    if parent is None:
        return
    above = queries.recommendation(tx, parent)
    if above.meeting != meeting:
        raise RuleBroken(
            f"{parent} was adopted by {above.meeting}; a part belongs to an element of its own meeting.",
            field="parent",
        )
    if above.parent is not None:
        raise RuleBroken(
            f"{parent} is itself a part of {above.parent}; name {above.parent} as the parent.", field="parent"
        )


def _check_themes(tx: Connection, body: str, themes: Sequence[str]) -> None:
    if not themes:
        return
    known = {theme.code for theme in meetings.themes(tx, body)}
    unknown = [theme for theme in themes if theme not in known]
    if unknown:
        raise RuleBroken(
            f"{body} has no theme {', '.join(unknown)}; its themes are: {', '.join(sorted(known)) or 'none'}.",
            field="themes",
        )


def _check_successor(
    tx: Connection, element: queries.Recommendation, command: c.SupersedeRecommendation, context: Context
) -> None:
    successor = queries.recommendation(tx, command.by)
    _check_released(tx, successor, element.meeting)
    if successor.body != element.body:
        raise RuleBroken(
            f"{command.by} belongs to {successor.body}; name an element of {element.body}.", field="by"
        )
    if successor.superseded_by is not None:
        raise RuleBroken(
            f"{command.by} was itself superseded by {successor.superseded_by}; name that one.", field="by"
        )
    for code in (element.code, command.by):
        about, since = f"{code} was adopted", _adopted_on(tx, code, context)
        meeting = meetings.meeting(tx, command.meeting)
        check_decides(meeting, body=element.body, about=about, since=since, now=context.effective_at)


def _check_released(tx: Connection, to: queries.Recommendation, of: str = "") -> None:
    """What is public, or may be sooner, must not name what is not; within a meeting (`of`) both come out at once."""
    if to.meeting != of and meetings.meeting(tx, to.meeting).embargoed:
        raise RuleBroken(
            f"{to.code} is not released yet, so only what {to.meeting} adopted can name it; release {to.meeting} first."
        )


def _adopted_on(tx: Connection, code: str, context: Context) -> date:
    """The first day of the meeting that adopted the element."""
    adopted = meetings.meeting(tx, queries.recommendation(tx, code).meeting)
    return adopted.starts_on or context.effective_at.date()


def _check_members(tx: Connection, element: queries.Recommendation, command: c.DirectRecommendation) -> None:
    begun = meetings.meeting(tx, element.meeting).starts_on
    if begun is not None and command.on < begun:
        raise RuleBroken(
            f"{element.code} was adopted by {element.meeting} from {begun} on; it cannot be directed before that, "
            f"on {command.on}.",
            field="on",
        )
    known = set(people.members(tx, element.body, command.on))
    strangers = [partner for partner in command.partners if partner not in known]
    if strangers:
        raise RuleBroken(
            f"{', '.join(strangers)} did not belong to {element.body} on {command.on}; "
            f"{element.code} can be directed only to its partners of that day.",
            field="partners",
        )


def _same_body(body: str, meeting: meetings.Meeting) -> None:
    if meeting.body != body:
        raise RuleBroken(f"{meeting.code} is a meeting of {meeting.body}, not of {body}.")


def _same_code(key: str, code: str) -> None:
    if key != code:
        raise BadInput(
            f"The address says {key} and the form {code}; they must be the same code.", field="code"
        )
