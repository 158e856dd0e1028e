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
from tests.policy.world import PUBLIC, Rehearsal, World
from tests.web.browser import HOME
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
        words = self.words(about)
        fields = {name: value.format(**words) for name, value in sample.fields.items()}
        return self.send(who, method, sample.url.format(**words), fields | typed)

    def send(self, who: str, method: str, url: str, fields: dict[str, str] | None = None) -> Response:
        """The answer to any request, with a form of this person's own page unless `csrf_token` says otherwise."""
        given = None
        if method != "GET":
            given = {CSRF_FIELD: self.csrf(who), "command_id": new_id()} | (fields or {})
        return self.client.request(method, url, data=given, headers={"cookie": self.cookie(who)})

    def cookie(self, who: str) -> str:
        """What the person's browser holds."""
        if who == PUBLIC:
            return f"tracker-visitor={VISITOR.replace(' ', '')}"
        return f"tracker-session={self.world.tokens[who]}"

    def csrf(self, who: str) -> str:
        """The token of a form on a page that the person opened."""
        bound = self.cookie(who).partition("=")[2]
        serializer = URLSafeTimedSerializer(self.app.state.site.secret, salt="tracker.form")
        return str(serializer.dumps(hashlib.sha256(bound.encode()).hexdigest()))

    def words(self, about: Thing) -> dict[str, str]:
        """What stands for the words in braces of a sample about this thing."""
        world, code = self.world, f"{about.prefix}-{about.number}"
        named = {name: world.people[name] for name in ("nobody", "reader", "disabled")}
        main = MAIN.get((about.body or "", about.partner or ""), "focal point elsewhere")
        person = world.people.get(about.reporter or "nobody", "")
        return {
            **about._asdict(),
            **world.words,
            **named,
            "main": world.people[main],
            "person": person,
            "later": "CMM9" if about.prefix == "CMM8" else "UC9",
            "report": world.reports.get((code, about.partner or ""), ""),
            "position": str(world.positions.get((code, about.partner or ""), 0)),
        }
