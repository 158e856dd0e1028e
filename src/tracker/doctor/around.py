"""What surrounds the program: folder, disk, secret, broker, mail server."""

import os
import shutil
import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import redis

from tracker.doctor.check import Check, bad, ok, warn
from tracker.kit.mail import PORTS
from tracker.kit.private import open_to_others
from tracker.kit.running import running
from tracker.kit.settings import Settings

LEAST_FREE_BYTES = 500_000_000
ASK_SECONDS = 5.0


def folder(settings: Settings) -> Check:
    """The data folder can be written to."""
    where = settings.data_dir
    if not where.exists():
        return warn("data folder", f"{where} does not exist yet.", "`tracker up` makes it.")
    if not where.is_dir() or not os.access(where, os.R_OK | os.W_OK | os.X_OK):
        mend = "Give this user the right, or set TRACKER_DATA_DIR to another folder."
        return bad("data folder", f"{where} is no folder that can be written to.", mend)
    if open_to_others(where):
        mend = f"Run `chmod -R go-rwx {where}`."
        return warn(
            "data folder", f"Other users can look into {where}: addresses and live links lie there.", mend
        )
    return ok("data folder", f"{where.resolve()} can be written to, by this user alone.")


def files(settings: Settings) -> Check:
    """Files can be attached, and no other user of this machine can read them."""
    where = settings.files
    if not where.exists():
        return ok("files", f"Nothing was attached yet; {where} is made with the first file.")
    if not where.is_dir() or not os.access(where, os.R_OK | os.W_OK | os.X_OK):
        mend = "Give this user the right, or set TRACKER_FILES_DIR to a folder that all web servers and workers share."
        return bad("files", f"{where} is no folder that can be written to.", mend)
    if where.stat().st_mode & 0o007:
        return warn("files", f"{where} can be entered by other users.", f"Run `chmod o-rwx {where}`.")
    if settings.database_url.startswith("postgresql") and settings.files_dir is None:
        mend = "Set TRACKER_FILES_DIR to a folder that all web servers and workers share."
        return warn(
            "files", f"They are kept in {where}: web servers on other machines would have others.", mend
        )
    return ok("files", f"{where} can be written to.")


def disk(settings: Settings) -> Check:
    """There is room on the disk."""
    there = next(
        path
        for path in (settings.data_dir.absolute(), *settings.data_dir.absolute().parents)
        if path.exists()
    )
    free = shutil.disk_usage(there).free
    message = f"{free / 1e9:.1f} GB are free at {there}."
    if free < LEAST_FREE_BYTES:
        return bad("disk", message, "Make room: without it nothing can be recorded.")
    return ok("disk", message)


def secret(settings: Settings) -> Check:
    """Links and sessions are signed with a secret that all processes share and nobody else can read."""
    if settings.secret_key:
        return ok("secret", "TRACKER_SECRET_KEY is set.")
    kept = settings.data_dir / "secret_key"
    if kept.exists() and kept.stat().st_mode & 0o077:
        return bad("secret", f"{kept} can be read by other users.", f"Run `chmod 600 {kept}`.")
    if settings.database_url.startswith("postgresql"):
        mend = "Set TRACKER_SECRET_KEY to the same value on each."
        return warn(
            "secret", f"It is kept in {kept}: web servers on other machines would have another.", mend
        )
    return ok("secret", f"It is kept in {kept}.")


def broker(settings: Settings) -> Check:
    """The broker answers."""
    url = settings.broker_url
    if not url:
        at_work = running(settings.data_dir)
        if at_work is None:
            return warn("broker", "No private broker runs, so no digests go out.", "`tracker up` starts one.")
        url = at_work.broker_url
    shown = urlsplit(url)._replace(netloc=urlsplit(url).netloc.rpartition("@")[2]).geturl()
    try:
        with _asked(url) as client:
            client.ping()
            policy = client.info("memory").get("maxmemory_policy", "noeviction")
    except (redis.RedisError, ValueError) as error:
        mend = "Start it, or correct TRACKER_BROKER_URL. Writing goes on meanwhile, and due work is kept in the database."
        return bad("broker", f"{shown} does not answer: {error}.", mend)
    if policy != "noeviction":
        return warn(
            "broker", f"{shown} may throw messages away ({policy}).", "Set maxmemory-policy to noeviction."
        )
    return ok("broker", f"{shown} answers.")


def mail(settings: Settings) -> Check:
    """The mail server answers, or mail goes into the mailbox."""
    if not settings.smtp_url:
        return ok("mail", f"Mail is kept in {settings.data_dir / 'mailbox'} and shown in the browser.")
    url = urlsplit(settings.smtp_url)
    host, port = url.hostname or "", url.port or PORTS[url.scheme]
    kind = smtplib.SMTP_SSL if url.scheme == "smtps" else smtplib.SMTP
    try:
        with kind(host, port, timeout=ASK_SECONDS) as line:
            code, said = line.ehlo()
    except (smtplib.SMTPException, OSError) as error:
        mend = "Start it, or correct TRACKER_SMTP_URL. Digests wait meanwhile."
        return bad("mail", f"{host}:{port} does not answer: {error}.", mend)
    if code != 250:
        return bad(
            "mail", f"{host}:{port} says {code} {said.decode(errors='replace')}.", "Ask its operator why."
        )
    return ok("mail", f"{host}:{port} answers.")


@contextmanager
def _asked(url: str) -> Iterator[redis.Redis]:
    """Celery writes a socket's address as redis+socket://, the client as unix://."""
    plain = url.replace("redis+socket://", "unix://", 1)
    client = redis.Redis.from_url(plain, socket_timeout=ASK_SECONDS, socket_connect_timeout=ASK_SECONDS)
    try:
        yield client
    finally:
        client.close()
