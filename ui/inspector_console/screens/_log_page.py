"""System › Log: what happened at the station, newest first."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Slot
from PySide6.QtGui import QResizeEvent

from inspector_console.bridge import Bridge
from inspector_console.presenter import Lens, LogView, present_log
from inspector_console.screens._page import note_height, paint_rows_shown, rows_shown
from inspector_console.screens._save_desk import SaveDesk
from inspector_console.theme import Role
from inspector_console.widgets import SEMIBOLD, Canvas, ListedRows, Style, Tile, TouchButton
from inspector_console.words import Say, SaySystem


class LogPage(Tile):
    """The end of the log in pages; the whole of it to take away."""

    view: LogView | None

    def __init__(self, look: Style, bridge: Bridge) -> None:
        super().__init__(look)
        self._lens: Lens | None = None
        self.list = ListedRows(look, self)
        self.list.turned.connect(self.update)
        self.export = TouchButton(look, parent=self)
        self.export.clicked.connect(self._on_export)
        self.desk = SaveDesk(look, bridge, self)

    def show_facts(self, lens: Lens) -> None:
        """Show what is known now."""
        self._lens, view = lens, present_log(lens)
        self.desk.show_facts(lens)
        if view != self.view:
            self.show_view(view)
            self.export.rename(view.export)
            self.export.setVisible(bool(view.export))
            self.list.rename(lens.words(Say.EARLIER), lens.words(Say.LATER))
            self.list.show_rows(view.rows, view.quiet)

    @Slot()
    def _on_export(self) -> None:
        if self._lens is not None:
            self.desk.begin(self._lens, "log.export", {}, SaySystem.SAVE_LOG)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place everything (Qt calls this)."""
        sizes = self.look.sizes
        head, width = sizes.touch + note_height(sizes), max(sizes.touch * 2, self.width() // 5)
        self.export.setGeometry(self.width() - width, 0, width, sizes.touch)
        self.list.setGeometry(0, head, self.width(), self.height() - head)
        self.desk.sheet.setGeometry(self.rect())

    def paint(self, canvas: Canvas, area: QRectF) -> None:
        """Paint the title, and which rows these are."""
        if (view := self.view) is None or self._lens is None:
            return
        sizes = canvas.sizes
        row = QRectF(area.left(), area.top(), area.width(), sizes.touch)
        canvas.text(row, view.title, sizes.large, weight=SEMIBOLD)
        row = QRectF(area.left(), sizes.touch, area.width(), note_height(sizes))
        row = paint_rows_shown(canvas, row, rows_shown(self.list, self._lens.words))
        canvas.text(row, view.may_not, sizes.small, role=Role.QUIET)
