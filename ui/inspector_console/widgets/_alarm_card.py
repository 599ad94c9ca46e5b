"""One alarm with everything that can be said of it."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRectF, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from inspector_console.presenter import AlarmLine
from inspector_console.theme import Role
from inspector_console.widgets._base import Tile, TouchButton
from inspector_console.widgets._canvas import RIGHT, Canvas
from inspector_console.widgets._signs import priority_sign
from inspector_console.widgets._style import MEDIUM, SEMIBOLD, Style

_BARS: Final = {1: Role.URGENT, 2: Role.WARNING, 3: Role.NOTICE}


class AlarmCard(Tile):
    """Shows an `AlarmLine`: what is wrong, what parts do, why, and what to do; with what can be done to it."""

    acknowledged = Signal(str, int)
    shelve_wanted = Signal(object)
    """The `AlarmLine` that somebody wants to put aside."""
    unshelved = Signal(str, int)
    view: AlarmLine | None

    def __init__(self, look: Style, parent: QWidget) -> None:
        super().__init__(look, parent)
        self.button = TouchButton(look, ground=Role.ACTION, ink=Role.ON_ACTION, parent=self)
        self.aside = TouchButton(look, ground=Role.PANEL, parent=self)
        self.button.clicked.connect(self._on_acknowledge)
        self.aside.clicked.connect(self._on_aside)

    @staticmethod
    def card_height(look: Style) -> int:
        """Return how high a card is."""
        sizes = look.sizes
        return max(sizes.touch + sizes.gap, int(sizes.large * 1.5 + sizes.body * 4.4))

    def show_line(self, line: AlarmLine, acknowledge: str, aside: str) -> None:
        """Show an alarm, and the buttons for what can be done to it."""
        self.show_view(line)
        self.button.rename(acknowledge)
        self.aside.rename(aside)
        self.button.setVisible(line.can_acknowledge)
        self.aside.setVisible(line.can_shelve or line.can_unshelve)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place the buttons (Qt calls this)."""
        sizes = self.look.sizes
        width = max(sizes.touch * 2, int(sizes.body * 8.2))
        top, left = (self.height() - sizes.touch) // 2, self.width() - width - sizes.gap
        self.button.setGeometry(left, top, width, sizes.touch)
        self.aside.setGeometry(left - width - sizes.gap, top, width, sizes.touch)

    @Slot()
    def _on_acknowledge(self) -> None:
        if self.view is not None:
            self.acknowledged.emit(self.view.id, self.view.version)

    @Slot()
    def _on_aside(self) -> None:
        if self.view is None:
            return
        if self.view.can_unshelve:
            self.unshelved.emit(self.view.id, self.view.version)
        else:
            self.shelve_wanted.emit(self.view)

    def paint(self, canvas: Canvas, area: QRectF) -> None:
        """Paint the card; one that is hidden is quieter."""
        if (view := self.view) is None:
            return
        sizes = canvas.sizes
        canvas.box(area, Role.PANEL if view.is_hidden else Role.RAISED)
        if view.is_waiting:
            canvas.box(
                QRectF(0, 0, sizes.body * 0.4, area.height()), _BARS.get(view.priority, Role.MARK), radius=0
            )
        side = sizes.large * 1.5
        sign = QRectF(sizes.body, area.center().y() - side / 2, side * 1.05, side)
        priority_sign(canvas, sign, view.priority, is_filled=not view.is_hidden)
        buttons = (self.aside, self.button)
        right = min((button.x() for button in buttons if button.isVisible()), default=int(area.right()))
        inside = QRectF(sign.right() + sizes.body, sizes.small * 0.4, 0, area.height() - sizes.small * 0.8)
        inside.setRight(right - sizes.body)
        self._paint_words(canvas, inside, self.aside.x() - sizes.body, view)

    @staticmethod
    def _paint_words(canvas: Canvas, area: QRectF, column: float, view: AlarmLine) -> None:
        """Write the words; times and states stand below each other, left of both buttons' column."""
        sizes = canvas.sizes
        row = QRectF(area.left(), area.top(), column - area.left(), sizes.large * 1.4)
        since = canvas.text(row, view.since, sizes.small, role=Role.QUIET, align=RIGHT)
        room = row.adjusted(0, 0, -since.width() - sizes.body, 0)
        canvas.text(room, view.text, sizes.large, weight=SEMIBOLD, may_cut=True)
        line = sizes.body * 1.25
        row = QRectF(area.left(), row.bottom(), column - area.left(), line)
        said = canvas.text(row, view.consequence, sizes.body, weight=MEDIUM)
        rest = row.adjusted(said.width() + sizes.body, 0, 0, 0)
        canvas.text(rest, view.state, sizes.small, role=Role.QUIET, align=RIGHT, may_cut=True)
        row.setRight(area.right())
        for text, role in ((view.cause, Role.QUIET), (view.response, Role.TEXT)):
            row = row.translated(0, line)
            canvas.text(row, text, sizes.body, role=role, may_cut=True)
