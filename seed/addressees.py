"""To whom elements are directed: who belonged to the body by then, and what the files may not say of it."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from seed.files import Folder
from seed.shapes import Body, Element, Meeting, Partner, PartnersFile, Progress, elements
from seed.yamlfile import Mistake


def addressees(file: str, meeting: Meeting, body: Body, folder: Folder) -> Iterator[Mistake]:
    """Everybody to whom an element is directed belonged to the body by then, or is a grouping of it."""
    if meeting.ends_on is None:
        return
    partners = [partner for _, found in folder.of(PartnersFile) for partner in found.partners]
    members = members_on(partners, meeting.ends_on)
    known = {*members, *members.values()}
    for element in elements(meeting):
        for name in element.directed or []:
            if name not in known:
                reason = (
                    f"{name} is no partner of {body.code} on {meeting.ends_on}, and no grouping that has any."
                )
                yield Mistake(file, element.line("directed"), reason)
        for entry in element.progress:
            yield from _progress(file, entry, element, body, members)
        for field in ("directed", "due_on", "progress"):
            if element.nature == "informational" and getattr(element, field) not in (None, []):
                yield Mistake(
                    file, element.line(field), f"{element.code} is informational: it asks nothing of anybody."
                )
        if element.due_on is not None and meeting.starts_on and element.due_on < meeting.ends_on:
            reason = f"{element.code} was adopted on {meeting.ends_on}; it cannot be due before that."
            yield Mistake(file, element.line("due_on"), reason)


def _progress(
    file: str, entry: Progress, element: Element, body: Body, members: Mapping[str, str]
) -> Iterator[Mistake]:
    named = element.directed
    group = members.get(entry.partner)
    if group is None or (named is not None and entry.partner not in named and group not in named):
        yield Mistake(file, entry.line("partner"), f"{element.code} is not directed to {entry.partner}.")
    try:
        body.meaning(entry.status)
    except LookupError:
        reason = (
            f"“{entry.status}” is no status; body.yaml says in its scale what the document's own words mean."
        )
        yield Mistake(file, entry.line("status"), reason)


def members_on(partners: Iterable[Partner], day: date) -> dict[str, str]:
    """The grouping of each partner that belonged to the body on a day, by code."""
    joined = {partner.code: (joined_on(partner), partner.grouping) for partner in partners}
    return {code: group for code, (on, group) in sorted(joined.items()) if on is not None and on <= day}


def joined_on(partner: Partner) -> date | None:
    """Sources give the year of joining alone; it counts from its first day."""
    return None if partner.joined is None else date(partner.joined, 1, 1)
