"""The last rejects: a picture, why, how sure, when. Touching one opens it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import QRectF, Qt, Signal, Slot
from PySide6.QtGui import QImage, QPainter, QResizeEvent
from PySide6.QtWidgets import QWidget

from inspector_console.presenter import RejectView, VerdictKind
from inspector_console.theme import Role
from inspector_console.widgets._base import Tile, TouchButton
from inspector_console.widgets._canvas import RIGHT, Canvas
from inspector_console.widgets._signs import verdict_sign
from inspector_console.widgets._style import MEDIUM, SEMIBOLD, Style

_SHAPE: Final = 1.25
_WIDEST: Final = 0.42
"""Width of a picture: in its heights, and at most as a share of all."""


class RejectButton(TouchButton):
    """One reject."""

    def __init__(self, look: Style, parent: QWidget) -> None:
        super().__init__(look, is_frequent=True, parent=parent)
        self.reject: RejectView | None = None
        self.thumbnail: QImage | None = None
        self.is_old = False

    def show_reject(self, reject: RejectView, thumbnail: QImage | None, is_old: bool) -> None:
        """Show another part, or the same with its picture; `is_old`: what came after it is not known."""
        if reject != self.reject or thumbnail is not self.thumbnail or is_old != self.is_old:
            self.reject, self.thumbnail, self.is_old = reject, thumbnail, is_old
            self.setAccessibleName(f"{reject.what} {reject.time}")
            self.update()

    def paint_words(self, canvas: Canvas, area: QRectF, px: int | None = None) -> None:
        """Paint the picture, and the words beside it."""
        if (reject := self.reject) is None:
            return
        if self.is_old:
            canvas.veil(area.adjusted(1, 1, -1, -1))
        ink, quiet = (Role.OLD, Role.OLD) if self.is_old else (Role.TEXT, Role.QUIET)
        sizes = canvas.sizes
        inset = max(3.0, sizes.small * 0.25)
        height = area.height() - 2 * inset
        picture = QRectF(inset, inset, min(height * _SHAPE, area.width() * _WIDEST), height)
        self._paint_picture(canvas, picture, reject)
        text = area.adjusted(picture.right() + sizes.small * 0.7, inset, -sizes.small * 0.6, -inset)
        high, low = sizes.body * 1.4, sizes.small * 1.4
        upper = QRectF(text.left(), text.center().y() - (high + low) / 2, text.width(), high)
        lower = QRectF(text.left(), upper.bottom(), text.width(), low)
        width = canvas.width_of(f"{reject.what}  {reject.score}", sizes.body, SEMIBOLD)
        beside, px = (upper, sizes.body) if width <= upper.width() else (lower, sizes.small)
        score = canvas.text(beside, reject.score, px, role=ink, weight=SEMIBOLD, align=RIGHT)
        room = score.width() + sizes.small * 0.5 if reject.score else 0.0
        what = upper.adjusted(0, 0, -room if beside is upper else 0, 0)
        canvas.text(what, reject.what, sizes.body, role=ink, weight=MEDIUM, may_cut=True)
        time = lower.adjusted(0, 0, -room if beside is lower else 0, 0)
        canvas.text(time, reject.time, sizes.small, role=quiet)

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

    opened = Signal(object)
    """The key (session, ordinal) of the reject that somebody wants to look at."""
    view: tuple[RejectView, ...] | None

    def __init__(self, look: Style) -> None:
        super().__init__(look)
        self._title = self._none = self._old = ""
        self._buttons: list[RejectButton] = []
        self._thumbnails: Mapping[str, QImage] = {}

    def rename(self, title: str, none: str) -> None:
        """Take other words."""
        if (title, none) != (self._title, self._none):
            self._title, self._none = title, none
            self.update()

    def show_view(self, view: object) -> None:
        """Show a list."""
        if view != self.view:
            super().show_view(view)
            self._fill()

    def show_old(self, old: str) -> None:
        """Show since when nothing more is known of rejects; "" = they are of now."""
        if old != self._old:
            self._old = old
            self._fill()
            self.update()

    def show_thumbnails(self, thumbnails: Mapping[str, QImage]) -> None:
        """Show pictures, by the names that the rejects give them."""
        self._thumbnails = thumbnails
        self._fill()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Make as many buttons as there is room for (Qt calls this)."""
        sizes, top = self.look.sizes, self._head_height()
        gap = sizes.gap // 2
        count = max(1, (self.height() - top + gap) // (sizes.frequent_touch + gap))
        height = (self.height() - top + gap) // count - gap
        while len(self._buttons) < count:
            button = RejectButton(self.look, self)
            button.clicked.connect(self._on_clicked)
            self._buttons.append(button)
        while len(self._buttons) > count:
            self._buttons.pop().deleteLater()
        for at, button in enumerate(self._buttons):
            button.setGeometry(0, top + at * (height + gap), self.width(), height)
        self._fill()

    def _head_height(self) -> int:
        return int(self.look.sizes.body * 1.5)

    def _fill(self) -> None:
        rejects = self.view or ()
        for at, button in enumerate(self._buttons):
            button.setVisible(at < len(rejects))
            if at < len(rejects):
                reject = rejects[at]
                button.show_reject(reject, self._thumbnails.get(reject.image), bool(self._old))

    @Slot()
    def _on_clicked(self) -> None:
        button = self.sender()
        if isinstance(button, RejectButton) and button.reject is not None:
            self.opened.emit(button.reject.key)

    def paint(self, canvas: Canvas, area: QRectF) -> None:
        """Paint the title, and that there is none if so."""
        sizes = canvas.sizes
        row = QRectF(area.left(), area.top(), area.width(), self._head_height())
        title = canvas.text(row, self._title, sizes.body, weight=SEMIBOLD)
        if self._old or not self.view:
            rest = row.adjusted(title.width() + sizes.small, 0, 0, 0)
            if self._old:
                # Where there is no room beside the title, the veil says it, and each other tile says since when.
                if canvas.width_of(self._old, sizes.small, SEMIBOLD) <= rest.width():
                    canvas.text(rest, self._old, sizes.small, weight=SEMIBOLD, align=RIGHT)
            else:
                canvas.text(rest, self._none, sizes.small, role=Role.QUIET, align=RIGHT)
