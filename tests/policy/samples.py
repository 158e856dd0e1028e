"""For every route: an address, a form that is right, and the action by which it is decided. Written by hand.

`{…}` stands for a word of the world. `about`: the things that the route belongs to, by which the right is decided.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

from tests.builders import BODY
from tests.policy.world import OTHER_BODY


class Thing(NamedTuple):
    """What is asked about: body, partner, and who made the report or is the person it concerns."""

    body: str | None = None
    partner: str | None = None
    reporter: str | None = None
    prefix: str = "CMM8"
    number: str = "R01"


NOTHING = Thing()
OWN, OTHER = Thing(BODY, "IDN"), Thing(BODY, "FRA")
ELSEWHERE = Thing(OTHER_BODY, "IDN", prefix="UC8")
PAIRS = (OWN, OTHER, ELSEWHERE)
REPORTED = (
    *PAIRS,
    Thing(BODY, "IDN", "validator who reported", number="R02"),
    Thing(BODY, "IDN", "auditor who reported", number="R03"),
)
CLOSED = tuple(thing._replace(number="R09") for thing in PAIRS)
PERSON = (Thing(reporter="focal point"), Thing(reporter="other focal point"))


@dataclass(frozen=True)
class Sample:
    """One request. `actions`: all must be allowed."""

    url: str
    actions: tuple[str, ...]
    fields: dict[str, str] = field(default_factory=dict)
    about: tuple[Thing, ...] = (NOTHING,)


def _of(action: str, url: str, about: tuple[Thing, ...] = (NOTHING,), **fields: str) -> list[Sample]:
    return [Sample(url, tuple(action.split()), fields, about)]


Table = dict[tuple[str, str], list[Sample]]
FOLLOWUP = "/follow-ups/{recommendation}/{partner}"
AT = "/follow-ups/{prefix}-{number}/{partner}"
SAID = {"status": "implemented", "as_of": "2026-11-20", "narrative": "The law is in force."}
ACTS: dict[str, tuple[tuple[Thing, ...], dict[str, str]]] = {
    "report": (PAIRS, SAID),
    "respond": (PAIRS, {"response": "supported"}),
    "correct": (PAIRS, SAID | {"report_id": "{report}", "reason": "A slip."}),
    "validate": (REPORTED, {"report_id": "{report}"}),
    "verify": (REPORTED, {"report_id": "{report}", "note": "The gazette."}),
    "dispute": (PAIRS, {"report_id": "{report}", "reason": "The law is not in force."}),
    "due": (PAIRS, {"due_on": "2028-03-01", "reason": "Elections."}),
    "close": (PAIRS, {"meeting": "{later}", "ending": "implemented", "reason": "The meeting said so."}),
    "reopen": (CLOSED, {"meeting": "{later}", "reason": "The meeting said so."}),
}
FOCAL_POINTS = "/focal-points/{body}/{partner}"
APPOINTMENTS = {
    "appoint": {"person_id": "{nobody}", "standing": "alternate", "since": "2026-11-24"},
    "hand-over": {"from_person_id": "{main}", "to_person_id": "{nobody}", "on": "2026-11-24"},
    "retire": {"person_id": "{main}", "on": "2026-11-24", "reason": "Moved on."},
}
PEOPLE = {
    "grant": ("person.role", "{nobody}", {"role": "reader", "scope": "*"}),
    "withdraw": ("person.role", "{reader}", {"held": "reader *", "reason": "No longer."}),
    "disable": ("person.disable", "{reader}", {"reason": "Left."}),
    "enable": ("person.disable", "{disabled}", {"reason": "Came back."}),
}
INVITED = {"name": "New", "email": "new@example.org", "locale": "en", "time_zone": "UTC"}
OPEN = (
    "/", "/metrics", "/meetings", "/grid", "/partners", "/recommendations", "/activities", "/sign-in", "/my-start"
)  # fmt: skip

READING: Table = {
    **{("GET", path): _of("read.public", path) for path in OPEN},
    ("GET", "/meetings/{code}"): _of("read.public", "/meetings/CMM8"),
    ("GET", "/partners/{code}"): _of("read.public", "/partners/IDN"),
    ("GET", "/recommendations/{code}"): _of("read.public", "/recommendations/CMM8-R01"),
    ("GET", "/activities/{code}"): _of("read.public", "/activities/ASEM-ACT-01"),
    ("GET", FOLLOWUP): _of("read.public", AT, PAIRS),
    ("GET", FOLLOWUP + "/receipt/{position}"): _of("read.public", AT + "/receipt/{position}", PAIRS),
    ("GET", FOLLOWUP + "/{name}"): [
        sample
        for name, (about, _) in ACTS.items()
        for sample in _of(f"followup.{name}", f"{AT}/{name}", about)
    ],
    ("GET", "/my"): _of("account.own", "/my"),
    ("GET", "/history"): _of("audit.read", "/history") + _of("audit.read", "/history?about=CMM8-R01"),
    ("GET", "/security"): _of("security.read", "/security"),
    ("GET", "/access"): _of("access.read", "/access"),
    ("GET", "/access/{person_id}"): _of("access.read", "/access/{nobody}"),
    ("GET", "/mailbox"): _of("mailbox.read", "/mailbox"),
    ("GET", "/mailbox/{name}"): _of("mailbox.read", "/mailbox/{mail}"),
    ("GET", "/mailbox/{name}/html"): _of("mailbox.read", "/mailbox/{mail}/html"),
    ("GET", "/digest/{person_id}"): _of("digest.preview", "/digest/{person}", PERSON),
    ("GET", "/digest/{person_id}/html"): _of("digest.preview", "/digest/{person}/html", PERSON),
    ("GET", "/people"): _of("person.read", "/people"),
    ("GET", "/people/invite"): _of("person.read person.invite", "/people/invite"),
    ("GET", "/people/{person_id}"): _of("person.read", "/people/{nobody}"),
    ("GET", "/people/{person_id}/{name}"): [
        sample
        for name, (action, whom, _) in PEOPLE.items()
        for sample in _of(f"person.read {action}", f"/people/{whom}/{name}")
    ],
    ("GET", "/focal-points/{body}"): _of("person.read", f"/focal-points/{BODY}"),
    ("GET", FOCAL_POINTS): _of("person.read", f"/focal-points/{BODY}/IDN"),
    ("GET", FOCAL_POINTS + "/{name}"): [
        sample
        for name in APPOINTMENTS
        for sample in _of("focal_point.manage", f"{FOCAL_POINTS}/{name}", PAIRS)
    ],
    ("GET", "/sign-in/{token}"): _of("account.sign_in", "/sign-in/{link}"),
    ("GET", "/account/details"): _of("account.own", "/account/details"),
    ("GET", "/account/address/{token}"): _of("account.sign_in", "/account/address/{confirms}"),
}
SENDING: Table = {
    **{
        ("POST", f"{FOLLOWUP}/{name}"): _of(f"followup.{name}", f"{AT}/{name}", about, **fields)
        for name, (about, fields) in ACTS.items()
    },
    **{
        ("POST", f"{FOCAL_POINTS}/{name}"): _of(
            "focal_point.manage", f"{FOCAL_POINTS}/{name}", PAIRS, **fields
        )
        for name, fields in APPOINTMENTS.items()
    },
    **{
        ("POST", "/people/{person_id}/" + name): _of(action, f"/people/{whom}/{name}", **fields)
        for name, (action, whom, fields) in PEOPLE.items()
    },
    ("POST", "/people/invite"): _of("person.invite", "/people/invite", **INVITED),
    ("POST", "/sign-in"): _of("account.sign_in", "/sign-in", email="new@example.org"),
    ("POST", "/sign-in/{token}"): _of("account.sign_in", "/sign-in/{link}"),
    ("POST", "/sign-out"): _of("account.sign_in", "/sign-out"),
    ("POST", "/account/name"): _of("account.own", "/account/name", name="Another name"),
    ("POST", "/account/address"): _of("account.own", "/account/address", email="elsewhere@example.org"),
    ("POST", "/account/address/{token}"): _of("account.sign_in", "/account/address/{confirms}"),
    ("POST", "/account/address/{token}/cancel"): _of("account.sign_in", "/account/address/{confirms}/cancel"),
}
SAMPLES = READING | SENDING
