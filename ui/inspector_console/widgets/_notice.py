"""A sentence that answers somebody's touch, for a few seconds."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRectF, QTimer
from PySide6.QtWidgets import QWidget

from inspector_console.theme import Role
from inspector_console.widgets._base import Tile
from inspector_console.widgets._canvas import Canvas
from inspector_console.widgets._style import MEDIUM, Style

_SHOWN_MS: Final = 6000


class Notice(Tile):
    """Says why something was not done; lies over the screen's lower edge, in nobody's way for long."""

    def __init__(self, look: Style, parent: QWidget) -> None:
        super().__init__(look, parent)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_SHOWN_MS)
        self._timer.timeout.connect(self.hide)
        self.hide()

    def say(self, text: str) -> None:
        """Show a sentence."""
        self.show_view(text)
        self._timer.start()
        self.raise_()
        self.show()

    def paint(self, canvas: Canvas, area: QRectF) -> None:
        """Paint it."""
        canvas.box(area, Role.ACTION, edge=Role.EDGE, width=2)
        body = canvas.sizes.body
        inside = area.adjusted(body, 0, -body, 0)
        canvas.text(inside, str(self.view or ""), body, role=Role.ON_ACTION, weight=MEDIUM, may_cut=True)
