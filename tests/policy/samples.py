"""For every route: an address, a form that is right, and the action by which it is decided. Written by hand.

`{…}` stands for a word of the world. `about`: the things that the route belongs to, by which the right is decided.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

from tests.builders import BODY
from tests.policy.world import OPEN_FILE, OTHER_BODY, RESTRICTED_FILE
from tracker.followers.service import key_of


class Thing(NamedTuple):
    """What is asked about: body, partner, and who made the report or is the person it concerns."""

    body: str | None = None
    partner: str | None = None
    reporter: str | None = None
    prefix: str = "CMM8"
    number: str = "R01"


ONESELF = "whoever asks"
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
DISPUTED = tuple(thing._replace(number="R08") for thing in PAIRS)
PERSON = (Thing(reporter="focal point"), Thing(reporter="other focal point"))
ONES_OWN = (Thing(reporter=ONESELF),)
LOST = (Thing(BODY, reporter="lost here"), Thing(OTHER_BODY, reporter="lost elsewhere"))
LOST_APART = (Thing(reporter="lost auditor"),)
OPENS, REFUSED, HIDDEN = frozenset({200, 302, 303}), frozenset({403}), frozenset({403, 404})


@dataclass(frozen=True)
class Sample:
    """One request. `actions`: all must be allowed. `opens`, `refused`: how it is answered to whoever may and may not.
    `strong`: it is for a session behind which a second factor stands, whoever asks."""

    url: str
    actions: tuple[str, ...]
    fields: dict[str, str] = field(default_factory=dict)
    about: tuple[Thing, ...] = (NOTHING,)
    opens: frozenset[int] = OPENS
    refused: frozenset[int] = REFUSED
    strong: bool = False


def _of(action: str, url: str, about: tuple[Thing, ...] = (NOTHING,), **fields: str) -> list[Sample]:
    return [Sample(url, tuple(action.split()), fields, about)]


def _strong(url: str, opens: frozenset[int] = OPENS, **fields: str) -> list[Sample]:
    return [Sample(url, ("account.own",), fields, opens=opens, strong=True)]


Table = dict[tuple[str, str], list[Sample]]
FOLLOWUP = "/follow-ups/{recommendation}/{partner}"
AT = "/follow-ups/{prefix}-{number}/{partner}"
SAID = {"status": "implemented", "as_of": "2026-11-20", "narrative": "The law is in force."}
ACTS: dict[str, tuple[str, tuple[Thing, ...], dict[str, str]]] = {
    "report": ("followup.report", PAIRS, SAID),
    "respond": ("followup.respond", PAIRS, {"response": "supported"}),
    "correct": ("followup.correct", PAIRS, SAID | {"report_id": "{report}", "reason": "A slip."}),
    "validate": ("followup.validate", REPORTED, {"report_id": "{report}"}),
    "verify": ("followup.verify", REPORTED, {"report_id": "{report}", "note": "The gazette."}),
    "dispute": ("followup.dispute", PAIRS, {"report_id": "{report}", "reason": "The law is not in force."}),
    "due": ("followup.due", PAIRS, {"due_on": "2028-03-01", "reason": "Elections."}),
    "close": (
        "followup.close",
        PAIRS,
        {"meeting": "{later}", "ending": "implemented", "reason": "The meeting said so."},
    ),
    "reopen": ("followup.reopen", CLOSED, {"meeting": "{later}", "reason": "The meeting said so."}),
    "withdraw-report": ("followup.correct", PAIRS, {"report_id": "{report}", "reason": "A slip."}),
    "withdraw-dispute": ("followup.dispute", DISPUTED, {"report_id": "{report}", "reason": "Settled."}),
    "withdraw-decision": ("followup.reopen", CLOSED, {"meeting": "{prefix}", "reason": "It did not decide."}),
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
    "end-sessions": ("session.end", "{reader}", {}),
}
INVITED = {"name": "New", "email": "new@example.org", "locale": "en", "time_zone": "UTC"}
OPEN = (
    "/", "/metrics", "/meetings", "/grid", "/partners", "/recommendations", "/activities", "/search", "/sign-in", "/my-start", "/api",
    "/feeds/all.atom", "/sitemap.xml", "/robots.txt",
)  # fmt: skip
ACCOUNT = tuple(
    f"/account/{part}" for part in ("details", "oidc", "second-factor", "sessions", "factors", "tokens")
)

READING: Table = {
    **{("GET", path): _of("read.public", path) for path in OPEN},
    **{
        ("GET", f"/metrics/{{meeting}}/{{picture}}.{kind}"): _of("read.public", f"/metrics/CMM8/rates.{kind}")
        for kind in ("svg", "csv")
    },
    ("GET", "/meetings/{code}"): _of("read.public", "/meetings/CMM8"),
    ("GET", "/partners/{code}"): _of("read.public", "/partners/IDN"),
    ("GET", "/recommendations/{code}"): _of("read.public", "/recommendations/CMM8-R01"),
    ("GET", "/feeds/bodies/{code}.atom"): _of("read.public", f"/feeds/bodies/{BODY}.atom"),
    ("GET", "/feeds/recommendations/{code}.atom"): _of("read.public", "/feeds/recommendations/CMM8-R01.atom"),
    ("GET", "/calendars/bodies/{code}.ics"): _of("read.public", f"/calendars/bodies/{BODY}.ics"),
    ("GET", "/calendars/partners/{code}.ics"): _of("read.public", "/calendars/partners/IDN.ics"),
    ("GET", "/sitemaps/{number}.xml"): _of("read.public", "/sitemaps/1.xml"),
    ("GET", "/activities/{code}"): _of("read.public", "/activities/ASEM-ACT-01"),
    ("GET", FOLLOWUP): _of("read.public", AT, PAIRS),
    ("GET", FOLLOWUP + "/receipt/{position}"): _of("read.public", AT + "/receipt/{position}", PAIRS),
    ("GET", FOLLOWUP + "/{name}"): [
        sample for name, (action, about, _) in ACTS.items() for sample in _of(action, f"{AT}/{name}", about)
    ],
    ("GET", FOLLOWUP + "/evidence/{sha256}"): [
        Sample(f"{AT}/evidence/{OPEN_FILE}", ("read.public",), about=PAIRS),
        Sample(f"{AT}/evidence/{RESTRICTED_FILE}", ("read.restricted",), about=PAIRS, refused=HIDDEN),
    ],
    ("GET", "/my"): _of("account.own", "/my"),
    ("GET", "/reports/{position}"): _of("read.public", "/reports/{position}", PAIRS),
    ("GET", "/history"): _of("audit.read", "/history") + _of("audit.read", "/history?about=CMM8-R01"),
    ("GET", "/history/events/{position}"): _of("audit.read", "/history/events/1"),
    ("GET", "/changes"): _of("audit.read", "/changes?since=2026-11-01"),
    ("GET", "/changes.csv"): _of("audit.read", "/changes.csv?since=2026-11-01"),
    ("GET", "/changes.json"): _of("audit.read", "/changes.json?since=2026-11-01"),
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
    ("GET", "/people/end-sessions"): _of("person.read session.end", "/people/end-sessions"),
    ("GET", "/people/{person_id}"): _of("person.read", "/people/{nobody}"),
    **{
        ("GET", "/people/{person_id}/" + name): _of(f"person.read {action}", f"/people/{whom}/{name}")
        for name, (action, whom, _) in PEOPLE.items()
    },
    ("GET", "/focal-points/{body}"): _of("person.read", f"/focal-points/{BODY}"),
    ("GET", FOCAL_POINTS): _of("person.read", f"/focal-points/{BODY}/IDN"),
    **{
        ("GET", f"{FOCAL_POINTS}/{name}"): _of("focal_point.manage", f"{FOCAL_POINTS}/{name}", PAIRS)
        for name in APPOINTMENTS
    },
    ("GET", "/sign-in/{token}"): _of("account.sign_in", "/sign-in/{link}"),
    ("GET", "/sign-in-oidc/link/{token}"): _of("account.sign_in read.public", "/sign-in-oidc/link/{links}"),
    **{("GET", path): _of("account.own", path) for path in ACCOUNT},
    ("GET", "/recoveries"): _of("factor.see_recoveries", "/recoveries"),
    ("GET", "/account/address/{token}"): _of("account.sign_in", "/account/address/{confirms}"),
}
ARRIVING: Table = {
    ("GET", "/sign-in-oidc"): _of("account.sign_in", "/sign-in-oidc"),
    ("GET", "/sign-in-oidc/left"): _of("account.sign_in", "/sign-in-oidc/left"),
    # Nobody is refused by who they are; but this browser has come back before, and nobody may do so twice.
    ("GET", "/sign-in-oidc/back"): [
        Sample("/sign-in-oidc/back?state={state}&code=c", ("account.sign_in",), opens=frozenset({403}))
    ],
}
"""On the way to another site and back."""
SENDING: Table = {
    ("POST", "/meetings/{code}/release"): _of(
        "meeting.release", "/meetings/{prefix}/release", (OWN, ELSEWHERE)
    ),
    ("POST", "/my"): _of("followup.report", "/my", PAIRS, one="{prefix}-{number}:{partner}"),
    **{
        ("POST", f"{FOLLOWUP}/{name}"): _of(action, f"{AT}/{name}", about, **fields)
        for name, (action, about, fields) in ACTS.items()
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
    ("POST", "/people/end-sessions"): _of("session.end", "/people/end-sessions"),
    ("POST", "/people/invite"): _of("person.invite", "/people/invite", **INVITED),
    ("POST", "/sign-in"): _of("account.sign_in", "/sign-in", email="new@example.org"),
    ("POST", "/sign-in/{token}"): _of("account.sign_in", "/sign-in/{link}"),
    ("POST", "/sign-out"): _of("account.sign_in", "/sign-out"),
    ("POST", "/account/name"): _of("account.own", "/account/name", name="Another name"),
    ("POST", "/account/address"): _strong("/account/address", email="elsewhere@example.org"),
    ("POST", "/account/address/{token}"): _of("account.sign_in", "/account/address/{confirms}"),
    ("POST", "/account/address/{token}/cancel"): _of("account.sign_in", "/account/address/{confirms}/cancel"),
    ("POST", "/sign-in-passkey"): _of("account.sign_in", "/sign-in-passkey"),
    ("POST", "/sign-in-passkey/answer"): _of(
        "account.sign_in", "/sign-in-passkey/answer", credential="{signs_in}"
    ),
    ("POST", "/sign-in-oidc/link/{token}"): _of("account.sign_in", "/sign-in-oidc/link/{links}"),
}
OWN_ACCOUNT: Table = {
    ("POST", "/account/oidc/unlink"): _strong("/account/oidc/unlink"),
    ("POST", "/account/sessions/end"): _strong("/account/sessions/end", session="{session}"),
    ("POST", "/account/sessions/end-others"): _strong("/account/sessions/end-others"),
    ("POST", "/account/second-factor"): _of("account.own", "/account/second-factor", code="{spare}"),
    ("POST", "/account/second-factor/passkey"): _of("account.own", "/account/second-factor/passkey"),
    ("POST", "/account/second-factor/passkey/answer"): _of(
        "account.own", "/account/second-factor/passkey/answer", credential="{shows}"
    ),
    ("POST", "/account/factors/passkeys"): _strong("/account/factors/passkeys"),
    ("POST", "/account/factors/passkeys/add"): _strong("/account/factors/passkeys/add", credential="{adds}"),
    ("POST", "/account/factors/passkeys/remove"): _strong(
        "/account/factors/passkeys/remove", passkey="{passkey}"
    ),
    ("POST", "/account/factors/code-app"): _strong("/account/factors/code-app"),
    ("POST", "/account/factors/code-app/confirm"): _strong(
        "/account/factors/code-app/confirm", code="{code}"
    ),
    # An app that was begun and not confirmed is none yet, so that there is nothing to remove.
    ("POST", "/account/factors/code-app/remove"): _strong(
        "/account/factors/code-app/remove", frozenset({404})
    ),
    ("POST", "/account/factors/codes"): _strong("/account/factors/codes"),
    ("POST", "/account/factors/recovery"): _of("factor.ask_recovery", "/account/factors/recovery", ONES_OWN),
    ("POST", "/account/factors/recovery/stop"): _of(
        "factor.ask_recovery", "/account/factors/recovery/stop", ONES_OWN
    ),
    ("POST", "/recoveries/ask"): _of("factor.ask_recovery", "/recoveries/ask", email="reader@example.org"),
    ("POST", "/recoveries/approve"): [
        Sample("/recoveries/approve", (action,), {"person": "{person}", "request": "{request}"}, about)
        for action, about in (("factor.recover", LOST), ("factor.recover_any", LOST_APART))
    ],
    ("POST", "/account/tokens"): _strong("/account/tokens", name="Mine", scopes_read="yes", days="30"),
    ("POST", "/account/tokens/{token_id}/revoke"): [
        Sample("/account/tokens/{token}/revoke", ("account.own", "token.revoke"), about=ONES_OWN),
        Sample(
            "/account/tokens/{readers_token}/revoke",
            ("account.own", "token.revoke"),
            about=(Thing(reporter="reader"),),
            refused=HIDDEN,
        ),
    ],
}
SENDING |= OWN_ACCOUNT
KEY = key_of("k" * 40, "nobody who follows")
FOLLOWING = {
    "/follow/{kind}/{code}": Sample(
        "/follow/recommendations/CMM8-R01", ("news.follow",), {"email": "a@example.org"}
    ),
    "/following/confirm/{token}": Sample("/following/confirm/none", ("news.follow",), opens=frozenset({410})),
    "/following/stop/{key}": Sample(f"/following/stop/{KEY}", ("news.follow",)),
}
READING |= {("GET", path): [sample] for path, sample in FOLLOWING.items()}
SENDING |= {("POST", path): [sample] for path, sample in FOLLOWING.items()}
SENDING["POST", "/following/stop/{key}/one-click"] = [
    Sample(f"/following/stop/{KEY}/one-click", ("news.follow",))
]
