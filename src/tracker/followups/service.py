"""The one door to a follow-up: may they, does it exist, is the text sound; then the decider."""

from datetime import date, datetime, timedelta
from difflib import get_close_matches
from typing import NoReturn, TypeVar

from msgspec.structs import replace
from sqlalchemy import Connection

from tracker.eventstore.execute import execute
from tracker.eventstore.store import Context, Receipt
from tracker.followups import commands as c
from tracker.followups import queries, uploads
from tracker.followups.decider import DECIDER
from tracker.followups.events import File
from tracker.followups.evidence import clean_evidence
from tracker.kit.errors import BadInput, NotFound, RuleBroken
from tracker.kit.given import check_day
from tracker.kit.text import clean, clean_line
from tracker.meetings import queries as meetings
from tracker.meetings.service import check_decides, dated_at
from tracker.people import queries as people
from tracker.people.policy import Actor, require
from tracker.people.sight import seeing
from tracker.recommendations import queries as recommendations

C = TypeVar("C", bound=c.FollowupCommand)

ACTIONS: dict[type[c.FollowupCommand], str] = {
    c.RecordResponse: "followup.respond",
    c.ReportProgress: "followup.report",
    c.CorrectReport: "followup.correct",
    c.ValidateReport: "followup.validate",
    c.VerifyReport: "followup.verify",
    c.DisputeReport: "followup.dispute",
    c.WithdrawReport: "followup.correct",
    c.WithdrawDispute: "followup.dispute",
    c.MoveFollowupDue: "followup.due",
    c.CloseFollowup: "followup.close",
    c.ReopenFollowup: "followup.reopen",
    c.WithdrawDecision: "followup.reopen",
}
AHEAD_OF_UTC = timedelta(hours=14)
"""Somewhere it is already the next day: a reporter's own today may be ahead of ours by this much."""


def handle(
    tx: Connection,
    actor: Actor,
    recommendation: str,
    partner: str,
    command: c.FollowupCommand,
    context: Context,
    *,
    now: datetime,
    expected_version: int | None = None,
) -> Receipt:
    """Runs one command on the follow-up of `recommendation` by `partner`.

    Raises `BadInput`, `NotFound`, `NotAllowed`, `RuleBroken`, and `Conflict` if it is no longer at `expected_version`.
    """
    command = _cleaned(command)
    facts = _allowed(tx, actor, recommendation, partner, command)
    if isinstance(command, c.CloseFollowup | c.ReopenFollowup):
        context = dated_at(context, meetings.meeting(tx, command.meeting))

    def check() -> None:
        _check(tx, recommendation, partner, command, facts, now)
        _check_files(tx, actor, command, facts)

    receipt = execute(
        tx,
        DECIDER,
        f"{recommendation}:{partner}",
        command,
        context,
        expected_version=expected_version,
        check=check,
    )
    uploads.settle(tx, _files(command), actor.person_id)
    return receipt


def checked(
    tx: Connection, actor: Actor, recommendation: str, partner: str, command: C, *, now: datetime
) -> C:
    """The command as `handle` would put it to the decider, for whoever runs several at once. Raises as `handle` does."""
    command = _cleaned(command)
    facts = _allowed(tx, actor, recommendation, partner, command)
    _check(tx, recommendation, partner, command, facts, now)
    _check_files(tx, actor, command, facts)
    return command


def _allowed(
    tx: Connection, actor: Actor, recommendation: str, partner: str, command: c.FollowupCommand
) -> queries.Facts:
    """What the command is about, if the person may ask for it."""
    facts = queries.facts(seeing(tx, actor), recommendation, partner)
    if facts is None:
        _missing(tx, recommendation, partner)
    reporter = facts.reporter(getattr(command, "report_id", None))
    require(actor, ACTIONS[type(command)], body=facts.body, partner=partner, reporter=reporter)
    return facts


def _cleaned(command: C) -> C:
    """The command with its texts cleaned."""
    changed: dict[str, object] = {}
    for name in command.__struct_fields__:
        value, words = getattr(command, name), name.replace("_", " ")
        if name in ("narrative", "note", "reason"):
            changed[name] = clean(value, words)
        elif name == "raw_label":
            changed[name] = clean_line(value, words)
        elif name == "report_id":
            changed[name] = clean_line(value, words, longest=80, required=True)
        elif name == "evidence":
            changed[name] = clean_evidence(value)
    return replace(command, **changed)


def _check(
    tx: Connection,
    recommendation: str,
    partner: str,
    command: c.FollowupCommand,
    facts: queries.Facts,
    now: datetime,
) -> None:
    """What the decider cannot know: the other features' rows, and the clock."""
    if isinstance(command, c.RecordResponse | c.ReportProgress | c.CloseFollowup) and (
        command.recommendation,
        command.partner,
    ) != (recommendation, partner):
        raise BadInput(
            f"The command is about {command.recommendation}:{command.partner}, not {recommendation}:{partner}."
        )
    if isinstance(command, c.RecordResponse | c.ReportProgress | c.CorrectReport | c.MoveFollowupDue):
        _check_standing(recommendation, facts)
    if isinstance(command, c.ReportProgress | c.CorrectReport):
        check_as_of(command.as_of, facts.since, now)
    if isinstance(command, c.MoveFollowupDue) and check_day(command.due_on, "due date") < facts.since:
        raise BadInput(f"It was directed on {facts.since} and cannot be due before that.", field="due_on")
    if isinstance(command, c.CloseFollowup | c.ReopenFollowup):
        since, about = facts.since, f"{recommendation} was directed to {partner}"
        if facts.decisions:
            last = facts.decisions[-1]
            since, about = date.fromisoformat(last["on"]), f"{last['meeting']} decided on it"
        meeting = meetings.meeting(tx, command.meeting)
        check_decides(meeting, body=facts.body, about=about, since=since, now=now)


def _files(command: c.FollowupCommand) -> list[File]:
    return [each.file for each in getattr(command, "evidence", []) if each.file is not None]


def _check_files(tx: Connection, actor: Actor, command: c.FollowupCommand, facts: queries.Facts) -> None:
    """A file is one that this person brought, or that the report has already: knowing its hash opens nothing."""
    own = {
        each["file"]["sha256"] for each in facts.evidence(getattr(command, "report_id", None)) if each["file"]
    }
    for file in _files(command):
        if file.sha256 not in own and not uploads.brought(tx, file.sha256, actor.person_id):
            raise BadInput(f"“{file.name}” did not arrive; please attach it once more.", field="files")


def _check_standing(recommendation: str, facts: queries.Facts) -> None:
    if facts.superseded_by is not None:
        raise RuleBroken(
            f"{recommendation} was superseded by {facts.superseded_by}; please respond to and report on that one."
        )


def check_as_of(as_of: date, since: date, now: datetime) -> None:
    """Raises `BadInput` unless a report may speak of the day, of a follow-up directed on `since`."""
    if as_of > (now + AHEAD_OF_UTC).date():
        raise BadInput(
            f"{as_of} lies in the future; a report says where it stood, today at the latest.", field="as_of"
        )
    if as_of < since:
        raise BadInput(f"{as_of} lies before {since}, when it was directed to the partner.", field="as_of")


def _missing(tx: Connection, recommendation: str, partner: str) -> NoReturn:
    """Says which of the two is not there, and what there is."""
    try:
        recommendations.recommendation(tx, recommendation)
    except NotFound as error:
        meeting = recommendation.split("-")[0]
        there = _spans([each.code for each in recommendations.elements(tx, meeting)])
        if not there:
            raise
        raise NotFound(f"There is no recommendation {recommendation}; {meeting} has {there}.") from error
    known = {each.code: each.name for each in people.all_partners(tx)}
    if partner not in known:
        by_word = {word.casefold(): code for code, name in known.items() for word in (code, name)}
        near = get_close_matches(partner.casefold(), by_word, n=1)
        hint = (
            f"did you mean {by_word[near[0]]} ({known[by_word[near[0]]]})?"
            if near
            else f"{people.WHICH_PARTNERS}."
        )
        raise NotFound(f"There is no partner {partner}; {hint}", field="partner")
    addressed = [each.partner for each in recommendations.addressees(tx, recommendation)]
    whom = (
        "nobody yet" if not addressed else ", ".join(addressed[:5]) + (" and others" if addressed[5:] else "")
    )
    raise RuleBroken(f"{recommendation} is not directed to {partner}; it is directed to {whom}.")


def _spans(codes: list[str]) -> str:
    """`A01 to A03 and R01 to R14` for the codes of one meeting, sub-elements left out."""
    numbers = [code.split("-")[1] for code in codes if code.count("-") == 1]
    groups: dict[str, list[str]] = {}
    for number in numbers:
        groups.setdefault(number[:1], []).append(number)
    return " and ".join(f"{one[0]} to {one[-1]}" if one[1:] else one[0] for one in groups.values())
