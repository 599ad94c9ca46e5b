"""Reading image files: one way for learning, for the golden set and for photographs on the line."""

from __future__ import annotations

import contextlib
import fcntl
import os
import threading
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from inspector.errors import DatasetError
from inspector.files import read_regular

SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".bmp", ".tif", ".tiff", ".webp", ".pgm"})
"""Names of image files end so, in lower case."""
MIN_SIDE_PX = 8


class _Silence:
    """Keeps libraries below OpenCV, which write past everybody, from the terminal while anything is decoded.

    What a person must know of a picture is raised. Any number of threads may be inside at once.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inside = 0
        self._stderr = -1

    def __enter__(self) -> None:
        with self._lock:
            self._inside += 1
            if self._inside == 1:
                with contextlib.suppress(OSError):  # a program without stderr: nothing to keep clean
                    self._stderr = fcntl.fcntl(2, fcntl.F_DUPFD_CLOEXEC, 3)
                nowhere = os.open(os.devnull, os.O_WRONLY | os.O_CLOEXEC)
                os.dup2(nowhere, 2)
                os.close(nowhere)

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._inside -= 1
            if not self._inside and self._stderr >= 0:
                os.dup2(self._stderr, 2)
                os.close(self._stderr)
                self._stderr = -1


_CODECS: Final = _Silence()


def read_image(path: Path) -> NDArray[np.uint8]:
    """Read an 8-bit image, turned as its EXIF data says, without transparency.

    Returns
    -------
    uint8, C-contiguous, shape (H, W) for grey files, (H, W, 3) BGR for colour files.

    Raises
    ------
    DatasetError
        Naming the file: unreadable, empty, not an image, cut short, not 8 bits deep, or too small.
    """
    try:
        content = read_regular(path)
    except OSError as error:
        raise DatasetError(
            f"{path} cannot be read ({error.strerror}); check the file and its permissions"
        ) from error
    if not content:
        raise DatasetError(f"{path} is empty (0 bytes); remove it or copy it again")
    image = None if _is_cut_short(content) else _decode(content)
    if image is None:
        raise DatasetError(f"{path} is not a readable image, or is damaged; remove or replace it")
    if image.dtype != np.uint8:
        raise DatasetError(f"{path} has {image.dtype} pixels; convert it to 8 bits per channel")
    if min(image.shape[:2]) < MIN_SIDE_PX:
        height, width = image.shape[:2]
        raise DatasetError(f"{path} has {width}×{height} pixels; at least {MIN_SIDE_PX}² are needed")
    return np.ascontiguousarray(image[:, :, :3]) if image.ndim == 3 and image.shape[2] == 4 else image


def _decode(content: bytes) -> NDArray[np.uint8] | None:
    try:
        # ANYCOLOR keeps grey files grey; ANYDEPTH keeps 16 bits visible instead of silently dropping 8.
        with _CODECS:
            image = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_ANYCOLOR | cv2.IMREAD_ANYDEPTH)
    except cv2.error:
        return None
    return image if image is not None and image.size else None


def _is_cut_short(content: bytes) -> bool:
    """Return whether a JPEG file lacks its end: OpenCV 4 fills what is missing with grey, silently.

    A thumbnail inside has an end of its own, but that lies before the picture's start of scan.
    """
    is_jpeg = content.startswith(b"\xff\xd8\xff")
    return is_jpeg and content.rfind(b"\xff\xd9") < content.rfind(b"\xff\xda")
