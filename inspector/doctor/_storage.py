"""Where the station keeps things: shared memory, rows and images, and the SQLite that writes them."""

from __future__ import annotations

import os
import tempfile
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from inspector.config import StationConfig, unusable_products
from inspector.doctor._check import Check, fail, ok, warn

_SQLITE_SOUND = (3, 51, 3)
"""Earlier releases can corrupt a database when the WAL is reset."""
_RINGS_MB = 64
"""Ledger ring, images on their way to the recorder, and the simulated line's wires, with room to spare."""


def storage_checks(config: StationConfig) -> list[Check]:
    """Look at folders and their room."""
    return [
        _folder("run folder", config.run_dir, "run_dir", needed_run_mb(config), required=True),
        _folder("data folder", config.data_dir, "data_dir", config.recorder.quota_mb, required=False),
        _products(config),
        _sqlite(),
    ]


def needed_run_mb(config: StationConfig) -> float:
    """Return about how much shared memory the station makes. Folder images are taken as 1280×1024."""
    width, height = (
        (config.camera.width, config.camera.height) if config.camera.kind == "sim" else (1280, 1024)
    )
    return config.camera.slots * width * height * (3 if config.camera.colour else 1) / 1e6 + _RINGS_MB


def _folder(name: str, path: Path, setting: str, needed_mb: float, *, required: bool) -> Check:
    """Look whether a folder can be written, and has room; it need not exist yet, and is not made here."""
    existing = next(folder for folder in (path, *path.absolute().parents) if folder.exists())
    move = f"free some space there, or set [station] {setting} to another folder"
    try:
        with tempfile.TemporaryFile(dir=existing) as probe:
            probe.write(b"\0")
            probe.flush()
    except OSError as error:
        return fail(name, f"{path}: {existing} cannot be written: {error.strerror}", move)
    free_mb = os.statvfs(existing).f_bavail * os.statvfs(existing).f_frsize / 1e6
    if free_mb < needed_mb:
        return (fail if required else warn)(
            name, f"{path}: {free_mb:.0f} MB free of {needed_mb:.0f} MB needed", move
        )
    return ok(name, f"{path} is writable, {free_mb:.0f} MB free ({needed_mb:.0f} MB needed)")


def _products(config: StationConfig) -> Check:
    """Look whether the station could change to each of its products."""
    if config.products.folder is None:
        return ok("products", "the one that is set up here")
    troubles = list(unusable_products(config))
    if not troubles:
        return ok("products", f"all in {config.products.folder} can be made")
    return warn(
        "products",
        "; ".join(troubles),
        "mend them, or take them out of [products] folder; `inspector config check` names them, too",
    )


def _sqlite() -> Check:
    """Look at SQLite's release: apsw carries its own and has the same number, plus one digit."""
    try:
        release = tuple(int(part) for part in version("apsw").split(".")[:3])
    except PackageNotFoundError:
        return fail("sqlite", "apsw is not installed", "pip install inspector-edge, or: make setup")
    shown = ".".join(str(part) for part in release)
    if release < _SQLITE_SOUND:
        return fail(
            "sqlite", f"{shown} can corrupt a database when its WAL is reset", "pip install -U 'apsw>=3.51.3'"
        )
    return ok("sqlite", shown)
