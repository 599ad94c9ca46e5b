"""One reject, large: looking closely, and saying what it really was."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRect, QRectF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QImage, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from inspector_console.close_up import Region
from inspector_console.presenter import RejectDetailView
from inspector_console.screens._heat_desk import Heat
from inspector_console.theme import Role
from inspector_console.widgets import (
    CENTRE,
    MEDIUM,
    Canvas,
    EvidenceTile,
    FilterButton,
    RejectFactsTile,
    Style,
    TouchButton,
    lines_of,
)

_JUDGES: Final = (Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3)
_ALONE_MS: Final = 80
"""A key that another one follows sooner was typed by a scanner or a badge reader, and judges nothing."""


class JudgeButton(TouchButton):
    """One judgement, with the key that gives it."""

    def __init__(self, look: Style, key: str, parent: QWidget) -> None:
        super().__init__(look, is_frequent=True, parent=parent)
        self.key = key
        self.setCheckable(True)

    def paint_words(self, canvas: Canvas, area: QRectF, px: int | None = None) -> None:
        """Write the words, and the key in the corner."""
        sizes = canvas.sizes
        line = sizes.body * 1.24
        lines = lines_of(self.text(), canvas, area.width() - sizes.body * 0.6, sizes.body)
        corner = QRectF(area.left(), area.top() + sizes.small * 0.2, area.width(), sizes.small * 1.3)
        canvas.text(corner, self.key, sizes.small, role=Role.QUIET, align=CENTRE)
        top = (corner.bottom() + area.bottom() - sizes.small * 0.3 - len(lines) * line) / 2
        for at, text in enumerate(lines):
            row = QRectF(area.left(), top + at * line, area.width(), line)
            inside = row.adjusted(sizes.body * 0.3, 0, -sizes.body * 0.3, 0)
            canvas.text(inside, text, sizes.body, weight=MEDIUM, align=CENTRE)


class RejectDetail(QWidget):
    """Picture, tools, facts, and the judgement. Keys: 1, 2, 3 judge, PageUp and PageDown turn, Escape goes back."""

    judged = Signal(str)
    class_wanted = Signal()
    note_wanted = Signal()
    left = Signal()
    turned = Signal(int)
    """-1: to the one before, 1: to the next one."""
    tools_changed = Signal()

    def __init__(self, look: Style, parent: QWidget) -> None:
        super().__init__(parent)
        self.look = look
        self.view: RejectDetailView | None = None
        self.image, self.facts = EvidenceTile(look), RejectFactsTile(look)
        self.image.setParent(self)
        self.facts.setParent(self)
        self.back, self.heat, self.one_to_one = (TouchButton(look, parent=self) for _ in range(3))
        self.previous, self.next = (TouchButton(look, is_frequent=True, parent=self) for _ in range(2))
        self.judges = [JudgeButton(look, key, self) for key in "123"]
        self.class_button, self.note_button = FilterButton(look, self), FilterButton(look, self)
        self._meant = ("", 0)
        self._alone = QTimer(self)
        self._alone.setSingleShot(True)
        self._alone.setInterval(_ALONE_MS)
        self._alone.timeout.connect(self._judge_meant)
        self._connect()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.hide()

    def _connect(self) -> None:
        for tool in (self.heat, self.one_to_one):
            tool.setCheckable(True)
            tool.clicked.connect(self.tools_changed)
        self.back.clicked.connect(self.left)
        self.previous.clicked.connect(self._on_previous)
        self.next.clicked.connect(self._on_next)
        for judge in self.judges:
            judge.clicked.connect(self._on_judge)
        self.class_button.clicked.connect(self.class_wanted)
        self.note_button.clicked.connect(self.note_wanted)

    @property
    def tools(self) -> tuple[TouchButton, ...]:
        """The buttons beside the picture, from top to bottom."""
        return (self.back, self.heat, self.one_to_one, self.previous, self.next)

    def show_reject(self, view: RejectDetailView, *, has_previous: bool, has_next: bool) -> None:
        """Show a reject, in the words of its view."""
        self.view = view
        self.facts.show_view(view)
        for tool, name in zip(self.tools, view.tools, strict=True):
            tool.rename(name)
        self.previous.setEnabled(has_previous)
        self.next.setEnabled(has_next)
        for judge, (judgement, name) in zip(self.judges, view.judgements, strict=True):
            judge.rename(name)
            judge.setChecked(judgement == view.judgement)
        self.class_button.describe(view.class_title, view.draft_class, may_cut=True)
        self.note_button.describe(view.note_title, view.note, may_cut=True)

    def show_picture(
        self,
        image: QImage | None,
        region: Region | None,
        none: str,
        note: str,
        heat: Heat | None,
        sentence: str,
    ) -> None:
        """Show the picture, and where the recipe looks in it.

        `none` = what stands in its place; `note` = it is not of the present.
        """
        if self.view is None:
            return
        self.image.show_image(image)
        self.image.describe(
            overlay=self.view.overlay,
            badge=self.view.badge,
            note=note,
            none=none,
            is_live=False,
            is_one_to_one=self.one_to_one.isChecked(),
            region=None if region is None else QRectF(*region),
            focus=None if region is None else QRectF(*region),
        )
        view, grid = (heat.view, heat.grid) if heat is not None else (None, b"")
        self.image.show_heat(view if image is not None else None, grid, sentence if image is not None else "")

    @Slot()
    def _on_previous(self) -> None:
        self.turned.emit(-1)

    @Slot()
    def _on_next(self) -> None:
        self.turned.emit(1)

    @Slot()
    def _on_judge(self) -> None:
        sender = self.sender()
        for at, judge in enumerate(self.judges):
            if judge is sender:
                self._judge(at)

    def _judge(self, at: int) -> None:
        if self.view is not None:
            for judge, (judgement, _) in zip(self.judges, self.view.judgements, strict=True):
                judge.setChecked(judgement == self.view.judgement)  # what counts is what the station has kept
            self.judged.emit(self.view.judgements[at][0])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Judge, turn and leave by keys (Qt calls this)."""
        keys, key = Qt.Key, event.key()
        turns = {keys.Key_PageUp: self.previous, keys.Key_PageDown: self.next}
        if key in _JUDGES and not self._alone.isActive() and self.view is not None:
            if not event.isAutoRepeat():
                self._meant = self.view.part, _JUDGES.index(key)
                self._alone.start()
            super().keyPressEvent(event)  # a reader's first key, perhaps
        elif key in turns or key == keys.Key_Escape:
            self._judge_meant()
            turn = turns.get(keys(key))
            if turn is None:
                self.left.emit()
            elif turn.isEnabled():
                self.turned.emit(-1 if turn is self.previous else 1)
        else:
            self._alone.stop()
            super().keyPressEvent(event)

    @Slot()
    def _judge_meant(self) -> None:
        """Judge as the last key says, if that reject is still to be seen."""
        (part, at), self._meant = self._meant, ("", 0)
        is_due = self._alone.isActive() or self.sender() is self._alone
        self._alone.stop()
        if is_due and self.view is not None and self.view.part == part:
            self._judge(at)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place everything (Qt calls this)."""
        sizes, gap = self.look.sizes, self.look.sizes.gap
        column = max(3 * sizes.frequent_touch + 2 * gap, int(self.width() * 0.31), sizes.small * 22)
        strip = max(sizes.frequent_touch, int(sizes.body * 6.4))
        picture = self.width() - column - strip - 2 * gap
        self.image.setGeometry(0, 0, picture, self.height())
        self._place_tools(QRect(picture + gap, 0, strip, self.height()))
        self._place_column(QRect(self.width() - column, 0, column, self.height()))

    def _place_tools(self, place: QRect) -> None:
        gap, top = self.look.sizes.gap, 0
        least = [tool.side() for tool in self.tools]
        spare = max(0, place.height() - sum(least) - gap * (len(least) - 1)) // len(least)
        for tool, side in zip(self.tools, least, strict=True):
            tool.setGeometry(place.left(), top, place.width(), side + spare)
            top += side + spare + gap

    def _place_column(self, place: QRect) -> None:
        sizes, gap = self.look.sizes, self.look.sizes.gap
        judge = max(sizes.frequent_touch, int(sizes.body * 1.24 * 2 + sizes.small * 2))
        choice = max(sizes.touch, int(sizes.body * 1.6 + sizes.small * 1.8))
        facts = place.height() - judge - choice - 2 * gap
        self.facts.setGeometry(place.left(), 0, place.width(), facts)
        half = (place.width() - gap) // 2
        self.class_button.setGeometry(place.left(), facts + gap, half, choice)
        self.note_button.setGeometry(
            place.left() + half + gap, facts + gap, place.width() - half - gap, choice
        )
        width = (place.width() - 2 * gap) // 3
        for at, button in enumerate(self.judges):
            button.setGeometry(place.left() + at * (width + gap), place.height() - judge, width, judge)
