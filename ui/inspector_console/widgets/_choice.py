"""A question with a few answers, over whatever has asked it: touching an answer gives it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QRectF, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from inspector_console.theme import Role
from inspector_console.widgets._base import Tile, TouchButton
from inspector_console.widgets._canvas import Canvas
from inspector_console.widgets._signs import warning_sign
from inspector_console.widgets._style import MEDIUM, SEMIBOLD, Style

_FEW: Final = 6
"""So many answers stand in rows of three; more in rows of four, or of as many as it takes."""


class ChoiceSheet(Tile):
    """Covers its parent until somebody has answered, or does not want to. One question at a time."""

    chosen = Signal(str)
    """The answer's own name."""
    cancelled = Signal()

    def __init__(self, look: Style, parent: QWidget) -> None:
        super().__init__(look, parent)
        self.options: list[TouchButton] = []
        self.cancel = TouchButton(look, ground=Role.PANEL, parent=self)
        self.cancel.clicked.connect(self._on_cancel)
        self._names: list[str] = []
        self._title = self._note = ""
        self._is_wrong = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.hide()

    def ask(
        self,
        title: str,
        options: Sequence[tuple[str, str]],
        cancel: str,
        *,
        chosen: str | None = None,
        note: str = "",
        is_wrong: bool = False,
    ) -> None:
        """Ask, with answers as pairs of a name and what people read.

        `chosen` = the answer that is in force; `note` stands below the title, with a warning sign if `is_wrong`.
        """
        self._names = [name for name, _ in options]
        self._title, self._note, self._is_wrong = title, note, is_wrong
        while len(self.options) < len(options):
            button = TouchButton(self.look, parent=self)
            button.clicked.connect(self._on_option)
            self.options.append(button)
        for at, button in enumerate(self.options):
            button.setVisible(at < len(options))
            if at < len(options):
                name, text = options[at]
                button.rename(text)
                button.setCheckable(chosen is not None)
                button.setChecked(name == chosen)
        self.cancel.rename(cancel)
        self.show_view((title, tuple(options), cancel, chosen, note, is_wrong))
        self._place()
        self.raise_()
        self.show()
        self.setFocus()

    @Slot()
    def _on_option(self) -> None:
        at = next((at for at, button in enumerate(self.options) if button is self.sender()), None)
        if at is not None and at < len(self._names):
            self.hide()
            self.chosen.emit(self._names[at])

    @Slot()
    def _on_cancel(self) -> None:
        self.hide()
        self.cancelled.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Give up on Escape (Qt calls this)."""
        if event.key() == Qt.Key.Key_Escape:
            self._on_cancel()
        event.accept()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place the buttons (Qt calls this)."""
        self._place()

    def _place(self) -> None:
        """Put the answers into rows, and the way out below, apart from them."""
        sizes, count = self.look.sizes, len(self._names)
        gap, pad = sizes.gap, sizes.gap * 2
        top = pad + int(sizes.large * 1.6 + sizes.body * 2.6)
        room = self.height() - top - sizes.touch - pad - gap
        most = max(1, room // (sizes.touch + gap))
        columns = max(3 if count <= _FEW else 4, math.ceil(count / most))
        rows = max(1, math.ceil(count / columns))
        width = (self.width() - 2 * pad - gap * (columns - 1)) // columns
        height = max(sizes.touch, min(sizes.frequent_touch, room // rows - gap))
        for at, button in enumerate(self.options[:count]):
            row, column = divmod(at, columns)
            button.setGeometry(pad + column * (width + gap), top + row * (height + gap), width, height)
        place_way_out(self, self.cancel)

    def paint(self, canvas: Canvas, area: QRectF) -> None:
        """Paint the question."""
        sizes = canvas.sizes
        pad = sizes.gap * 2
        canvas.box(area, Role.PANEL, edge=Role.ACCENT, width=2)
        row = QRectF(pad, pad, area.width() - 2 * pad, sizes.large * 1.5)
        canvas.text(row, self._title, sizes.large, weight=SEMIBOLD, may_cut=True)
        note = QRectF(pad, row.bottom(), row.width(), sizes.body * 1.5)
        if self._is_wrong and self._note:
            side = sizes.body
            warning_sign(canvas, QRectF(pad, note.center().y() - side / 2, side, side))
            note.adjust(side * 1.5, 0, 0, 0)
        canvas.text(note, self._note, sizes.body, weight=MEDIUM, may_cut=True)


def place_way_out(sheet: Tile, button: TouchButton) -> None:
    """Place the button that leaves a sheet: below on the right, on every sheet."""
    sizes = sheet.look.sizes
    width, pad = max(sizes.touch * 2, int(sizes.body * 9)), 2 * sizes.gap
    button.setGeometry(sheet.width() - pad - width, sheet.height() - pad - sizes.touch, width, sizes.touch)
