"""The private keys that seal: from the settings, else made once in the data folder of an embedded tracker."""

import os
from contextlib import suppress
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tracker.kit.errors import SetupError
from tracker.kit.ids import new_id
from tracker.kit.private import make_folder
from tracker.kit.settings import PREFIX, Settings

SETTING = f"{PREFIX}SEAL_KEY"
MEND = (
    f"Make one with `tracker seal --new-key`; {SETTING} holds the newest first, then earlier ones, by commas."
)


def private_keys(settings: Settings) -> list[Ed25519PrivateKey]:
    """The newest first; none on a server whose settings have none. Raises `SetupError` for what is no key.

    The earlier ones are there so that they can introduce the newest; one that was once introduced needs them no more.
    """
    given = settings.seal_key.get_secret_value()
    if given:
        return [_key(word, SETTING) for word in given.split(",")]
    if not settings.seals:
        return []
    kept = _file(settings)
    if not kept.exists():
        _write(kept, [new_key()])
    return [_key(line, str(kept)) for line in kept.read_text("utf-8").split()]


def new_key() -> str:
    """A fresh private key as it stands in the settings: 64 hexadecimal digits."""
    return Ed25519PrivateKey.generate().private_bytes_raw().hex()


def add_key(settings: Settings) -> str | None:
    """Puts a new key before those of an embedded tracker; where the settings hold the keys, the one to put there."""
    if settings.seal_key.get_secret_value() or not settings.seals:
        return new_key()
    private_keys(settings)  # so that there is an old one, which introduces the new one
    kept = _file(settings)
    _write(kept, [new_key(), *kept.read_text("utf-8").split()], replace=True)
    return None


def _file(settings: Settings) -> Path:
    return settings.data_dir / "seal_key"


def _write(kept: Path, lines: list[str], *, replace: bool = False) -> None:
    make_folder(kept.parent)
    # Whole under another name first: nobody ever reads half of it, and the first maker wins.
    half = kept.parent / f".{new_id()}.tmp"
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write("\n".join(lines) + "\n")
        file.flush()
        os.fsync(file.fileno())
    if replace:
        half.replace(kept)
        return
    with suppress(FileExistsError):
        os.link(half, kept)
    half.unlink()


def _key(text: str, where: str) -> Ed25519PrivateKey:
    try:
        return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(text.strip()))
    except ValueError:
        raise SetupError(f"{where} holds what is no private key to seal with. {MEND}") from None
