"""The forms by which bodies, meetings and partners are set up and changed."""

from fastapi import APIRouter

from tracker.meetings.pages.acts_body import BODIES, NEW_BODY
from tracker.meetings.pages.acts_meeting import MEETINGS
from tracker.meetings.pages.acts_partner import PARTNERS
from tracker.people.acting import routes

router = APIRouter(include_in_schema=False)
for kind in (NEW_BODY, BODIES, MEETINGS, PARTNERS):
    router.include_router(routes(kind))
