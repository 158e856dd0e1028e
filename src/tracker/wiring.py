"""Imports every feature, so that events, projections and tables are known. The top layer imports this first."""

from tracker.digests import tables as _digests  # noqa: F401
from tracker.followups import events as _followups  # noqa: F401
from tracker.people import projection as _people  # noqa: F401
from tracker.recommendations import projection as _recommendations  # noqa: F401
