"""The data folder opened for writing: outbox, images and their quota, with what was found at opening."""

from __future__ import annotations

from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

from inspector.files import sync_folder
from inspector.recorder._errors import OutboxError, outbox_errors
from inspector.recorder._images import ImageStore
from inspector.recorder._lock import FolderLock
from inspector.recorder._options import RecorderOptions
from inspector.recorder._outbox import Outbox
from inspector.recorder._retention import Retention, reconcile
from inspector.recorder._schema import IMAGES_NAME, OUTBOX_NAME
from inspector.sharedmem import RecorderError


@dataclass(frozen=True, slots=True)
class Store:
    """What the recorder writes into. `set_aside`: the folder with a damaged predecessor, if any."""

    lock: FolderLock
    outbox: Outbox
    images: ImageStore
    retention: Retention
    set_aside: Path | None

    @classmethod
    def open(cls, options: RecorderOptions, now_utc: str) -> Store:
        """Open or make the data folder; a damaged database is set aside with its images.

        Raises
        ------
        OutboxError
            The folder cannot be written, the disk is full, or the database is somebody else's.
        """
        data_dir = Path(options.data_dir)
        with outbox_errors(data_dir):
            data_dir.mkdir(parents=True, exist_ok=True)
            sync_folder(data_dir.parent)
        with ExitStack() as undo:
            lock = undo.enter_context(closing(FolderLock(data_dir)))
            outbox, set_aside = _open_outbox(data_dir, now_utc)
            undo.callback(outbox.close)
            images = ImageStore(data_dir / IMAGES_NAME, options.image_format)
            reconcile(outbox, images)
            retention = Retention(outbox, images, options.quota_mb * 1e6, options.reserve_mb * 1e6)
            undo.pop_all()
        return cls(lock, outbox, images, retention, set_aside)

    def close(self) -> None:
        """Close the outbox and let go of the folder."""
        self.outbox.close()
        self.lock.close()


def _open_outbox(data_dir: Path, now_utc: str) -> tuple[Outbox, Path | None]:
    """Return the outbox, and the folder into which a damaged one was moved."""
    try:
        outbox = Outbox(data_dir)
    except OutboxError as error:
        if error.code is not RecorderError.DATABASE_DAMAGED:
            raise
        set_aside = _set_aside(data_dir, now_utc)
        return Outbox(data_dir), set_aside
    # Images without their database are somebody's evidence, not ours to clean up.
    if outbox.is_new and _has_images(data_dir):
        return outbox, _set_aside(data_dir, now_utc, (IMAGES_NAME,))
    return outbox, None


def _has_images(data_dir: Path) -> bool:
    folder = data_dir / IMAGES_NAME
    return folder.is_dir() and any(folder.iterdir())


def _set_aside(data_dir: Path, now_utc: str, names: tuple[str, ...] = ()) -> Path:
    """Move the database and its images into a folder of their own, and return that."""
    # The database last: while it is there, a kill in between only makes the next start do this again.
    database = tuple(OUTBOX_NAME + suffix for suffix in ("-wal", "-shm", ""))
    with outbox_errors(data_dir):
        target = data_dir / f"damaged-{now_utc}"
        number = 1
        while target.exists():
            number += 1
            target = data_dir / f"damaged-{now_utc}-{number}"
        target.mkdir()
        for name in names or (IMAGES_NAME, *database):
            if (data_dir / name).exists():
                (data_dir / name).rename(target / name)
        sync_folder(data_dir)
    return target
