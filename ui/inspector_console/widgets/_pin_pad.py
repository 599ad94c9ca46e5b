"""Ten digits, large enough for gloves."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRect, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from inspector_console.presenter import KeysView
from inspector_console.widgets._key import Key, KeySign
from inspector_console.widgets._style import Style

_LARGEST_MM: Final = 28.0
_COLUMNS: Final = 3
_ROWS: Final = 4


class PinPad(QWidget):
    """Digits as on a telephone, one key to take the last back, one that is left to whoever uses the pad."""

    typed = Signal(str)
    """A digit."""
    erased = Signal()

    def __init__(self, look: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.look = look
        self.digits = [Key(look, self, is_frequent=True) for _ in range(10)]
        self.backspace = Key(look, self, sign=KeySign.BACKSPACE, is_frequent=True)
        for digit, key in enumerate(self.digits):
            key.rename(str(digit))
            key.clicked.connect(self._on_digit)
        self.backspace.clicked.connect(self.erased)

    def describe(self, keys: KeysView) -> None:
        """Name the key that has a sign instead of a word."""
        self.backspace.setAccessibleName(keys.backspace)

    def height_for(self, room: int) -> int:
        """Return how high the pad is in so much room: no higher than keys make sense."""
        gap = self.look.sizes.gap
        return _ROWS * (self._side(room) + gap) - gap

    def extent(self, height: int) -> int:
        """Return how wide the pad is if it is so high."""
        gap = self.look.sizes.gap
        return _COLUMNS * (self._side(height) + gap) - gap

    def spare(self) -> QRect:
        """Return the place beside the zero that the pad leaves free."""
        return self._cell(2, 3)

    def _side(self, height: int) -> int:
        sizes = self.look.sizes
        fitting = (height + sizes.gap) // _ROWS - sizes.gap
        return max(sizes.frequent_touch, min(sizes.px(_LARGEST_MM), fitting))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place the keys (Qt calls this)."""
        for digit in range(1, 10):
            self.digits[digit].setGeometry(self._cell((digit - 1) % 3, (digit - 1) // 3))
        self.backspace.setGeometry(self._cell(0, 3))
        self.digits[0].setGeometry(self._cell(1, 3))

    def _cell(self, column: int, row: int) -> QRect:
        gap, side = self.look.sizes.gap, self._side(self.height())
        return QRect(column * (side + gap), row * (side + gap), side, side)

    @Slot()
    def _on_digit(self) -> None:
        key = self.sender()
        if isinstance(key, Key):
            self.typed.emit(key.text())
