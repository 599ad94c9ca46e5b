"""Lines for the tests: launchers as processes of their own, in places of their own, watched from outside."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from inspector.app import resolve_bundle
from inspector.clock import monotonic_ns, sleep_s
from inspector.config import default_config
from inspector.domain.states import State
from inspector.errors import SharedMemoryError
from inspector.sharedmem import StationStatus

MARK = "INSPECTOR_LINE_TEST"
LIMIT_S = 90.0
"""Far more than anything takes on a busy machine; it bounds what would otherwise hang."""


def wait_until(holds: Callable[[], bool], what: str, limit_s: float = LIMIT_S) -> None:
    deadline_ns = monotonic_ns() + int(limit_s * 1e9)
    while not holds():
        assert monotonic_ns() < deadline_ns, f"waited {limit_s:g} s for {what}"
        sleep_s(0.02)


def station_toml(name: str, *, plc: str = 'kind = "sim"', more: str = "") -> str:
    return f'[station]\nname = "{name}"\n[camera]\nkind = "sim"\n[plc]\n{plc}\n{more}'


def default_bundle() -> Path:
    return resolve_bundle(default_config())


@dataclass
class Place:
    """Where one line keeps its things, and the mark by which its processes are known."""

    root: Path
    run_dir: Path = field(init=False)
    mark: str = field(default_factory=lambda: uuid.uuid4().hex)

    def __post_init__(self) -> None:
        memory = Path("/dev/shm")
        self.run_dir = Path(
            tempfile.mkdtemp(prefix="line-", dir=memory if os.access(memory, os.W_OK) else None)
        )

    @property
    def data_dir(self) -> Path:
        return self.root / "data"

    @property
    def folders(self) -> list[str]:
        return ["--run-dir", str(self.run_dir), "--data-dir", str(self.data_dir)]

    def write(self, name: str, text: str) -> Path:
        path = self.root / name
        path.write_text(text, encoding="utf-8")
        return path

    def start(self, *arguments: str, before: tuple[str, ...] = ()) -> Launcher:
        """Start `inspector run` as a terminal would: in a process group of its own."""
        command = [*before, sys.executable, "-m", "inspector", "run", *arguments, *self.folders]
        return Launcher(command, self, {**os.environ, MARK: self.mark})

    def processes(self) -> dict[int, str]:
        """Every living process that was started here, however indirectly, by its id."""
        found = {}
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                if self.mark.encode() in (entry / "environ").read_bytes():
                    found[int(entry.name)] = (entry / "cmdline").read_text().replace("\0", " ")[:120]
            except OSError:  # it has ended meanwhile, or is somebody else's
                continue
        return found

    def close(self) -> None:
        """Give the memory back, and fail if a process is left."""
        left = self.processes()
        for pid in left:
            os.kill(pid, signal.SIGKILL)
        shutil.rmtree(self.run_dir, ignore_errors=True)
        assert not left, f"processes were left behind: {left}"


class Launcher:
    """A running `inspector run`."""

    def __init__(self, command: list[str], place: Place, environment: Mapping[str, str]) -> None:
        self.place = place
        said = Path(tempfile.mkdtemp(dir=place.root))
        self._out, self._err = said / "out", said / "err"
        with self._out.open("w") as out, self._err.open("w") as err:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                env=environment,
                start_new_session=True,
            )
        self._status_path = place.run_dir / "status"
        self._status: StationStatus | None = None
        self._inode = 0

    @property
    def out(self) -> str:
        return self._out.read_text(encoding="utf-8")

    @property
    def err(self) -> str:
        return self._err.read_text(encoding="utf-8")

    @property
    def report(self) -> dict[str, Any]:
        report: dict[str, Any] = json.loads(self.out)
        return report

    def status(self, name: str) -> Any:
        """Return a field of the station's status; 0 as long as there is none."""
        try:
            inode = self._status_path.stat().st_ino
            if inode != self._inode:  # a killed line has left one behind, which is replaced
                self._status, self._inode = StationStatus.attach(self._status_path), inode
        except (FileNotFoundError, SharedMemoryError):
            pass  # not made yet, or given back already: then the last one tells
        return 0 if self._status is None else self._status.get(name)

    def child(self, role: str) -> int:
        """Return the process id of one of the launcher's children."""
        return next(
            pid for pid, command in self.place.processes().items() if f"inspector.app {role} " in command
        )

    @property
    def is_executing(self) -> bool:
        return bool(self.status("state") == State.EXECUTE and self.status("is_line_running"))

    @property
    def condition(self) -> dict[str, Any]:
        """What the station says of itself, for whoever has waited in vain."""
        names = (
            "state",
            "is_ready",
            "is_linked",
            "is_line_running",
            "is_camera_ok",
            "hold_code",
            "hold_text",
        )
        more = (
            "reject_fault",
            "control",
            "plc_job",
            "starts",
            "triggers",
            "accepted",
            "rejected",
            "link_fault",
        )
        return {name: self.status(name) for name in (*names, *more)}

    def wait_for_parts(self, parts: int) -> None:
        """Wait until the line runs and has closed so many parts."""
        wait_until(lambda: self._has_run(parts), f"{parts} parts")

    def _has_run(self, parts: int) -> bool:
        assert self.process.poll() is None, f"the line has ended: {self.err}"
        return self.is_executing and self.status("accepted") + self.status("rejected") >= parts

    def interrupt(self) -> None:
        """Press Ctrl-C: every process of the terminal's group gets the signal."""
        os.killpg(self.process.pid, signal.SIGINT)

    def hang_up(self) -> None:
        """Close the terminal: every process of its group gets the signal."""
        os.killpg(self.process.pid, signal.SIGHUP)

    def wait(self, limit_s: float = LIMIT_S) -> int:
        """Wait for the end; return the exit code."""
        try:
            return self.process.wait(limit_s)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"the line has not ended within {limit_s:g} s: {self.err}") from None

    def close(self) -> None:
        """Make sure that it has ended, and all that it has started with it."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
            wait_until(lambda: not self.place.processes(), "the end of a killed launcher's children")


def accounted(report: dict[str, Any]) -> int:
    """Return the sum that the PLC's count of triggers must equal."""
    places = ("accepted", "rejected", "bypassed", "purged", "removed", "in_transit", "unrecorded")
    return sum(report[name] for name in places)
