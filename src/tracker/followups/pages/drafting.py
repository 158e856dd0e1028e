"""Setting a form about a follow-up aside: saved as a draft that only its writer sees, or thrown away."""

from urllib.parse import quote

from starlette.responses import RedirectResponse, Response

from tracker.followups import queries
from tracker.followups.pages.acts import Act, reporter_of
from tracker.people import drafts
from tracker.people.keeping import NEVER_KEPT, forget
from tracker.people.policy import require
from tracker.people.sending import Sender
from tracker.web.forms import Form


def answer(sender: Sender, act: Act, form: Form, recommendation: str, partner: str) -> Response:
    """Saves what was typed, however unfinished, and leads back to it; or throws it away (`draft` is `drop`)."""
    with sender.reading() as visit:
        view = queries.followup(visit.conn, recommendation, partner, visit.today)
    report_id = form["report_id"]
    reporter = reporter_of(view, report_id) if act.about_report else None
    require(sender.actor, act.action, body=view.body, partner=partner, reporter=reporter)
    person_id, address = sender.actor.person_id, sender.request.url.path
    at = f"/follow-ups/{quote(recommendation)}/{quote(partner)}"
    if form["draft"] == "drop":
        sender.run(lambda tx: forget(tx, sender))
        return RedirectResponse(f"{at}?dropped=yes", 303)
    fields = {name: text for name, text in sender.fields.items() if name not in NEVER_KEPT}
    sender.run(lambda tx: drafts.save(tx, person_id, address, fields, sender.now))
    about = f"?report={quote(report_id)}" if act.about_report else ""
    return RedirectResponse(f"{at}/{act.name}{about}", 303)
