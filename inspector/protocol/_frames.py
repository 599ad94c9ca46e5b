"""Topics of the frames' socket: which picture somebody wants."""

from __future__ import annotations

from typing import Final

RAW_FRAMES: Final = "frame.raw"
"""Pixels as they are; only on the same machine."""
JPEG_WIDTHS_PX: Final = (320, 640, 960, 1280)


def jpeg_frames(width_px: int) -> str:
    """Return the topic of JPEG pictures for a place of a width on a screen: the next size up, or the largest."""
    fitting = [width for width in JPEG_WIDTHS_PX if width >= width_px]
    return f"frame.jpeg.{fitting[0] if fitting else JPEG_WIDTHS_PX[-1]}"
