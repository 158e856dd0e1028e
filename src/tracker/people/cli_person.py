"""`tracker person`: accounts from the invitation to their end, and roles."""

import click
from sqlalchemy import Connection

from tracker.identity.came import from_console
from tracker.people import address_change, lifecycle, recovery, service, sso
from tracker.people.cli_people import ROLES, end_sessions, list_, withdraw
from tracker.people.commands import DisablePerson, EnablePerson, GrantRole, UnlinkPerson
from tracker.people.desk import Desk, id_of, writing
from tracker.people.events import Role
from tracker.terminal.answer import Answer


@click.group()
def person() -> None:
    """Open, change and disable accounts; give roles.

    \b
    Example:
      tracker person invite focal.point@example.org "Focal point, Indonesia"
    """


person.add_command(list_)
person.add_command(withdraw)
person.add_command(end_sessions)


@person.command()
@click.argument("email")
@click.argument("name")
@click.option("--locale", default="en", show_default=True, help="Language of mails and pages.")
@click.option("--time-zone", default="UTC", show_default=True, help="Such as Asia/Jakarta.")
@click.option("--mail/--no-mail", default=True, help="Send the invitation, or only open the account.")
@writing
def invite(desk: Desk, email: str, name: str, locale: str, time_zone: str, mail: bool) -> Answer:
    """Open an account for a person and invite them by mail; appoint them or grant a role next.

    \b
    Example:
      tracker person invite focal.point@example.org "Focal point, Indonesia" --time-zone Asia/Jakarta
    """

    def work(tx: Connection) -> str:
        actor = desk.actor(tx)
        given = {"name": name, "email": email, "locale": locale, "time_zone": time_zone}
        return service.invite(tx, actor, **given, context=desk.context(actor), mail=mail)

    person_id = desk.db.run(work)
    if mail:
        desk.ring()
    data = {"person_id": person_id, "email": email.strip().lower(), "mailed": mail}
    how = "a mail invites them" if mail else f"`tracker sign-in-link {email}` lets them in"
    return Answer(data, lambda: [f"{name} has an account ({person_id}); {how}."])


@person.command()
@click.argument("email")
@click.argument("role", type=ROLES)
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


@person.command()
@click.argument("email")
@click.option("--reason", required=True, help="Why; it stays in the history.")
@writing
def disable(desk: Desk, email: str, reason: str) -> Answer:
    """Let a person no longer come in: their sessions end at once, and no link of theirs works.

    \b
    Example:
      tracker person disable focal.point@example.org --reason "left the ministry"
    """
    command, came = DisablePerson(reason=reason), from_console(desk.now)
    return desk.write(
        lambda tx, actor, context: lifecycle.disable(tx, actor, id_of(tx, email), command, context, came)
    )


@person.command()
@click.argument("email")
@click.option("--reason", required=True, help="Why; it stays in the history.")
@writing
def enable(desk: Desk, email: str, reason: str) -> Answer:
    """Let a disabled person come in again.

    \b
    Example:
      tracker person enable focal.point@example.org --reason "came back"
    """
    command, came = EnablePerson(reason=reason), from_console(desk.now)
    return desk.write(
        lambda tx, actor, context: lifecycle.enable(tx, actor, id_of(tx, email), command, context, came)
    )


@person.command()
@click.argument("email")
@click.argument("name")
@writing
def rename(desk: Desk, email: str, name: str) -> Answer:
    """Call a person by another name from now on; history keeps the one that was shown before.

    \b
    Example:
      tracker person rename focal.point@example.org "Focal point for culture, Indonesia"
    """
    return desk.write(lambda tx, actor, context: lifecycle.rename(tx, actor, id_of(tx, email), name, context))


@person.command("replace-address")
@click.argument("email")
@click.argument("new_email")
@click.option("--reason", required=True, help="Why; it stays in the history. No address, please.")
@writing
def replace_address(desk: Desk, email: str, new_email: str, reason: str) -> Answer:
    """Replace an address that is lost; both are told, and sessions end. Who can still read it changes it alone.

    \b
    Example:
      tracker person replace-address old@example.org successor@example.org --reason "mailbox closed"
    """
    came = from_console(desk.now)
    answer = desk.write(
        lambda tx, actor, context: address_change.replace(
            tx, actor, id_of(tx, email), new_email, reason, context, came
        )
    )
    desk.ring()
    return answer


@person.command("reset-factors")
@click.argument("email")
@click.option("--reason", required=True, help="Why; it stays in the history.")
@writing
def reset_factors(desk: Desk, email: str, reason: str) -> Answer:
    """Take away every second factor of a person who lost one, where there are not two others to approve it.

    They are told, signed out, and set up another when they sign in.

    \b
    Example:
      tracker person reset-factors admin@example.org --reason "telephone lost; asked in person"
    """
    came = from_console(desk.now)
    answer = desk.write(
        lambda tx, actor, context: recovery.reset(tx, actor, id_of(tx, email), reason, context, came)
    )
    desk.ring()
    return answer


@person.command("unlink-sso")
@click.argument("email")
@click.option("--reason", required=True, help="Why; it stays in the history.")
@writing
def unlink_sso(desk: Desk, email: str, reason: str) -> Answer:
    """Let the provider of TRACKER_OIDC_ISSUER no longer open an account; its sessions from there end.

    \b
    Example:
      tracker person unlink-sso focal.point@example.org --reason "another account at the ministry"
    """
    command, came = UnlinkPerson(issuer=desk.settings.oidc_issuer, reason=reason), from_console(desk.now)
    return desk.write(
        lambda tx, actor, context: sso.unlink(tx, actor, id_of(tx, email), command, context, came)
    )
