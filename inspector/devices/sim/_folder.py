"""A folder of photographs on the same belt, one photograph per part."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inspector.devices.sim._source import PartTruth
from inspector.errors import ConfigError, DatasetError
from inspector.images import SUFFIXES, read_image

Image = NDArray[np.uint8]
CACHE_BYTES = 768 << 20
_CHUNK = 64
_NAMED_ERRORS = 3


class FolderSource:
    """Photographs as parts; see `_source.PartSource` for the methods' contract.

    Sub-folders name the truth; images beside them have none. Every image is decoded once here, in
    threads, so that a bad one is named before the line starts. They are grey where all three channels of
    all images are equal, else BGR.

    Parameters
    ----------
    path
        The folder; its images and those of its sub-folders, one level deep.
    repeat
        Whether the row starts again after the last one.
    shuffle_seed
        Order of the parts; None = by name.
    limit
        Use only so many, the first in that order.
    cache_bytes
        So much is kept decoded; what goes beyond is read again each time. The first ones stay: the row
        is cyclic, and least-recently-used is the worst choice for a cycle.

    Raises
    ------
    ConfigError
        For a limit below 1.
    DatasetError
        Naming the folder or the files that cannot be used, and the remedy.
    """

    def __init__(
        self,
        path: Path | str,
        *,
        repeat: bool = True,
        shuffle_seed: int | None = 1,
        limit: int | None = None,
        cache_bytes: int = CACHE_BYTES,
    ) -> None:
        if limit is not None and limit < 1:
            raise ConfigError(f"limit = {limit} images must be at least 1")
        self._root = Path(path)
        files = _labelled_files(self._root)
        if shuffle_seed is not None:
            order = np.random.default_rng(shuffle_seed).permutation(len(files))
            files = [files[i] for i in order]
        self._files = files[:limit]
        self._cache: dict[int, Image] = {}
        shapes = self._read_all(cache_bytes)
        self.height, self.width = (max(shape[axis] for shape in shapes) for axis in (0, 1))
        self.channels = max(shape[2] for shape in shapes)
        self.classes = tuple(sorted({name for _, name in self._files if name}))
        self.count = None if repeat else len(self._files)
        self.warnings = self._remarks({shape[:2] for shape in shapes})

    def prepare(self, parts: int | None = None) -> None:
        """Nothing is left to do: every file has been read, to see whether it can be used."""

    def truth(self, index: int) -> PartTruth:
        """Return what the sub-folder's name says about part `index`."""
        file, name = self._files[self._at(index)]
        return PartTruth(index=index, class_name=name, origin=file.relative_to(self._root).as_posix())

    def render_into(self, index: int, out: Image) -> tuple[int, int]:
        """Copy photograph `index` to the upper left corner of `out`; return its own height and width."""
        at = self._at(index)
        image = self._cache.get(at)
        if image is None:
            image = _read(self._files[at][0])
        height, width = image.shape[:2]
        if height > self.height or width > self.width or image.ndim > out.ndim:
            raise DatasetError(f"{self._files[at][0]} has changed since the line started; start it again")
        out[:height, :width] = image if image.ndim == out.ndim else image[:, :, None]
        return height, width

    def render_scene_into(self, parts: Sequence[tuple[int, int]], out: Image, *, key: int) -> tuple[int, int]:
        """Show the part nearest to the middle, unshifted; nothing but black where none is half in view."""
        index, offset_px = min(parts, key=lambda part: abs(part[1]), default=(0, self.width))
        if abs(offset_px) <= self.width // 2:
            return self.render_into(index, out)
        out[: self.height, : self.width] = 0
        return self.height, self.width

    def _at(self, index: int) -> int:
        if index < 0 or (self.count is not None and index >= self.count):
            raise IndexError(f"part {index} of {len(self._files)} photographs in {self._root}")
        return index % len(self._files)

    def _read_all(self, cache_bytes: int) -> list[tuple[int, int, int]]:
        """Decode every image, keep what fits, and return (height, width, channels) of each."""
        shapes: list[tuple[int, int, int]] = []
        errors: list[DatasetError] = []
        for at, image in enumerate(_decoded([file for file, _ in self._files])):
            if isinstance(image, DatasetError):
                errors.append(image)
                continue
            shapes.append((*image.shape[:2], 1 if image.ndim == 2 else 3))
            if image.nbytes <= cache_bytes:
                cache_bytes -= image.nbytes
                self._cache[at] = image
        if errors:
            more = f"; and {len(errors) - _NAMED_ERRORS} more" if len(errors) > _NAMED_ERRORS else ""
            raise DatasetError("; ".join(str(error) for error in errors[:_NAMED_ERRORS]) + more)
        return shapes

    def _remarks(self, sizes: set[tuple[int, int]]) -> list[str]:
        remarks = []
        if len(sizes) > 1:
            low, high = min(sizes), max(sizes)
            remarks.append(
                f"{self._root} has images of {len(sizes)} sizes, {low[1]}×{low[0]} to {high[1]}×{high[0]} px"
            )
        unknown = sum(not name for _, name in self._files)
        if unknown:
            remarks.append(f"{unknown} images of {self._root} lie in no class folder: their truth is unknown")
        if len(self._cache) < len(self._files):
            again = len(self._files) - len(self._cache)
            remarks.append(f"{again} images of {self._root} do not fit in memory and are read as they come")
        return remarks


def _labelled_files(root: Path) -> list[tuple[Path, str]]:
    """Return every image with its class ('' beside the class folders), by name."""
    if not root.is_dir():
        what = "is not a folder" if root.exists() else "does not exist"
        raise DatasetError(f"{root} {what}; give a folder of images, or of one sub-folder per class")
    files = [(file, "") for file in _images(root)]
    folders = [entry for entry in _entries(root) if entry.is_dir()]
    files += [(file, folder.name) for folder in folders for file in _images(folder)]
    if files:
        return files
    deeper = [f for folder in folders for f in _entries(folder) if f.is_dir() and _images(f)]
    hint = f"; did you mean {deeper[0].parent}?" if deeper else f"; put {_kinds()} files there"
    raise DatasetError(f"{root} holds no images{hint}")


def _images(folder: Path) -> list[Path]:
    return [e for e in _entries(folder) if e.suffix.lower() in SUFFIXES and not e.is_dir()]


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(entry for entry in folder.iterdir() if not entry.name.startswith("."))
    except OSError as error:
        raise DatasetError(f"{folder} cannot be read ({error.strerror}); check its permissions") from error


def _kinds() -> str:
    return ", ".join(sorted(suffix[1:] for suffix in SUFFIXES))


def _decoded(files: list[Path]) -> Iterator[Image | DatasetError]:
    """Decode in threads, a chunk at a time, so that no more than a chunk waits in memory."""
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        for start in range(0, len(files), _CHUNK):
            yield from pool.map(_read_or_error, files[start : start + _CHUNK])


def _read_or_error(file: Path) -> Image | DatasetError:
    try:
        return _read(file)
    except DatasetError as error:
        return error


def _read(file: Path) -> Image:
    """Read an image; one whose three channels are equal comes back as the grey image it is."""
    image = read_image(file)
    if image.ndim == 2:
        return image
    blue, green, red = (image[:, :, c] for c in range(3))
    is_grey = np.array_equal(blue[0], green[0]) and np.array_equal(blue, green) and np.array_equal(green, red)
    return np.ascontiguousarray(green) if is_grey else image
