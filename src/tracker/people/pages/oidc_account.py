"""A person's own link with the provider of OpenID Connect."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import RedirectResponse, Response

from tracker.identity.oidc import identities
from tracker.kit.errors import NotAllowed
from tracker.kit.ids import new_id
from tracker.people import factors, sso
from tracker.people.commands import UnlinkPerson
from tracker.people.sending import Sender, SendingForm
from tracker.people.visit import Own
from tracker.web.forms import Form

router = APIRouter(prefix="/account/oidc")
ChangesOwn = Annotated[Sender, Depends(SendingForm("account.own"))]


@router.get("")
def show(visit: Own) -> Response:
    """Since when it is linked, and a button that unlinks it."""
    issuer = visit.site.settings.oidc_issuer
    since = identities.linked_at(visit.live, issuer, visit.actor.person_id)
    form = Form({"command_id": new_id(), "version": ""})
    may_unlink = factors.may_give_up(visit.session, visit.now)
    return visit.page("people/oidc_account.html", since=since, may_unlink=may_unlink, form=form)


@router.post("/unlink")
def unlink(sender: ChangesOwn) -> Response:
    """Unlinks it, in a session in which a second factor was just shown."""
    if not factors.may_give_up(sender.session, sender.now):
        raise NotAllowed("Please show a second factor first, or ask an administrator to unlink it.")
    me, context, came = sender.actor, sender.context(), sender.came
    command = UnlinkPerson(issuer=sender.site.settings.oidc_issuer, reason="by the person")
    sender.run(lambda tx: sso.unlink(tx, me, me.person_id, command, context, came))
    return RedirectResponse("/account/oidc", 303)
