"""The pages of activities, and the forms by which elements and activities are recorded and changed."""

from fastapi import APIRouter

from tracker.people.acting import routes
from tracker.recommendations.pages import activity
from tracker.recommendations.pages.acts import OF_A_MEETING, RECOMMENDATIONS
from tracker.recommendations.pages.acts_activity import ACTIVITIES, OF_A_BODY

router = APIRouter(include_in_schema=False)
for kind in (OF_A_MEETING, RECOMMENDATIONS, OF_A_BODY, ACTIVITIES):
    router.include_router(routes(kind))
router.include_router(activity.router)
