"""Looking up a host's name without waiting for ever: the system's own look-up knows no time limit."""

from __future__ import annotations

import socket
import threading
from typing import Any

from inspector.domain.told import tell
from inspector.domain.told_texts import Told

Address = tuple[int, Any]
"""Address family, and what `socket.connect` takes."""


class HostName:
    """Addresses of one host. For one owner thread; each look-up has a thread of its own.

    Parameters
    ----------
    host, port
        A name, or an address, which is not looked up.
    """

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port
        self._known: list[Address] = []
        self._failure: OSError | UnicodeError | None = None
        self._thread: threading.Thread | None = None

    def addresses(self, limit_s: float) -> list[Address]:
        """Return the host's addresses; those of before, where nobody can say within the limit.

        Raises
        ------
        OSError, UnicodeError
            It cannot be resolved, or not yet, and never was.
        """
        thread = self._thread
        if thread is None:
            # A daemon: a look-up that hangs must not keep the process from ending.
            thread = self._thread = threading.Thread(target=self._look_up, name="resolver", daemon=True)
            thread.start()
        thread.join(limit_s)
        is_late = thread.is_alive()
        if not is_late:
            self._thread = None
        if self._known:
            return self._known
        if not is_late and self._failure is not None:
            raise self._failure
        raise TimeoutError(tell(Told.NAME_SERVER_SILENT, host=self._host))

    def _look_up(self) -> None:
        try:
            found = socket.getaddrinfo(self._host, self._port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            self._failure = error
            return
        self._known = [(family, address) for family, _, _, _, address in found]
