"""A look at the newest frame in the camera's memory, for whoever is not the station."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from inspector.devices._shm_layout import SEGMENT_NAME, CameraMemory

_COUNTS: Final = (
    "width", "height", "channels", "slots", "ignored_triggers", "frames_dropped", "frames_unclaimed",
)  # fmt: skip


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
