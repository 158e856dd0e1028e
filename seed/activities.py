"""From files to commands: activities, the documents' mentions of them, and what they implement."""

from collections.abc import Mapping
from datetime import datetime

from seed.elements import told
from seed.files import Folder
from seed.run import REASON, Run, merged
from seed.shapes import ActivitiesFile, Activity, Body, FollowUp, Implements, Meeting
from tracker.recommendations import commands as c
from tracker.recommendations import queries
from tracker.recommendations.service import handle_activity

Mentions = Mapping[str, tuple[str, str, FollowUp]]
"""Of each follow-up entry, by code: the file, the meeting and the entry."""


def load_activities(
    run: Run, folder: Folder, body: Body, ends: Mapping[str, datetime], adopted: Mapping[str, datetime]
) -> None:
    """Records or revises the activities, what documents say of them and what they implement.

    `ends`: when each meeting ended; `adopted`: when each element was adopted.
    """
    entries = {
        entry.code: (file, meeting.code, entry)
        for file, meeting in folder.of(Meeting)
        for entry in meeting.follow_up
    }
    known = {found.code: found for found in queries.activities(run.before, body.code)}
    if not folder.of(ActivitiesFile):
        run.kept(folder.file("activities.yaml"), "activity", known, [])
    for file, found in folder.of(ActivitiesFile):
        run.kept(file, "activity", known, [activity.code for activity in found.activities])
        _withdraw(run, file, entries, known)
        for activity in found.activities:
            first = min(ends[entries[code][1]] for code in activity.mentions)
            _load(run, file, activity, body, known.get(activity.code), first)
            _load_mentions(run, activity, body, entries, ends)
            _load_links(run, file, activity, first, adopted)


def _load(
    run: Run, file: str, activity: Activity, body: Body, known: queries.Activity | None, at: datetime
) -> None:
    described = {"title": activity.title, "kind": activity.kind, "note": activity.note}
    with run.entry(known):
        if known is None:
            record = c.RecordActivity(code=activity.code, body=body.code, **described)
            run.do(handle_activity, activity.code, record, at, file, activity)
        elif described != {name: getattr(known, name) for name in described}:
            now = queries.activity(run.tx, activity.code)
            revise = c.ReviseActivity(**merged(described, known, activity, now), reason=REASON)
            run.do(handle_activity, activity.code, revise, run.now, file, activity, said=activity)


def _withdraw(run: Run, file: str, entries: Mentions, known: Mapping[str, queries.Activity]) -> None:
    """Takes back mentions that the files give to another activity now."""
    for code in known:
        for said in queries.mentions_of(run.before, code):
            if said.code not in entries:
                run.kept(file, "follow-up entry", [said.code], [])
            elif entries[said.code][2].activity != code:
                now = queries.mention(run.tx, said.code)
                if now is not None and now.activity == code:
                    command = c.WithdrawMention(code=said.code, reason=REASON)
                    run.do(
                        handle_activity, code, command, run.now, entries[said.code][0], entries[said.code][2]
                    )


def _load_mentions(
    run: Run, activity: Activity, body: Body, entries: Mentions, ends: Mapping[str, datetime]
) -> None:
    known = {said.code: said for said in queries.mentions_of(run.before, activity.code)}
    for code in activity.mentions:
        file, meeting, entry = entries[code]
        source, lines = entry.printed_in(body)
        command = c.MentionActivity(
            code=code, meeting=meeting, text=entry.text, source=source, lines=lines, note=entry.note
        )
        before = known.get(code)
        names = command.__struct_fields__
        with run.entry(before):
            if before is None or any(getattr(before, name) != getattr(command, name) for name in names):
                when = ends[meeting] if before is None else run.now
                said = command
                if before is not None and (now := queries.mention(run.tx, code)) is not None:
                    command = c.MentionActivity(**merged(names, before, said, now))
                run.do(handle_activity, activity.code, command, when, file, entry, said=said)


def _load_links(
    run: Run, file: str, activity: Activity, first: datetime, adopted: Mapping[str, datetime]
) -> None:
    known = {link.recommendation: link for link in queries.implements(run.before, activity.code)}
    wanted = {link.recommendation: link for link in activity.implements}
    now = {link.recommendation for link in queries.implements(run.tx, activity.code)}
    for code in known.keys() - wanted.keys():
        if code in now:
            unlink = c.UnlinkActivity(recommendation=code, reason=REASON)
            run.do(handle_activity, activity.code, unlink, run.now, file, activity, "implements")
    for code, link in wanted.items():
        _link(run, file, activity.code, link, known.get(code), code in now, max(first, adopted[code]))


def _link(
    run: Run,
    file: str,
    activity: str,
    link: Implements,
    known: queries.Implements | None,
    there: bool,
    at: datetime,
) -> None:
    note, code = told(link), link.recommendation
    with run.entry(known):
        if known is not None and (known.basis, known.note) == (link.basis, note):
            return
        if known is not None and there:
            unlink = c.UnlinkActivity(recommendation=code, reason=REASON)
            run.do(handle_activity, activity, unlink, run.now, file, link)
        elif there:
            return  # people made a link of their own, which stays
        command = c.LinkActivity(recommendation=code, basis=link.basis, note=note)
        run.do(handle_activity, activity, command, at if known is None else run.now, file, link)
