"""Identifiers that sort by the time they were made."""

from uuid_utils import uuid7


def new_id() -> str:
    """A UUID version 7 (RFC 9562) as text."""
    return str(uuid7())
