"""The commands of docs/operations.md, so that what an operator types is what is tested."""

import re

from tests.server.composed import ROOT

PAGE = (ROOT / "docs" / "operations.md").read_text()


def blocks(heading: str) -> list[str]:
    """The `sh` blocks under a heading."""
    found = re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", PAGE, re.DOTALL | re.MULTILINE)
    assert found, f"docs/operations.md has no heading {heading}"
    return re.findall(r"^```sh\n(.*?)^```", found[1], re.DOTALL | re.MULTILINE)


def headings() -> list[str]:
    """Those with a block."""
    return [found for found in re.findall(r"^## (.*)$", PAGE, re.MULTILINE) if blocks(found)]
