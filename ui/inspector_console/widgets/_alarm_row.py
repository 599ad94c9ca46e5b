"""The alarm row: always there, always as high; one alarm in words, one button, and how many there are."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRectF, QTimer, Signal, Slot
from PySide6.QtGui import QResizeEvent

from inspector_console.presenter import AlarmLine, AlarmRowView
from inspector_console.theme import Role
from inspector_console.widgets._base import Tile, TouchButton
from inspector_console.widgets._canvas import RIGHT, Canvas
from inspector_console.widgets._signs import priority_sign
from inspector_console.widgets._style import MEDIUM, SEMIBOLD, Style

_BLINK_MS: Final = 500
_BARS: Final = {1: Role.URGENT, 2: Role.WARNING, 3: Role.NOTICE}


class AlarmRow(Tile):
    """Shows an `AlarmRowView`. Only the symbol blinks, never the words."""

    acknowledged = Signal(str, int)
    """Id and version of the alarm that somebody acknowledges."""
    view: AlarmRowView | None

    def __init__(self, look: Style) -> None:
        super().__init__(look)
        self.button = TouchButton(look, ground=Role.ACTION, ink=Role.ON_ACTION, parent=self)
        self.button.hide()
        self.button.clicked.connect(self._on_clicked)
        self._is_lit = True
        self._blink = QTimer(self)
        self._blink.setInterval(_BLINK_MS)
        self._blink.timeout.connect(self._on_blink)
        self.setFixedHeight(self.row_height(look))

    @staticmethod
    def row_height(look: Style) -> int:
        """Return the height: a button, with a little air."""
        return look.sizes.touch + 2 * max(2, look.sizes.gap // 4)

    def show_view(self, view: object) -> None:
        """Show a view; blink if somebody is waited for."""
        if view == self.view:
            return
        super().show_view(view)
        top = self.view.top if self.view else None
        if self.view:
            self.button.rename(self.view.acknowledge)
        self.button.setVisible(top is not None and top.can_acknowledge)
        self._is_lit = True
        if top is not None and top.is_waiting:
            self._blink.start()
        else:
            self._blink.stop()
        self._place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place the button (Qt calls this)."""
        self._place()

    def _place(self) -> None:
        air = (self.height() - self.look.sizes.touch) // 2
        width = max(self.look.sizes.frequent_touch * 2, self._words_width() + self.look.sizes.body * 2)
        right = self.width() - self._counts_width() - self.look.sizes.gap
        self.button.setGeometry(right - width, air, width, self.look.sizes.touch)

    def _words_width(self) -> int:
        return int(len(self.button.text()) * self.look.sizes.body * 0.62)

    def _counts_width(self) -> int:
        return int(self.look.sizes.small * 17)

    @Slot()
    def _on_clicked(self) -> None:
        if self.view is not None and self.view.top is not None:
            self.acknowledged.emit(self.view.top.id, self.view.top.version)

    @Slot()
    def _on_blink(self) -> None:
        self._is_lit = not self._is_lit
        self.update(0, 0, self.height(), self.height())

    def paint(self, canvas: Canvas, area: QRectF) -> None:
        """Paint the row."""
        if (view := self.view) is None:
            return
        gap = canvas.sizes.gap
        counts = area.adjusted(area.width() - self._counts_width(), 0, 0, 0)
        self._paint_counts(canvas, counts, view)
        left = area.adjusted(0, 0, -counts.width() - gap, 0)
        canvas.box(left, Role.RAISED if view.top else Role.PANEL)
        if view.top is None:
            inside = left.adjusted(canvas.sizes.body, 0, -canvas.sizes.body, 0)
            if view.notice:
                canvas.text(inside, view.notice, canvas.sizes.large, weight=SEMIBOLD, may_cut=True)
            else:
                canvas.text(inside, view.quiet, canvas.sizes.body, role=Role.QUIET)
        else:
            self._paint_alarm(canvas, left, view.top)

    def _paint_alarm(self, canvas: Canvas, area: QRectF, top: AlarmLine) -> None:
        sizes = canvas.sizes
        side = area.height() * 0.56
        sign = QRectF(area.left() + sizes.body, area.center().y() - side / 2, side * 1.05, side)
        if top.is_waiting and top.priority in _BARS:
            canvas.box(
                QRectF(area.left(), area.top(), sizes.body * 0.4, area.height()),
                _BARS[top.priority],
                radius=0,
            )
        priority_sign(canvas, sign, top.priority, is_filled=self._is_lit)
        right = self.button.x() - sizes.body if top.can_acknowledge else area.right() - sizes.body
        inside = QRectF(
            sign.right() + sizes.body, area.top(), right - sign.right() - sizes.body, area.height()
        )
        half = area.height() / 2
        upper = inside.adjusted(0, sizes.small * 0.25, 0, -half)
        lower = inside.adjusted(0, half, 0, -sizes.small * 0.25)
        since = canvas.text(upper, top.since, sizes.small, role=Role.QUIET, align=RIGHT)
        room = upper.adjusted(0, 0, -since.width() - sizes.body if top.since else 0, 0)
        text = canvas.text(room, top.text, sizes.large, weight=SEMIBOLD, may_cut=True)
        beside = room.adjusted(text.width() + sizes.body, 0, 0, 0)
        if canvas.width_of(top.cause, sizes.body) <= beside.width():  # whole or not at all
            canvas.text(beside, top.cause, sizes.body, role=Role.QUIET)
        # What parts do is as large as what is wrong: both are read from afar.
        said = canvas.text(lower, top.consequence, sizes.large, weight=MEDIUM)
        rest = lower.adjusted(said.width() + sizes.body, 0, 0, 0)
        canvas.text(rest, top.response, sizes.body, role=Role.QUIET, may_cut=True)

    @staticmethod
    def _paint_counts(canvas: Canvas, area: QRectF, view: AlarmRowView) -> None:
        sizes = canvas.sizes
        canvas.box(area, Role.FIELD, edge=Role.EDGE)
        side = sizes.body * 1.15
        top = area.center().y() - side / 2 - (sizes.small * 0.75 if view.shelved else 0)
        step = (area.width() - sizes.small) / 3
        for at, count in enumerate(view.counts):
            box = QRectF(area.left() + sizes.small + at * step, top, side, side)
            priority_sign(canvas, box, at + 1, is_filled=count not in {"0", "–"})
            room = QRectF(box.right() + sizes.small * 0.4, top, step - side - sizes.small * 0.6, side)
            canvas.text(room, count, sizes.body, weight=SEMIBOLD)
        row = QRectF(
            area.left() + sizes.small,
            top + side + sizes.small * 0.3,
            area.width() - 2 * sizes.small,
            sizes.small,
        )
        canvas.text(row, view.shelved, sizes.small, role=Role.QUIET)
