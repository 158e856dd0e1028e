"""The kinds of things that can be found."""

from typing import Literal, get_args

Kind = Literal["partner", "recommendation", "activity", "meeting", "report"]
KINDS: tuple[Kind, ...] = get_args(Kind)
"""In the order in which they are shown."""
