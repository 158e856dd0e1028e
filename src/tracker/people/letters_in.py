"""The letters by which people come in: the link that they asked for, and the invitation."""

from datetime import timedelta

from tracker.identity import links, security_log
from tracker.kit.running import address_of
from tracker.people.letters import Words, Writing, letter

SIGN_IN, INVITATION = "sign_in", "invitation"
OUTDATED = timedelta(hours=1)
"""Whoever asked for a link so long ago has asked again, or gave up."""


@letter(SIGN_IN)
def _sign_in(writing: Writing) -> Words | None:
    """To whoever has an account; to nobody else, and only the security log learns which it was."""
    person, facts = writing.person, writing.facts
    reason = (
        "nobody"
        if person is None
        else "disabled"
        if person.disabled
        else "outdated"
        if writing.now - writing.asked_at > OUTDATED
        else ""
    )
    security_log.note(
        writing.tx,
        "link_not_sent" if reason else "link_sent",
        writing.now,
        person_id=person.person_id if person else None,
        address_hash=None if person else facts.get("typed"),
        client=facts.get("client", ""),
        **({"reason": reason} if reason else {}),
    )
    if reason:
        return None
    return Words(
        subject="Your link to sign in",
        paragraphs=["You, or someone who knows your address, asked for a link to sign in."],
        button=writing.button("Sign in", "/sign-in", links.SIGN_IN, next_path=facts.get("next", "")),
        notes=[
            "The link works once, for ten minutes after this mail was sent. Do not pass it on.",
            "If you did not ask for it, you need do nothing: nobody can sign in without this mail.",
        ],
    )


@letter(INVITATION)
def _invitation(writing: Writing) -> Words | None:
    if writing.person is None or writing.person.disabled:
        return None
    return Words(
        subject="You are invited to the follow-up tracker",
        paragraphs=[
            "An account was opened for you on the follow-up tracker: it keeps what became of the meetings’ recommendations.",
            "There is no password: you sign in by links that are mailed to this address.",
        ],
        button=writing.button("Accept the invitation", "/sign-in", links.INVITATION),
        notes=[
            f"The link works once, for seven days. Later, ask for another at {address_of(writing.settings)}/sign-in.",
            "If you expect no such invitation, you need do nothing.",
        ],
    )
