"""What people around the world have to show: tokens, second factors, links with a provider; and what others lost."""

import json

import pyotp
from sqlalchemy import Connection

from tests.builders import RECORDED_AT, context
from tests.web.authenticator import Authenticator
from tracker.eventstore.execute import execute
from tracker.identity import code_apps, links, passkeys, recovery_codes
from tracker.identity.bearer import hashed
from tracker.identity.came import from_console
from tracker.identity.oidc import ceremony, identities
from tracker.identity.oidc.tokens import Proven
from tracker.identity.passkeys import Place
from tracker.kit.settings import Settings
from tracker.people import recovery, sso, tokens
from tracker.people.commands import LinkPerson
from tracker.people.decider import PERSON
from tracker.people.policy import FAMILIES, OPERATOR

CAME = from_console(RECORDED_AT)


def token(tx: Connection, person_id: str, *, strong: bool) -> dict[str, str]:
    """A token for all that tokens may be for."""
    wanted = tokens.Wanted("All", list(FAMILIES))
    made = tokens.issue(tx, OPERATOR, person_id, wanted, context(), CAME, strong=strong)
    return {"token": made.token.id, "secret": made.secret}


def put(
    tx: Connection,
    settings: Settings,
    people: dict[str, str],
    own: dict[str, dict[str, str]],
    sessions: dict[str, str],
) -> None:
    """A passkey, recovery codes, an app for codes that is not confirmed yet, and a link with the provider, for everybody
    with a session; and what a device answers in that session to what it is asked."""
    for name, opened_by in sessions.items():
        person_id, session = people[name], hashed(opened_by)
        device, at = _with_passkey(tx, settings, person_id, session)
        to_add = passkeys.options_to_add(tx, at, person_id, name, name, RECORDED_AT, session)
        to_show = passkeys.options_to_show(tx, at, RECORDED_AT, person_id=person_id, session_id=session)
        key = code_apps.begin(tx, person_id, settings.secret_key, RECORDED_AT)
        execute(tx, PERSON, person_id, LinkPerson(issuer=settings.oidc_issuer), context())
        identities.link(tx, settings.oidc_issuer, f"subject of {name}", person_id, RECORDED_AT)
        own[name] |= {
            "session": session,
            "passkey": passkeys.of_person(tx, person_id)[0].id,
            "adds": Authenticator().make(json.loads(to_add)),
            "shows": device.show(json.loads(to_show)),
            "code": pyotp.TOTP(key).at(RECORDED_AT),
            "spare": recovery_codes.renew(tx, person_id)[0],
        }


def shared(tx: Connection, settings: Settings, people: dict[str, str]) -> dict[str, str]:
    """A passkey's answer that signs somebody in, and the way of a browser that came back from the provider and waits for
    the mailed link."""
    person_id = people["lost here"]
    device, at = _with_passkey(tx, settings, person_id, "")
    to_sign_in = passkeys.options_to_show(tx, at, RECORDED_AT)
    way = ceremony.new_ceremony("", RECORDED_AT)
    ceremony.spend(tx, way, RECORDED_AT)
    ceremony.wait(tx, way.key, Proven("newcomer", "lost.here@example.org", strong=False))
    return {
        "signs_in": device.show(json.loads(to_sign_in)),
        "way": ceremony.to_cookie(way, settings.secret_key),
        "state": way.state,
        "links": links.issue(tx, person_id, RECORDED_AT, purpose=sso.LINK, about=way.key),
    }


def lost(tx: Connection, settings: Settings, people: dict[str, str]) -> dict[str, str]:
    """Recoveries under way of those who lost their factors: what names each."""
    requests = {}
    for name, person_id in people.items():
        if name.startswith("lost"):
            _with_passkey(tx, settings, person_id, "")
            recovery.request(tx, OPERATOR, person_id, context(), CAME)
            found = recovery.of_person(tx, person_id, RECORDED_AT)
            requests[name] = "" if found is None else str(found.request)
    return requests


def _with_passkey(
    tx: Connection, settings: Settings, person_id: str, session: str
) -> tuple[Authenticator, Place]:
    device, at = Authenticator(), passkeys.place(settings.address)
    assert at is not None
    asked = passkeys.options_to_add(tx, at, person_id, "a@example.org", "A", RECORDED_AT, session)
    assert passkeys.add(tx, at, person_id, "Key", device.make(json.loads(asked)), RECORDED_AT, session)
    return device, at
