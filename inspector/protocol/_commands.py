"""What a console asks of the service, and the answer."""

from __future__ import annotations

import hashlib
from enum import StrEnum
from typing import Annotated, Any, Final

from pydantic import Field, JsonValue

from inspector.domain.told import recognise
from inspector.protocol._model import Count, Message, Versioned

Name = Annotated[str, Field(min_length=1, max_length=64)]


class Ask(StrEnum):
    """Commands that the service's protocol itself answers, and those that it must know the name of."""

    SNAPSHOT = "snapshot"
    PING = "ping"
    """Shows that the console is alive; renews its lease."""
    CONTROL_TAKE = "control.take"
    """The right to write, if nobody has it."""
    CONTROL_SEIZE = "control.seize"
    """The right to write, whoever has it; needs a role that may."""
    CONTROL_RELEASE = "control.release"
    HOLD = "line.hold"
    ACKNOWLEDGE = "alarm.acknowledge"


ALWAYS_FREE: Final[frozenset[str]] = frozenset(Ask)
"""These never need the right to write: a line can be held, an alarm acknowledged, from everywhere."""


class Code(StrEnum):
    """Why a command was refused, for programs; the reply's `reason` is for people."""

    DONE = "done"
    MALFORMED = "malformed"
    VERSION = "version"
    """Another major version of the protocol."""
    EXPIRED = "expired"
    """It arrived after its sender had stopped waiting. It was not carried out."""
    REPLAYED = "replayed"
    """A request id with another content than before."""
    LEASE = "lease"
    """Another console has the right to write, or nobody has."""
    UNKNOWN = "unknown"
    """No such command."""
    DENIED = "denied"
    """Not logged in, or the role may not."""
    CONFLICT = "conflict"
    """What it acts on is not in the version that was expected."""
    INVALID = "invalid"
    IMPOSSIBLE = "impossible"
    """Not in this state."""
    FAILED = "failed"
    """The service could not; its log says why."""


class Command(Versioned):
    """A console asks for something."""

    id: Name
    """Chosen by the client, never used twice by it. The same message again gets the same answer, and no effect."""
    client: Name
    """The client's own identity: random, drawn when it starts, and told nobody but the service."""
    name: Annotated[str, Field(max_length=64)] = ""
    """What people call the console."""
    kind: Name
    token: str = ""
    """The user's session, as the reply to a login named it; empty = nobody has logged in."""
    expected_version: Count | None = None
    """Version of what it acts on as the user saw it; None = does not matter."""
    timeout_ms: Annotated[int, Field(ge=1, le=600_000)] = 2000
    sent_ns: Count = 0
    """When it was sent on the service's clock, as the client reckons it from the last snapshot or
    heartbeat; 0 = not known."""
    args: dict[str, JsonValue] = Field(default_factory=dict)
    peer: Annotated[str, Field(exclude=True)] = ""
    """Not sent: the service puts in who is at the other end (`local`, or the name of the key)."""


def mark_of(client: str) -> str:
    """Return by what all may know a client: the first 32 hexadecimal digits of its identity's SHA-256."""
    return hashlib.sha256(client.encode("utf-8", "surrogatepass")).hexdigest()[:32]


class Reply(Versioned):
    """The answer to one command.

    `attachments` are further parts of the message: images, as they are.
    """

    id: Annotated[str, Field(max_length=64)] = ""
    ok: bool = True
    code: str = Code.DONE
    reason: str = ""
    version: Count | None = None
    """Version of what was acted on, after it."""
    body: dict[str, JsonValue] = Field(default_factory=dict)
    attachments: Annotated[tuple[bytes, ...], Field(exclude=True, max_length=16)] = ()


def done(body: Message | None = None, **fields: Any) -> Reply:
    """Return an answer that says: carried out."""
    return Reply(body=body.model_dump(mode="json") if body else {}, **fields)


def refused(code: Code, reason: str) -> Reply:
    """Return an answer that says why not; a sentence that is known goes with its code and what it names."""
    told = recognise(reason)
    body: dict[str, Any] = {"refusal": str(told.code), "details": dict(told.details)} if told else {}
    return Reply(ok=False, code=code, reason=str(reason), body=body)
