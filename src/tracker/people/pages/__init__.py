"""The pages about people themselves: signing in and out."""

from fastapi import APIRouter

from tracker.people.pages import sign_in

router = APIRouter(include_in_schema=False)
for module in (sign_in,):
    router.include_router(module.router)
