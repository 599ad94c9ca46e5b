"""What all widgets have in common: they paint themselves from a view, and only when it has changed."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, ClassVar, Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFocusEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from inspector_console.theme import Role
from inspector_console.widgets._canvas import CENTRE, Canvas, TextMark
from inspector_console.widgets._style import MEDIUM, SEMIBOLD, Style

_BY_KEYBOARD: Final = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)
_LEAST_LETTERS = 3
"""So many stand on either side of a hyphen."""

if TYPE_CHECKING:
    _Widget = QWidget
else:  # a mixin: what it is mixed into is a widget
    _Widget = object


class Painting(_Widget):
    """Paints itself in `paint`. `paints` counts how often, `marks` says what was written where."""

    look: Style
    marks: list[TextMark]
    paints: int

    def begin(self, look: Style) -> None:
        """Take a style: first thing in `__init__`."""
        self.look, self.marks, self.paints = look, [], 0

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint (Qt calls this)."""
        self.paints += 1
        self.marks.clear()
        painter = QPainter(self)
        try:
            self.paint(Canvas(painter, self.look, self.marks), QRectF(self.rect()))
        finally:
            painter.end()

    @abstractmethod  # Qt's classes have a metaclass of their own, so it is the type checker that insists
    def paint(self, canvas: Canvas, area: QRectF) -> None:
        """Paint everything."""


class Tile(Painting, QWidget):
    """Shows one view."""

    def __init__(self, look: Style, parent: QWidget | None = None) -> None:
        QWidget.__init__(self, parent)
        self.begin(look)
        self.view: object = None

    def show_view(self, view: object) -> None:
        """Show a view, if it is another one."""
        if view != self.view:
            self.view = view
            self.update()


class TouchButton(Painting, QAbstractButton):
    """Something to touch: acts on release, has no hover, is never smaller than a finger.

    Parameters
    ----------
    is_frequent
        It is touched often: 20 mm instead of 15.
    ground, ink
        Roles of its face and its words.

    Attributes
    ----------
    is_by_keyboard
        Of all buttons: the focus was last moved by a key.
    """

    is_by_keyboard: ClassVar[bool] = False

    def __init__(
        self,
        look: Style,
        text: str = "",
        *,
        is_frequent: bool = False,
        ground: Role = Role.RAISED,
        ink: Role = Role.TEXT,
        parent: QWidget | None = None,
    ) -> None:
        QAbstractButton.__init__(self, parent)
        self.begin(look)
        self.is_frequent, self.ground, self.ink = is_frequent, ground, ink
        self.setText(text)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        side = self.side()
        self.setMinimumSize(side, side)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)

    def is_focus_shown(self) -> bool:
        """Whether somebody who uses the keyboard must see that keys go here; fingers need no such frame."""
        return self.hasFocus() and TouchButton.is_by_keyboard

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Note how the focus is moved; where a page moves it itself, as it was before (Qt calls this)."""
        if event.reason() in _BY_KEYBOARD:
            TouchButton.is_by_keyboard = True
        super().focusInEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Note that a finger is at work (Qt calls this)."""
        TouchButton.is_by_keyboard = False
        super().mousePressEvent(event)

    def side(self) -> int:
        """Return the least width and height, px."""
        sizes = self.look.sizes
        return sizes.frequent_touch if self.is_frequent else sizes.touch

    def sizeHint(self) -> QSize:
        """Return the least size (Qt calls this)."""
        return QSize(self.side(), self.side())

    def rename(self, text: str) -> None:
        """Take other words."""
        if text != self.text():
            self.setText(text)
            self.setAccessibleName(text.replace("\n", " "))

    def paint(self, canvas: Canvas, area: QRectF) -> None:
        """Paint face, focus and words."""
        self.paint_face(canvas, area)
        self.paint_words(canvas, area)

    def paint_face(self, canvas: Canvas, area: QRectF) -> None:
        """Paint the face: pressed, chosen, or as it is."""
        is_chosen = self.isCheckable() and self.isChecked()
        ground = Role.CHOSEN if is_chosen or self.isDown() else self.ground
        if not self.isEnabled():
            ground = Role.FIELD
        is_marked = is_chosen or self.is_focus_shown()
        canvas.box(area, ground, edge=Role.ACCENT if is_marked else Role.EDGE, width=2 if is_marked else 1)

    def paint_words(self, canvas: Canvas, area: QRectF, px: int | None = None) -> None:
        """Write the words, on two lines if one is too short for them."""
        ink = self.ink if self.isEnabled() else Role.QUIET
        if self.isDown() or (self.isCheckable() and self.isChecked()):
            ink = Role.TEXT
        size = px or canvas.sizes.body
        inside = area.adjusted(size * 0.4, 0, -size * 0.4, 0)
        lines = lines_of(self.text(), canvas, inside.width(), size)
        top = area.center().y() - len(lines) * size * 0.62
        for at, line in enumerate(lines):
            row = QRectF(inside.left(), top + at * size * 1.24, inside.width(), size * 1.24)
            weight = SEMIBOLD if self.ground is Role.ACTION else MEDIUM
            canvas.text(row, line, size, role=ink, weight=weight, align=CENTRE)


def lines_of(
    text: str, canvas: Canvas, room: float, px: int, most: int = 3, weight: int = MEDIUM
) -> list[str]:
    """Break a text at its spaces, into as many lines as it takes (at most `most`)."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and canvas.width_of(longer, px, weight) <= room:
            lines[-1] = longer
        elif len(lines) < most:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def broken_lines(text: str, canvas: Canvas, room: float, px: int, most: int) -> list[str]:
    """Break a text as `lines_of` does, but also within words (with a hyphen) where one is too long for a line."""
    lines = [""]
    for word in text.split():
        rest = word
        while rest:
            start = f"{lines[-1]} " if lines[-1] else ""
            if len(lines) == most or canvas.width_of(start + rest, px, MEDIUM) <= room:
                lines[-1], rest = start + rest, ""
                continue
            ends = range(len(rest) - _LEAST_LETTERS, _LEAST_LETTERS - 1, -1)
            fitting = (end for end in ends if canvas.width_of(f"{start}{rest[:end]}-", px, MEDIUM) <= room)
            is_word_too_long = canvas.width_of(rest, px, MEDIUM) > room
            end = next(fitting, 0) if is_word_too_long else 0
            if end:
                lines[-1], rest = f"{start}{rest[:end]}-", rest[end:]
            elif not lines[-1]:
                lines[-1], rest = rest, ""
                continue
            lines.append("")
    return [line for line in lines if line]
