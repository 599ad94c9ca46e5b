"""A frame as the camera port hands it over, with its health."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntFlag

import numpy as np
from numpy.typing import NDArray


def percent_of_grey(grey: float) -> float:
    """Return a grey level (0…255) as people are told how bright something is: in percent, to a tenth."""
    return round(grey / 2.55, 1)


class FrameHealth(IntFlag):
    """What is wrong with a frame. A frame in ill health can only give INDETERMINATE."""

    GOOD = 0
    INCOMPLETE = 1
    """Lines or packets are missing, or the slot was overwritten while it was read."""
    DARK = 2
    SATURATED = 4
    FROZEN = 8
    """The same pixels as the frame before."""
    WRONG_SIZE = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One exposure.

    Parameters
    ----------
    frame_id
        The camera's own number of the frame; gaps mean lost frames.
    trigger_count
        The camera's true trigger counter at this frame, or None where it has none.
    device_timestamp_ns
        Start of exposure on the camera's clock (random origin, drifts).
    available_ns
        t0: when the frame was complete in host memory, monotonic, stamped by whoever produced it.
    received_ns
        When the capture thread picked it up, monotonic.
    pixels
        uint8, shape (H, W) or (H, W, 3) BGR, row-major, a read-only view of the camera's slot;
        valid until the frame is released.
    slot
        The camera's slot index, for the release.
    """

    frame_id: int
    trigger_count: int | None
    device_timestamp_ns: int
    available_ns: int
    received_ns: int
    pixels: NDArray[np.uint8]
    slot: int
    health: FrameHealth = FrameHealth.GOOD
    view: int = 0
    lane: int = 0
