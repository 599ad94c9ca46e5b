"""Which services can be reached on this machine without being told."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Final

from inspector.errors import UsageError

SYSTEM_FOLDER: Final = Path("/run/inspector")
"""Where an installed station has its sockets."""
_MEMORY: Final = Path("/dev/shm")
"""Where lines that are started by hand have their run directories."""


def find_service(memory: Path = _MEMORY, system: Path = SYSTEM_FOLDER) -> Path:
    """Return the folder of the one service that runs here; `system`, where none does yet.

    Raises
    ------
    UsageError
        There are several; the message names them.
    """
    folders = [folder for folder in (system, *sorted(memory.glob("inspector-*"))) if _listens(folder)]
    if len(folders) > 1:
        names = ", ".join(f"ipc:{folder}" for folder in folders)
        raise UsageError(f"{len(folders)} lines run on this machine; choose one with --attach: {names}")
    return folders[0] if folders else system


def _listens(folder: Path) -> bool:
    """Whether somebody listens: the file of a socket stays behind when a process is killed."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC) as probe:
        probe.settimeout(0.2)
        try:
            probe.connect(str(folder / "commands.sock"))
        except OSError:
            return False
    return True
