"""Frames: which picture somebody wants, and what comes with it."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field

from inspector.protocol._model import Count, Index, Message

RAW_FRAMES: Final = "frame.raw"
"""Pixels as they are; only on the same machine."""
JPEG_WIDTHS_PX: Final = (320, 640, 960, 1280)
FITTED_STEP_PX: Final = 32
"""So many widths there are, and no more: whatever is asked for, a frame is scaled a bounded number of times."""
FITTED_WIDTHS_PX: Final = tuple(range(320, 1280 + 1, FITTED_STEP_PX))


def jpeg_frames(width_px: int) -> str:
    """Return the topic of JPEG pictures for a place of a width on a screen: the next size up, or the largest."""
    fitting = [width for width in JPEG_WIDTHS_PX if width >= width_px]
    return f"frame.jpeg.{fitting[0] if fitting else JPEG_WIDTHS_PX[-1]}"


def fitted_width_px(room_px: float) -> int | None:
    """Return how wide a picture is that is made for a place on a screen: the next size down.

    None if the place is narrower than all sizes, or wider: frames come there as they are.
    """
    width_px = int(room_px) // FITTED_STEP_PX * FITTED_STEP_PX
    return width_px if width_px in FITTED_WIDTHS_PX else None


def fitted_frames(room_px: float) -> str:
    """Return the topic of raw pictures for a place of a width on a screen of this machine."""
    width_px = fitted_width_px(room_px)
    return RAW_FRAMES if width_px is None else f"frame.fitted.{width_px}"


class FrameHeader(Message):
    """Topic `frame`: second part of the message; the third part is the pixels.

    `raw`: uint8, rows of `width_px` × `channels` (1 grey, 3 BGR) without padding. `jpeg`: a JPEG file of
    `width_px` × `height_px`. `source_width_px` × `source_height_px` is the camera's picture.
    """

    encoding: str = "raw"
    width_px: Annotated[int, Field(ge=1, le=1 << 16)]
    height_px: Annotated[int, Field(ge=1, le=1 << 16)]
    channels: Annotated[int, Field(ge=1, le=4)] = 1
    source_width_px: Count = 0
    source_height_px: Count = 0
    frame_id: Index
    session: Count = 0
    tag: Count = 0
    ordinal: Count = 0
    """The part it shows, if known; 0 = not."""
    available_ns: Count = 0
    region: tuple[Count, Count, Count, Count] | None = None
    """Where the recipe looks in it: left, top, width, height, px of the camera's picture; null = nowhere."""
