"""Characters that turn the direction of reading end where the text ends that holds them: what follows on the page, a
name, a figure or a button, must not be turned by what somebody typed."""

import re
from typing import Any

from markupsafe import Markup

_CONTROL = re.compile("[\u202a-\u202e\u2066-\u2069]")
_POP, _POP_ISOLATE = "\u202c", "\u2069"
_ENDS = dict.fromkeys("\u202a\u202b\u202d\u202e", _POP) | dict.fromkeys("\u2066\u2067\u2068", _POP_ISOLATE)


def contained(value: Any) -> Any:
    """The text with an end for each turn that was begun in it; anything else, and what is HTML already, as it is."""
    if not isinstance(value, str) or isinstance(value, Markup) or not _CONTROL.search(value):
        return value
    begun: list[str] = []
    for character in _CONTROL.findall(value):
        if character in _ENDS:
            begun.append(_ENDS[character])
        elif begun and begun[-1] == character:
            begun.pop()
    return value + "".join(reversed(begun))
