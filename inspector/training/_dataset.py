"""A folder of class folders, checked, with groups that must not be torn apart."""

from __future__ import annotations

import csv
import hashlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inspector.errors import DatasetError
from inspector.files import read_regular
from inspector.images import SUFFIXES

OK_NAMES = frozenset({"ok", "good", "normal", "pass"})
BOX_COLUMNS = ("defect_left", "defect_top", "defect_right", "defect_bottom")
_NOT_GROUPS = frozenset({"path", "split", "label", "class", *BOX_COLUMNS})


@dataclass(frozen=True, slots=True)
class Sample:
    """One image: where it is, what it shows, and what it must not be separated from."""

    path: Path
    label: int
    group: str
    row: Mapping[str, str] = field(default_factory=dict, hash=False)
    """What `index.csv` says about it; empty if nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageFolder:
    """Images by class. `samples` are in the order of their names."""

    name: str
    classes: tuple[str, ...]
    samples: tuple[Sample, ...]
    group_column: str | None


def scan(data: Path, half: str) -> ImageFolder:
    """List the images of a data set's half ("train" or "test"), or of the folder itself if it has no halves.

    Raises
    ------
    DatasetError
        If there is nothing to use, naming the folder.
    """
    if not data.is_dir():
        raise DatasetError(f"{data} is not a folder; give a folder with one sub-folder of images per class")
    root = data / half if (data / half).is_dir() else data
    folders = sorted(p for p in root.iterdir() if p.is_dir() and not p.name.startswith("."))
    files = {folder.name: _images(folder) for folder in folders}
    if not any(files.values()):
        raise DatasetError(f"{root} holds no images; it needs one sub-folder per class with {_kinds()} files")
    empty = [name for name, paths in files.items() if not paths]
    if empty:
        raise DatasetError(f"{root / empty[0]} holds no images; add {_kinds()} files or remove the folder")
    rows = _read_index(root) or _read_index(data)
    column = group_column(list(rows.values()))
    samples = [
        _sample(path, label, rows.get(str(path), {}), column)
        for label, paths in enumerate(files.values())
        for path in paths
    ]
    return ImageFolder(
        name=data.resolve().name,
        classes=tuple(files),
        samples=tuple(samples),
        group_column=column,
    )


def _sample(path: Path, label: int, row: dict[str, str], column: str | None) -> Sample:
    """An image that the index does not name is a group of its own."""
    return Sample(path, label, row.get(column or "", "") or str(path), row)


def require_trainable(folder: ImageFolder) -> None:
    """Refuse what nothing can be learned from.

    Raises
    ------
    DatasetError
        For one class only, or fewer than two images in one.
    """
    if len(folder.classes) < 2:
        raise DatasetError(
            f"{folder.name} has one class only ({folder.classes[0]}); at least two class folders are needed"
        )
    counts = Counter(sample.label for sample in folder.samples)
    for label, name in enumerate(folder.classes):
        if counts[label] < 2:
            raise DatasetError(
                f"class {name!r} of {folder.name} has {counts[label]} image; at least 2 are needed, one to "
                "learn from and one to check with"
            )


def digest(samples: Sequence[Sample]) -> str:
    """Return SHA-256 over the images' class-relative names and contents, in order."""
    total = hashlib.sha256()
    for sample in samples:
        content = hashlib.sha256(read_regular(sample.path)).hexdigest()
        total.update(f"{sample.path.parent.name}/{sample.path.name} {content}\n".encode())
    return total.hexdigest()


def group_column(rows: list[dict[str, str]]) -> str | None:
    """Return the column of an index that names the group (board, lot, photo …) of an image, or None.

    It is the column called `group` or, if there is none, the column with the fewest different values
    whose every value lies in one half only (`split`) although values repeat: who split the data by it
    must have meant it. `path`, `split` and `label` never count, nor do columns with fewer than four values.
    """
    if not rows:
        return None
    if "group" in rows[0]:
        return "group"
    best: tuple[int, str] | None = None
    for column in rows[0]:
        halves = defaultdict(set)
        for row in rows:
            halves[row[column]].add(row.get("split", ""))
        repeats = len(rows) >= 1.2 * len(halves)
        whole = all(len(seen) == 1 for seen in halves.values()) and len(set.union(*halves.values())) > 1
        if column not in _NOT_GROUPS and len(halves) >= 4 and repeats and whole:
            best = min(best or (len(halves), column), (len(halves), column))
    return best[1] if best else None


def boxes_of(samples: Sequence[Sample]) -> NDArray[np.float64]:
    """Return where each image's defect is, as the index says: (N, 4), NaN where it does not.

    The columns are `defect_left`, `defect_top`, `defect_right` and `defect_bottom`, as shares of the image's
    width and height, 0…1. With them the net is shown where to look, and learns many times faster.

    Raises
    ------
    DatasetError
        If one is not a number of 0…1, or they are in the wrong order.
    """
    boxes = np.full((len(samples), 4), np.nan)
    for index, sample in enumerate(samples):
        texts = [sample.row.get(column, "") for column in BOX_COLUMNS]
        if not all(texts):
            continue
        try:
            left, top, right, bottom = boxes[index] = [float(text) for text in texts]
        except ValueError:
            left, top, right, bottom = 1.0, 1.0, 0.0, 0.0
        if not (0 <= left <= right <= 1 and 0 <= top <= bottom <= 1):
            raise DatasetError(
                f"the index says that the defect of {sample.path} lies at {', '.join(texts)}; "
                f"{', '.join(BOX_COLUMNS)} must be shares of the image, 0…1, in order"
            )
    return boxes


def _read_index(data: Path) -> dict[str, dict[str, str]]:
    path = data / "index.csv"
    if not path.is_file():
        return {}
    try:
        with path.open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DatasetError(f"{path} cannot be read as CSV ({error}); repair or remove it") from error
    if rows and "path" not in rows[0]:
        raise DatasetError(f"{path} has no column 'path'; add one with the images' paths relative to {data}")
    if any(None in row or None in row.values() for row in rows):
        raise DatasetError(f"{path} has rows with more or fewer fields than its header; repair or remove it")
    return {str(data / row["path"]): row for row in rows}


def _images(folder: Path) -> list[Path]:
    """Return every image by name; what cannot be read as one is refused by name when it is read."""
    found = (p for p in folder.rglob("*") if p.suffix.lower() in SUFFIXES and not p.is_dir())
    return sorted(p for p in found if not any(part.startswith(".") for part in p.relative_to(folder).parts))


def _kinds() -> str:
    return ", ".join(sorted(s[1:] for s in SUFFIXES))
