"""Choosing one of a few: a button that says what is chosen, and a sheet with all that can be."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from inspector_console.theme import Role
from inspector_console.widgets._base import Tile, TouchButton
from inspector_console.widgets._canvas import Canvas
from inspector_console.widgets._style import MEDIUM, SEMIBOLD, Style


class FilterButton(TouchButton):
    """Says a name and what is chosen; marked while that is not the usual."""

    def __init__(self, look: Style, parent: QWidget) -> None:
        super().__init__(look, parent=parent)
        self._title = ""
        self._is_set = False

    def describe(self, title: str, value: str, *, is_set: bool = False, may_cut: bool = False) -> None:
        """Take other words; `may_cut`: people have named the value."""
        if (title, value, is_set, may_cut) != (self._title, self.text(), self._is_set, self._may_cut):
            self._title, self._is_set, self._may_cut = title, is_set, may_cut
            self.rename(value)
            self.setAccessibleName(f"{title}: {value}")
            self.update()

    _may_cut = False

    def paint_face(self, canvas: Canvas, area: QRectF) -> None:
        """Paint the face."""
        super().paint_face(canvas, area)
        if self._is_set and not self.isDown():
            canvas.box(area, Role.CHOSEN, edge=Role.ACCENT, width=2)

    def paint_words(self, canvas: Canvas, area: QRectF, px: int | None = None) -> None:
        """Write the name small, and the value below it."""
        sizes = canvas.sizes
        inside = area.adjusted(sizes.body * 0.5, 0, -sizes.body * 0.5, 0)
        middle = area.center().y()
        upper = QRectF(inside.left(), middle - sizes.small * 1.5, inside.width(), sizes.small * 1.3)
        lower = QRectF(inside.left(), middle - sizes.small * 0.1, inside.width(), sizes.body * 1.4)
        canvas.text(upper, self._title, sizes.small, role=Role.TEXT if self._is_set else Role.QUIET)
        weight = SEMIBOLD if self._is_set else MEDIUM
        canvas.text(lower, self.text(), sizes.body, weight=weight, may_cut=self._may_cut)


class FilterSheet(Tile):
    """Lies over a screen until somebody has chosen. One question at a time."""

    chosen = Signal(str, str)
    """What was asked (`about`), and the key of the choice."""

    def __init__(self, look: Style, parent: QWidget) -> None:
        super().__init__(look, parent)
        self._about = self._title = ""
        self._choices: tuple[tuple[str, str], ...] = ()
        self.buttons: list[TouchButton] = []
        self.cancel = TouchButton(look, parent=self)
        self.cancel.clicked.connect(self.hide)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.hide()

    def ask(
        self, about: str, title: str, choices: Sequence[tuple[str, str]], chosen: str, cancel: str
    ) -> None:
        """Offer choices, each a key and its words."""
        self._about, self._title, self._choices = about, title, tuple(choices)
        while len(self.buttons) < len(self._choices):
            button = TouchButton(self.look, parent=self)
            button.setCheckable(True)
            button.clicked.connect(self._on_clicked)
            self.buttons.append(button)
        for at, button in enumerate(self.buttons):
            button.setVisible(at < len(self._choices))
            if at < len(self._choices):
                key, text = self._choices[at]
                button.rename(text)
                button.setChecked(key == chosen)
        self.cancel.rename(cancel)
        self._place()
        self.raise_()
        self.show()
        self.setFocus()
        self.update()

    @Slot()
    def _on_clicked(self) -> None:
        for (key, _), button in zip(self._choices, self.buttons, strict=False):
            if button is self.sender():
                self.hide()
                self.chosen.emit(self._about, key)
                return

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Give up on Escape (Qt calls this)."""
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
        event.accept()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place the buttons (Qt calls this)."""
        self._place()

    def _place(self) -> None:
        """Put the choices into as many columns as it takes, and the way out last."""
        sizes, gap = self.look.sizes, self.look.sizes.gap
        top, pad = gap + int(sizes.large * 1.8), 2 * gap
        rows = max(1, (self.height() - top - sizes.touch - pad) // (sizes.touch + gap))
        columns = max(2, math.ceil(len(self._choices) / rows))
        rows = max(1, math.ceil(len(self._choices) / columns))
        width = (self.width() - 2 * pad - gap * (columns - 1)) // columns
        height = min(sizes.frequent_touch, (self.height() - top - sizes.touch - pad) // rows - gap)
        for at, button in enumerate(self.buttons[: len(self._choices)]):
            column, row = divmod(at, rows)
            button.setGeometry(
                pad + column * (width + gap), top + row * (height + gap), width, max(sizes.touch, height)
            )
        least = max(sizes.touch * 2, int(sizes.body * 8))
        self.cancel.setGeometry(
            self.width() - pad - least, self.height() - gap - sizes.touch, least, sizes.touch
        )

    def paint(self, canvas: Canvas, area: QRectF) -> None:
        """Paint the question."""
        sizes = canvas.sizes
        canvas.box(area, Role.PANEL, edge=Role.ACCENT, width=2)
        row = QRectF(2 * sizes.gap, sizes.gap / 2, area.width() - 4 * sizes.gap, sizes.large * 1.8)
        canvas.text(row, self._title, sizes.large, weight=SEMIBOLD)
