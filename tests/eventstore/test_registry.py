"""Stable names, versions and golden files: an event once written is read for ever."""

import json
from pathlib import Path

import pytest

from tracker import wiring  # noqa: F401
from tracker.eventstore import canonical, registry
from tracker.eventstore.registry import UnknownEvent, decode, names

GOLDEN = Path(__file__).parent.parent / "golden"
FILES = sorted(GOLDEN.glob("*.json"))


def test_there_are_thirty_events_or_more() -> None:
    assert len(names()) >= 30


def test_every_version_ever_written_has_a_golden_file() -> None:
    current = {f"{name}.v{registry.name_of(cls)[1]}" for name, cls in names().items()}
    assert current <= {path.stem for path in FILES}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_golden_event_is_still_read(path: Path) -> None:
    golden = json.loads(path.read_text())
    event = decode(golden["event_type"], golden["schema_version"], golden["body"])
    assert registry.name_of(type(event))[0] == golden["event_type"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_golden_event_of_the_current_version_is_written_the_same_to_the_byte(path: Path) -> None:
    golden = json.loads(path.read_text())
    event = decode(golden["event_type"], golden["schema_version"], golden["body"])
    if registry.name_of(type(event))[1] == golden["schema_version"]:
        assert canonical.encode(event).decode() == golden["body"]


def test_an_unknown_event_stops_the_reader() -> None:
    with pytest.raises(UnknownEvent, match="install the newer release"):
        decode("followup.abolished", 1, "{}")


def test_a_version_of_the_future_stops_the_reader() -> None:
    with pytest.raises(UnknownEvent, match="install the newer release"):
        decode("person.role_granted", 99, "{}")


def test_an_old_version_is_brought_up_step_by_step(monkeypatch: pytest.MonkeyPatch) -> None:
    cls, _ = registry._classes["person.role_granted"]
    monkeypatch.setitem(registry._classes, "person.role_granted", (cls, 3))
    monkeypatch.setitem(registry._upcasters, ("person.role_granted", 1), lambda old: {**old, "scope": "*"})
    monkeypatch.setitem(
        registry._upcasters, ("person.role_granted", 2), lambda old: {**old, "role": "auditor"}
    )
    monkeypatch.setattr(registry, "_decoders", {})
    assert decode("person.role_granted", 1, '{"role":"reader"}') == cls(role="auditor", scope="*")


def test_a_missing_upcaster_is_said_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    cls, _ = registry._classes["person.role_granted"]
    monkeypatch.setitem(registry._classes, "person.role_granted", (cls, 2))
    monkeypatch.setattr(registry, "_decoders", {})
    with pytest.raises(UnknownEvent, match="no upcaster"):
        decode("person.role_granted", 1, "{}")
