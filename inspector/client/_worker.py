"""The client's thread: everything that touches the sockets."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from inspector.client._follower import Follower
from inspector.client._mailbox import Mailbox
from inspector.client._news import FrameReady, News, Picture
from inspector.client._requests import Request, Requests
from inspector.client._sockets import Sockets
from inspector.clock import monotonic_ns
from inspector.errors import ProtocolError, ProtocolVersionError, ServiceUnavailableError
from inspector.protocol import (
    FACTS,
    MAX_REPLY_BYTES,
    Ask,
    ClientKeys,
    Code,
    Command,
    Endpoints,
    Fact,
    Message,
    Reply,
    Snapshot,
    Topic,
    body_as,
    decode,
)

_TICK_MS: Final = 100
_AT_ONCE: Final = 256
_PATIENCE_NS: Final = 5_000_000_000
_ASK_AGAIN_NS: Final = 100_000_000
_SNAPSHOT_TIMEOUT_MS: Final = 1000
_PING_NS: Final = 2_000_000_000
# The service may be busy with a long command; that is no reason to doubt it.
_PING_TIMEOUT_MS: Final = 5000
_TOPICS: Final[dict[bytes, type[Fact[Any]]]] = {topic.encode(): kind for topic, kind in FACTS.items()}


@dataclass(slots=True)
class Counts:
    """What has gone wrong on the way."""

    malformed: int = 0
    gaps: int = 0
    unmatched: int = 0
    frames: int = 0
    """Frames that have come and were sound."""


class Worker:
    """Runs until the mailbox is closed. `take_frame` is for every thread, the rest for the client's alone."""

    def __init__(
        self,
        endpoints: Endpoints,
        keys: ClientKeys | None,
        tell: Callable[[News], None],
        mailbox: Mailbox,
        make_command: Callable[..., Command],
    ) -> None:
        self.counts = Counts()
        self._open = partial(Sockets, endpoints, keys, mailbox.fd)
        self._sockets = self._open()
        self._opened_ns = monotonic_ns()
        self._watched = ""
        self._tell, self._mailbox, self._make_command = tell, mailbox, make_command
        self._follower, self._requests = Follower(tell), Requests()
        self._snapshot: Future[Reply] | None = None
        self._ping: Future[Reply] | None = None
        self._asked_ns = self._pinged_ns = -_PING_NS
        self._lock = threading.Lock()
        self._picture: Picture | None = None

    def take_frame(self) -> Picture | None:
        """Return the newest picture that was not taken yet."""
        with self._lock:
            picture, self._picture = self._picture, None
        return picture

    def run(self) -> None:
        """Follow the service until told to end."""
        try:
            while not self._mailbox.is_closed:
                self._step()
        finally:
            self._mailbox.close()
            self._take_orders()
            self._requests.fail_all(ServiceUnavailableError("the service's client was closed"))
            self._sockets.close()
            self._mailbox.free()

    def _step(self) -> None:
        self._take_orders()
        self._open_again()
        self._ask()
        self._requests.send(self._sockets.send, self._follower.station_ns)
        self._sockets.wait(_TICK_MS)
        self._look_at_door()
        self._take_replies()
        self._look_at_answers()  # a snapshot before the facts on top of it
        self._take_facts()
        self._take_frame()
        now_ns = monotonic_ns()
        self._requests.expire(now_ns)
        self._look_at_answers()
        self._follower.look_at_clock(now_ns)
        self.counts.gaps, self.counts.unmatched = self._follower.gaps, self._requests.unmatched

    def _take_orders(self) -> None:
        for order in self._mailbox.take_all():
            if isinstance(order, Request):
                self._requests.add(order)
            else:
                self._watched = order
                self._sockets.watch(order)

    def _open_again(self) -> None:
        """Begin anew where nothing has come of it: a socket that was once turned away never tries again."""
        now_ns = monotonic_ns()
        if self._follower.is_attached:
            self._opened_ns = now_ns
        elif now_ns - self._opened_ns >= _PATIENCE_NS:
            self._opened_ns = now_ns
            self._sockets.close()
            self._sockets = self._open()
            self._sockets.watch(self._watched)

    def _ask(self) -> None:
        """Ask for a snapshot where one is needed; otherwise say now and then that one is still here."""
        now_ns = monotonic_ns()
        if self._follower.needs_snapshot:
            if self._snapshot is None and now_ns - self._asked_ns >= _ASK_AGAIN_NS:
                self._asked_ns = now_ns
                self._snapshot = self._request(Ask.SNAPSHOT, now_ns, _SNAPSHOT_TIMEOUT_MS)
        elif self._ping is None and now_ns - self._pinged_ns >= _PING_NS:
            self._pinged_ns = now_ns
            self._ping = self._request(Ask.PING, now_ns, _PING_TIMEOUT_MS)

    def _request(self, kind: Ask, now_ns: int, timeout_ms: int) -> Future[Reply]:
        future: Future[Reply] = Future()
        self._requests.add(Request(self._make_command(kind, timeout_ms=timeout_ms), now_ns, future))
        return future

    def _look_at_answers(self) -> None:
        if self._snapshot is not None and self._snapshot.done():
            snapshot, self._snapshot = self._snapshot, None
            if snapshot.exception() is None:
                self._attach(snapshot.result())
        if self._ping is not None and self._ping.done():
            ping, self._ping = self._ping, None
            if ping.exception() is not None:
                self._follower.lose("the service does not answer commands")

    def _attach(self, reply: Reply) -> None:
        if not reply.ok:
            self._follower.lose(reply.reason)
            return
        try:
            snapshot = body_as(reply.body, Snapshot)
        except ProtocolError:
            self.counts.malformed += 1
        else:
            self._follower.take_snapshot(snapshot, monotonic_ns())

    def _look_at_door(self) -> None:
        """Say if the service does not let this console in."""
        refusal = self._sockets.refusal()
        if refusal and not self._follower.is_attached:
            self._follower.lose(refusal)

    def _take_replies(self) -> None:
        for _ in range(_AT_ONCE):
            parts = self._sockets.reply()
            if parts is None:
                return
            try:
                reply = decode(parts[0], Reply, MAX_REPLY_BYTES)
            except ProtocolVersionError as error:
                self._follower.lose(str(error))
            except ProtocolError:
                self.counts.malformed += 1
            else:
                self._on_reply(reply.model_copy(update={"attachments": tuple(parts[1:])}))

    def _on_reply(self, reply: Reply) -> None:
        if reply.code == Code.VERSION:
            self._follower.lose(reply.reason)
        self._requests.answer(reply)

    def _take_facts(self) -> None:
        for _ in range(_AT_ONCE):
            parts = self._sockets.fact()
            if parts is None:
                return
            try:
                fact = decode(parts[-1], _TOPICS.get(parts[0], Fact[Message]))
            except ProtocolVersionError as error:
                self._follower.lose(str(error))
            except ProtocolError:  # then a number is missing, and a snapshot is asked for
                self.counts.malformed += 1
            else:
                self._follower.take_fact(fact, monotonic_ns())

    def _take_frame(self) -> None:
        parts = self._sockets.newest_frame()
        if parts is None:
            return
        try:
            if len(parts) != 3:
                raise ProtocolError(f"a frame is three parts, not {len(parts)}")
            header = decode(parts[1].bytes, _TOPICS[Topic.FRAME.encode()]).body
            picture = Picture(header, memoryview(parts[2].buffer).toreadonly())
            _check(picture)
        except ProtocolError:
            self.counts.malformed += 1
            return
        self.counts.frames += 1
        with self._lock:
            was_taken, self._picture = self._picture is None, picture
        if was_taken:
            self._tell(FrameReady())


def _check(picture: Picture) -> None:
    header = picture.header
    expected = header.width_px * header.height_px * header.channels
    if header.encoding == "raw" and picture.pixels.nbytes != expected:
        raise ProtocolError(f"a frame of {picture.pixels.nbytes} bytes should have {expected}")
