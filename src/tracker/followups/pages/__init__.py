"""The pages that show and take follow-ups: a meeting's matrix, a recommendation, a partner, the grid, one follow-up."""

import re

from fastapi import APIRouter

from tracker.followups.pages import (
    act,
    desk,
    files,
    followup,
    grid,
    meeting,
    mine,
    partner,
    receipts,
    recommendation,
    selection,
)

WITH_FILES = re.compile(r"/follow-ups/[^/]+/[^/]+/(?:report|correct)")
"""Where forms are sent that may bring files."""
router = APIRouter(include_in_schema=False)
for module in (meeting, recommendation, partner, grid, selection, desk, mine, receipts, act, files, followup):
    router.include_router(module.router)
