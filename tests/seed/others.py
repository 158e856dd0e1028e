"""Seed folders of two other bodies, written after seed/README.md alone; their texts are made up."""

from pathlib import Path

BOARD = {
    "body.yaml": """\
code: DEV-BOARD
name: "Executive Board of a development programme"
source: {title: "Decision tracking table, 2023-2024"}
groupings: [{code: Secretariats, name: Secretariats}, {code: States, name: Member States}]
scale:
  - {label: Completed, status: implemented}
  - {label: Ongoing, status: under_implementation}
themes: [{code: audit, title: Audit and oversight}, {code: funding, title: Funding}]
""",
    "partners.yaml": """\
partners:
  - {code: DEVPROG, name: The programme, kind: organisation, grouping: Secretariats, joined: 1966}
  - {code: POPFUND, name: The population fund, kind: organisation, grouping: Secretariats, joined: 1993}
  - {code: NOR, name: Norway, kind: country, grouping: States, joined: 1994}
""",
    "meetings/EB2023A.yaml": """\
code: EB2023A
body: DEV-BOARD
state: held
title: "Annual session 2023"
place: New York
country: USA
starts_on: 2023-06-05
ends_on: 2023-06-09
recommendations:
  - code: EB2023A-R01
    text: "Requests the programme and the fund to report on audit recommendations that are overdue."
    lines: ["4"]
    nature: operational
    themes: [audit]
    directed: [Secretariats]
    due_on: 2024-06-03
  - code: EB2023A-R02
    text: "Invites the programme to hold a dialogue on funding."
    lines: ["5-6"]
    nature: operational
    themes: [funding]
    directed: [DEVPROG]
    due_on: 2023-12-31
    progress:
      - {partner: DEVPROG, status: Ongoing, as_of: 2023-09-01, text: "A first dialogue was held."}
      - {partner: DEVPROG, status: Completed, as_of: 2024-02-01, text: "The dialogue ended with a report."}
  - code: EB2023A-R03
    text: "Takes note of the annual report."
    lines: ["7"]
    nature: informational
""",
    "meetings/EB2024A.yaml": """\
code: EB2024A
body: DEV-BOARD
state: planned
title: "Annual session 2024"
""",
}

CONVENTION = {
    "body.yaml": """\
code: CBX
name: "Convention sur la diversité biologique (exemple)"
description: "Les décisions de la Conférence des Parties, dans trois langues."
sources:
  - {key: fr, title: "Décision 15/4"}
  - {key: ar, title: "المقرر 15/4"}
  - {key: zh, title: "第15/4号决定"}
groupings: [{code: Parties, name: Parties}]
themes: [{code: reporting, title: "Établissement des rapports"}]
activity_kinds: [atelier]
""",
    "partners.yaml": """\
partners:
  - {code: FRA, name: France, kind: country, grouping: Parties, joined: 1994}
  - {code: EGY, name: "مصر", kind: country, grouping: Parties, joined: 1994}
  - {code: CHN, name: "中国", kind: country, grouping: Parties, joined: 1993}
""",
    "meetings/SOM15.yaml": """\
code: SOM15
body: CBX
kind: senior_officials
prepares: COP15
state: held
title: "Réunion préparatoire"
starts_on: 2022-12-03
ends_on: 2022-12-05
""",
    "meetings/COP15.yaml": """\
code: COP15
body: CBX
number: 15
state: held
title: "Quinzième réunion de la Conférence des Parties"
place: Montréal
country: CAN
starts_on: 2022-12-07
ends_on: 2022-12-19
action_plan:
  - code: COP15-A01
    text: "Prie instamment les Parties :"
    sources: [{source: fr, lines: ["1"]}]
    nature: informational
  - code: COP15-A01-01
    parent: COP15-A01
    text: "a) d’élaborer des objectifs nationaux ;"
    sources: [{source: fr, lines: ["2"]}]
    nature: operational
    themes: [reporting]
  - code: COP15-A01-02
    parent: COP15-A01
    text: "(ب) أن تقدم تقارير وطنية؛"
    sources: [{source: ar, lines: ["3"]}]
    nature: operational
    directed: [EGY]
  - code: COP15-A01-03
    parent: COP15-A01
    text: "(c) 调动一切来源的资源。"
    sources: [{source: zh, lines: ["4"]}, {source: fr, lines: ["4-5"]}]
    nature: operational
follow_up:
  - code: COP15-F01
    text: "Atelier régional sur les rapports nationaux"
    sources: [{source: fr, lines: ["9"]}]
    activity: CBX-ACT-01
""",
    "activities.yaml": """\
activities:
  - code: CBX-ACT-01
    title: "Atelier régional"
    kind: atelier
    mentions: [COP15-F01]
    implements:
      - {recommendation: COP15-A01-02, basis: inferred, note: "Il prépare les rapports."}
""",
    "links.yaml": """\
links:
  - {from: COP15-A01-03, to: COP15-A01-01, relation: elaborates, basis: inferred, note: "Avec quels moyens."}
""",
}


def put(root: Path, name: str, files: dict[str, str]) -> Path:
    """Writes a body's folder below `root` and returns it."""
    for file, text in files.items():
        path = root / name / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root / name
