"""The seed files hold the matrix: all of it, once, in its own words.

Proved from the files alone: every word of the source belongs to exactly one entry (an element, a workshop, a
follow-up, a heading), and the characters of an entry's source lines are the characters of its text. White space and
bullets are layout and count on neither side; so do the list number and the dash that begin an item.
"""

from __future__ import annotations

import copy
import datetime
import hashlib
import re
from collections import Counter
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

SEED = Path(__file__).parents[2] / "seed"
CMM = SEED / "asem-cmm"
QINGDAO = SEED / "unesco-2005"
MATRIX = "sources/asem-culture-ministers-matrix-2003-2018.txt"
HELD = [f"CMM{number}" for number in range(1, 9)]
KINDS = {"A": "action_plan", "R": "recommendations", "F": "follow_up", "W": "workshops"}

Word = tuple[int, int]  # line, word: both counted from 1


class Loader(yaml.BaseLoader):
    """Every scalar stays the string that is written; a key given twice is an error, not a silent loss."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [key.value for key, _ in node.value]
        assert len(keys) == len(set(keys)), f"a key stands twice near {node.start_mark}"
        return super().construct_mapping(node, deep=deep)


@cache
def _read(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), Loader=Loader)  # noqa: S506 - it builds strings, lists and dicts only


def read(path: Path) -> Any:
    return copy.deepcopy(_read(path))


def meeting(code: str) -> dict[str, Any]:
    return read(CMM / "meetings" / f"{code}.yaml")  # type: ignore[no-any-return]


@cache
def source(name: str = MATRIX) -> list[list[str]]:
    """The words of each line."""
    return [line.split() for line in (SEED / name).read_text(encoding="utf-8").split("\n")]


# --- what the test measures with -------------------------------------------------------------------------------------


def words(ranges: list[str], lines: list[list[str]]) -> list[Word]:
    """The words that "12", "12-15" or "12:2-4" (words 2 to 4 of line 12) point at, in that order."""
    found: list[Word] = []
    for text in ranges:
        match = re.fullmatch(r"(\d+)(?:-(\d+))?|(\d+):(\d+)(?:-(\d+))?", text)
        assert match, f"not a line range: {text}"
        if match[3]:
            line, first, last = int(match[3]), int(match[4]), int(match[5] or match[4])
            assert 1 <= first <= last <= len(lines[line - 1]), f"{text}: line {line} has no such words"
            found += [(line, word) for word in range(first, last + 1)]
        else:
            begin, end = int(match[1]), int(match[2] or match[1])
            assert begin <= end, f"{text} runs backwards"
            assert lines[begin - 1], f"{text} begins at a blank line"
            assert lines[end - 1], f"{text} ends at a blank line"
            found += [(n, word) for n in range(begin, end + 1) for word in range(1, len(lines[n - 1]) + 1)]
    assert found == sorted(set(found)), f"{ranges} overlap or are out of order"
    return found


def squeeze(text: str) -> str:
    """The characters that count: no white space, no bullets (• and the private characters of Word's symbol font)."""
    return re.sub(r"[\s•\ue000-\uf8ff]", "", text)


LEAD = re.compile(r"-|(\d{1,2})[.)]")  # the dash or the number in front of a list item


def printed(ranges: list[str], lines: list[list[str]]) -> str:
    return squeeze("".join(lines[line - 1][word - 1] for line, word in words(ranges, lines)))


def differences(entry: dict[str, Any], ranges: list[str], lines: list[list[str]], *, item: bool) -> list[str]:
    """Why the text of this entry is not what its lines print; empty when it is."""
    there, here, found = printed(ranges, lines), squeeze(entry["text"]), []
    if item:
        if LEAD.match(here):
            found.append("the text holds the number or dash of its list")
        if match := LEAD.match(there):
            if match[1] and int(match[1]) != int(entry["code"][-2:]):
                found.append(f"the source numbers it {match[1]}")
            there = there[match.end() :]
    for fix in entry.get("rejoined", []):
        cut, whole = squeeze(fix["printed"]), fix["text"]
        if there.count(cut) != 1 or cut.replace("-", "") != whole:
            found.append(f"not a word that a line break cut: {fix}")
        there = there.replace(cut, whole)
    if there != here:
        found.append(f"the source says {there!r}, the text {here!r}")
    return found


def columns(of: dict[str, Any]) -> list[dict[str, Any]]:
    return [entry for key in KINDS.values() for entry in of[key]]


def claims(of: dict[str, Any]) -> list[tuple[str, list[str]]]:
    """Who says that it stands where: the code (or what heading) and the line ranges."""
    made = [(f"heading {entry['what']} of {of['code']}", entry["lines"]) for entry in of.get("header", [])]
    for entry in columns(of) if "follow_up" in of else []:
        made.append((entry["code"], entry["lines"]))
        if "repeated" in entry:
            made.append((f"{entry['code']} repeated", entry["repeated"]))
    return made


def coverage(documents: list[dict[str, Any]], lines: list[list[str]]) -> tuple[list[Word], list[Word]]:
    """The words of the source that nobody claims, and those claimed more than once."""
    counted = Counter(word for of in documents for _, ranges in claims(of) for word in words(ranges, lines))
    every = {(n, word) for n, line in enumerate(lines, 1) for word in range(1, len(line) + 1)}
    return sorted(every - set(counted)), sorted(word for word, times in counted.items() if times > 1)


def documents() -> list[dict[str, Any]]:
    return [read(CMM / "body.yaml"), *map(meeting, HELD)]


def elements() -> dict[str, dict[str, Any]]:
    return {
        e["code"]: e for code in HELD for e in meeting(code)["action_plan"] + meeting(code)["recommendations"]
    }


# --- the matrix ------------------------------------------------------------------------------------------------------


def test_every_word_of_the_matrix_belongs_to_exactly_one_entry() -> None:
    unclaimed, twice = coverage(documents(), source())
    assert unclaimed == []
    assert twice == []


@pytest.mark.parametrize("code", HELD)
def test_the_texts_are_the_words_of_the_source(code: str) -> None:
    of = meeting(code)
    wrong = {
        f"{e['code']} {key}": found
        for e in columns(of)
        for key in ("lines", "repeated")
        if key in e and (found := differences(e, e[key], source(), item=True))
    }
    wrong |= {
        f"{e['what']} {e['lines']}": found
        for e in of["header"]
        if (found := differences(e, e["lines"], source(), item=False))
    }
    assert wrong == {}


def test_the_title_lines_are_the_words_of_the_source() -> None:
    for entry in read(CMM / "body.yaml")["header"]:
        assert differences(entry, entry["lines"], source(), item=False) == []


@pytest.mark.parametrize("code", HELD)
def test_codes_are_unique_contiguous_and_in_the_order_of_the_source(code: str) -> None:
    of = meeting(code)
    for letter, key in KINDS.items():
        top = [e["code"] for e in of[key] if "parent" not in e]
        assert top == [f"{code}-{letter}{n:02}" for n in range(1, len(top) + 1)]
        wanted = []
        for parent in top:
            below = [e["code"] for e in of[key] if e.get("parent") == parent]
            assert below == [f"{parent}-{n:02}" for n in range(1, len(below) + 1)]
            wanted += [parent, *below]
        # Also says that every parent exists: a sub-element of an unknown one would be missing here.
        assert [e["code"] for e in of[key]] == wanted
        starts = [words(e["lines"], source())[0] for e in of[key]]
        assert starts == sorted(starts)


def test_the_meetings_stand_one_after_another_in_the_source() -> None:
    spans = []
    for code in reversed(HELD):
        taken = [word for _, ranges in claims(meeting(code)) for word in words(ranges, source())]
        spans.append((min(taken), max(taken)))
    assert all(before[1] < after[0] for before, after in pairwise(spans))


@pytest.mark.parametrize("code", HELD)
def test_elements_have_a_nature_and_known_themes(code: str) -> None:
    known = {theme["code"] for theme in read(CMM / "body.yaml")["themes"]}
    fields = {"code", "parent", "text", "lines", "repeated", "rejoined", "nature", "themes", "note"}
    for element in meeting(code)["action_plan"] + meeting(code)["recommendations"]:
        assert element["nature"] in {"operational", "informational"}, element["code"]
        assert element["themes"], element["code"]
        assert set(element["themes"]) <= known, element["code"]
        assert set(element) <= fields, element["code"]


@pytest.mark.parametrize("code", HELD)
def test_dates_title_and_host_follow_the_source(code: str) -> None:
    of = meeting(code)
    head = {e["what"]: squeeze(e["text"]) for e in of["header"]}
    starts, ends = (datetime.date.fromisoformat(of[key]) for key in ("starts_on", "ends_on"))
    assert starts < ends
    assert (starts.year, starts.month) == (ends.year, ends.month)
    assert re.fullmatch(rf"{starts.day}[-–]{ends.day}{ends:%B}{ends.year}", head["dates"])
    assert squeeze(of["title"]) == head["theme"].strip("“”")
    assert of["code"] == code == f"CMM{of['number']}"
    assert of["state"] == "held"
    countries = {p["code"] for p in read(CMM / "partners.yaml")["partners"] if p["kind"] == "country"}
    assert {of["host"], of["country"]} <= countries
    assert of["host_basis"] in {"stated", "inferred"}
    assert (of["host_basis"] == "stated") == ("host_lines" in of)
    quoted = re.findall(r'"([^"]+)"', of["host_note"])
    cited = printed(of.get("host_lines", []), source())
    assert all(squeeze(quote) in cited for quote in quoted)


def test_the_meetings_follow_one_another() -> None:
    dates = [meeting(code)[key] for code in HELD for key in ("starts_on", "ends_on")]
    assert dates == sorted(dates)


def test_the_ninth_meeting_is_planned_and_nothing_more_is_said_of_it() -> None:
    ninth = meeting("CMM9")
    assert (ninth["state"], ninth["number"], ninth["announced"]["year"]) == ("planned", "9", "2020")
    assert not {"starts_on", "ends_on", "place", "country", "host"} & set(ninth)
    assert columns(ninth) == []
    said = ninth["announced"]
    (entry,) = [e for e in meeting("CMM8")["follow_up"] if e["code"] == said["follow_up"]]
    assert entry["lines"] == said["source_lines"]
    assert squeeze(entry["text"]) == squeeze(said["text"])


# --- activities and links --------------------------------------------------------------------------------------------


def test_every_follow_up_names_one_activity_and_every_mention_exists() -> None:
    activities = read(CMM / "activities.yaml")["activities"]
    assert [a["code"] for a in activities] == [f"ASEM-ACT-{n:02}" for n in range(1, len(activities) + 1)]
    named = [(entry["code"], entry["activity"]) for code in HELD for entry in meeting(code)["follow_up"]]
    mentioned = [(code, a["code"]) for a in activities for code in a["mentions"]]
    assert sorted(named) == sorted(mentioned)
    assert all(a["mentions"] for a in activities)


def test_activities_implement_elements_and_say_on_what_basis() -> None:
    kinds, known = read(CMM / "body.yaml")["activity_kinds"], elements()
    texts = {e["code"]: squeeze(e["text"]) for code in HELD for e in meeting(code)["follow_up"]}
    for activity in read(CMM / "activities.yaml")["activities"]:
        assert activity["kind"] in kinds
        assert activity["title"]
        assert activity["implements"] or activity.get("note"), f"{activity['code']} says nothing of why"
        assert len({i["recommendation"] for i in activity["implements"]}) == len(activity["implements"])
        for item in activity["implements"]:
            assert item["recommendation"] in known, activity["code"]
            assert item["note"]
            check_basis(item, [texts[mention] for mention in activity["mentions"]])


def check_basis(item: dict[str, Any], said_by: list[str]) -> None:
    """`stated` is a claim about the source: it must quote it. For an activity, all its mentions must say so."""
    assert item["basis"] in {"stated", "inferred"}
    assert (item["basis"] == "stated") == ("quote" in item)
    if "quote" in item:
        assert all(squeeze(item["quote"]) in text for text in said_by), item


def test_links_point_from_later_elements_to_earlier_ones() -> None:
    known, links = elements(), read(CMM / "links.yaml")["links"]
    assert len({(link["from"], link["to"]) for link in links}) == len(links)
    for link in links:
        later, earlier = known[link["from"]], known[link["to"]]
        place = [(int(e["code"][3]), words(e["lines"], source())[0]) for e in (earlier, later)]
        assert place[0] < place[1], link
        assert link["relation"] in {"restates", "elaborates", "follows"}
        assert link["note"]
        check_basis(link, [squeeze(later["text"])])


# --- partners --------------------------------------------------------------------------------------------------------


def test_the_53_partners_of_asem() -> None:
    partners = read(CMM / "partners.yaml")["partners"]
    groupings = {g["code"] for g in read(CMM / "body.yaml")["groupings"]}
    assert len({p["code"] for p in partners}) == len({p["name"] for p in partners}) == len(partners) == 53
    assert Counter(int(p["joined"]) for p in partners) == {
        1996: 26,
        2004: 13,
        2008: 6,
        2010: 3,
        2012: 3,
        2014: 2,
    }
    assert Counter(p["grouping"] for p in partners) == {"Asia": 22, "Europe": 31}
    assert {p["grouping"] for p in partners} == groupings
    assert {p["code"] for p in partners if p["kind"] == "organisation"} == {"EU", "ASEAN"}
    assert all(re.fullmatch("[A-Z]{3}", p["code"]) for p in partners if p["kind"] == "country")
    assert Counter(p["kind"] for p in partners) == {"country": 51, "organisation": 2}


# --- the sources, and the Qingdao meeting ----------------------------------------------------------------------------


def test_the_source_copies_are_the_ones_that_were_read() -> None:
    listed = [read(CMM / "body.yaml")["source"], *read(QINGDAO / "body.yaml")["sources"]]
    assert {Path(s["file"]).name for s in listed} == {path.name for path in (SEED / "sources").iterdir()}
    for entry in listed:
        assert hashlib.sha256((SEED / entry["file"]).read_bytes()).hexdigest() == entry["sha256"]


def test_what_is_said_of_qingdao_is_quoted_from_every_source_named() -> None:
    files = {s["key"]: s["file"] for s in read(QINGDAO / "body.yaml")["sources"]}
    of = read(QINGDAO / "meetings" / "QINGDAO2017.yaml")
    for fact in of["facts"] + of["follow_up"]:
        assert fact["sources"]
        for said in fact["sources"]:
            text = printed(said["lines"], source(files[said["source"]]))
            for part in fact["text"].split("[…]"):
                assert squeeze(part) in text, (said, part)
                text = text.partition(squeeze(part))[2]
    both = [fact for fact in of["facts"] if len(fact["sources"]) == 2]
    assert any("21 participants from 11 countries, 62%" in fact["text"] for fact in both)
    assert of["recommendations"] == of["action_plan"] == []
    assert of["starts_on"] < of["ends_on"]
    assert of["note"]


def test_the_qingdao_outcome_is_one_activity() -> None:
    (activity,) = read(QINGDAO / "activities.yaml")["activities"]
    (entry,) = read(QINGDAO / "meetings" / "QINGDAO2017.yaml")["follow_up"]
    assert (activity["code"], activity["mentions"]) == (entry["activity"], [entry["code"]])
    assert activity["implements"] == []
    assert activity["kind"] in read(QINGDAO / "body.yaml")["activity_kinds"]


def test_the_11_countries_of_qingdao() -> None:
    partners = read(QINGDAO / "partners.yaml")["partners"]
    assert len({p["code"] for p in partners}) == 11
    assert Counter(p["grouping"] for p in partners) == {"Northeast Asia": 4, "Asia/Pacific": 7}
    facts = " ".join(fact["text"] for fact in read(QINGDAO / "meetings" / "QINGDAO2017.yaml")["facts"])
    assert all(p["name"] in facts for p in partners)


# --- the measure itself: a test that cannot fail proves nothing ------------------------------------------------------


@pytest.mark.parametrize("code", HELD)
def test_a_lost_element_is_noticed(code: str) -> None:
    for key in KINDS.values():
        for index, entry in enumerate(meeting(code)[key]):
            changed = documents()
            (of,) = [d for d in changed if d["code"] == code]
            del of[key][index]
            assert set(words(entry["lines"], source())) <= set(coverage(changed, source())[0])


@pytest.mark.parametrize("code", HELD)
def test_a_changed_word_is_noticed(code: str) -> None:
    for entry in columns(meeting(code)):
        for text in (entry["text"] + " x", entry["text"][:-1], entry["text"].swapcase()):
            assert differences(entry | {"text": text}, entry["lines"], source(), item=True)


def test_a_line_claimed_twice_and_a_wrong_number_are_noticed() -> None:
    changed = documents()
    changed[1]["action_plan"][0]["repeated"] = changed[1]["action_plan"][1]["lines"]
    assert coverage(changed, source())[1] == words(changed[1]["action_plan"][1]["lines"], source())
    (ninth,) = [e for e in meeting("CMM2")["recommendations"] if e["code"] == "CMM2-R04-09"]
    assert differences(ninth | {"code": "CMM2-R04-08"}, ninth["lines"], source(), item=True)
    assert differences(ninth | {"text": "9. " + ninth["text"]}, ninth["lines"], source(), item=True)


def test_a_line_that_holds_two_things_can_be_split() -> None:
    lines = [["8", "ASEM", "CMM", "8"], [], ["-", "to", "go"]]
    assert printed(["1:1"], lines) == "8"
    assert printed(["1:2-4", "3"], lines) == "ASEMCMM8-togo"
    with pytest.raises(AssertionError):
        words(["1:2-5"], lines)
    with pytest.raises(AssertionError):
        words(["3", "1"], lines)
    with pytest.raises(AssertionError):
        words(["1-2"], lines)
