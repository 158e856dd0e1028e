"""Scripts in every text that people can fill in: shown as text on every page, and not one of them runs.

Chromium opens each eighth page of each kind, so that every tag, way out and encoding has its chance in every place. The
pages on which every text stands, those of follow-ups, it reads all, and looks for what no page of ours has: what is not
there cannot run. Thoroughly, it opens all two hundred of each kind.
"""

import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.browser.conftest import LISTEN, THOROUGH, Served, serving
from tests.browser.payloads import ENCODINGS, TAGS, WAYS_OUT, chosen, payloads
from tests.builders import (
    BODY,
    TODAY,
    context,
    put_body,
    put_focal_point,
    put_person,
    put_recommendation,
    put_report,
)
from tracker.followups import commands as f
from tracker.followups.events import Evidence
from tracker.followups.service import handle as handle_followup
from tracker.identity import links
from tracker.kit.clock import utc_now
from tracker.kit.db import Database
from tracker.meetings import commands as m
from tracker.meetings.service import handle_body, handle_meeting
from tracker.people import commands as p
from tracker.people.policy import OPERATOR, Actor
from tracker.people.service import handle_partner, handle_person
from tracker.recommendations import commands as r
from tracker.recommendations.service import handle as handle_recommendation
from tracker.recommendations.service import handle_activity

PAYLOADS = payloads()
HELD = date(2018, 3, 2)
AUDITOR = Actor("auditor", "Auditor", frozenset({("auditor", "*")}))
# A script, an attribute that runs, or an element that loads: whatever the page itself never has.
FOREIGN = """
(document) => [...document.querySelectorAll("*")].filter((element, at, all, LOADS = ["href", "src", "action", "formaction", "data"]) =>
  ["SCRIPT", "OBJECT", "EMBED", "TEMPLATE", "VIDEO", "AUDIO", "MARQUEE"].includes(element.tagName)
  || (element.tagName === "BASE" && element.hasAttribute("href"))
  || (element.tagName === "STYLE" && element.textContent.includes("@import"))
  || [...element.attributes].some((each) => each.name.startsWith("on") || (LOADS.includes(each.name) && /^\\s*javascript:/i.test(each.value))
       || each.name === "srcdoc" || each.name === "http-equiv")).map((element) => element.outerHTML.slice(0, 200))
"""
# Of each text: how many turns of direction it begins and does not end.
TURNED = """
(document) => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
  while (walker.nextNode()) {
    let open = 0;
    for (const c of walker.currentNode.data) {
      if ("\\u202a\\u202b\\u202d\\u202e\\u2066\\u2067\\u2068".includes(c)) open += 1;
      if ("\\u202c\\u2069".includes(c)) open -= 1;
    }
    if (open > 0) found.push(walker.currentNode.data.slice(0, 200));
  }
  return found;
}
"""


HERE = f"() => [...({FOREIGN})(document), ...({TURNED})(document)]"
# Reads pages as the browser reads those that it opens, and says what is wrong with which.
THERE = f"""
async (paths) => {{
  const look = async (path) => {{
    const answer = await fetch(path), read = new DOMParser().parseFromString(await answer.text(), "text/html");
    return [path, answer.status, ...({FOREIGN})(read), ...({TURNED})(read)];
  }};
  const found = await Promise.all(paths.map(look));
  return found.filter(([path, status, ...wrong]) => status !== 200 || wrong.length);
}}
"""
EACH = 1 if THOROUGH else 8
"""Of so many pages one is opened. Eight leaves every tag, way out and encoding among those of each kind."""


class Filled(NamedTuple):
    """A tracker full of scripts: the lists, the addresses of its pages by their kind, and the session of somebody who
    sees them all."""

    lists: list[str]
    kinds: list[list[str]]
    session: str

    def pages(self, each: int) -> list[str]:
        """The lists, and one of so many pages of each kind."""
        return self.lists + [path for kind in self.kinds for path in kind[::each]]


def fill(db: Database) -> Filled:
    """Every text of every command that people can send, with every payload."""
    with db.write() as tx:
        put_body(tx)
        admin = put_person(tx, "all@example.org", name=PAYLOADS[0])
        for role, scope in (("admin", "*"), ("auditor", "*"), ("secretariat", BODY)):
            handle_person(tx, OPERATOR, admin, p.GrantRole(role=role, scope=scope), context())  # type: ignore[arg-type]
        handle_body(tx, OPERATOR, BODY, m.ReviseBody(name=PAYLOADS[1], description=PAYLOADS[2], groupings=["Asia", "Europe"], reason=PAYLOADS[3]), context())  # fmt: skip
        of_each = [_one(tx, number, text, admin) for number, text in enumerate(PAYLOADS)]
        session = links.redeem(tx, links.issue(tx, admin, utc_now(), strong=True), utc_now())
    lists = [
        "/",
        "/meetings",
        "/recommendations",
        "/partners",
        f"/grid?body={BODY}",
        "/metrics",
        "/activities",
        "/my",
    ]
    lists += ["/security", "/history", "/account/details", f"/digest/{admin}", f"/digest/{admin}/html"]
    return Filled(lists, [list(kind) for kind in zip(*of_each, strict=True)], session)


def _one(tx, number: int, text: str, admin: str) -> list[str]:  # type: ignore[no-untyped-def]
    meeting, partner = f"CMM{number + 1}", "".join(chr(65 + number // 26**k % 26) for k in (2, 1, 0))
    day = HELD + timedelta(days=number)
    handle_partner(
        tx, OPERATOR, partner, p.RegisterPartner(code=partner, name=text, kind="country"), context()
    )
    join = p.JoinBody(body=BODY, grouping="Asia", since=date(1996, 3, 1))
    handle_partner(tx, OPERATOR, partner, join, context())
    handle_body(tx, OPERATOR, BODY, m.DefineTheme(code=f"theme-{number}", title=text), context())
    scheduled = m.ScheduleMeeting(
        code=meeting, body=BODY, title=text, place=text, host=text, announced=text, source=text,
        note=text, starts_on=day, ends_on=day,
    )  # fmt: skip
    handle_meeting(tx, OPERATOR, meeting, scheduled, context())
    handle_meeting(
        tx, OPERATOR, meeting, m.HoldMeeting(starts_on=day, ends_on=day, embargoed=False), context(day)
    )
    handle_meeting(
        tx, OPERATOR, meeting, m.RecordWorkshop(code=f"{meeting}-W1", text=text, source=text), context(day)
    )
    handle_meeting(
        tx, OPERATOR, meeting, m.RecordFact(code=f"{meeting}-F1", text=text, sources=[text]), context(day)
    )
    code = f"{meeting}-R01"
    put_recommendation(tx, code, partner, on=day, text=text, source=text, themes=[f"theme-{number}"])
    activity = f"ASEM-ACT-{number:03}"
    record = r.RecordActivity(code=activity, body=BODY, title=text, kind=text[:40], note=text)
    handle_activity(tx, OPERATOR, activity, record, context(day))
    handle_recommendation(
        tx,
        OPERATOR,
        code,
        r.ReviseRecommendation(text=text + "!", source=text, note=text, reason=text),
        context(day),
    )
    put_person(tx, f"person{number}@example.org", name=text)
    put_focal_point(tx, partner, admin, since=day)
    _follow(tx, code, partner, text, day)
    at = f"/follow-ups/{code}/{partner}"
    return [f"/recommendations/{code}", at, f"{at}/correct", f"{at}/dispute", f"/meetings/{meeting}", f"/partners/{partner}", f"/activities/{activity}"]  # fmt: skip


def _follow(tx, code: str, partner: str, text: str, day: date) -> None:  # type: ignore[no-untyped-def]
    def asked(command: f.FollowupCommand, actor: Actor = OPERATOR) -> None:
        handle_followup(tx, actor, code, partner, command, context(), now=utc_now())

    asked(f.RecordResponse(recommendation=code, partner=partner, response="noted", note=text, raw_label=text))
    evidence = [Evidence(url="https://example.org/", title=text)]
    report = put_report(tx, code, partner, "implemented", narrative=text, raw_label=text, evidence=evidence)
    said = {
        "report_id": report,
        "status": "implemented",
        "as_of": TODAY,
        "evidence": evidence,
        "raw_label": text,
    }
    asked(f.CorrectReport(narrative=text + "!", reason=text, **said))  # type: ignore[arg-type]
    asked(f.VerifyReport(report_id=report, note=text), AUDITOR)
    asked(f.DisputeReport(report_id=report, reason=text), AUDITOR)
    asked(f.MoveFollowupDue(due_on=TODAY, reason=text))


@pytest.fixture
def ran() -> list[str]:
    return []


def opened(
    chromium: Browser, served: Served, filled: Filled, ran: list[str], *, policy: bool
) -> BrowserContext:
    """A browser of somebody who sees all; without the `policy` of the pages only escaping stands before a script."""
    made = chromium.new_context(base_url=served.address, bypass_csp=not policy)
    made.add_cookies([{"name": "tracker-session", "value": filled.session, "url": served.address}])
    made.expose_function("ran", lambda *what: ran.append(f"ran {what}"))
    made.expose_function("violated", lambda what: ran.append(f"violated {what}"))
    made.add_init_script(LISTEN)
    return made


@pytest.fixture(scope="module")
def served(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One tracker for all: nothing here writes, once it is filled."""
    folder = tmp_path_factory.mktemp("filled")
    shutil.copy(sqlite_template, folder / "tracker.db")
    with serving(f"sqlite:///{folder / 'tracker.db'}", folder) as served:
        yield served


@pytest.fixture(scope="module")
def filled(served: Served) -> Filled:
    return fill(served.db)


def test_there_are_two_hundred_and_every_tag_way_out_and_encoding_is_among_them() -> None:
    assert len(PAYLOADS) == 200
    assert len(set(PAYLOADS)) == 200
    for place, pieces in enumerate((ENCODINGS, WAYS_OUT, TAGS)):
        assert {each[place] for each in chosen()} == set(pieces)
        assert {each[place] for each in chosen()[::EACH]} == set(pieces)


@pytest.mark.slow
@pytest.mark.timeout(3600 if THOROUGH else 900)
def test_of_two_hundred_scripts_in_every_text_none_runs_and_none_becomes_an_element(
    chromium: Browser, served: Served, filled: Filled, ran: list[str]
) -> None:
    browser = opened(chromium, served, filled, ran, policy=False)
    tab = browser.new_page()
    tab.on("dialog", lambda dialog: (ran.append(f"dialog {dialog.message}"), dialog.dismiss()))
    for path in filled.pages(EACH):
        answer = tab.goto(path)
        assert answer is not None
        assert answer.status == 200, path
        assert tab.evaluate(HERE) == [], path
    read = [path for path in filled.pages(1) if path.startswith("/follow-ups/")]
    assert len(read) == 3 * len(PAYLOADS)
    for start in range(0, len(read), 50):
        assert tab.evaluate(THERE, read[start : start + 50]) == []
    assert ran == []
    browser.close()


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_no_page_breaks_its_own_policy(
    chromium: Browser, served: Served, filled: Filled, ran: list[str]
) -> None:
    browser = opened(chromium, served, filled, ran, policy=True)
    tab = browser.new_page()
    tab.on("console", lambda said: ran.append(said.text) if said.type == "error" else None)
    for path in filled.pages(25):
        tab.goto(path)
    assert ran == []
    browser.close()


def test_a_script_that_is_not_escaped_would_be_noticed(
    chromium: Browser, served: Served, ran: list[str]
) -> None:
    browser = opened(chromium, served, Filled([], [], "x"), ran, policy=False)
    tab = browser.new_page()
    noticed = 0
    for text in PAYLOADS:
        tab.set_content(f"<p title='{text}'>{text}</p><input value='x' {text}>", wait_until="commit")
        noticed += bool(tab.evaluate(f"() => ({FOREIGN})(document)"))
    assert noticed > 100  # half of them are encoded, and harmless where nobody decodes them
    assert len(set(ran)) > 50
    browser.close()
