"""The rules of partners, people and focal points: three kinds of stream, a module each. Pure."""

from tracker.people.decider.focal_points import FOCAL_POINTS
from tracker.people.decider.partner import PARTNER
from tracker.people.decider.person import PERSON

__all__ = ["FOCAL_POINTS", "PARTNER", "PERSON"]
