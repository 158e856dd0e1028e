"""The kinds of things that can be found."""

from typing import Literal, get_args

Kind = Literal["partner", "recommendation", "activity", "meeting", "report"]
KINDS: tuple[Kind, ...] = get_args(Kind)
"""In the order in which they are shown."""
KIND_BITS = 60
"""The bits of an id that say which thing it is; those above say of which kind."""
