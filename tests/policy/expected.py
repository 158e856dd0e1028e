"""What each kind of person may, by the table of tests/people/test_policy.py: the policy itself is not asked."""

from tests.people.test_policy import EXPECTED
from tests.policy.samples import NOTHING, ONESELF, Thing
from tests.policy.world import KINDS, PUBLIC, Kind

NEVER_ABOUT_ONESELF = {"followup.validate", "followup.verify", "factor.recover", "factor.recover_any"}
ABOUT_ONESELF = {
    "digest.preview",
    "person.rename",
    "person.move",
    "person.unlink",
    "factor.ask_recovery",
    "token.issue",
    "token.revoke",
}
"""What one may about oneself, whatever one is."""


def may(who: str, action: str, about: Thing = NOTHING, *, console: bool = False, token: bool = False) -> bool:
    """Whether the table says so. `console`: on the command line, where the operator vouches for the second factor and
    there are no sessions. `token`: by a token, which goes on when a session ends."""
    oneself = about.reporter in (who, ONESELF)
    if oneself and action in NEVER_ABOUT_ONESELF:
        return False
    names = rows(who, about, console=console, token=token)
    if oneself and action in ABOUT_ONESELF and names != {"public"}:
        return True
    return any(name in EXPECTED[action] for name in names)


def rows(who: str, about: Thing, *, console: bool = False, token: bool = False) -> set[str]:
    """As which rows of the table somebody counts, towards this thing."""
    if who == PUBLIC:
        return {"public"}
    kind = KINDS[who]
    if kind.state == "disabled" or (kind.state == "ended" and not (console or token)):
        return {"public"}
    found = {"nobody"}
    if kind.reports_for and kind.state != "retired":
        found.add(_focal_point(kind, about))
    if kind.role and (kind.strong or console):
        found.add(_role(kind, about))
    return found


def _focal_point(kind: Kind, about: Thing) -> str:
    if kind.reports_for == (about.body, about.partner):
        return "focal point"
    other = kind.reports_for is not None and kind.reports_for[0] == about.body
    return "focal point of another partner" if other else "focal point in another body"


def _role(kind: Kind, about: Thing) -> str:
    if kind.role == "validating_authority":
        return "validator" if kind.scope == about.partner else "validator of another partner"
    if kind.role == "secretariat":
        # What belongs to no body is any secretariat's.
        return "secretariat" if about.body in (None, kind.scope) else "secretariat of another body"
    return kind.role
