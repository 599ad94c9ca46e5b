"""Where commands are dealt with: who may, who has asked already, and who is asked to carry it out."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

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
    refused,
)
from inspector.service._lease import Lease
from inspector.service._peers import Answers

Handler = Callable[[Command], Reply]
"""Carries a command out, at once; refuses with a code and a reason what it does not know or will not do."""

_log = logging.getLogger(__name__)
_READS: Final = frozenset({Ask.SNAPSHOT, Ask.PING})
_CONTROL: Final = frozenset({Ask.CONTROL_TAKE, Ask.CONTROL_SEIZE, Ask.CONTROL_RELEASE})


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether somebody may take or seize control. `user` is whom the token stands for; `refusal` why not."""

    user: str = ""
    refusal: str = ""


Authority = Callable[[Command], Standing]
"""Asked for `control.take` and `control.seize`."""


def nobody_seizes(command: Command) -> Standing:
    """Let everybody take control that is free, and nobody seize it: for a service without users."""
    refusal = "no role may seize control here" if command.kind == Ask.CONTROL_SEIZE else ""
    return Standing(refusal=refusal)


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
    """

    def __init__(
        self,
        handler: Handler,
        authority: Authority,
        free: frozenset[str],
        snapshot: Callable[[], Snapshot],
        lease_changed: Callable[[], None],
    ) -> None:
        self.counts = Counts()
        self.lease = Lease()
        self._handler, self._authority = handler, authority
        self._free = free | ALWAYS_FREE
        self._unremembered = free | _READS
        self._snapshot, self._lease_changed = snapshot, lease_changed
        self._answers = Answers()

    def receive(self, peer: str, parts: list[bytes], now_ns: int) -> Reply:
        """Return the reply to a message, whatever it is."""
        self.counts.commands += 1
        try:
            command = self._read(parts).model_copy(update={"peer": peer})
        except ProtocolVersionError as error:
            self.counts.foreign_version += 1
            return _named(refused(Code.VERSION, str(error)), id_of(parts[0]))
        except ProtocolError as error:
            self.counts.malformed += 1
            return _named(refused(Code.MALFORMED, str(error)), id_of(parts[0]) if parts else "")
        reply = self._answer(command, now_ns)
        return _named(reply, command.id)

    @staticmethod
    def _read(parts: list[bytes]) -> Command:
        if len(parts) != 1:
            raise ProtocolError(f"a command is one part, not {len(parts)}")
        return decode(parts[0], Command, MAX_COMMAND_BYTES)

    def _answer(self, command: Command, now_ns: int) -> Reply:
        holder = command.peer, command.client
        self.lease.renew(holder, now_ns)
        if command.kind in self._unremembered:
            return self._decide(command, holder, now_ns)
        is_known, reply = self._answers.find(command.peer, command)
        if is_known:
            self.counts.replayed += 1
            return reply or refused(Code.REPLAYED, f"request id {command.id} was used before; draw a new one")
        reply = self._decide(command, holder, now_ns)
        self._answers.keep(command.peer, command, reply)
        return reply

    def _decide(self, command: Command, holder: tuple[str, str], now_ns: int) -> Reply:
        if command.sent_ns and now_ns > command.sent_ns + command.timeout_ms * 1_000_000:
            self.counts.expired += 1
            return refused(Code.EXPIRED, "the command arrived too late and was not carried out; repeat it")
        if command.kind == Ask.SNAPSHOT:
            return done(self._snapshot())
        if command.kind == Ask.PING:
            return done()
        reply = self._guarded(command, holder, now_ns)
        self.counts.refused += not reply.ok and reply.code != Code.FAILED
        return reply

    def _guarded(self, command: Command, holder: tuple[str, str], now_ns: int) -> Reply:
        try:
            if command.kind in _CONTROL:
                return self._control(command, holder, now_ns)
            return self._act(command, holder)
        except InspectorError as error:
            return refused(Code.IMPOSSIBLE, str(error))
        except Exception:  # noqa: BLE001 - one broken command may not end the service for everybody
            _log.exception("command %s failed", command.kind)
            self.counts.failed += 1
            return refused(Code.FAILED, f"{command.kind} failed in the service; its log says why")

    def _act(self, command: Command, holder: tuple[str, str]) -> Reply:
        if command.kind not in self._free:
            if not self.lease.is_held_by(holder):
                return refused(Code.LEASE, self._who_writes())
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
        view = LeaseView(client=command.client, name=command.name, user=standing.user)
        if not self.lease.take(holder, view, now_ns, by_force=command.kind == Ask.CONTROL_SEIZE):
            return refused(Code.LEASE, self._who_writes())
        self._lease_changed()
        return done(view)

    def _who_writes(self) -> str:
        view = self.lease.view
        if not view.client:
            return "nobody has the right to write; take control first"
        user = f" ({view.user})" if view.user else ""
        return f"{view.name or 'another console'}{user} has the right to write"


def _named(reply: Reply, request_id: str) -> Reply:
    return reply.model_copy(update={"id": request_id})
