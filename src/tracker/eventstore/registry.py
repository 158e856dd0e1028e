"""Stable names and versions of events, and the upcasters that read old ones.

An event is a frozen `msgspec.Struct` with a name such as `followup.progress_reported`; it is never renamed or edited.
A new shape is a new version with a pure upcaster from the one before:

    @event("followup.progress_reported", version=2)
    class ProgressReported(Event): ...

    @upcaster("followup.progress_reported", 1)
    def _(old: dict[str, Any]) -> dict[str, Any]: ...
"""

from collections.abc import Callable
from typing import Any, ClassVar, TypeVar, dataclass_transform

import msgspec

from tracker.kit.errors import SetupError, Tampered


# mypy does not see that subclasses are frozen and by keyword too.
@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(msgspec.field,))
class Event(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """What happened, in the past tense. Holds text, whole numbers, dates and lists of them; never a name or address
    of a person, only person ids.

    Some things are said about a kind of event so that `two_times` can tell what was so on a day: whether it only gives
    a name to what was there always; whether it begins what its stream is about; which thing within the stream it makes,
    and which one it speaks of (a kind and the names of the fields that tell which one); whether it puts right, that is,
    says that what it speaks of was never so.
    """

    ALWAYS: ClassVar[bool] = False
    BEGINS: ClassVar[bool] = False
    MAKES: ClassVar[tuple[str, ...]] = ()
    SPEAKS_OF: ClassVar[tuple[str, ...]] = ()
    PUTS_RIGHT: ClassVar[bool] = False


class UnknownEvent(SetupError):
    """The log holds an event that this release does not know; reading stops here and skips nothing."""


E = TypeVar("E", bound=type[Event])
Upcast = Callable[[dict[str, Any]], dict[str, Any]]

_classes: dict[str, tuple[type[Event], int]] = {}
_names: dict[type[Event], tuple[str, int]] = {}
_upcasters: dict[tuple[str, int], Upcast] = {}
_decoders: dict[tuple[str, int], Callable[[bytes | str], Event]] = {}


def event(name: str, *, version: int = 1) -> Callable[[E], E]:
    """Registers a class under its stable name; a second class under one name is refused."""

    def register(cls: E) -> E:
        if name in _classes:
            raise SetupError(f"Two events are called {name}.")
        _classes[name] = (cls, version)
        _names[cls] = (name, version)
        return cls

    return register


def upcaster(name: str, from_version: int) -> Callable[[Upcast], Upcast]:
    """Registers a pure function from the JSON of `from_version` to that of the next."""

    def register(function: Upcast) -> Upcast:
        _upcasters[name, from_version] = function
        return function

    return register


def name_of(cls: type[Event]) -> tuple[str, int]:
    """The stable name and current version of a class."""
    try:
        return _names[cls]
    except KeyError:
        raise SetupError(f"{cls.__name__} is not registered as an event.") from None


def names() -> dict[str, type[Event]]:
    """Every known event by its stable name."""
    return {name: cls for name, (cls, _) in sorted(_classes.items())}


def decode(name: str, version: int, body: str | bytes) -> Event:
    """The event in a stored body, brought to its current version. Raises `UnknownEvent`, `Tampered`."""
    decoder = _decoders.get((name, version))
    if decoder is None:
        decoder = _decoders[name, version] = _decoder(name, version)
    try:
        return decoder(body)
    except msgspec.MsgspecError as error:
        raise Tampered(
            f"The log holds a {name} that nobody can have written ({error}); `tracker verify` says where."
        ) from error


def _decoder(name: str, version: int) -> Callable[[bytes | str], Event]:
    if name not in _classes or version > _classes[name][1]:
        raise UnknownEvent(
            f"The log holds {name} version {version}, which this release does not know; install the newer release."
        )
    cls, current = _classes[name]
    if version == current:
        return msgspec.json.Decoder(cls).decode
    steps = []
    for step in range(version, current):
        if (name, step) not in _upcasters:
            raise UnknownEvent(f"There is no upcaster for {name} from version {step}.")
        steps.append(_upcasters[name, step])

    def upcast(body: bytes | str) -> Event:
        data: dict[str, Any] = msgspec.json.decode(body)
        for step in steps:
            data = step(data)
        return msgspec.convert(data, cls)

    return upcast
