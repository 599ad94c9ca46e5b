"""A look at the newest frame in the camera's memory, for whoever is not the station."""

from __future__ import annotations

from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from inspector.devices._shm_layout import SEGMENT_NAME, CameraMemory

_COUNTS: Final = (
    "width", "height", "channels", "slots", "ignored_triggers", "frames_dropped", "frames_unclaimed",
)  # fmt: skip


class FrameStamp(NamedTuple):
    """Which frame it is: when it was available (monotonic; 0 = there is none yet), and where it is."""

    available_ns: int
    slot: int
    generation: int


class CameraPeek:
    """Reads along without owning anything: no frame is taken, delayed or kept.

    Parameters
    ----------
    run_dir
        Folder that holds the camera's segment.

    Raises
    ------
    SharedMemoryError
        There is no camera.
    """

    def __init__(self, run_dir: Path) -> None:
        self._memory = CameraMemory.attach(run_dir / SEGMENT_NAME)

    def newest_stamp(self) -> FrameStamp:
        """Return which frame is the newest."""
        slots = self._memory.slots
        slot = int(np.argmax(slots["available_ns"]))
        return FrameStamp(int(slots["available_ns"][slot]), slot, int(slots["generation"][slot]))

    def copy_of(self, stamp: FrameStamp) -> NDArray[np.uint8] | None:
        """Return a copy of a frame, uint8, (H, W) or (H, W, 3); None if the camera has begun to draw over it."""
        slots, slot = self._memory.slots, stamp.slot
        height, width = int(slots["height"][slot]), int(slots["width"][slot])
        own = self._memory.pixels[slot][:height, :width].copy()
        # The camera raises the generation before it draws: raised now, the copy may hold some of either.
        return own if slots["generation"][slot] == stamp.generation else None

    @property
    def newest_ns(self) -> int:
        """When the newest frame was available, monotonic; 0 before the first."""
        return int(self._memory.slots["available_ns"].max())

    def counts(self) -> dict[str, int]:
        """Return the size of a frame, and what the camera itself has counted since it was started."""
        header = self._memory.header[0]
        return {name: int(header[name]) for name in _COUNTS}

    def newest(self) -> NDArray[np.uint8] | None:
        """Return a view of the newest frame, uint8, (H, W) or (H, W, 3), or None before the first.

        The camera may draw over it at any time: for measuring and for previews, never for verdicts.
        """
        slots = self._memory.slots
        written = np.flatnonzero(slots["available_ns"])
        if not len(written):
            return None
        slot = int(written[np.argmax(slots["available_ns"][written])])
        height, width = int(slots["height"][slot]), int(slots["width"][slot])
        pixels: NDArray[np.uint8] = self._memory.pixels[slot][:height, :width]
        return pixels
