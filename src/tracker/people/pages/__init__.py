"""The pages about people themselves: signing in and out, their name, address, sessions and second factors, recoveries of
lost ones, and the security log."""

from fastapi import APIRouter

from tracker.people.pages import (
    details,
    factors,
    oidc,
    oidc_account,
    passkeys,
    recoveries,
    second_factor,
    security,
    sessions,
    sign_in,
)

router = APIRouter(include_in_schema=False)
for module in (
    sign_in,
    oidc,
    oidc_account,
    second_factor,
    passkeys,
    details,
    sessions,
    factors,
    recoveries,
    security,
):
    router.include_router(module.router)
