"""Broken seed files are refused whole, with file, line and reason."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from seed.load import load
from seed.yamlfile import LARGEST
from tests.seed.small import change, put_files
from tracker.eventstore import store
from tracker.kit.db import Database
from tracker.kit.errors import BadInput

CMM8 = "meetings/CMM8.yaml"
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return put_files(tmp_path / "asem-cmm")


def refused(url: str, folder: Path) -> list[str]:
    """The mistakes, a line each; and nothing is written."""
    database = Database(url)
    with pytest.raises(BadInput) as error:
        load(database, folder, now=NOW)
    with database.read() as connection:
        assert store.head(connection) == 0
    database.dispose()
    first, *mistakes = error.value.message.splitlines()
    assert first.startswith("Nothing was loaded: the seed files hold ")
    return mistakes


@pytest.mark.parametrize(
    ("file", "old", "new", "mistake"),
    [
        (CMM8, "  - code: CMM8-R01-01", "  - code: CMM8-R01", "line 23: the code CMM8-R01 was given in meetings/CMM8.yaml, line 15 already."),
        (CMM8, "code: CMM8\n", "code: CMM7\n", "line 1: the code CMM7 was given in meetings/CMM7.yaml, line 1 already."),
        (CMM8, "code: CMM8-R01-01", "code: CMM7-R01-01", "line 23: CMM7-R01-01 is no code for an element of CMM8"),
        (CMM8, "code: CMM8-R01-01", "code: CMM8-A01-01", "line 23: CMM8-A01-01 has the letter of the wrong kind"),
        (CMM8, "parent: CMM8-R01", "parent: CMM8-R07", "line 24: CMM8-R07 is no element of CMM8 that could have parts."),
        (CMM8, "parent: CMM8-R01", "parent: CMM8-R01-01", "line 24: CMM8-R01-01 is no element of CMM8"),
        (CMM8, "[arts, heritage]", "[arts, music]", "line 22: ASEM-CMM has no theme music; see its body.yaml."),
        (CMM8, "activity: ASEM-ACT-02", "activity: ASEM-ACT-09", "line 30: ASEM-ACT-09 does not list CMM8-F02 among its mentions"),
        ("activities.yaml", "[CMM8-F02]", "[CMM8-F02, CMM8-F09]", "line 11: no meeting has a follow-up entry CMM8-F09."),
        ("activities.yaml", "recommendation: CMM8-R01", "recommendation: CMM8-R09", "line 6: CMM8-R09 is unknown, or given here twice."),
        ("activities.yaml", "title: \"Another portal\"\n    kind: portal", "title: \"Another\"\n    kind: gate", "line 10: ASEM-CMM has no kind of activity gate."),
        ("links.yaml", "to: CMM7-R01", "to: CMM7-R02", "line 2: there is no element CMM7-R02."),
        ("links.yaml", "to: CMM7-R01", "to: CMM8-R01", "line 2: CMM8-R01 is linked to itself."),
        ("partners.yaml", "grouping: Asia", "grouping: Africa", "line 4: ASEM-CMM has no grouping Africa."),
        ("partners.yaml", "code: NOR", "code: IDN", "line 5: the code IDN was given in this file already."),
        ("partners.yaml", "joined: 2018", "joined: 218", "line 5: a whole number was expected here"),
        ("partners.yaml", "joined: 2018", "joined: then", "line 5: a whole number was expected here"),
        ("partners.yaml", "kind: country, grouping: Asia", "kind: land, grouping: Asia", "line 4: the word land may not stand here; these may: country, "),
        (CMM8, "[\"24:1-3\"]", "[\"24-23\"]", "line 26: The lines 24-23 run backwards"),
        (CMM8, "[\"24:1-3\"]", "[\"here\"]", "line 26: “here” is no range of lines"),
        (CMM8, "    lines: [\"24:1-3\"]\n", "", "line 23: CMM8-R01-01 does not say at which lines"),
        (CMM8, "\"2018-03-02\"", "\"2018-02-30\"", "line 9: there is no such day as “2018-02-30”; write year, month and day"),
        (CMM8, "\"2018-03-02\"", "\"2018-02-28\"", "line 9: CMM8 ends before it starts; the dates are reversed."),
        (CMM8, "ends_on: \"2018-03-02\"\n", "", "line 4: CMM8 needs both starts_on and ends_on."),
        (CMM8, "state: held", "state: planned", "line 4: CMM8 is planned and cannot have adopted anything yet."),
        (CMM8, "state: held", "state: over", "line 4: the word over may not stand here; these may: held, planned."),
        (CMM8, "body: ASEM-CMM", "body: OTHER", "line 2: the folder is that of ASEM-CMM, not of OTHER."),
        (CMM8, "    text: \"In two languages.\"\n", "", "line 23: the field text is missing."),
        (CMM8, "\"In two languages.\"", "\"\"", "line 25: the field is empty."),
        (CMM8, "    nature: informational", "    natur: informational", "line 27: there is no field natur here"),
        (CMM8, "    nature: informational", "    nature: informational\n    nature: operational", "line 28: the field nature stands here twice; keep one."),
        (CMM8, "    nature: informational", "    nature: informational\n    \"@\": {x: y}", "line 28: the field @ stands here twice"),
        (CMM8, "\"In two languages.\"", "[In, two]", "line 25: a text was expected here, not a list or fields."),
        (CMM8, "themes: [arts, heritage]", "themes: arts", "line 22: a list was expected here"),
        (CMM8, "\"In two languages.\"", "\"In \\0 two\"", "line 25: The text holds control characters"),
        (CMM8, "\"In two languages.\"", "\"In \x07 two\"", "line 25: the line holds a control character"),
        (CMM8, "\"In two languages.\"", "\"In two", "line 26: this is not YAML:"),
        (CMM8, "title: \"The road forward\"", "title: The road: forward", "line 5: this is not YAML: mapping values are not allowed"),
        (CMM8, "\"In two languages.\"", "&a [*a, *a]", "line 25: aliases (*name) are not allowed"),
        (CMM8, "\"In two languages.\"", "[" * 100_000, "line 25: lists and fields stand in one another more than 20 deep."),
        (CMM8, "follow_up:", "? [a]\n: b\nfollow_up:", "line 28: the name of a field must be a word."),
        (CMM8, "follow_up:", "---\nfollow_up:", "line 28: a file holds one document"),
        (CMM8, "code: CMM8-W01", "code: CMM7-W01", "line 11: “CMM7-W01” is no code within CMM8"),
        (CMM8, "country: BGR", "country: Bulgaria", "line 7: “Bulgaria” is no country code"),
        (CMM8, "\"2018-03-01\"\nends_on: \"2018-03-02\"", "\"2038-03-01\"\nends_on: \"2038-03-02\"", "line 9: CMM8 ends on 2038-03-02 only; it can be held from then on"),
        (CMM8, "number: 8", "number: 7", "line 3: CMM7 is number 7 of ASEM-CMM already"),
        (CMM8, "number: 8", "number: eight", "line 3: a whole number was expected here"),
        (CMM8, "number: 8", "number: 8\nprepares: CMM12", "line 4: there is no meeting CMM12 in this folder."),
        (CMM8, "themes: [arts, heritage]", "directed: [FRA]", "line 22: FRA is no partner of ASEM-CMM on 2018-03-02, and no grouping"),
        (CMM8, "themes: [arts, heritage]", "directed: []", "line 22: the list is empty; give at least one."),
        (CMM8, "themes: [arts, heritage]", "due_on: 2018-03-01", "line 22: CMM8-R01 was adopted on 2018-03-02; it cannot be due before that."),
        (CMM8, "nature: informational", "nature: informational\n    due_on: 2020-01-01", "line 28: CMM8-R01-01 is informational: it asks nothing"),
        (CMM8, "    lines: [\"22-23\"]", "\tlines: [\"22-23\"]", "line 19: this is not YAML: "),
        (CMM8, "Thirty came.", "Thirty \\ud800 came.", "line 13: "),
        (CMM8, "\"2018-03-02\"", "\"02/03/2018\"", "line 9: there is no such day"),
        ("meetings/CMM7.yaml", "code: CMM7-R01", "code: CMM7-R1", "line 11: CMM7-R1 is no code for an element of CMM7"),
        ("partners.yaml", "joined: 2018", "joined: 2027", "line 5: NOR joins in 2027 only; load it once it has joined."),
        ("partners.yaml", "code: NOR", "code: nor", "line 5: this is no code"),
        ("body.yaml", "  - {code: arts, title: Arts}", "  - {code: arts, title: Arts}\n  - {code: arts, title: More}", "line 10: the theme arts stands here twice"),
        ("body.yaml", "  - {code: Asia, name: Asia}", "  - {code: Asia, name: Asia}\n  - {code: Asia, name: Asien}", "line 7: the grouping Asia stands here twice"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_file_line_and_reason(
    sqlite_url: str, folder: Path, file: str, old: str, new: str, mistake: str
) -> None:
    change(folder, file, old, new)
    told = refused(sqlite_url, folder)
    assert any(line.startswith(f"{file}, {mistake}") for line in told), told


def test_an_alias_bomb_is_refused_before_it_grows(sqlite_url: str, folder: Path) -> None:
    bomb = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{f'*a{n - 1}, ' * 9}]\n" for n in range(1, 30))
    (folder / "links.yaml").write_text(bomb)
    assert refused(sqlite_url, folder) == [
        "links.yaml, line 2: aliases (*name) are not allowed; write the text again."
    ]


def test_a_file_that_is_not_utf_8_is_refused(sqlite_url: str, folder: Path) -> None:
    content = (folder / CMM8).read_bytes().replace(b"Sofia", "Sofia".encode("utf-16"))
    (folder / CMM8).write_bytes(content)
    assert refused(sqlite_url, folder) == [
        f"{CMM8}, line 6: this is not UTF-8; save the file with the encoding UTF-8."
    ]


def test_a_huge_file_is_refused_unread(sqlite_url: str, folder: Path) -> None:
    with (folder / CMM8).open("ab") as file:
        file.truncate(LARGEST + 1)
    assert refused(sqlite_url, folder) == [
        f"{CMM8}, line 1: the file has more than 5 MB; a seed file has a few hundred lines."
    ]


@pytest.mark.parametrize("content", ["", "# nothing\n", "- a\n- b\n", "just words\n"])
def test_a_file_without_fields_is_refused(sqlite_url: str, folder: Path, content: str) -> None:
    (folder / CMM8).write_text(content)
    (mistake,) = refused(sqlite_url, folder)
    assert mistake.startswith(f"{CMM8}, line 1: the file is empty or holds no fields")


def test_a_misnamed_file_is_not_passed_over(sqlite_url: str, folder: Path) -> None:
    (folder / "links.yaml").rename(folder / "link.yaml")
    assert refused(sqlite_url, folder)[0].startswith("link.yaml, line 1: there is no such seed file")


def test_every_mistake_is_told_at_once(sqlite_url: str, folder: Path) -> None:
    change(folder, CMM8, '"2018-03-02"', '"2018-02-30"')
    change(folder, CMM8, '    text: "In two languages."\n', "")
    change(folder, CMM8, "activity: ASEM-ACT-02", "activty: ASEM-ACT-02")
    change(folder, "meetings/CMM7.yaml", "themes: [arts]", "themes: arts")
    (folder / "links.yaml").write_bytes(b"\xff")
    told = [mistake.partition(":")[0] for mistake in refused(sqlite_url, folder)]
    assert told == [
        "links.yaml, line 1",
        "meetings/CMM7.yaml, line 15",
        f"{CMM8}, line 9",
        f"{CMM8}, line 23",
        f"{CMM8}, line 29",
    ]


def test_norway_is_a_country(sqlite_url: str, folder: Path) -> None:
    change(folder, CMM8, "country: BGR", "country: NOR")
    change(folder, CMM8, 'text: "Heritage"', "text: NO")
    database = Database(sqlite_url)
    assert load(database, folder).events
    database.dispose()


def test_a_folder_that_is_none_is_said_so(sqlite_url: str, tmp_path: Path) -> None:
    database = Database(sqlite_url)
    for place, sentence in ((tmp_path / "none", "There is no folder"), (tmp_path, "There is no body.yaml")):
        with pytest.raises(BadInput, match=sentence):
            load(database, place)
    database.dispose()


@pytest.mark.parametrize("name", ["meetings/CMM10.yml", "meetings/CMM10.YAML", "meeting/CMM10.yaml"])
def test_a_file_with_another_ending_or_place_is_not_passed_over(
    sqlite_url: str, folder: Path, name: str
) -> None:
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text("code: CMM10\n")
    assert refused(sqlite_url, folder)[0].startswith(f"{name}, line 1: there is no such seed file")


def test_links_and_pipes_are_no_files(sqlite_url: str, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.yaml").write_text("password: secret\n")
    (folder / "links.yaml").unlink()
    (folder / "links.yaml").symlink_to(tmp_path / "secret.yaml")
    os.mkfifo(folder / "meetings/CMM10.yaml")
    told = refused(sqlite_url, folder)
    assert told == [
        f"{name}, line 1: this is a link or no file; put the file itself here."
        for name in ("links.yaml", "meetings/CMM10.yaml")
    ]


def test_a_meeting_stands_in_the_file_of_its_code(sqlite_url: str, folder: Path) -> None:
    (folder / CMM8).rename(folder / "meetings/eighth.yaml")
    assert refused(sqlite_url, folder) == [
        "meetings/eighth.yaml, line 1: the meeting CMM8 belongs into the file CMM8.yaml."
    ]


def test_parts_have_no_parts(sqlite_url: str, folder: Path) -> None:
    change(
        folder,
        CMM8,
        "follow_up:",
        '  - {code: CMM8-R01-02, parent: CMM8-R01-01, text: "In one.", lines: ["25"], nature: operational}\nfollow_up:',
    )
    (mistake,) = refused(sqlite_url, folder)
    assert mistake == (
        f"{CMM8}, line 28: CMM8-R01-01 is a part itself, and parts have no parts; name CMM8-R01 as the parent."
    )
