"""The pages that show and take follow-ups: a meeting's matrix, a recommendation, a partner, the grid, one follow-up."""

from fastapi import APIRouter

from tracker.followups.pages import act, followup, grid, meeting, mine, partner, recommendation

router = APIRouter(include_in_schema=False)
for module in (meeting, recommendation, partner, grid, mine, act, followup):
    router.include_router(module.router)
