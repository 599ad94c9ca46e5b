"""A painter that knows roles instead of colours, makes text fit, and remembers what it has written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPen, QPolygonF

from inspector_console.sizes import Sizes
from inspector_console.theme import Role
from inspector_console.widgets._style import REGULAR, Style

LEFT: Final = Qt.AlignmentFlag.AlignLeft
RIGHT: Final = Qt.AlignmentFlag.AlignRight
CENTRE: Final = Qt.AlignmentFlag.AlignHCenter
_SMALLEST: Final = 0.8
"""Text that does not fit shrinks to this share of its size before it is cut."""
_VEIL_STEP: Final = 7


@dataclass(frozen=True, slots=True)
class TextMark:
    """Where a text was painted: for tests that look for cut and overlapping texts."""

    rect: QRectF
    text: str
    is_cut: bool
    may_cut: bool
    px: int


class Canvas:
    """Paints one widget, once. Rectangles are in the widget's pixels."""

    def __init__(self, painter: QPainter, style: Style, marks: list[TextMark]) -> None:
        self.painter, self.style, self._marks = painter, style, marks
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    @property
    def sizes(self) -> Sizes:
        """The screen's sizes."""
        return self.style.sizes

    def colour(self, role: Role) -> QColor:
        """Return a role's colour."""
        return self.style.colour(role)

    def box(
        self,
        rect: QRectF,
        role: Role | None,
        *,
        edge: Role | None = None,
        width: float = 1,
        radius: float = 4,
        is_dashed: bool = False,
    ) -> None:
        """Fill a rectangle with round corners, and draw its edge inside it."""
        inset = width / 2 if edge else 0
        self.painter.setBrush(self.colour(role) if role else Qt.BrushStyle.NoBrush)
        self.painter.setPen(self._pen(edge, width, is_dashed) if edge else Qt.PenStyle.NoPen)
        self.painter.drawRoundedRect(rect.adjusted(inset, inset, -inset, -inset), radius, radius)

    def line(self, start: QPointF, end: QPointF, role: Role, width: float = 1) -> None:
        """Draw a line."""
        self.painter.setPen(self._pen(role, width))
        self.painter.drawLine(start, end)

    def shape(self, points: list[tuple[float, float]], role: Role | None, edge: Role | None = None) -> None:
        """Fill a polygon."""
        self.painter.setBrush(self.colour(role) if role else Qt.BrushStyle.NoBrush)
        self.painter.setPen(self._pen(edge, 1.5) if edge else Qt.PenStyle.NoPen)
        self.painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in points]))

    def stroke(self, points: list[tuple[float, float]], role: Role, width: float) -> None:
        """Draw connected lines."""
        self.strokes([points], role, width)

    def strokes(self, lines: list[list[tuple[float, float]]], role: Role, width: float) -> None:
        """Draw several connected lines at once."""
        path = QPainterPath()
        for points in lines:
            path.moveTo(*points[0])
            for point in points[1:]:
                path.lineTo(*point)
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        self.painter.setPen(self._pen(role, width))
        self.painter.drawPath(path)

    def circle(
        self, centre: QPointF, radius: float, role: Role | None, edge: Role | None = None, width: float = 1.5
    ) -> None:
        """Draw a circle."""
        self.painter.setBrush(self.colour(role) if role else Qt.BrushStyle.NoBrush)
        self.painter.setPen(self._pen(edge, width) if edge else Qt.PenStyle.NoPen)
        self.painter.drawEllipse(centre, radius, radius)

    def width_of(self, text: str, px: int, weight: int = REGULAR) -> float:
        """Return how wide a text would be."""
        return self.style.width(text, px, weight)

    def text(
        self,
        rect: QRectF,
        text: str,
        px: int,
        *,
        role: Role = Role.TEXT,
        weight: int = REGULAR,
        align: Qt.AlignmentFlag = LEFT,
        may_cut: bool = False,
        smallest: float = _SMALLEST,
    ) -> QRectF:
        """Write one line, vertically centred; return what it covers. It shrinks a little before it is cut.

        `may_cut` is for what people have named: however long it is, the rest of the screen stays in place.
        """
        if not text:
            return QRectF(rect.left(), rect.top(), 0, 0)
        px, shown = self._fit(rect.width(), text, px, weight, smallest)
        metrics = self.style.metrics(px, weight)
        width = self.width_of(shown, px, weight)
        left = {LEFT: rect.left(), RIGHT: rect.right() - width}.get(align, rect.center().x() - width / 2)
        baseline = rect.center().y() + metrics.capHeight() / 2
        self.painter.setFont(self.style.font(px, weight))
        self.painter.setPen(self.colour(role))
        self.painter.drawText(QPointF(left, baseline), shown)
        covered = QRectF(left, baseline - metrics.capHeight(), width, metrics.capHeight())
        self._marks.append(TextMark(covered, text, shown != text, may_cut, px))
        return covered

    def veil(self, rect: QRectF, role: Role = Role.EDGE) -> None:
        """Hatch what may not be true any more."""
        self.painter.save()
        self.painter.setClipRect(rect)
        pen = QPen(self.colour(role), 1)
        self.painter.setPen(pen)
        x = rect.left() - rect.height()
        while x < rect.right():
            self.painter.drawLine(QPointF(x, rect.bottom()), QPointF(x + rect.height(), rect.top()))
            x += _VEIL_STEP
        self.painter.restore()

    def _fit(self, room: float, text: str, px: int, weight: int, smallest: float) -> tuple[int, str]:
        width = self.width_of(text, px, weight)
        if width <= room:
            return px, text
        smaller = max(int(px * smallest), int(px * room / width))
        while smaller > int(px * smallest) and self.width_of(text, smaller, weight) > room:
            smaller -= 1
        metrics = self.style.metrics(smaller, weight)
        if self.width_of(text, smaller, weight) <= room:
            return smaller, text
        return smaller, metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)

    def _pen(self, role: Role | None, width: float, is_dashed: bool = False) -> QPen:
        pen = QPen(QBrush(self.colour(role or Role.EDGE)), width)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        if is_dashed:
            pen.setStyle(Qt.PenStyle.DotLine)
        return pen
