"""CURVE keys in files: `NAME.pub` to hand out, `NAME.key` to keep; each has one line of 40 characters (Z85)."""

from __future__ import annotations

import string
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from inspector.errors import ConfigError

KEY_CHARS: Final = 40
_Z85: Final = frozenset(string.digits + string.ascii_letters + ".-:+=^!/*?&<>()[]{}@%$#")


@dataclass(frozen=True, slots=True, repr=False)
class ServerKeys:
    """What a service needs to let others in."""

    secret: bytes
    allowed_clients: Path
    """Folder with a `NAME.pub` for each console that may connect; looked at again at each connection."""


@dataclass(frozen=True, slots=True, repr=False)
class ClientKeys:
    """What a console needs to be let in."""

    secret: bytes
    server_public: bytes


def read_public(path: Path) -> bytes:
    """Return the key of a `.pub` file.

    Raises
    ------
    ConfigError
        If it cannot be read or holds no key.
    """
    return _read(path)


def read_secret(path: Path) -> bytes:
    """Return the key of a `.key` file.

    Raises
    ------
    ConfigError
        If it cannot be read, holds no key, or others than its owner may read it.
    """
    key = _read(path)
    mode = path.stat().st_mode & 0o777
    if mode & 0o077:
        raise ConfigError(
            f"{path} can be read by others (mode {mode:o}); make new keys, or: chmod 600 {path}"
        )
    return key


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            text = file.read(KEY_CHARS + 2).strip().decode("ascii", "replace")
    except OSError as error:
        raise ConfigError(
            f"{path} cannot be read ({error.strerror}); check the path and the rights"
        ) from error
    if len(text) != KEY_CHARS or not _Z85.issuperset(text):
        raise ConfigError(f"{path} holds no key (one line of {KEY_CHARS} characters); make it again")
    return text.encode()
