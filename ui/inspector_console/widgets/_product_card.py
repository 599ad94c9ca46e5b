"""A product in the list: its picture, its names, and whether it is the one in use."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QWidget

from inspector_console.presenter import ProductCardView
from inspector_console.theme import Role
from inspector_console.widgets._base import TouchButton
from inspector_console.widgets._canvas import Canvas
from inspector_console.widgets._signs import warning_sign
from inspector_console.widgets._style import MEDIUM, SEMIBOLD, Style


class ProductCard(TouchButton):
    """Touching it has a look at the product; nothing is changed by that."""

    def __init__(self, look: Style, parent: QWidget) -> None:
        super().__init__(look, is_frequent=True, parent=parent)
        self.setCheckable(True)
        self.view: ProductCardView | None = None
        self.picture: QImage | None = None

    @staticmethod
    def card_height(look: Style) -> int:
        """Return how high a card is."""
        sizes = look.sizes
        return max(sizes.frequent_touch, int(sizes.large * 1.5 + sizes.body * 3.3))

    def show_product(self, view: ProductCardView, picture: QImage | None, *, is_chosen: bool) -> None:
        """Show a product."""
        if view != self.view or picture is not self.picture:
            self.view, self.picture = view, picture
            self.setAccessibleName(view.title)
            self.update()
        self.setChecked(is_chosen)

    def paint_words(self, canvas: Canvas, area: QRectF, px: int | None = None) -> None:
        """Paint picture and words."""
        if (view := self.view) is None:
            return
        sizes = canvas.sizes
        pad = sizes.small * 0.4
        side = area.height() - 2 * pad
        frame = QRectF(area.left() + pad, area.top() + pad, side, side)
        paint_picture(canvas, frame, self.picture)
        left = frame.right() + sizes.body * 0.8
        inside = QRectF(left, area.top() + pad, area.right() - left - sizes.body * 0.6, side)
        row = QRectF(inside.left(), inside.top(), inside.width(), sizes.large * 1.4)
        canvas.text(row, view.title, sizes.large, weight=SEMIBOLD, may_cut=True)
        row = QRectF(inside.left(), row.bottom(), inside.width(), sizes.body * 1.3)
        canvas.text(row, view.detail, sizes.body, role=Role.QUIET, may_cut=True, smallest=1.0)
        row = row.translated(0, sizes.body * 1.35)
        if not view.is_usable:
            sign = QRectF(row.left(), row.center().y() - sizes.body * 0.5, sizes.body, sizes.body)
            warning_sign(canvas, sign)
            row.adjust(sizes.body * 1.5, 0, 0, 0)
        canvas.text(row, view.mark, sizes.body, weight=MEDIUM, may_cut=True)


def paint_picture(canvas: Canvas, frame: QRectF, picture: QImage | None) -> None:
    """Paint a picture into a frame, as large as it goes."""
    canvas.painter.fillRect(frame, canvas.colour(Role.WELL))
    if picture is None or picture.isNull():
        return
    size = QSizeF(picture.size())
    size.scale(frame.size(), Qt.AspectRatioMode.KeepAspectRatio)
    target = QRectF(QPointF(0, 0), size)
    target.moveCenter(frame.center())
    canvas.painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    mode = Qt.TransformationMode.SmoothTransformation
    # Averaged first: a picture that is only sampled loses what is thin.
    canvas.painter.drawImage(
        target, picture.scaled(size.toSize(), Qt.AspectRatioMode.IgnoreAspectRatio, mode)
    )
