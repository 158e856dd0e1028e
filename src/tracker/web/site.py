"""What every page needs from the process that serves it."""

from dataclasses import dataclass

from starlette.requests import Request

from tracker.kit.clock import Clock
from tracker.kit.db import Database
from tracker.kit.mailbox import folder_of
from tracker.kit.settings import Settings


@dataclass(frozen=True)
class Site:
    """The database, the settings, the secret that signs forms, and the clock of one web process."""

    database: Database
    settings: Settings
    secret: str
    clock: Clock

    @property
    def secure(self) -> bool:
        """Whether the pages are reached by https."""
        return self.settings.address.startswith("https://")

    @property
    def embedded_mail(self) -> bool:
        """Whether mail goes into a mailbox on disk, which the browser may show."""
        return not self.settings.smtp_url

    @property
    def mailbox(self) -> str:
        """The folder into which mail goes while there is no mail server; else empty."""
        return str(folder_of(self.settings)) if self.embedded_mail else ""


def site_of(request: Request) -> Site:
    """The site that answers this request."""
    site: Site = request.app.state.site
    return site


def address_of(request: Request) -> str:
    """Where the pages are for whoever asks, without a slash at the end: as the settings say, else as they asked, which
    `web.hosts` has found to be this machine."""
    return site_of(request).settings.base_url.rstrip("/") or str(request.base_url).rstrip("/")
