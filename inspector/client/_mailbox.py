"""Hands what other threads want to the client's thread, which waits in ZeroMQ's poll."""

from __future__ import annotations

import contextlib
import os
import queue
import threading
from collections.abc import Iterator
from typing import Final

from inspector.client._requests import Request
from inspector.errors import ServiceUnavailableError

_MAX_WAITING: Final = 256
Order = Request | str
"""A command, or the topic of frames that are wanted."""


class Mailbox:
    """A bounded queue with a file descriptor that becomes readable. Any thread puts, the client's takes."""

    def __init__(self) -> None:
        self._orders: queue.SimpleQueue[Order] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._is_closed = False
        self.fd = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)

    @property
    def is_closed(self) -> bool:
        """Whether the client is to end."""
        return self._is_closed

    def put(self, order: Order) -> None:
        """Add an order and wake the thread. A request that cannot be taken fails at once."""
        with self._lock:
            if not self._is_closed and self._orders.qsize() < _MAX_WAITING:
                self._orders.put(order)
                os.eventfd_write(self.fd, 1)
                return
        if isinstance(order, Request):
            why = "is closed" if self._is_closed else "has too many commands waiting"
            order.future.set_exception(ServiceUnavailableError(f"the service's client {why}"))

    def take_all(self) -> Iterator[Order]:
        """Return what has been put in, in order."""
        with contextlib.suppress(BlockingIOError):
            os.eventfd_read(self.fd)
        with contextlib.suppress(queue.Empty):
            while True:
                yield self._orders.get_nowait()

    def close(self) -> None:
        """Take nothing more, and wake the thread so that it ends."""
        with self._lock:
            if not self._is_closed:
                self._is_closed = True
                os.eventfd_write(self.fd, 1)

    def free(self) -> None:
        """Give the descriptor back: last act of the client's thread."""
        with self._lock:
            self._is_closed = True
            os.close(self.fd)
