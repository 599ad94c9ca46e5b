"""The recorder as a process: start, repeat the step, drain, stop."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import closing
from pathlib import Path
from types import FrameType
from typing import Final

import cv2

from inspector.clock import monotonic_ns, sleep_s
from inspector.errors import InspectorError, printable
from inspector.realtime import resolve_core
from inspector.recorder._errors import OutboxError
from inspector.recorder._lock import FolderLock
from inspector.recorder._options import RecorderOptions
from inspector.recorder._recorder import Recorder

# A disk that is full now is most likely still full then; the rows stay in the ring for the next start.
_STUCK_NS: Final = 2_000_000_000
_DRAIN_PAUSE_S: Final = 0.1


class _Stop:
    """Becomes true on SIGTERM. SIGINT is the launcher's."""

    def __init__(self) -> None:
        self._is_set = False
        signal.signal(signal.SIGTERM, self._on_sigterm)
        signal.signal(signal.SIGINT, signal.SIG_IGN)

    def _on_sigterm(self, number: int, frame: FrameType | None) -> None:
        self._is_set = True

    def wait(self, timeout_s: float) -> bool:
        """Wait for a reason to stop; say whether there is one."""
        if not self._is_set:
            sleep_s(timeout_s)
        return self._is_set


def run_recorder(options: RecorderOptions) -> int:
    """Record until told to stop; then drain the ring and return. Main thread only.

    Returns
    -------
    int
        0: everything that was in the ring is on disk. 1: it gave up, or could not drain; the reason is on
        stderr and on the board, and the rows are still in the ring.

    Raises
    ------
    SharedMemoryError
        The launcher has not made the ring or the pool, or they are of another version.
    TelemetryError
        Another recorder works on the same ring.
    """
    stop = _Stop()
    _yield_to_others(options)
    # Two recorders on one ring would also share the board: the second one must not touch it.
    with closing(FolderLock(Path(options.run_dir))):
        recorder = Recorder(options)
        is_drained = False
        try:
            while not stop.wait(0.0 if recorder.step() else options.poll_ms / 1000):
                pass
            is_drained = _drain(recorder)
        except OutboxError as error:
            _say(str(error))
        finally:
            waiting, trouble = recorder.waiting, recorder.trouble
            recorder.close(is_drained=is_drained)
        if not is_drained and waiting:
            why = trouble or "they could not be written in time"
            _say(
                f"{waiting} rows wait in {options.ring_path}: {why}. None is lost; mend that and start again"
            )
    return 0 if is_drained else 1


def _drain(recorder: Recorder) -> bool:
    """Store what is left, for as long as that gets on; say whether nothing is left."""
    waiting, moved_ns = recorder.waiting, monotonic_ns()
    while recorder.waiting and monotonic_ns() - moved_ns < _STUCK_NS:
        recorder.step(impatient=True)
        if recorder.waiting != waiting:
            waiting, moved_ns = recorder.waiting, monotonic_ns()
        else:
            sleep_s(_DRAIN_PAUSE_S)
    return recorder.waiting == 0


def _yield_to_others(options: RecorderOptions) -> None:
    os.nice(options.nice)
    core = resolve_core(options.core)
    if core is not None:
        os.sched_setaffinity(0, {core})
    cv2.setNumThreads(1)


def _say(text: str) -> None:
    sys.stderr.write(f"recorder: {printable(text)}\n")


def main(argument: str) -> int:
    """Run with options in JSON; errors as one line on stderr."""
    try:
        return run_recorder(RecorderOptions.from_json(argument))
    except InspectorError as error:
        _say(str(error))
        return error.exit_code
