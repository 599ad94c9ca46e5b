"""System › Computer: its clock, networks and disk, and the backup."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from PySide6.QtCore import QRectF, Slot
from PySide6.QtGui import QResizeEvent

from inspector.clock import utc_ns
from inspector.errors import InspectorError
from inspector.protocol import Machine, body_as
from inspector_console.bridge import Answer, Bridge, Step
from inspector_console.presenter import Lens, MachineState, MachineView, present_machine
from inspector_console.screens._page import note_height, paint_rows_shown, rows_shown
from inspector_console.screens._save_desk import SaveDesk
from inspector_console.theme import Role
from inspector_console.widgets import SEMIBOLD, Canvas, ListedRows, Style, Tile, TouchButton
from inspector_console.words import Say, SayMachine, SaySystem

READ: Final = "machine.read"
BACK_UP: Final = "backup.make"
_READ_MS: Final = 10_000
_LEAD: Final = 7.0


class MachinePage(Tile):
    """Asks the station about its computer whenever somebody comes; hands a backup to whoever may have one."""

    view: MachineView | None

    def __init__(self, look: Style, bridge: Bridge) -> None:
        super().__init__(look)
        self._bridge = bridge
        self._lens: Lens | None = None
        self._state, self._round = MachineState(), 0
        self.list = ListedRows(look, self, lead=_LEAD)
        self.list.turned.connect(self.update)
        self.back_up = TouchButton(look, parent=self)
        self.back_up.clicked.connect(self._on_back_up)
        self.desk = SaveDesk(look, bridge, self)
        bridge.answered.connect(self._on_answered)

    def open(self) -> None:
        """Ask how things are now; what was said before stays until there is an answer."""
        self._round += 1
        self._bridge.ask(Step(READ, timeout_ms=_READ_MS), about=self._about())

    def show_facts(self, lens: Lens) -> None:
        """Show what is known now."""
        self._lens, view = lens, present_machine(lens, self._state)
        self.desk.show_facts(lens)
        if view != self.view:
            self.show_view(view)
            self.back_up.rename(view.back_up)
            self.back_up.setVisible(bool(view.back_up))
            self.list.rename(lens.words(Say.EARLIER), lens.words(Say.LATER))
            self.list.show_rows(view.rows, view.quiet)

    def _about(self) -> str:
        return f"machine {self._round}"

    @Slot(object)
    def _on_answered(self, answer: Answer) -> None:
        if answer.kind == BACK_UP and answer.is_ok:
            self.open()  # the row that tells of the last one
        elif answer.kind == READ and answer.about == self._about() and self._lens is not None:
            self._state = self._taken(answer, self._lens)
            self.show_facts(self._lens)

    def _taken(self, answer: Answer, lens: Lens) -> MachineState:
        if answer.reply is None or not answer.is_ok:
            why = lens.words.refusal(answer.reply) if answer.reply else lens.words(SaySystem.NO_ANSWER)
            return replace(self._state, machine=None, trouble=why)
        try:
            machine = body_as(answer.reply.body, Machine)
        except InspectorError as error:
            return replace(self._state, machine=None, trouble=str(error))
        return MachineState(machine=machine, here_utc_ns=utc_ns())

    @Slot()
    def _on_back_up(self) -> None:
        if self._lens is not None:
            self.desk.begin(
                self._lens, BACK_UP, {}, SayMachine.WHERE_TO, suffix=".zip", warning=SayMachine.KEEP_IT_SAFE
            )

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place everything (Qt calls this)."""
        sizes = self.look.sizes
        head, width = sizes.touch + note_height(sizes), max(sizes.touch * 2, self.width() // 5)
        self.back_up.setGeometry(self.width() - width, 0, width, sizes.touch)
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
