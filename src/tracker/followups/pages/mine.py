"""What a focal point should look at, in the order in which to do it."""

from fastapi import APIRouter
from starlette.responses import Response

from tracker.followups import queries
from tracker.followups.tallies import tallies, total
from tracker.kit.errors import NotAllowed
from tracker.people import queries as people
from tracker.people.visit import Reader

router = APIRouter()


@router.get("/my")
def show(visit: Reader) -> Response:
    """The follow-ups of the partners that the reader represents."""
    if not visit.signed_in:
        raise NotAllowed("Your follow-ups are shown when you are signed in as a focal point.")
    represents = sorted(visit.actor.represents)
    named = {partner.code: partner.name for partner in people.all_partners(visit.conn)}
    mine = queries.mine(visit.conn, visit.actor.represents, visit.today)
    return visit.page(
        "followups/mine.html",
        represents=[(body, partner, named.get(partner, partner)) for body, partner in represents],
        mine=mine,
        to_do=sum(len(getattr(mine, heading)) for heading in mine.__struct_fields__),
        every=sum(
            total(tally)
            for body, partner in represents
            for tally in tallies(visit.conn, "partner", body=body, partner=partner).values()
        ),
    )
