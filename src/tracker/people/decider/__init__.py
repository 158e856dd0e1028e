"""The rules of partners, people, focal points and tokens: four kinds of stream, a module each. Pure."""

from tracker.people.decider.focal_points import FOCAL_POINTS
from tracker.people.decider.partner import PARTNER
from tracker.people.decider.person import PERSON
from tracker.people.decider.token import TOKEN

__all__ = ["FOCAL_POINTS", "PARTNER", "PERSON", "TOKEN"]
