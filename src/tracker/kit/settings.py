"""Settings come from `TRACKER_…` variables and a `.env` file, and fail at start, in words."""

import os
import re
from email.utils import parseaddr
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from tracker.kit.errors import SetupError

PREFIX = "TRACKER_"
LOOPBACK = ("127.0.0.1", "::1", "localhost")
LAST_PORT = 65535
Network = IPv4Network | IPv6Network


class Settings(BaseSettings):
    """Every setting; the README's table has a row for each.

    Without any of them the tracker runs embedded: SQLite, a private broker and a mailbox under `data_dir`.
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_file=".env", frozen=True, extra="ignore")

    data_dir: Path = Field(
        Path("data"), description="Folder of the embedded database, broker, mailbox and secret"
    )
    database_url: str = Field("", description="SQLAlchemy URL; empty: SQLite in the data folder")
    owner_database_url: str = Field(
        "", description="URL of the role that owns the tables, for `tracker migrate`"
    )
    broker_url: str = Field("", description="Redis URL; empty: a private broker that `tracker up` starts")
    smtp_url: str = Field("", description="smtp://, smtps:// or smtp+starttls:// URL; empty: mailbox on disk")
    mail_from: str = Field("Follow-up tracker <tracker@example.org>", description="Sender of the digests")
    base_url: str = Field("", description="Public address of the pages; empty: http://HOST:PORT")
    files_dir: Path | None = Field(
        None, description="Folder of attached files, shared by all processes; empty: in the data folder"
    )
    files_url: str = Field(
        "", description="Public address from which attached files are sent; empty: that of the pages"
    )
    host: str = Field("127.0.0.1", description="Address on which the web server listens")
    port: int = Field(8018, description="Port of the web server; 0 takes any free one")
    secret_key: str = Field("", description="Signs sessions and links; empty: made once in the data folder")
    seal_key: SecretStr = Field(
        SecretStr(""),
        description="Private key that seals the log, newest first, by commas; empty: made once when embedded",
    )
    trusted_proxies: str = Field(
        "", description="Addresses or networks of the reverse proxies, by commas; empty: none is believed"
    )
    oidc_issuer: str = Field("", description="OpenID Connect issuer, as its discovery says; empty: no SSO")
    oidc_client_id: str = Field("", description="The tracker's client id at the issuer")
    oidc_client_secret: str = Field(
        "", description="The tracker's client secret at the issuer", validate_default=True
    )
    oidc_name: str = Field("single sign-on", description="Words for the button: Sign in with …")
    oidc_strong_acr: str = Field(
        "", description="The issuer's `acr` that means a second factor; `amr` mfa always does"
    )

    token: SecretStr = Field(
        SecretStr(""), description="Token for whose owner the commands act; empty: for the operator"
    )

    @field_validator("database_url", "owner_database_url")
    @classmethod
    def _known_database(cls, url: str) -> str:
        if url and not url.startswith(("sqlite:///", "postgresql+psycopg://", "postgresql://")):
            raise ValueError("must start with sqlite:/// or postgresql://")
        if url == "sqlite:///" or not _has_no_false_port(url):
            raise ValueError(
                "must look like sqlite:////folder/tracker.db or postgresql://user:password@host:5432/tracker"
            )
        return url.replace("postgresql://", "postgresql+psycopg://", 1)

    @field_validator("smtp_url")
    @classmethod
    def _known_mail(cls, url: str) -> str:
        if url and not _names_a_host(url, {"smtp", "smtps", "smtp+starttls"}):
            raise ValueError("must look like smtp://user:password@host:587")
        return url

    @field_validator("base_url", "files_url")
    @classmethod
    def _known_address(cls, url: str) -> str:
        if url and not _names_a_host(url, {"http", "https"}):
            raise ValueError("must look like https://tracker.example.org")
        return url

    @field_validator("port", mode="before")
    @classmethod
    def _known_port(cls, port: object) -> int:
        if not re.fullmatch(r"[0-9]{1,5}", str(port)) or int(str(port)) > LAST_PORT:
            raise ValueError(
                f"“{port}” is no port; it must be a whole number from 0 to {LAST_PORT}, such as 8018"
            )
        return int(str(port))

    @field_validator("files_dir", mode="before")
    @classmethod
    def _no_folder(cls, folder: object) -> object:
        return folder or None

    @field_validator("trusted_proxies")
    @classmethod
    def _known_proxies(cls, text: str) -> str:
        try:
            networks(text)
        except ValueError:
            raise ValueError("must look like 127.0.0.1, 10.1.0.0/16") from None
        return text

    @field_validator("mail_from")
    @classmethod
    def _known_sender(cls, sender: str) -> str:
        if "@" not in parseaddr(sender)[1] or not sender.isprintable():
            raise ValueError("must look like Follow-up tracker <tracker@example.org>")
        return sender

    @field_validator("broker_url")
    @classmethod
    def _known_broker(cls, url: str) -> str:
        if url and not url.startswith(("redis://", "rediss://", "redis+socket://")):
            raise ValueError("must start with redis://, rediss:// or redis+socket://")
        if not _has_no_false_port(url):
            raise ValueError("must look like redis://:password@host:6379/0")
        return url

    @field_validator("oidc_issuer")
    @classmethod
    def _known_issuer(cls, url: str) -> str:
        if url and not (is_safe(url) and len(url) <= 500 and not {"?", "#"} & set(url)):
            raise ValueError("must look like https://login.example.org")
        return url

    @field_validator("oidc_client_secret")
    @classmethod
    def _all_or_none(cls, secret: str, info: ValidationInfo) -> str:
        given = [info.data.get("oidc_issuer"), info.data.get("oidc_client_id"), secret]
        if any(given) and not all(given):
            names = "TRACKER_OIDC_ISSUER, TRACKER_OIDC_CLIENT_ID and TRACKER_OIDC_CLIENT_SECRET"
            raise ValueError(f"set all of {names}, or none of them")
        return secret

    @property
    def database(self) -> str:
        """The URL of the database in use."""
        return self.database_url or f"sqlite:///{self.data_dir / 'tracker.db'}"

    @property
    def owner_database(self) -> str:
        """The URL by which migrations run."""
        return self.owner_database_url or self.database

    @property
    def files(self) -> Path:
        """The folder of attached files."""
        return self.files_dir or self.data_dir / "files"

    @property
    def files_address(self) -> str:
        """Where attached files are sent from, without a slash at the end; empty: where the pages are."""
        return self.files_url.rstrip("/")

    @property
    def seals(self) -> bool:
        """Whether there is a key to seal the log with; one makes its own where the database is a file of its own."""
        return bool(self.seal_key.get_secret_value()) or self.database.startswith("sqlite")

    @property
    def address(self) -> str:
        """Where the pages are, without a slash at the end."""
        return (self.base_url or f"http://{self.host}:{self.port}").rstrip("/")


def is_safe(url: str) -> bool:
    """Whether secrets may go there: by https, or to this machine itself."""
    if not _names_a_host(url, {"http", "https"}) or urlsplit(url).username is not None:
        return False
    return urlsplit(url).scheme == "https" or urlsplit(url).hostname in LOOPBACK


def networks(text: str) -> list[Network]:
    """Addresses or networks, separated by commas. Raises `ValueError` for anything else."""
    return [ip_network(word.strip()) for word in text.split(",") if word.strip()]


def _names_a_host(url: str, schemes: set[str]) -> bool:
    return _has_no_false_port(url) and urlsplit(url).scheme in schemes and bool(urlsplit(url).hostname)


def _has_no_false_port(url: str) -> bool:
    try:
        return urlsplit(url).port != 0
    except ValueError:  # no number, or too large, or brackets that do not close
        return False


def read_settings(**given: object) -> Settings:
    """The settings of this process; raises `SetupError` that names the variable and the mend."""
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    for name in os.environ:
        if name.startswith(PREFIX) and name not in known:
            raise SetupError(f"{name} is not a setting of the tracker; the README lists them under Settings.")
    try:
        return Settings(**given)  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        name = PREFIX + str(first["loc"][0]).upper()
        raise SetupError(
            f"{name}: {first['msg'].removeprefix('Value error, ')}; see the README, Settings."
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise SetupError(f"The file .env cannot be read: {error}.") from error


@lru_cache
def settings() -> Settings:
    """The settings of this process, read once."""
    return read_settings()
