"""What is remembered of those who send commands: how often, and what they were told."""

from __future__ import annotations

import hashlib
import secrets
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


class Digests:
    """Tells whether two commands are the same without keeping either: they hold tokens and secrets.

    The digests are keyed (BLAKE2b, RFC 7693 section 2.9) with what nobody outside this process knows, so that a
    short secret cannot be guessed from one.
    """

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)

    def of(self, command: Command) -> bytes:
        """Return a command's digest."""
        content = command.model_dump_json().encode("utf-8", "surrogatepass")
        return hashlib.blake2b(content, key=self._key, digest_size=32).digest()


@dataclass(frozen=True, slots=True)
class _Answer:
    digest: bytes
    reply: Reply


class Answers:
    """The last answers to what acts, so that a command that comes twice acts once. Holds no command."""

    def __init__(self) -> None:
        self._answers: OrderedDict[tuple[str, str, str], _Answer] = OrderedDict()

    def find(self, key: tuple[str, str, str], digest: bytes) -> tuple[bool, Reply | None]:
        """Return whether peer, client and id are known, and the answer if the command is the same as then."""
        known = self._answers.get(key)
        if known is None:
            return False, None
        return True, known.reply if known.digest == digest else None

    def keep(self, key: tuple[str, str, str], digest: bytes, reply: Reply) -> None:
        """Remember an answer, without what is attached to it; the oldest one makes room."""
        plain = reply.model_copy(update={"attachments": ()})
        self._answers[key] = _Answer(digest, plain)
        if len(self._answers) > _MAX_ANSWERS:
            self._answers.popitem(last=False)
