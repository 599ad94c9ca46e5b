"""Checks a backup, and puts one back: all of it is read and found whole before anything is touched."""

from __future__ import annotations

import hashlib
import re
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from inspector.app._backup import DATA, MANIFEST, MOST_BYTES, MOST_FILES, SCHEMA_VERSION, BackupFile, Manifest
from inspector.app._places import claim_data_dir, make_data_dir
from inspector.clock import utc_ns
from inspector.errors import BackupError
from inspector.files import replacing, sync_folder

_CHUNK_BYTES: Final = 1 << 20
_MANIFEST_BYTES: Final = 8 << 20
_FOLDERS: Final = frozenset({DATA, "config", "products", "pictures", "bundles", "keys"})
_NAME: Final = re.compile(r"[^/\\\x00-\x1f:]{1,255}")
_STAGED: Final = "restore.part"
_ROOM_BYTES: Final = 16 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What has been done.

    Attributes
    ----------
    set_aside
        Where that lies now which was in the data folder before; None = there was nothing.
    beside
        Where configuration, products, pictures, bundles and keys lie; None = the backup had none. They belong to
        places that only the plant knows.
    """

    manifest: Manifest
    data_dir: Path
    set_aside: Path | None
    beside: Path | None


def check_backup(path: Path) -> Manifest:
    """Return what a backup holds, after reading every byte of it.

    Raises
    ------
    BackupError
        It is none, of another version, or damaged; or it names files outside itself.
    """
    with _opened(path) as archive:
        manifest = _manifest(path, archive)
        for file in manifest.files:
            for _ in _content(path, archive, file):
                pass
    return manifest


def restore_backup(path: Path, data_dir: Path) -> Restored:
    """Put a backup's data into a data folder; what was there is set aside, and nothing of it is deleted.

    Rows and images stay where they are. The line must not run.

    Raises
    ------
    BackupError
        As `check_backup`; or there is no room. Nothing has changed then.
    ConfigError
        The data folder is another line's at the moment, or cannot be written.
    """
    manifest = check_backup(path)
    make_data_dir(data_dir)
    claim = claim_data_dir(data_dir)
    try:
        _check_room(path, manifest, data_dir)
        staged = data_dir / _STAGED
        shutil.rmtree(staged, ignore_errors=True)  # of an attempt that a power cut ended
        with _opened(path) as archive:
            for file in manifest.files:
                _unpack(path, archive, file, staged)
        return _put_in_place(manifest, data_dir, staged)
    except OSError as error:
        raise BackupError(
            f"cannot restore into {data_dir}: {error.strerror or error}; what was there is there, or in a folder "
            "before-restore-…"
        ) from error
    finally:
        claim.release()


def _put_in_place(manifest: Manifest, data_dir: Path, staged: Path) -> Restored:
    now = datetime.fromtimestamp(utc_ns() / 1e9, UTC).strftime("%Y%m%dT%H%M%SZ")
    aside, beside = _free(data_dir / f"before-restore-{now}"), _free(data_dir / f"restored-{now}")
    was_there = False
    new = sorted((staged / DATA).iterdir()) if (staged / DATA).is_dir() else []
    for path in new:
        target = data_dir / path.name
        if path.name == "identity" and (data_dir / "outbox.db").exists():
            path.unlink()  # the rows that are there go by the number that is there
            continue
        if target.exists():
            aside.mkdir(mode=0o700, exist_ok=True)
            target.rename(aside / path.name)
            was_there = True
        path.rename(target)
    if (staged / DATA).is_dir():
        (staged / DATA).rmdir()
    has_more = any(staged.iterdir()) if staged.is_dir() else False
    if has_more:
        staged.rename(beside)
    else:
        shutil.rmtree(staged, ignore_errors=True)
    sync_folder(data_dir)
    return Restored(
        manifest=manifest,
        data_dir=data_dir,
        set_aside=aside if was_there else None,
        beside=beside if has_more else None,
    )


def _free(path: Path) -> Path:
    """Return a path at which nothing is: a clock may stand still."""
    return next(
        found
        for number in range(1000)
        if not (found := Path(f"{path}{f'-{number}' if number else ''}")).exists()
    )


def _unpack(path: Path, archive: zipfile.ZipFile, file: BackupFile, staged: Path) -> None:
    target = staged.joinpath(*file.name.split("/"))
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with replacing(target) as out:
        for chunk in _content(path, archive, file):
            out.write(chunk)


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except FileNotFoundError:
        raise BackupError(f"{path}: there is no such file") from None
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise BackupError(
            f"{path} is damaged, or no backup of a station: {error}; take another one"
        ) from error


def _manifest(path: Path, archive: zipfile.ZipFile) -> Manifest:
    """Return the manifest, if it names what the archive has, and nothing else."""
    infos = {info.filename: info for info in archive.infolist()}
    if MANIFEST not in infos or infos[MANIFEST].file_size > _MANIFEST_BYTES:
        raise BackupError(f"{path} is no backup of a station: it has no {MANIFEST}; take another file")
    try:
        manifest = Manifest.model_validate_json(archive.read(MANIFEST))
    except ValidationError as error:
        raise BackupError(f"{path}: {MANIFEST} cannot be read ({error.error_count()} mistakes)") from None
    if manifest.schema_version.partition(".")[0] != SCHEMA_VERSION.partition(".")[0]:
        raise BackupError(
            f"{path} has version {manifest.schema_version[:20]}, this program reads {SCHEMA_VERSION}; use the "
            f"version of Inspector that made it ({manifest.inspector_version[:20]})"
        )
    named = [file.name for file in manifest.files]
    if len(archive.infolist()) != len(infos) or len(set(named)) != len(named):
        raise BackupError(f"{path} names a file twice; take another one")
    if {*named, MANIFEST} != infos.keys():
        odd = sorted({*named, MANIFEST} ^ infos.keys())[0]
        raise BackupError(f"{path} and its {MANIFEST} disagree about {odd[:80]!r}; take another one")
    if len(named) > MOST_FILES or manifest.size_bytes > MOST_BYTES:
        raise BackupError(f"{path} is too large: {len(named)} files, {manifest.size_bytes / 1e9:.1f} GB")
    for file in manifest.files:
        _check_name(path, file.name)
        if infos[file.name].file_size != file.size_bytes:
            raise BackupError(f"{path}: {file.name} is not as long as the {MANIFEST} says; take another one")
    return manifest


def _check_name(path: Path, name: str) -> None:
    """Refuse whatever would be written elsewhere than in the folder it is unpacked in."""
    first, *rest = name.split("/")
    is_inside = all(_NAME.fullmatch(part) and part not in {".", ".."} for part in rest)
    if first not in _FOLDERS or not rest or not is_inside or len(name) > 1000:
        raise BackupError(f"{path} holds {name[:80]!r}, which belongs to no backup; do not use this file")


def _content(path: Path, archive: zipfile.ZipFile, file: BackupFile) -> Iterator[bytes]:
    """Yield a file's bytes; raises at its end if they are not those that were put in."""
    digest, left = hashlib.sha256(), file.size_bytes
    with archive.open(file.name) as found:
        while chunk := found.read(_CHUNK_BYTES):
            left -= len(chunk)
            digest.update(chunk)
            yield chunk
    if left or digest.hexdigest() != file.sha256:
        raise BackupError(f"{path}: {file.name} is damaged (SHA-256); take another backup")


def _check_room(path: Path, manifest: Manifest, data_dir: Path) -> None:
    free = shutil.disk_usage(data_dir).free
    needed = manifest.size_bytes + _ROOM_BYTES
    if free < needed:
        raise BackupError(
            f"{path} needs {needed / 1e6:.0f} MB in {data_dir}, where {free / 1e6:.0f} MB are free; make room"
        )
