"""The pages about people themselves: signing in and out, their name, address and tokens, the security log, and how
programs come in."""

from fastapi import APIRouter

from tracker.people.pages import details, programs, security, sign_in, tokens

router = APIRouter(include_in_schema=False)
for module in (sign_in, details, tokens, programs, security):
    router.include_router(module.router)
