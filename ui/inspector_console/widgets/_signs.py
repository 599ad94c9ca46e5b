"""Signs, drawn: verdicts, priorities of alarms, NE 107, states of the line. Each has a shape of its own."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPointF, QRectF

from inspector_console.presenter import LampKind, RunSign, VerdictKind
from inspector_console.theme import Role
from inspector_console.widgets._canvas import CENTRE, Canvas
from inspector_console.widgets._style import BOLD

_PRIORITIES: Final = {
    1: (Role.URGENT, Role.ON_URGENT),
    2: (Role.WARNING, Role.ON_WARNING),
    3: (Role.NOTICE, Role.ON_NOTICE),
}


def verdict_sign(canvas: Canvas, box: QRectF, kind: VerdictKind, role: Role) -> None:
    """Draw what a verdict looks like without its word: tick, cross, question mark, bar, arrow past."""
    x, y, side = box.left(), box.top(), min(box.width(), box.height())
    stroke = side * 0.16
    match kind:
        case VerdictKind.OK:
            points = [(x + side * 0.06, y + side * 0.52), (x + side * 0.36, y + side * 0.84)]
            canvas.stroke([*points, (x + side * 0.94, y + side * 0.16)], role, stroke)
        case VerdictKind.NG:
            canvas.stroke([(x + side * 0.1, y + side * 0.1), (x + side * 0.9, y + side * 0.9)], role, stroke)
            canvas.stroke([(x + side * 0.9, y + side * 0.1), (x + side * 0.1, y + side * 0.9)], role, stroke)
        case VerdictKind.UNDECIDED:
            canvas.text(QRectF(x, y, side, side), "?", int(side), role=role, weight=BOLD, align=CENTRE)
        case VerdictKind.NOT_JUDGED:
            canvas.circle(QPointF(x + side / 2, y + side / 2), side * 0.4, None, role, stroke)
            canvas.stroke(
                [(x + side * 0.22, y + side * 0.78), (x + side * 0.78, y + side * 0.22)], role, stroke
            )
        case VerdictKind.BYPASSED:
            canvas.stroke([(x, y + side * 0.5), (x + side * 0.7, y + side * 0.5)], role, stroke)
            points = [(x + side * 0.62, y + side * 0.22), (x + side, y + side * 0.5)]
            canvas.shape([*points, (x + side * 0.62, y + side * 0.78)], role)


def priority_sign(canvas: Canvas, box: QRectF, priority: int, *, is_filled: bool = True) -> None:
    """Draw an alarm's priority: red square 1, amber triangle 2, violet triangle upside down 3."""
    ground, ink = _PRIORITIES.get(priority, (Role.MARK, Role.TEXT))
    left, top, right, bottom = box.left(), box.top(), box.right(), box.bottom()
    middle = box.center().x()
    points = {
        2: [(left, bottom), (right, bottom), (middle, top)],
        3: [(left, top), (right, top), (middle, bottom)],
    }.get(priority, [(left, top), (right, top), (right, bottom), (left, bottom)])
    canvas.shape(points, ground if is_filled else None, None if is_filled else Role.MARK)
    if is_filled and priority in _PRIORITIES:
        shift = {2: 0.14, 3: -0.16}.get(priority, 0) * box.height()
        px = int(box.height() * (0.62 if priority == 1 else 0.5))
        canvas.text(box.translated(0, shift), str(priority), px, role=ink, weight=BOLD, align=CENTRE)


def lamp_sign(canvas: Canvas, box: QRectF, kind: LampKind) -> None:
    """Draw a device's state after NE 107."""
    centre, radius = box.center(), box.width() / 2 - 1
    match kind:
        case LampKind.GOOD:
            canvas.circle(centre, radius, None, Role.MARK, 1.5)
            _tick(canvas, box, Role.QUIET)
        case LampKind.FAILURE:
            canvas.circle(centre, radius, Role.URGENT)
            verdict_sign(canvas, _inner(box, 0.28), VerdictKind.NG, Role.ON_URGENT)
        case LampKind.CHECK:
            canvas.shape(
                [(box.left(), box.top()), (box.right(), box.top()), (centre.x(), box.bottom())], Role.CHECK
            )
        case LampKind.OUT_OF_SPEC:
            points = [(box.left(), box.bottom()), (box.right(), box.bottom()), (centre.x(), box.top())]
            canvas.shape(points, Role.WARNING)
            _letter(canvas, box.translated(0, box.height() * 0.14), "?", 0.55, Role.ON_WARNING)
        case LampKind.UPKEEP:
            points = [(centre.x(), box.top()), (box.right(), centre.y())]
            canvas.shape([*points, (centre.x(), box.bottom()), (box.left(), centre.y())], Role.UPKEEP)
        case _:
            rect = QRectF(centre.x() - radius, centre.y() - radius, 2 * radius, 2 * radius)
            canvas.box(rect, None, edge=Role.MARK, width=1.5, radius=radius, is_dashed=True)
            if kind is LampKind.NO_DATA:
                _letter(canvas, box, "?", 0.6, Role.QUIET)


def warning_sign(canvas: Canvas, box: QRectF) -> None:
    """Draw that a value is not where it should be: no alarm by itself, so without an alarm's number."""
    points = [(box.left(), box.bottom()), (box.right(), box.bottom()), (box.center().x(), box.top())]
    canvas.shape(points, Role.WARNING)
    _letter(canvas, box.translated(0, box.height() * 0.14), "!", 0.6, Role.ON_WARNING)


def run_sign(canvas: Canvas, box: QRectF, sign: RunSign, role: Role) -> None:
    """Draw how the line is: play, nothing passes, pause, stop, or a question mark."""
    left, top, side = box.left(), box.top(), box.height()
    match sign:
        case RunSign.RUNS:
            canvas.shape([(left, top), (left + side * 0.9, top + side / 2), (left, top + side)], role)
        case RunSign.REJECTS:
            verdict_sign(canvas, QRectF(left, top, side, side), VerdictKind.NOT_JUDGED, role)
        case RunSign.WAITS:
            canvas.box(QRectF(left, top, side * 0.3, side), role, radius=0)
            canvas.box(QRectF(left + side * 0.55, top, side * 0.3, side), role, radius=0)
        case RunSign.STANDS:
            canvas.box(QRectF(left, top, side * 0.9, side * 0.9), role, radius=0)
        case _:
            _letter(canvas, box, "?", 1.1, role)


def _tick(canvas: Canvas, box: QRectF, role: Role) -> None:
    x, y, side = box.left(), box.top(), box.width()
    points = [(x + side * 0.28, y + side * 0.52), (x + side * 0.44, y + side * 0.68)]
    canvas.stroke([*points, (x + side * 0.74, y + side * 0.36)], role, max(1.6, side * 0.08))


def _letter(canvas: Canvas, box: QRectF, text: str, share: float, role: Role) -> None:
    canvas.text(box, text, int(box.height() * share), role=role, weight=BOLD, align=CENTRE)


def _inner(box: QRectF, share: float) -> QRectF:
    return box.adjusted(*(sign * share * box.width() for sign in (1, 1, -1, -1)))
