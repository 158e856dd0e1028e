"""The examples of the page and of the document, run as they stand."""

import html
import shlex
from datetime import timedelta
from pathlib import Path

import pytest
from httpx import Response

from tests.api.conftest import Clock, Having, Program, World
from tests.builders import put_recommendation
from tests.web.browser import HOME
from tracker.kit.clock import utc_now

DOCUMENT = Path(__file__).parents[2] / "docs" / "api.md"


@pytest.fixture
def program(having: Having, world: World, clock: Clock) -> Program:
    """Of a focal point, the day after the follow-up of the examples was directed."""
    with world.db.write() as tx:
        put_recommendation(tx, "CMM8-R03", "IDN")
    token = having("focal")
    clock.now = utc_now() + timedelta(days=1)
    return token


def run(program: Program, command: str) -> Response:
    """What curl would get."""
    assert program.secret is not None
    words = iter(shlex.split(command.replace("$TRACKER_TOKEN", program.secret).replace("\\\n", " ")))
    assert next(words) == "curl"
    headers, body, address = {}, None, ""
    for word in words:
        if word == "-H":
            name, _, value = next(words).partition(": ")
            headers[name] = value
        elif word == "-d":
            body = next(words)
        else:
            address = word
    assert address.startswith(f"{HOME}/api/v1/")
    return program.client.request("GET" if body is None else "POST", address, content=body, headers=headers)


def shown(program: Program) -> list[str]:
    """The commands on the page."""
    page = program.client.get("/api").text
    return [html.unescape(part.split("</code>")[0]) for part in page.split('<pre class="letter"><code>')[1:]]


def test_every_example_of_the_page_does_what_it_says(program: Program) -> None:
    commands = shown(program)
    assert len(commands) > 5
    for command in commands:
        command = command.replace("as_of=2026-11-23", f"as_of={utc_now().date()}")
        answer = run(program, command)
        assert answer.status_code == 200, (command, answer.text)


def test_every_example_of_the_document_does_what_it_says(program: Program) -> None:
    blocks = DOCUMENT.read_text().split("```\n")[1::2]
    commands = [block for block in blocks if block.startswith("curl")]
    assert commands
    for command in commands:
        assert run(program, command).status_code == 200


def test_the_document_names_every_address(having: Having) -> None:
    text = DOCUMENT.read_text()
    for path in having().get("openapi.json").json()["paths"]:
        last = path.removeprefix("/api/v1/").removeprefix("followups/{recommendation}/{partner}/")
        assert f"`{last}`" in text, last
