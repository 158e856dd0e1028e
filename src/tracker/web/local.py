"""Paths of this site to which a visitor may be sent back. Anything else would let a link of ours lead elsewhere."""

import re
from urllib.parse import quote

LONGEST = 500
# One slash and no other after it, no backslash (browsers read it as a slash), nothing but what an address may hold.
_LOCAL = re.compile(r"/(?![/\\])[A-Za-z0-9/._~:@!$&'()*+,;=%?-]*")


def local_path(text: str) -> str:
    """The path, with its query, if it is one of this site; else nothing."""
    return text if len(text) <= LONGEST and _LOCAL.fullmatch(text) else ""


def sign_in_address(next_path: str) -> str:
    """The address of the sign-in page that leads back to a path."""
    path = local_path(next_path)
    return f"/sign-in?next={quote(path, safe='/')}" if path else "/sign-in"
