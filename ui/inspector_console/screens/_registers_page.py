"""The registers as they last went over the wire; asked for only while somebody looks."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRectF, QTimer, Slot
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent

from inspector.errors import InspectorError
from inspector.protocol import RegisterTable, body_as
from inspector_console.bridge import Answer, Bridge, Step
from inspector_console.presenter import REGISTER_GROUPS, Lens, RegistersView, present_registers
from inspector_console.screens._page import Page
from inspector_console.widgets import Canvas, Column, Style, Table, TableView, TouchButton
from inspector_console.words import Say, SayDevices, Words

READ_REGISTERS: Final = "registers.read"
_ASK_MS: Final = 500
_PATIENCE: Final = 4
"""So many turns an answer may take."""


class RegistersPage(Page):
    """One group at a time, twice a second."""

    view: RegistersView | None

    def __init__(self, look: Style, bridge: Bridge) -> None:
        super().__init__(look)
        self._bridge = bridge
        self._lens: Lens | None = None
        self._group = REGISTER_GROUPS[0]
        self._table: RegisterTable | None = None
        self._trouble, self._asked, self._first = "", 0, 0
        self._has_pages = False
        self.groups = {name: TouchButton(look, parent=self) for name in REGISTER_GROUPS}
        for button in self.groups.values():
            button.setCheckable(True)
            button.clicked.connect(self._on_group)
        shares = (Column(0.07), Column(0.165), Column(0.14), Column(0.205, may_cut=True))
        self.table = Table(look, *shares, Column(0.42, may_cut=True, is_quiet=True))
        self.up, self.down = TouchButton(look, parent=self), TouchButton(look, parent=self)
        self.up.clicked.connect(self._on_up)
        self.down.clicked.connect(self._on_down)
        self.table.setParent(self)
        self._timer = QTimer(self)
        self._timer.setInterval(_ASK_MS)
        self._timer.timeout.connect(self._ask)
        bridge.answered.connect(self._on_answered)

    def show_lens(self, lens: Lens) -> None:
        """Show the group in a language, as it was last answered."""
        self._lens = lens
        self._refresh()

    def _refresh(self) -> None:
        if self._lens is None:
            return
        words = self._lens.words
        view = present_registers(self._lens, self._group, self._table, self._trouble)
        self.show_view(view)
        self.back.rename(words(SayDevices.BACK))
        for name, title in view.groups:
            self.groups[name].rename(title)
            self.groups[name].setChecked(name == self._group)
        page = self.table.page()
        self._has_pages = len(view.rows) > page
        self._place_table()
        self._first = min(self._first, max(0, (len(view.rows) - 1) // page * page))
        self.table.show_view(
            TableView(
                view.title, view.rows, view.head, self._first, _note(words, view, self._first, page), view.old
            )
        )
        for button, can, say in (
            (self.up, self._first > 0, Say.EARLIER),
            (self.down, self._first + page < len(view.rows), Say.LATER),
        ):
            button.rename(words(say))
            button.setVisible(self._has_pages)
            button.setEnabled(can)

    @Slot()
    def _ask(self) -> None:
        """Ask for the group, unless an answer is still on its way."""
        if 0 < self._asked < _PATIENCE:
            self._asked += 1
            return
        self._asked = 1
        self._bridge.ask(Step(READ_REGISTERS, {"group": self._group}), about=self._group)

    @Slot(object)
    def _on_answered(self, answer: Answer) -> None:
        if answer.kind != READ_REGISTERS or answer.about != self._group:
            return
        self._asked = 0
        try:
            self._trouble = self._refusal(answer)
            if answer.reply is not None and answer.is_ok:
                self._table = body_as(answer.reply.body, RegisterTable)
        except InspectorError as error:
            self._trouble = str(error)
        self._refresh()

    def _refusal(self, answer: Answer) -> str:
        if answer.is_ok or self._lens is None:
            return ""
        words = self._lens.words
        return words.refusal(answer.reply) if answer.reply else words(SayDevices.NO_ANSWER)

    @Slot()
    def _on_group(self) -> None:
        self._group = next(name for name, button in self.groups.items() if button is self.sender())
        self._table, self._trouble, self._first, self._asked = None, "", 0, 0
        self._ask()
        self._refresh()

    @Slot()
    def _on_up(self) -> None:
        self._first = max(0, self._first - self.table.page())
        self._refresh()

    @Slot()
    def _on_down(self) -> None:
        self._first += self.table.page()
        self._refresh()

    def showEvent(self, event: QShowEvent) -> None:
        """Ask again (Qt calls this)."""
        self._asked = 0
        self._ask()
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Ask no more (Qt calls this)."""
        self._timer.stop()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place everything (Qt calls this)."""
        sizes, gap = self.look.sizes, self.look.sizes.gap
        left, top = self.place_back(), self.head()
        width = (self.width() - left - gap * (len(self.groups) - 1)) // len(self.groups)
        for at, button in enumerate(self.groups.values()):
            start = left + at * (width + gap)
            is_last = at == len(self.groups) - 1
            button.setGeometry(start, 0, self.width() - start if is_last else width, sizes.touch)
        side = self._side()
        self._place_table()
        half = (self.height() - top - gap) // 2
        self.up.setGeometry(self.width() - side, top, side, half)
        self.down.setGeometry(self.width() - side, top + half + gap, side, half)
        self._refresh()

    def _side(self) -> int:
        return max(self.look.sizes.frequent_touch, int(self.look.sizes.body * 6.4))

    def _place_table(self) -> None:
        """Give the table the whole width where nobody turns pages."""
        side = self._side() + self.look.sizes.gap if self._has_pages else 0
        self.table.setGeometry(0, self.head(), self.width() - side, self.height() - self.head())

    def paint(self, canvas: Canvas, area: QRectF) -> None:
        """Everything is in the widgets on the page."""


def _note(words: Words, view: RegistersView, first: int, page: int) -> str:
    """Return when the group was transferred, and which rows these are."""
    if len(view.rows) <= page:
        return view.status
    last = min(len(view.rows), first + page)
    return f"{view.status} · {words(Say.PAGE, first=first + 1, last=last, count=len(view.rows))}"
