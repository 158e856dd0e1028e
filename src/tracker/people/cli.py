"""Commands about people: invite, grant, appoint, hand over, retire, sign in."""

from datetime import date
from typing import get_args

import click
from sqlalchemy import Connection

from tracker.identity import links
from tracker.kit.running import running
from tracker.people import service
from tracker.people.commands import AppointFocalPoint, GrantRole, HandOver, RetireFocalPoint
from tracker.people.desk import Desk, asking, id_of, writing
from tracker.people.events import Role, Standing
from tracker.people.policy import require
from tracker.terminal.answer import Answer
from tracker.terminal.parameters import Code, Day, Words


@click.group()
def person() -> None:
    """Open accounts and give roles.

    \b
    Example:
      tracker person invite focal.point@example.org "Focal point, Indonesia"
    """


@person.command()
@click.argument("email")
@click.argument("name")
@click.option("--locale", default="en", show_default=True, help="Language of mails and pages.")
@click.option("--time-zone", default="UTC", show_default=True, help="Such as Asia/Jakarta.")
@writing
def invite(desk: Desk, email: str, name: str, locale: str, time_zone: str) -> Answer:
    """Open an account for a person; appoint them or grant a role next.

    \b
    Example:
      tracker person invite focal.point@example.org "Focal point, Indonesia" --time-zone Asia/Jakarta
    """

    def work(tx: Connection) -> str:
        actor = desk.actor(tx)
        context = desk.context(actor)
        return service.invite(
            tx, actor, name=name, email=email, locale=locale, time_zone=time_zone, context=context
        )

    person_id = desk.db.run(work)
    data = {"person_id": person_id, "email": email.strip().lower()}
    return Answer(
        data, lambda: [f"{name} has an account ({person_id}); `tracker sign-in-link {email}` lets them in."]
    )


@person.command()
@click.argument("email")
@click.argument(
    "role", type=Words(*(role for role in get_args(Role) if role not in ("focal_point", "service")))
)
@click.option(
    "--scope", default="*", show_default=True, help="A body's code, a partner's code, or * for all."
)
@writing
def grant(desk: Desk, email: str, role: Role, scope: str) -> Answer:
    """Give a person a role. Focal points are appointed instead.

    \b
    Example:
      tracker person grant secretariat@example.org secretariat --scope ASEM-CMM
    """
    command = GrantRole(role=role, scope=scope)
    return desk.write(
        lambda tx, actor, context: service.handle_person(tx, actor, id_of(tx, email), command, context)
    )


@click.command()
@click.argument("body", type=Code())
@click.argument("partner", type=Code())
@click.argument("email")
@click.option(
    "--standing",
    type=Words(*get_args(Standing)),
    default="main",
    show_default=True,
    help="The main focal point, or an alternate.",
)
@click.option("--since", type=Day(), help="The first day of the appointment; else today.")
@writing
def appoint(
    desk: Desk, body: str, partner: str, email: str, standing: Standing, since: date | None
) -> Answer:
    """Let a person report for a partner of a body.

    \b
    Example:
      tracker appoint ASEM-CMM IDN focal.point@example.org --since 2026-12-01
    """
    day = since or desk.today
    return desk.write(
        lambda tx, actor, context: service.handle_focal_points(
            tx,
            actor,
            body,
            partner,
            AppointFocalPoint(person_id=id_of(tx, email), standing=standing, since=day),
            context,
        ),
        since=day,
    )


@click.command("hand-over")
@click.argument("body", type=Code())
@click.argument("partner", type=Code())
@click.argument("email")
@click.argument("successor")
@click.option("--on", type=Day(), help="The successor's first day; else today.")
@click.option("--note", default="", help="What the successor should know.")
@writing
def hand_over(
    desk: Desk, body: str, partner: str, email: str, successor: str, on: date | None, note: str
) -> Answer:
    """Pass a focal point's appointment on to a successor.

    \b
    Example:
      tracker hand-over ASEM-CMM IDN old@example.org new@example.org --on 2026-12-01
    """
    day = on or desk.today
    return desk.write(
        lambda tx, actor, context: service.handle_focal_points(
            tx,
            actor,
            body,
            partner,
            HandOver(from_person_id=id_of(tx, email), to_person_id=id_of(tx, successor), on=day, note=note),
            context,
        ),
        since=day,
    )


@click.command()
@click.argument("body", type=Code())
@click.argument("partner", type=Code())
@click.argument("email")
@click.option("--on", type=Day(), help="The first day without the appointment; else today.")
@click.option("--reason", default="", help="Why.")
@writing
def retire(desk: Desk, body: str, partner: str, email: str, on: date | None, reason: str) -> Answer:
    """End a focal point's appointment.

    \b
    Example:
      tracker retire ASEM-CMM IDN focal.point@example.org --on 2026-12-01 --reason "moved on"
    """
    day = on or desk.today
    return desk.write(
        lambda tx, actor, context: service.handle_focal_points(
            tx,
            actor,
            body,
            partner,
            RetireFocalPoint(person_id=id_of(tx, email), on=day, reason=reason),
            context,
        ),
        since=day,
    )


@click.command("sign-in-link")
@click.argument("email")
@asking
def sign_in_link(desk: Desk, email: str) -> Answer:
    """Print a link that signs a person in once, within ten minutes.

    \b
    Example:
      tracker sign-in-link focal.point@example.org
    """
    with desk.db.write() as tx:
        require(desk.actor(tx), "person.role")
        token = links.issue(tx, id_of(tx, email), desk.now, strong=desk.asker is None)
    at_work = running(desk.settings.data_dir)
    link = f"{at_work.address if at_work else desk.settings.address}/sign-in/{token}"
    return Answer({"link": link, "expires_at": desk.now + links.LINK_LIFE}, lambda: [link])
