"""The secret that signs sessions and links: from the settings, else made once in the data folder."""

import os
import secrets
from contextlib import suppress

from tracker.kit.errors import SetupError
from tracker.kit.ids import new_id
from tracker.kit.private import make_folder
from tracker.kit.settings import Settings


def secret_of(settings: Settings) -> str:
    """The secret of this installation; processes that ask at the same moment get the same one."""
    if settings.secret_key:
        return settings.secret_key
    kept = settings.data_dir / "secret_key"
    if not kept.exists():
        make_folder(settings.data_dir)
        # Written whole under another name and then linked: a reader never sees half of it, and the first maker wins.
        half = settings.data_dir / f".{new_id()}.tmp"
        with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
        with suppress(FileExistsError):
            os.link(half, kept)
        half.unlink()
    secret = kept.read_text("utf-8").strip()
    if not secret:
        raise SetupError(
            f"{kept} is empty; remove it, and a new secret is made (everybody must sign in again)."
        )
    return secret
