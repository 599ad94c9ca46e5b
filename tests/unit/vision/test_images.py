"""Files that are not usable images are refused by name."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from inspector.errors import DatasetError
from inspector.images import read_image


def written(path: Path, image: np.ndarray) -> Path:
    cv2.imwrite(str(path), image)
    return path


def test_grey_files_stay_grey_and_colour_files_stay_coloured(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    grey = rng.integers(0, 255, (20, 30)).astype(np.uint8)
    colour = rng.integers(0, 255, (20, 30, 3)).astype(np.uint8)
    np.testing.assert_array_equal(read_image(written(tmp_path / "g.png", grey)), grey)
    np.testing.assert_array_equal(read_image(written(tmp_path / "c.png", colour)), colour)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"not an image at all", "not a readable image"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "not a readable image"),
    ],
)
def test_a_damaged_file_is_named_with_what_is_wrong(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "bad.jpg"
    path.write_bytes(content)
    with pytest.raises(DatasetError, match=f"bad.jpg .*{says}"):
        read_image(path)


def test_sixteen_bits_and_single_pixels_are_refused(tmp_path: Path) -> None:
    deep = written(tmp_path / "deep.png", np.full((20, 20), 40_000, np.uint16))
    with pytest.raises(DatasetError, match=r"deep.png has uint16 pixels; convert"):
        read_image(deep)
    dot = written(tmp_path / "dot.png", np.full((1, 1), 40, np.uint8))
    with pytest.raises(DatasetError, match=r"dot.png has 1×1 pixels"):
        read_image(dot)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"gone.png cannot be read \(No such file"):
        read_image(tmp_path / "gone.png")
