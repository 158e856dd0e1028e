"""Where mail goes: to the mail server of the settings, else into a mailbox on disk, one `.eml` file a message, shown in
the browser."""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email import message_from_binary_file, policy
from email.message import EmailMessage
from pathlib import Path

from tracker.kit.clock import utc_now
from tracker.kit.errors import NotFound
from tracker.kit.ids import new_id
from tracker.kit.mail import ANSWER_SECONDS, Outcome, Smtp, Transport, wire
from tracker.kit.private import make_file, make_folder
from tracker.kit.settings import Settings

NAME = re.compile(r"[A-Za-z0-9_@-][A-Za-z0-9_@.-]{0,240}")


def folder_of(given: Settings) -> Path:
    """The folder of the mailbox on disk."""
    return given.data_dir / "mailbox"


def transport_of(given: Settings, *, answer_seconds: float = ANSWER_SECONDS) -> Transport:
    """The mail server of the settings, or the mailbox on disk."""
    if given.smtp_url:
        return Smtp(given.smtp_url, answer_seconds=answer_seconds)
    return Mailbox(folder_of(given))


@dataclass(frozen=True)
class MailboxMessage:
    """A message as a reader wants it; `name` is its key in the mailbox."""

    name: str
    subject: str
    sender: str
    to: str
    date: datetime
    text: str = ""
    html: str = ""


class Mailbox:
    """A transport that keeps what it is given. Sending a message twice keeps one file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, message: EmailMessage) -> Outcome:
        """Writes the message so that a crash leaves the whole file or none."""
        make_folder(self.folder)
        target = self.folder / f"{_name_of(message)}.eml"
        half = self.folder / f".{new_id()}.tmp"
        try:
            make_file(half)
            with half.open("wb") as file:
                file.write(wire(message))
                file.flush()
                os.fsync(file.fileno())
            half.replace(target)
            _sync(self.folder)
        except OSError as error:
            half.unlink(missing_ok=True)
            return Outcome("later", f"The mailbox {self.folder} cannot be written to: {error}")
        return Outcome("sent", f"kept as {target.name}")

    def close(self) -> None:
        """There is no line to close."""


def list_messages(folder: Path, *, limit: int = 200) -> Sequence[MailboxMessage]:
    """The newest messages without their bodies, newest first."""
    files = [file for file in folder.glob("*.eml") if NAME.fullmatch(file.stem)] if folder.is_dir() else []
    newest = sorted(files, key=lambda file: (file.stat().st_mtime_ns, file.name), reverse=True)[:limit]
    messages = [_read(file, bodies=False) for file in newest]
    return sorted(messages, key=lambda message: (message.date, message.name), reverse=True)


def read_message(folder: Path, name: str) -> MailboxMessage:
    """One message with its text and HTML; raises `NotFound`."""
    file = folder / f"{name}.eml"
    if not NAME.fullmatch(name) or not file.is_file():
        raise NotFound("There is no such message in the mailbox.")
    return _read(file, bodies=True)


def _read(file: Path, *, bodies: bool) -> MailboxMessage:
    with file.open("rb") as opened:
        message = message_from_binary_file(opened, policy=policy.default)
    date = message["Date"]
    return MailboxMessage(
        name=file.stem,
        subject=str(message["Subject"] or ""),
        sender=str(message["From"] or ""),
        to=str(message["To"] or ""),
        date=utc_now() if date is None else date.datetime,
        text=_body(message, "plain") if bodies else "",
        html=_body(message, "html") if bodies else "",
    )


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return "" if part is None else str(part.get_content()).replace("\r\n", "\n")


def _name_of(message: EmailMessage) -> str:
    return re.sub(r"[^A-Za-z0-9_@.-]", "_", str(message["Message-ID"]).strip("<> ")).lstrip(".")


def _sync(folder: Path) -> None:
    """Makes the rename itself durable; directories cannot be opened for this on Windows, which we do not run on."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
