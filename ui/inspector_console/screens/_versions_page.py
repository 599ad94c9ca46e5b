"""System › Versions: what runs here, and under which licences."""

from __future__ import annotations

import importlib.metadata
import platform
from pathlib import Path

from PySide6.QtCore import QRectF, qVersion
from PySide6.QtGui import QResizeEvent

import inspector
from inspector_console.presenter import Lens, Software, VersionsView, present_versions
from inspector_console.screens._page import paint_rows_shown, rows_shown
from inspector_console.widgets import SEMIBOLD, Canvas, ListedRows, Style, Tile
from inspector_console.words import Say, Words

LICENCES = Path(__file__).parent.parent / "resources" / "licences"
_LEAD = 8.0


def software() -> Software:
    """Return what this console consists of."""
    return Software(
        console=inspector.__version__,
        python=platform.python_version(),
        qt=qVersion(),
        pyside=importlib.metadata.version("PySide6-Essentials"),
        texts=str(LICENCES),
    )


class VersionsPage(Tile):
    """A list that changes with the station alone."""

    view: VersionsView | None

    def __init__(self, look: Style) -> None:
        super().__init__(look)
        self._software = software()
        self.list = ListedRows(look, self, lead=_LEAD)
        self.list.turned.connect(self.update)
        self._words: Words | None = None

    def show_facts(self, lens: Lens) -> None:
        """Show what is known now."""
        view, self._words = present_versions(lens, self._software), lens.words
        if view != self.view:
            self.show_view(view)
            self.list.rename(lens.words(Say.EARLIER), lens.words(Say.LATER))
            self.list.show_rows(view.rows)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place the list (Qt calls this)."""
        head = int(self.look.sizes.large * 1.6)
        self.list.setGeometry(0, head, self.width(), self.height() - head)

    def paint(self, canvas: Canvas, area: QRectF) -> None:
        """Paint the title."""
        if self.view is not None and self._words is not None:
            row = QRectF(area.left(), area.top(), area.width(), canvas.sizes.large * 1.6)
            row = paint_rows_shown(canvas, row, rows_shown(self.list, self._words))
            canvas.text(row, self.view.title, canvas.sizes.large, weight=SEMIBOLD)
