"""The pages about people themselves: signing in and out, their name and address, the register, access and the security log."""

from fastapi import APIRouter

from tracker.people.pages import access, details, register, security, sign_in

router = APIRouter(include_in_schema=False)
for module in (sign_in, details, register, access, security):
    router.include_router(module.router)
