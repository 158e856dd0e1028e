"""Commands that run the tracker and look after it: up, serve, migrate, load, doctor, replay, completion."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import get_completion_class

from tracker.kit.clock import utc_now
from tracker.kit.errors import SetupError
from tracker.kit.settings import read_settings
from tracker.terminal.answer import Answer, progress, show, table

if TYPE_CHECKING:
    from rich.console import RenderableType
    from sqlalchemy import Connection

    from tracker.doctor.check import Check
    from tracker.supervisor.prepare import Link

JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON; its keys stay the same.")
HOST = click.option("--host", help="Address to listen on; else TRACKER_HOST, else 127.0.0.1.")
PORT = click.option(
    "--port", type=click.IntRange(0, 65535), help="0 takes any free one; else TRACKER_PORT, else 8018."
)


@click.command()
@click.option(
    "--demo", is_flag=True, help="Add demonstration people and reports, marked as such wherever they show."
)
@HOST
@PORT
@JSON
def up(demo: bool, host: str | None, port: int | None, as_json: bool) -> None:
    """Run everything: pages, worker, timetable and a private broker; Ctrl-C ends it.

    \b
    Examples:
      tracker up
      tracker up --demo --port 8080
    """
    from tracker.supervisor.up import up as run

    def welcome(address: str, links: "Sequence[Link]") -> None:
        signed = [{"who": link.who, "link": address + link.path} for link in links]
        show(
            Answer({"address": address, "sign_in": signed}, lambda: _welcome(address, signed)),
            as_json=as_json,
        )

    run(_settings(host=host, port=port), demo=demo, welcome=welcome)


@click.command()
@HOST
@PORT
def serve(host: str | None, port: int | None) -> None:
    """Run the pages alone, on a server where worker, beat and broker run apart.

    \b
    Example:
      tracker serve --host 0.0.0.0 --port 8018
    """
    from tracker.supervisor.door import listen
    from tracker.supervisor.door import serve as run

    settings = _settings(host=host, port=port)
    run(listen(settings.host, settings.port).detach())


@click.command()
@JSON
def migrate(as_json: bool) -> None:
    """Bring the database to this release; a newer or foreign one is left alone.

    \b
    Example:
      tracker migrate
    """
    from tracker import migrate as migrating

    url = read_settings().owner_database
    applied = migrating.migrate(url)
    with progress("Rebuilding what is shown") as told:
        rebuilt = migrating.catch_up(url, told)
    lines = [f"Applied {name}." for name in applied] or ["The database is of this release already."]
    show(Answer({"applied": applied, "rebuilt": rebuilt}, lambda: lines), as_json=as_json)


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path), required=False)
@click.option("--demo", is_flag=True, help="Also demonstration people and reports, marked as such.")
@JSON
def load(folder: Path | None, demo: bool, as_json: bool) -> None:
    """Load the matrix from its files; again: only what changed, as revisions.

    \b
    Examples:
      tracker load
      tracker load seed/asem-cmm
    """
    from seed.demo import load_demo
    from seed.load import load as run
    from tracker.people.desk import desk
    from tracker.people.policy import require
    from tracker.supervisor.prepare import SEED

    with desk() as own:
        with own.db.read() as live:
            require(own.actor(live), "tracker.operate")
        with progress("Loading") as told:
            report = run(own.db, folder or SEED, progress=told)
        shown = load_demo(own.db, utc_now()) if demo else 0
    data = {name: getattr(report, name) for name in report.__struct_fields__} | {"demonstration": shown}
    show(Answer(data, lambda: [_loaded(data)]), as_json=as_json)


@click.command()
@JSON
def doctor(as_json: bool) -> None:
    """Say what is wrong with the set-up, and how to mend it; exit code 1 if something is.

    \b
    Example:
      tracker doctor
    """
    from tracker.doctor.examine import examine

    checks = list(examine(read_settings(), utc_now))
    ill = any(check.state == "bad" for check in checks)
    show(Answer({"ok": not ill, "checks": checks}, lambda: _draw(checks)), as_json=as_json)
    click.get_current_context().exit(1 if ill else 0)


@click.command()
@JSON
def replay(as_json: bool) -> None:
    """Try parked work again, once what stopped it is mended; `tracker doctor` shows it.

    \b
    Example:
      tracker replay
    """
    from tracker.eventstore import work
    from tracker.people.desk import desk
    from tracker.people.policy import require

    def replayed(tx: "Connection") -> list[str]:
        require(own.actor(tx), "tracker.operate")
        return [f"{row.kind} {row.key}" for row in work.parked(tx) if work.replay(tx, row.id, own.now)]

    with desk() as own:
        again = own.db.run(replayed)
    lines = [f"Due again: {each}." for each in again] or ["Nothing is parked."]
    show(Answer({"replayed": again}, lambda: lines), as_json=as_json)


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print what makes a shell complete commands and options.

    \b
    Example:
      tracker completion bash >> ~/.bashrc
    """
    kind = get_completion_class(shell)
    if kind is None:
        raise SetupError(f"There is no completion for {shell}.")
    root = click.get_current_context().find_root().command
    click.echo(kind(root, {}, "tracker", "_TRACKER_COMPLETE").source())


def _settings(**given: object) -> Any:
    return read_settings(**{name: value for name, value in given.items() if value is not None})


def _welcome(address: str, links: Sequence[dict[str, str]]) -> "Iterator[RenderableType]":
    yield f"The tracker is at {address}"
    for link in links:
        yield f"Sign in as {link['who']} (once, within ten minutes): {link['link']}"
    yield "Ctrl-C ends it. `tracker sign-in-link EMAIL` prints another link."


def _loaded(data: dict[str, int]) -> str:
    entries, events, shown = (
        f"{data[name]} {one if data[name] == 1 else many}"
        for name, one, many in (
            ("read", "entry", "entries"),
            ("events", "event", "events"),
            ("demonstration", "event", "events"),
        )
    )
    demo = f" Demonstration: {shown}." if data["demonstration"] else ""
    if not data["events"]:
        return f"{entries} read: all of it is there already, nothing was written.{demo}"
    return f"{entries} read, {events} written, {data['revised']} revised.{demo}"


def _draw(checks: "Sequence[Check]") -> "Iterator[RenderableType]":
    yield table(
        "", "Check", "What is so", "What to do", rows=[(c.state, c.name, c.message, c.mend) for c in checks]
    )
