"""The pages about people themselves: signing in and out, their name, address and sessions, and the security log."""

from fastapi import APIRouter

from tracker.people.pages import details, security, sessions, sign_in

router = APIRouter(include_in_schema=False)
for module in (sign_in, details, sessions, security):
    router.include_router(module.router)
