"""Mail in the browser: the digest that somebody would get now, and the mailbox on disk while there is no mail server."""

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import HTMLResponse, Response

from tracker.digests import service
from tracker.kit.errors import NotFound
from tracker.kit.mailbox import folder_of, list_messages, read_message
from tracker.people import queries as people
from tracker.people.visit import Reading, Visit
from tracker.web.site import Site

router = APIRouter(include_in_schema=False)
Keeper = Annotated[
    Visit,
    Depends(
        Reading("mailbox.read", "The mailbox holds the mails that lie there now; it knows no earlier day."),
        scope="function",
    ),
]
Previewer = Annotated[
    Visit,
    Depends(Reading("read.public", "A digest is previewed as it would go out now."), scope="function"),
]

# A mail's own styles may apply; it is in a sandbox, so that nothing in it runs or submits. A link that a person
# follows opens the whole page.
MAIL_POLICY = (
    "sandbox allow-top-navigation-by-user-activation; default-src 'none'; style-src 'unsafe-inline'; "
    "img-src data:; object-src 'none'; base-uri 'none'; frame-ancestors 'self'"
)
WHOLE_PAGE = '<head><base target="_top">'


@router.get("/mailbox")
def index(visit: Keeper) -> Response:
    """What was sent, newest first."""
    return visit.page("mailbox/index.html", messages=list_messages(_folder(visit.site)))


@router.get("/mailbox/{name}")
def show(visit: Keeper, name: str) -> Response:
    """One message: its HTML in a frame, its text below."""
    return visit.page("mailbox/show.html", message=read_message(_folder(visit.site), name))


@router.get("/mailbox/{name}/html")
def html(visit: Keeper, name: str) -> Response:
    """The message's HTML as it was sent, for the frame."""
    return _framed(read_message(_folder(visit.site), name).html)


@router.get("/digest/{person_id}")
def preview(visit: Previewer, person_id: str) -> Response:
    """The digest that this person would get now; nothing is sent."""
    mail = service.preview(visit.live, visit.actor, person_id, visit.now)
    name = people.person(visit.live, person_id).name
    return visit.page("mailbox/preview.html", mail=mail, name=name, person_id=person_id)


@router.get("/digest/{person_id}/html")
def preview_html(visit: Previewer, person_id: str) -> Response:
    """The same as HTML, for the frame."""
    mail = service.preview(visit.live, visit.actor, person_id, visit.now)
    return _framed(mail.html if mail else "")


def _framed(html: str) -> Response:
    headers = {"Content-Security-Policy": MAIL_POLICY, "X-Frame-Options": "SAMEORIGIN"}
    return HTMLResponse(html.replace("<head>", WHOLE_PAGE, 1), headers=headers)


def _folder(site: Site) -> Path:
    if not site.embedded_mail:
        raise NotFound("Mail goes out by SMTP here, so there is no mailbox to look into.")
    return folder_of(site.settings)
