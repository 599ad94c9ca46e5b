"""Writes labelled pictures of the rendered product, cut as the station cuts them, to learn from."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from inspector.devices.sim._product import ProductSource
from inspector.devices.sim._source import PartTruth
from inspector.devices.sim._texture import Bytes, rng_for
from inspector.errors import ConfigError, DatasetError

Progress = Callable[[int, int], None]
"""Called with (images written, images wanted)."""
COLUMNS = ("path", "split", "label", "group", "size_px", "contrast")
_PLATES_PER_SOURCE = 64
_PARTS_PER_PLATE = 8
# The station finds a part on a grid of 8 px and cuts there: so much may its cut be off.
_CUT_JITTER_PX = 4


@dataclass(frozen=True, slots=True)
class _Picture:
    pixels: Bytes
    truth: PartTruth
    group: int


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

    Raises
    ------
    ConfigError
        Where a number is out of range.
    DatasetError
        Where `out` holds something already or cannot be written.
    """
    plates = -(-count // _PARTS_PER_PLATE) if plates is None else plates
    for name, value, least in (("count", count, 1), ("plates", plates, 1), ("seed", seed, 0)):
        if value < least:
            raise ConfigError(f"{name} = {value} of the data set must be at least {least}")
    if crop_px is not None and not 64 <= crop_px <= 960:
        raise ConfigError(f"crop_px = {crop_px} must be 64…960, or none for full frames")
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise DatasetError(f"{out} exists and is not an empty folder; name a new one")
    pictures = _pictures(count, seed, defect_rate, plates, channels, crop_px)
    try:
        return _write(out, pictures, count, split, progress)
    except OSError as error:
        raise DatasetError(f"{error.filename or out} cannot be written: {error.strerror}") from error


def _pictures(
    count: int, seed: int, defect_rate: float, plates: int, channels: int, crop_px: int | None
) -> Iterator[_Picture]:
    """Yield `count` pictures from sources of at most 64 plates, one source in memory at a time."""
    parts = -(-plates // _PLATES_PER_SOURCE)
    for part in range(parts):
        wanted = count * (part + 1) // parts - count * part // parts
        here = plates * (part + 1) // parts - plates * part // parts
        own_seed = int(np.random.SeedSequence((seed, part)).generate_state(1, np.uint64)[0] >> np.uint64(1))
        source = ProductSource(seed=own_seed, channels=channels, defect_rate=defect_rate, plates=here)
        frame = np.empty((source.height, source.width, 3)[: 2 if channels == 1 else 3], np.uint8)
        for index in range(wanted):
            source.render_into(index, frame)
            pixels = frame if crop_px is None else _cut(source, index, frame, crop_px, own_seed)
            yield _Picture(pixels, source.truth(index), part * _PLATES_PER_SOURCE + source.plate_of(index))


def _cut(source: ProductSource, index: int, frame: Bytes, side: int, seed: int) -> Bytes:
    off = rng_for(seed, index).integers(-_CUT_JITTER_PX, _CUT_JITTER_PX + 1, 2)
    x, y = (int(c + o) for c, o in zip(source.centre_of(index), off, strict=True))
    left = min(max(x - side // 2, 0), source.width - side)
    top = min(max(y - side // 2, 0), source.height - side)
    return frame[top : top + side, left : left + side]


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
        rows.append((name, split, truth.class_name, picture.group, size, contrast))
        if progress:
            progress(number + 1, count)
    index = out / "index.csv"
    with index.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(rows)
    return index
