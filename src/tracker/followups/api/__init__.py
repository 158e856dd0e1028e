"""For programs: recommendations, follow-ups and the grid, and commands about one follow-up."""

from fastapi import APIRouter

from tracker.followups.api import commands, reading

router = APIRouter()
for module in (reading, commands):
    router.include_router(module.router)
