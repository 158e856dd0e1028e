"""The pictures of a meeting's figures: each shows numbers that the figures hold, and gives them as a table."""

from collections.abc import Callable

from tracker.kit.errors import NotFound
from tracker.metrics.asked import Seen, seen
from tracker.metrics.pictures.over_time import activity, cycle, rates
from tracker.metrics.pictures.standing import partners, themes
from tracker.people.visit import Visit
from tracker.web.charts.picture import Picture

PICTURES: dict[str, Callable[[Seen], Picture]] = {
    each.__name__: each for each in (rates, cycle, themes, partners, activity)
}
"""By the name in their addresses, in the order of the page."""


def picture_of(visit: Visit, meeting: str, name: str) -> Picture:
    """One of them; raises `NotFound`."""
    if name not in PICTURES:
        raise NotFound(f"There is no picture {name}; there are {', '.join(PICTURES)}.", field="picture")
    return PICTURES[name](seen(visit, meeting))
