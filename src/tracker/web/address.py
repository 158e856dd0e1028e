"""What an address of this site may hold."""

import unicodedata

from starlette.requests import Request

from tracker.kit.errors import BadInput


def check_address(request: Request) -> None:
    """Raises `BadInput`: no code holds a control character, and PostgreSQL refuses to be asked about NUL.

    Words to search for may hold the spaces and joiners that a word processor puts there.
    """
    words = [str(value) for value in request.query_params.values()]
    plain = ["".join(c for c in value if unicodedata.category(c) not in ("Zs", "Cf")) for value in words]
    values = [*map(str, request.path_params.values()), *plain]
    if any(not value.isprintable() or "\ufffd" in value for value in values):
        raise BadInput("The address holds characters that no code or word has; please check it.")
