"""The service's end of the protocol."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from typing import Any, Final

import zmq

from inspector.clock import monotonic_ns, utc_ns
from inspector.errors import ProtocolError
from inspector.protocol import (
    FACTS,
    MAX_REPLY_BYTES,
    AlarmView,
    Code,
    Counters,
    DeviceView,
    Endpoints,
    Event,
    FrameHeader,
    Heartbeat,
    LabelView,
    LeaseView,
    Message,
    Mirror,
    Reply,
    Result,
    ServerKeys,
    Snapshot,
    StationState,
    Topic,
    encode,
    refused,
)
from inspector.service._curve import Doorkeeper
from inspector.service._desk import (
    Authority,
    Counts,
    Desk,
    Handler,
    KeptOut,
    UnderWay,
    nobody_notes,
    nobody_seizes,
)
from inspector.service._door import Door, Incoming
from inspector.service._lease import Lease
from inspector.service._peers import Rates
from inspector.service._picture import Encoder, Pictures

HEARTBEAT_MS: Final = 500
_COMMANDS_AT_ONCE: Final = 64
_LOOK_AGAIN_MS: Final = 5
"""So often, while an answer waits for another thread."""
_TOPICS: Final[dict[type[Message], Topic]] = {
    Result: Topic.RESULT,
    StationState: Topic.STATE,
    AlarmView: Topic.ALARM,
    Counters: Topic.COUNTER,
    LabelView: Topic.LABEL,
    DeviceView: Topic.DEVICE,
    Event: Topic.EVENT,
    LeaseView: Topic.LEASE,
}


class Server:
    """Publishes facts and frames, and has commands carried out. One thread owns it and calls `step` in a loop.

    Nothing here waits for a console: what one does not read is dropped for it alone, after a small queue.

    Parameters
    ----------
    local
        Where consoles of this machine find it.
    handler
        Carries out commands; called in `step`.
    authority
        Whether somebody may take control; called in `step`.
    kept_out
        Told of what is refused only because another console has the right to write; called in `step`.
    free
        Kinds of command, besides the protocol's own, that need no right to write.
    remote
        Where consoles of other machines find it, with the keys that this needs.
    encoder
        Makes JPEG pictures; without it there are none.
    fitter
        Makes raw pictures smaller; without it they go as they are.
    name, version
        What the snapshot says of the server.
    lease
        The right to write, where others look at it, too.

    Raises
    ------
    ConfigError
        `local` can be reached from other machines.
    ServiceUnavailableError
        An address cannot be had.
    """

    def __init__(
        self,
        local: Endpoints,
        handler: Handler,
        *,
        authority: Authority = nobody_seizes,
        kept_out: KeptOut = nobody_notes,
        free: frozenset[str] = frozenset(),
        remote: tuple[Endpoints, ServerKeys] | None = None,
        encoder: Encoder | None = None,
        fitter: Encoder | None = None,
        name: str = "",
        version: str = "",
        lease: Lease | None = None,
    ) -> None:
        self._name, self._version = name, version
        self._epoch, self._seq = secrets.randbits(52) + 1, 0
        self._mirror = Mirror()
        self._desk = Desk(handler, authority, free, self._snapshot, self._lease_changed, kept_out, lease)
        self._rates, self._pictures = Rates(), Pictures(encoder, fitter)
        self._beat_ns = 0
        self._under_way: list[tuple[Door, bytes, UnderWay]] = []
        self._doors: list[Door] = []
        self._keeper: Doorkeeper | None = None
        self._context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        self._poller = zmq.Poller()
        try:
            self._open(local, remote)
        except BaseException:
            self.close()
            raise

    def _open(self, local: Endpoints, remote: tuple[Endpoints, ServerKeys] | None) -> None:
        self._doors.append(Door(self._context, local))
        if remote is not None:
            self._keeper = Doorkeeper(self._context, remote[1])
            self._poller.register(self._keeper.socket, zmq.POLLIN)
            self._doors.append(Door(self._context, *remote))
        for door in self._doors:
            self._poller.register(door.commands, zmq.POLLIN)
            self._poller.register(door.ends, zmq.POLLIN)

    @property
    def endpoints(self) -> tuple[Endpoints, ...]:
        """Where it listens, local first, with real port numbers."""
        return tuple(door.endpoints for door in self._doors)

    @property
    def counts(self) -> Counts:
        """What has come in; live."""
        return self._desk.counts

    @property
    def denied(self) -> int:
        """Connections refused because their key is not allowed."""
        return self._keeper.denied if self._keeper else 0

    @property
    def lease(self) -> LeaseView:
        """Who has the right to write."""
        return self._desk.lease.view

    def restore(self, facts: Iterable[Message]) -> None:
        """Have snapshots show what was before this start (oldest first); nothing is published."""
        self._mirror.restore(facts)

    def revoke_lease(self) -> None:
        """Take the right to write from whoever has it, e.g. because its user was logged off."""
        if self._desk.lease.drop():
            self._lease_changed()

    def publish(self, payload: Message) -> None:
        """Tell everybody a fact; its type names its topic. Never waits.

        Raises
        ------
        ProtocolError
            If it is too large, or of no topic; nothing was sent then.
        """
        topic = _TOPICS.get(type(payload))
        if topic is None:
            raise ProtocolError(f"{type(payload).__name__} is no fact; facts have a topic")
        data = self._envelope(topic, payload, self._seq + 1)
        self._seq += 1
        self._mirror.apply(payload)
        for door in self._doors:
            door.tell(topic, data)

    def wants_frames(self) -> bool:
        """Return whether anybody would get a frame that came now: if not, none need be made."""
        now_ns = monotonic_ns()
        return any(self._pictures.offered(door.wanted(), now_ns) for door in self._doors)

    def publish_frame(self, header: FrameHeader, pixels: bytes | bytearray | memoryview) -> None:
        """Show a raw picture to all who want one. Never waits; who does not keep up misses it.

        Parameters
        ----------
        header
            `encoding` raw.
        pixels
            uint8, height × width × channels without padding, C-contiguous. Not copied: they may never
            change again, so hand over a private copy of the slot.

        Raises
        ------
        ProtocolError
            If the number of pixels is not what the header says.
        """
        view = memoryview(pixels).cast("B")
        expected = header.width_px * header.height_px * header.channels
        if view.nbytes != expected:
            raise ProtocolError(f"a frame of {view.nbytes} bytes should have {expected}")
        now_ns = monotonic_ns()
        wanted = {door: door.wanted() for door in self._doors}
        pictures = self._pictures.make(header, view, frozenset().union(*wanted.values()), now_ns)
        for topic, (head, content) in pictures.items():
            data = self._envelope(Topic.FRAME, head, self._seq)
            for door in self._doors:
                if topic in wanted[door]:
                    door.show(topic, data, content)

    def is_called(self, timeout_ms: int) -> bool:
        """Wait at most so long for something that `step` should deal with; costs a third of a `step` without any."""
        if self._under_way:
            self._poller.poll(min(timeout_ms, _LOOK_AGAIN_MS))
            return True
        return bool(self._poller.poll(timeout_ms))

    def step(self, timeout_ms: int) -> None:
        """Wait at most `timeout_ms` for commands, deal with those that came, and keep the heartbeat.

        Call it at least twice a second: consoles take longer silence for a lost service.
        """
        until_beat_ms = max(0, (self._beat_ns - monotonic_ns()) // 1_000_000 + 1)
        longest_ms = _LOOK_AGAIN_MS if self._under_way else timeout_ms
        self._poller.poll(min(timeout_ms, longest_ms, until_beat_ms))
        if self._keeper is not None:
            self._keeper.answer_all()
        for door in self._doors:
            self._serve(door)
            door.wanted()
            for connection in door.ended():
                self._desk.lease.disconnect(connection, monotonic_ns())
        if self._desk.lease.expire(monotonic_ns()):
            self._lease_changed()
        self._answer_waiting()  # last: what is done now needs the right to write now
        self._beat(monotonic_ns())

    def close(self) -> None:
        """Leave at once; whoever waits for an answer gets none."""
        for door in self._doors:
            door.close()
        if self._keeper is not None:
            self._keeper.socket.close(linger=0)
        self._context.term()

    def _serve(self, door: Door) -> None:
        for _ in range(_COMMANDS_AT_ONCE):
            incoming = door.receive()
            if incoming is None:
                return
            if self._rates.allows(incoming.address, monotonic_ns()):
                self._reply(door, incoming)
            else:
                self.counts.commands += 1
                self.counts.flooded += 1

    def _reply(self, door: Door, incoming: Incoming) -> None:
        answer = self._desk.receive(incoming.peer, incoming.parts, monotonic_ns(), incoming.connection)
        if isinstance(answer, UnderWay):
            self._under_way.append((door, incoming.address, answer))
        elif answer is not None:
            door.answer(incoming.address, _parts_of(answer))

    def _answer_waiting(self) -> None:
        """Answer what another thread is done with."""
        waiting, self._under_way = self._under_way, []
        for door, address, command in waiting:
            if command.is_due:
                door.answer(address, _parts_of(self._desk.finish(command)))
            else:
                self._under_way.append((door, address, command))

    def _beat(self, now_ns: int) -> None:
        if now_ns < self._beat_ns:
            return
        self._beat_ns = now_ns + HEARTBEAT_MS * 1_000_000
        beat = self._envelope(
            Topic.HEARTBEAT, Heartbeat(utc_ns=utc_ns(), interval_ms=HEARTBEAT_MS), self._seq
        )
        for door in self._doors:
            door.tell(Topic.HEARTBEAT, beat)

    def _envelope(self, topic: Topic, body: Message, seq: int) -> bytes:
        fact: Any = FACTS[topic](epoch=self._epoch, seq=seq, t_ns=monotonic_ns(), body=body)
        return encode(fact)

    def _lease_changed(self) -> None:
        self.publish(self._desk.lease.view)

    def _snapshot(self) -> Snapshot:
        mirror = self._mirror
        return Snapshot(
            server=self._name,
            server_version=self._version,
            epoch=self._epoch,
            seq=self._seq,
            t_ns=monotonic_ns(),
            utc_ns=utc_ns(),
            state=mirror.state,
            counters=mirror.counters,
            alarms=mirror.alarms,
            results=mirror.results,
            rejects=mirror.rejects,
            labels=mirror.labels,
            lease=mirror.lease,
            events=mirror.events,
            alarm_events=mirror.alarm_events,
            devices=mirror.devices,
        )


def _parts_of(reply: Reply) -> list[bytes]:
    try:
        if any(len(part) > MAX_REPLY_BYTES for part in reply.attachments):
            raise ProtocolError(f"an attachment is over the limit of {MAX_REPLY_BYTES} bytes")
        return [encode(reply, MAX_REPLY_BYTES), *reply.attachments]
    except ProtocolError as error:
        return [encode(refused(Code.FAILED, str(error)).model_copy(update={"id": reply.id}))]
