"""What one reader may see of a follow-up: restricted evidence and people are not for everybody."""

from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from tracker.followups.events import Evidence
from tracker.followups.views import FollowupView
from tracker.people.policy import Actor, allows


def opened(view: FollowupView, actor: Actor) -> FollowupView:
    """Without restricted evidence, in earlier reports too, and without ids of people, unless the reader may see them."""
    people = allows(actor, "audit.read")

    def report(each: dict[str, Any]) -> dict[str, Any]:
        shown = [item for item in each["evidence"] if restricted or not item.get("restricted")]
        return each | {"evidence": shown} | ({} if people else {"by": None})

    restricted = allows(actor, "read.restricted", body=view.body, partner=view.partner)
    return replace(
        view,
        evidence=open_evidence(view.evidence, actor, view.body, view.partner),
        reports=[report(each) for each in view.reports],
        reported_by=view.reported_by if people else None,
    )


def open_evidence(items: Sequence[Evidence], actor: Actor, body: str, partner: str) -> list[Evidence]:
    """The pieces of evidence that the reader may see."""
    restricted = allows(actor, "read.restricted", body=body, partner=partner)
    return [item for item in items if restricted or not item.restricted]
