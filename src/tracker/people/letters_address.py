"""The letters about a change of address: one to each address to confirm it, and one to each when it is done."""

from tracker.people import address_change
from tracker.people.address_change import CHANGED, NEW, OLD
from tracker.people.letters import Words, Writing, letter
from tracker.people.queries import person_by_email

UNASKED = (
    "If you did not ask for this, tell the secretariat; nothing is changed unless both mails are answered."
)


@letter(OLD)
def _old(writing: Writing) -> Words | None:
    wanted = _wanted(writing)
    if wanted is None:
        return None
    return Words(
        subject="Please confirm your new address",
        paragraphs=[
            f"You asked the follow-up tracker to write to {wanted} from now on, instead of to this address.",
            "Another mail went to the new address. Both must be answered within 24 hours.",
        ],
        button=writing.button(
            "Confirm, or stop the change", "/account/address", OLD, about=writing.facts["change"]
        ),
        notes=[
            "If you did not ask for this, open the link and stop the change: someone may be in your account."
        ],
    )


@letter(NEW)
def _new(writing: Writing) -> Words | None:
    if _wanted(writing) is None:
        return None
    if person_by_email(writing.tx, writing.email) is not None:
        return Words(
            subject="This address has an account already",
            paragraphs=[
                "Someone asked the follow-up tracker to use this address for another account.",
                "It has an account already, so nothing is changed.",
            ],
            name=False,
        )
    return Words(
        subject="Please confirm this address",
        paragraphs=[
            "You asked the follow-up tracker to write to this address from now on.",
            "Another mail went to the address that you had so far. Both must be answered within 24 hours.",
        ],
        button=writing.button("Confirm this address", "/account/address", NEW, about=writing.facts["change"]),
        notes=[UNASKED],
    )


@letter(CHANGED)
def _changed(writing: Writing) -> Words | None:
    if writing.person is None:
        return None
    now_at = writing.person.email == writing.email
    done = (
        "The operator of the follow-up tracker replaced the address of your account."
        if writing.facts["by"] == "operator"
        else "The address of your account on the follow-up tracker was changed."
    )
    where = "It is this one now." if now_at else "The tracker no longer writes to this one."
    return Words(
        subject="The address of your account was changed",
        paragraphs=[f"{done} {where}"],
        notes=["If you did not ask for this, please tell the secretariat at once."],
    )


def _wanted(writing: Writing) -> str | None:
    """The new address, while the change is under way and the account may be used."""
    if writing.person is None or writing.person.disabled:
        return None
    return address_change.new_email(writing.tx, writing.facts["change"], writing.now)
