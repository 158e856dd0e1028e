"""The one error tree. Every message is a sentence that its reader can act on.

    TrackerError
    ├── BadInput        what was sent cannot be understood            exit 2
    │   └── TooLarge    and is not read to its end
    ├── SetupError      settings, database or port are not right      exit 2
    ├── NotFound        there is no such thing                        exit 3
    ├── Conflict        someone was quicker, or the key was used      exit 4
    │   ├── Raced       the same, found by the database: try again
    │   └── Stale       it is no longer as it was when it was looked at
    ├── NotAllowed      the policy says no                            exit 5
    │   ├── Forged      a form that its own page did not send
    │   ├── Gone        a link or a code that worked once, or too late
    │   └── Unproven    a token that is wrong, too old or revoked, or none at all
    ├── TooMany         tried too often; wait                         exit 6
    ├── Unavailable     database, broker or mail server is away       exit 6
    │   └── NoAnswer    the same, in the words of what is away
    ├── RuleBroken      a rule of the domain refuses                  exit 1
    └── Tampered        the log or a projection is not what it was    exit 1

HTTP is known to `tracker.web.problems` alone, exit codes to the command line alone.
"""

from datetime import timedelta


class TrackerError(Exception):
    """Root of the tree; `field` names the form field or option that is to blame, where there is one."""

    exit_code = 1

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class BadInput(TrackerError):
    """What was sent cannot be understood."""

    exit_code = 2


class TooLarge(BadInput):
    """What was sent is larger than anything that is taken; the rest of it was not read."""


class SetupError(TrackerError):
    """The installation is not in order: a setting, the database's version, a port."""

    exit_code = 2


class NotFound(TrackerError):
    """There is no such thing, or none that this person may know of."""

    exit_code = 3


class Conflict(TrackerError):
    """The stream moved on, or the command id was used for something else."""

    exit_code = 4


class Raced(Conflict):
    """Two writers met inside the database; nothing was written and trying again is safe."""


class Stale(Conflict):
    """The stream is no longer at the version that was looked at."""


class NotAllowed(TrackerError):
    """The policy does not let this person do this."""

    exit_code = 5


class Forged(NotAllowed):
    """A form that this site's own page did not send to this browser, or too long ago."""


class Gone(NotAllowed):
    """A link or a code was used already, or is too old, or never was: another one must be asked for."""


class Unproven(NotAllowed):
    """What should prove who someone is does not; `thing` says in a few words what it was, for the security log."""

    def __init__(self, message: str, thing: str) -> None:
        super().__init__(message)
        self.thing = thing


class TooMany(TrackerError):
    """Tried too often; `wait` says how long until it may be tried again."""

    exit_code = 6

    def __init__(self, message: str, wait: timedelta) -> None:
        super().__init__(message)
        self.wait = wait


class Unavailable(TrackerError):
    """Something that the tracker needs does not answer."""

    exit_code = 6


class NoAnswer(Unavailable):
    """The database does not answer; its driver's words name hosts and roles, and so are for the operator."""


class RuleBroken(TrackerError):
    """A rule of the domain refuses the command."""


class Tampered(TrackerError):
    """The log or a projection is not what was written."""
