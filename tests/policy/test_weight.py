"""What each page weighs on a poor line, by the list of routes: cold with all that it asks for, warm by itself; and that it
asks nobody else for anything."""

from urllib.parse import urlsplit

from tests.policy.asking import Asking
from tests.policy.samples import READING
from tests.web.browser import Page
from tracker.web.render import STATIC

MOST_COLD, MOST_WARM = 100_000, 30_000
"""Bytes as they travel."""
LOADING = {"link": "href", "script": "src", "img": "src", "iframe": "src", "source": "src", "object": "data"}
"""What a browser fetches by itself."""

LEADS = ("canonical", "alternate", "self", "first", "next")
"""Links on which a reader may go on; nothing is fetched by them."""


def loaded(page: Page) -> set[str]:
    """The addresses of what a browser fetches with the page; a stylesheet of ours fetches nothing more."""
    found = {
        given.get(LOADING[tag], "")
        for tag, given in page.tags
        if tag in LOADING and given.get("rel") not in LEADS
    }
    return {address for address in found if address and not address.startswith("data:")}


def travelling(asking: Asking, who: str, address: str) -> tuple[int, Page]:
    headers = {"cookie": asking.cookie(who), "accept-encoding": "gzip"}
    answer = asking.client.get(address, headers=headers)
    return int(answer.headers["content-length"]), Page(answer)


def test_every_page_is_light_and_asks_no_other_host(asking: Asking) -> None:
    weights: dict[str, tuple[int, int]] = {}
    for samples in READING.values():
        for sample in samples:
            address = sample.url.format(**asking.words(sample.about[0]))
            warm, page = travelling(asking, "admin", address)
            if page.status != 200:
                warm, page = travelling(asking, "focal point", address)
            parts = loaded(page)
            assert all(not urlsplit(part).netloc for part in parts), (address, parts)
            weights[address] = warm + sum(travelling(asking, "admin", part)[0] for part in parts), warm
    heavy = {address: each for address, each in weights.items() if each[0] > MOST_COLD or each[1] > MOST_WARM}
    assert heavy == {}
    assert len(weights) > 40


def test_the_stylesheet_fetches_nothing() -> None:
    assert "url(" not in (STATIC / "tracker.css").read_text()
    assert "@import" not in (STATIC / "tracker.css").read_text()
