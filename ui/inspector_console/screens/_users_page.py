"""System › Users: who may log in; for admins, what can be done about it."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from PySide6.QtCore import QRectF, Slot
from PySide6.QtGui import QResizeEvent

from inspector_console.bridge import Answer, Bridge, Step
from inspector_console.presenter import (
    Lens,
    UserAct,
    UserLine,
    UsersState,
    UsersView,
    act_result,
    present_refusal,
    present_users,
)
from inspector_console.screens._page import note_height, paint_rows_shown
from inspector_console.screens._user_flow import UserFlow
from inspector_console.screens._user_row import UserRow
from inspector_console.theme import Role
from inspector_console.widgets import (
    MEDIUM,
    SEMIBOLD,
    Canvas,
    ChoiceSheet,
    KeyboardSheet,
    ListedRows,
    Style,
    Tile,
    TouchButton,
)
from inspector_console.words import Say, SaySystem

LIST: Final = "user.list"
_ABOUT: Final = "users"
_LIST_MS: Final = 5_000
_TICK: Final = 1.0


class UsersPage(Tile):
    """A list in pages; every account can be touched. What came of an act stands above the list."""

    view: UsersView | None

    def __init__(self, look: Style, bridge: Bridge) -> None:
        super().__init__(look)
        self._bridge, self._lens, self._state = bridge, None, UsersState()
        self._here, self._first, self.note = ("", ""), 0, ""
        self._under_way: tuple[UserAct, str] | None = None
        self.rows: list[UserRow] = []
        self.add, self.own = TouchButton(look, parent=self), TouchButton(look, parent=self)
        self.up, self.down = TouchButton(look, parent=self), TouchButton(look, parent=self)
        self.rights = ListedRows(look, self, lead=_TICK)
        self.sheet, self.keyboard = ChoiceSheet(look, self), KeyboardSheet(look, self)
        self.flow = UserFlow(self.sheet, self.keyboard, self)
        self._connect()

    _lens: Lens | None

    def _connect(self) -> None:
        self.add.clicked.connect(self._on_add)
        self.own.clicked.connect(self.ask_own_secret)
        self.up.clicked.connect(self._on_up)
        self.down.clicked.connect(self._on_down)
        self.flow.ready.connect(self._on_ready)
        self.flow.refused.connect(self._say)
        self._bridge.answered.connect(self._on_answered)

    def show_facts(self, lens: Lens) -> None:
        """Show what is known now; ask for the list when somebody comes who may see it."""
        self._lens = lens
        if self._here != (lens.user, lens.role):
            self._here = (lens.user, lens.role)
            self._state, self._first = UsersState(), 0
            self.flow.forget()
            self.sheet.hide()
            self.keyboard.hide()
            self.open()
        self._show()

    def open(self) -> None:
        """Ask for the list, if whoever is here may see it."""
        if self._lens is not None and present_users(self._lens, self._state).add:
            self._bridge.ask(Step(LIST, timeout_ms=_LIST_MS), about=_ABOUT)

    # -- acts

    @Slot()
    def _on_add(self) -> None:
        if self._lens is not None:
            self.flow.start(self._lens, UserAct.ADD)

    @Slot()
    def ask_own_secret(self) -> None:
        """Ask whoever is here for another PIN or password."""
        if self._lens is not None:
            self.flow.start(self._lens, UserAct.OWN_SECRET)

    @Slot()
    def _on_row(self) -> None:
        row = self.sender()
        if isinstance(row, UserRow) and row.line is not None and self._lens is not None:
            self.flow.about(self._lens, row.line)

    @Slot(object, str, object)
    def _on_ready(self, act: UserAct, name: str, step: Step) -> None:
        self._under_way = (act, name)
        if self._lens is not None:
            self._say(self._lens.words(SaySystem.WORKING))
        if act is UserAct.OWN_SECRET:
            self._bridge.ask(step, about=_ABOUT)
        else:
            self._bridge.ask_in_control(step, about=_ABOUT)

    @Slot(object)
    def _on_answered(self, answer: Answer) -> None:
        if answer.about != _ABOUT or self._lens is None:
            return
        if answer.kind == LIST:
            self._take(answer)
        elif answer.is_ok and answer.kind.startswith("user.") and self._under_way:
            act, name = self._under_way
            self._under_way = None
            self._say(act_result(self._lens, act, name))
            self.open()
        elif not answer.is_ok and self._under_way:
            self._under_way = None
            self._say(self._lens.words(SaySystem.REFUSED, why=self._why(answer, self._lens)))
            self.open()

    def _take(self, answer: Answer) -> None:
        assert self._lens is not None
        if answer.reply is not None and answer.is_ok:
            users = answer.reply.body.get("users")
            listed = users if isinstance(users, list) else []
            self._state = UsersState(users=tuple(user for user in listed if isinstance(user, dict)))
        else:
            self._state = replace(self._state, trouble=self._why(answer, self._lens))
        self._show()

    @staticmethod
    def _why(answer: Answer, lens: Lens) -> str:
        if answer.reply is None:
            return lens.words(SaySystem.NO_ANSWER)
        return present_refusal(str(answer.reply.body.get("refusal")), lens) or lens.words.refusal(
            answer.reply
        )

    @Slot(str)
    def _say(self, text: str) -> None:
        self.note = text
        self.update()

    # -- showing

    def _show(self) -> None:
        if (lens := self._lens) is None:
            return
        view = present_users(lens, self._state)
        if view != self.view:
            self.show_view(view)
            for button, text in ((self.add, view.add), (self.own, view.own_secret)):
                button.rename(text)
                button.setVisible(bool(text))
            self.rights.rename(lens.words(Say.EARLIER), lens.words(Say.LATER))
            self.rights.setVisible(bool(view.rights))
            self.rights.show_rows(view.rights)
            self.up.rename(lens.words(Say.EARLIER))
            self.down.rename(lens.words(Say.LATER))
            self._fill()

    def _fill(self) -> None:
        """Show one page; one that is empty by now makes room for the last that is not."""
        lines: tuple[UserLine, ...] = self.view.lines if self.view else ()
        page = max(1, len(self.rows))
        self._place_rows(has_pages=len(lines) > page)
        while self._first and self._first >= len(lines):
            self._first = max(0, self._first - page)
        for at, row in enumerate(self.rows, self._first):
            row.show_line(lines[at] if at < len(lines) else None)
        for button, can in ((self.up, self._first > 0), (self.down, self._first + page < len(lines))):
            button.setVisible(len(lines) > page)
            button.setEnabled(can)
        self.update()

    @Slot()
    def _on_up(self) -> None:
        self._first = max(0, self._first - len(self.rows))
        self._fill()

    @Slot()
    def _on_down(self) -> None:
        self._first += len(self.rows)
        self._fill()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Make as many rows as there is room for (Qt calls this)."""
        sizes = self.look.sizes
        gap, wide = sizes.gap, max(sizes.touch * 2, self.width() // 4)
        self.own.setGeometry(self.width() - wide, 0, wide, sizes.touch)
        self.add.setGeometry(self.width() - 2 * wide - gap, 0, wide, sizes.touch)
        head = self._head()
        side = self._side()
        count = max(1, (self.height() - head + gap) // (sizes.touch + gap))
        while len(self.rows) < count:
            row = UserRow(self.look, self)
            row.clicked.connect(self._on_row)
            self.rows.append(row)
        while len(self.rows) > count:
            self.rows.pop().deleteLater()
        half = (self.height() - head - gap) // 2
        self.up.setGeometry(self.width() - side, head, side, half)
        self.down.setGeometry(self.width() - side, head + half + gap, side, half)
        self.rights.setGeometry(0, head, self.width(), self.height() - head)
        self.sheet.setGeometry(self.rect())
        self._fill()

    def _place_rows(self, *, has_pages: bool) -> None:
        """Give the rows the whole width where nobody turns pages."""
        touch, gap = self.look.sizes.touch, self.look.sizes.gap
        width = self.width() - (self._side() + gap if has_pages else 0)
        for at, row in enumerate(self.rows):
            row.setGeometry(0, self._head() + at * (touch + gap), width, touch)

    def _side(self) -> int:
        return max(self.look.sizes.frequent_touch, int(self.look.sizes.body * 5))

    def _head(self) -> int:
        return self.look.sizes.touch + note_height(self.look.sizes)

    def paint(self, canvas: Canvas, area: QRectF) -> None:
        """Paint who is here, what came of the last act, and what is not allowed."""
        if (view := self.view) is None:
            return
        sizes = canvas.sizes
        wide = max(sizes.touch * 2, self.width() // 4) + sizes.gap
        taken = wide * (bool(view.own_secret) + bool(view.add))
        row = QRectF(area.left(), area.top(), area.width() - taken, sizes.touch)
        canvas.text(row, view.title, sizes.large, weight=SEMIBOLD, may_cut=True)
        below = QRectF(area.left(), sizes.touch, area.width(), note_height(sizes))
        if view.lines and self._lens is not None:
            last = min(len(view.lines), self._first + len(self.rows))
            words, count = self._lens.words, len(view.lines)
            below = paint_rows_shown(
                canvas, below, words(Say.PAGE, first=self._first + 1, last=last, count=count)
            )
        canvas.text(below, self.note or view.may_not, sizes.body, weight=MEDIUM, may_cut=bool(self.note))
        if view.quiet and not view.lines:
            row = QRectF(area.left(), self._head(), area.width(), sizes.body * 1.8)
            canvas.text(row, view.quiet, sizes.body, role=Role.QUIET, may_cut=True)
