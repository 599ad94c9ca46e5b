"""The last rejects: a picture, why, how sure, when. Touch one to see its picture large."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QRectF, Qt, Signal, Slot
from PySide6.QtGui import QImage, QPainter, QResizeEvent
from PySide6.QtWidgets import QWidget

from inspector_console.presenter import RejectView, VerdictKind
from inspector_console.theme import Role
from inspector_console.widgets._base import Tile, TouchButton
from inspector_console.widgets._canvas import RIGHT, Canvas
from inspector_console.widgets._signs import verdict_sign
from inspector_console.widgets._style import MEDIUM, SEMIBOLD, Style


class RejectButton(TouchButton):
    """One reject."""

    def __init__(self, look: Style, parent: QWidget) -> None:
        super().__init__(look, parent=parent)
        self.setCheckable(True)
        self.reject: RejectView | None = None
        self.thumbnail: QImage | None = None

    def show_reject(self, reject: RejectView, thumbnail: QImage | None, *, is_chosen: bool) -> None:
        """Show another part, or the same with its picture."""
        if reject != self.reject or thumbnail is not self.thumbnail:
            self.reject, self.thumbnail = reject, thumbnail
            self.setAccessibleName(f"{reject.what} {reject.time}")
            self.update()
        self.setChecked(is_chosen)

    def paint_words(self, canvas: Canvas, area: QRectF, px: int | None = None) -> None:
        """Paint the picture, and the words beside it."""
        if (reject := self.reject) is None:
            return
        sizes = canvas.sizes
        inset = max(3.0, sizes.small * 0.25)
        picture = QRectF(inset, inset, (area.height() - 2 * inset) * 1.25, area.height() - 2 * inset)
        self._paint_picture(canvas, picture, reject)
        text = area.adjusted(picture.right() + sizes.small * 0.7, inset, -sizes.small * 0.6, -inset)
        upper = QRectF(text.left(), text.center().y() - sizes.body * 1.3, text.width(), sizes.body * 1.3)
        lower = QRectF(text.left(), text.center().y(), text.width(), sizes.small * 1.4)
        score = canvas.text(upper, reject.score, sizes.body, weight=SEMIBOLD, align=RIGHT)
        room = upper.adjusted(0, 0, -score.width() - sizes.small * 0.5 if reject.score else 0, 0)
        canvas.text(room, reject.what, sizes.body, weight=MEDIUM, may_cut=True)
        canvas.text(lower, reject.time, sizes.small, role=Role.QUIET)

    def _paint_picture(self, canvas: Canvas, box: QRectF, reject: RejectView) -> None:
        canvas.box(box, Role.WELL, radius=0)
        if self.thumbnail is not None:
            painter = canvas.painter
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            size = self.thumbnail.size().scaled(box.size().toSize(), Qt.AspectRatioMode.KeepAspectRatio)
            target = QRectF(0, 0, size.width(), size.height())
            target.moveCenter(box.center())
            painter.drawImage(target, self.thumbnail)
            return
        side = box.height() * 0.4
        sign = QRectF(box.center().x() - side / 2, box.center().y() - side / 2, side, side)
        kind = reject.kind if reject.kind is not VerdictKind.OK else VerdictKind.NOT_JUDGED
        verdict_sign(canvas, sign, kind, Role.ON_WELL)


class RejectsTile(Tile):
    """Shows the last rejects, as many as there is room for, newest above."""

    chosen = Signal(object)
    """The `RejectView` that somebody wants to see; None = none any more."""
    view: tuple[RejectView, ...] | None

    def __init__(self, look: Style) -> None:
        super().__init__(look)
        self._title = self._none = ""
        self._buttons: list[RejectButton] = []
        self._chosen: tuple[int, int] | None = None
        self._thumbnails: Mapping[str, QImage] = {}

    def rename(self, title: str, none: str) -> None:
        """Take other words."""
        if (title, none) != (self._title, self._none):
            self._title, self._none = title, none
            self.update()

    def choose(self, key: tuple[int, int] | None) -> None:
        """Mark one as the one that is shown large."""
        self._chosen = key
        self._fill()

    def show_view(self, view: object) -> None:
        """Show a list."""
        if view != self.view:
            super().show_view(view)
            self._fill()

    def show_thumbnails(self, thumbnails: Mapping[str, QImage]) -> None:
        """Show pictures, by the names that the rejects give them."""
        self._thumbnails = thumbnails
        self._fill()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Make as many buttons as there is room for (Qt calls this)."""
        sizes, top = self.look.sizes, self._head_height()
        step = sizes.touch + sizes.gap // 2
        count = max(0, (self.height() - top + sizes.gap // 2) // step)
        while len(self._buttons) < count:
            button = RejectButton(self.look, self)
            button.clicked.connect(self._on_clicked)
            self._buttons.append(button)
        while len(self._buttons) > count:
            self._buttons.pop().deleteLater()
        for at, button in enumerate(self._buttons):
            button.setGeometry(0, top + at * step, self.width(), sizes.touch)
        self._fill()

    def _head_height(self) -> int:
        return int(self.look.sizes.body * 1.5)

    def _fill(self) -> None:
        rejects = self.view or ()
        for at, button in enumerate(self._buttons):
            button.setVisible(at < len(rejects))
            if at < len(rejects):
                reject = rejects[at]
                is_chosen = reject.key == self._chosen
                button.show_reject(reject, self._thumbnails.get(reject.image), is_chosen=is_chosen)

    @Slot()
    def _on_clicked(self) -> None:
        button = self.sender()
        if isinstance(button, RejectButton) and button.reject is not None:
            is_same = button.reject.key == self._chosen
            self.chosen.emit(None if is_same else button.reject)
            self._fill()

    def paint(self, canvas: Canvas, area: QRectF) -> None:
        """Paint the title, and that there is none if so."""
        sizes = canvas.sizes
        row = QRectF(area.left(), area.top(), area.width(), self._head_height())
        title = canvas.text(row, self._title, sizes.body, weight=SEMIBOLD)
        if not self.view:
            rest = row.adjusted(title.width() + sizes.small, 0, 0, 0)
            canvas.text(rest, self._none, sizes.small, role=Role.QUIET, align=RIGHT)
