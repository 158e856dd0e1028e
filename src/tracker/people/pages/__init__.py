"""The pages about people themselves: signing in and out, their name, address, sessions and second factors, recoveries of
lost ones, tokens, the register of people,
access, the security log, and how programs come in."""

from fastapi import APIRouter

from tracker.people.pages import (
    access,
    details,
    factors,
    oidc,
    oidc_account,
    passkeys,
    programs,
    recoveries,
    register,
    second_factor,
    security,
    sessions,
    sign_in,
    tokens,
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
    tokens,
    programs,
    register,
    access,
    security,
):
    router.include_router(module.router)
