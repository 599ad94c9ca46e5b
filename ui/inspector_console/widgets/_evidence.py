"""A reject's picture, with the places that the verdict came from laid over it."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from inspector.protocol import HeatView
from inspector_console.theme import Role
from inspector_console.widgets._canvas import CENTRE, Canvas
from inspector_console.widgets._image import ImageTile
from inspector_console.widgets._style import MEDIUM, Style

_DENSEST = 190
"""Opacity of the hottest place, of 255: what lies below must still be seen."""


class EvidenceTile(ImageTile):
    """Shows a picture, and a heat map over it: the denser, the more the place counts. A sentence says how much."""

    def __init__(self, look: Style) -> None:
        super().__init__(look)
        self._heat: QImage | None = None
        self._view: HeatView | None = None
        self._sentence = ""

    def show_heat(self, view: HeatView | None, grid: bytes, sentence: str) -> None:
        """Show a heat map, or none; the sentence is shown in any case."""
        if (view, sentence) == (self._view, self._sentence):
            return
        self._heat = None if view is None else _coloured(view, grid, self.look.colour(Role.NG_MARK))
        self._view, self._sentence = view, sentence
        self.update()

    def paint(self, canvas: Canvas, area: QRectF) -> None:
        """Paint the picture, the heat map, and what it says."""
        sizes = canvas.sizes
        foot = sizes.body * 2 if self._sentence else 0.0
        super().paint(canvas, area.adjusted(0, 0, 0, -foot))
        if self._sentence:
            row = QRectF(area.left(), area.bottom() - foot, area.width(), foot)
            canvas.painter.fillRect(row, canvas.colour(Role.WELL))
            inside = row.adjusted(sizes.body * 0.6, 0, -sizes.body * 0.6, 0)
            canvas.text(
                inside,
                self._sentence,
                sizes.body,
                role=Role.ON_WELL,
                weight=MEDIUM,
                align=CENTRE,
                may_cut=True,
            )

    def _paint_image(self, canvas: Canvas, area: QRectF) -> QRectF:
        target = super()._paint_image(canvas, area)
        if self._heat is not None and self._view is not None and self.image is not None:
            view, scale = self._view, target.width() / self.image.width()
            place = QRectF(
                target.left() + view.left * scale,
                target.top() + view.top * scale,
                view.width * scale,
                view.height * scale,
            )
            canvas.painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            canvas.painter.drawImage(place, self._heat)
        return target


def _coloured(view: HeatView, grid: bytes, colour: QColor) -> QImage | None:
    """Return a map as a picture of one colour and many opacities; None if it is none."""
    if len(grid) != view.rows * view.columns:
        return None
    image = QImage(view.columns, view.rows, QImage.Format.Format_ARGB32)
    for at, value in enumerate(grid):
        row, column = divmod(at, view.columns)
        colour.setAlpha(value * _DENSEST // 255)
        image.setPixelColor(column, row, colour)
    colour.setAlpha(255)
    return image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
