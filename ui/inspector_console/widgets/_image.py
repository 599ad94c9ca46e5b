"""The picture: fitted or one to one, with what vision said of it, painted by Qt."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPointF, QRect, QRectF, QSizeF, Qt
from PySide6.QtGui import QImage, QMouseEvent, QPainter

from inspector.protocol import FrameHeader, fitted_width_px
from inspector_console.close_up import cut_around
from inspector_console.presenter import OverlayView, VerdictKind
from inspector_console.theme import Role
from inspector_console.widgets._base import Tile
from inspector_console.widgets._canvas import CENTRE, Canvas
from inspector_console.widgets._pair import GoldenView, halves, paint_golden, paint_part
from inspector_console.widgets._style import BOLD, MEDIUM, SEMIBOLD, Style

_COARSE: Final = 2.0
"""Beyond this ratio painting with bilinear filtering would lose thin scratches; the picture is averaged first."""

_LARGEST: Final = 3.0
"""So many times its size a picture gets that is fitted to a small place: more shows nothing more."""

_REACH_PX: Final = 8
"""So far a mark at the picture's edge reaches beyond it."""


def image_of(header: FrameHeader, pixels: memoryview) -> QImage:
    """Return a picture that owns its pixels; a null one if they are none that Qt can show."""
    if header.encoding != "raw":
        return QImage.fromData(bytes(pixels))
    formats = {1: QImage.Format.Format_Grayscale8, 3: QImage.Format.Format_BGR888}
    kind = formats.get(header.channels)
    if kind is None:
        return QImage()
    borrowed = QImage(pixels, header.width_px, header.height_px, header.width_px * header.channels, kind)
    return borrowed.copy()


class ImageTile(Tile):
    """Shows one picture. When it is one to one, touching it moves its middle there."""

    def __init__(self, look: Style) -> None:
        super().__init__(look)
        self.image: QImage | None = None
        self.overlay: OverlayView | None = None
        self.region: QRectF | None = None
        self.focus: QRectF | None = None
        self.golden: GoldenView | None = None
        self.badge = self.note = self.none = ""
        self.is_live = self.is_one_to_one = False
        self._middle = QPointF(0.5, 0.5)
        self._scaled: QImage | None = None
        self._covered = QRect()
        self._marks: object = None
        self._around: object = None
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def show_image(self, image: QImage | None) -> None:
        """Show another picture. One of the same size touches nothing but its own place."""
        if image is self.image:
            return
        is_alike = image is not None and self.image is not None and image.size() == self.image.size()
        self.image, self._scaled = image, None
        self._renew(is_alike=is_alike)

    def _renew(self, *, is_alike: bool) -> None:
        """Have the picture painted again, and all around it if that is not as it was."""
        if is_alike and not self._covered.isEmpty():
            self.update(self._covered)
        else:
            self.update()

    def describe(
        self,
        *,
        overlay: OverlayView | None,
        badge: str,
        note: str,
        none: str,
        is_live: bool,
        is_one_to_one: bool,
        region: QRectF | None = None,
        focus: QRectF | None = None,
        golden: GoldenView | None = None,
    ) -> None:
        """Say what is painted over and beside the picture.

        `note` = it is not of the present; `region` = the place to mark, px of the picture; `focus` = the place that
        a fitted picture is fitted to, None = the whole; `golden` = compare.
        """
        is_whole = focus is None
        marks = (overlay, region, focus)
        around = (badge, note, none, is_live, is_one_to_one, is_whole, golden)
        if (marks, around) == (self._marks, self._around):
            return
        is_alike, self._marks, self._around = around == self._around, marks, around
        if is_one_to_one != self.is_one_to_one:
            self._middle, self._scaled = QPointF(0.5, 0.5), None
        self.overlay, self.badge, self.note, self.none = overlay, badge, note, none
        self.is_live, self.is_one_to_one, self.golden = is_live, is_one_to_one, golden
        self.region, self.focus = region, focus
        self._renew(is_alike=is_alike)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Move the middle of a one-to-one picture (Qt calls this)."""
        if self.is_one_to_one and self.image is not None and not self.image.isNull():
            off = event.position() - QPointF(self.width() / 2, self.height() / 2)
            x = _within(self._middle.x() + off.x() / self.image.width(), self.width() / self.image.width())
            y = _within(self._middle.y() + off.y() / self.image.height(), self.height() / self.image.height())
            self._middle = QPointF(x, y)
            self.update()

    def paint(self, canvas: Canvas, area: QRectF) -> None:
        """Paint the picture and what is over it."""
        sizes, self._covered = canvas.sizes, QRect()
        if self.image is None or self.image.isNull():
            canvas.painter.fillRect(area, canvas.colour(Role.WELL))
            canvas.text(area, self.note or self.none, sizes.large, role=Role.ON_WELL, align=CENTRE)
            return
        if self.golden is not None and not self.note:
            area = self._paint_beside(canvas, area, self.golden)
            target = paint_part(canvas, area, self.image, self.region)
        else:
            target = self._paint_image(canvas, area)
            reach = target.adjusted(-_REACH_PX, -_REACH_PX, _REACH_PX, _REACH_PX)
            self._covered = reach.intersected(area).toAlignedRect()
        if self.note:
            self._paint_veil(canvas, area)
            return
        place = self._place_of_region(target)
        if place is not None:
            # Not a whole frame: it would hide the place's edge, and look like a defect that was found.
            _paint_corners(canvas, place, Role.NG_MARK if self._is_ng() else Role.ON_WELL)
        self._paint_badge(canvas, area)
        if self.overlay is not None:
            self._paint_overlay(canvas, target.intersected(area), self.overlay, place)

    @staticmethod
    def _paint_beside(canvas: Canvas, area: QRectF, golden: GoldenView) -> QRectF:
        """Paint what is compared with; return the room for the picture."""
        canvas.painter.fillRect(area, canvas.colour(Role.WELL))
        left, right = halves(area, canvas.sizes.gap)
        paint_golden(canvas, left, golden)
        return right

    def _is_ng(self) -> bool:
        return self.overlay is not None and self.overlay.kind is VerdictKind.NG

    def _place_of_region(self, target: QRectF) -> QRectF | None:
        """Return where in the tile the recipe looks; None = nowhere, or beside another picture."""
        if self.region is None or self.image is None or self.golden is not None:
            return None
        scale = target.width() / self.image.width()
        size = QSizeF(self.region.width() * scale, self.region.height() * scale)
        return QRectF(target.topLeft() + self.region.topLeft() * scale, size)

    def _paint_image(self, canvas: Canvas, area: QRectF) -> QRectF:
        """Paint the picture; return where it lies."""
        assert self.image is not None
        target = self._target(area)
        self._paint_well(canvas, area, target)
        is_as_it_is = self.is_one_to_one or target.size() == self._size_of(self.image)
        canvas.painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not is_as_it_is)
        canvas.painter.drawImage(target, self._source(target))
        return target

    def _target(self, area: QRectF) -> QRectF:
        """Return where the picture lies; a fitted one begins at whole pixels of the screen, or it would blur."""
        assert self.image is not None
        ratio = self.devicePixelRatioF()
        if self.is_one_to_one:
            size = QSizeF(self.image.size())
        else:
            room_px = self.room_px(self.image.width(), self.image.height(), self.focus)
            width_px = fitted_width_px(room_px) or room_px
            height_px = self.image.height() * width_px / self.image.width()
            size = QSizeF(width_px, round(height_px)) / ratio
        target = QRectF(QPointF(0, 0), size)
        target.moveCenter(area.center())
        if self.is_one_to_one:
            off = QPointF(self._middle.x() - 0.5, self._middle.y() - 0.5)
            target.translate(-off.x() * size.width(), -off.y() * size.height())
            return target
        if self.focus is not None:
            shown = self._cut(self.image.width(), self.image.height(), self.focus)
            off = (shown.center() - QRectF(self.image.rect()).center()) * (size.width() / self.image.width())
            target.translate(-off)
        target.moveTopLeft(QPointF((target.topLeft() * ratio).toPoint()) / ratio)
        return target

    def _cut(self, width: int, height: int, focus: QRectF) -> QRectF:
        """Return what is to be seen of a picture of this size that is fitted to a place in it."""
        return cut_around(QSizeF(width, height), focus, QSizeF(self.size()))

    def _size_of(self, image: QImage) -> QSizeF:
        """Return the size of a picture of which each pixel is one of the screen's."""
        return QSizeF(image.size()) / self.devicePixelRatioF()

    def room_px(self, width: int, height: int, focus: QRectF | None = None) -> float:
        """Return how wide a picture of a size or shape can be here, px of the screen, whole or fitted to a place."""
        shown = QRectF(0, 0, width, height) if focus is None else self._cut(width, height, focus)
        if shown.isEmpty():  # nobody has said how large the camera's pictures are
            return 0.0
        scale = min(self.width() / shown.width(), self.height() / shown.height())
        return width * self.devicePixelRatioF() * (scale if focus is None else min(scale, _LARGEST))

    @staticmethod
    def _paint_well(canvas: Canvas, area: QRectF, target: QRectF) -> None:
        """Paint what the picture leaves free; a pixel of it is under the picture's edges."""
        inner, well = target.adjusted(1, 1, -1, -1).intersected(area), canvas.colour(Role.WELL)
        for rect in (
            QRectF(area.left(), area.top(), area.width(), inner.top() - area.top()),
            QRectF(area.left(), inner.bottom(), area.width(), area.bottom() - inner.bottom()),
            QRectF(area.left(), inner.top(), inner.left() - area.left(), inner.height()),
            QRectF(inner.right(), inner.top(), area.right() - inner.right(), inner.height()),
        ):
            if rect.isValid():
                canvas.painter.fillRect(rect, well)

    def _source(self, target: QRectF) -> QImage:
        assert self.image is not None
        if self.is_one_to_one or self.image.width() <= _COARSE * target.width():
            return self.image
        size = target.size().toSize()
        if self._scaled is None or self._scaled.size() != size:
            mode = Qt.TransformationMode.SmoothTransformation
            self._scaled = self.image.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, mode)
        return self._scaled

    def _paint_overlay(
        self, canvas: Canvas, area: QRectF, overlay: OverlayView, place: QRectF | None
    ) -> None:
        """Paint what vision said, apart from the part; a picture without a known place has a frame when it is NG."""
        sizes, is_ng = canvas.sizes, self._is_ng()
        width = canvas.width_of(overlay.text, sizes.body, SEMIBOLD) + sizes.body * 1.2
        tag = QRectF(0, area.top(), min(width, area.width() / 2), sizes.body * 1.9)
        tag.moveRight(area.right())
        if is_ng and place is None:
            canvas.box(area.adjusted(1, 1, -1, -1), None, edge=Role.NG, width=4, radius=0)
        canvas.box(tag, Role.NG if is_ng else Role.WELL, radius=0)
        ink = Role.ON_NG if is_ng else Role.ON_WELL
        inside = tag.adjusted(sizes.body * 0.6, 0, -sizes.body * 0.6, 0)
        canvas.text(inside, overlay.text, sizes.body, role=ink, weight=SEMIBOLD, may_cut=True)

    def _paint_badge(self, canvas: Canvas, area: QRectF) -> None:
        """Say whether the picture is live."""
        if not self.badge:
            return
        sizes = canvas.sizes
        dot = sizes.small * 0.35
        width = canvas.width_of(self.badge, sizes.small, BOLD) + sizes.small * 2.4
        box = QRectF(area.left() + sizes.gap, area.top() + sizes.gap, width, sizes.small * 1.9)
        canvas.box(box, Role.WELL)
        centre = QPointF(box.left() + sizes.small * 0.9, box.center().y())
        if self.is_live:
            canvas.circle(centre, dot, Role.ON_WELL)
        else:
            canvas.box(QRectF(centre.x() - dot, centre.y() - dot, dot * 0.7, dot * 2), Role.ON_WELL, radius=0)
            canvas.box(
                QRectF(centre.x() + dot * 0.3, centre.y() - dot, dot * 0.7, dot * 2), Role.ON_WELL, radius=0
            )
        words = box.adjusted(sizes.small * 1.7, 0, 0, 0)
        canvas.text(words, self.badge, sizes.small, role=Role.ON_WELL, weight=BOLD)

    def _paint_veil(self, canvas: Canvas, area: QRectF) -> None:
        dark = canvas.colour(Role.WELL)
        dark.setAlpha(190)
        canvas.painter.fillRect(area, dark)
        dark.setAlpha(255)
        canvas.veil(area, Role.QUIET)
        sizes = canvas.sizes
        row = QRectF(area.left(), area.center().y() - sizes.large, area.width(), sizes.large * 2)
        canvas.painter.fillRect(row, canvas.colour(Role.WELL))
        inside = row.adjusted(sizes.body, 0, -sizes.body, 0)
        canvas.text(inside, self.note, sizes.large, role=Role.ON_WELL, weight=MEDIUM, align=CENTRE)


def _paint_corners(canvas: Canvas, place: QRectF, role: Role) -> None:
    """Mark the corners of the place where the recipe looks."""
    arm = min(place.width(), place.height()) * 0.08
    corners = [
        [(x + dx, y), (x, y), (x, y + dy)]
        for x, dx in ((place.left(), arm), (place.right(), -arm))
        for y, dy in ((place.top(), arm), (place.bottom(), -arm))
    ]
    thick = 4.0 if role is Role.NG_MARK else 2.0
    for ink, width in ((Role.WELL, thick + 2.0), (role, thick)):  # to be seen on bright and on dark
        canvas.strokes(corners, ink, width)


def _within(middle: float, view: float) -> float:
    """Return the middle so that a view (a share of the picture) does not leave the picture."""
    return 0.5 if view >= 1 else min(1 - view / 2, max(view / 2, middle))
