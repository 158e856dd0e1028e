"""For every form about records: an address, what is right, and the action by which it is decided. Written by hand.

What another body's secretariat may not change is answered to it as what there is not.
"""

from tests.policy.samples import ELSEWHERE, HIDDEN, NOTHING, OPENS, OWN, Sample, Table, Thing

BOTH = (OWN, ELSEWHERE)
STOPPED = frozenset({422})
"""A rule stops it, although whoever asks may: there is nothing yet to take back, or the meeting was held."""
WHY = {"reason": "A slip."}
DAYS = {"starts_on": "2020-06-01", "ends_on": "2020-06-02"}
NOBODYS = Thing("A-NEW-BODY")

Form = tuple[str, tuple[Thing, ...], dict[str, str], frozenset[int]]
RECOMMENDATION: dict[str, tuple[dict[str, str], frozenset[int]]] = {
    "revise": ({"text": "Otherwise."} | WHY, OPENS),
    "classify": ({"nature": "operational"}, STOPPED),
    "split": ({"code": "{prefix}-{number}-01", "text": "A part.", "nature": "operational"}, OPENS),
    "direct": ({"whom": "*", "on": "2018-03-02"}, STOPPED),
    "release": ({"partners_IDN": "yes"} | WHY, OPENS),
    "due": ({"due_on": "2028-03-01"}, OPENS),
    "move-due": ({"due_on": "2028-03-01"} | WHY, STOPPED),
    "no-due": (WHY, STOPPED),
    "link": ({"to": "{prefix}-R09", "relation": "follows", "basis": "stated"}, OPENS),
    "unlink": ({"to": "{prefix}-R09"} | WHY, STOPPED),
    "supersede": ({"by": "{prefix}-R09", "meeting": "{prefix}"} | WHY, OPENS),
    "stand-again": (WHY, STOPPED),
    "repeat": ({"source": "Annex", "lines": "12-15"}, OPENS),
    "no-repeat": ({"repeat": "12-15 @ Annex"} | WHY, STOPPED),
}
MEETING: dict[str, tuple[dict[str, str], frozenset[int]]] = {
    "cutoff": ({"reports_by": "2020-05-01"}, STOPPED),
    "move": (DAYS, STOPPED),
    "hold": (DAYS, STOPPED),
    "cancel": (WHY, STOPPED),
    "revise": ({"host": "A ministry"} | WHY, OPENS),
    "correct": ({"number": "9", "kind": "ministerial"} | DAYS | WHY, OPENS),
    "workshop": ({"code": "{later}-W90", "text": "Creativity"}, OPENS),
    "fact": ({"code": "{later}-N90", "text": "All came."}, OPENS),
}
ACTIVITY: dict[str, tuple[dict[str, str], frozenset[int]]] = {
    "revise": ({"title": "Otherwise"} | WHY, OPENS),
    "mention": ({"code": "CMM8-F90", "text": "It was held."}, OPENS),
    "no-mention": ({"code": "CMM8-F90"} | WHY, STOPPED),
    "link": ({"recommendation": "CMM8-R01", "basis": "stated"}, OPENS),
    "unlink": ({"recommendation": "CMM8-R01"} | WHY, STOPPED),
}
BODY: dict[str, tuple[str, dict[str, str]]] = {
    "revise": ("body.manage", {"name": "Another", "groupings": "Asia, Europe", "validation": "yes"} | WHY),
    "theme": ("body.manage", {"code": "film", "title": "Film"}),
    "schedule": ("meeting.manage", {"code": "{prefix}0", "kind": "ministerial"}),
    "register": (
        "partner.manage",
        {"code": "TLS", "name": "Timor-Leste", "kind": "country", "grouping": "Asia", "since": "2020-01-01"},
    ),
}
SELECTION: dict[str, tuple[str, dict[str, str]]] = {
    "direct": ("recommendation.manage", {"whom": "*", "on": "2018-03-02"}),
    "due": ("recommendation.manage", {"due_on": "2028-03-01"}),
    "close": (
        "followup.close",
        {"meeting": "{later}", "ending": "implemented", "whose": "*", "reason": "So decided."},
    ),
}
PARTNER: dict[str, tuple[tuple[Thing, ...], dict[str, str]]] = {
    "rename": ((NOTHING,), {"name": "Another"} | WHY),
    "join": ((ELSEWHERE,), {"body": "{body}", "grouping": "Asia", "since": "2020-01-01"}),
    "leave": (BOTH, {"body": "{body}", "until": "2026-01-01"} | WHY),
    "membership": (
        BOTH,
        {"membership": "{body} 1996-03-01", "grouping": "Europe", "joined": "1996-03-02"} | WHY,
    ),
}
RECORD, REC_AT = "/recommendations/{code}/change", "/recommendations/{prefix}-{number}/change"
FORMS: dict[str, tuple[str, Form]] = {
    **{
        f"{RECORD}/{name}": (f"{REC_AT}/{name}", ("recommendation.manage", BOTH, *form))
        for name, form in RECOMMENDATION.items()
    },
    **{
        "/meetings/{code}/change/" + name: (
            "/meetings/{later}/change/" + name,
            ("meeting.manage", BOTH, *form),
        )
        for name, form in MEETING.items()
    },
    **{
        "/activities/{code}/change/" + name: (
            "/activities/ASEM-ACT-01/change/" + name,
            ("activity.manage", (OWN,), *form),
        )
        for name, form in ACTIVITY.items()
    },
    **{
        "/bodies/{code}/change/" + name: ("/bodies/{body}/change/" + name, (action, BOTH, fields, OPENS))
        for name, (action, fields) in BODY.items()
    },
    "/meetings/{code}/adopted/record": (
        "/meetings/{prefix}/adopted/record",
        (
            "recommendation.manage",
            BOTH,
            {"code": "{prefix}-R90", "text": "Curate.", "nature": "operational"},
            OPENS,
        ),
    ),
    "/bodies/{code}/activities/record": (
        "/bodies/{body}/activities/record",
        ("activity.manage", BOTH, {"code": "{prefix}-ACT-90", "title": "Another"}, OPENS),
    ),
    "/bodies/establish": (
        "/bodies/establish",
        ("body.manage", (NOBODYS,), {"code": "A-NEW-BODY", "name": "New", "validation": "no"}, OPENS),
    ),
}
LISTS = {
    RECORD: (REC_AT, "recommendation.manage", BOTH),
    "/meetings/{code}/change": ("/meetings/{later}/change", "meeting.manage", BOTH),
    "/activities/{code}/change": ("/activities/ASEM-ACT-01/change", "activity.manage", (OWN,)),
    "/bodies/{code}/change": ("/bodies/{body}/change", "body.manage", BOTH),
    "/partners/{code}/change": ("/partners/IDN/change", "partner.manage", (NOTHING,)),
}


def _reading(at: str, action: str, about: tuple[Thing, ...]) -> list[Sample]:
    return [Sample(at, (action,), about=about, refused=HIDDEN)]


READING_RECORDS: Table = {
    ("GET", "/desk"): _reading("/desk", "desk.open", (NOTHING,)),
    ("GET", "/receipts/{position}"): _reading("/receipts/1", "audit.read", (NOTHING,)),
    **{("GET", path): _reading(*listed) for path, listed in LISTS.items()},
    **{("GET", path): _reading(at, action, about) for path, (at, (action, about, _, _)) in FORMS.items()},
    **{
        ("GET", f"/partners/{{code}}/change/{name}"): _reading(
            f"/partners/IDN/change/{name}", "partner.manage", (NOTHING,)
        )
        for name in PARTNER
    },
    **{
        ("GET", f"/selection/{name}"): _reading(f"/selection/{name}?code={{prefix}}-{{number}}", action, BOTH)
        for name, (action, _) in SELECTION.items()
    },
}
SENDING_RECORDS: Table = {
    **{
        ("POST", path): [Sample(at, (action,), fields, about, opens, HIDDEN)]
        for path, (at, (action, about, fields, opens)) in FORMS.items()
    },
    **{
        ("POST", f"/partners/{{code}}/change/{name}"): [
            Sample(
                f"/partners/{'FRA' if name == 'join' else 'IDN'}/change/{name}",
                ("partner.manage",),
                fields,
                about,
                refused=HIDDEN,
            )
        ]
        for name, (about, fields) in PARTNER.items()
    },
    **{
        ("POST", f"/selection/{name}"): [
            Sample(
                f"/selection/{name}",
                (action,),
                fields | {"codes": "{prefix}-{number}"},
                BOTH,
                OPENS if name != "direct" else OPENS | STOPPED,
                HIDDEN,
            )
        ]
        for name, (action, fields) in SELECTION.items()
    },
}
