"""A backup: one file with all that a station needs to be set up again, except rows and images.

A zip with `manifest.json`, which names every other file with its size and SHA-256, and `data/`, `config/`,
`products/`, `pictures/`, `bundles/` and `keys/`. Version of the format: `SCHEMA_VERSION`, as SemVer.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Final

from pydantic import BaseModel, ConfigDict

from inspector import __version__
from inspector.app._bundles import resolve_bundle
from inspector.app._products import CHOICE_FILE, line_products
from inspector.clock import utc_ns
from inspector.config import StationConfig
from inspector.domain.told import tell
from inspector.domain.told_texts import Told
from inspector.errors import BackupError, ConfigError
from inspector.files import read_regular, replacing
from inspector.recorder import labels_snapshot

SCHEMA_VERSION: Final = "1.0"
MANIFEST: Final = "manifest.json"
DATA: Final = "data"
LABELS: Final = f"{DATA}/labels.db"
SERVICE: Final = f"{DATA}/service"
_OF_DATA: Final = ("identity", CHOICE_FILE)
_UNFINISHED: Final = frozenset({".part", ".lock"})
MOST_FILES: Final = 5_000
MOST_BYTES: Final = 4 << 30
"""Of all files together, unpacked: 4 GiB."""


class BackupFile(BaseModel):
    """A file of a backup.

    Attributes
    ----------
    name
        In the backup, with slashes.
    origin
        Where it was at the station.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    size_bytes: int
    sha256: str
    origin: str = ""


class Manifest(BaseModel):
    """What a backup says of itself. Fields that are not known here come from a newer version."""

    model_config = ConfigDict(frozen=True)

    schema_version: str = SCHEMA_VERSION
    station: str
    inspector_version: str
    made_utc: str
    files: tuple[BackupFile, ...]

    @property
    def size_bytes(self) -> int:
        """Of all files, unpacked."""
        return sum(file.size_bytes for file in self.files)


def make_backup(config: StationConfig, config_file: Path | None, out: BinaryIO) -> Manifest:
    """Write a backup of a station, whether its line runs or not; file by file, so that memory stays small.

    Parameters
    ----------
    config
        The station's own configuration, without a product chosen later.
    config_file
        What that was read from; None = embedded defaults.

    Raises
    ------
    BackupError
        A file cannot be read, or there is too much of it.
    OSError
        `out` cannot be written.
    """
    files: list[BackupFile] = []
    total_bytes = 0
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, origin, content in _contents(config, config_file):
            total_bytes += len(content)
            if len(files) >= MOST_FILES or total_bytes > MOST_BYTES:
                raise BackupError(
                    tell(Told.BACKUP_TOO_LARGE, path=str(origin), files=MOST_FILES, gib=MOST_BYTES >> 30)
                )
            digest = hashlib.sha256(content).hexdigest()
            archive.writestr(name, content)
            files.append(BackupFile(name=name, size_bytes=len(content), sha256=digest, origin=str(origin)))
        manifest = Manifest(
            station=config.station.name,
            inspector_version=__version__,
            made_utc=datetime.fromtimestamp(utc_ns() / 1e9, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            files=tuple(files),
        )
        archive.writestr(MANIFEST, manifest.model_dump_json(indent=1))
    return manifest


def save_backup(config: StationConfig, config_file: Path | None, out: Path) -> Manifest:
    """Write a backup into a file that is there when it is whole.

    Raises
    ------
    BackupError
        As `make_backup`; or the file is there already, or cannot be written.
    """
    if out.exists():
        raise BackupError(f"{out} is there already; name another file, or remove that one")
    if not config.data_dir.is_dir():
        raise BackupError(
            f"{config.data_dir}: there is no such data folder; name the station's file with --config"
        )
    try:
        with replacing(out) as file:
            return make_backup(config, config_file, file)
    except OSError as error:
        raise BackupError(f"cannot write {out}: {error.strerror or error}") from error


def _contents(config: StationConfig, config_file: Path | None) -> Iterator[tuple[str, Path, bytes]]:
    for name, origin in _sources(config, config_file):
        try:
            yield name, origin, _whole_lines(origin, read_regular(origin))
        except FileNotFoundError:
            continue  # it made room for another one meanwhile
        except OSError as error:
            raise BackupError(
                tell(Told.BACKUP_UNREADABLE, path=str(origin), error=error.strerror or str(error))
            ) from error
    labels = labels_snapshot(config.data_dir)
    if labels:
        yield LABELS, config.data_dir / Path(LABELS).name, labels


def _whole_lines(path: Path, content: bytes) -> bytes:
    """Leave out a line that is being written."""
    return content[: content.rfind(b"\n") + 1] if path.suffix == ".jsonl" else content


def _sources(config: StationConfig, config_file: Path | None) -> Iterator[tuple[str, Path]]:
    data = config.data_dir
    yield from ((f"{DATA}/{name}", data / name) for name in _OF_DATA if (data / name).is_file())
    yield from _below(data / "service", SERVICE)
    if config_file is not None:
        yield f"config/{config_file.name}", config_file
    if config.products.folder is not None:
        yield from _below(config.products.folder, "products")
    if config.service.keys is not None:
        yield from _below(config.service.keys, "keys")
    yield from _of_products(config)


def _of_products(config: StationConfig) -> Iterator[tuple[str, Path]]:
    """Yield pictures and bundles that a plant has brought; those of the program come with the program."""
    own = [entry.config for entry in line_products(config) if entry.config is not None]
    pictures = dict.fromkeys(one.product.picture for one in own if one.product.picture is not None)
    folder = config.products.folder
    for number, picture in enumerate(pictures):
        if folder is None or not picture.is_relative_to(folder):
            yield f"pictures/{number}/{picture.name}", picture
    for number, bundle in enumerate(dict.fromkeys(path for one in own if (path := _own_bundle(one)))):
        yield from _below(bundle, f"bundles/{number}/{bundle.name}")


def _own_bundle(config: StationConfig) -> Path | None:
    try:
        return resolve_bundle(config) if config.bundle.path is not None else None
    except ConfigError:
        return None


def _below(folder: Path, name: str) -> Iterator[tuple[str, Path]]:
    """Yield the plain files below a folder. Links are left out: they may lead anywhere."""
    try:
        found = sorted(folder.iterdir())
    except FileNotFoundError:
        return
    except OSError as error:
        raise BackupError(
            tell(Told.BACKUP_UNREADABLE, path=str(folder), error=error.strerror or str(error))
        ) from error
    for path in found:
        if path.is_symlink() or path.suffix in _UNFINISHED:
            continue
        if path.is_dir():
            yield from _below(path, f"{name}/{path.name}")
        elif path.is_file():
            yield f"{name}/{path.name}", path
