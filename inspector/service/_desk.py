"""Where commands are dealt with: who may, who has asked already, and who is asked to carry it out."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from inspector.domain.access import Refusal, RefusedError
from inspector.domain.told import text_of
from inspector.errors import InspectorError, ProtocolError, ProtocolVersionError
from inspector.protocol import (
    ALWAYS_FREE,
    MAX_COMMAND_BYTES,
    Ask,
    Code,
    Command,
    LeaseView,
    Reply,
    Snapshot,
    decode,
    done,
    id_of,
    mark_of,
    refused,
)
from inspector.service._lapsed import LapsedError
from inspector.service._lease import NOWHERE, Lease
from inspector.service._peers import Answers, Digests


@dataclass(frozen=True, slots=True)
class Later:
    """An answer that waits for a hash or a disk, while everybody else is served.

    `job` runs in another thread; `finish` turns its result into the reply, in the server's thread.
    """

    job: Future[Any]
    finish: Callable[[Any], Reply]


Handler = Callable[[Command], Reply | Later]
"""Carries a command out; refuses with a code and a reason what it does not know or will not do. Never waits."""

_A = TypeVar("_A")
_log = logging.getLogger(__name__)
_READS: Final = frozenset({Ask.SNAPSHOT, Ask.PING})
_DENIED: Final = frozenset(
    {Refusal.NOT_ALLOWED, Refusal.NEEDS_LOGIN, Refusal.WRONG_LOGIN, Refusal.WRONG_CODE, Refusal.WAIT}
)
_INVALID: Final = frozenset(
    {
        Refusal.NEEDS_REASON,
        Refusal.BAD_REASON,
        Refusal.BAD_NAME,
        Refusal.BAD_SECRET,
        Refusal.NEEDS_PASSWORD,
        Refusal.NEEDS_SECRET,
        Refusal.BAD_BADGE,
    }
)
_CONTROL: Final = frozenset({Ask.CONTROL_TAKE, Ask.CONTROL_SEIZE, Ask.CONTROL_RELEASE})


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether somebody may take or seize control. `user` is whom the token stands for; `refusal` why not."""

    user: str = ""
    refusal: str = ""


TOO_LATE: Final = "the command arrived too late and was not carried out; repeat it"


def is_expired(command: Command, now_ns: int) -> bool:
    """Return whether nobody waits for a command any more; False if it does not say when it was sent."""
    return bool(command.sent_ns) and now_ns > command.sent_ns + command.timeout_ms * 1_000_000


Authority = Callable[[Command], Standing]
"""Asked for `control.take` and `control.seize`."""


def nobody_seizes(command: Command) -> Standing:
    """Let everybody take control that is free, and nobody seize it: for a service without users."""
    refusal = "no role may seize control here" if command.kind == Ask.CONTROL_SEIZE else ""
    return Standing(refusal=refusal)


KeptOut = Callable[[Command, str], None]
"""Told of a command that was refused only because another console has the right to write, and of the reason."""


def nobody_notes(_: Command, __: str) -> None:
    """Keep nothing of it: for a service without an audit log."""


@dataclass(frozen=True, slots=True)
class UnderWay:
    """A command whose answer waits; not the command itself, which may hold a secret."""

    key: tuple[str, str, str]
    kind: str
    digest: bytes
    later: Later

    @property
    def is_due(self) -> bool:
        """Whether it can be answered now."""
        return self.later.job.done()


@dataclass(slots=True)
class Counts:
    """What has come in since the start; each command is in `commands`, and in at most one of the others."""

    commands: int = 0
    malformed: int = 0
    foreign_version: int = 0
    flooded: int = 0
    """Dropped without a look: more from one peer than a console can reasonably say."""
    replayed: int = 0
    expired: int = 0
    refused: int = 0
    failed: int = 0
    """The handler broke; the log has the traceback."""


class Desk:
    """Turns one message into one reply. Used by the server's thread only.

    Parameters
    ----------
    handler
        Carries out what the protocol itself does not.
    authority
        Whether somebody may take control.
    free
        Kinds besides `ALWAYS_FREE` that need no right to write: what reads, and logging in.
    snapshot
        Everything as it is.
    lease_changed
        Called after the right to write has changed hands.
    kept_out
        Called when somebody is refused because another console has the right to write.
    lease
        The right to write, where others look at it, too.
    """

    def __init__(
        self,
        handler: Handler,
        authority: Authority,
        free: frozenset[str],
        snapshot: Callable[[], Snapshot],
        lease_changed: Callable[[], None],
        kept_out: KeptOut = nobody_notes,
        lease: Lease | None = None,
    ) -> None:
        self.counts = Counts()
        self.lease = lease or Lease()
        self._handler, self._authority = handler, authority
        self._free = free | ALWAYS_FREE
        self._unremembered = free | _READS
        self._snapshot, self._lease_changed, self._kept_out = snapshot, lease_changed, kept_out
        self._answers, self._digests = Answers(), Digests()
        self._under_way: dict[tuple[str, str, str], bytes] = {}

    def receive(
        self, peer: str, parts: list[bytes], now_ns: int, connection: int = NOWHERE
    ) -> Reply | UnderWay | None:
        """Return the reply to a message, whatever it is, or what it waits for.

        None: the same message is under way already, and answered once.
        """
        self.counts.commands += 1
        try:
            command = self._read(parts).model_copy(update={"peer": peer})
        except ProtocolVersionError as error:
            self.counts.foreign_version += 1
            return _named(refused(Code.VERSION, str(error)), id_of(parts[0]))
        except ProtocolError as error:
            self.counts.malformed += 1
            return _named(refused(Code.MALFORMED, str(error)), id_of(parts[0]) if parts else "")
        key, digest = _key(command), self._digests.of(command)
        if key in self._under_way:
            return self._repeated(command, is_same=self._under_way[key] == digest)
        answer = self._answer(command, key, digest, now_ns)
        self.lease.renew((peer, command.client), now_ns, connection)
        if isinstance(answer, Reply):
            return _named(answer, command.id)
        self._under_way[key] = digest
        return UnderWay(key, command.kind, digest, answer)

    def finish(self, waited: UnderWay) -> Reply:
        """Return the reply that had to wait."""
        later = waited.later
        self._under_way.pop(waited.key, None)
        reply = self._guarded(waited.kind, lambda: later.finish(later.job.result()))
        self._count(reply)
        if waited.kind not in self._unremembered:
            self._answers.keep(waited.key, waited.digest, reply)
        return _named(reply, waited.key[-1])

    def _repeated(self, command: Command, *, is_same: bool) -> Reply | None:
        self.counts.replayed += 1
        return None if is_same else _named(_drawn_twice(command), command.id)

    @staticmethod
    def _read(parts: list[bytes]) -> Command:
        if len(parts) != 1:
            raise ProtocolError(f"a command is one part, not {len(parts)}")
        return decode(parts[0], Command, MAX_COMMAND_BYTES)

    def _answer(
        self, command: Command, key: tuple[str, str, str], digest: bytes, now_ns: int
    ) -> Reply | Later:
        holder = command.peer, command.client
        if command.kind in self._unremembered:
            return self._decide(command, holder, now_ns)
        is_known, reply = self._answers.find(key, digest)
        if is_known:
            self.counts.replayed += 1
            return reply or _drawn_twice(command)
        answer = self._decide(command, holder, now_ns)
        if isinstance(answer, Reply):
            self._answers.keep(key, digest, answer)
        return answer

    def _decide(self, command: Command, holder: tuple[str, str], now_ns: int) -> Reply | Later:
        if is_expired(command, now_ns):
            self.counts.expired += 1
            return refused(Code.EXPIRED, TOO_LATE)
        if command.kind == Ask.SNAPSHOT:
            return done(self._snapshot())
        if command.kind == Ask.PING:
            return done()
        answer = self._guarded(command.kind, lambda: self._carry_out(command, holder, now_ns))
        if isinstance(answer, Reply):
            self._count(answer)
        return answer

    def _count(self, reply: Reply) -> None:
        self.counts.refused += not reply.ok and reply.code not in {Code.FAILED, Code.EXPIRED}

    def _guarded(self, kind: str, act: Callable[[], _A]) -> _A | Reply:
        try:
            return act()
        except RefusedError as error:
            return _refusal(error)
        except LapsedError as error:
            self.counts.expired += error.code == Code.EXPIRED
            return refused(error.code, text_of(error))
        except ProtocolError as error:
            return refused(Code.INVALID, text_of(error))
        except InspectorError as error:
            return refused(Code.IMPOSSIBLE, text_of(error))
        except Exception:  # noqa: BLE001 - one broken command may not end the service for everybody
            _log.exception("command %s failed", kind)
            self.counts.failed += 1
            return refused(Code.FAILED, f"{kind} failed in the service; its log says why")

    def _carry_out(self, command: Command, holder: tuple[str, str], now_ns: int) -> Reply | Later:
        if command.kind in _CONTROL:
            return self._control(command, holder, now_ns)
        return self._act(command, holder)

    def _act(self, command: Command, holder: tuple[str, str]) -> Reply | Later:
        if command.kind not in self._free:
            if not self.lease.is_held_by(holder):
                return self._keep_out(command)
            if not command.sent_ns:
                return refused(Code.INVALID, "sent_ns is missing: a command that changes things says when")
        return self._handler(command)

    def _control(self, command: Command, holder: tuple[str, str], now_ns: int) -> Reply:
        if command.kind == Ask.CONTROL_RELEASE:
            if self.lease.drop(holder):
                self._lease_changed()
            return done(self.lease.view)
        standing = self._authority(command)
        if standing.refusal:
            return refused(Code.DENIED, standing.refusal)
        view = LeaseView(client=mark_of(command.client), name=command.name, user=standing.user)
        if not self.lease.take(holder, view, now_ns, by_force=command.kind == Ask.CONTROL_SEIZE):
            return self._keep_out(command)
        self._lease_changed()
        return done(view)

    def _keep_out(self, command: Command) -> Reply:
        reason = self.lease.why_not
        if self.lease.view.client:
            self._kept_out(command, reason)
        return refused(Code.LEASE, reason)


def _key(command: Command) -> tuple[str, str, str]:
    return command.peer, command.client, command.id


def _refusal(error: RefusedError) -> Reply:
    """Return why somebody may not; `refusal` and `wait_s` are for the console's own words."""
    kind = error.refusal
    code = Code.DENIED if kind in _DENIED else Code.INVALID if kind in _INVALID else Code.IMPOSSIBLE
    reply = refused(code, text_of(error))
    return reply.model_copy(update={"body": {**reply.body, "refusal": kind.value, "wait_s": error.wait_s}})


def _drawn_twice(command: Command) -> Reply:
    return refused(Code.REPLAYED, f"request id {command.id} was used before; draw a new one")


def _named(reply: Reply, request_id: str) -> Reply:
    return reply.model_copy(update={"id": request_id})
