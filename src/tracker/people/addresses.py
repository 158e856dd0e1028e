"""What an address is here, and its change: confirmed at the old and at the new one, or replaced by the operator."""

import re

from tracker.kit.errors import BadInput
from tracker.kit.text import clean_line

LONGEST = 254  # RFC 5321 section 4.5.3.1.3, without the angle brackets
_EMAIL = re.compile(
    r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}"
)


def address(text: str) -> str:
    """The address as it is kept: in lower case, without surrounding space; raises `BadInput`.

    ASCII alone: look-alikes of other scripts are no address of anybody, and some of them (the Kelvin sign) become ASCII
    in lower case.
    """
    line = clean_line(text, "e-mail address", required=True)
    found = line.lower()
    if not line.isascii() or len(found) > LONGEST or not _EMAIL.fullmatch(found):
        raise BadInput(
            f"“{line}” is no e-mail address; it looks like focal.point@example.org.", field="email"
        )
    return found
