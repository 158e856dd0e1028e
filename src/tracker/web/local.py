"""Paths of this site to which a visitor may be sent back. Anything else would let a link of ours lead elsewhere."""

import re

LONGEST = 500
# One slash and no other after it, no backslash (browsers read it as a slash), nothing but what an address may hold.
_LOCAL = re.compile(r"/(?![/\\])[A-Za-z0-9/._~:@!$&'()*+,;=%?-]*")


def local_path(text: str) -> str:
    """The path, with its query, if it is one of this site and none of those that sign in or out; else nothing."""
    fit = len(text) <= LONGEST and _LOCAL.fullmatch(text) and not text.startswith(("/sign-", "/my-start"))
    return text if fit else ""
