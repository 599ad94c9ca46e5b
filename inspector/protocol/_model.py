"""What all messages have in common: a version, strict types, and sizes with a limit."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Final, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import PydanticSerializationError

from inspector.errors import ProtocolError, ProtocolVersionError

MAJOR: Final = 1
MINOR: Final = 1
VERSION: Final = f"{MAJOR}.{MINOR}"
"""Goes up in front when a field changes its meaning or goes away, behind when one is added."""

MAX_COMMAND_BYTES: Final = 64 << 10
MAX_FACT_BYTES: Final = 64 << 10
MAX_REPLY_BYTES: Final = 32 << 20
"""A reply's part: the JSON, or one attached image."""
MAX_FRAME_BYTES: Final = 64 << 20
_TEXT_CHARS: Final = 4096

Count = Annotated[int, Field(ge=0, lt=1 << 63)]
Index = Annotated[int, Field(ge=-1, lt=1 << 31)]
"""-1 = none."""
Permille = Annotated[int, Field(ge=0, le=1000)]


class Message(BaseModel):
    """A part of a message. Frozen; types are not converted; fields of a newer minor version are ignored."""

    model_config = ConfigDict(
        frozen=True, extra="ignore", strict=True, allow_inf_nan=False, str_max_length=_TEXT_CHARS
    )


class Versioned(Message):
    """A whole message."""

    v: str = VERSION
    """The sender's version of the protocol, `major.minor`."""


_M = TypeVar("_M", bound=Versioned)
_B = TypeVar("_B", bound=Message)


def encode(message: Message, limit_bytes: int = MAX_FACT_BYTES) -> bytes:
    """Return a message as compact JSON (UTF-8).

    Raises
    ------
    ProtocolError
        If it has more than `limit_bytes`, or texts that are no Unicode: the other end would not take it.
    """
    try:
        data = message.model_dump_json().encode()
    except PydanticSerializationError as error:
        raise ProtocolError(f"a {type(message).__name__} cannot be sent: {error}") from None
    if len(data) > limit_bytes:
        kind = type(message).__name__
        raise ProtocolError(f"a {kind} of {len(data)} bytes is over the limit of {limit_bytes}; say less")
    return data


def decode(data: bytes, kind: type[_M], limit_bytes: int = MAX_FACT_BYTES) -> _M:
    """Return the message that some bytes are.

    Raises
    ------
    ProtocolVersionError
        If the sender speaks another major version; nothing else of its message is looked at.
    ProtocolError
        If it is anything but such a message. No other exception leaves this function.
    """
    if len(data) > limit_bytes:
        raise ProtocolError(f"a message of {len(data)} bytes is over the limit of {limit_bytes}")
    try:
        check_version(_Head.model_validate_json(data).v)
        return kind.model_validate_json(data)
    except ValidationError as error:
        raise ProtocolError(f"not a {kind.__name__}: {_first(error)}") from None


class _Head(Message):
    v: str


class _Named(Message):
    id: str = ""


def id_of(data: bytes) -> str:
    """Return the request id in a command that cannot be understood otherwise; empty if that fails too."""
    try:
        return _Named.model_validate_json(data).id[:64]
    except ValidationError:
        return ""


def body_as(body: dict[str, Any], kind: type[_B]) -> _B:
    """Return what a reply's body is, or a command's `args`.

    Raises
    ------
    ProtocolError
        Naming the first field that is not as it should be.
    """
    try:
        return kind.model_validate(body, strict=False)  # JSON knows no tuples
    except ValidationError as error:
        raise ProtocolError(f"not a {kind.__name__}: {_first(error)}") from None


def check_version(version: str) -> None:
    """Refuse another major version.

    Raises
    ------
    ProtocolVersionError
        Naming both versions and who has to be brought up to date.
    ProtocolError
        If it is no version at all.
    """
    major, dot, minor = version.partition(".")
    if not (dot and _is_number(major) and _is_number(minor)):
        raise ProtocolError(f"{version[:20]!r} is no version of the protocol (like {VERSION!r})")
    if int(major) != MAJOR:
        older = "this end" if int(major) > MAJOR else "the other end"
        raise ProtocolVersionError(
            f"the other end speaks version {version} of the protocol, this end {VERSION}: "
            f"they do not understand each other; bring {older} up to date"
        )


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 6


def _first(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    return f"{_place(first['loc'])}: {first['msg']}"


def _place(location: Iterable[int | str]) -> str:
    return ".".join(str(step)[:40] for step in location) or "message"
