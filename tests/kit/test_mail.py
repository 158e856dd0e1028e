"""What goes over the line, and what each answer of a mail server means."""

from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.kit.mailserver import DROP, SILENCE, Answers, mail_server
from tracker.kit.errors import BadInput
from tracker.kit.mail import Letter, Smtp, address, build, wire

HEADERS = [
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "X-Auto-Response-Suppress",
    "List-Id",
    "MIME-Version",
    "Content-Type",
]
PAYLOADS = [
    "x\r\nBcc: all@example.org",
    "x\nBcc: all@example.org",
    "x\rBcc: all@example.org",
    "x\r\n\r\n<script>",
    "=?utf-8?q?x=0ABcc:_all@example.org?=",
    "=?utf-8?q?x=0D=0ABcc:_all@example.org=0D=0A=0D=0Abody?=",
    "=?utf-8?b?eApCY2M6IGFsbEBleGFtcGxlLm9yZw==?=",
    "a\u2028Bcc: all@example.org",
    "a\x85Bcc: all@example.org",
    "a\x0bBcc: all@example.org\x00",
    "\ud800 half a character",
    "é" * 400,
    "x" * 2000,
    '"quoted" <all@example.org>, other@example.org',
]


def letter(**fields: str) -> Letter:
    parts = {
        "message_id": "<digest-1-2026-11-23@example.org>",
        "sender": "Follow-up tracker <tracker@example.org>",
        "to": "focal-point.idn@example.org",
        "subject": "2 overdue – CMM9 in 34 days",
        "text": "Grüße.\n.\nA line with a dot.\n",
        "html": "<p>Grüße.</p>",
        "list_id": "Follow-up digest <digest.example.org>",
    }
    return Letter(date=datetime(2026, 11, 23, 7, tzinfo=UTC), **(parts | fields))


def arrived(message: EmailMessage) -> EmailMessage:
    parsed = message_from_bytes(wire(message), policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    return parsed


@pytest.fixture
def server() -> Iterator[tuple[str, Answers]]:
    with mail_server() as running:
        yield running


def test_the_message_has_our_headers_and_both_bodies() -> None:
    message = arrived(build(letter()))
    assert message.keys() == HEADERS
    assert message["Subject"] == "2 overdue – CMM9 in 34 days"
    assert message["Auto-Submitted"] == "auto-generated"
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert html is not None
    assert text.get_content().replace("\r\n", "\n") == letter().text
    assert html.get_content().strip() == letter().html


def test_equal_letters_give_equal_bytes_without_an_eighth_bit_or_a_long_line() -> None:
    sent = wire(build(letter(text="wort " * 500)))
    assert sent == wire(build(letter(text="wort " * 500)))
    assert sent.isascii()
    assert max(map(len, sent.split(b"\r\n"))) <= 78


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("field", ["subject", "sender", "list_id"])
def test_no_text_becomes_a_header(field: str, payload: str) -> None:
    value = payload if field == "subject" else f"{payload} <tracker@example.org>"
    try:
        message = build(letter(**{field: value}))
    except BadInput:
        return
    heard = arrived(message)
    assert heard.keys() == HEADERS
    assert [a.addr_spec for a in heard["To"].addresses] == ["focal-point.idn@example.org"]


@given(st.text(st.characters(codec=None), max_size=200))
def test_whatever_the_subject_only_our_headers_arrive(subject: str) -> None:
    assert arrived(build(letter(subject=subject))).keys() == HEADERS


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nobody",
        "a@b@c",
        "a b@example.org",
        "a@example.org\r\nRCPT TO:<all@example.org>",
        "a@example.org, b@example.org",
        "<a@example.org>",
        "é@example.org",
        "a@" + "x" * 64 + ".org",
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="not a mail address"):
        address(text)


def test_a_domain_in_another_script_is_sent_in_ascii() -> None:
    assert address("kontakt@bücher.example") == "kontakt@xn--bcher-kva.example"


def test_a_message_is_sent_and_arrives_byte_for_byte(server: tuple[str, Answers]) -> None:
    url, answers = server
    transport = Smtp(url)
    assert transport.send(build(letter())).state == "sent"
    transport.close()
    assert answers.received == [wire(build(letter()))]


@pytest.mark.parametrize(
    ("step", "answer", "state"),
    [
        ("mail", "550 not you", "later"),
        ("mail", "451 not now", "later"),
        ("mail", DROP, "later"),
        ("rcpt", "550 no such user", "refused"),
        ("rcpt", "553 no", "refused"),
        ("rcpt", "450 busy", "later"),
        ("rcpt", "421 closing", "later"),
        ("rcpt", DROP, "later"),
        ("data", "554 spam", "refused"),
        ("data", "552 too big", "refused"),
        ("data", "451 not now", "later"),
        ("data", "421 closing", "later"),
        ("data", DROP, "unknown"),
        ("data", SILENCE, "unknown"),
        ("data", "250 taken", "sent"),
    ],
)
def test_each_answer_means_one_thing(server: tuple[str, Answers], step: str, answer: str, state: str) -> None:
    url, answers = server
    setattr(answers, step, answer)
    transport = Smtp(url, answer_seconds=0.3)
    outcome = transport.send(build(letter()))
    transport.close()
    assert outcome.state == state
    if answer[0].isdigit():
        assert outcome.answer == answer


def test_nobody_listens() -> None:
    with mail_server() as (url, _):
        pass
    assert Smtp(url).send(build(letter())).state == "later"


def test_many_messages_are_one_conversation(server: tuple[str, Answers]) -> None:
    url, answers = server
    transport = Smtp(url)
    for number in range(5):
        assert transport.send(build(letter(message_id=f"<{number}@example.org>"))).state == "sent"
    transport.close()
    assert len(answers.received) == 5
    assert answers.conversations == 1


def test_a_refused_message_does_not_spoil_the_next(server: tuple[str, Answers]) -> None:
    url, answers = server
    answers.by_recipient["gone@example.org"] = "550 no such user"
    transport = Smtp(url)
    states = [transport.send(build(letter(to=to))).state for to in ("gone@example.org", "here@example.org")]
    transport.close()
    assert states == ["refused", "sent"]


def test_starttls_is_not_given_up_for_a_server_that_has_none(server: tuple[str, Answers]) -> None:
    url, answers = server
    outcome = Smtp(url.replace("smtp://", "smtp+starttls://")).send(build(letter()))
    assert outcome.state == "later"
    assert answers.seen == []
