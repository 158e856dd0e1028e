"""Office documents made for tests: right ones, and ones that are not what they say."""

import io
import zipfile

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
ODT = "application/vnd.oasis.opendocument.text"


def packed(parts: dict[str, bytes | str], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive of these parts."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return made.getvalue()


def types(kind: str) -> str:
    return f'<Types><Override PartName="/x" ContentType="{kind}"/></Types>'


def relation(target: str, kind: str = "hyperlink", mode: str = "External") -> str:
    return f'<Relationships><Relationship Id="a" Type="{LINK}/{kind}" Target="{target}" TargetMode="{mode}"/></Relationships>'


def docx(**more: bytes | str) -> bytes:
    """A Word document; `more` by part name."""
    return packed(
        {
            "[Content_Types].xml": types(DOCX),
            "_rels/.rels": relation("word/document.xml", "officeDocument", "Internal"),
            "word/document.xml": "<document>It was done.</document>",
        }
        | more
    )


def xlsx(**more: bytes | str) -> bytes:
    """A workbook."""
    return packed({"[Content_Types].xml": types(XLSX), "xl/workbook.xml": "<workbook/>"} | more)


def odt(content: str = "<office/>", **more: bytes | str) -> bytes:
    """An OpenDocument text."""
    return packed({"mimetype": ODT, "content.xml": content, "META-INF/manifest.xml": "<manifest/>"} | more)
