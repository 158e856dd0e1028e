"""What the seed files must say together: codes once, everything named is there, dates and lines possible."""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from seed.addressees import addressees
from seed.files import Folder
from seed.shapes import (
    ActivitiesFile,
    Body,
    Element,
    Entry,
    LinksFile,
    Meeting,
    PartnersFile,
    Printed,
    elements,
)
from seed.yamlfile import Mistake
from tracker.kit.errors import RuleBroken
from tracker.recommendations.codes import check_activity, check_element, check_lines, check_mention


class Coded(NamedTuple):
    """Something with a permanent code, and where it stands."""

    file: str
    code: str
    entry: Entry


def mistakes_in(folders: Iterable[Folder]) -> Iterator[Mistake]:
    """Every mistake that shows only when the files are read together."""
    folders = list(folders)
    seen: dict[str, Coded] = {}
    for folder in folders:
        for coded in _coded(folder):
            if (first := seen.setdefault(coded.code, coded)) is not coded:
                where = f"{first.file}, line {first.entry.line()}"
                yield Mistake(
                    coded.file,
                    coded.entry.line("code"),
                    f"the code {coded.code} was given in {where} already.",
                )
    yield from _partners(folders)
    for folder in folders:
        bodies = folder.of(Body)
        if bodies:
            yield from _folder(folder, bodies[0][1])


def _coded(folder: Folder) -> Iterator[Coded]:
    for file, body in folder.of(Body):
        yield Coded(file, body.code, body)
    for file, meeting in folder.of(Meeting):
        yield Coded(file, meeting.code, meeting)
        for entry in (*meeting.workshops, *meeting.facts, *elements(meeting), *meeting.follow_up):
            yield Coded(file, entry.code, entry)
    for file, found in folder.of(ActivitiesFile):
        for activity in found.activities:
            yield Coded(file, activity.code, activity)


def _partners(folders: Iterable[Folder]) -> Iterator[Mistake]:
    named: dict[str, tuple[str, str, str]] = {}
    for folder in folders:
        here: set[str] = set()
        for file, found in folder.of(PartnersFile):
            for partner in found.partners:
                if partner.code in here:
                    yield Mistake(
                        file, partner.line("code"), f"the code {partner.code} was given in this file already."
                    )
                here.add(partner.code)
                name, kind, other = named.setdefault(partner.code, (partner.name, partner.kind, file))
                if (name, kind) != (partner.name, partner.kind):
                    yield Mistake(
                        file, partner.line("name"), f"{partner.code} is “{name}”, a {kind}, in {other}."
                    )


def _folder(folder: Folder, body: Body) -> Iterator[Mistake]:
    known = {element.code for _, meeting in folder.of(Meeting) for element in elements(meeting)}
    codes = {meeting.code for _, meeting in folder.of(Meeting)}
    for file, own in folder.of(Body):
        yield from _lists(file, own)
    for file, meeting in folder.of(Meeting):
        yield from _meeting(file, meeting, body)
    for file, partners in folder.of(PartnersFile):
        groupings = {grouping.code for grouping in body.groupings}
        for partner in partners.partners:
            if partner.grouping not in groupings:
                yield Mistake(
                    file, partner.line("grouping"), f"{body.code} has no grouping {partner.grouping}."
                )
    for file, meeting in folder.of(Meeting):
        yield from addressees(file, meeting, body, folder)
        if meeting.prepares is not None and meeting.prepares not in codes:
            yield Mistake(
                file, meeting.line("prepares"), f"there is no meeting {meeting.prepares} in this folder."
            )
    yield from _activities(folder, body, known)
    for file, found in folder.of(LinksFile):
        yield from _links(file, found, known)


def _lists(file: str, body: Body) -> Iterator[Mistake]:
    """Every grouping and theme stands once in its list."""
    for what, entries in (("grouping", body.groupings), ("theme", body.themes)):
        seen: set[str] = set()
        for entry in entries:
            if entry.code in seen:
                yield Mistake(
                    file, entry.line("code"), f"the {what} {entry.code} stands here twice; keep one."
                )
            seen.add(entry.code)


def _meeting(file: str, meeting: Meeting, body: Body) -> Iterator[Mistake]:
    if meeting.body != body.code:
        yield Mistake(
            file, meeting.line("body"), f"the folder is that of {body.code}, not of {meeting.body}."
        )
    if file.rpartition("/")[2].removesuffix(".yaml") != meeting.code:
        reason = f"the meeting {meeting.code} belongs into the file {meeting.code}.yaml."
        yield Mistake(file, meeting.line("code"), reason)
    dates = (meeting.starts_on, meeting.ends_on)
    if None in dates and (meeting.state == "held" or dates != (None, None)):
        yield Mistake(file, meeting.line("state"), f"{meeting.code} needs both starts_on and ends_on.")
    elif meeting.starts_on and meeting.ends_on and meeting.ends_on < meeting.starts_on:
        yield Mistake(
            file, meeting.line("ends_on"), f"{meeting.code} ends before it starts; the dates are reversed."
        )
    if meeting.state == "planned" and elements(meeting):
        yield Mistake(
            file, meeting.line("state"), f"{meeting.code} is planned and cannot have adopted anything yet."
        )
    for kind, entries in (("action_plan", meeting.action_plan), ("recommendation", meeting.recommendations)):
        for element in entries:
            yield from _broken(file, element, "code", check_element, element.code, meeting.code, kind)
            yield from _element(file, element, meeting, body)
    for entry in (*meeting.workshops, *meeting.facts, *elements(meeting), *meeting.follow_up):
        yield from _printed(file, entry, body)
    for entry in meeting.follow_up:
        yield from _broken(file, entry, "code", check_mention, entry.code, meeting.code)


def _element(file: str, element: Element, meeting: Meeting, body: Body) -> Iterator[Mistake]:
    tops = {other.code for other in elements(meeting) if other.parent is None}
    if element.parent is not None and (element.parent not in tops or element.parent == element.code):
        above = next((o.parent for o in elements(meeting) if o.code == element.parent and o.parent), None)
        reason = f"{element.parent} is no element of {meeting.code} that could have parts."
        if above is not None and element.parent != element.code:
            reason = (
                f"{element.parent} is a part itself, and parts have no parts; name {above} as the parent."
            )
        yield Mistake(file, element.line("parent"), reason)
    themes = {theme.code for theme in body.themes}
    for theme in element.themes:
        if theme not in themes:
            yield Mistake(
                file, element.line("themes"), f"{body.code} has no theme {theme}; see its body.yaml."
            )
    yield from _broken(file, element, "repeated", check_lines, element.repeated)


def _printed(file: str, entry: Printed, body: Body) -> Iterator[Mistake]:
    if not entry.lines and not entry.sources:
        yield Mistake(
            file, entry.line(), f"{entry.code} does not say at which lines of the source it stands."
        )
    yield from _broken(file, entry, "lines", check_lines, entry.lines)
    keys = {source.key for source in body.sources}
    for said in entry.sources:
        yield from _broken(file, said, "lines", check_lines, said.lines)
        if said.source not in keys:
            yield Mistake(
                file, said.line("source"), f"{body.code} has no source {said.source}; see its body.yaml."
            )


def _activities(folder: Folder, body: Body, known: set[str]) -> Iterator[Mistake]:
    entries = {
        entry.code: (file, entry) for file, meeting in folder.of(Meeting) for entry in meeting.follow_up
    }
    mentioned: set[tuple[str, str]] = set()
    for file, found in folder.of(ActivitiesFile):
        for activity in found.activities:
            yield from _broken(file, activity, "code", check_activity, activity.code)
            if activity.kind not in body.activity_kinds:
                yield Mistake(
                    file, activity.line("kind"), f"{body.code} has no kind of activity {activity.kind}."
                )
            for mention in activity.mentions:
                mentioned.add((mention, activity.code))
                if mention not in entries:
                    yield Mistake(
                        file, activity.line("mentions"), f"no meeting has a follow-up entry {mention}."
                    )
            for code in _unknown_or_twice([item.recommendation for item in activity.implements], known):
                yield Mistake(file, activity.line("implements"), f"{code} is unknown, or given here twice.")
    for file, entry in entries.values():
        if (entry.code, entry.activity) not in mentioned:
            reason = f"{entry.activity} does not list {entry.code} among its mentions in activities.yaml."
            yield Mistake(file, entry.line("activity"), reason)


def _links(file: str, found: LinksFile, known: set[str]) -> Iterator[Mistake]:
    seen: set[tuple[str, str]] = set()
    for link in found.links:
        for field, code in (("from", link.from_), ("to", link.to)):
            if code not in known:
                yield Mistake(file, link.line(field), f"there is no element {code}.")
        if link.from_ == link.to:
            yield Mistake(file, link.line(), f"{link.to} is linked to itself.")
        if (link.from_, link.to) in seen:
            yield Mistake(file, link.line(), f"the link from {link.from_} to {link.to} stands here twice.")
        seen.add((link.from_, link.to))


def _unknown_or_twice(codes: list[str], known: set[str]) -> list[str]:
    return [code for place, code in enumerate(codes) if code not in known or code in codes[:place]]


def _broken(
    file: str, entry: Entry, field: str, check: Callable[..., None], *arguments: object
) -> Iterator[Mistake]:
    """The refusal of a rule that the tracker has itself, as a mistake."""
    try:
        check(*arguments)
    except RuleBroken as refused:
        yield Mistake(file, entry.line(field), refused.message)
