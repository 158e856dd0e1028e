"""Following by e-mail: confirmed by whoever reads the address, told once a day, ended by one press."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from tests.builders import RECORDED_AT, put_meeting, put_recommendation, put_report
from tests.followers.conftest import ADDRESS, TOMORROW, Public
from tracker.digests.tables import digests
from tracker.eventstore.tables import events
from tracker.followers import queries, service
from tracker.followers.tables import followers, follows
from tracker.followups.events import Evidence
from tracker.identity import limits
from tracker.kit.db import Database


def report(public: Public, code: str = "CMM8-R01", partner: str = "IDN", **fields: object) -> None:
    with public.db.write() as tx:
        put_report(tx, code, partner, "implemented", **fields)  # type: ignore[arg-type]


def rows(db: Database) -> tuple[int, int]:
    with db.read() as conn:
        counted = [
            conn.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (followers, follows)
        ]
    return counted[0], counted[1]


def text_of(mail: object) -> str:
    return str(mail.get_body(("plain",)).get_content())  # type: ignore[attr-defined]


def stop_path(mail: object) -> str:
    header = str(mail["List-Unsubscribe"])  # type: ignore[index]
    assert header.startswith("<http://127.0.0.1:8018/following/stop/")
    return header.removeprefix("<http://127.0.0.1:8018").removesuffix(">")


def test_what_happens_to_what_one_follows_is_told_once(public: Public) -> None:
    public.follow()
    assert public.mails() == []
    report(public, narrative="A fund was opened.")
    report(public, "CMM8-R02", "JPN")
    (mail,) = public.mails(TOMORROW + timedelta(days=1))
    assert mail["To"] == ADDRESS
    assert mail["Subject"] == "CMM8-R01: Country IDN reports “Implemented” as of 24 November 2026"
    assert "A fund was opened." in text_of(mail)
    assert "CMM8-R02" not in text_of(mail)
    assert public.mails(TOMORROW + timedelta(days=1)) == []
    assert public.mails(TOMORROW + timedelta(days=2)) == []


def test_a_body_is_followed_with_all_its_meetings(public: Public) -> None:
    public.follow("bodies/ASEM-CMM")
    with public.db.write() as tx:
        put_meeting(tx, "CMM10", date(2028, 6, 1), held=False)
    report(public, "CMM8-R02", "JPN")
    (mail,) = public.mails()
    assert mail["Subject"] == "2 changes to what you follow"
    assert "CMM10 is planned" in text_of(mail)
    assert "CMM8-R02: Country JPN reports" in text_of(mail)


def test_what_is_followed_twice_is_told_once(public: Public) -> None:
    public.follow("bodies/ASEM-CMM")
    public.follow()
    report(public)
    (mail,) = public.mails()
    assert text_of(mail).count("Country IDN reports") == 1


def test_neither_embargo_nor_restricted_evidence_is_told(public: Public) -> None:
    with public.db.write() as tx:
        put_meeting(tx, "CMM10", date(2026, 6, 1), embargoed=True)
    public.follow("bodies/ASEM-CMM")
    with public.db.write() as tx:
        put_recommendation(tx, "CMM10-R01", "IDN", on=date(2026, 6, 1), text="Lighthouses.")
    assert public.mails() == []
    report(public, evidence=[Evidence(url="https://example.org/letter", title="A letter", restricted=True)])
    (mail,) = public.mails(TOMORROW + timedelta(days=1))
    assert "Lighthouses" not in mail.as_string()
    assert "CMM10-R01" not in mail.as_string()
    assert "letter" not in text_of(mail)


def test_opening_the_link_changes_nothing_and_it_works_once(public: Public) -> None:
    path = public.ask()
    for _ in range(3):
        page = public.browser.open(path)
    report(public)
    assert public.mails() == []
    assert "You follow" in public.browser.post(path, page.forms[-1][1]).text
    assert public.browser.post(path, page.forms[-1][1]).status == 410
    assert public.browser.open(path).status == 410


def test_a_link_works_for_a_week(public: Public) -> None:
    token = public.ask().rpartition("/")[2]
    with public.db.read() as conn:
        for days, usable in ((6, True), (7, False)):
            found = queries.waiting(conn, token, RECORDED_AT + timedelta(days=days))
            assert (found is not None) is usable


def test_the_answer_is_the_same_whoever_follows_already(public: Public) -> None:
    public.follow()
    pages = [
        public.browser.post(
            "/follow/recommendations/CMM8-R01",
            public.browser.open("/follow/recommendations/CMM8-R01").forms[-1][1] | {"email": email},
        ).text.replace(email, "")
        for email in (ADDRESS, "somebody.else@example.org")
    ]
    assert pages[0] == pages[1]
    assert [to for to, _ in public.post.deliver()] == ["somebody.else@example.org"]


def test_nobody_can_fill_a_mailbox(public: Public) -> None:
    for _ in range(service.ASKED_FOR_AN_ADDRESS.most):
        public.ask()
    form = public.browser.open("/follow/recommendations/CMM8-R01").forms[-1][1]
    refused = public.browser.post("/follow/recommendations/CMM8-R01", form | {"email": ADDRESS})
    assert refused.status == 429
    assert public.post.deliver() == []
    assert limits.LINKS_TO_AN_ADDRESS.name != service.ASKED_FOR_AN_ADDRESS.name  # signing in is not hindered


@pytest.mark.parametrize(
    "email", ["", "nobody", "a@b", "kelvin@\u212aexample.org", "a@example.org\r\nBcc: b@example.org"]
)
def test_what_is_no_address_is_said_beside_the_field(public: Public, email: str) -> None:
    form = public.browser.open("/follow/recommendations/CMM8-R01").forms[-1][1]
    page = public.browser.post("/follow/recommendations/CMM8-R01", form | {"email": email})
    assert page.status == 422
    assert 'id="email-error"' in page.html


def test_one_press_in_a_mail_program_ends_all_of_it_and_deletes_the_address(public: Public) -> None:
    public.follow()
    public.follow("bodies/ASEM-CMM")
    report(public)
    (mail,) = public.mails()
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    answer = public.browser.client.post(stop_path(mail), content="List-Unsubscribe=One-Click")
    assert answer.status_code == 200
    assert rows(public.db) == (0, 0)
    with public.db.read() as conn:
        columns = digests.c.email, digests.c.subject, digests.c.text, digests.c.html
        kept = conn.execute(select(*columns).where(digests.c.kind == "news")).all()
        told = "".join(conn.execute(select(events.c.body)).scalars())
    assert [tuple(row) for row in kept] == [(None, None, None, None)]
    assert ADDRESS not in told
    report(public, "CMM8-R02", "JPN")
    assert public.mails(TOMORROW + timedelta(days=1)) == []


def test_the_page_stops_one_thing_or_all(public: Public) -> None:
    public.follow()
    public.follow("bodies/ASEM-CMM")
    report(public)
    path = stop_path(public.mails()[0]).removesuffix("/one-click")
    page = public.browser.open(path)
    mine = [fields for _, fields in page.forms if fields.get("code") == "ASEM-CMM"]
    assert "You are told no more about that" in public.browser.post(path, mine[0]).text
    assert rows(public.db) == (1, 1)
    page = public.browser.open(path)
    assert "the address is deleted" in public.browser.post(path, page.forms[-1][1]).text
    assert rows(public.db) == (0, 0)


def test_a_key_that_somebody_made_up_stops_nobody(public: Public) -> None:
    public.follow()
    for key in ("nonsense", "Im5vYm9keSI.c2lnbmF0dXJl"):
        assert public.browser.open(f"/following/stop/{key}").status == 410
        assert public.browser.client.post(f"/following/stop/{key}/one-click").status_code == 410
    assert rows(public.db) == (1, 1)


def test_neither_link_nor_address_is_kept_where_it_need_not_be(public: Public) -> None:
    token = public.ask().rpartition("/")[2]
    with public.db.read() as conn:
        (kept,) = conn.execute(select(follows.c.token_hash)).scalars()
    assert token
    assert token not in kept


def test_what_is_not_there_cannot_be_followed(public: Public) -> None:
    for thing in ("recommendations/CMM8-R99", "bodies/NONE", "people/x"):
        assert public.browser.open(f"/follow/{thing}").status == 404
