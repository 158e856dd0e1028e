"""The pages about people themselves: signing in and out, their name and address, and the security log."""

from fastapi import APIRouter

from tracker.people.pages import details, oidc, oidc_account, security, sign_in

router = APIRouter(include_in_schema=False)
for module in (sign_in, oidc, oidc_account, details, security):
    router.include_router(module.router)
