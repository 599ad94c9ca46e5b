"""Where files can be taken away to: sticks and disks that somebody has plugged in, and the user's home. No Qt."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from inspector.files import replacing

_MOUNTS: Final = Path("/proc/self/mounts")
_REMOVABLE: Final = ("/media/", "/run/media/")
_ESCAPE: Final = re.compile(r"\\([0-7]{3})")
_MOST: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A folder that files can be saved in.

    Parameters
    ----------
    free_bytes
        For this user.
    is_writable
        Neither is it mounted read-only, nor is the user kept from it.
    """

    path: Path
    is_home: bool = False
    is_writable: bool = True
    free_bytes: int = 0


def find_places(mounts: Path = _MOUNTS, home: Path | None = None) -> tuple[Place, ...]:
    """Return what there is: what was plugged in first, the home last. May wait for a disk."""
    folders = list(dict.fromkeys(_removable(mounts)))[:_MOST]
    home = home or Path(os.environ.get("HOME") or "/")
    found = [_place(folder, is_home=False) for folder in folders]
    return tuple(place for place in (*found, _place(home, is_home=True)) if place is not None)


def save_file(folder: Path, name: str, content: bytes) -> Path:
    """Write a file that is there when it is whole; a name that is taken gets a number. May wait.

    Raises
    ------
    OSError
        It cannot be written; nothing is left behind.
    """
    path = folder / name
    for number in range(2, 1000):
        if not path.exists():
            break
        path = folder / f"{Path(name).stem}-{number}{Path(name).suffix}"
    with replacing(path) as file:
        file.write(content)
    return path


def _removable(mounts: Path) -> Iterator[Path]:
    try:
        lines = mounts.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return
    for line in lines:
        fields = line.split(" ")
        if len(fields) > 1 and fields[1].startswith(_REMOVABLE):
            # proc(5): blanks in names are written in octal.
            yield Path(_ESCAPE.sub(lambda found: chr(int(found[1], 8)), fields[1]))


def _place(folder: Path, *, is_home: bool) -> Place | None:
    try:
        state = os.statvfs(folder)
    except OSError:
        return None
    is_writable = not state.f_flag & os.ST_RDONLY and os.access(folder, os.W_OK | os.X_OK)
    free = state.f_bavail * state.f_frsize
    return Place(path=folder, is_home=is_home, is_writable=is_writable, free_bytes=free)
