"""The letter that links an account with an outside sign-in."""

from tracker.identity import security_log
from tracker.people.letters import Words, Writing, letter
from tracker.people.letters_in import OUTDATED
from tracker.people.sso import LINK


@letter(LINK)
def _link(writing: Writing) -> Words | None:
    """To whoever has an account; to nobody else."""
    person, facts, name = writing.person, writing.facts, writing.settings.oidc_name
    late = writing.now - writing.asked_at > OUTDATED
    sent = person is not None and not person.disabled and not late
    security_log.note(
        writing.tx,
        "link_sent" if sent else "link_not_sent",
        writing.now,
        person_id=person.person_id if person else None,
        address_hash=None if person else facts["typed"],
        client=facts["client"],
        purpose=LINK,
    )
    if not sent:
        return None
    button = writing.button(
        "Link them", "/sign-in-oidc/link", LINK, about=facts["about"], next_path=facts["next"]
    )
    return Words(
        subject=f"Sign in with {name}?",
        paragraphs=[
            f"Somebody with this address signed in to the follow-up tracker with {name}, for the first time.",
            f"If it was you, open this link in the same browser. From then on {name} is enough to sign in.",
        ],
        button=button,
        notes=[
            "The link works once, for ten minutes after this mail was sent. Do not pass it on.",
            "If it was not you, you need do nothing: nobody can sign in without this mail.",
        ],
    )
