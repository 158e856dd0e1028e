"""Commands about the log as a whole: verify, rebuild."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from tracker.eventstore import rebuild as rebuilding
from tracker.eventstore.differences import Difference
from tracker.eventstore.projector import Projection, all_projections, projection
from tracker.eventstore.seal.check import check as check_log
from tracker.eventstore.verify import Verified
from tracker.people.desk import Desk, asking
from tracker.people.policy import require
from tracker.terminal.answer import Answer, progress, table

if TYPE_CHECKING:
    from rich.console import RenderableType

Differences = dict[str, list[Difference]]


@click.command()
@asking
def verify(desk: Desk) -> Answer:
    """Prove that nobody rewrote the log, and that what is shown follows from it.

    \b
    Example:
      tracker verify
    """
    with desk.db.read() as live:
        require(desk.actor(live), "log.verify")
        with progress("Reading the log") as told:
            found = check_log(live, desk.settings, told)
    # What follows from a log that was altered proves nothing.
    chosen = [] if found.findings else list(all_projections().values())
    differences = _run(desk, chosen, check=True)
    ok = not found.findings and not any(differences.values())
    data = {"ok": ok, "events": found.events, "findings": found.findings, "projections": differences}
    return Answer(data, lambda: _draw_verified(found, differences), exit_code=0 if ok else 1)


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option(
    "--check", is_flag=True, help="Only compare; change nothing. Exit code 1 if there is a difference."
)
@asking
def rebuild(desk: Desk, names: Sequence[str], check: bool) -> Answer:
    """Rebuild what is shown from the log, while readers go on; goes on where it was interrupted.

    \b
    Examples:
      tracker rebuild
      tracker rebuild --check followups
    """
    with desk.db.read() as live:
        require(desk.actor(live), "log.verify")
    chosen = [projection(name) for name in names] or list(all_projections().values())
    differences = _run(desk, chosen, check=check)
    failed = check and any(differences.values())
    data = {"checked" if check else "rebuilt": [each.name for each in chosen], "differences": differences}
    return Answer(data, lambda: _draw_rebuilt(differences, check=check), exit_code=1 if failed else 0)


def _run(desk: Desk, chosen: Sequence[Projection], *, check: bool) -> Differences:
    work = rebuilding.check if check else rebuilding.rebuild
    found = {}
    for each in chosen:
        with progress(f"{'Checking' if check else 'Rebuilding'} {each.name}") as told:
            found[each.name] = work(desk.db, each, told)
    return found


def _draw_verified(found: Verified, differences: Differences) -> "Iterator[RenderableType]":
    if found.findings:
        yield f"The log of {found.events} events is NOT what was written:"
        yield f"The first bad position is {found.findings[0].position}. What is shown was not compared with such a log."
        yield ""
        yield table("#Position", "Problem", rows=[(each.position, each.problem) for each in found.findings])
    else:
        yield (
            f"The log is whole: {found.events} events, positions without a gap, versions and times in order, every "
            "content matches its hash."
        )
    yield from _draw_rebuilt(differences, check=True)


def _draw_rebuilt(differences: Differences, *, check: bool) -> "Iterator[RenderableType]":
    for name, found in differences.items():
        if not found:
            yield f"{name}: equal to what the log gives."
            continue
        yield f"{name}: {len(found)} rows {'differ' if check else 'were mended'}:"
        yield table("Table", "Row", "", rows=[_row(each) for each in found])
    if check and any(differences.values()):
        yield "`tracker rebuild` mends the rows from the log."


def _row(each: Difference) -> tuple[Any, ...]:
    return each.table, " ".join(map(str, each.key)), each.kind
