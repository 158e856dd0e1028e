"""What people type: read strictly, kept as typed, each error beside its field."""

from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import ExitStack, asynccontextmanager
from datetime import date, datetime
from typing import Protocol
from urllib.parse import parse_qsl

from starlette.requests import Request

from tracker.kit.errors import BadInput, TrackerError
from tracker.kit.files import Files
from tracker.kit.given import check_day
from tracker.kit.text import LONGEST_TEXT, clean
from tracker.web.multipart import MOST_FIELDS, MULTIPART, Filled, parts
from tracker.web.session import CSRF_FIELD, check_csrf, made_for
from tracker.web.site import site_of

FORM_TYPE = "application/x-www-form-urlencoded"


async def posted(request: Request) -> Mapping[str, str]:
    """The fields of a form that this site's own page sent, as typed.

    Raises `BadInput` for a body that is no form or no UTF-8, `Forged` without a good CSRF token.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM_TYPE:
        raise BadInput("This address takes a web form; please use the page's own button.")
    try:
        pairs = parse_qsl(
            (await request.body()).decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=MOST_FIELDS,
        )
    except UnicodeDecodeError:
        raise BadInput("The form holds characters that are not UTF-8; please type the text again.") from None
    except ValueError:
        raise BadInput(
            f"The form has more than {MOST_FIELDS} fields; please use the page's own form."
        ) from None
    return _own(request, dict(pairs))


@asynccontextmanager
async def posted_with_files(request: Request, largest: int) -> AsyncIterator[Filled]:
    """As `posted`, of a form that may bring files of at most `largest` bytes; those that nobody keeps are gone at the
    end."""
    if not request.headers.get("content-type", "").lower().startswith(MULTIPART):
        yield Filled(dict(await posted(request)))
        return
    filled, store = Filled(), Files(site_of(request).settings.files)
    request.state.typed = filled.fields
    with ExitStack() as ending:
        await parts(request, filled, ending, store.arriving, largest)
        filled.fields = dict(_own(request, filled.fields))
        yield filled


def _own(request: Request, fields: dict[str, str]) -> Mapping[str, str]:
    """The fields without the token by which this site's own page sent them."""
    request.state.typed = fields  # so that a refusal can give people their words back
    request.state.form_made_for = made_for(request, fields.pop(CSRF_FIELD, ""))
    check_csrf(request, request.state.form_made_for)
    return fields


class Kept(Protocol):
    """Where the text of a form comes from that its writer typed earlier. `lost`: it was kept because their session had
    ended, not because they asked for it."""

    @property
    def saved_at(self) -> datetime: ...
    @property
    def expires_at(self) -> datetime: ...
    @property
    def lost(self) -> bool: ...


class Form:
    """One form on its way through a page: `form["field"]` is what was typed, `errors` says what is wrong with it."""

    def __init__(self, values: Mapping[str, str] | None = None, kept: Kept | None = None) -> None:
        self.values = dict(values or {})
        self.errors: dict[str, str] = {}
        self.kept = kept

    def __getitem__(self, field: str) -> str:
        return self.values.get(field, "")

    def text(self, field: str, label: str, *, longest: int = LONGEST_TEXT, required: bool = False) -> str:
        """A text that may enter the tracker; empty, with the error noted, where it may not."""
        try:
            return clean(self[field], label, longest=longest, required=required)
        except BadInput as error:
            self.errors[field] = error.message
            return ""

    def choice(self, field: str, among: Collection[str], missing: str) -> str:
        """One of the choices; `missing` is the sentence for none of them."""
        if self[field] in among:
            return self[field]
        self.errors[field] = missing
        return ""

    def checked(self, field: str) -> list[str]:
        """The values of the boxes that are ticked."""
        start = f"{field}_"
        return [
            name.removeprefix(start)
            for name, value in self.values.items()
            if name.startswith(start) and value == "yes"
        ]

    def lines(self, field: str) -> list[str]:
        """What stands on each line, or between commas."""
        return [each.strip() for each in self[field].replace(",", "\n").splitlines() if each.strip()]

    def day(self, field: str, label: str, *, required: bool = True) -> date | None:
        """A calendar day such as 2026-11-24; None, without an error, for an empty field that need not be filled."""
        if not required and not self[field].strip():
            return None
        try:
            return check_day(date.fromisoformat(self[field].strip()), label)
        except BadInput as error:
            self.errors[field] = error.message
            return None
        except ValueError:
            self.errors[field] = f"Please give the {label} as year-month-day, such as 2026-11-24."
            return None

    def version(self, field: str = "version") -> int | None:
        """The version that the person saw when the form was shown."""
        return (
            int(self[field])
            if self[field].isascii() and self[field].isdigit() and len(self[field]) < 10
            else None
        )

    def blame(self, error: TrackerError) -> None:
        """Notes a refusal: beside its field where it names one of this form's, else at the top."""
        field = (error.field or "").replace(" ", "_")
        mine = any(name == field or name.startswith(f"{field}_") for name in self.values)
        self.errors[field if field and mine else ""] = error.message
