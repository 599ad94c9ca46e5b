"""Alarms › History: the alarms of the past, in pages."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QResizeEvent

from inspector_console.presenter import AlarmHistoryView, Lens, present_alarm_history
from inspector_console.screens._page import Page, rows_shown
from inspector_console.theme import Role
from inspector_console.widgets import RIGHT, Canvas, ListedRows, Style
from inspector_console.words import Words


class AlarmHistory(Page):
    """What has happened to alarms, newest first; a way back to those of now."""

    view: AlarmHistoryView | None

    def __init__(self, look: Style) -> None:
        super().__init__(look)
        self._words = Words()
        self.list = ListedRows(look, self)
        self.list.turned.connect(self.update)

    def show_facts(self, lens: Lens) -> None:
        """Show what is known now."""
        view = present_alarm_history(lens)
        if view != self.view:
            self._words = lens.words
            self.show_view(view)
            self.back.rename(view.back)
            self.list.rename(view.up, view.down)
            self.list.show_rows(view.rows, view.quiet)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place everything (Qt calls this)."""
        self.place_back()
        self.list.setGeometry(0, self.head(), self.width(), self.height() - self.head())

    def paint(self, canvas: Canvas, area: QRectF) -> None:
        """Paint the title, and which rows these are."""
        if (view := self.view) is None:
            return
        self.paint_title(canvas, view.title)
        row = QRectF(area.left(), area.top(), area.width(), self.look.sizes.touch)
        canvas.text(row, rows_shown(self.list, self._words), canvas.sizes.body, role=Role.QUIET, align=RIGHT)
