"""Mails about second factors: none asks for anything but to look whether one did it oneself."""

from tracker.kit.running import address_of
from tracker.people import called, factors, recovery, showing
from tracker.people.letters import Button, Words, Writing, letter

KINDS = {"code_app": "an app for codes", "passkey": "a passkey"}
NOT_YOU = (
    "If it was not you, tell the secretariat or an administrator at once: someone may read your mail. Then end all "
    "other sessions at “Where you are signed in”."
)


@letter(factors.ADDED)
def _added(writing: Writing) -> Words | None:
    kind = KINDS[writing.facts["kind"]]
    return _notice(
        writing, "A second factor was set up", f"You set up {kind} as a second factor for your account."
    )


@letter(factors.REMOVED)
def _removed(writing: Writing) -> Words | None:
    kind = KINDS[writing.facts["kind"]]
    said = f"You removed {kind} from the second factors of your account."
    return _notice(writing, "A second factor was removed", said)


@letter(factors.CODES_MADE)
def _codes_made(writing: Writing) -> Words | None:
    said = "You made new recovery codes for your account. Those that you had before work no longer."
    return _notice(writing, "New recovery codes", said)


@letter(showing.CODE_USED)
def _code_used(writing: Writing) -> Words | None:
    left = writing.facts["left"]
    said = f"One of your recovery codes was used to sign in; {left} are left."
    return _notice(writing, "A recovery code was used", said)


@letter(recovery.ASKED)
def _asked(writing: Writing) -> Words | None:
    said = (
        "It was asked that you may set up a second factor anew, since you lost the one that you had. Two people must "
        "approve that within seven days; they will want to hear from you."
    )
    return _notice(
        writing, "Recovery of your second factor", said, path="/account/factors", label="See it, or stop it"
    )


@letter(recovery.WAITS)
def _waits(writing: Writing) -> Words | None:
    about = writing.facts["about"]
    found = recovery.of_person(writing.tx, about, writing.now)
    if writing.person is None or found is None:  # stopped or done meanwhile
        return None
    name = called.names(writing.tx, [about])[about]
    said = (
        f"It was asked that {name} may set up a second factor anew, since the one that there was is lost. Two people must "
        f"approve that before {found.until:%d %B %Y}, and you may be one of them."
    )
    speak = (
        "Speak with the person first, on a telephone number that you know or where you meet: whoever reads their mail can "
        "ask too."
    )
    button = Button("See who waits", f"{address_of(writing.settings)}/recoveries")
    note = "This mail approves nothing. If you do not know the person, leave it to others."
    return Words(
        subject="A recovery waits for two people", paragraphs=[said, speak], button=button, notes=[note]
    )


@letter(recovery.DONE)
def _done(writing: Writing) -> Words | None:
    said = (
        "Your second factors were reset, and you were signed out everywhere. Please ask for a link to sign in, and set "
        "up a second factor anew."
    )
    return _notice(writing, "Your second factors were reset", said, path="/sign-in", label="Sign in")


def _notice(
    writing: Writing,
    subject: str,
    said: str,
    *,
    path: str = "/account/factors",
    label: str = "Your second factors",
) -> Words | None:
    if writing.person is None:
        return None
    button = Button(label, f"{address_of(writing.settings)}{path}")
    return Words(subject=subject, paragraphs=[said], button=button, notes=[NOT_YOU])
