"""One reject in the list: its picture, why it was rejected, how sure vision was, when, and what people said of it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QWidget

from inspector_console.presenter import RejectCardView, VerdictKind
from inspector_console.theme import Role
from inspector_console.widgets._base import TouchButton, lines_of
from inspector_console.widgets._canvas import CENTRE, RIGHT, Canvas
from inspector_console.widgets._signs import verdict_sign
from inspector_console.widgets._style import MEDIUM, REGULAR, SEMIBOLD, Style


class RejectCard(TouchButton):
    """Shows a `RejectCardView`; touching it opens the reject."""

    def __init__(self, look: Style, parent: QWidget) -> None:
        super().__init__(look, is_frequent=True, parent=parent)
        self.view: RejectCardView | None = None
        self._thumbnail: QImage | None = None

    @staticmethod
    def words_height(look: Style) -> int:
        """Return how high the words below the picture are."""
        sizes = look.sizes
        return int(sizes.body * 1.4 + sizes.small * 1.5 * 2 + sizes.small * 0.4)

    def show_card(self, view: RejectCardView, thumbnail: QImage | None) -> None:
        """Show another reject, or the same with its picture."""
        if view != self.view or thumbnail is not self._thumbnail:
            self.view, self._thumbnail = view, thumbnail
            self.setAccessibleName(f"{view.what} {view.time} {view.part}")
            self.update()

    def paint_words(self, canvas: Canvas, area: QRectF, px: int | None = None) -> None:
        """Paint the picture, and the words below it."""
        if (view := self.view) is None:
            return
        sizes, inset = canvas.sizes, max(3.0, canvas.sizes.small * 0.25)
        words = self.words_height(self.look)
        self._paint_picture(canvas, area.adjusted(inset, inset, -inset, -words), view)
        inside = area.adjusted(sizes.small * 0.5, 0, -sizes.small * 0.5, 0)
        row = QRectF(
            inside.left(), area.bottom() - words + sizes.small * 0.2, inside.width(), sizes.body * 1.4
        )
        score = canvas.text(row, view.score, sizes.body, weight=SEMIBOLD, align=RIGHT)
        room = row.adjusted(0, 0, -score.width() - sizes.small * 0.5 if view.score else 0, 0)
        canvas.text(room, view.what, sizes.body, weight=MEDIUM, may_cut=True)
        line = sizes.small * 1.5
        row = QRectF(row.left(), row.bottom(), row.width(), line)
        canvas.text(row, view.time, sizes.small, role=Role.QUIET)
        ink, weight = (Role.TEXT, MEDIUM) if view.is_judged else (Role.QUIET, REGULAR)
        canvas.text(row.translated(0, line), view.said, sizes.small, role=ink, weight=weight, may_cut=True)

    def _paint_picture(self, canvas: Canvas, box: QRectF, view: RejectCardView) -> None:
        canvas.box(box, Role.WELL, radius=0)
        if self._thumbnail is not None:
            painter = canvas.painter
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            size = self._thumbnail.size().scaled(box.size().toSize(), Qt.AspectRatioMode.KeepAspectRatio)
            target = QRectF(0, 0, size.width(), size.height())
            target.moveCenter(box.center())
            painter.drawImage(target, self._thumbnail)
            return
        sizes = canvas.sizes
        lines = lines_of(view.gone, canvas, box.width() - sizes.small * 1.6, sizes.small)
        side = min(box.width(), box.height() - len(lines) * sizes.small * 1.3) * 0.4
        top = box.center().y() - (side + len(lines) * sizes.small * 1.3) / 2
        kind = view.kind if view.kind is not VerdictKind.OK else VerdictKind.NOT_JUDGED
        verdict_sign(canvas, QRectF(box.center().x() - side / 2, top, side, side), kind, Role.ON_WELL)
        for at, text in enumerate(lines):
            row = QRectF(box.left(), top + side + at * sizes.small * 1.3, box.width(), sizes.small * 1.3)
            inside = row.adjusted(sizes.small * 0.4, 0, -sizes.small * 0.4, 0)
            canvas.text(inside, text, sizes.small, role=Role.ON_WELL, align=CENTRE, may_cut=True)
