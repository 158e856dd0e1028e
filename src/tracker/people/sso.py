"""Coming in through a provider of OpenID Connect. It opens no account and, at first, none that is there: that somebody
there has an account's address is confirmed once by mail, in the browser in which they signed in there."""

from datetime import timedelta

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from tracker.eventstore.execute import execute
from tracker.eventstore.store import Context, Receipt
from tracker.identity import limits, links, security_log, sessions
from tracker.identity.came import Came
from tracker.identity.oidc import ceremony, identities
from tracker.identity.oidc.ceremony import Ceremony
from tracker.identity.oidc.tokens import Proven
from tracker.identity.oidc.trouble import Refused
from tracker.identity.sessions import Session
from tracker.kit.errors import BadInput, Gone, RuleBroken
from tracker.kit.given import cleaned
from tracker.kit.ids import new_id
from tracker.people import door, letters
from tracker.people.addresses import address
from tracker.people.commands import LinkPerson, UnlinkPerson
from tracker.people.decider import PERSON
from tracker.people.policy import Actor, require

MEANS = "oidc"
"""How a session says that it began here."""
LINK = "oidc_link"
LEFT = "/sign-in-oidc/left"
"""Where one goes who signs out of such a session."""


def come_in(
    tx: Connection, issuer: str, proven: Proven, came: Came, *, instead_of: Session | None = None
) -> str | None:
    """The token of a new session for whoever is linked to this subject; None: nobody is. Raises `Refused`."""
    person_id = identities.find(tx, issuer, proven.subject)
    if person_id is None:
        return None
    if not door.may_come_in(tx, person_id):
        raise Refused("account closed")
    return _begin(tx, person_id, proven.strong, came, instead_of)


def ask_to_link(
    tx: Connection, proven: Proven, key: str, came: Came, secret: str, next_path: str
) -> timedelta | None:
    """Lets a link be mailed to the address, if somebody has an account with it; how long to wait when that was asked
    for too often. The page learns neither. Raises `Refused` for an address that no account can have."""
    try:
        email = address(proven.email)
    except BadInput:
        raise Refused("strange address") from None
    typed = security_log.address_hash(secret, email)
    refusal = limits.hit(tx, limits.LINKS_TO_AN_ADDRESS, typed, came.now)
    if refusal is not None:
        return refusal.wait
    ceremony.wait(tx, key, proven)
    security_log.note(tx, "sso_link_asked", came.now, client=came.client, address_hash=typed)
    facts = {"about": key, "client": came.client, "typed": typed, "next": next_path}
    letters.put(tx, LINK, came.now, email=email, facts=facts)
    return None


def confirm(
    tx: Connection, token: str, issuer: str, mine: Ceremony, came: Came, *, instead_of: Session | None = None
) -> tuple[str, str]:
    """Links the account that the mail went to with whoever came back from the provider in this browser: the token of
    their session, and the path on which to go on. Raises `Gone`, and `RuleBroken` if the account is linked to somebody
    else there.
    """
    link = links.spend(tx, token, came.now, LINK)
    waiting = ceremony.waiting(tx, mine.key, came.now) if link.about == mine.key else None
    if waiting is None or not door.may_come_in(tx, link.person_id):
        raise Gone("This link works no longer. Please sign in again.")
    subject, strong = waiting
    context = Context(
        actor_id=link.person_id, effective_at=came.now, command_id=new_id(), metadata={"door": "web"}
    )
    execute(tx, PERSON, link.person_id, LinkPerson(issuer=issuer), context)
    try:
        identities.link(tx, issuer, subject, link.person_id, came.now)
    except IntegrityError:
        raise RuleBroken("Whoever signed in there is linked to another account already.") from None
    security_log.note(tx, "sso_linked", came.now, person_id=link.person_id, client=came.client)
    return _begin(tx, link.person_id, strong, came, instead_of), link.next_path


def unlink(
    tx: Connection, actor: Actor, person_id: str, command: UnlinkPerson, context: Context, came: Came
) -> Receipt:
    """Lets the provider no longer open the account; the sessions that it opened end."""
    require(actor, "person.unlink", reporter=person_id)
    receipt = execute(tx, PERSON, person_id, cleaned(command), context)
    identities.unlink(tx, command.issuer, person_id)
    ended = sessions.end_all(tx, person_id, came.now, means=MEANS)
    security_log.note(
        tx, "sso_unlinked", came.now, person_id=person_id, client=came.client, sessions_ended=ended
    )
    return receipt


def _begin(tx: Connection, person_id: str, strong: bool, came: Came, instead_of: Session | None) -> str:
    if instead_of is not None:
        door.leave(tx, instead_of, came)
    session = sessions.begin(tx, person_id, came.now, means=MEANS, strong=strong, agent=came.agent)
    security_log.note(
        tx, "signed_in", came.now, person_id=person_id, client=came.client, means=MEANS, strong=strong
    )
    return session
