"""The client's face: may be used from any thread."""

from __future__ import annotations

import itertools
import secrets
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from typing import Any, Final

from pydantic import ValidationError

from inspector.client._mailbox import Mailbox
from inspector.client._news import News, Picture
from inspector.client._requests import Request
from inspector.client._worker import Counts, Worker
from inspector.clock import monotonic_ns
from inspector.errors import ProtocolError, WorkerStuckError
from inspector.protocol import RAW_FRAMES, ClientKeys, Command, Endpoints, Reply, mark_of

_JOIN_S: Final = 5.0


class Client:
    """Follows a service in a thread of its own, and sends it commands. Close it, or use it with `with`.

    Parameters
    ----------
    endpoints
        Where the service is.
    on_news
        Called in the client's thread, in order; must return soon and not raise (that ends the client).
    name
        What people call this console.
    keys
        For a service on another machine.
    frames
        Topic of the pictures wanted at first; empty = none.

    Raises
    ------
    ServiceUnavailableError
        If an address cannot even be tried. One where nobody listens yet is no error: `Attached` comes later.
    """

    def __init__(
        self,
        endpoints: Endpoints,
        on_news: Callable[[News], None],
        *,
        name: str = "",
        keys: ClientKeys | None = None,
        frames: str = "",
    ) -> None:
        self._secret = secrets.token_hex(16)
        self.identity = mark_of(self._secret)
        """How this client is named in `LeaseView.client`."""
        self._name = name[:64]
        self._numbers = itertools.count(1)
        self._mailbox = Mailbox()
        try:
            self._worker = Worker(endpoints, keys, on_news, self._mailbox, self._command)
        except BaseException:
            self._mailbox.free()
            raise
        self._mailbox.put(frames)
        self._thread = threading.Thread(target=self._worker.run, name="service-client", daemon=True)
        self._thread.start()

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    @property
    def is_alive(self) -> bool:
        """Whether the thread runs; it ends by `close`, or when `on_news` has raised."""
        return self._thread.is_alive()

    @property
    def counts(self) -> Counts:
        """What has gone wrong on the way; live."""
        return self._worker.counts

    def request(
        self,
        kind: str,
        args: Mapping[str, Any] | None = None,
        *,
        token: str = "",
        expected_version: int | None = None,
        timeout_ms: int = 2000,
    ) -> Future[Reply]:
        """Send a command; never waits.

        Returns
        -------
        Future of Reply
            A refusal is a reply too: look at `ok` and `reason`. Its callbacks run in the client's thread.
            It fails with `ServiceTimeoutError` (whether the command was carried out is then not known, but
            it will not be later), or with `ServiceUnavailableError` when the client closes.

        Raises
        ------
        ProtocolError
            If this can be no command.
        """
        try:
            command = self._command(
                kind,
                args=dict(args or {}),
                token=token,
                expected_version=expected_version,
                timeout_ms=timeout_ms,
            )
        except ValidationError as error:
            raise ProtocolError(f"{kind[:64]!r} can be no command: {error.errors()[0]['msg']}") from None
        future: Future[Reply] = Future()
        future.set_running_or_notify_cancel()  # what was sent cannot be called back
        self._mailbox.put(Request(command, monotonic_ns(), future))
        return future

    def watch_frames(self, topic: str = RAW_FRAMES) -> None:
        """Have pictures come from now on: `RAW_FRAMES`, `jpeg_frames(width)`, or none (empty)."""
        self._mailbox.put(topic)

    def take_frame(self) -> Picture | None:
        """Return the newest picture, once; None if there is none that was not taken yet."""
        return self._worker.take_frame()

    def close(self) -> None:
        """End the thread; whatever is under way fails.

        Raises
        ------
        WorkerStuckError
            If `on_news` does not return.
        """
        self._mailbox.close()
        if threading.current_thread() is self._thread:
            return
        self._thread.join(_JOIN_S)
        if self._thread.is_alive():
            raise WorkerStuckError(
                f"the service's client did not end within {_JOIN_S:.0f} s: its listener hangs"
            )

    def _command(self, kind: str, **fields: Any) -> Command:
        number = str(next(self._numbers))
        return Command(id=number, client=self._secret, name=self._name, kind=kind, **fields)
