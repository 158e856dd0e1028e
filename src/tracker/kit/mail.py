"""Mail: a message that carries only what we put into it, and its handing over to a mail server.

What a server answers is never an exception but an `Outcome`, because each of the four leads to another next step.
"""

import hashlib
import re
import smtplib
import ssl
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import Policy
from email.utils import parseaddr
from typing import Literal, Protocol
from urllib.parse import unquote, urlsplit

from tracker.kit.errors import BadInput, SetupError

CONNECT_SECONDS = 30
# RFC 5321, 4.5.3.2.6: a server may take ten minutes to answer the end of the message.
ANSWER_SECONDS = 600
ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}


@dataclass(frozen=True)
class Outcome:
    """What became of a message, and the server's own words.

    sent: the server has it. refused: it never wants this one. later: it has not got it, try again.
    unknown: the line broke after the message was on its way; it may or may not arrive.
    """

    state: Literal["sent", "refused", "later", "unknown"]
    answer: str


class Transport(Protocol):
    """Anything that takes a message."""

    def send(self, message: EmailMessage) -> Outcome:
        """Hands one message over."""

    def close(self) -> None:
        """Ends the conversation."""


@dataclass(frozen=True)
class Letter:
    """The parts of a message in Unicode; `sender` and `list_id` may be of the form `Name <address>`. `unsubscribe`: the
    address to which a mail program may post that the reader wants no more."""

    message_id: str
    date: datetime
    sender: str
    to: str
    subject: str
    text: str
    html: str
    list_id: str = ""
    unsubscribe: str = ""


class _InOnePiece(UnstructuredHeader, BaseHeader):
    """An address is never broken: Python would encode one that is longer than a line, and no program reads that."""

    def fold(self, *, policy: Policy) -> str:
        """The header on one line; 998 characters fit (RFC 5322, 2.1.1)."""
        return f"{self.name}: {self}{policy.linesep}"


_HEADERS = HeaderRegistry()
_HEADERS.map_to_type("list-unsubscribe", _InOnePiece)
_OURS = policy.SMTP.clone(header_factory=_HEADERS)


def build(letter: Letter) -> EmailMessage:
    """The message as it will be sent; equal letters give equal bytes.

    Raises `BadInput` when an address is none, or when a header would not come out as it went in.
    """
    name, sender = parseaddr(letter.sender)
    message = EmailMessage(policy=_OURS)
    message["From"] = Address(header_text(name), addr_spec=address(sender))
    message["To"] = Address(addr_spec=address(letter.to))
    message["Subject"] = header_text(letter.subject)
    message["Date"] = letter.date
    message["Message-ID"] = letter.message_id
    # RFC 3834, and its counterpart for Exchange: no out-of-office note comes back.
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    if letter.list_id:
        message["List-Id"] = header_text(letter.list_id)
    if letter.unsubscribe:
        # RFC 8058: by one press in the reader's mail program.
        message["List-Unsubscribe"] = f"<{header_text(letter.unsubscribe)}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    # Quoted-printable: no line too long for SMTP, no eighth bit that a relay could hurt.
    message.set_content(letter.text, cte="quoted-printable")
    message.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    message.set_boundary("=_" + hashlib.sha256(letter.message_id.encode()).hexdigest()[:32])
    _only_our_headers(message)
    return message


def address(text: str) -> str:
    """A mail address with its domain in ASCII; raises `BadInput` when no mail server could take it."""
    local, at, domain = text.strip().rpartition("@")
    try:
        found = local + at + domain.encode("idna").decode()
    except UnicodeError:
        found = ""
    if not ADDRESS.fullmatch(found):
        raise BadInput(
            f"{header_text(text)!r} is not a mail address that a mail server takes.", field="email"
        )
    return found


def header_text(text: str) -> str:
    """Text that may stand in a header: one line, printable.

    `=?` opens an encoded word, which Python decodes when a header is set, line ends included (CVE-2024-6923).
    """
    line = " ".join(text.split())
    return "".join(c for c in line if c.isprintable()).replace("=?", "= ?")


def wire(message: EmailMessage) -> bytes:
    """The bytes that go over the line, with CRLF line ends."""
    return message.as_bytes(policy=policy.SMTP)


def domain_of(sender: str) -> str:
    """The domain of `Name <address>`, for Message-IDs; raises `BadInput`."""
    return address(parseaddr(sender)[1]).rpartition("@")[2]


def _only_our_headers(message: EmailMessage) -> None:
    arrived = message_from_bytes(wire(message), policy=policy.compat32)
    if arrived.keys() != message.keys():
        raise BadInput("A text in this message would break its headers; it was not sent.")


class Smtp:
    """One conversation with a mail server, opened by the first message and used for those that follow."""

    def __init__(self, url: str, *, answer_seconds: float = ANSWER_SECONDS) -> None:
        self._url = urlsplit(url)
        if self._url.scheme not in PORTS or not self._url.hostname:
            raise SetupError("TRACKER_SMTP_URL must look like smtp://user:password@host:587.")
        self._answer_seconds = answer_seconds
        self._line: smtplib.SMTP | None = None

    def send(self, message: EmailMessage) -> Outcome:
        """Hands one message over; whatever fails before DATA is `later`, silence after it `unknown`."""
        sender = message["From"].addresses[0].addr_spec
        recipient = message["To"].addresses[0].addr_spec
        try:
            line = self._open()
            outcome = self._envelope(line, sender, recipient)
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            return Outcome("later", f"The mail server could not be used: {error}")
        if outcome is None:
            outcome = self._message(line, wire(message))
        if outcome.state != "sent":
            self.close()  # whatever is half said in this conversation ends with it
        return outcome

    def close(self) -> None:
        """Says goodbye, if the server still listens."""
        line, self._line = self._line, None
        if line is None:
            return
        try:
            line.quit()
        except (smtplib.SMTPException, OSError):
            line.close()

    def _open(self) -> smtplib.SMTP:
        if self._line is not None and self._still_there(self._line):
            return self._line
        self.close()
        port = self._url.port or PORTS[self._url.scheme]
        host = self._url.hostname or ""
        if self._url.scheme == "smtps":
            secure = ssl.create_default_context()
            line: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=CONNECT_SECONDS, context=secure)
        else:
            line = smtplib.SMTP(host, port, timeout=CONNECT_SECONDS)
        self._line = line
        if self._url.scheme == "smtp+starttls":
            line.starttls(context=ssl.create_default_context())
        if self._url.username:
            line.login(unquote(self._url.username), unquote(self._url.password or ""))
        line.ehlo_or_helo_if_needed()
        return line

    @staticmethod
    def _still_there(line: smtplib.SMTP) -> bool:
        try:
            return line.noop()[0] == 250
        except (smtplib.SMTPException, OSError):
            return False

    @staticmethod
    def _envelope(line: smtplib.SMTP, sender: str, recipient: str) -> Outcome | None:
        """None when the server waits for the message."""
        code, said = line.mail(sender)
        if code != 250:
            # Even for good it is about us, not about this recipient: it may work once the set-up is mended.
            return Outcome("later", _words(code, said))
        code, said = line.rcpt(recipient)
        if code in (250, 251):
            code, said = line.docmd("DATA")
        return None if code == 354 else Outcome("refused" if code >= 500 else "later", _words(code, said))

    def _message(self, line: smtplib.SMTP, data: bytes) -> Outcome:
        dotted = re.sub(rb"(?m)^\.", b"..", data)
        try:
            if line.sock is not None:
                line.sock.settimeout(self._answer_seconds)
            line.send(dotted + (b"" if dotted.endswith(b"\r\n") else b"\r\n") + b".\r\n")
            code, said = line.getreply()
            if line.sock is not None:
                line.sock.settimeout(CONNECT_SECONDS)
        except (smtplib.SMTPException, OSError) as error:
            return Outcome("unknown", f"The line broke after the message was on its way: {error}")
        if code == 250:
            return Outcome("sent", _words(code, said))
        return Outcome("refused" if code >= 500 else "later", _words(code, said))


def _words(code: int, said: bytes) -> str:
    return f"{code} {said.decode('utf-8', 'replace')}"[:1000]
