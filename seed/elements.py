"""From files to commands: what a meeting adopted, to whom it is directed, and how elements are linked."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime

from seed.addressees import members_on
from seed.files import Folder
from seed.run import REASON, Run, merged
from seed.shapes import Body, Element, Implements, Link, LinksFile, Meeting, Partner, elements
from seed.yamlfile import Mistake
from tracker.kit.clock import at_midnight
from tracker.recommendations import commands as c
from tracker.recommendations import queries
from tracker.recommendations.events import Kind
from tracker.recommendations.service import handle

WORDING = ("text", "parent", "source", "lines", "note")


def load_elements(run: Run, file: str, meeting: Meeting, body: Body, partners: Iterable[Partner]) -> None:
    """Records or revises what the meeting adopted and directs what is operational to `partners` of that day: those that
    it names, else all. The matrix names no addressees: see docs/decisions/0005-seed.md.
    """
    known = {found.code: found for found in queries.elements(run.before, meeting.code)}
    kinds: dict[str, Kind] = {element.code: "action_plan" for element in meeting.action_plan}
    run.kept(file, "element", known, [element.code for element in elements(meeting)])
    if meeting.ends_on is None:
        return
    of_the_day = members_on(partners, meeting.ends_on)
    for element in sorted(elements(meeting), key=lambda element: element.parent is not None):
        before = known.get(element.code)
        adopted = at_midnight(meeting.ends_on)
        wanted = _recorded(element, meeting, body, kinds.get(element.code, "recommendation"))
        with run.entry(before):
            if before is None:
                run.do(handle, element.code, wanted, adopted, file, element)
            else:
                _revise(run, file, element, wanted, before)
            _repeat(run, file, element, wanted.source, before, adopted)
            _direct(run, file, element, body, of_the_day, meeting.ends_on)
            _due(run, file, element, before, adopted)


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
    now = queries.recommendation(run.tx, element.code)
    if any(getattr(wanted, name) != getattr(known, name) for name in WORDING):
        revise = c.ReviseRecommendation(**merged(WORDING, known, wanted, now), reason=REASON)
        run.do(handle, element.code, revise, run.now, file, element, said=wanted)
    if (known.nature, known.themes) != (wanted.nature, wanted.themes):
        classify = c.ClassifyRecommendation(**merged(("nature", "themes"), known, wanted, now))
        if classify.nature == "informational":
            _release(run, file, element, REASON)
        run.do(handle, element.code, classify, run.now, file, element, "nature", wanted)


def _repeat(
    run: Run, file: str, element: Element, source: str, known: queries.Recommendation | None, at: datetime
) -> None:
    before = [] if known is None else [repeat.lines for repeat in known.repeats]
    wanted = [element.repeated] if element.repeated else []
    there = [repeat.lines for repeat in queries.recommendation(run.tx, element.code).repeats]
    for lines in before:
        if lines not in wanted and lines in there:
            withdraw = c.WithdrawRepetition(source=source, lines=lines, reason=REASON)
            run.do(handle, element.code, withdraw, run.now, file, element, "repeated")
    for lines in wanted:
        if lines not in before:
            repeat = c.RepeatRecommendation(source=source, lines=lines)
            run.do(handle, element.code, repeat, run.now if known else at, file, element, "repeated")


def _direct(run: Run, file: str, element: Element, body: Body, members: Mapping[str, str], on: date) -> None:
    if element.nature == "informational":
        return
    wanted, rule = addressed(element, body, members, on)
    known = {addressee.partner for addressee in queries.addressees(run.before, element.code)}
    further = [partner for partner in wanted if partner not in known]
    if further:
        command = c.DirectRecommendation(partners=further, on=on, rule=rule)
        run.do(handle, element.code, command, at_midnight(on), file, element, "directed")
    if known - set(wanted):
        _release(run, file, element, REASON, known - set(wanted))


def addressed(element: Element, body: Body, members: Mapping[str, str], on: date) -> tuple[list[str], str]:
    """To whom the element is directed, and by which rule: partners by code, a grouping, or all members of that day."""
    if element.directed is None:
        return list(members), f"all partners of {body.code} on {on}"
    named = element.directed
    chosen = [code for code, group in members.items() if code in named or group in named]
    return chosen, f"{', '.join(named)}, as on {on}"


def _due(run: Run, file: str, element: Element, known: queries.Recommendation | None, at: datetime) -> None:
    before, wanted = None if known is None else known.due_on, element.due_on
    if wanted == before:
        return
    now = queries.recommendation(run.tx, element.code).due_on
    if wanted is None:
        command: c.RecommendationCommand = c.WithdrawDue(reason=REASON)
    else:
        command = c.SetDue(due_on=wanted) if now is None else c.MoveDue(due_on=wanted, reason=REASON)
    run.do(handle, element.code, command, run.now if known else at, file, element, "due_on")


def _release(
    run: Run, file: str, element: Element, reason: str, partners: Collection[str] | None = None
) -> None:
    """No longer directs the element to these partners, to none at all without them; who was released already stays so.
    An informational element is directed to nobody, neither by the seed nor by people since."""
    there = [addressee.partner for addressee in queries.addressees(run.tx, element.code)]
    leaving = [partner for partner in there if partners is None or partner in partners]
    if leaving:
        command = c.ReleaseAddressees(partners=leaving, reason=reason)
        run.do(
            handle,
            element.code,
            command,
            run.now,
            file,
            element,
            "nature" if partners is None else "directed",
        )


def load_links(run: Run, folder: Folder, adopted: Mapping[str, datetime]) -> None:
    """Makes, changes and withdraws links between elements; `adopted`: when each element was adopted."""
    files = folder.of(LinksFile)
    wanted = {(link.from_, link.to): (file, link) for file, found in files for link in found.links}
    if not files and any(link.outgoing for code in adopted for link in queries.links(run.before, code)):
        reason = (
            "links.yaml was loaded before and is missing now; to withdraw every link, let it say “links: []”."
        )
        run.mistakes.append(Mistake(folder.file("links.yaml"), 1, reason))
        return
    for code in adopted:
        before = {link.code: link for link in queries.links(run.before, code) if link.outgoing}
        if not before and all(source != code for source, _ in wanted):
            continue
        now = {link.code for link in queries.links(run.tx, code) if link.outgoing}
        for to in before.keys() - {to for source, to in wanted if source == code}:
            if to in now:
                unlink = c.UnlinkRecommendation(to=to, reason=REASON)
                run.do(handle, code, unlink, run.now, files[0][0], files[0][1])
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
                link,
            )
        elif there:
            return  # people made a link of their own, which stays
        command = c.LinkRecommendation(to=link.to, relation=link.relation, basis=link.basis, note=note)
        run.do(handle, link.from_, command, at if known is None else run.now, file, link)


def told(found: Link | Implements) -> str:
    """How the link is known: the words of the source where it says so, and the editors' note."""
    return " ".join(part for part in (found.quote and f"“{found.quote}”", found.note) if part)
