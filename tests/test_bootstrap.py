"""The two commands rest on these: an old Python can read bootstrap.py, and the locks hold what it says of them."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LOCKS = ("run", "dev", "benchmarks")


def pins(lock: str) -> dict[str, str]:
    """What a lock file names: package to version."""
    text = (ROOT / "requirements" / f"{lock}.lock").read_text()
    return dict(re.findall(r"^([a-z0-9.-]+)==(\S+)", text, re.MULTILINE))


def test_python_3_8_can_read_it_and_so_can_say_that_it_is_too_old() -> None:
    ast.parse((ROOT / "bootstrap.py").read_text(), feature_version=(3, 8))


@pytest.mark.parametrize(("smaller", "larger"), [("run", "dev"), ("dev", "benchmarks")])
def test_a_later_lock_holds_all_of_the_one_before(smaller: str, larger: str) -> None:
    assert pins(smaller).items() <= pins(larger).items()


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_address_and_a_checksum_for_every_package(lock: str) -> None:
    text = (ROOT / "requirements" / f"{lock}.lock").read_text()
    assert "://" not in text
    packages = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
    assert len(packages) == len(pins(lock)) > 0
    assert [package.split()[0] for package in packages if "--hash=sha256:" not in package] == []
