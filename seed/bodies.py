"""From files to commands: a body, its themes and its partners."""

from datetime import date, datetime

from seed.run import REASON, Run
from seed.shapes import Body, Partner, PartnersFile
from tracker.kit.clock import at_midnight
from tracker.meetings import commands as c
from tracker.meetings import queries as meetings
from tracker.meetings.service import handle_body
from tracker.people import commands as p
from tracker.people import queries as people
from tracker.people.service import handle_partner


def load_body(run: Run, file: str, body: Body, at: datetime) -> None:
    """Establishes or revises the body and its themes; `at`: when it is first heard of."""
    known = {found.code: found for found in meetings.bodies(run.before)}.get(body.code)
    groupings = [grouping.code for grouping in body.groupings]
    source = "; ".join(found.title for found in body.documents().values())
    with run.entry(known):
        if known is None:
            command: c.BodyCommand = c.EstablishBody(
                code=body.code,
                name=body.name,
                description=body.description,
                groupings=groupings,
                source=source,
            )
            run.do(handle_body, body.code, command, at, file, body.line())
        else:
            run.fixed(file, body.line("source"), body.code, "source", known.source, source)
            if (known.name, known.description, known.groupings) != (body.name, body.description, groupings):
                validation = meetings.body(run.tx, body.code).validation
                command = c.ReviseBody(
                    name=body.name,
                    description=body.description,
                    groupings=groupings,
                    validation=validation,
                    reason=REASON,
                )
                run.do(handle_body, body.code, command, run.now, file, body.line())
    themes = {theme.code: theme.title for theme in meetings.themes(run.before, body.code)}
    for theme in body.themes:
        with run.entry(themes.get(theme.code)):
            if themes.get(theme.code) != theme.title:
                when = run.now if theme.code in themes else at
                define = c.DefineTheme(code=theme.code, title=theme.title)
                run.do(handle_body, body.code, define, when, file, theme.line())
    run.kept(file, "theme", themes, [theme.code for theme in body.themes])


def load_partners(run: Run, file: str, found: PartnersFile, body: Body, at: datetime) -> None:
    """Registers, renames and joins the partners; `at`: since when those without a year of joining are known."""
    known = {partner.code: partner for partner in people.all_partners(run.before)}
    joined = {partner.code: partner for partner in people.partners(run.before, body.code, run.now.date())}
    source = found.source.get("title", "") if isinstance(found.source, dict) else ""
    for partner in found.partners:
        since, before, member = joined_on(partner), known.get(partner.code), joined.get(partner.code)
        with run.entry(before):
            when = at_midnight(since) if since else at
            if before is not None:
                _rename(run, file, partner, before)
            elif partner.code not in run.partners:
                register = p.RegisterPartner(
                    code=partner.code, name=partner.name, kind=partner.kind, source=source
                )
                run.do(handle_partner, partner.code, register, when, file, partner.line())
            if member is not None:
                for what, old, new in (
                    ("grouping", member.grouping, partner.grouping),
                    ("joined", member.since, since),
                ):
                    run.fixed(file, partner.line(what), partner.code, what, old, new)
            elif since is not None:
                join = p.JoinBody(body=body.code, grouping=partner.grouping, since=since, note=partner.note)
                run.do(handle_partner, partner.code, join, when, file, partner.line("joined"))
        run.partners.add(partner.code)
    run.kept(file, "partner", joined, [partner.code for partner in found.partners])


def _rename(run: Run, file: str, partner: Partner, before: people.Partner) -> None:
    run.fixed(file, partner.line("kind"), partner.code, "kind", before.kind, partner.kind)
    if before.name != partner.name:
        rename = p.RenamePartner(name=partner.name, reason=REASON)
        run.do(handle_partner, partner.code, rename, run.now, file, partner.line("name"))


def joined_on(partner: Partner) -> date | None:
    """Sources give the year of joining alone; it counts from its first day."""
    return None if partner.joined is None else date(partner.joined, 1, 1)
