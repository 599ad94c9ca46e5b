"""Writes labelled pictures of the rendered product, cut as the station cuts them, to learn from."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from inspector.devices.sim._product import CONTRAST, SIZE_PX, ProductSource
from inspector.devices.sim._source import PartTruth
from inspector.devices.sim._texture import Bytes, rng_for
from inspector.errors import ConfigError, DatasetError

Progress = Callable[[int, int], None]
"""Called with (images written, images wanted)."""
BOX_COLUMNS = ("defect_left", "defect_top", "defect_right", "defect_bottom")
COLUMNS = ("path", "split", "label", "group", "size_px", "contrast", *BOX_COLUMNS)
_VISIBLE_LEVELS = 3
"""A pixel belongs to the defect where it differs by more grey levels than this from the part without it."""
_PLATES_PER_SOURCE = 64
_PARTS_PER_PLATE = 8
# The station finds a part on a grid of 8 px and cuts there: so much may its cut be off.
_CUT_JITTER_PX = 4


@dataclass(frozen=True, slots=True)
class _Picture:
    pixels: Bytes
    truth: PartTruth
    group: int
    box: tuple[float, ...]
    """Left, top, right, bottom of the defect as shares of the picture; empty where there is none to be seen."""


def write_dataset(
    out: Path,
    *,
    count: int,
    seed: int,
    defect_rate: float = 0.5,
    plates: int | None = None,
    channels: int = 1,
    crop_px: int | None = 512,
    split: str = "train",
    min_size_px: float = SIZE_PX[0],
    min_contrast: float = CONTRAST[0],
    boxes: bool = False,
    progress: Progress | None = None,
) -> Path:
    """Write OUT/<class>/<number>.png, 8 bits, and OUT/index.csv; return the latter's path.

    Parameters
    ----------
    out
        A new or empty folder.
    count, seed
        How many images; same seed, same images. A run on the line never shows the same parts, whatever
        its seed: the sources' own seeds are derived from this one.
    defect_rate
        Share of defective parts, 0…1, spread evenly over the classes.
    plates
        How many poses the parts are drawn from; the default is one for every eight images. A plate is a
        `group` in index.csv: split by it, so that a pose never stands on both sides.
    crop_px
        Side of the square around the part, as the station's LOCATE cuts it, give or take 4 px; None for
        full frames.
    split
        What index.csv says in its column `split`.
    min_size_px, min_contrast
        Leave out smaller and fainter defects: those that nobody can see have nothing to teach.
    boxes
        Say in index.csv where each defect can be seen; takes twice as long.

    Raises
    ------
    ConfigError
        Where a number is out of range.
    DatasetError
        Where `out` holds something already or cannot be written.
    """
    plates = -(-count // _PARTS_PER_PLATE) if plates is None else plates
    _check_numbers(count, plates, seed, crop_px)
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise DatasetError(f"{out} exists and is not an empty folder; name a new one")
    product = {
        "channels": channels,
        "defect_rate": defect_rate,
        "size_px": (min_size_px, SIZE_PX[1]),
        "contrast": (min_contrast, CONTRAST[1]),
    }
    pictures = _pictures(count, seed, plates, crop_px, product, boxes)
    try:
        return _write(out, pictures, count, split, progress)
    except OSError as error:
        raise DatasetError(f"{error.filename or out} cannot be written: {error.strerror}") from error


def _check_numbers(count: int, plates: int, seed: int, crop_px: int | None) -> None:
    for name, value, least in (("count", count, 1), ("plates", plates, 1), ("seed", seed, 0)):
        if value < least:
            raise ConfigError(f"{name} = {value} of the data set must be at least {least}")
    if crop_px is not None and not 64 <= crop_px <= 960:
        raise ConfigError(f"crop_px = {crop_px} must be 64…960, or none for full frames")


def _pictures(
    count: int, seed: int, plates: int, crop_px: int | None, product: dict[str, Any], boxes: bool
) -> Iterator[_Picture]:
    """Yield `count` pictures from sources of at most 64 plates, one source in memory at a time."""
    parts = -(-plates // _PLATES_PER_SOURCE)
    for part in range(parts):
        wanted = count * (part + 1) // parts - count * part // parts
        here = plates * (part + 1) // parts - plates * part // parts
        own_seed = int(np.random.SeedSequence((seed, part)).generate_state(1, np.uint64)[0] >> np.uint64(1))
        source = ProductSource(seed=own_seed, plates=here, **product)
        # The same parts without their defects: the difference shows where the defects are.
        twin = (
            ProductSource(seed=own_seed, plates=here, **(product | {"defect_rate": 0.0})) if boxes else None
        )
        frame = np.empty((source.height, source.width, 3)[: 2 if source.channels == 1 else 3], np.uint8)
        blank = np.empty_like(frame)
        for index in range(wanted):
            source.render_into(index, frame)
            y, x = _window(source, index, crop_px, own_seed)
            pixels, truth = frame[y, x], source.truth(index)
            box: tuple[float, ...] = ()
            if twin is not None and not truth.is_good:
                twin.render_into(index, blank)
                box = _box(pixels, blank[y, x])
            yield _Picture(pixels, truth, part * _PLATES_PER_SOURCE + source.plate_of(index), box)


def _window(source: ProductSource, index: int, side: int | None, seed: int) -> tuple[slice, slice]:
    """Return the rows and columns of a part's picture: the station's square around it, or the whole frame."""
    if side is None:
        return slice(None), slice(None)
    off = rng_for(seed, index).integers(-_CUT_JITTER_PX, _CUT_JITTER_PX + 1, 2)
    x, y = (int(c + o) for c, o in zip(source.centre_of(index), off, strict=True))
    left = min(max(x - side // 2, 0), source.width - side)
    top = min(max(y - side // 2, 0), source.height - side)
    return slice(top, top + side), slice(left, left + side)


def _box(pixels: Bytes, blank: Bytes) -> tuple[float, ...]:
    """Return where two pictures differ visibly, as shares of width and height; empty if nowhere."""
    change = cv2.absdiff(pixels, blank)
    changed = (change if change.ndim == 2 else change.max(axis=2)) > _VISIBLE_LEVELS
    rows, columns = np.flatnonzero(changed.any(axis=1)), np.flatnonzero(changed.any(axis=0))
    if not len(rows):
        return ()
    height, width = changed.shape
    return (columns[0] / width, rows[0] / height, (columns[-1] + 1) / width, (rows[-1] + 1) / height)


def _write(
    out: Path, pictures: Iterator[_Picture], count: int, split: str, progress: Progress | None
) -> Path:
    """Write the images as they come, and the index last: a folder without one is unfinished."""
    rows = []
    for number, picture in enumerate(pictures):
        truth = picture.truth
        path = out / truth.class_name / f"{number:06d}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        png = cv2.imencode(".png", picture.pixels, [cv2.IMWRITE_PNG_COMPRESSION, 1])[1]
        path.write_bytes(png.tobytes())
        name = path.relative_to(out).as_posix()
        size, contrast = f"{truth.size_px:.2f}", f"{truth.contrast:.4f}"
        box = [f"{share:.5f}" for share in picture.box] or [""] * len(BOX_COLUMNS)
        rows.append((name, split, truth.class_name, picture.group, size, contrast, *box))
        if progress:
            progress(number + 1, count)
    index = out / "index.csv"
    with index.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(rows)
    return index
