"""For every route for programs: an address, a body that is right, and the action by which it is decided."""

from tests.builders import BODY
from tests.policy.samples import ACTS, ELSEWHERE, OWN, PAIRS, Sample, Table, Thing

API = "/api/v1"
FOLLOWUP, AT = "/followups/{recommendation}/{partner}", "/followups/{prefix}-{number}/{partner}"
COMMANDS = {
    "reports": "report",
    "responses": "respond",
    "corrections": "correct",
    "validations": "validate",
    "verifications": "verify",
    "disputes": "dispute",
    "closings": "close",
    "reopenings": "reopen",
    "due": "due",
}
PUBLIC = {
    "/partners": "/partners",
    "/partners/{code}": "/partners/IDN",
    "/bodies": "/bodies",
    "/meetings": "/meetings",
    "/meetings/{code}": "/meetings/CMM8",
    "/activities": "/activities",
    "/activities/{code}": "/activities/ASEM-ACT-01",
    "/recommendations": "/recommendations",
    "/recommendations/{code}": "/recommendations/CMM8-R01",
    FOLLOWUP: AT,
    "/search": "/search?words=law",
    "/grid": f"/grid?body={BODY}",
    "/metrics/{meeting}": "/metrics/CMM8",
    "/metrics/{meeting}/{picture}": "/metrics/CMM8/rates",
    "/checkpoint": "/checkpoint",
    "/consistency": "/consistency",
    "/openapi.json": "/openapi.json",
}
AUDIT = {
    "/events": "/events?limit=5",
    "/history/{code}": "/history/CMM8-R01",
    "/receipts/{position}": "/receipts/1",
    "/changes": "/changes?since=2026-11-01",
}
NOT_ONES_OWN = frozenset({403, 404})
"""A follow-up about which one may not do this is answered as if there were none; who may, but made the report, is told."""


def _reading(action: str, path: str) -> list[Sample]:
    about = PAIRS if path == AT else (Thing(),)
    return [Sample(API + path, (action,), about=about)]


CALLING: Table = {
    **{("GET", API + route): _reading("read.public", path) for route, path in PUBLIC.items()},
    **{("GET", API + route): _reading("audit.read", path) for route, path in AUDIT.items()},
    ("GET", f"{API}/me"): _reading("account.own", "/me"),
}
COMMANDING: Table = {
    ("POST", f"{API}{FOLLOWUP}/{kind}"): [
        Sample(f"{API}{AT}/{kind}", (ACTS[act][0],), ACTS[act][2], ACTS[act][1], refused=NOT_ONES_OWN)
    ]
    for kind, act in COMMANDS.items()
}
COMMANDING["POST", f"{API}/meetings/{{code}}/release"] = [
    Sample(f"{API}/meetings/{{prefix}}/release", ("meeting.release",), about=(OWN, ELSEWHERE))
]
