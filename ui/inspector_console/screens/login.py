"""The login screen: who sits here. Reached by touching the name in the head."""

from __future__ import annotations

import math
from typing import Final

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent

from inspector_console.login import Login
from inspector_console.presenter import Lens, LoginMode, LoginView, present_login
from inspector_console.screens._badge_reader import BadgeReader
from inspector_console.theme import Role
from inspector_console.widgets import (
    MEDIUM,
    SEMIBOLD,
    Canvas,
    KeyboardSheet,
    PinPad,
    Style,
    TextEntry,
    Tile,
    TouchButton,
    lines_of,
)

_SECRET_MAX: Final = 128
_NAME_MAX: Final = 64
_MOST_NAMES: Final = 4
_WIDEST_MM: Final = 150.0


class LoginScreen(Tile):
    """Asks for a name and a PIN or password; for the first administrator; or shows who is logged in."""

    view: LoginView | None
    own_secret_wanted = Signal()
    """Somebody wants to change the PIN or password that he has."""

    def __init__(self, look: Style, login: Login, badges: BadgeReader) -> None:
        super().__init__(look)
        self._login, self._badges = login, badges
        self._before_badge = ""
        self.sheet = KeyboardSheet(look, self)
        self.code = TextEntry(look, self.sheet, max_length=_NAME_MAX, parent=self)
        self.name = TextEntry(look, self.sheet, max_length=_NAME_MAX, parent=self)
        self.secret = TextEntry(look, self.sheet, is_secret=True, max_length=_SECRET_MAX, parent=self)
        self.pad = PinPad(look, self)
        self.act = TouchButton(look, is_frequent=True, ground=Role.ACTION, ink=Role.ON_ACTION, parent=self)
        self.seize, self.give_back = TouchButton(look, parent=self), TouchButton(look, parent=self)
        self.own = TouchButton(look, parent=self)
        self.names = [TouchButton(look, parent=self) for _ in range(_MOST_NAMES)]
        self.why = KeyboardSheet(look, self)
        self._said = QRectF()
        self._connect()

    def _connect(self) -> None:
        self.pad.typed.connect(self._on_digit)
        self.pad.erased.connect(self._on_erased)
        self.name.changed.connect(self._login.name_chosen)
        self.secret.changed.connect(self._on_secret)
        self.act.clicked.connect(self._on_act)
        self.seize.clicked.connect(self._on_seize)
        self.give_back.clicked.connect(self._login.give_back)
        self.own.clicked.connect(self.own_secret_wanted)
        self.why.entered.connect(self._login.seize)
        for button in self.names:
            button.clicked.connect(self._on_name)

    def show_facts(self, lens: Lens) -> None:
        """Show what is known now."""
        view, before = present_login(lens, self._login.seat), self.view
        if view == before:
            return
        self.show_view(view)
        if before is None or before.mode is not view.mode:
            self.forget()
        self._name_parts(view)
        self._place()

    def forget(self) -> None:
        """Forget what was typed: a secret stays no longer than it is needed."""
        for entry in (self.code, self.name, self.secret):
            entry.set_text("")

    def _name_parts(self, view: LoginView) -> None:
        for entry, field in ((self.code, view.code), (self.name, view.name), (self.secret, view.secret)):
            entry.describe(field.name, field.hint, view.keys)
        self.pad.describe(view.keys)
        for button, text in (
            (self.act, view.act),
            (self.seize, view.seize),
            (self.give_back, view.give_back),
            (self.own, view.own_secret),
        ):
            button.rename(text)
            button.setVisible(bool(text))
        self.act.setEnabled(view.can_try)
        for at, button in enumerate(self.names):
            button.setVisible(at < len(view.names))
            button.rename(_short(view.names[at]) if at < len(view.names) else "")
        is_asking = view.mode in {LoginMode.LOG_IN, LoginMode.SET_UP}
        self.name.setVisible(is_asking)
        self.secret.setVisible(is_asking)
        self.code.setVisible(view.mode is LoginMode.SET_UP)
        self.pad.setVisible(view.mode is LoginMode.LOG_IN)

    # -- typing

    @Slot(str)
    def _on_digit(self, digit: str) -> None:
        self.secret.set_text(self.secret.value + digit)
        self._login.forget_said()

    @Slot()
    def _on_erased(self) -> None:
        self.secret.set_text(self.secret.value[:-1])

    @Slot(str)
    def _on_secret(self, _: str) -> None:
        """Whoever has typed a whole password wants to log in with it."""
        if self.view is not None and self.view.mode is LoginMode.LOG_IN and self._knows_who:
            self._on_act()

    @property
    def _knows_who(self) -> bool:
        return bool(self.name.value) or self._login.seat.has_badge

    @Slot()
    def _on_name(self) -> None:
        if self.view is not None:
            chosen = next(at for at, button in enumerate(self.names) if button is self.sender())
            self.name.set_text(self.view.names[chosen])
            self.secret.set_text("")
            self._login.name_chosen(self.name.value)

    @Slot()
    def _on_act(self) -> None:
        if self.view is None or not self.view.can_try:
            return
        match self.view.mode:
            case LoginMode.LOG_IN:
                self._before_badge = ""
                self._login.log_in(self.name.value, self.secret.value)
                self.secret.set_text("")
            case LoginMode.SET_UP:
                self._login.set_up(self.code.value, self.name.value, self.secret.value)
            case LoginMode.LOGGED_IN:
                self._login.log_off()

    @Slot()
    def _on_seize(self) -> None:
        if self.view is not None:
            self.why.ask(self.view.seize_why, "", self.view.keys)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take digits from the PC's own keyboard, and badges, too (Qt calls this)."""
        if code := self._badges.read(event):
            self.secret.set_text(self._before_badge)  # a badge's digits are no PIN
            self._login.log_in_badge(code)
            return
        if self._badges.has_begun:
            self._before_badge = self.secret.value
        if self.pad.isVisible() and event.text().isascii() and event.text().isdigit():
            self._on_digit(event.text())
        elif self.pad.isVisible() and event.key() == Qt.Key.Key_Backspace:
            self._on_erased()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._on_act()
        else:
            super().keyPressEvent(event)

    # -- looks

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place everything (Qt calls this)."""
        self._place()

    def _form(self) -> QRect:
        """Return where title, fields and words are: the middle, or left of the pad."""
        sizes = self.look.sizes
        has_pad = self.pad.isVisibleTo(self)
        height = self._fields_height()
        beside = 0
        if has_pad:
            height = max(height, self.pad.height_for(self.height() - 4 * sizes.gap))
            beside = self.pad.extent(height) + 4 * sizes.gap
        width = min(sizes.px(_WIDEST_MM), self.width() - beside - 4 * sizes.gap)
        return QRect(
            (self.width() - width - beside) // 2, max(0, (self.height() - height) // 2), width, height
        )

    def _fields_height(self) -> int:
        """Return how high title, note, fields and buttons are together."""
        if (view := self.view) is None:
            return 0
        sizes, gap = self.look.sizes, self.look.sizes.gap
        entries = sum(entry.isVisibleTo(self) for entry in (self.code, self.name, self.secret))
        width = min(sizes.px(_WIDEST_MM), self.width())
        height = self._text_height(view, width) + entries * (TextEntry.height_of(self.look) + gap)
        if view.mode is LoginMode.LOG_IN:
            return height + (sizes.touch + gap if view.names else 0) + int(sizes.body * 2.8)
        if view.own_secret:
            height += gap + sizes.touch
        return height + (sizes.frequent_touch if view.act else int(sizes.body * 2.8))

    def _place(self) -> None:
        if (view := self.view) is None:
            return
        sizes, gap, form = self.look.sizes, self.look.sizes.gap, self._form()
        entry_height = TextEntry.height_of(self.look)
        row = QRect(
            form.left(), form.top() + self._text_height(view, form.width()), form.width(), entry_height
        )
        for entry in (self.code, self.name):
            if entry.isVisibleTo(self):
                entry.setGeometry(row)
                row.translate(0, entry_height + gap)
        if view.names:
            self._place_names(QRect(row.topLeft(), QSize(row.width(), sizes.touch)), len(view.names))
            row.translate(0, sizes.touch + gap)
        if self.secret.isVisibleTo(self):
            self.secret.setGeometry(row)
            row.translate(0, entry_height + gap)
        self._place_acts(view, row, form)

    def _place_names(self, row: QRect, count: int) -> None:
        gap = self.look.sizes.gap
        width = (row.width() - gap * (_MOST_NAMES - 1)) // _MOST_NAMES
        for at, button in enumerate(self.names[:count]):
            button.setGeometry(row.left() + at * (width + gap), row.top(), width, row.height())

    def _place_acts(self, view: LoginView, row: QRect, form: QRect) -> None:
        """Put the button that acts where the hand is: on the pad, or below the fields."""
        sizes, gap = self.look.sizes, self.look.sizes.gap
        if view.mode is LoginMode.LOG_IN:
            extent = self.pad.extent(form.height())
            self.pad.setGeometry(form.right() + 1 + 4 * gap, form.top(), extent, form.height())
            self.act.setGeometry(self.pad.spare().translated(self.pad.pos()))
            self.act.raise_()
            self._said = QRectF(row)
            return
        width = (row.width() - gap) // 2
        right = QRect(row.left() + width + gap, row.top(), width, sizes.frequent_touch)
        has_other = view.mode is LoginMode.SET_UP or any(
            button.isVisibleTo(self) for button in (self.seize, self.give_back)
        )
        self.act.setGeometry(row.left(), row.top(), width if has_other else row.width(), sizes.frequent_touch)
        for button in (self.seize, self.give_back):
            button.setGeometry(right)
        self.own.setGeometry(row.left(), right.bottom() + 1 + gap, row.width(), sizes.touch)
        self._said = QRectF(right if view.mode is LoginMode.SET_UP else row)

    def _text_height(self, view: LoginView, width: int) -> int:
        """Return how much room title and note take."""
        sizes = self.look.sizes
        lines = self._lines(view.note, width) + (3 if view.user else 0)
        return int(sizes.large * 1.8 + lines * sizes.body * 1.4 + sizes.body)

    def _lines(self, text: str, width: float) -> int:
        metrics = self.look.metrics(self.look.sizes.body, MEDIUM)
        return max(1, math.ceil(metrics.horizontalAdvance(text) * 1.08 / width))

    def paint(self, canvas: Canvas, area: QRectF) -> None:
        """Paint the title, who is logged in, and what there is to say."""
        if (view := self.view) is None:
            return
        sizes, form = canvas.sizes, QRectF(self._form())
        card = form.united(QRectF(self.pad.geometry())) if self.pad.isVisibleTo(self) else form
        margin = min(2 * sizes.gap, int(card.top()))
        canvas.box(card.adjusted(-2 * sizes.gap, -margin, 2 * sizes.gap, margin), Role.PANEL)
        row = QRectF(form.left(), form.top(), form.width(), sizes.large * 1.8)
        canvas.text(row, view.title, sizes.large, weight=SEMIBOLD)
        line = QRectF(row.left(), row.bottom(), row.width(), sizes.body * 1.4)
        if view.user:
            canvas.text(line, view.user, sizes.large, weight=SEMIBOLD, may_cut=True)
            for text in (view.role, view.control):
                line.translate(0, line.height())
                canvas.text(line, text, sizes.body, may_cut=True)
            line.translate(0, line.height())
        self._paragraph(canvas, line, view.note, Role.QUIET)
        if view.said and view.mode is not LoginMode.LOGGED_IN:
            said = QRectF(self._said.left(), self._said.top(), self._said.width(), sizes.body * 1.4)
            self._paragraph(canvas, said, view.said)

    @staticmethod
    def _paragraph(canvas: Canvas, line: QRectF, text: str, role: Role = Role.TEXT) -> None:
        for part in lines_of(text, canvas, line.width(), canvas.sizes.body):
            canvas.text(line, part, canvas.sizes.body, role=role, weight=MEDIUM, may_cut=True)
            line = line.translated(0, line.height())


def _short(name: str) -> str:
    """Return a name as it fits on a button: whole if it is usual, else its beginning."""
    return name if len(name) <= 16 else f"{name[:15]}…"
