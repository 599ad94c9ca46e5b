"""What a configuration needs of the machine it is to run on: folders, files and cores."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from inspector.config._products import read_products
from inspector.config._station import StationConfig
from inspector.errors import ConfigError


def require_here(config: StationConfig, source: str) -> None:
    """Refuse a configuration that is right in itself, but names what this machine does not have.

    Nothing is made, and nothing is read but names.

    Parameters
    ----------
    source
        Where the configuration comes from, for the message.

    Raises
    ------
    ConfigError
        One line per setting, with the remedy.
    """
    lines = [
        *_missing_folders(config),
        *_unusable_folders(config),
        *_missing_cores(config),
        *unusable_products(config),
    ]
    if lines:
        raise ConfigError("\n".join(f"{source}: {line}" for line in lines))


def unusable_products(config: StationConfig) -> Iterator[str]:
    """Yield a line for each product of the products' folder that nobody can change to, with the remedy."""
    if config.products.folder is None or _kind(config.products.folder) != "a folder":
        return
    for entry in read_products(config, config.products.folder):
        if entry.config is None:
            yield entry.trouble
        elif (bundle := entry.config.bundle.path) is not None and _kind(bundle) != "a folder":
            where = f"{entry.source}: bundle.path = {bundle}"
            yield f"{where} is {_kind(bundle)}, not a folder; copy the bundle there, or correct the path"


def _missing_folders(config: StationConfig) -> Iterator[str]:
    named = {
        "bundle.path": (config.bundle.path, "copy the bundle there, or correct the path"),
        "products.folder": (config.products.folder, "make it, or correct the path"),
        "service.keys": (config.service.keys, "make the keys (docs/service.md), or correct the path"),
    }
    if config.camera.kind == "folder":
        named["camera.path"] = (config.camera.path, "put the images there, or correct the path")
    for key, (path, remedy) in named.items():
        kind = "" if path is None else _kind(path)
        if path is not None and kind != "a folder":
            yield f"{key}: {path} is {kind}, not a folder; {remedy}"
    picture = config.product.picture
    if picture is not None and _kind(picture) != "a file":
        yield f"product.picture: {picture} is {_kind(picture)}, not a file; correct the path"


def _unusable_folders(config: StationConfig) -> Iterator[str]:
    """Folders that are made where they are missing."""
    folders = {"station.run_dir": config.run_dir}
    if config.recorder.enabled:
        folders["station.data_dir"] = config.data_dir
    if config.service.folder is not None:
        folders["service.folder"] = config.service.folder
    for key, path in folders.items():
        trouble = _trouble_with(path)
        if trouble:
            yield f"{key}: {path} cannot be used: {trouble}; set it to a folder that this user may write"


def _trouble_with(path: Path) -> str:
    """Return why a folder can be neither used nor made, or ""."""
    for folder in (path, *path.absolute().parents):
        kind = _kind(folder)
        if kind == "a folder":
            return "" if os.access(folder, os.W_OK | os.X_OK) else f"{folder} may not be written"
        if kind != "missing":
            return f"{folder} is {kind}"
    return "nothing of it is there"


def _missing_cores(config: StationConfig) -> Iterator[str]:
    there = sorted(os.sched_getaffinity(0))
    for key in ("station_core", "other_core"):
        core = getattr(config.realtime, key)
        if core >= 0 and core not in there:
            known = ", ".join(map(str, there[:8])) + (", …" if len(there) > 8 else "")
            yield f"realtime.{key} = {core} is no core that may be used here; use one of {known}, or -1"


def _kind(path: Path) -> str:
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return "missing"
    except OSError as error:
        return f"not to be looked at ({error.strerror})"
    if stat.S_ISDIR(mode):
        return "a folder"
    return "a file" if stat.S_ISREG(mode) else "neither file nor folder"
