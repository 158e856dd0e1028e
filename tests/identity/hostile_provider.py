"""A provider of OpenID Connect that can lie: good until a test changes what it says, forges or withholds."""

import base64
import hashlib
import json
import secrets
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

from tests.builders import RECORDED_AT
from tests.identity.way import CLIENT_ID

Answer = tuple[int, str, bytes]
JSON = "application/json"
GZIP = b"\x1f\x8b"


def new_key(kid: str) -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": kid, "use": "sig", "alg": "RS256"})


FIRST, SECOND = new_key("first"), new_key("second")


class HostileProvider:
    """`claims` go into the next ID token, `sign` makes it, `answers` replaces the answer at a path; `asked` is what came
    in. It redeems a code once, for the verifier and the address with which it was asked for."""

    def __init__(self) -> None:
        self.now = RECORDED_AT
        self.secret = secrets.token_urlsafe(16)  # so that no other test's provider is taken for this one
        self.key, self.published = FIRST, [FIRST]
        self.claims: dict[str, Any] = {}
        self.sign: Callable[[dict[str, Any]], str] = self.signed
        self.answers: dict[str, Callable[[], Answer]] = {}
        self.discovery: dict[str, Any] = {}
        self.asked: list[str] = []
        self.codes: dict[str, dict[str, str]] = {}
        self.stop = Event()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.server.daemon_threads = True
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"

    def __enter__(self) -> "HostileProvider":
        Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(self, *gone: object) -> None:
        self.stop.set()
        self.server.shutdown()
        self.server.server_close()

    def authorize(self, address: str) -> str:
        """The person signs in: the address back."""
        asked = dict(parse_qsl(urlsplit(address).query))
        code = secrets.token_urlsafe(8)
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def signed(self, claims: dict[str, Any]) -> str:
        """As a good provider does."""
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, self.key)

    def answer(self, path: str, form: dict[str, str], authorization: str) -> Answer:
        """What is said at a path."""
        self.asked.append(path)
        if path in self.answers:
            return self.answers[path]()
        if path == "/.well-known/openid-configuration":
            return as_json(self._discovery() | self.discovery)
        if path == "/jwks":
            return as_json({"keys": [key.as_dict(private=False) for key in self.published]})
        if path == "/token":
            return self._token(form, authorization)
        return 404, "text/plain", b"none"

    def _discovery(self) -> dict[str, Any]:
        ends = {"authorization_endpoint": "/authorize", "token_endpoint": "/token", "jwks_uri": "/jwks"}
        return {name: self.issuer + path for name, path in ends.items()} | {
            "issuer": self.issuer,
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
        }

    def _token(self, form: dict[str, str], authorization: str) -> Answer:
        known = f"{CLIENT_ID}:{self.secret}"
        given = f"{form.get('client_id')}:{form.get('client_secret')}"
        by_form = self.discovery.get("token_endpoint_auth_methods_supported") == ["client_secret_post"]
        basic = f"Basic {base64.b64encode(known.encode()).decode()}"
        if (given, authorization) != ((known, "") if by_form else ("None:None", basic)):
            return as_json({"error": "invalid_client"}, 401)
        asked = self.codes.pop(form.get("code", ""), None)
        verified = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(verified).rstrip(b"=").decode()
        if (
            asked is None
            or asked["code_challenge_method"] != "S256"
            or asked["code_challenge"] != challenge
            or asked["redirect_uri"] != form["redirect_uri"]
        ):
            return as_json({"error": "invalid_grant"}, 400)
        now = int(self.now.timestamp())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "sub": "subject",
            "nonce": asked["nonce"],
            "iat": now,
            "exp": now + 300,
            "email": "focal@example.org",
            "email_verified": True,
        } | self.claims
        said = {name: value for name, value in claims.items() if value is not None}
        return as_json({"access_token": "a", "token_type": "Bearer", "id_token": self.sign(said)})


def as_json(body: object, status: int = 200) -> Answer:
    return status, JSON, json.dumps(body).encode()


def _handler(provider: HostileProvider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._say(provider.answer(urlsplit(self.path).path, {}, ""))

        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers["content-length"])).decode()
            form = {name: values[0] for name, values in parse_qs(sent).items()}
            self._say(provider.answer(self.path, form, self.headers.get("authorization", "")))

        def _say(self, answer: Answer) -> None:
            status, kind, body = answer
            try:
                self.send_response(status)
                self.send_header("content-type", kind)
                if 300 <= status < 400:
                    self.send_header("location", body.decode())
                if body.startswith(GZIP):
                    self.send_header("content-encoding", "gzip")
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            except OSError:  # the tracker heard enough
                self.close_connection = True

        def log_message(self, *given: object) -> None:
            """Nothing on the terminal."""

    return Handler
