"""Workers and the threads that repeat them."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable
from typing import Protocol

from inspector.clock import monotonic_ns
from inspector.domain.told import tell
from inspector.domain.told_texts import Told
from inspector.errors import WorkerStuckError
from inspector.realtime import Grant, request


class Worker(Protocol):
    """A step that is done again and again. Tests call `step` themselves and need no threads."""

    name: str

    def step(self) -> None:
        """Do one bounded unit of work: at most about 100 ms, waiting included."""
        ...


class WorkerThread:
    """Repeats a worker's step in a thread of its own until told to stop, and reports its death.

    Attributes
    ----------
    last_step_ns
        When the last step ended: the sign of life that the heartbeat and the supervisor look at.
    failure
        Empty, or the exception that ended the worker, with its place.
    grant
        The real-time rights that the thread has got; None before it runs.
    """

    def __init__(
        self, worker: Worker, *, priority: int, core: int | None, on_failure: Callable[[str], None]
    ) -> None:
        self.name = worker.name
        self.last_step_ns = monotonic_ns()
        self.failure = ""
        self.grant: Grant | None = None
        self._worker = worker
        self._priority, self._core = priority, core
        self._on_failure = on_failure
        self._stopping = threading.Event()
        # A daemon, so that a thread that hangs in a driver cannot keep the process from ending.
        self._thread = threading.Thread(target=self._run, name=worker.name, daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self.last_step_ns = monotonic_ns()
        self._thread.start()

    def _run(self) -> None:
        self.grant = request(self._priority, self._core)
        try:
            while not self._stopping.is_set():
                self._worker.step()
                self.last_step_ns = monotonic_ns()
        except Exception as error:  # noqa: BLE001 - a dying thread is news, whatever killed it
            place = traceback.extract_tb(error.__traceback__)[-1]
            self.failure = f"{type(error).__name__}: {error} ({place.name}, line {place.lineno})"
            self._on_failure(tell(Told.WORKER_DIED, worker=self.name, failure=self.failure))

    def ask_to_stop(self) -> None:
        """Let the current step be the last."""
        self._stopping.set()

    def join(self, limit_s: float) -> None:
        """Wait for the end.

        Raises
        ------
        WorkerStuckError
            The thread outlived the limit.
        """
        self._thread.join(limit_s)
        if self._thread.is_alive():
            raise WorkerStuckError(f"{self.name} did not stop within {limit_s:g} s")
