"""Real requests of everybody to one application, whose writes are taken back."""

import hashlib
import warnings
from typing import Any, Self

with warnings.catch_warnings():
    # Starlette asks for a successor of httpx that is not in its own dependencies yet.
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

from httpx import Response
from itsdangerous import URLSafeTimedSerializer

from tests.builders import RECORDED_AT
from tests.policy.samples import NOTHING, Sample, Thing
from tests.policy.world import HOME, PUBLIC, Rehearsal, World
from tracker.app import create_app
from tracker.kit.ids import new_id
from tracker.web.session import CSRF_FIELD

MAIN = {("ASEM-CMM", "IDN"): "focal point", ("ASEM-CMM", "FRA"): "other focal point"}
VISITOR = "a visitor of the public"


class Asking:
    """Everybody around the world; `ask` sends a sample as one of them."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.app = create_app(world.settings, Rehearsal(world.db.url), lambda: RECORDED_AT)
        self.client = TestClient(
            self.app, base_url=HOME, raise_server_exceptions=False, follow_redirects=False
        )

    def __enter__(self) -> Self:
        self.client.__enter__()
        return self

    def __exit__(self, *args: Any) -> None:
        self.client.__exit__(*args)
        self.app.state.site.database.dispose()

    def ask(self, who: str, method: str, sample: Sample, about: Thing = NOTHING, **typed: str) -> Response:
        """The answer to one person's request about one thing."""
        words = self.words(about, who)
        fields = {name: value.format(**words) for name, value in sample.fields.items()}
        return self.send(who, method, sample.url.format(**words), fields | typed)

    def send(self, who: str, method: str, url: str, fields: dict[str, str] | None = None) -> Response:
        """The answer to any request, with a form of this person's own page unless `csrf_token` says otherwise."""
        given = None
        if method != "GET":
            given = {CSRF_FIELD: self.csrf(who), "command_id": new_id()} | (fields or {})
        return self.client.request(method, url, data=given, headers={"cookie": self.cookie(who)})

    def call(self, who: str, method: str, sample: Sample, about: Thing = NOTHING) -> Response:
        """The answer to a program that has a token of the person, for all that tokens may be for."""
        secret = "" if who == PUBLIC else self.world.own[who]["secret"]
        return self._call(who, method, sample, about, {"authorization": f"Bearer {secret}"} if secret else {})

    def call_with_cookie(self, who: str, method: str, sample: Sample, about: Thing = NOTHING) -> Response:
        """The answer to a call with no token but the cookie of the person's session."""
        return self._call(who, method, sample, about, {"cookie": self.cookie(who)})

    def _call(self, who: str, method: str, sample: Sample, about: Thing, headers: dict[str, str]) -> Response:
        words = self.words(about, who)
        url = sample.url.format(**words)
        body = {name: value.format(**words) for name, value in sample.fields.items()}
        if method == "GET":
            return self.client.get(url, headers=headers)
        return self.client.request(method, url, json=body, headers=headers | {"idempotency-key": new_id()})

    def cookie(self, who: str) -> str:
        """What the person's browser holds: that of the way to a provider, too."""
        way = f"; tracker-oidc={self.world.words['way']}"
        if who == PUBLIC:
            return f"tracker-visitor={VISITOR.replace(' ', '')}{way}"
        return f"tracker-session={self.world.tokens[who]}{way}"

    def csrf(self, who: str) -> str:
        """The token of a form on a page that the person opened."""
        bound = self.cookie(who).partition("=")[2].partition(";")[0]
        serializer = URLSafeTimedSerializer(self.app.state.site.secret, salt="tracker.form")
        return str(serializer.dumps(hashlib.sha256(bound.encode()).hexdigest()))

    def words(self, about: Thing, who: str = PUBLIC) -> dict[str, str]:
        """What stands for the words in braces of a sample about this thing. The public has found what somebody has."""
        world, code = self.world, f"{about.prefix}-{about.number}"
        named = {name: world.people[name] for name in ("nobody", "reader", "disabled")}
        main = MAIN.get((about.body or "", about.partner or ""), "focal point elsewhere")
        person = world.people.get(about.reporter or "nobody", "")
        return {
            **about._asdict(),
            **world.words,
            **world.own[who if who in world.own else "nobody"],
            "readers_token": world.own["reader"]["token"],
            "request": world.requests.get(about.reporter or "", ""),
            **named,
            "main": world.people[main],
            "person": person,
            "later": "CMM9" if about.prefix == "CMM8" else "UC9",
            "report": world.reports.get((code, about.partner or ""), ""),
            "position": str(world.positions.get((code, about.partner or ""), 0)),
        }
