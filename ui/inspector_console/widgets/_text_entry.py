"""A field for a line of text: touch it, and the keyboard opens over the window.

sheet = KeyboardSheet(look, screen)                        # one for all fields of a screen
entry = TextEntry(look, sheet, parent=screen)
entry.changed.connect(self._on_note)                       # str
entry.describe("Note", "none yet", present_keys(words))    # when facts are shown: again in another language
entry.set_text(text)                                       # emits nothing
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRectF, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from inspector_console.presenter import KeysView
from inspector_console.theme import Role
from inspector_console.widgets._base import TouchButton
from inspector_console.widgets._canvas import Canvas
from inspector_console.widgets._keyboard import TEXT_MAX, KeyboardSheet
from inspector_console.widgets._style import MEDIUM, Style

_DOT: Final = "●"
_MOST_DOTS: Final = 24


class TextEntry(TouchButton):
    """Shows a text under its name; asks for another one when it is touched, or typed at.

    Parameters
    ----------
    sheet
        The keyboard that it opens; several fields may share one.
    is_secret
        Nobody reads it here.
    """

    changed = Signal(str)
    """Somebody has entered another text."""

    def __init__(
        self,
        look: Style,
        sheet: KeyboardSheet,
        *,
        is_secret: bool = False,
        max_length: int = TEXT_MAX,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(look, parent=parent)
        self._sheet, self._is_secret, self._max_length = sheet, is_secret, max_length
        self._value, self._hint, self._is_asking = "", "", False
        self._keys: KeysView | None = None
        self.clicked.connect(self._on_clicked)
        sheet.entered.connect(self._on_entered)
        sheet.cancelled.connect(self._on_cancelled)

    @staticmethod
    def height_of(look: Style) -> int:
        """Return how high a field is that has room for its name and its text."""
        return max(look.sizes.touch, int(look.sizes.body * 3.1))

    @property
    def value(self) -> str:
        """What was entered."""
        return self._value

    def describe(self, name: str, hint: str, keys: KeysView) -> None:
        """Say what belongs here, and what stands here while nothing does."""
        self.rename(name)
        if hint != self._hint:
            self._hint = hint
            self.update()
        self._keys = keys

    def set_text(self, text: str) -> None:
        """Show another text."""
        if text != self._value:
            self._value = text[: self._max_length]
            self.update()

    def ask(self, typed: str = "") -> None:
        """Open the keyboard; `typed` is what was typed at the field already."""
        if self._keys is None:
            return
        self._is_asking = True
        text = "" if self._is_secret else self._value
        self._sheet.ask(
            self.text(), text + typed, self._keys, is_secret=self._is_secret, max_length=self._max_length
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Type at the field without touching it first (Qt calls this)."""
        if event.text().isprintable() and event.text().strip():
            self.ask(event.text())
        else:
            super().keyPressEvent(event)

    @Slot()
    def _on_clicked(self) -> None:
        self.ask()

    @Slot(str)
    def _on_entered(self, text: str) -> None:
        if self._is_asking:
            self._is_asking = False
            self.setFocus()
            if text != self._value:
                self.set_text(text)
                self.changed.emit(self._value)

    @Slot()
    def _on_cancelled(self) -> None:
        if self._is_asking:
            self._is_asking = False
            self.setFocus()

    def paint_words(self, canvas: Canvas, area: QRectF, px: int | None = None) -> None:
        """Write the name, and below it what was entered."""
        sizes, body = canvas.sizes, canvas.sizes.body
        inside = area.adjusted(body * 0.7, 0, -body * 0.7, 0)
        upper = QRectF(inside.left(), area.center().y() - body * 1.4, inside.width(), body * 1.4)
        lower = QRectF(inside.left(), area.center().y() - body * 0.1, inside.width(), body * 1.4)
        canvas.text(upper, self.text(), sizes.small, role=Role.QUIET, weight=MEDIUM)
        shown = _DOT * min(_MOST_DOTS, len(self._value)) if self._is_secret else self._value
        if shown:
            canvas.text(lower, shown.replace("\n", " "), body, weight=MEDIUM, may_cut=True)
        else:
            canvas.text(lower, self._hint, body, role=Role.QUIET)
