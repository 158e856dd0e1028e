"""Files as evidence: attached to reports, kept by their hash, and shown to those who may see them and to nobody else."""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.builders import RECORDED_AT, TODAY, context
from tests.followups.archives import docx
from tests.web.browser import Browser, Page
from tests.web.conftest import World
from tracker.eventstore.registry import decode
from tracker.eventstore.store import load
from tracker.followups import commands as c
from tracker.followups import uploads
from tracker.followups.events import Evidence, File, ProgressReported
from tracker.followups.service import handle
from tracker.followups.tables import evidence_uploads
from tracker.kit.db import Database
from tracker.kit.errors import BadInput
from tracker.kit.files import Files
from tracker.people import queries as people

AT, STREAM = "/follow-ups/CMM8-R01/IDN", "followup-CMM8-R01:IDN"
SAID = {
    "status": "under_implementation",
    "as_of": "2026-11-20",
    "narrative": "A first draft is with the partners.",
}
LAW = b"%PDF-1.7 the law\n%%EOF"
HASH = hashlib.sha256(LAW).hexdigest()
NOW = [RECORDED_AT]


@pytest.fixture(autouse=True)
def clock() -> None:
    NOW[0] = RECORDED_AT


@pytest.fixture
def browse(db: Database, tmp_path: Path) -> Callable[..., Browser]:
    """A browser of somebody, or of the public."""

    def browser(person_id: str | None = None, **settings: str) -> Browser:
        made = Browser(db, tmp_path, lambda: NOW[0], **settings)
        return made.sign_in(person_id) if person_id else made

    return browser


@pytest.fixture
def focal(world: World, browse: Callable[..., Browser]) -> Browser:
    return browse(world.focal_point)


def kept(folder: Path) -> set[str]:
    return set(Files(folder / "files").kept())


def arriving(folder: Path) -> list[Path]:
    return list((folder / "files").glob("incoming/*"))


def waiting(db: Database) -> set[str]:
    with db.read() as connection:
        return set(connection.execute(select(evidence_uploads.c.sha256)).scalars())


def evidence(db: Database) -> list[list[Evidence]]:
    with db.read() as connection:
        return [each.event.evidence for each in load(connection, STREAM) if hasattr(each.event, "evidence")]


def link_to(page: Page, sha256: str = HASH) -> str:
    return next(link for link in page.links if sha256 in link)


def test_a_file_is_kept_by_its_hash_and_named_by_the_event(
    world: World, focal: Browser, tmp_path: Path
) -> None:
    answer = focal.attach(focal.open(f"{AT}/report"), ("C:\\My\\Law.pdf", LAW), ("plan.docx", docx()), **SAID)
    assert "/receipt/" in str(answer.answer.url)
    (items,) = evidence(world.db)
    assert items[0] == Evidence(
        file=File(sha256=HASH, name="Law.pdf", media_type="application/pdf", size=len(LAW))
    )
    assert kept(tmp_path) == {item.file.sha256 for item in items if item.file}
    assert (Files(tmp_path / "files").place(HASH).read_bytes(), arriving(tmp_path)) == (LAW, [])
    assert Files(tmp_path / "files").place(HASH).stat().st_mode & 0o777 == 0o400
    assert waiting(world.db) == set()


def test_the_file_comes_as_an_attachment_from_an_address_that_needs_no_cookie(
    world: World, focal: Browser, browse: Callable[..., Browser]
) -> None:
    focal.attach(focal.open(f"{AT}/report"), ("Gesetz ü.pdf", LAW), **SAID)
    public = browse()
    to = public.client.get(link_to(public.open(AT)), follow_redirects=False).headers["location"]
    assert to.startswith(f"/evidence/{HASH}/")
    focal.client.cookies.set("tracker-session", "x" * 43)
    for browser in (browse(), focal):
        answer = browser.client.get(to)
        assert (answer.status_code, answer.content) == (200, LAW)
        assert answer.headers["content-type"] == "application/pdf"
        assert answer.headers["content-disposition"] == "attachment; filename*=utf-8''Gesetz%20%C3%BC.pdf"
        assert (
            answer.headers["content-security-policy"] == "default-src 'none'; sandbox; frame-ancestors 'none'"
        )
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
        assert "set-cookie" not in answer.headers


def test_the_address_is_good_for_five_minutes_and_for_this_file(
    world: World, focal: Browser, browse: Callable[..., Browser], tmp_path: Path
) -> None:
    other = b"%PDF-1.7 secret"
    focal.attach(focal.open(f"{AT}/report"), ("law.pdf", LAW), ("other.pdf", other), **SAID)
    public = browse()
    to = public.client.get(link_to(public.open(AT)), follow_redirects=False).headers["location"]
    key = to.partition("?key=")[2]
    sha256 = hashlib.sha256(other).hexdigest()
    for wrong in (
        f"/evidence/{sha256}/other.pdf?key={key}",
        f"/evidence/{HASH}/other.pdf?key={key}",
        f"/evidence/{HASH}/law.pdf?key={key[:-1]}x",
        f"/evidence/{HASH}/law.pdf?key=",
        f"/evidence/{HASH}/law.pdf",
        f"/evidence/..%2f..%2fsecret_key/law.pdf?key={key}",
    ):
        assert public.open(wrong).status in (404, 410), wrong
    NOW[0] += timedelta(minutes=5)
    assert public.open(to).status == 200
    NOW[0] += timedelta(seconds=1)
    page = public.open(to)
    assert (page.status, "for five minutes" in page.text) == (410, True)


def test_restricted_files_open_to_those_who_may_see_them_alone(
    world: World, focal: Browser, browse: Callable[..., Browser]
) -> None:
    focal.attach(focal.open(f"{AT}/report"), ("law.pdf", LAW), **SAID, files_restricted="yes")
    address = link_to(focal.open(AT))
    for person_id in (world.focal_point, world.secretariat, world.auditor):
        assert browse(person_id).client.get(address).content == LAW
    for person in (None, world.admin):
        browser = browse(person)
        assert HASH not in browser.open(AT).html
        assert "law.pdf" not in browser.open(AT).html
        assert browser.open(address).status == 404
        assert browser.open(address.replace("IDN", "FRA")).status == 404


def test_a_correction_keeps_the_files_that_stay_ticked_and_takes_new_ones(
    world: World, focal: Browser
) -> None:
    focal.attach(
        focal.open(f"{AT}/report"), ("law.pdf", LAW), ("old.txt", b"old"), **SAID, files_restricted="yes"
    )
    form = focal.open(f"{AT}/correct")
    old = hashlib.sha256(b"old").hexdigest()
    assert {form.form()[1][f"keep_{HASH}"], form.form()[1][f"keep_{old}"]} == {"yes"}
    receipt = focal.attach(form, ("new.txt", b"new"), **SAID, reason="Newer.", **{f"keep_{old}": ""})
    assert "/receipt/" in str(receipt.answer.url), receipt.text
    items = evidence(world.db)[1]
    assert [(item.file and item.file.name, item.restricted) for item in items] == [
        ("law.pdf", True),
        ("new.txt", False),
    ]
    assert link_to(focal.open(AT), old)  # the history still has it


REFUSED = [
    ([("page.html", b"<html>")], "cannot be attached"),
    ([("law.pdf", b"no")], "not what its name says"),
    ([("law.pdf", b"")], "is empty"),
    ([("law.pdf", b"%PDF-" + b"0" * 10_000_000)], "larger than 10 MB"),
    ([(f"{n}.txt", b"%d" % n) for n in range(6)], "At most 5 files"),
    ([("a.txt", b"same"), ("b.txt", b"same")], "given twice"),
    ([("macro.docm", docx())], "cannot be attached"),
    ([("macro.docx", docx(**{"word/vbaProject.bin": b"x"}))], "macros"),
]


@pytest.mark.parametrize(("files", "sentence"), REFUSED, ids=[str(n) for n in range(len(REFUSED))])
def test_what_is_refused_is_said_beside_the_field_and_the_text_is_kept(
    world: World, focal: Browser, tmp_path: Path, files: list[tuple[str, bytes]], sentence: str
) -> None:
    page = focal.attach(focal.open(f"{AT}/report"), *files, **SAID)
    assert page.status == 422
    assert sentence in page.text
    assert "#files" in page.links
    assert page.form()[1]["narrative"] == SAID["narrative"]
    assert (evidence(world.db), arriving(tmp_path)) == ([], [])


def test_a_body_over_fifty_megabytes_is_not_read_to_its_end(
    world: World, focal: Browser, tmp_path: Path
) -> None:
    files = [(f"{n}.pdf", b"%PDF-" + b"0" * 9_999_000) for n in range(6)]
    page = focal.attach(focal.open(f"{AT}/report"), *files, **SAID)
    assert page.status == 413
    assert (kept(tmp_path), arriving(tmp_path)) == (set(), [])


def test_only_the_two_forms_take_so_much(world: World, focal: Browser, tmp_path: Path) -> None:
    for path in ("/sign-in", f"{AT}/respond", f"{AT}/report/x", "/follow-ups/report", f"{AT}/dispute"):
        answer = focal.client.post(path, data={"a": "b"}, files=[("files", ("a.pdf", b"0" * 1_000_001))])
        assert answer.status_code == 413, path
    assert arriving(tmp_path) == []


def test_files_of_people_who_did_not_sign_in_or_may_not_report_are_not_kept(
    world: World, focal: Browser, browse: Callable[..., Browser], tmp_path: Path
) -> None:
    form = focal.open(f"{AT}/report")
    for browser in (browse(), browse(world.auditor)):
        page = browser.attach(form, ("law.pdf", LAW), **SAID)
        assert page.status == 403
    assert (kept(tmp_path), waiting(world.db), arriving(tmp_path)) == (set(), set(), [])


BODIES = [
    (b"", "multipart/form-data; boundary=x"),
    (b"--x", "multipart/form-data; boundary=x"),
    (b"--x\r\n\r\nno disposition\r\n--x--\r\n", "multipart/form-data; boundary=x"),
    (b'--x\r\nContent-Disposition: form-data; name="\xff"\r\n\r\nv\r\n--x--\r\n', "multipart/form-data; boundary=x"),
    (b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.pdf"\r\n\r\n%PDF-', "multipart/form-data; boundary=x"),
    (b"--x--\r\n", "multipart/form-data"),
    (b"--x--\r\n", "multipart/form-data; boundary=" + "x" * 5_000),
    (b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nv\r\n' * 500 + b"--x--\r\n", "multipart/form-data; boundary=x"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "kind"), BODIES, ids=[str(n) for n in range(len(BODIES))])
def test_a_broken_form_is_refused_and_leaves_nothing(
    world: World, focal: Browser, tmp_path: Path, body: bytes, kind: str
) -> None:
    answer = focal.client.post(f"{AT}/report", content=body, headers={"content-type": kind})
    assert answer.status_code in (403, 422)
    assert (kept(tmp_path), arriving(tmp_path)) == (set(), [])


def test_knowing_a_hash_opens_nothing(world: World, focal: Browser) -> None:
    focal.attach(focal.open(f"{AT}/report"), ("law.pdf", LAW), **SAID, files_restricted="yes")
    file = File(sha256=HASH, name="law.pdf", media_type="application/pdf", size=len(LAW))
    with world.db.write() as tx:
        actor = people.actor(tx, world.secretariat, TODAY, strong=True)
        command = c.ReportProgress(
            recommendation="CMM8-R01", partner="FRA", report_id="r", status="implemented", as_of=TODAY,
            narrative="It is done.", evidence=[Evidence(file=file)],
        )  # fmt: skip
        with pytest.raises(BadInput, match="did not arrive"):
            handle(tx, actor, "CMM8-R01", "FRA", command, context(), now=RECORDED_AT)


def later(db: Database, folder: Path, now: datetime) -> int:
    with db.write() as tx:
        return uploads.sweep(tx, Files(folder / "files"), now)


def test_files_of_refused_reports_are_removed_after_a_day_and_named_ones_stay(
    world: World, focal: Browser, tmp_path: Path
) -> None:
    focal.attach(focal.open(f"{AT}/report"), ("law.pdf", LAW), **SAID)
    refused = SAID | {"status": "not_started"}
    page = focal.attach(focal.open(f"{AT}/report"), ("law.pdf", LAW), ("x.txt", b"x"), **refused)
    assert page.status == 422
    assert waiting(world.db) == {HASH, hashlib.sha256(b"x").hexdigest()}
    assert later(world.db, tmp_path, RECORDED_AT + timedelta(hours=23)) == 0
    assert later(world.db, tmp_path, RECORDED_AT + timedelta(hours=25)) == 1
    assert (kept(tmp_path), waiting(world.db)) == ({HASH}, set())


def test_a_form_sent_twice_keeps_one_file_and_one_event(world: World, focal: Browser, tmp_path: Path) -> None:
    form = focal.open(f"{AT}/report")
    pages = [focal.attach(form, ("law.pdf", LAW), **SAID) for _ in range(2)]
    assert pages[0].answer.url == pages[1].answer.url
    assert (len(evidence(world.db)), kept(tmp_path), waiting(world.db)) == (1, {HASH}, set())


def test_a_file_that_is_gone_is_said_to_be_gone(world: World, focal: Browser, tmp_path: Path) -> None:
    focal.attach(focal.open(f"{AT}/report"), ("law.pdf", LAW), **SAID)
    Files(tmp_path / "files").remove(HASH)
    page = focal.open(link_to(focal.open(AT)))
    assert (page.status, "no longer kept" in page.text) == (404, True)


def test_with_a_host_of_their_own_files_come_from_there_and_nothing_else_does(
    world: World, browse: Callable[..., Browser]
) -> None:
    hosts = {"base_url": "http://tracker.example.org", "files_url": "http://files.example.org"}
    focal = browse(world.focal_point, **hosts)
    focal.attach(focal.open(f"{AT}/report"), ("law.pdf", LAW), **SAID)
    to = focal.client.get(link_to(focal.open(AT)), follow_redirects=False).headers["location"]
    assert to.startswith(f"http://files.example.org/evidence/{HASH}/law.pdf?key=")
    assert browse(**hosts).client.get(to).content == LAW
    assert browse(**hosts).open(to.replace("files.", "tracker.")).status == 421
    for path in ("/", AT, "/sign-in", f"{AT}/evidence/{HASH}"):
        assert browse(**hosts).open(f"http://files.example.org{path}").status == 421


def test_a_disk_that_takes_nothing_records_nothing(world: World, focal: Browser, tmp_path: Path) -> None:
    (tmp_path / "files").write_text("a file where the folder should be")
    page = focal.attach(focal.open(f"{AT}/report"), ("law.pdf", LAW), **SAID)
    assert (page.status, "give a link instead" in page.text) == (503, True)
    assert evidence(world.db) == []


def test_reports_of_the_first_version_are_read_as_links(world: World) -> None:
    body = (
        '{"as_of":"2026-01-01","evidence":[{"restricted":false,"title":"","url":"https://example.org"}],'
        '"narrative":"","partner":"IDN","raw_label":"","recommendation":"X","report_id":"r","status":"not_started"}'
    )
    event = decode("followup.progress_reported", 1, body)
    assert isinstance(event, ProgressReported)
    assert event.evidence == [Evidence(url="https://example.org")]
