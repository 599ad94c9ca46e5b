"""The quota: what has to go when room is short, in which order, counted."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from inspector.recorder._errors import outbox_errors
from inspector.recorder._images import ImageStore, free_bytes
from inspector.recorder._outbox import Outbox, StoredImage

_IMAGES_AT_ONCE: Final = 256
_ROWS_AT_ONCE: Final = 1000


class Retention:
    """Keeps rows and images below the quota, and images out of the disk's last reserve.

    The oldest images go first, then the oldest exported rows. Rows that nobody has carried away yet are
    kept, above the quota too; then `is_over_quota`, and no image is stored.
    """

    def __init__(self, outbox: Outbox, images: ImageStore, quota_bytes: float, reserve_bytes: float) -> None:
        self._outbox = outbox
        self._images = images
        self._quota_bytes = quota_bytes
        self._reserve_bytes = reserve_bytes
        self.refresh()

    def refresh(self) -> None:
        """Count anew what is used, from the outbox."""
        self._image_bytes = self._outbox.totals()["image_bytes"]
        self._row_bytes = self._outbox.live_bytes()

    @property
    def used_bytes(self) -> int:
        """Bytes of rows and images on disk."""
        return self._image_bytes + self._row_bytes

    @property
    def is_over_quota(self) -> bool:
        """Whether rows that must be kept fill the quota by themselves."""
        return self._row_bytes > self._quota_bytes

    def added_image(self, size: int) -> None:
        """Note an image that was written, until `refresh` finds it in the outbox."""
        self._image_bytes += size

    def make_room(self, incoming_bytes: int) -> bool:
        """Evict old images until so much more fits; say whether it does.

        Raises
        ------
        OutboxError
            The outbox or the images cannot be written.
        """
        short = self._short_bytes(incoming_bytes)
        if short <= 0:
            return True
        # A little more than needed, so that not every image costs an eviction of its own.
        self._evict_images(short + self._quota_bytes / 64)
        return self._short_bytes(incoming_bytes) <= 0

    def enforce(self) -> None:
        """Come back below the quota, as far as that is allowed, a bounded amount at a time.

        Raises
        ------
        OutboxError
            The outbox or the images cannot be written.
        """
        over_bytes = self.used_bytes - self._quota_bytes
        if over_bytes > 0:
            self._evict_images(over_bytes + self._quota_bytes / 64)
        if self.used_bytes > self._quota_bytes and self._outbox.evict_rows(_ROWS_AT_ONCE):
            self.refresh()

    def _short_bytes(self, incoming_bytes: int) -> float:
        over_quota = self.used_bytes + incoming_bytes - self._quota_bytes
        under_reserve = self._reserve_bytes + incoming_bytes - free_bytes(self._images.folder)
        return max(over_quota, under_reserve)

    def _evict_images(self, wanted_bytes: float) -> None:
        going: list[StoredImage] = []
        for image in self._outbox.stored_images(_IMAGES_AT_ONCE):
            if sum(gone.size for gone in going) >= wanted_bytes:
                break
            going.append(image)
        # The files go first: on a full disk that is what makes room for saying so. Where it is not said
        # any more (a kill), the next start finds the files missing.
        for image in going:
            self._images.remove(image.file)
        if going:
            self._outbox.mark_evicted(going)
            self._image_bytes -= sum(image.size for image in going)


def free_disk(folder: Path, reserve_bytes: float) -> None:
    """Delete the oldest image files until the disk has its reserve again, without asking the outbox.

    For a disk so full that the outbox cannot even be opened; `reconcile` counts them later.

    Raises
    ------
    OutboxError
        The folder cannot be written.
    """
    if not folder.is_dir():
        return
    with outbox_errors(folder):
        oldest = sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime_ns)
        for path in oldest[:_IMAGES_AT_ONCE]:
            if free_bytes(folder) >= reserve_bytes:
                return
            path.unlink()


def reconcile(outbox: Outbox, images: ImageStore) -> None:
    """After a kill: remove files that no row names, and count as evicted the images whose files are gone."""
    on_disk = set(images.names())
    missing: list[StoredImage] = []
    for image in outbox.stored_images():
        if image.file in on_disk:
            on_disk.discard(image.file)
        else:
            missing.append(image)
    for name in on_disk:
        images.remove(name)
    if missing:
        outbox.mark_evicted(missing)
