"""Which picture is shown: the live one, or one that was frozen."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from typing import Final

from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage

from inspector.protocol import FrameHeader, Result
from inspector_console.bridge import Bridge
from inspector_console.close_up import Region
from inspector_console.golden import Golden
from inspector_console.pictures import Pictures
from inspector_console.presenter import Lens, VerdictKind, kind_of, overlay_of, part_in
from inspector_console.whole_frame import WholeFrame
from inspector_console.widgets import GoldenView, ImageTile, image_of
from inspector_console.words import Say

_KEPT: Final = 8
"""Frames whose verdict may still come."""


class PictureDesk:
    """Decides what the image tile shows. Used by Qt's thread."""

    def __init__(self, tile: ImageTile, bridge: Bridge, pictures: Pictures) -> None:
        self.is_frozen = self.is_one_to_one = self.is_freezing_on_ng = self._is_looking = False
        self.is_overlay_on, self.is_comparing = True, False
        self.golden = Golden(bridge)
        self._note = ""
        self._tile, self._bridge, self._pictures = tile, bridge, pictures
        self._frames: deque[tuple[FrameHeader, QImage]] = deque(maxlen=_KEPT)
        self._shown: tuple[FrameHeader, QImage] | None = None
        self._seen_ng: tuple[int, int] | None = None
        self.whole = WholeFrame(bridge)

    @property
    def live_ns(self) -> int:
        """When the picture that is shown live was available, on the station's clock; 0 = none is live."""
        return 0 if self._shown is None or self.is_frozen else self._shown[0].available_ns

    def take_frame(self, lens: Lens) -> None:
        """Take the newest frame from the client, and show it if it is to be live; unless it is for another screen."""
        picture = self._bridge.take_frame() if self._is_looking else None
        if picture is None:
            return
        image = image_of(picture.header, picture.pixels)
        if image.isNull():
            return
        self._frames.append((picture.header, image))
        if not self.is_frozen:
            self._shown = self._frames[-1]
            self._watch()
        # The part in the picture was told just before it; what the screen was last told is older.
        lens = replace(lens, facts=self._bridge.facts())
        part = part_in(picture.header, lens)
        if part is not None and part.is_reject:
            self._pictures.keep(part.key, image, _place(picture.header, image))
        self.refresh(lens, self._note)

    def freeze(self, *, is_frozen: bool) -> None:
        """Stop or go on."""
        self.is_frozen = is_frozen
        self.look(is_looking=self._is_looking)

    def look(self, *, is_looking: bool) -> None:
        """Say whether anybody can see the tile: pictures are made only for somebody who waits for them."""
        self._is_looking = is_looking
        self._watch()

    def take_whole(self, header: FrameHeader, image: QImage) -> None:
        """Take the whole of a frame; it is shown if that frame still is."""
        if self._shown is not None and self._shown[0].available_ns == header.available_ns:
            self._shown = header, image

    def _watch(self) -> None:
        """Have the pictures made that the tile has room for, and the whole one where there is more to see."""
        is_close = self.is_one_to_one or self.is_comparing
        shown = self._shown[0] if self._shown is not None else None
        if shown is not None and (self.is_frozen or is_close):
            self.whole.want(shown)
        if not self._is_looking or self.is_frozen:
            self._bridge.watch_no_frames()
        elif shown is None or is_close:
            self._bridge.watch_frames()
        else:
            focus = QRectF(*shown.region) if shown.region is not None else None
            size = shown.source_width_px, shown.source_height_px
            self._bridge.watch_frames(self._tile.room_px(*size, focus))

    def look_for_ng(self, lens: Lens) -> bool:
        """Freeze on a new NG part whose frame is here, if that is wanted; return whether it was."""
        newest = next(
            (part for part in reversed(lens.facts.results) if kind_of(part) is VerdictKind.NG), None
        )
        is_new = newest is not None and newest.key != self._seen_ng
        self._seen_ng = newest.key if newest else None
        if newest is None or not (is_new and self.is_freezing_on_ng) or self.is_frozen:
            return False
        self._shown = self._frame_of(newest, lens) or self._shown
        self.freeze(is_frozen=True)
        return True

    def refresh(self, lens: Lens, note: str) -> None:
        """Show what is to be shown now; `note` = nothing is of the present."""
        self._note = note
        image, part = self._picture(lens)
        self._tile.show_image(image)
        self._tile.describe(
            overlay=overlay_of(part, lens) if part is not None and self.is_overlay_on else None,
            badge=lens.words(Say.FROZEN if self.is_frozen else Say.LIVE),
            note=note,
            none=lens.words(Say.NO_PICTURE),
            is_live=not self.is_frozen,
            is_one_to_one=self.is_one_to_one,
            region=self._region() if self.is_overlay_on or self.is_comparing else None,
            focus=self._region(),
            golden=self._golden(lens) if self.is_comparing else None,
        )

    def compare(self, *, is_wanted: bool) -> None:
        """Show the golden sample beside the picture, or not."""
        if is_wanted and not self.is_comparing:
            self.golden.want()
        self.is_comparing = is_wanted
        self._watch()

    def _golden(self, lens: Lens) -> GoldenView:
        golden = self.golden
        if golden.image is None:
            return GoldenView(None, None, lens.words(Say.NO_GOLDEN if golden.is_none else Say.PICTURE_COMES))
        region = None if golden.region is None else QRectF(*golden.region)
        return GoldenView(golden.image, region, lens.words(Say.GOLDEN_SAMPLE))

    def _region(self) -> QRectF | None:
        """Return where the recipe looks in the picture that is shown, px of that picture."""
        place = _place(*self._shown) if self._shown is not None else None
        return QRectF(*place) if place is not None else None

    def _picture(self, lens: Lens) -> tuple[QImage | None, Result | None]:
        if self._shown is None:
            return None, None
        header, image = self._shown
        return image, part_in(header, lens)

    def _frame_of(self, part: Result, lens: Lens) -> tuple[FrameHeader, QImage] | None:
        for header, image in self._frames:
            shown = part_in(header, lens)
            if shown is not None and shown.key == part.key:
                return header, image
        return None


def _place(header: FrameHeader, image: QImage) -> Region | None:
    """Return where the recipe looks in a picture, px of that picture: it may be smaller than the frame."""
    if header.region is None:
        return None
    scale = image.width() / header.source_width_px if header.source_width_px else 1.0
    left, top, width, height = (round(value * scale) for value in header.region)
    return left, top, width, height
