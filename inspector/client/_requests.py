"""Commands under way, and their futures. Used by the client's thread only."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass

from inspector.errors import ProtocolError, ServiceError, ServiceTimeoutError
from inspector.protocol import MAX_COMMAND_BYTES, Command, Reply, encode


@dataclass(slots=True)
class Request:
    """A command, when it was asked for (monotonic ns), and whom the answer is for."""

    command: Command
    asked_ns: int
    future: Future[Reply]
    is_sent: bool = False

    @property
    def deadline_ns(self) -> int:
        """When nobody waits for the answer any more."""
        return self.asked_ns + self.command.timeout_ms * 1_000_000


class Requests:
    """Sends each once, as soon as there is a connection, and hands its reply to its future."""

    def __init__(self) -> None:
        self.unmatched = 0
        """Replies that nobody waited for (any more)."""
        self._waiting: dict[str, Request] = {}

    def add(self, request: Request) -> None:
        """Take on a request."""
        self._waiting[request.command.id] = request

    def send(self, send: Callable[[bytes], bool], station_ns: Callable[[int], int]) -> None:
        """Send what has not been sent yet, as long as it is taken."""
        for request in [request for request in self._waiting.values() if not request.is_sent]:
            sent_ns = max(0, station_ns(request.asked_ns))
            command = request.command.model_copy(update={"sent_ns": sent_ns})
            try:
                request.is_sent = send(encode(command, MAX_COMMAND_BYTES))
            except ProtocolError as error:
                self._fail(request, error)
            if not request.is_sent:
                return

    def answer(self, reply: Reply) -> None:
        """Hand over a reply."""
        request = self._waiting.pop(reply.id, None)
        if request is None:
            self.unmatched += 1
        else:
            request.future.set_result(reply)

    def expire(self, now_ns: int) -> None:
        """Give up on what has waited too long."""
        for request in [request for request in self._waiting.values() if now_ns >= request.deadline_ns]:
            what = "did not answer" if request.is_sent else "could not be reached"
            kind, timeout_ms = request.command.kind, request.command.timeout_ms
            error = ServiceTimeoutError(f"{kind}: the service {what} within {timeout_ms} ms; try again")
            self._fail(request, error)

    def fail_all(self, error: ServiceError) -> None:
        """The client closes."""
        for request in list(self._waiting.values()):
            self._fail(request, error)

    def _fail(self, request: Request, error: ServiceError) -> None:
        del self._waiting[request.command.id]
        request.future.set_exception(error)
