"""What goes wrong at a provider. `why` is one of our own words, fit for the security log; nothing that the provider or
the browser sent is ever in it."""

from tracker.kit.errors import NotAllowed, Unavailable


class Refused(NotAllowed):
    """Whoever came back from the provider is not let in."""

    def __init__(self, why: str) -> None:
        super().__init__(
            "Signing in this way did not work, and nothing was changed. Please begin again; if it fails again, sign in with "
            "a mailed link."
        )
        self.why = why


class Away(Unavailable):
    """The provider does not answer, or not as a provider does."""

    def __init__(self, why: str) -> None:
        super().__init__(
            "The sign-in service does not answer as it should, and nothing was changed. Please try again in a moment, or "
            "sign in with a mailed link."
        )
        self.why = why
