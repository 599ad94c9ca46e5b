"""A console as people see it: its window, what is written in it, and where it can be touched."""

from __future__ import annotations

from itertools import combinations

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from pytestqt.qtbot import QtBot

from inspector.protocol import ClientKeys, Endpoints
from inspector_console.bridge import Bridge
from inspector_console.shell import Shell
from inspector_console.sizes import Sizes
from inspector_console.widgets import Painting, Style, TextMark

SCREENS = ((1280, 800, 12.1), (1366, 768, 15.6), (1920, 1080, 21.5))


class Panel:
    """An open console."""

    def __init__(
        self,
        qtbot: QtBot,
        endpoints: Endpoints,
        screen: tuple[float, ...],
        language: str,
        palette: str,
        *,
        keys: ClientKeys | None = None,
    ) -> None:
        width, height, inch = int(screen[0]), int(screen[1]), screen[2]
        self.qtbot, self.sizes = qtbot, Sizes(width, height, inch)
        self._is_closed = False
        self.bridge = Bridge(endpoints, name="Panel 1", keys=keys)
        self.shell = Shell(self.bridge, Style(self.sizes, palette), language)
        self.shell.resize(width, height)
        self.shell.show()
        qtbot.waitExposed(self.shell)

    def close(self) -> None:
        if self._is_closed:
            return
        self._is_closed = True
        self.bridge.close()
        self.shell.close()
        self.shell.deleteLater()
        self.bridge.deleteLater()  # or the garbage collector does it, perhaps in another thread
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    def painted(self) -> list[Painting]:
        """Everything that is visible and paints itself."""
        return [
            widget
            for widget in self.shell.findChildren(QWidget)
            if isinstance(widget, Painting) and widget.isVisible()
        ]

    def marks(self) -> list[tuple[Painting, TextMark, QRectF]]:
        """Every visible text, with its place in the window."""
        self.shell.grab()
        return [
            (widget, mark, mark.rect.translated(widget.mapTo(self.shell, QPoint(0, 0)).toPointF()))
            for widget in self.painted()
            for mark in widget.marks
        ]

    def texts(self) -> list[str]:
        return [mark.text for _, mark, _ in self.marks()]

    def shows(self, *texts: str) -> None:
        """Wait until these are to be read."""
        self.qtbot.waitUntil(lambda: set(texts) <= set(self.texts()), timeout=10_000)

    def touch(self, widget: QWidget) -> None:
        self.qtbot.mouseClick(widget, Qt.MouseButton.LeftButton)

    def buttons(self) -> list[QAbstractButton]:
        return [button for button in self.shell.findChildren(QAbstractButton) if button.isVisible()]

    def overlapping_texts(self) -> list[tuple[str, str]]:
        marks = [(mark.text, place) for _, mark, place in self.marks()]
        return [(one, other) for (one, a), (other, b) in combinations(marks, 2) if a.intersects(b)]

    def texts_outside(self) -> list[str]:
        """Texts that reach beyond the widget that wrote them."""
        return [
            mark.text
            for widget, mark, _ in self.marks()
            if not QRectF(widget.rect()).adjusted(-1, -1, 1, 1).contains(mark.rect)
        ]

    def cut_texts(self) -> list[str]:
        return [mark.text for _, mark, _ in self.marks() if mark.is_cut and not mark.may_cut]

    def place(self, widget: QWidget) -> QRect:
        return QRect(widget.mapTo(self.shell, QPoint(0, 0)), widget.size())
