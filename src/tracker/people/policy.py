"""Who may do what: one table of actions, one function that answers. What is not in the table nobody may do."""

from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from tracker.kit.errors import NotAllowed


class Actor(msgspec.Struct, frozen=True):
    """Who asks: roles as (role, scope), and (body, partner) for which the person is a focal point today.

    `withheld`: roles that the person has and may not use before showing a second factor. `scopes`: the actions to which
    a token is limited; None: no token, no limit.
    """

    person_id: str
    name: str
    roles: frozenset[tuple[str, str]] = frozenset()
    represents: frozenset[tuple[str, str]] = frozenset()
    withheld: frozenset[tuple[str, str]] = frozenset()
    scopes: frozenset[str] | None = None

    def has(self, role: str, scope: str | None = None) -> bool:
        """True if the person has the role everywhere, or within this scope."""
        return (role, "*") in self.roles or (role, scope) in self.roles

    def has_anywhere(self, role: str) -> bool:
        """True if the person has the role within any scope."""
        return any(held == role for held, _ in self.roles)


PUBLIC = Actor("public", "The public")
OPERATOR = Actor("operator", "The operator", frozenset({("operator", "*")}))
"""The command line on the server itself; `operator` is no role that a person can be given."""
WITH_SECOND_FACTOR = frozenset({"secretariat", "admin"})
"""Roles by which much can be changed: they count only in a session behind which a second factor stands."""
SERVICE = Actor("service", "The tracker", frozenset({("service", "*")}))
"""Workers and the seed."""


@dataclass(frozen=True)
class Asked:
    """What the action is about; `reporter` is the person whose report or digest it is."""

    body: str | None = None
    partner: str | None = None
    reporter: str | None = None


@dataclass(frozen=True)
class Rule:
    """Who may; `who` completes the sentence "Only … may do this". `independent`: not about one's own report."""

    who: str
    holds: Callable[[Actor, Asked], bool]
    independent: bool = False

    def __or__(self, other: "Rule") -> "Rule":
        return Rule(
            f"{self.who} or {other.who}",
            lambda actor, asked: self.holds(actor, asked) or other.holds(actor, asked),
        )


def independent(rule: Rule) -> Rule:
    """The same people, but nobody about a report of their own."""
    return Rule(rule.who, rule.holds, independent=True)


def another(rule: Rule) -> Rule:
    """The same people, but never about themselves."""
    return Rule(
        f"{rule.who}, other than the person it concerns,",
        lambda actor, asked: rule.holds(actor, asked) and asked.reporter != actor.person_id,
    )


_anyone = Rule("anyone", lambda actor, asked: True)
_known = Rule("people with an account", lambda actor, asked: actor != PUBLIC)
_signed_in = Rule("people with a role", lambda actor, asked: bool(actor.roles or actor.represents))
_operator = Rule("the operator of the server", lambda actor, asked: actor.has("operator"))
_service = Rule("the tracker itself", lambda actor, asked: actor.has("service"))
_service_itself = Rule(
    "the tracker about what it reported itself",
    lambda actor, asked: actor.has("service") and asked.reporter == actor.person_id,
)
_admin = Rule("an administrator", lambda actor, asked: actor.has("admin"))
_auditor = Rule("an auditor", lambda actor, asked: actor.has("auditor"))
_secretariat = Rule("the secretariat of {body}", lambda actor, asked: actor.has("secretariat", asked.body))
_a_secretariat = Rule(
    "a secretariat",
    lambda actor, asked: (
        actor.has_anywhere("secretariat") if asked.body is None else _secretariat.holds(actor, asked)
    ),
)
_focal_point = Rule(
    "a focal point of {partner}", lambda actor, asked: (asked.body, asked.partner) in actor.represents
)
_of_the_body = Rule(
    "a focal point in {body}", lambda actor, asked: any(body == asked.body for body, _ in actor.represents)
)
_validator = Rule(
    "the validating authority of {partner}",
    lambda actor, asked: actor.has("validating_authority", asked.partner),
)
_oneself = Rule(
    "the person it concerns", lambda actor, asked: asked.reporter == actor.person_id and actor != PUBLIC
)

ACTIONS: dict[str, Rule] = {
    "read.public": _anyone,
    "account.sign_in": _anyone,
    "news.follow": _anyone,
    "account.own": _known,
    "read.restricted": _focal_point | _validator | _secretariat | _auditor,
    "read.embargoed": _secretariat | _of_the_body | _auditor | _service,
    "audit.read": _signed_in,
    "log.verify": _auditor | _admin | _service,
    "person.invite": _admin | _a_secretariat | _service,
    "person.role": _admin,
    "person.disable": _admin,
    "session.end": _admin,
    "person.rename": _oneself | _admin,
    "person.move": _oneself,
    "person.unlink": _oneself | _admin,
    "person.address": _operator,
    "factor.reset": _operator,
    "factor.ask_recovery": _oneself | _admin,
    "factor.see_recoveries": _admin | _a_secretariat,
    "factor.recover": another(_admin | _secretariat),
    "factor.recover_any": another(_admin),
    "token.issue": _oneself,
    "token.revoke": _oneself | _admin,
    "security.read": _admin | _auditor,
    "access.read": _admin | _auditor,
    "person.read": _admin | _a_secretariat,
    "desk.open": _a_secretariat,
    "partner.manage": _a_secretariat | _service,
    "focal_point.manage": _secretariat | _service,
    "body.manage": _secretariat | _service,
    "meeting.manage": _secretariat | _service,
    "meeting.release": _secretariat,
    "recommendation.manage": _secretariat | _service,
    "activity.manage": _secretariat | _service,
    "followup.respond": _focal_point | _secretariat | _service,
    "followup.report": _focal_point | _secretariat | _service,
    "followup.correct": _focal_point | _secretariat | _service_itself,
    "followup.validate": independent(_validator),
    "followup.verify": independent(_auditor | _secretariat),
    "followup.dispute": _secretariat | _auditor,
    "followup.close": _secretariat,
    "followup.reopen": _secretariat,
    "followup.due": _secretariat,
    "digest.preview": _oneself | _a_secretariat | _service,
    "digest.send": _a_secretariat | _service,
    "metrics.recompute": _a_secretariat | _service,
    "mailbox.read": _admin,
    "tracker.operate": _operator,
}
"""Every action that there is. The operator may do all of them, but is not independent of a report of their own."""
OWNED_BY_NOBODY = frozenset(
    {
        "account.sign_in",
        "account.own",
        "news.follow",
        "person.invite",
        "person.role",
        "person.disable",
        "session.end",
        "person.address",
        "factor.reset",
        "factor.see_recoveries",
        "person.read",
        "security.read",
        "access.read",
        "log.verify",
        "digest.send",
        "desk.open",
        "mailbox.read",
        "tracker.operate",
    }
)
"""Actions that are asked without a body, partner or report."""

ALWAYS = frozenset({"read.public", "account.own"})
"""What every token may: what everybody may, and ask whose it is."""
FAMILIES: dict[str, frozenset[str]] = {
    "read": frozenset({"read.restricted", "read.embargoed"}),
    "report": frozenset({"read.embargoed", "followup.respond", "followup.report", "followup.correct"}),
    "check": frozenset({"read.embargoed", "followup.validate", "followup.verify", "followup.dispute"}),
    "manage": frozenset(
        {
            "person.invite",
            "partner.manage",
            "focal_point.manage",
            "body.manage",
            "read.embargoed",
            "meeting.manage",
            "meeting.release",
            "recommendation.manage",
            "activity.manage",
            "followup.close",
            "followup.reopen",
            "followup.due",
            "digest.preview",
            "digest.send",
            "metrics.recompute",
        }
    ),
    "audit": frozenset({"audit.read", "log.verify", "security.read"}),
}
"""For what a token can be meant, in words that its maker chooses from. What is in none of them no token may: give roles,
disable people, make or revoke tokens."""


def require(
    actor: Actor,
    action: str,
    *,
    body: str | None = None,
    partner: str | None = None,
    reporter: str | None = None,
) -> None:
    """Raises `NotAllowed`, with a sentence that says who may, unless `actor` may do `action`."""
    refusal = _refusal(actor, action, Asked(body, partner, reporter))
    if refusal is not None:
        raise NotAllowed(refusal)


def require_scope(actor: Actor, action: str) -> None:
    """Raises `NotAllowed` if a token is not meant for the action, whatever it would be about."""
    refusal = _not_meant(actor, action)
    if refusal is not None:
        raise NotAllowed(refusal)


def allows(
    actor: Actor,
    action: str,
    *,
    body: str | None = None,
    partner: str | None = None,
    reporter: str | None = None,
) -> bool:
    """True if `require` would let it pass: for buttons that are shown or not."""
    return _refusal(actor, action, Asked(body, partner, reporter)) is None


def _refusal(actor: Actor, action: str, asked: Asked) -> str | None:
    rule = ACTIONS.get(action)
    if rule is None:
        return f"There is no action {action}, so nobody may do it."
    not_meant = _not_meant(actor, action)
    if not_meant is not None:
        return not_meant
    if not (rule.holds(actor, asked) or _operator.holds(actor, asked)):
        who = rule.who.format(body=asked.body or "the body", partner=asked.partner or "the partner")
        again = _withheld(actor) if actor.withheld else ""
        return f"{'Please sign in: only' if actor == PUBLIC else 'Only'} {who} may do this.{again}"
    if rule.independent and asked.reporter == actor.person_id:
        return "You made this report yourself, so someone else must look at it and say whether it holds."
    return None


def _withheld(actor: Actor) -> str:
    if actor.scopes is None:
        return " You have shown no second factor yet in this session."
    return " This token was made without a second factor; make another one after showing it."


def _not_meant(actor: Actor, action: str) -> str | None:
    if actor.scopes is None or action in actor.scopes:
        return None
    return f"This token is not meant for that ({action}); make one with this scope."
