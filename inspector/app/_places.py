"""Where the processes of one line find each other: the files in its run directory."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from inspector.app._claim import Claim, InUseError
from inspector.errors import ConfigError, SharedMemoryError
from inspector.files import replacing

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
        raise _unusable_data(path, error) from error


def _unusable_data(path: Path, error: OSError) -> ConfigError:
    return ConfigError(
        f"cannot use the data directory {path}: {error.strerror}; "
        "set [station] data_dir (--data-dir) to a folder that this user may write"
    )


def claim_data_dir(path: Path) -> Claim:
    """Make the data directory this line's alone.

    Raises
    ------
    ConfigError
        Another line keeps its rows there, or it cannot be written.
    """
    try:
        return Claim(path / "station.lock")
    except InUseError as error:
        raise ConfigError(
            f"the data directory {path} is {error}, or give this one its own --data-dir"
        ) from error
    except OSError as error:
        raise _unusable_data(path, error) from error


def identity_of(data_dir: Path) -> int:
    """Return the number by which a data directory is known wherever it is moved or mounted.

    It lies in the directory, drawn at the first use; 0 = it has none, and cannot be given one (no room).
    """
    path = data_dir / "identity"
    try:
        if not path.exists():
            with replacing(path) as file:
                file.write(b"%016x\n" % (secrets.randbits(63) + 1))
        return int(path.read_text(encoding="ascii"), 16)
    except (OSError, ValueError):
        return 0


class RunDir:
    """The run directory of one line, and the locks that make it, and the data directory, ours alone.

    Parameters
    ----------
    path
        Folder in memory; made if it is missing.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._claims: list[Claim] = []

    base = property(lambda self: self.path / "base.json")
    config = property(lambda self: self.path / "config.json")
    source = property(lambda self: self.path / "config.source")
    next_config = property(lambda self: self.path / "next.json")
    last_config = property(lambda self: self.path / "last.json")
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

    def claims_of(self, role: str) -> tuple[int, ...]:
        """Return the descriptors that a child must inherit, so that what is ours stays so until it has ended.

        The run directory is every child's, the data directory, which lies on a disk, only the recorder's.
        """
        count = len(self._claims) if role == "recorder" else 1
        return tuple(claim.file for claim in self._claims[:count])

    def take(self) -> None:
        """Make the folder and lock it; what a killed line has left behind is then ours to replace.

        Raises
        ------
        SharedMemoryError
            The folder cannot be made, or another line uses it.
        """
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._claims.append(Claim(self.path / "lock"))
        except InUseError as error:
            raise SharedMemoryError(
                f"the run directory {self.path} is {error}, or give this one another [station] name or --run-dir"
            ) from error
        except OSError as error:
            raise SharedMemoryError(
                f"cannot use the run directory {self.path}: {error.strerror}; "
                "set [station] run_dir (--run-dir) to a folder that this user may write"
            ) from error
        self._clear_stale()

    def take_data(self, data_dir: Path) -> None:
        """Take the data directory as well. Raises ConfigError; see `claim_data_dir`."""
        self._claims.append(claim_data_dir(data_dir))

    def _clear_stale(self) -> None:
        """Remove what belonged to processes that are gone; the ledger stays, since it may hold unread rows."""
        for name in (
            "status",
            "registers.board",
            "decisions.ring",
            "requests.board",
            "products.board",
            "config.source",
            "next.json",
            "last.json",
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
        """Give the locks back, and the memory of everything that nobody needs any more. May be repeated."""
        if not self._claims:
            return
        self._clear_stale()
        for name in _OWN_TO_THE_END:
            (self.path / name).unlink(missing_ok=True)
        while self._claims:
            self._claims.pop().release()
