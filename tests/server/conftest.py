"""One server for the tests of this folder, started as docs/operations.md says."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.kit.mailserver import Answers
from tests.server.around import stack
from tests.server.guide import blocks
from tests.server.stack import Stack
from tracker.kit.clock import utc_now

JPN, MYS = "focal.jpn@example.org", "focal.mys@example.org"
INVITED = """
docker compose run --rm web tracker person invite {email} "Focal point, {partner}"
docker compose run --rm web tracker appoint ASEM-CMM {partner} {email} --since {since}
"""
REPORT = "docker compose exec web tracker report CMM8-R03 IDN --status implemented --note 'It is law.'"


@pytest.fixture(scope="package")
def server() -> Iterator[tuple[Stack, Answers]]:
    """Running and healthy. Two focal points have had an appointment for some weeks; the mail server refuses one. A report
    was made."""
    (secrets,) = blocks("Secrets")
    (first_start,) = blocks("First start")
    administrator, focal_points = blocks("First administrator")
    build, load, *rest = first_start.splitlines()
    with stack(secrets) as (made, answers):
        answers.by_recipient[MYS] = "550 no such user"
        made.sh(f"{build}\n{load}")
        since = utc_now().date() - timedelta(days=20)
        made.sh(
            "".join(INVITED.format(email=e, partner=p, since=since) for e, p in ((JPN, "JPN"), (MYS, "MYS")))
        )
        made.sh("\n".join(rest))
        made.sh(administrator)
        made.sh(focal_points)
        made.sh(REPORT)
        yield made, answers
