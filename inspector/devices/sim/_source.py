"""What passes under the camera: a numbered, endless or finite row of parts that can be drawn at will."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

GOOD_CLASSES = frozenset({"ok", "good", "normal", "pass"})
"""Class names, in lower case, whose parts are good."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartTruth:
    """What a part really is; known to the world alone, never to the station.

    Parameters
    ----------
    index
        The part's number in its source, from 0.
    class_name
        'ok' (or another of GOOD_CLASSES), a defect class, or '' when unknown.
    size_px
        The defect's longest extent in frame pixels; 0 for a good part or where unknown.
    contrast
        The defect's largest relative change of brightness before blur, 0…1; 0 as above.
    origin
        A file name, or 'rendered'.
    """

    index: int
    class_name: str
    size_px: float = 0.0
    contrast: float = 0.0
    origin: str = "rendered"

    @property
    def is_good(self) -> bool | None:
        """True or False; None where nobody knows."""
        return self.class_name.lower() in GOOD_CLASSES if self.class_name else None


class PartSource(Protocol):
    """A row of parts. Whatever is asked of part i depends on (source, i) alone, not on earlier calls.

    One thread at a time. `height`, `width`, `channels` (1, or 3 for BGR) are those of the largest frame.
    """

    height: int
    width: int
    channels: int
    classes: tuple[str, ...]
    """All class names, good ones included, sorted as the source likes."""
    count: int | None
    """How many parts there are; None = endless."""

    def prepare(self, parts: int | None = None) -> None:
        """Do now what drawing would otherwise wait for the first time; only the first `parts` will be drawn."""

    def truth(self, index: int) -> PartTruth:
        """Return what part `index` really is."""

    def render_into(self, index: int, out: NDArray[np.uint8]) -> tuple[int, int]:
        """Draw the frame that part `index` triggers, alone and in its place.

        `out` is uint8, C-contiguous, of shape (height, width) or (height, width, 3), owned by the
        caller; `out[:h, :w]` is overwritten and (h, w) returned.
        """

    def render_scene_into(
        self, parts: Sequence[tuple[int, int]], out: NDArray[np.uint8], *, key: int
    ) -> tuple[int, int]:
        """Draw a frame with any number of parts, none included, for what can go wrong on a belt.

        `parts` holds (index, offset of its place from the frame's centre in px along the belt, positive
        to the right); `key` selects belt and noise. `render_into(i, out)` is the scene `((i, 0),)` with
        key i.
        """
