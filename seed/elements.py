"""From files to commands: what a meeting adopted, to whom it is directed, and how elements are linked."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from seed.checks import elements
from seed.files import Folder
from seed.run import REASON, Run
from seed.shapes import Body, Element, Implements, Link, LinksFile, Meeting
from tracker.kit.clock import at_midnight
from tracker.recommendations import commands as c
from tracker.recommendations import queries
from tracker.recommendations.events import Kind
from tracker.recommendations.service import handle


def load_elements(run: Run, file: str, meeting: Meeting, body: Body, partners: Mapping[str, date]) -> None:
    """Records or revises what the meeting adopted and directs what is operational to the `partners` of that day.

    `partners`: since when each belongs to the body. The matrix names no addressees: see docs/decisions/0005-seed.md.
    """
    known = {found.code: found for found in queries.elements(run.before, meeting.code)}
    kinds: dict[str, Kind] = {element.code: "action_plan" for element in meeting.action_plan}
    run.kept(file, "element", known, [element.code for element in elements(meeting)])
    if meeting.ends_on is None:
        return
    of_the_day = sorted(code for code, since in partners.items() if since <= meeting.ends_on)
    for element in sorted(elements(meeting), key=lambda element: element.parent is not None):
        before = known.get(element.code)
        wanted = _recorded(element, meeting, body, kinds.get(element.code, "recommendation"))
        with run.entry(before):
            if before is None:
                run.do(handle, element.code, wanted, at_midnight(meeting.ends_on), file, element.line())
            else:
                _revise(run, file, element, wanted, before)
            _repeat(run, file, element, wanted.source, before, at_midnight(meeting.ends_on))
            _direct(run, file, element, body, of_the_day, meeting.ends_on)


def _recorded(element: Element, meeting: Meeting, body: Body, kind: Kind) -> c.RecordRecommendation:
    source, lines = element.printed_in(body)
    return c.RecordRecommendation(
        code=element.code,
        meeting=meeting.code,
        body=body.code,
        kind=kind,
        text=element.text,
        parent=element.parent,
        nature=element.nature,
        themes=element.themes,
        source=source,
        lines=lines,
        note=element.note,
    )


def _revise(
    run: Run, file: str, element: Element, wanted: c.RecordRecommendation, known: queries.Recommendation
) -> None:
    wording = {name: getattr(wanted, name) for name in ("text", "parent", "source", "lines", "note")}
    if wording != {name: getattr(known, name) for name in wording}:
        revise = c.ReviseRecommendation(**wording, reason=REASON)
        run.do(handle, element.code, revise, run.now, file, element.line())
    if (known.nature, known.themes) != (wanted.nature, wanted.themes):
        if wanted.nature == "informational":
            _release(run, file, element)
        classify = c.ClassifyRecommendation(nature=wanted.nature, themes=wanted.themes)
        run.do(handle, element.code, classify, run.now, file, element.line("nature"))


def _repeat(
    run: Run, file: str, element: Element, source: str, known: queries.Recommendation | None, at: datetime
) -> None:
    before = [] if known is None else [repeat.lines for repeat in known.repeats]
    if element.repeated and element.repeated not in before:
        repeat = c.RepeatRecommendation(source=source, lines=element.repeated)
        run.do(handle, element.code, repeat, run.now if known else at, file, element.line("repeated"))
    elif before and not element.repeated:
        run.fixed(file, element.line(), element.code, "repetition", before, "none")


def _direct(run: Run, file: str, element: Element, body: Body, partners: Sequence[str], on: date) -> None:
    known = {addressee.partner for addressee in queries.addressees(run.before, element.code)}
    further = [partner for partner in partners if partner not in known]
    if element.nature == "operational" and further:
        rule = f"all partners of {body.code} on {on}"
        command = c.DirectRecommendation(partners=further, on=on, rule=rule)
        run.do(handle, element.code, command, at_midnight(on), file, element.line())


def _release(run: Run, file: str, element: Element) -> None:
    """An informational element is directed to nobody, neither by the seed nor by people since."""
    now = [addressee.partner for addressee in queries.addressees(run.tx, element.code)]
    if now:
        command = c.ReleaseAddressees(partners=now, reason=REASON)
        run.do(handle, element.code, command, run.now, file, element.line("nature"))


def load_links(run: Run, folder: Folder, adopted: Mapping[str, datetime]) -> None:
    """Makes, changes and withdraws links between elements; `adopted`: when each element was adopted."""
    wanted = {
        (link.from_, link.to): (file, link) for file, found in folder.of(LinksFile) for link in found.links
    }
    for code in adopted:
        before = {link.code: link for link in queries.links(run.before, code) if link.outgoing}
        if not before and all(source != code for source, _ in wanted):
            continue
        now = {link.code for link in queries.links(run.tx, code) if link.outgoing}
        for to in before.keys() - {to for source, to in wanted if source == code}:
            if to in now:
                unlink = c.UnlinkRecommendation(to=to, reason=REASON)
                run.do(handle, code, unlink, run.now, f"{folder.name}/links.yaml", 1)
        for (source, to), (file, link) in wanted.items():
            if source == code:
                _link(run, file, link, before.get(to), to in now, adopted[code])


def _link(run: Run, file: str, link: Link, known: queries.Link | None, there: bool, at: datetime) -> None:
    note = told(link)
    with run.entry(known):
        if known is not None and (known.relation, known.basis, known.note) == (
            link.relation,
            link.basis,
            note,
        ):
            return
        if known is not None and there:
            run.do(
                handle,
                link.from_,
                c.UnlinkRecommendation(to=link.to, reason=REASON),
                run.now,
                file,
                link.line(),
            )
        elif there:
            return  # people made a link of their own, which stays
        command = c.LinkRecommendation(to=link.to, relation=link.relation, basis=link.basis, note=note)
        run.do(handle, link.from_, command, at if known is None else run.now, file, link.line())


def told(found: Link | Implements) -> str:
    """How the link is known: the words of the source where it says so, and the editors' note."""
    return " ".join(part for part in (found.quote and f"“{found.quote}”", found.note) if part)
