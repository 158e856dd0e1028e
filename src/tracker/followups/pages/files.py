"""Files as evidence: taken from a form, and given out under an address that opens this one file for five minutes and
has nothing to do with cookies."""

import hashlib
import hmac
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter
from itsdangerous import BadData, URLSafeSerializer
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response

from tracker.eventstore.store import load
from tracker.followups import events as e
from tracker.followups import queries, uploads
from tracker.followups.evidence import MOST_FILES
from tracker.followups.file_kinds import check_content, clean_name
from tracker.followups.queries import FollowupView
from tracker.kit.errors import BadInput, Gone, NotFound
from tracker.kit.files import MOST_FILE_BYTES, Files
from tracker.people.sending import Sender
from tracker.people.visit import Reader, Visit
from tracker.web.forms import Form
from tracker.web.multipart import Brought
from tracker.web.site import Site, site_of

router = APIRouter()
GOOD_FOR = timedelta(minutes=5)
HARMLESS = {
    "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


def attached(sender: Sender, form: Form, view: FollowupView) -> list[e.Evidence]:
    """What the form says of files: those of the report that stay, and those that came with it. Notes in the form what
    is wrong with them."""
    stay = [each for each in files_of(view, form["report_id"]) if form[f"keep_{_hash(each)}"] == "yes"]
    try:
        if len(stay) + len(sender.files) > MOST_FILES:
            raise BadInput(
                f"At most {MOST_FILES} files fit in one report; the others can be links.", field="files"
            )
        return stay + [_checked(each, restricted=form["files_restricted"] == "yes") for each in sender.files]
    except BadInput as error:
        form.errors["files"] = error.message
        return []


def keep(sender: Sender) -> None:
    """Gives what came with the form its place; until an event names it, a row says who brought it."""
    kept = Files(sender.site.settings.files)
    for each in sender.files:
        sha256 = each.arriving.sha256
        sender.run(lambda tx, sha256=sha256: uploads.note(tx, sha256, sender.actor.person_id, sender.now))  # type: ignore[misc]
        kept.keep(each.arriving)


def files_of(view: FollowupView, report_id: str) -> list[e.Evidence]:
    """The files on which a report rests."""
    rests_on: list[dict[str, Any]] = next(
        (each["evidence"] for each in view.reports if each["id"] == report_id), []
    )
    return [
        e.Evidence(title=each["title"], restricted=each["restricted"], file=e.File(**each["file"]))
        for each in rests_on
        if each.get("file")
    ]


@router.get("/follow-ups/{recommendation}/{partner}/evidence/{sha256}")
def open_file(visit: Reader, recommendation: str, partner: str, sha256: str) -> Response:
    """Leads whoever may see the file to an address that opens it."""
    view = queries.followup(visit.conn, recommendation, partner, visit.today)
    may_all = visit.may("read.restricted", body=view.body, partner=partner)
    for each in _ever_named(visit, recommendation, partner):
        if each.file and each.file.sha256 == sha256 and (may_all or not each.restricted):
            return RedirectResponse(address_of(visit.site, each.file, visit.now), 302)
    raise NotFound("There is no such file among the evidence of this follow-up, or none that you may see.")


@router.get("/evidence/{sha256}/{name}")
def send_file(request: Request, sha256: str, name: str, key: str = "") -> Response:
    """The file, to whoever has the address. Reads no cookie: what it sends must never act for anybody."""
    site = site_of(request)
    try:
        said, media_type, until = _signer(site).loads(key)
    except BadData:
        raise Gone(
            "This address opens no file. Please follow the link on the page of the follow-up."
        ) from None
    if not hmac.compare_digest(str(said), _bound(sha256, name)) or site.clock().timestamp() > until:
        raise Gone("This address opened a file for five minutes. Please follow the link on its page again.")
    place = Files(site.settings.files).place(sha256)
    if not place.is_file():
        raise NotFound(
            "The file is no longer kept here; what the log says of it stays. Please ask the secretariat."
        )
    return FileResponse(
        place, media_type=media_type, filename=name, headers=HARMLESS, content_disposition_type="attachment"
    )


def address_of(site: Site, file: e.File, now: datetime) -> str:
    """Where the file is for the next five minutes."""
    until = int((now + GOOD_FOR).timestamp())
    key = _signer(site).dumps([_bound(file.sha256, file.name), file.media_type, until])
    return f"{site.settings.files_address}/evidence/{file.sha256}/{quote(file.name)}?key={key!s}"


def _ever_named(visit: Visit, recommendation: str, partner: str) -> list[e.Evidence]:
    """What any report or correction named, as the history shows it."""
    stream = load(visit.live, f"followup-{recommendation}:{partner}")
    events = [each.event for each in stream if each.position <= visit.position]
    return [
        item
        for event in events
        if isinstance(event, e.ProgressReported | e.ReportCorrected)
        for item in event.evidence
    ]


def _checked(brought: Brought, *, restricted: bool) -> e.Evidence:
    name = clean_name(brought.name)
    if brought.too_large:
        most = MOST_FILE_BYTES // 1_000_000
        raise BadInput(
            f"“{name}” is larger than {most} MB; please attach a smaller one, or give a link.", field="files"
        )
    if not brought.arriving.size:
        raise BadInput(f"“{name}” is empty; please choose another file.", field="files")
    brought.arriving.flush()
    kind = check_content(brought.arriving.path, name)
    file = e.File(
        sha256=brought.arriving.sha256, name=name, media_type=kind.media_type, size=brought.arriving.size
    )
    return e.Evidence(restricted=restricted, file=file)


def _signer(site: Site) -> URLSafeSerializer:
    return URLSafeSerializer(site.secret, salt="tracker.evidence")


def _bound(sha256: str, name: str) -> str:
    return hashlib.sha256(f"{sha256}/{name}".encode()).hexdigest()


def _hash(item: e.Evidence) -> str:
    return item.file.sha256 if item.file else ""
