"""What is remembered of those who send commands: how often, and what they were told."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from inspector.protocol import Command, Reply

_RATE_PER_S: Final = 50
_BURST: Final = 100
_MAX_PEERS: Final = 256
_MAX_ANSWERS: Final = 512


class Rates:
    """A bucket of tokens per peer; the peer that was silent longest is forgotten first."""

    def __init__(self) -> None:
        self._buckets: OrderedDict[bytes, tuple[float, int]] = OrderedDict()

    def allows(self, peer: bytes, now_ns: int) -> bool:
        """Count one message; whether it is still within what one console can reasonably say."""
        tokens, then_ns = self._buckets.pop(peer, (float(_BURST), now_ns))
        tokens = min(float(_BURST), tokens + (now_ns - then_ns) * 1e-9 * _RATE_PER_S)
        is_allowed = tokens >= 1.0
        self._buckets[peer] = (tokens - 1.0 if is_allowed else tokens, now_ns)
        if len(self._buckets) > _MAX_PEERS:
            self._buckets.popitem(last=False)
        return is_allowed


@dataclass(frozen=True, slots=True)
class _Answer:
    command: Command
    reply: Reply


class Answers:
    """The last answers to what acts, so that a command that comes twice acts once."""

    def __init__(self) -> None:
        self._answers: OrderedDict[tuple[str, str, str], _Answer] = OrderedDict()

    def find(self, peer: str, command: Command) -> tuple[bool, Reply | None]:
        """Return whether the id is known, and the answer if the command is the same as then."""
        known = self._answers.get((peer, command.client, command.id))
        if known is None:
            return False, None
        return True, known.reply if known.command == command else None

    def keep(self, peer: str, command: Command, reply: Reply) -> None:
        """Remember an answer, without what is attached to it; the oldest one makes room."""
        plain = reply.model_copy(update={"attachments": ()})
        self._answers[peer, command.client, command.id] = _Answer(command, plain)
        if len(self._answers) > _MAX_ANSWERS:
            self._answers.popitem(last=False)
