"""The launcher's children: started, watched, stopped, each by its own process id."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from inspector.clock import monotonic_ns, sleep_s
from inspector.domain.told import tell
from inspector.domain.told_texts import Told
from inspector.errors import ConfigError, DeviceError

_KILLED_WAIT_S = 20.0
"""A machine whose CPU is taken away may need long to end what was killed."""


@dataclass(slots=True)
class Child:
    """One process of the line.

    Parameters
    ----------
    role
        What `python -m inspector.app` shall be: station, recorder, service, world, plc.
    argument
        Its options, as JSON, or the run directory.
    pipe
        What tells it that the launcher has gone; see `end_with_launcher`.
    claimed
        Locks that it holds together with the launcher.
    """

    role: str
    argument: str
    pipe: int = -1
    claimed: tuple[int, ...] = ()
    starts: int = 0
    process: subprocess.Popen[bytes] | None = field(default=None)

    def start(self) -> None:
        """Start the process; the pipe's read end goes with it, so that it notices when we are gone.

        Raises
        ------
        DeviceError
            This machine has no room for another process at the moment.
        """
        # Ctrl-C, and the end of a terminal, reach its whole group, and a child cannot ignore them before it has
        # begun to run: it inherits the signals blocked. What they mean is for the launcher to say.
        outside = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGHUP})
        try:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "inspector.app", self.role, self.argument, str(self.pipe)],
                stdin=subprocess.DEVNULL,
                stdout=sys.stderr.fileno(),  # stdout is for the JSON document alone
                pass_fds=(self.pipe, *self.claimed),
                # A session of its own: whoever ends the launcher's group, as `timeout` does, ends the launcher,
                # which then ends the line in order.
                start_new_session=True,
                # Single-threaded libraries: one thread each is the plan, and BLAS pools only cost memory.
                env={**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
            )
        except OSError as error:
            why = tell(Told.PROCESS_NOT_STARTED, role=self.role, error=error.strerror or str(error))
            raise DeviceError(why) from error
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, outside)
        self.starts += 1

    @property
    def exit_code(self) -> int | None:
        """The exit code, or None while it runs (or has not been started)."""
        return None if self.process is None else self.process.poll()

    @property
    def is_running(self) -> bool:
        """Whether the process exists and has not ended."""
        return self.process is not None and self.process.poll() is None

    def send(self, number: signal.Signals) -> None:
        """Send a signal, if it still runs."""
        if self.process is not None and self.is_running:
            self.process.send_signal(number)

    def stop(self, limit_s: float) -> int | None:
        """Ask it to end in order; kill it when it does not. Returns its exit code."""
        if self.process is None:
            return None
        self.send(signal.SIGCONT)  # a frozen one cannot hear
        self.send(signal.SIGTERM)
        try:
            return self.process.wait(limit_s)
        except subprocess.TimeoutExpired:
            self.process.kill()
        try:
            return self.process.wait(_KILLED_WAIT_S)
        except subprocess.TimeoutExpired:
            # Nothing more can be done about it: the kernel has it, and will end it.
            return -signal.SIGKILL


def wait_for_file(path: Path, child: Child, limit_s: float) -> None:
    """Wait until a child has written a file.

    Raises
    ------
    ConfigError
        It has refused what it was told, and said so.
    DeviceError
        It has ended, or taken too long.
    """
    deadline_ns = monotonic_ns() + int(limit_s * 1e9)
    while not (path.exists() and path.stat().st_size):
        if child.exit_code == ConfigError.exit_code:
            raise ConfigError(f"the {child.role} process refused to start; see above")
        if child.exit_code is not None:
            raise DeviceError(f"the {child.role} process ended with exit code {child.exit_code}; see above")
        if monotonic_ns() > deadline_ns:
            raise DeviceError(f"the {child.role} process has not written {path} within {limit_s:g} s")
        sleep_s(0.01)
