"""Key files, made and put where they belong; nothing is ever overwritten."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import zmq

from inspector.errors import ConfigError
from inspector.protocol import read_public

CLIENTS: Final = "clients"
"""Folder beside the service's key: a `NAME.pub` for each console that may attach."""
_NAME_MAX: Final = 64


def make_keys(folder: Path, name: str) -> tuple[Path, Path]:
    """Make a pair of keys; return the files `NAME.pub` (to hand out) and `NAME.key` (to keep, mode 0600).

    Raises
    ------
    ConfigError
        If there are such keys already (they are never overwritten), the name is no plain one, or the
        folder cannot be written.
    """
    _expect_plain(name)
    public, secret = zmq.curve_keypair()
    files = folder / f"{name}.pub", folder / f"{name}.key"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if files[0].exists():
            raise FileExistsError
        _write_new(files[1], secret, 0o600)
        _write_new(files[0], public, 0o644)
    except FileExistsError:
        raise ConfigError(
            f"{folder} has keys named {name} already; remove them, or choose another name"
        ) from None
    except OSError as error:
        raise _cannot_write(folder, error) from error
    return files


def make_client_folder(keys: Path) -> Path:
    """Make the folder of allowed consoles beside a service's keys.

    Raises
    ------
    ConfigError
        It cannot be made.
    """
    folder = keys / CLIENTS
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise _cannot_write(folder, error) from error
    return folder


def put_public(source: Path, target: Path) -> None:
    """Copy a public key; a target with the same key stays as it is.

    Raises
    ------
    ConfigError
        The source holds no key, the target another one, or the folder cannot be written.
    """
    if source.suffix == ".key":
        raise ConfigError(f"{source} is a secret that stays where it was made; give the .pub file beside it")
    key = read_public(source)
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write_new(target, key, 0o644)
    except FileExistsError:
        if read_public(target) != key:
            raise ConfigError(f"{target} holds another key already; remove it first") from None
    except OSError as error:
        raise _cannot_write(target.parent, error) from error


def allow_client(keys: Path, name: str, public: Path) -> Path:
    """Let a console attach to the service whose keys these are; return the file that says so.

    Raises
    ------
    ConfigError
        There is no service's key, the file holds none, the name is not plain or another console's, or the
        console is allowed under another name.
    """
    _expect_plain(name)
    if not (keys / "server.key").exists():
        raise ConfigError(f"{keys} has no server.key; make one first: inspector keys service --dir {keys}")
    folder, key = make_client_folder(keys), read_public(public)
    for other in allowed_clients(keys):
        if other != name and _is_key(folder / f"{other}.pub", key):
            raise ConfigError(
                f"this console may attach already, as {other}; remove {folder / other}.pub first"
            )
    path = folder / f"{name}.pub"
    put_public(public, path)
    return path


def allowed_clients(keys: Path) -> list[str]:
    """Return the names of the consoles that may attach.

    Raises
    ------
    ConfigError
        There is no such folder.
    """
    folder = keys / CLIENTS
    if not folder.is_dir():
        raise ConfigError(f"{folder} is missing; make it with: inspector keys service --dir {keys}")
    return sorted(path.stem for path in folder.glob("*.pub"))


def _is_key(path: Path, key: bytes) -> bool:
    try:
        return read_public(path) == key
    except ConfigError:
        return False


def _expect_plain(name: str) -> None:
    if not name or not name.replace("-", "").replace("_", "").isalnum() or len(name) > _NAME_MAX:
        raise ConfigError(f"{name!r} is no name for keys; use up to {_NAME_MAX} letters, digits, - and _")


def _cannot_write(folder: Path, error: OSError) -> ConfigError:
    return ConfigError(f"keys cannot be written to {folder} ({error.strerror}); check its rights")


def _write_new(path: Path, key: bytes, mode: int) -> None:
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode)
    with os.fdopen(fd, "wb") as file:
        file.write(key + b"\n")
