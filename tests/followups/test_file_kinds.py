"""Which files may stand as evidence: by name and by content, Office documents without programs and without tricks."""

import io
import struct
import zipfile
from pathlib import Path

import pytest

from tests.followups.archives import docx, odt, packed, relation, types, xlsx
from tracker.followups.file_kinds import check_content, clean_name
from tracker.kit.errors import BadInput

PNG, JPEG, PDF = b"\x89PNG\r\n\x1a\n....", b"\xff\xd8\xff\xe0....", b"%PDF-1.7\n%%EOF\n"
MACROS = "application/vnd.ms-word.document.macroEnabled.main+xml"


def checked(folder: Path, name: str, content: bytes) -> str:
    path = folder / "arrived"
    path.write_bytes(content)
    return check_content(path, name).media_type


GOOD = [
    ("law.pdf", PDF, "application/pdf"),
    ("LAW.PDF", PDF, "application/pdf"),
    ("photo.png", PNG, "image/png"),
    ("photo.jpg", JPEG, "image/jpeg"),
    ("photo.jpeg", JPEG, "image/jpeg"),
    ("plan.docx", docx(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("table.xlsx", xlsx(), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("text.odt", odt(), "application/vnd.oasis.opendocument.text"),
    ("note.txt", "Čeština, 文".encode(), "text/plain; charset=utf-8"),
    ("list.csv", b"\xef\xbb\xbfa;b\r\n1;2\r\n", "text/csv; charset=utf-8"),
    ("list.csv", "a\tb\r\n".encode("utf-16"), "text/csv; charset=utf-8"),
    ("links.docx", docx(**{"word/_rels/document.xml.rels": relation("https://example.org/a?b=1")}), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("links.odt", odt('<o xmlns:xlink="l"><text:a xmlns:text="t" xlink:href="https://example.org/"/></o>'), "application/vnd.oasis.opendocument.text"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "content", "kind"), GOOD, ids=[f"{n}-{i}" for i, (n, _, _) in enumerate(GOOD)]
)
def test_these_files_are_evidence(tmp_path: Path, name: str, content: bytes, kind: str) -> None:
    assert checked(tmp_path, name, content) == kind


def encrypted() -> bytes:
    content = bytearray(docx())
    for signature, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = content.find(signature) + at
        content[place] |= 1
    return bytes(content)


def declared_smaller() -> bytes:
    """A bomb that says of itself that it is small."""
    content = bytearray(docx(**{"word/big.xml": b"0" * 5_000_000}))
    for at in range(len(content) - 3):
        if content[at : at + 4] == struct.pack("<I", 5_000_000):
            content[at : at + 4] = struct.pack("<I", 5)
    return bytes(content)


def symbolic_link() -> bytes:
    link = zipfile.ZipInfo("word/link")
    link.external_attr = 0o120777 << 16
    file = io.BytesIO(docx())
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr(link, "/etc/passwd")
    return file.getvalue()


ENTITIES = '<!DOCTYPE a [<!ENTITY b "x"><!ENTITY c "&b;&b;&b;&b;">]><Relationships>&c;</Relationships>'
RELS = "word/_rels/document.xml.rels"
BAD = [
    ("page.html", b"<html>", "cannot be attached"),
    ("drawing.svg", b"<svg/>", "cannot be attached"),
    ("plan.docm", docx(), "cannot be attached"),
    ("table.xlsm", xlsx(), "cannot be attached"),
    ("old.doc", b"\xd0\xcf\x11\xe0", "cannot be attached"),
    ("run.exe", b"MZ", "cannot be attached"),
    ("law.pdf.exe", PDF, "cannot be attached"),
    ("archive.zip", docx(), "cannot be attached"),
    ("pdf", PDF, "cannot be attached"),
    ("law.pdf", b"<html>%PDF-", "not what its name says"),
    ("photo.png", JPEG, "not what its name says"),
    ("photo.jpg", b"GIF89a", "not what its name says"),
    ("note.txt", b"  <!DOCTYPE html><script>", "not what its name says"),
    ("note.txt", b"<SvG onload=x>", "not what its name says"),
    ("note.txt", b"MZ\x00\x01", "not what its name says"),
    ("note.csv", b"\xff\xfa\xfb", "no text in UTF-8"),
    ("plan.docx", PDF, "no document of the kind"),
    ("plan.docx", xlsx(), "no document of the kind"),
    ("table.xlsx", docx(), "no document of the kind"),
    ("text.odt", docx(), "no OpenDocument text"),
    ("plan.docx", b"%PDF-1.7" + docx(), "no document of the kind"),
    ("plan.docx", docx()[:-30], "damaged"),
    ("plan.docx", docx(**{"word/vbaProject.bin": b"x"}), "macros"),
    ("plan.docx", docx(**{"word/VBAPROJECT.BIN": b"x"}), "macros"),
    ("plan.docx", docx(**{"[Content_Types].xml": types(MACROS)}), "macros"),
    ("table.xlsx", xlsx(**{"xl/macrosheets/sheet1.xml": b"x"}), "macros"),
    ("plan.docx", docx(**{"word/activeX/activeX1.xml": b"x"}), "macros"),
    ("plan.docx", docx(**{"word/embeddings/a.bin": b"\xd0\xcf\x11\xe0..."}), "another file inside"),
    ("plan.docx", docx(**{"word/embeddings/a.docx": docx()}), "another file inside"),
    ("plan.docx", docx(**{RELS: relation("https://evil.example/a.dotm", "attachedTemplate")}), "outside of itself"),
    ("plan.docx", docx(**{RELS: relation("file:///c:/a", "oleObject")}), "outside of itself"),
    ("plan.docx", docx(**{RELS: relation("https://evil.example/", "image", "&#69;xternal")}), "outside of itself"),
    ("plan.docx", docx(**{RELS: relation("javascript:alert(1)")}), "none to the web"),
    ("plan.docx", docx(**{RELS: relation("file://host/share")}), "none to the web"),
    ("plan.docx", docx(**{RELS: relation("https://evil.example/", "image").encode("utf-16")}), "outside of itself"),
    ("plan.docx", docx(**{RELS: ENTITIES}), "declarations"),
    ("plan.docx", docx(**{RELS: "<Relationships>"}), "damaged"),
    ("plan.docx", docx(**{"../../etc/cron.d/x": b"x"}), "leads out"),
    ("plan.docx", docx(**{"/etc/passwd": b"x"}), "leads out"),
    ("plan.docx", docx(**{"word\\..\\x": b"x"}), "leads out"),
    ("plan.docx", docx(**{"c:x": b"x"}), "leads out"),
    ("plan.docx", symbolic_link(), "leads out"),
    ("plan.docx", docx(**{"WORD/document.xml": b"x"}), "two parts of one name"),
    ("plan.docx", docx(**{f"word/{number}": b"" for number in range(1_000)}), "more than 1,000 parts"),
    ("plan.docx", docx(**{f"word/{number}": b"0" * 26_000_000 for number in range(4)}), "unpacks to more than 100 MB"),
    ("plan.docx", declared_smaller(), "damaged"),
    ("plan.docx", encrypted(), "is encrypted"),
    ("plan.docx", packed({"word/document.xml": "x", "[Content_Types].xml": types("x")}, method=zipfile.ZIP_LZMA), "unusual way"),
    ("text.odt", odt(**{"Basic/Standard/Module1.xml": b"x"}), "macros"),
    ("text.odt", odt(**{"Scripts/python/x.py": b"x"}), "macros"),
    ("text.odt", odt('<o><script:event-listener xmlns:script="s"/></o>'), "holds a program"),
    ("text.odt", odt('<o xmlns:xlink="l"><draw:image xmlns:draw="d" xlink:href="https://evil.example/a.png"/></o>'), "outside of itself"),
    ("text.odt", odt('<o xmlns:xlink="l"><text:a xmlns:text="t" xlink:href="vnd.sun.star.script:x"/></o>'), "none to the web"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "content", "why"), BAD, ids=[f"{n}-{i}" for i, (n, _, _) in enumerate(BAD)])
def test_these_are_refused_and_the_sentence_says_why(
    tmp_path: Path, name: str, content: bytes, why: str
) -> None:
    with pytest.raises(BadInput, match=why) as refused:
        checked(tmp_path, name, content)
    assert refused.value.field == "files"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("law.pdf", "law.pdf"),
        ("C:\\Users\\me\\law.pdf", "law.pdf"),
        ("../../etc/passwd", "passwd"),
        ("a/b/c.txt", "c.txt"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("zero\u200bwidth\ufeff.pdf", "zerowidth.pdf"),
        ('a<b>"c|d?*.pdf', "abcd.pdf"),
        ("line\r\nX-Header: y.pdf", "lineX-Header y.pdf"),
        (".pdf", "file.pdf"),
        ("…  .pdf", "….pdf"),
        ("x" * 500 + ".pdf", "x" * 120 + ".pdf"),
        ("", ""),
        ("La\u0301g.pdf", "Lág.pdf"),
    ],
)
def test_a_name_keeps_what_people_read_and_nothing_that_misleads(given: str, kept: str) -> None:
    assert clean_name(given) == kept
    assert clean_name(kept) == kept
