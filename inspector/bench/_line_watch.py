"""A line that runs while something is measured at it."""

from __future__ import annotations

import os
import signal
import tempfile
import threading
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

from inspector.app import RunOptions, run_report
from inspector.bench._console_process import BenchInterrupted
from inspector.bench._machine import StealWatch
from inspector.clock import monotonic_ns, sleep_s
from inspector.config import StationConfig, apply_overrides
from inspector.domain.states import State
from inspector.errors import SharedMemoryError
from inspector.sharedmem import StationStatus

_TURN_S: Final = 0.05
_WARM_PARTS: Final = 100
_READY_LIMIT_S: Final = 60.0
_ENOUGH: Final = 0.8
"""Of the parts that should have come in a window."""
_MEMORY: Final = Path("/dev/shm")


class LineWatch:
    """Looks at a running line's shared memory, and at the time that the hypervisor takes. Used by one thread.

    Attributes
    ----------
    config : StationConfig
        Of the line.
    ended : threading.Event
        It does not run any more.
    """

    def __init__(self, config: StationConfig, steal: StealWatch) -> None:
        self.config, self._steal = config, steal
        self.ended = threading.Event()
        self._status: StationStatus | None = None

    @property
    def status(self) -> StationStatus:
        """The station's status block."""
        assert self._status is not None, "the line is not ready yet"
        return self._status

    def wait_until_ready(self) -> None:
        """Wait until the line runs and has warmed up."""
        deadline_ns = monotonic_ns() + int(_READY_LIMIT_S * 1e9)
        while not self._is_warm():
            if monotonic_ns() > deadline_ns:
                raise BenchInterrupted
            self.rest(_TURN_S)

    def _is_warm(self) -> bool:
        try:
            self._status = self._status or StationStatus.attach(self.config.run_dir / "status")
        except SharedMemoryError:
            return False  # not made yet
        is_running = self._status.get("state") == State.EXECUTE
        return bool(is_running and self._status.get("frames") >= _WARM_PARTS)

    def rest(self, seconds: float) -> None:
        """Let the line run for a while.

        Raises
        ------
        BenchInterrupted
            It has ended.
        """
        if self.ended.wait(seconds):
            raise BenchInterrupted

    def during(self, act: Callable[[], None]) -> dict[str, Any]:
        """Return what the line did while something was done: times from frame to verdict (µs), late parts."""
        since_ns = monotonic_ns()
        before, late = self.status.histograms["frame_to_verdict"].copy(), self.status.get("late")
        act()
        until_ns = monotonic_ns()
        times = self.status.histograms["frame_to_verdict"].copy().since(before).summary()
        times.pop("max")  # that of the whole run
        seconds = (until_ns - since_ns) / 1e9
        expected = seconds * self.config.line.rate_per_min / 60
        return {
            "seconds": round(seconds, 1),
            # A line that stands says nothing, least of all that nothing was late.
            "has_run": times["count"] >= _ENOUGH * expected,
            "state": State(self.status.get("state")).name,
            "hold_text": self.status.get("hold_text"),
            "frame_to_verdict_us": times,
            "late": self.status.get("late") - late,
            "late_while_cpu_was_stolen": self._late_while_stolen(since_ns, until_ns),
        }

    def _late_while_stolen(self, since_ns: int, until_ns: int) -> int:
        return sum(
            since_ns <= frame["decided_ns"] <= until_ns
            and self._steal.was_stolen(frame["available_ns"], frame["decided_ns"])
            for frame in self.status.slow_frames()
        )


def with_line(
    base: StationConfig, rate_per_min: float, measure: Callable[[LineWatch, Path], None]
) -> dict[str, Any]:
    """Run a line with its service; measure at it in a thread of its own; return the line's report.

    The report has `steal_ms` besides. `measure` gets a folder for its files, and may take as long as it likes: the
    line ends after it.

    Raises
    ------
    InspectorError
        The line could not be started, or measuring has failed.
    """
    with ExitStack() as stack:
        memory = _MEMORY if os.access(_MEMORY, os.W_OK) else None
        prefix = "inspector-bench-"
        run_dir = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix=prefix, dir=memory)))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix=prefix)))
        places = {"run_dir": run_dir, "data_dir": folder / "data"}
        config = apply_overrides(
            base, {"name": "bench", "rate": rate_per_min, "service.enabled": True, **places}
        )
        steal = stack.enter_context(StealWatch())
        worker = _Measuring(LineWatch(config, steal), folder, measure)
        report = worker.run(RunOptions(headless=True, quiet=True))
        return {**report, "steal_ms": steal.stolen_ms}


class _Measuring:
    """The line in this thread, what is measured in another one."""

    def __init__(self, watch: LineWatch, folder: Path, measure: Callable[[LineWatch, Path], None]) -> None:
        self._watch, self._folder, self._measure = watch, folder, measure
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="bench")

    def run(self, options: RunOptions) -> dict[str, Any]:
        self._thread.start()
        try:
            return run_report(options, self._watch.config)
        finally:
            self._watch.ended.set()
            self._thread.join()
            if self._failure is not None:
                raise self._failure

    def _run(self) -> None:
        try:
            self._watch.wait_until_ready()
            self._measure(self._watch, self._folder)
        except BenchInterrupted:
            pass  # the line's report says why
        except BaseException as failure:  # noqa: BLE001 - raised where the line was started
            self._failure = failure
        # As `systemctl stop`: the line ends in order, in its own thread.
        if not self._watch.ended.is_set():
            sleep_s(_TURN_S)
            os.kill(os.getpid(), signal.SIGTERM)
