"""How programs call the tracker: one page, whose examples the tests run."""

from typing import Annotated, NamedTuple

from fastapi import APIRouter, Depends
from starlette.responses import Response

from tracker.people.visit import Reading, Visit
from tracker.web.problems import PROGRAMS

router = APIRouter()
Anyone = Annotated[
    Visit,
    Depends(Reading("read.public", "This page says how programs call the tracker now."), scope="function"),
]


class Example(NamedTuple):
    """A call that can be pasted into a shell; `says` is what it shows."""

    title: str
    says: str
    command: str


KEY = "Idempotency-Key: 2026-11-24-idn-1"
EXAMPLES = (
    Example(
        "Read what is public",
        "No token is needed.",
        "curl {api}/recommendations/CMM8-R03",
    ),
    Example(
        "Say who you are",
        "A token goes into the header Authorization; a browser’s cookie opens nothing here. This tells whose it is, and "
        "what it may.",
        'curl -H "Authorization: Bearer $TRACKER_TOKEN" {api}/me',
    ),
    Example(
        "Read a list to its end",
        "Lists come in parts. Give “next” of one part as “after” of the following call, until it is null.",
        'curl "{api}/recommendations?partner=IDN&limit=50&after=CMM8-R03"',
    ),
    Example(
        "Report progress",
        "Each command carries an Idempotency-Key of yours. When no answer came, make the same call with the same key: "
        "it is recorded once, and the answer says “repeated”. Another command with the same key is refused (409).",
        'curl -H "Authorization: Bearer $TRACKER_TOKEN" -H "' + KEY + '" '
        '-H "Content-Type: application/json" '
        """-d '{{"status": "implemented", "as_of": "2026-11-20", "narrative": "The law is in force."}}' """
        "{api}/followups/CMM8-R03/IDN/reports",
    ),
    Example(
        "Change only what you saw",
        "A follow-up’s answer has an ETag. Given back as If-Match, the command is refused (412) if somebody changed it "
        "meanwhile.",
        'curl -H "Authorization: Bearer $TRACKER_TOKEN" -H "Idempotency-Key: 2026-11-24-idn-2" '
        """-H 'If-Match: "1"' -H "Content-Type: application/json" -d '{{"response": "supported"}}' """
        "{api}/followups/CMM8-R03/IDN/responses",
    ),
    Example(
        "Keep up with everything",
        "Events have positions without gaps. Give the last one that you saw as “after”, and you miss nothing. For tokens "
        "meant for audit.",
        'curl -H "Authorization: Bearer $TRACKER_TOKEN" "{api}/events?after=0&limit=100"',
    ),
    Example(
        "Ask what was known then",
        "Each address takes “as_of”, and “valid” for as it was on another day. For tokens meant for audit.",
        'curl -H "Authorization: Bearer $TRACKER_TOKEN" "{api}/followups/CMM8-R03/IDN?as_of=2026-11-23"',
    ),
)


@router.get("/api")
def show(visit: Anyone) -> Response:
    """What programs need to know."""
    api = f"{visit.site.settings.address}{PROGRAMS}v1"
    examples = [each._replace(command=each.command.format(api=api)) for each in EXAMPLES]
    return visit.page("people/programs.html", api=api, examples=examples)
