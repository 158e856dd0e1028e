"""`tracker recommendation`: record what a meeting adopted, put it right, say how it stands to other elements."""

from collections.abc import Callable, Sequence
from typing import get_args

import click
from sqlalchemy import Connection

from tracker.eventstore.store import Context, Receipt
from tracker.meetings import queries as meetings
from tracker.meetings.service import dated_at
from tracker.people.desk import Desk, writing
from tracker.people.policy import Actor
from tracker.recommendations import commands as c
from tracker.recommendations import queries, service
from tracker.recommendations.codes import kind_of
from tracker.recommendations.events import Basis, Nature, Relation
from tracker.terminal.answer import Answer
from tracker.terminal.parameters import Code, Words

CODE = click.argument("code", type=Code())
LINES_HELP = "Its lines there, such as 12-15; may be repeated."
BASIS = click.option(
    "--basis",
    type=Words(*get_args(Basis)),
    default="stated",
    show_default=True,
    help="Whether the text states it, or the editors infer it.",
)


@click.group()
def recommendation() -> None:
    """Record and revise recommendations; `tracker direct` and `tracker due` come next, `tracker withdraw` undoes.

    \b
    Example:
      tracker recommendation record CMM8-R90 "Ministers encouraged exchanges of young curators."
    """


@recommendation.command()
@CODE
@click.argument("text")
@click.option("--parent", type=Code(), help="The recommendation that it is a part of.")
@click.option(
    "--nature",
    type=Words(*get_args(Nature)),
    default="operational",
    show_default=True,
    help="Whether it asks something of somebody.",
)
@click.option("--theme", "themes", multiple=True, help="A theme of the body; may be repeated.")
@click.option("--source", default="", help="The document that it stands in.")
@click.option("--line", "lines", multiple=True, help=LINES_HELP)
@click.option("--note", default="", help="What a reader should know of its placement.")
@writing
def record(
    desk: Desk,
    code: str,
    text: str,
    parent: str | None,
    nature: Nature,
    themes: Sequence[str],
    source: str,
    lines: Sequence[str],
    note: str,
) -> Answer:
    """Record what a meeting adopted, dated at the meeting; its code names the meeting.

    \b
    Examples:
      tracker recommendation record CMM8-R90 "Ministers encouraged exchanges of young curators."
      tracker recommendation record CMM8-R03-90 "Exchange curators." --parent CMM8-R03
    """

    def work(tx: Connection, actor: Actor, context: Context) -> Receipt:
        meeting = meetings.meeting(tx, code.split("-")[0])
        command = c.RecordRecommendation(
            code=code,
            meeting=meeting.code,
            body=meeting.body,
            kind=kind_of(code),
            text=text,
            parent=parent,
            nature=nature,
            themes=list(themes),
            source=source,
            lines=list(lines),
            note=note,
        )
        return service.handle(tx, actor, code, command, dated_at(context, meeting))

    return desk.write(work)


@recommendation.command()
@CODE
@click.option("--text", help="The right wording; else as it was.")
@click.option("--parent", type=Code(), help="What it is a part of; else as it was.")
@click.option("--no-parent", is_flag=True, help="It is no part of another.")
@click.option("--source", help="The document that it stands in; else as it was.")
@click.option("--line", "lines", multiple=True, help="All its lines anew; else as they were.")
@click.option("--note", help="What a reader should know of its placement; else as it was.")
@click.option("--reason", default="", help="Why it is revised.")
@writing
def revise(
    desk: Desk,
    code: str,
    text: str | None,
    parent: str | None,
    no_parent: bool,
    source: str | None,
    lines: Sequence[str],
    note: str | None,
    reason: str,
) -> Answer:
    """Put wording or placement right; what was recorded first stays in the history.

    \b
    Example:
      tracker recommendation revise CMM8-R03 --text "Ministers agreed on a fund." --reason "a slip in the copy"
    """

    def revised(was: queries.Recommendation) -> c.RecommendationCommand:
        return c.ReviseRecommendation(
            text=was.text if text is None else text,
            parent=None if no_parent else parent or was.parent,
            source=was.source if source is None else source,
            lines=list(lines) or was.lines,
            note=was.note if note is None else note,
            reason=reason,
        )

    return _handle(desk, code, revised)


@recommendation.command()
@CODE
@click.option("--nature", type=Words(*get_args(Nature)), help="Whether it asks something; else as it was.")
@click.option("--theme", "themes", multiple=True, help="All its themes anew; else as they were.")
@click.option("--no-theme", is_flag=True, help="It stands under no theme.")
@writing
def classify(desk: Desk, code: str, nature: Nature | None, themes: Sequence[str], no_theme: bool) -> Answer:
    """Say whether it asks something of somebody, and under which themes it counts.

    \b
    Example:
      tracker recommendation classify CMM8-R03 --theme creative-industries --theme heritage
    """

    def classified(was: queries.Recommendation) -> c.RecommendationCommand:
        return c.ClassifyRecommendation(
            nature=nature or was.nature, themes=[] if no_theme else list(themes) or was.themes
        )

    return _handle(desk, code, classified)


@recommendation.command()
@CODE
@click.option("--source", required=True, help="The document that prints it again.")
@click.option("--line", "lines", multiple=True, required=True, help=LINES_HELP)
@click.option("--note", default="", help="What differs there.")
@writing
def repeat(desk: Desk, code: str, source: str, lines: Sequence[str], note: str) -> Answer:
    """Note that a source prints it again, so that it is recorded once.

    \b
    Example:
      tracker recommendation repeat CMM8-R03 --source "Annex to CMM8" --line 12-15
    """
    return _handle(desk, code, c.RepeatRecommendation(source=source, lines=list(lines), note=note))


@recommendation.command()
@CODE
@click.argument("to", type=Code())
@click.option("--relation", type=Words(*get_args(Relation)), required=True, help="What it does to the other.")
@BASIS
@click.option("--note", default="", help="How that is known.")
@writing
def link(desk: Desk, code: str, to: str, relation: Relation, basis: Basis, note: str) -> Answer:
    """Say how it stands to another one, mostly an earlier one.

    \b
    Example:
      tracker recommendation link CMM8-R03 CMM2-R01 --relation elaborates --basis inferred
    """
    return _handle(desk, code, c.LinkRecommendation(to=to, relation=relation, basis=basis, note=note))


@recommendation.command()
@CODE
@click.argument("to", type=Code())
@click.option("--reason", default="", help="Why the link does not hold.")
@writing
def unlink(desk: Desk, code: str, to: str, reason: str) -> Answer:
    """Withdraw a link that it has to another one.

    \b
    Example:
      tracker recommendation unlink CMM8-R03 CMM2-R01 --reason "they only share a word"
    """
    return _handle(desk, code, c.UnlinkRecommendation(to=to, reason=reason))


@recommendation.command()
@CODE
@click.argument("by", type=Code())
@click.option("--meeting", type=Code(), required=True, help="The meeting that decided it.")
@click.option("--reason", default="", help="Why.")
@writing
def supersede(desk: Desk, code: str, by: str, meeting: str, reason: str) -> Answer:
    """Let another one take its place by a meeting's decision, dated at the meeting.

    \b
    Example:
      tracker recommendation supersede CMM2-R01 CMM8-R03 --meeting CMM8 --reason "the fund replaces the portal"
    """
    return _handle(desk, code, c.SupersedeRecommendation(by=by, meeting=meeting, reason=reason))


@recommendation.command()
@CODE
@click.argument("partners", type=Code(), nargs=-1, required=True)
@click.option("--reason", required=True, help="Why nothing is asked of them; it stays in the history.")
@writing
def release(desk: Desk, code: str, partners: Sequence[str], reason: str) -> Answer:
    """No longer direct it to partners; `tracker direct` does the opposite.

    \b
    Example:
      tracker recommendation release CMM8-R03 IDN MYS --reason "directed to the host alone"
    """
    return _handle(desk, code, c.ReleaseAddressees(partners=list(partners), reason=reason))


def _handle(
    desk: Desk,
    code: str,
    command: c.RecommendationCommand | Callable[[queries.Recommendation], c.RecommendationCommand],
) -> Answer:
    """Runs a command, which may depend on what stands there now."""

    def work(tx: Connection, actor: Actor, context: Context) -> Receipt:
        made = command(queries.recommendation(tx, code)) if callable(command) else command
        return service.handle(tx, actor, code, made, context)

    return desk.write(work)
