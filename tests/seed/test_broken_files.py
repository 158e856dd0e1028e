"""Broken seed files are refused whole, with file, line and reason."""

from pathlib import Path

import pytest

from seed.load import load
from seed.yamlfile import LARGEST
from tests.seed.small import change, put_files
from tracker.eventstore import store
from tracker.kit.db import Database
from tracker.kit.errors import BadInput

CMM8 = "meetings/CMM8.yaml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return put_files(tmp_path / "asem-cmm")


def refused(url: str, folder: Path) -> list[str]:
    """The mistakes, a line each; and nothing is written."""
    database = Database(url)
    with pytest.raises(BadInput) as error:
        load(database, folder)
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
        ("partners.yaml", "kind: country, grouping: Asia", "kind: land, grouping: Asia", "line 4: the word land may not stand here"),
        (CMM8, "[\"24:1-3\"]", "[\"24-23\"]", "line 26: The lines 24-23 run backwards"),
        (CMM8, "[\"24:1-3\"]", "[\"here\"]", "line 26: “here” is no range of lines"),
        (CMM8, "    lines: [\"24:1-3\"]\n", "", "line 23: CMM8-R01-01 does not say at which lines"),
        (CMM8, "\"2018-03-02\"", "\"2018-02-30\"", "line 9: there is no such day; write year, month and day"),
        (CMM8, "\"2018-03-02\"", "\"2018-02-28\"", "line 9: CMM8 ends before it starts; the dates are reversed."),
        (CMM8, "ends_on: \"2018-03-02\"\n", "", "line 4: CMM8 needs both starts_on and ends_on."),
        (CMM8, "state: held", "state: planned", "line 4: CMM8 is planned and cannot have adopted anything yet."),
        (CMM8, "state: held", "state: over", "line 4: the word over may not stand here"),
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
        (CMM8, "country: BGR", "country: Bulgaria", "line 1: “Bulgaria” is no country code"),
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
