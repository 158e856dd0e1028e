"""The one way to a terminal or pipe: nothing that is printed may command the terminal or hide what it says."""

import json
import os
import re
import sys

import click

from tracker.kit.errors import Unavailable

UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # control characters, of which terminals make commands
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # they turn the direction of what follows
    "\u200b\u2060\u2028\u2029\ufeff\U000e0000-\U000e007f\ud800-\udfff]"  # no width, or no character at all
)
LONGEST = 80
"""So much of what was typed is repeated in a message, in characters."""


def harmless(text: str) -> str:
    """The text with what cannot be seen written as JSON would, such as `\\u001b`: in JSON it means the same."""
    return UNSEEN.sub(lambda found: json.dumps(found[0])[1:-1], text)


def quoted(value: str) -> str:
    """What was typed, as a message repeats it: not by the megabyte."""
    return f"“{value if len(value) <= LONGEST else value[:LONGEST] + '…'}”"


def write(text: str) -> None:
    """Prints to standard output; raises `Unavailable` when that is full. A reader that went away, as `head` does, has
    seen enough."""
    try:
        out = sys.stdout.buffer
        out.write(text.encode(sys.stdout.encoding, "backslashreplace"))
        out.flush()
    except OSError as error:
        # What is still in the buffer must not fail once more when the interpreter ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        if not isinstance(error, BrokenPipeError):
            raise Unavailable(
                f"The answer cannot be written ({error.strerror}); what was recorded stays recorded."
            ) from error


def note(text: str) -> None:
    """Prints a line to standard error."""
    click.echo(harmless(text), err=True)
