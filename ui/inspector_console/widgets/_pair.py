"""Two pictures side by side: the known good one left, the one that is looked at right."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QImage, QPainter

from inspector_console.theme import Role
from inspector_console.widgets._canvas import CENTRE, Canvas
from inspector_console.widgets._style import MEDIUM


@dataclass(frozen=True, slots=True)
class GoldenView:
    """What stands left of the picture. Without `image`, `text` says why."""

    image: QImage | None
    region: QRectF | None
    """The part in it, px."""
    text: str


def halves(area: QRectF, gap: float) -> tuple[QRectF, QRectF]:
    """Return the left and the right half."""
    width = (area.width() - gap) / 2
    left = QRectF(area.left(), area.top(), width, area.height())
    return left, left.translated(width + gap, 0)


def paint_golden(canvas: Canvas, area: QRectF, golden: GoldenView) -> None:
    """Paint the known good picture, and what it is."""
    sizes = canvas.sizes
    if golden.image is None:
        inside = area.adjusted(sizes.gap, 0, -sizes.gap, 0)
        canvas.text(inside, golden.text, sizes.body, role=Role.ON_WELL, align=CENTRE)
        return
    paint_part(canvas, area, golden.image, golden.region)
    width = canvas.width_of(golden.text, sizes.small, MEDIUM) + sizes.small * 1.4
    top = area.top() + sizes.gap
    tag = QRectF(area.left() + sizes.gap, top, min(width, area.width() - sizes.gap), sizes.small * 1.9)
    canvas.box(tag, Role.WELL)
    inside = tag.adjusted(sizes.small * 0.7, 0, -sizes.small * 0.7, 0)
    canvas.text(inside, golden.text, sizes.small, role=Role.ON_WELL, weight=MEDIUM)


def paint_part(canvas: Canvas, area: QRectF, image: QImage, region: QRectF | None) -> QRectF:
    """Paint the part of a picture that the recipe looks at, as large as it gets; return where it lies."""
    source = QRectF(image.rect()) if region is None else region.intersected(QRectF(image.rect()))
    size = QSizeF(source.size()).scaled(area.size(), Qt.AspectRatioMode.KeepAspectRatio)
    target = QRectF(QPointF(0, 0), size)
    target.moveCenter(area.center())
    canvas.painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, True)
    canvas.painter.drawImage(target, image, source)
    return target
