"""Where the processes of one line find each other: the files in its run directory."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from inspector.errors import ConfigError, SharedMemoryError

_OWN_TO_THE_END = (
    "images.pool",
    "journal",
    "base.json",
    "config.json",
    "classes.json",
    "recorder.board",
    "commands.sock",
    "facts.sock",
    "frames.sock",
)


def make_data_dir(path: Path) -> None:
    """Make the folder for rows and images, before anything runs that would have nowhere to put them.

    Raises
    ------
    ConfigError
        It cannot be made, or not be written.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
        if not os.access(path, os.W_OK | os.X_OK):
            raise PermissionError(None, "not writable")
    except OSError as error:
        raise ConfigError(
            f"cannot use the data directory {path}: {error.strerror}; "
            "set [station] data_dir (--data-dir) to a folder that this user may write"
        ) from error


class RunDir:
    """The run directory of one line, and the lock that makes it ours alone.

    Parameters
    ----------
    path
        Folder in memory; made if it is missing.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock: int | None = None

    base = property(lambda self: self.path / "base.json")
    config = property(lambda self: self.path / "config.json")
    next_config = property(lambda self: self.path / "next.json")
    standby = property(lambda self: self.path / "standby.json")
    products = property(lambda self: self.path / "products.board")
    status = property(lambda self: self.path / "status")
    ledger = property(lambda self: self.path / "ledger.ring")
    images = property(lambda self: self.path / "images.pool")
    recorder = property(lambda self: self.path / "recorder.board")
    requests = property(lambda self: self.path / "requests.board")
    registers = property(lambda self: self.path / "registers.board")
    decisions = property(lambda self: self.path / "decisions.ring")
    journal = property(lambda self: self.path / "journal")
    wires = property(lambda self: self.path / "wires")
    plc_port = property(lambda self: self.path / "plc.port")
    plc_control = property(lambda self: self.path / "plc.ctl")
    world_control = property(lambda self: self.path / "world.ctl")

    def take(self) -> None:
        """Make the folder and lock it; what a killed line has left behind is then ours to replace.

        Raises
        ------
        SharedMemoryError
            The folder cannot be made, or another line uses it.
        """
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise SharedMemoryError(
                f"cannot use the run directory {self.path}: {error.strerror}; "
                "set [station] run_dir (--run-dir) to a folder that this user may write"
            ) from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            owner = os.read(lock, 20).decode("ascii", "replace").strip() or "unknown"
            os.close(lock)
            raise SharedMemoryError(
                f"the run directory {self.path} is in use by another line (process {owner}); "
                "stop that one, or give this one another [station] name or --run-dir"
            ) from error
        os.ftruncate(lock, 0)
        os.write(lock, f"{os.getpid()}\n".encode())
        self._lock = lock
        self._clear_stale()

    def _clear_stale(self) -> None:
        """Remove what belonged to processes that are gone; the ledger stays, since it may hold unread rows."""
        for name in (
            "status",
            "registers.board",
            "decisions.ring",
            "requests.board",
            "products.board",
            "next.json",
            "standby.json",
            "wires",
            "plc.port",
            "plc.ctl",
            "world.ctl",
            "plc.eye",
            "camera",
            "camera.sock",
        ):
            (self.path / name).unlink(missing_ok=True)

    def release(self) -> None:
        """Give the lock back, and the memory of everything that nobody needs any more. May be repeated."""
        if self._lock is None:
            return
        self._clear_stale()
        for name in _OWN_TO_THE_END:
            (self.path / name).unlink(missing_ok=True)
        os.close(self._lock)
        self._lock = None
