"""Commands about focal points, and the link that signs a person in."""

from datetime import date
from typing import get_args

import click

from tracker.identity import links
from tracker.kit.errors import RuleBroken
from tracker.kit.running import address_of, running
from tracker.people import door, service
from tracker.people.commands import AppointFocalPoint, HandOver, RetireFocalPoint
from tracker.people.desk import Desk, asking, id_of, writing
from tracker.people.events import Standing
from tracker.people.policy import require
from tracker.terminal.answer import Answer
from tracker.terminal.output import note
from tracker.terminal.parameters import Code, Day, Words


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
@click.option(
    "--until", type=Day(), help="The first day without it, of an earlier one that is added afterwards."
)
@writing
def appoint(
    desk: Desk,
    body: str,
    partner: str,
    email: str,
    standing: Standing,
    since: date | None,
    until: date | None,
) -> Answer:
    """Let a person report for a partner of a body.

    \b
    Examples:
      tracker appoint ASEM-CMM IDN focal.point@example.org --since 2026-12-01
      tracker appoint ASEM-CMM IDN focal.point@example.org --since 2020-01-01 --until 2024-01-01
    """
    day = since or desk.today
    return desk.write(
        lambda tx, actor, context: service.handle_focal_points(
            tx,
            actor,
            body,
            partner,
            AppointFocalPoint(person_id=id_of(tx, email), standing=standing, since=day, until=until),
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
        person_id = id_of(tx, email)
        if not door.may_come_in(tx, person_id):
            raise RuleBroken(
                f"The account of {email} is disabled; `tracker person enable` lets them in again."
            )
        token = links.issue(tx, person_id, desk.now, strong=desk.asker is None)
    own = desk.settings
    # With an address or a broker of its own it is a server, on which the pages run apart.
    if not (own.base_url or own.broker_url or running(own.data_dir)):
        note(
            f"The tracker does not run on the folder {own.data_dir}: the link opens once it does, at the address that "
            "`tracker up` prints."
        )
    link = f"{address_of(own)}/sign-in/{token}"
    return Answer({"link": link, "expires_at": desk.now + links.LINK_LIFE}, lambda: [link])
