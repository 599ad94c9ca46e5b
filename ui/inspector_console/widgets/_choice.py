"""A question with a few answers, over whatever has asked it: touching an answer gives it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QRectF, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from inspector_console.theme import Role
from inspector_console.widgets._base import Tile, TouchButton
from inspector_console.widgets._canvas import Canvas
from inspector_console.widgets._signs import warning_sign
from inspector_console.widgets._style import MEDIUM, SEMIBOLD, Style

_FEW: Final = 6
"""So many answers stand in rows of three; more in rows of four."""


class ChoiceSheet(Tile):
    """Covers its parent until somebody has answered, or does not want to."""

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
        self.hide()

    def ask(
        self,
        title: str,
        options: Sequence[tuple[str, str]],
        cancel: str,
        *,
        note: str = "",
        is_wrong: bool = False,
    ) -> None:
        """Ask, with answers as pairs of a name and what people read; `note` stands below the title."""
        self._names = [name for name, _ in options]
        self._title, self._note, self._is_wrong = title, note, is_wrong
        while len(self.options) < len(options):
            button = TouchButton(self.look, parent=self)
            button.clicked.connect(self._on_option)
            self.options.append(button)
        for at, button in enumerate(self.options):
            button.setVisible(at < len(options))
            if at < len(options):
                button.rename(options[at][1])
        self.cancel.rename(cancel)
        self.show_view((title, tuple(options), cancel, note, is_wrong))
        self._place()
        self.raise_()
        self.show()

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

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place the buttons (Qt calls this)."""
        self._place()

    def _place(self) -> None:
        """Put the answers into rows, and the way out below."""
        sizes = self.look.sizes
        gap, pad = sizes.gap, sizes.gap * 2
        columns = 3 if len(self._names) <= _FEW else 4
        width = (self.width() - 2 * pad - gap * (columns - 1)) // columns
        top = pad + int(sizes.large * 1.6 + sizes.body * 2.6)
        count = len(self._names)
        for at, button in enumerate(self.options[:count]):
            row, column = divmod(at, columns)
            button.setGeometry(
                pad + column * (width + gap), top + row * (sizes.touch + gap), width, sizes.touch
            )
        self.cancel.setGeometry(pad, self.height() - pad - sizes.touch, width, sizes.touch)

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
