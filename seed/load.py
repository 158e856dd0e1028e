"""Turns the seed files into commands, all of them in one transaction. The same files again change nothing.

History is dated at the meetings (effective) and recorded now; what a changed file puts right is effective now.
"""

from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import Connection

from seed.activities import load_activities
from seed.bodies import load_body, load_partners
from seed.checks import mistakes_in
from seed.elements import load_elements, load_links
from seed.files import Folder, read_folders
from seed.loaded import as_loaded
from seed.meetings import load_meeting
from seed.progress import load_progress
from seed.run import Progress, Report, Run, refusal
from seed.shapes import ActivitiesFile, Body, LinksFile, Meeting, PartnersFile, elements
from tracker import wiring  # noqa: F401 - every projection must be known before anything is folded
from tracker.kit.clock import at_midnight, utc_now
from tracker.kit.db import Database
from tracker.meetings import queries as meeting_queries
from tracker.people import queries as people_queries

__all__ = ["Report", "load"]


def load(
    db: Database, folder: Path, *, progress: Progress | None = None, now: datetime | None = None
) -> Report:
    """Loads one body's folder, or every one in `folder`; `progress(entries done, entries in all)` is told as it goes.

    Raises `BadInput` that lists every mistake as `file, line N: reason`, and then nothing is written.
    """
    folders, mistakes = read_folders(folder)
    # Checks across files would only repeat what a file that cannot be read has said already.
    mistakes = mistakes or list(mistakes_in(folders))
    if mistakes:
        raise refusal(mistakes)
    moment = now or utc_now()
    return db.run(lambda tx: _load(tx, folders, moment, progress))


def _load(tx: Connection, folders: Iterable[Folder], now: datetime, progress: Progress | None) -> Report:
    said = any(
        element.progress
        for folder in folders
        for _, meeting in folder.of(Meeting)
        for element in elements(meeting)
    )
    with as_loaded(tx, progress=said) as before:
        run = Run(tx, before, now, sum(map(_entries, folders)), progress)
        run.bodies = {body.code for folder in folders for _, body in folder.of(Body)}
        for folder in folders:
            _load_folder(run, folder)
        return run.report()


def _load_folder(run: Run, folder: Folder) -> None:
    ((body_file, body),) = folder.of(Body)
    partners = [(file, found) for file, found in folder.of(PartnersFile)]
    # What prepares a meeting names it, so it comes after.
    meetings = sorted(
        folder.of(Meeting), key=lambda item: (bool(item[1].prepares), item[1].starts_on or date.max, item[0])
    )
    starts = [meeting.starts_on for _, meeting in meetings if meeting.starts_on]
    first = at_midnight(min(starts)) if starts else run.now
    last = max((meeting.ends_on for _, meeting in meetings if meeting.ends_on), default=run.now.date())
    ends = {meeting.code: at_midnight(meeting.ends_on or last) for _, meeting in meetings}
    adopted = {element.code: ends[meeting.code] for _, meeting in meetings for element in elements(meeting)}

    load_body(run, body_file, body, first)
    for file, found in partners:
        load_partners(run, file, found, body, first)
    if not partners:
        known = people_queries.partners(run.before, body.code, run.now.date())
        run.kept(body_file, "partner", [each.code for each in known], [])
    members = [partner for _, found in partners for partner in found.partners]
    names = {partner.code: partner.name for partner in members}
    run.kept(
        body_file,
        "meeting",
        [meeting.code for meeting in meeting_queries.meetings(run.before, body.code)],
        list(ends),
    )
    for file, meeting in meetings:
        load_meeting(run, file, meeting, body, names, ends[meeting.code])
        load_elements(run, file, meeting, body, members)
    load_activities(run, folder, body, ends, adopted)
    load_links(run, folder, adopted)
    load_progress(run, folder, body)


def _entries(folder: Folder) -> int:
    """How many entries `Run.entry` will count."""
    number = sum(1 + len(body.themes) for _, body in folder.of(Body))
    number += sum(len(found.partners) for _, found in folder.of(PartnersFile))
    for _, meeting in folder.of(Meeting):
        number += 1 + len(meeting.workshops) + len(meeting.facts)
        number += sum(1 + len(element.progress) for element in elements(meeting))
    for _, found in folder.of(ActivitiesFile):
        number += sum(1 + len(each.mentions) + len(each.implements) for each in found.activities)
    return number + sum(len(found.links) for _, found in folder.of(LinksFile))
