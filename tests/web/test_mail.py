"""A mail in the browser: as it was sent, and harmless."""

from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.web.browser import Browser
from tests.web.conftest import World
from tracker.kit.mailbox import Mailbox

HTML = (
    "<p style='color:red'>Due soon</p><script>alert(1)</script><form action='/sign-out' method='post'></form>"
)


@pytest.fixture
def kept(tmp_path: Path) -> str:
    message = EmailMessage()
    message["Subject"] = "Follow-ups <b>due</b>"
    message["From"], message["To"] = "tracker@example.org", "focal@example.org"
    message["Message-ID"] = "<digest-1@example.org>"
    message.set_content("Due soon: CMM8-R01\n<script>alert(2)</script>\n")
    message.add_alternative(HTML, subtype="html")
    box = Mailbox(tmp_path / "mailbox")
    box.send(message)
    box.close()
    return "/mailbox/digest-1@example.org"


def test_a_mail_is_listed_and_opened(world: World, kept: str, as_person: Callable[[str], Browser]) -> None:
    admin = as_person(world.admin)
    assert kept.removeprefix("/mailbox/") in "".join(admin.open("/mailbox").links).replace("%40", "@")
    page = admin.open(kept)
    assert "Due soon: CMM8-R01" in page.text
    assert page.count("script") == 0
    assert page.count("b") == 0


def test_the_html_of_a_mail_stands_in_a_sandbox(
    world: World, kept: str, as_person: Callable[[str], Browser]
) -> None:
    answer = as_person(world.admin).client.get(f"{kept}/html")
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("sandbox allow-top-navigation-by-user-activation;")
    assert "allow-forms" not in policy
    assert "script" not in policy
    assert "allow-scripts" not in policy
    assert HTML in answer.text


def test_a_mail_that_is_not_there_is_not_found(
    world: World, kept: str, as_person: Callable[[str], Browser]
) -> None:
    assert as_person(world.admin).open("/mailbox/..%2Fsecret_key").status == 404
    assert as_person(world.admin).open("/mailbox/none").status == 404


def test_a_digest_is_previewed_by_its_reader_and_by_the_secretariat(
    world: World, visitor: Browser, as_person: Callable[[str], Browser]
) -> None:
    address = f"/digest/{world.focal_point}"
    assert address in as_person(world.focal_point).open("/my").links
    assert address in as_person(world.secretariat).open("/partners/IDN").links
    for person in (world.focal_point, world.secretariat):
        page = as_person(person).open(address)
        assert page.status == 200
        assert "CMM8-R01" in page.text
        assert "nothing is sent from here" in page.text
    frame = as_person(world.secretariat).client.get(f"{address}/html")
    assert frame.headers["content-security-policy"].startswith("sandbox ")
    assert "CMM8-R01" in frame.text
    for other in (visitor, as_person(world.auditor)):
        assert other.open(address).status == 403
        assert other.open(f"{address}/html").status == 403
        assert address not in other.open("/partners/IDN").links


def test_a_digest_with_nothing_to_say_is_said_so(world: World, as_person: Callable[[str], Browser]) -> None:
    office = as_person(world.secretariat)
    assert "There is nothing to say" in office.open(f"/digest/{world.auditor}").text
    assert office.open("/digest/nobody").status == 404
