"""Composes the commands."""

from importlib import import_module

from tracker.terminal.root import Entry, Root

SECTIONS = {
    "Every day": {
        "list": Entry("tracker.followups.cli_lists:list_", "List recommendations; words look for text, in any order."),
    },
}
