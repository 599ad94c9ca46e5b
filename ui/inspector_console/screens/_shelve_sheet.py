"""What is asked before an alarm is put aside: for how long, and why. Touching the reason does it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QWidget

from inspector_console.presenter import AlarmLine, SheetView
from inspector_console.theme import Role
from inspector_console.widgets import MEDIUM, SEMIBOLD, Canvas, Style, Tile, TouchButton, place_way_out


class ShelveSheet(Tile):
    """Lies over the list of alarms until somebody has answered."""

    answered = Signal(str, int, int, str)
    """Alarm, its version as it was seen, minutes, reason."""
    view: SheetView | None

    def __init__(self, look: Style, parent: QWidget) -> None:
        super().__init__(look, parent)
        self._line: AlarmLine | None = None
        self.cancel = TouchButton(look, parent=self)
        self.cancel.clicked.connect(self.hide)
        self.durations: list[TouchButton] = []
        self.reasons: list[TouchButton] = []
        self._group = QButtonGroup(self)
        self.hide()

    def ask(self, view: SheetView, line: AlarmLine) -> None:
        """Ask about an alarm; the shortest time is chosen at first."""
        self._line = line
        self.show_view(view)
        self.cancel.rename(view.cancel)
        self._make(view)
        self.durations[0].setChecked(True)
        self._place()
        self.raise_()
        self.show()
        self.update()

    def _make(self, view: SheetView) -> None:
        while len(self.durations) < len(view.durations):
            duration = TouchButton(self.look, parent=self)
            duration.setCheckable(True)
            self._group.addButton(duration)
            self.durations.append(duration)
        while len(self.reasons) < len(view.reasons):
            reason = TouchButton(self.look, parent=self)
            reason.clicked.connect(self._on_reason)
            self.reasons.append(reason)
        for button, (_, text) in zip(self.durations, view.durations, strict=True):
            button.rename(text)
        for button, (_, text) in zip(self.reasons, view.reasons, strict=True):
            button.rename(text)

    @Slot()
    def _on_reason(self) -> None:
        if self._line is None or self.view is None:
            return
        minutes = next(
            minutes
            for (minutes, _), button in zip(self.view.durations, self.durations, strict=True)
            if button.isChecked()
        )
        for (reason, _), button in zip(self.view.reasons, self.reasons, strict=True):
            if button is self.sender():
                self.answered.emit(self._line.id, self._line.version, minutes, reason)
        self.hide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place the buttons (Qt calls this)."""
        self._place()

    def _place(self) -> None:
        """Put the durations into one row, the reasons into rows of two, and the way out apart from them."""
        sizes = self.look.sizes
        gap, pad = sizes.gap, sizes.gap * 2
        heading = self._heading()
        top = pad + int(sizes.large * 1.6) + heading
        self._place_row([*self.durations], top)
        top += sizes.touch + heading
        for at in range(0, len(self.reasons), 2):
            self._place_row(self.reasons[at : at + 2], top)
            top += sizes.touch + gap
        place_way_out(self, self.cancel)

    def _heading(self) -> int:
        """Return how much room a heading takes, with the air above it."""
        return int(self.look.sizes.body * 2)

    def _place_row(self, buttons: list[TouchButton], top: int) -> None:
        sizes = self.look.sizes
        columns = max(2, len(buttons))  # one that is left over is as wide as the others
        width = (self.width() - 4 * sizes.gap - sizes.gap * (columns - 1)) // columns
        for at, button in enumerate(buttons):
            button.setGeometry(2 * sizes.gap + at * (width + sizes.gap), top, width, sizes.touch)

    def paint(self, canvas: Canvas, area: QRectF) -> None:
        """Paint the question, and what it is about."""
        if self.view is None or self._line is None:
            return
        sizes = canvas.sizes
        canvas.box(area, Role.PANEL, edge=Role.ACCENT, width=2)
        row = QRectF(area.left() + 2 * sizes.gap, sizes.gap, area.width() - 4 * sizes.gap, sizes.large * 1.5)
        title = canvas.text(row, self.view.title, sizes.large, role=Role.QUIET, weight=MEDIUM)
        rest = row.adjusted(title.width() + sizes.body, 0, 0, 0)
        canvas.text(rest, self._line.text, sizes.large, weight=SEMIBOLD, may_cut=True)
        for said, button in ((self.view.for_how_long, self.durations[0]), (self.view.why, self.reasons[0])):
            height = sizes.body * 1.5
            above = QRectF(row.left(), button.y() - height, row.width(), height)
            canvas.text(above, said, sizes.body, weight=MEDIUM)
