"""From files to commands: a body, its themes and its partners."""

from datetime import datetime

from msgspec import structs

from seed.addressees import joined_on
from seed.run import REASON, Run, merged
from seed.shapes import Body, Partner, PartnersFile
from seed.yamlfile import Mistake
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
            run.do(handle_body, body.code, command, at, file, body)
        else:
            run.fixed(file, body.line("source"), body.code, "source", known.source, source)
            if (known.name, known.description, known.groupings) != (body.name, body.description, groupings):
                now = meetings.body(run.tx, body.code)
                wanted = structs.replace(
                    known, name=body.name, description=body.description, groupings=groupings
                )
                changed = merged(("name", "description", "groupings"), known, wanted, now)
                command = c.ReviseBody(**changed, validation=now.validation, reason=REASON)
                run.do(handle_body, body.code, command, run.now, file, body, said=wanted)
    themes = {theme.code: theme.title for theme in meetings.themes(run.before, body.code)}
    for theme in body.themes:
        with run.entry(themes.get(theme.code)):
            if themes.get(theme.code) != theme.title:
                when = run.now if theme.code in themes else at
                define = c.DefineTheme(code=theme.code, title=theme.title)
                run.do(handle_body, body.code, define, when, file, theme)
    run.kept(file, "theme", themes, [theme.code for theme in body.themes])


def load_partners(run: Run, file: str, found: PartnersFile, body: Body, at: datetime) -> None:
    """Registers, renames and joins the partners; `at`: since when those without a year of joining are known."""
    known = {partner.code: partner for partner in people.all_partners(run.before)}
    joined = {partner.code: partner for partner in people.partners(run.before, body.code, run.now.date())}
    source = found.source.get("title", "") if isinstance(found.source, dict) else ""
    for partner in found.partners:
        if partner.joined is not None and partner.joined > run.now.year:
            reason = f"{partner.code} joins in {partner.joined} only; load it once it has joined."
            run.mistakes.append(Mistake(file, partner.line("joined"), reason))
            continue
        since, before, member = joined_on(partner), known.get(partner.code), joined.get(partner.code)
        with run.entry(member if since else before):  # known elsewhere and new here is no revision
            when = at_midnight(since) if since else at
            if before is not None:
                _rename(run, file, partner, before)
            elif partner.code not in run.partners:
                register = p.RegisterPartner(
                    code=partner.code, name=partner.name, kind=partner.kind, source=source
                )
                run.do(handle_partner, partner.code, register, when, file, partner)
            if member is not None:
                _correct(run, file, partner, body, member)
            elif since is not None:
                join = p.JoinBody(body=body.code, grouping=partner.grouping, since=since, note=partner.note)
                run.do(handle_partner, partner.code, join, when, file, partner, "joined")
        run.partners.add(partner.code)
    run.kept(file, "partner", joined, [partner.code for partner in found.partners])


def _rename(run: Run, file: str, partner: Partner, known: people.Partner) -> None:
    """Calls a partner by the name in the file, unless a body whose files are not loaded now has it too."""
    run.fixed(file, partner.line("kind"), partner.code, "kind", known.kind, partner.kind)
    if known.name == partner.name or partner.code in run.partners:
        return
    elsewhere = {member.body for member in people.memberships_of(run.before, partner.code)} - run.bodies
    if elsewhere:
        where = ", ".join(sorted(elsewhere))
        reason = (
            f"{partner.code} is called “{known.name}” in {where}; a partner has one name: write that, or change it in "
            "all files and load them together."
        )
        run.mistakes.append(Mistake(file, partner.line("name"), reason))
        return
    rename = p.RenamePartner(name=partner.name, reason=REASON)
    run.do(handle_partner, partner.code, rename, run.now, file, partner, "name")


def _correct(run: Run, file: str, partner: Partner, body: Body, known: people.Member) -> None:
    """Puts right in which grouping the partner is and since when, if the file says so now."""
    since = joined_on(partner)
    if (known.grouping, known.since) == (partner.grouping, since):
        return
    if since is None:
        run.fixed(file, partner.line(), partner.code, "joined", known.since, "nothing")
        return
    until = next(
        (m.until for m in people.memberships_of(run.tx, partner.code) if m.since == known.since), None
    )
    command = p.CorrectMembership(
        body=body.code, since=known.since, grouping=partner.grouping, joined=since, until=until, reason=REASON
    )
    run.do(handle_partner, partner.code, command, run.now, file, partner, "joined")
