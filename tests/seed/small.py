"""A small set of seed files, and a way to change one line of them."""

from pathlib import Path

FILES = {
    "body.yaml": """\
code: ASEM-CMM
name: "ASEM Culture Ministers' Meeting"
source:
  title: "The matrix"
groupings:
  - {code: Asia, name: Asia}
  - {code: Europe, name: Europe}
themes:
  - {code: arts, title: Arts}
  - {code: heritage, title: Heritage}
activity_kinds: [portal, other]
""",
    "partners.yaml": """\
source:
  title: "The list"
partners:
  - {code: IDN, name: Indonesia, kind: country, grouping: Asia, joined: 1996}
  - {code: NOR, name: Norway, kind: country, grouping: Europe, joined: 2018}
""",
    "activities.yaml": """\
activities:
  - code: ASEM-ACT-01
    title: "A portal"
    kind: portal
    mentions: [CMM8-F01]
    implements:
      - {recommendation: CMM8-R01, basis: inferred, note: "It is the portal."}
  - code: ASEM-ACT-02
    title: "Another portal"
    kind: portal
    mentions: [CMM8-F02]
    implements: []
""",
    "links.yaml": """\
links:
  - {from: CMM8-R01, to: CMM7-R01, relation: restates, basis: inferred, note: "The same wish."}
""",
    "meetings/CMM7.yaml": """\
code: CMM7
body: ASEM-CMM
number: 7
state: held
title: "Culture and creativity"
place: "Gwangju"
country: KOR
starts_on: "2016-06-22"
ends_on: "2016-06-24"
recommendations:
  - code: CMM7-R01
    text: "To open a portal."
    lines: ["10-11"]
    nature: operational
    themes: [arts]
""",
    "meetings/CMM8.yaml": """\
code: CMM8
body: ASEM-CMM
number: 8
state: held
title: "The road forward"
place: "Sofia"
country: BGR
starts_on: "2018-03-01"
ends_on: "2018-03-02"
workshops:
  - {code: CMM8-W01, text: "Heritage", lines: ["20"]}
facts:
  - {code: CMM8-N01, text: "Thirty came.", lines: ["21"]}
recommendations:
  - code: CMM8-R01
    text: >-
      To open a portal
      for all.
    lines: ["22-23"]
    repeated: ["30"]
    nature: operational
    themes: [arts, heritage]
  - code: CMM8-R01-01
    parent: CMM8-R01
    text: "In two languages."
    lines: ["24:1-3"]
    nature: informational
follow_up:
  - {code: CMM8-F01, text: "The portal is open.", lines: ["25"], activity: ASEM-ACT-01}
  - {code: CMM8-F02, text: "So is another.", lines: ["26"], activity: ASEM-ACT-02}
""",
    "meetings/CMM9.yaml": """\
code: CMM9
body: ASEM-CMM
number: 9
state: planned
title: "The ninth"
announced:
  text: "In 2020"
""",
}


def put_files(folder: Path) -> Path:
    """Writes the files below `folder` and returns it."""
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def change(folder: Path, file: str, old: str, new: str) -> None:
    """Replaces what stands exactly once in a file."""
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"“{old}” stands {text.count(old)} times in {file}"
    path.write_text(text.replace(old, new), encoding="utf-8")
