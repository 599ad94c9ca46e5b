"""The console's own keyboard, over the window until somebody has typed what was asked.

    sheet = KeyboardSheet(look, screen)              # once; `screen` is the widget that asks
    sheet.entered.connect(self._on_entered)          # str: what was typed
    sheet.cancelled.connect(...)                     # if anybody needs to know
    sheet.ask("Note", text, present_keys(words))     # opens it; one question at a time
    sheet.ask("Password", "", present_keys(words), is_secret=True, max_length=128)

Most screens need less: a `TextEntry` is a field that opens a sheet by itself when it is touched.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QKeyEvent, QPalette
from PySide6.QtWidgets import QLineEdit, QStackedWidget, QWidget

from inspector_console.presenter import KeysView, capital
from inspector_console.theme import Role
from inspector_console.widgets._base import Tile, TouchButton
from inspector_console.widgets._canvas import Canvas
from inspector_console.widgets._key import Key, KeySign
from inspector_console.widgets._style import SEMIBOLD, Style

TEXT_MAX: Final = 200
_COLUMNS: Final = 12
_ROWS: Final = 5
_WIDEST_KEY_MM: Final = 24.0
_TITLE: Final = 1.6
"""Height of the title's row, in sizes of its text."""
_TITLE_SHARE: Final = 0.4
"""Of the row with the field, where the title stands in it."""


class KeyboardSheet(Tile):
    """Asks for a line of text. Any script may come in by the PC's own keyboard.

    Parameters
    ----------
    asker
        Who asks: the sheet covers it, and where the keys need the room the rest of the screen's place, up to the
        row of the alarms and down to the foot. Hiding the asker cancels the question.
    """

    entered = Signal(str)
    """What was typed."""
    cancelled = Signal()

    def __init__(self, look: Style, asker: QWidget) -> None:
        super().__init__(look, asker)
        self._asker = asker
        self._keys: KeysView | None = None
        self._title, self._max_length = "", TEXT_MAX
        self._is_locked = self._is_tight = False
        self.field = QLineEdit(self)
        self.show_secret, self.cancel, self.done, self.page = (
            TouchButton(look, parent=self) for _ in range(4)
        )
        self.done.ground, self.done.ink = Role.ACTION, Role.ON_ACTION
        self.space = Key(look, self)
        self.shift, self.backspace = (
            Key(look, self, sign=KeySign.SHIFT),
            Key(look, self, sign=KeySign.BACKSPACE),
        )
        self.letters = [[Key(look, self) for _ in range(count)] for count in (11, 12, 12, 11)]
        self._prepare()
        self.hide()

    def _prepare(self) -> None:
        self.shift.setCheckable(True)
        self.show_secret.setCheckable(True)
        self.page.setCheckable(True)
        for button in (self.show_secret, self.cancel, self.done, self.page):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.field.setFrame(False)
        self.field.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.field.setFont(self.look.font(self.look.sizes.large))
        self.field.setTextMargins(self.look.sizes.body // 2, 0, self.look.sizes.body // 2, 0)
        self._colour_field()
        self.field.textChanged.connect(self._on_text)
        self.field.returnPressed.connect(self.finish)
        self.done.clicked.connect(self.finish)
        self.cancel.clicked.connect(self.give_up)
        self.show_secret.clicked.connect(self._on_show)
        self.page.clicked.connect(self._on_page)
        self.shift.clicked.connect(self._on_shift)
        self.backspace.clicked.connect(self.field.backspace)
        self.backspace.setAutoRepeat(True)
        for key in (*self._typing(), self.space):
            key.clicked.connect(self._on_key)

    def _typing(self) -> Iterator[Key]:
        return (key for row in self.letters for key in row)

    def _colour_field(self) -> None:
        palette, look = QPalette(), self.look
        roles = QPalette.ColorRole
        for of, role in (
            (roles.Base, Role.RAISED),
            (roles.Text, Role.TEXT),
            (roles.Highlight, Role.ACCENT),
            (roles.HighlightedText, Role.ON_ACCENT),
        ):
            palette.setColor(of, QColor(look.colour(role)))
        self.field.setPalette(palette)

    # -- asking

    def ask(
        self, title: str, text: str, keys: KeysView, *, is_secret: bool = False, max_length: int = TEXT_MAX
    ) -> None:
        """Ask for a text, beginning with one. `max_length` counts characters, not bytes."""
        self._title, self._keys, self._max_length = title, keys, max_length
        self._is_locked = False
        self.shift.setChecked(False)
        self.page.setChecked(False)
        self.show_secret.setChecked(False)
        self.show_secret.setVisible(is_secret)
        self._mask(is_hidden=is_secret)
        self.field.setText(text[:max_length])
        self._name_keys()
        self._cover()
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)
        self.update()

    def text(self) -> str:
        """Return what stands in the field now."""
        return self.field.text()

    @Slot()
    def finish(self) -> None:
        """Take what was typed."""
        text = self.field.text()
        self._close()
        self.entered.emit(text)

    @Slot()
    def give_up(self) -> None:
        """Take nothing."""
        self._close()
        self.cancelled.emit()

    def _close(self) -> None:
        self.window().removeEventFilter(self)
        self._asker.removeEventFilter(self)
        self._asker.setFocus()  # before the sheet is gone: Qt would look for the next one to have it
        self.hide()
        self.field.clear()  # a secret stays no longer than it is needed

    def _cover(self) -> None:
        window = self._asker.window()
        if self.parentWidget() is not window:
            self.setParent(window)
        window.installEventFilter(self)
        self._asker.installEventFilter(self)
        self._fit()
        self.raise_()
        self.show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the window's size; end with the asker (Qt calls this, while a question is open)."""
        if watched is self._asker and event.type() == QEvent.Type.Hide:
            self.give_up()
        elif event.type() in {QEvent.Type.Resize, QEvent.Type.LayoutRequest}:
            self._fit()
        return False

    # -- typing

    @Slot()
    def _on_key(self) -> None:
        key = self.sender()
        if isinstance(key, Key):
            self.field.insert(" " if key is self.space else key.text())
            if not self._is_locked:
                self.shift.setChecked(False)
                self._name_keys()

    @Slot(str)
    def _on_text(self, text: str) -> None:
        if len(text) > self._max_length:
            at = self.field.cursorPosition()
            self.field.setText(text[: self._max_length])
            self.field.setCursorPosition(at)

    @Slot()
    def _on_shift(self) -> None:
        """Capitals for one letter; touched twice, for all, until it is touched again."""
        was_on = not self.shift.isChecked()
        self._is_locked = was_on and not self._is_locked
        self.shift.setChecked(self._is_locked or not was_on)
        self._name_keys()

    @Slot()
    def _on_page(self) -> None:
        self.shift.setChecked(False)
        self._is_locked = False
        self._name_keys()

    @Slot()
    def _on_show(self) -> None:
        self._mask(is_hidden=not self.show_secret.isChecked())
        self._name_keys()

    def _mask(self, *, is_hidden: bool) -> None:
        modes = QLineEdit.EchoMode
        self.field.setEchoMode(modes.Password if is_hidden else modes.Normal)

    def _name_keys(self) -> None:
        if (keys := self._keys) is None:
            return
        is_symbols = self.page.isChecked()
        self.shift.setEnabled(not is_symbols)
        for row, typed in zip(self.letters, keys.symbols if is_symbols else keys.letters, strict=True):
            for key, letter in zip(row, typed, strict=True):
                key.rename(capital(letter) if self.shift.isChecked() else letter)
        for button, name in (
            (self.done, keys.done),
            (self.cancel, keys.cancel),
            (self.space, keys.space),
            (self.page, keys.to_letters if is_symbols else keys.to_symbols),
            (self.show_secret, keys.hide if self.show_secret.isChecked() else keys.show),
        ):
            button.rename(name)
        self.shift.setAccessibleName(keys.shift)
        self.backspace.setAccessibleName(keys.backspace)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Give up on Escape; whatever else the field does not want is nobody's (Qt calls this)."""
        if event.key() == Qt.Key.Key_Escape:
            self.give_up()
        event.accept()

    def focusNextPrevChild(self, is_next: bool) -> bool:
        """Keep the focus within the sheet (Qt calls this)."""
        stops = [
            stop
            for stop in (self.field, self.show_secret, self.page, self.cancel, self.done)
            if stop.isVisible()
        ]
        if not stops:
            return False
        at = next((at for at, stop in enumerate(stops) if stop.hasFocus()), 0)
        stops[(at + (1 if is_next else -1)) % len(stops)].setFocus(Qt.FocusReason.TabFocusReason)
        return True

    # -- looks

    def _head(self) -> int:
        """Return how high title and field are, with the gaps around them."""
        sizes = self.look.sizes
        return sizes.gap + self._title_height() + sizes.touch + sizes.gap

    def _title_height(self) -> int:
        """Return the height of the title's own row; there is none where the title stands beside the field."""
        return 0 if self._is_tight else int(self.look.sizes.large * _TITLE)

    def _needs(self, key: int) -> int:
        return self._head() + _ROWS * (key + self.look.sizes.gap)

    def _fit(self) -> None:
        """Take the asker's place, and more where the keys need it: what alarms there are stays to be seen."""
        sizes, window = self.look.sizes, self._asker.window()
        place, room = (_place_in(window, widget) for widget in (self._asker, _screens(self._asker)))
        self._is_tight = False
        if self._needs(sizes.frequent_touch) > place.height():
            self._is_tight = self._needs(sizes.touch) > room.height()
        if self._is_tight:  # the gaps around the screens are nobody's
            place = room.adjusted(0, -sizes.gap, 0, sizes.gap)
        elif self._needs(sizes.touch) > place.height():
            place.setTop(place.bottom() + 1 - self._needs(sizes.touch))
        lacking = max(0, self._needs(sizes.touch) - place.height())
        self.setGeometry(place.adjusted(0, -min(lacking, place.top()), 0, 0))
        self._place()

    def _place(self) -> None:
        sizes, gap = self.look.sizes, self.look.sizes.gap
        widest = _COLUMNS * (sizes.px(_WIDEST_KEY_MM) + gap) - gap
        width = min(self.width() - 2 * gap, widest)
        left = (self.width() - width) // 2
        tallest = sizes.px(_WIDEST_KEY_MM)
        key = min(tallest, (self.height() - self._head()) // _ROWS - gap)
        top = (self.height() - self._needs(key)) // 2 + gap + self._title_height()
        reveal = 0 if self.show_secret.isHidden() else max(sizes.touch, int(sizes.body * 6.4)) + gap
        beside = self._title_width(width) if self._is_tight else 0
        self.field.setGeometry(left + beside, top, width - beside - reveal, sizes.touch)
        self.show_secret.setGeometry(left + width - reveal + gap, top, max(1, reveal - gap), sizes.touch)
        top += sizes.touch + gap
        rows: list[list[tuple[QWidget, int]]] = [[(key_, 1) for key_ in row] for row in self.letters]
        rows[0].append((self.backspace, 1))
        rows[3].insert(0, (self.shift, 1))
        rows.append([(self.cancel, 2), (self.page, 2), (self.space, 6), (self.done, 2)])
        for row in rows:
            self._place_row(row, QRect(left, top, width, key))
            top += key + gap

    def _title_width(self, width: int) -> int:
        """Return how much of a row the title takes beside the field."""
        sizes = self.look.sizes
        needed = math.ceil(self.look.width(self._title, sizes.large, SEMIBOLD)) + 2 * sizes.gap
        return min(needed, int(width * _TITLE_SHARE))

    def _place_row(self, row: list[tuple[QWidget, int]], place: QRect) -> None:
        gap, at = self.look.sizes.gap, 0
        column = (place.width() + gap) / _COLUMNS
        for widget, span in row:
            left, right = round(at * column), round((at + span) * column) - gap
            widget.setGeometry(place.left() + left, place.top(), right - left, place.height())
            at += span

    def paint(self, canvas: Canvas, area: QRectF) -> None:
        """Paint the question and the field's edge."""
        sizes, field = canvas.sizes, QRectF(self.field.geometry())
        canvas.box(area, Role.FIELD, radius=0)
        row = QRectF(field.left(), field.top() - self._title_height(), field.width(), self._title_height())
        if self._is_tight:
            left = self.letters[0][0].x()
            row = QRectF(left, field.top(), field.left() - left - 2 * sizes.gap, field.height())
        canvas.text(row, self._title, sizes.large, weight=SEMIBOLD, may_cut=True)
        canvas.box(field.adjusted(-2, -2, 2, 2), Role.RAISED, edge=Role.ACCENT, width=2)


def _place_in(window: QWidget, widget: QWidget) -> QRect:
    return QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())


def _screens(asker: QWidget) -> QWidget:
    """Return what holds the screens, one of which asks; the asker itself where nothing does."""
    found, widget = asker, asker.parentWidget()
    while widget is not None:
        found = widget if isinstance(widget, QStackedWidget) else found
        widget = widget.parentWidget()
    return found
