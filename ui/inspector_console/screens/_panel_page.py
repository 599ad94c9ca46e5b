"""System › Panel: language, colours, and the screen's true size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, TypeVar

from PySide6.QtCore import QPointF, QRectF, Signal, Slot
from PySide6.QtGui import QResizeEvent

from inspector_console.presenter import RULER_MM, Lens, PanelState, PanelView, present_panel
from inspector_console.settings import MAX_INCH, MIN_INCH, Settings
from inspector_console.sizes import Sizes
from inspector_console.theme import Role
from inspector_console.widgets import SEMIBOLD, Canvas, Style, Tile, TouchButton

_STEP_INCH: Final = 0.1
_ROWS: Final = 4
_Value = TypeVar("_Value", str, float)


class PanelPage(Tile):
    """Each choice applies at once, but the diagonal: it is tried against a ruler first, and must be confirmed."""

    settings_wanted = Signal(object)
    """`Settings` that are to be in force now."""
    kept = Signal()
    """The diagonal on trial is right."""
    undone = Signal()
    """It is not: as before."""
    view: PanelView | None

    def __init__(self, look: Style) -> None:
        super().__init__(look)
        self.chosen = Settings(palette=look.name, diagonal_inch=look.sizes.diagonal_inch)
        self._candidate = self.chosen.diagonal_inch
        self._state, self._lens = PanelState(), None
        self.languages: dict[str, TouchButton] = {}
        self.palettes: dict[str, TouchButton] = {}
        self.diagonals: dict[float, TouchButton] = {}
        self.smaller, self.larger = TouchButton(look, "−", parent=self), TouchButton(look, "+", parent=self)
        self.apply = TouchButton(look, ground=Role.ACTION, ink=Role.ON_ACTION, parent=self)
        self.back = TouchButton(look, parent=self)
        self.smaller.clicked.connect(self._on_smaller)
        self.larger.clicked.connect(self._on_larger)
        self.apply.clicked.connect(self._on_apply)
        self.back.clicked.connect(self.undone)

    _lens: Lens | None

    def show_facts(self, lens: Lens) -> None:
        """Show the settings as they are."""
        self._lens = lens
        self.chosen = replace(self.chosen, language=lens.words.language)
        self._show()

    def show_state(self, state: PanelState) -> None:
        """Show what the window has done about them."""
        self._state = state
        self._show()

    def _show(self) -> None:
        if self._lens is None:
            return
        view = present_panel(self._lens, self.chosen, self._candidate, self._state)
        if view == self.view:
            return
        is_first = self.view is None
        self.show_view(view)
        self._fill(self.languages, view.languages, view.chosen.language)
        self._fill(self.palettes, view.palettes, view.chosen.palette)
        self._fill(self.diagonals, view.diagonals, view.candidate_inch)
        self.apply.rename(view.keep or view.apply)
        self.apply.setVisible(bool(view.keep or view.apply))
        self.back.rename(view.back)
        self.back.setVisible(bool(view.keep))
        if is_first:
            self._place()

    def _fill(
        self, buttons: dict[_Value, TouchButton], choices: Sequence[tuple[_Value, str]], chosen: _Value
    ) -> None:
        for value, name in choices:
            if value not in buttons:
                button = buttons[value] = TouchButton(self.look, parent=self)
                button.setCheckable(True)
                button.clicked.connect(self._on_choice)
                button.show()
            buttons[value].rename(name)
            buttons[value].setChecked(value == chosen)

    # -- touching

    @Slot()
    def _on_choice(self) -> None:
        sender = self.sender()
        for language, button in self.languages.items():
            if button is sender:
                self._want(replace(self.chosen, language=language))
        for palette, button in self.palettes.items():
            if button is sender:
                self._want(replace(self.chosen, palette=palette))
        for inch, button in self.diagonals.items():
            if button is sender:
                self._try(inch)

    def _want(self, settings: Settings) -> None:
        self.view = None  # a button that was touched again stays pressed in
        self._show()
        if settings != self.chosen:
            self.settings_wanted.emit(settings)

    def _try(self, inch: float) -> None:
        self._candidate = round(min(MAX_INCH, max(MIN_INCH, inch)), 1)
        self.view = None
        self._show()

    @Slot()
    def _on_smaller(self) -> None:
        self._try(self._candidate - _STEP_INCH)

    @Slot()
    def _on_larger(self) -> None:
        self._try(self._candidate + _STEP_INCH)

    @Slot()
    def _on_apply(self) -> None:
        if self._state.trial_s:
            self.kept.emit()
        else:
            self.settings_wanted.emit(replace(self.chosen, diagonal_inch=self._candidate))

    # -- showing

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place everything (Qt calls this)."""
        self._place()

    def _place(self) -> None:
        sizes = self.look.sizes
        self._place_row([*self.languages.values()], 0, 6)
        self._place_row([*self.palettes.values()], 1, 6)
        self._place_row([*self.diagonals.values()], 2, 6)
        self._place_row([self.smaller, self.larger], 3, 6)
        width = self.larger.width()
        right = self._left() + self._room()
        top = self.larger.y()
        self.apply.setGeometry(right - 2 * width - sizes.gap, top, 2 * width + sizes.gap, sizes.touch)
        self.back.setGeometry(right - 3 * width - 2 * sizes.gap, top, width, sizes.touch)

    def _place_row(self, buttons: list[TouchButton], row: int, columns: int) -> None:
        sizes = self.look.sizes
        width = (self._room() - sizes.gap * (columns - 1)) // columns
        wide = 2 if len(buttons) <= 2 and row < 2 else 1
        for at, button in enumerate(buttons):
            left = self._left() + at * wide * (width + sizes.gap)
            button.setGeometry(left, self._top(row), width * wide + sizes.gap * (wide - 1), sizes.touch)

    def _left(self) -> int:
        return int(self.look.sizes.body * 8.5)

    def _room(self) -> int:
        return self.width() - self._left() - self.look.sizes.gap

    def _top(self, row: int) -> int:
        pitch = self.look.sizes.touch + self.look.sizes.gap
        return self.look.sizes.gap + row * pitch

    def paint(self, canvas: Canvas, area: QRectF) -> None:
        """Paint the titles, the bar for the ruler, and what is to be said."""
        if (view := self.view) is None:
            return
        sizes = canvas.sizes
        canvas.box(area, Role.PANEL)
        titles = (view.language_title, view.palette_title, view.diagonal_title)
        for at, title in enumerate(titles):
            row = QRectF(sizes.body, self._top(at), self._left() - sizes.body * 1.5, sizes.touch)
            canvas.text(row, title, sizes.body, weight=SEMIBOLD)
        between = QRectF(self.larger.geometry())
        between.moveLeft(between.right() + sizes.gap)
        canvas.text(between, view.candidate, sizes.large, weight=SEMIBOLD)
        top = self._paint_ruler(canvas, view)
        for at, note in enumerate(view.notes):
            row = QRectF(
                sizes.body, top + at * sizes.body * 1.5, area.width() - 2 * sizes.body, sizes.body * 1.5
            )
            canvas.text(row, note, sizes.small, role=Role.QUIET, may_cut=True)

    def _paint_ruler(self, canvas: Canvas, view: PanelView) -> float:
        """Paint a bar that has its length if the diagonal that is being tried is the true one."""
        sizes = canvas.sizes
        tried = Sizes(sizes.width_px, sizes.height_px, view.candidate_inch)
        length, thick = RULER_MM * tried.px_per_mm, sizes.body * 0.5
        left, top = float(self._left()), self._top(_ROWS) + sizes.body * 0.5
        canvas.box(QRectF(left, top, length, thick), Role.MARK, radius=0)
        for x in (left, left + length):
            canvas.line(QPointF(x, top - thick / 2), QPointF(x, top + thick * 1.5), Role.TEXT, 2)
        below = QRectF(left, top + thick * 1.6, self._room(), sizes.body * 1.4)
        canvas.text(below, view.ruler, sizes.small, role=Role.QUIET)
        return below.bottom() + sizes.small * 0.4
