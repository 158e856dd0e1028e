"""For migrations: a read table and its shadow twin, in which a rebuild grows, are made and changed together."""

from typing import Any

from alembic import op
from sqlalchemy import Column, PrimaryKeyConstraint


def create_projected(name: str, *columns: Column[Any]) -> None:
    """For migrations: creates a read table and its shadow twin."""
    for each in (name, f"{name}_shadow"):
        plain = [Column(c.name, c.type, nullable=c.nullable and not c.primary_key) for c in columns]
        keys = [c.name for c in columns if c.primary_key]
        op.create_table(each, *plain, PrimaryKeyConstraint(*keys, name=f"pk_{each}"))


def drop_projected(name: str) -> None:
    """For migrations: drops both."""
    for each in (name, f"{name}_shadow"):
        op.drop_table(each)
