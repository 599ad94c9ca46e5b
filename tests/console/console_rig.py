"""A console as people see it: its window, what is written in it, and where it can be touched."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from pytestqt.qtbot import QtBot

from inspector.protocol import ClientKeys, Endpoints
from inspector_console.bridge import Bridge
from inspector_console.shell import Shell
from inspector_console.sizes import Sizes
from inspector_console.widgets import Painting, Style, TextMark

Mark = tuple[Painting, TextMark, QRectF]
"""A text, who wrote it, and where it is in the window."""
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

    def marks(self) -> list[Mark]:
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
        """Wait until these are to be read. Everything is painted anew only once they have been painted."""
        self.qtbot.waitUntil(
            lambda: (
                set(texts) <= {mark.text for widget in self.painted() for mark in widget.marks}
                and set(texts) <= set(self.texts())
            )
        )

    def settles(self, *widgets: Painting) -> None:
        """Wait until all that was told has been painted: for half a second none of these is (none given: nothing)."""
        for _ in range(40):
            before = self.paints()
            self.qtbot.wait(500)
            now = self.paints()
            if all(now.get(widget) == before.get(widget) for widget in widgets or now):
                return
        raise AssertionError("something is painted again and again")

    def paints(self) -> dict[Painting, int]:
        """How often each that is visible was painted."""
        return {widget: widget.paints for widget in self.painted()}

    def touch(self, widget: QWidget) -> None:
        self.qtbot.mouseClick(widget, Qt.MouseButton.LeftButton)

    def buttons(self) -> list[QAbstractButton]:
        return [button for button in self.shell.findChildren(QAbstractButton) if button.isVisible()]

    def unreadable(self) -> dict[str, object]:
        """Texts, as painted once, that are cut, reach beyond the widget that wrote them, or lie on another."""
        marks = self.marks()
        found: dict[str, object] = {
            "cut": [mark.text for _, mark, _ in marks if mark.is_cut and not mark.may_cut],
            "outside": [mark.text for widget, mark, _ in marks if not is_inside(widget, mark)],
            "overlapping": overlapping(marks),
        }
        return {kind: texts for kind, texts in found.items() if texts}

    def place(self, widget: QWidget) -> QRect:
        return QRect(widget.mapTo(self.shell, QPoint(0, 0)), widget.size())


def is_inside(widget: Painting, mark: TextMark) -> bool:
    return QRectF(widget.rect()).adjusted(-1, -1, 1, 1).contains(mark.rect)


def overlapping(marks: Iterable[Mark]) -> list[tuple[str, str]]:
    places = [(mark.text, place) for _, mark, place in marks]
    return [(one, other) for (one, a), (other, b) in combinations(places, 2) if a.intersects(b)]
