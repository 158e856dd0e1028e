"""A strict reader of iCalendar (RFC 5545) of its own, written against the standard and not against the writer."""

import re
from typing import NamedTuple

PROPERTY = re.compile(r'([A-Z][A-Z-]*)((?:;[A-Z-]+=(?:"[^"]*"|[^";:,]*))*):(.*)', re.DOTALL)


class Component(NamedTuple):
    """A VCALENDAR or VEVENT: its properties by name with parameters, and what it holds."""

    name: str
    properties: dict[str, tuple[str, str]]
    inside: list["Component"]

    def text(self, name: str) -> str:
        """A property's text without its escapes."""
        return re.sub(
            r"\\([\\;,nN])", lambda found: "\n" if found[1] in "nN" else found[1], self.properties[name][1]
        )


def read(raw: bytes) -> Component:
    """The calendar; raises `AssertionError` where the text is not what the standard asks for."""
    assert raw.endswith(b"\r\n")
    lines = raw[:-2].split(b"\r\n")
    assert all(len(line) <= 75 and b"\n" not in line and b"\r" not in line for line in lines)
    unfolded: list[str] = []
    for line in lines:
        text = line.decode()  # a character cut in two would not decode
        if text.startswith(" "):
            unfolded[-1] += text[1:]
        else:
            unfolded.append(text)
    rest = iter(unfolded)
    assert next(rest) == "BEGIN:VCALENDAR"
    whole = _component("VCALENDAR", rest)
    assert list(rest) == []
    assert {"VERSION", "PRODID"} <= whole.properties.keys()
    for each in whole.inside:
        assert {"UID", "DTSTAMP", "DTSTART"} <= each.properties.keys()
    return whole


def _component(name: str, rest: "iter[str]") -> Component:  # type: ignore[valid-type]
    found = Component(name, {}, [])
    for line in rest:
        if line == f"END:{name}":
            return found
        if line.startswith("BEGIN:"):
            found.inside.append(_component(line[6:], rest))
            continue
        said = PROPERTY.fullmatch(line)
        assert said, line
        assert said[1] not in found.properties, f"{said[1]} is given twice"
        assert not re.search(r"(?<!\\)(\\\\)*\\[^\\;,nN]", said[3]), f"an escape that there is not: {line}"
        found.properties[said[1]] = (said[2], said[3])
    raise AssertionError(f"{name} does not end")
