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
from inspector_console.widgets import CENTRE, SEMIBOLD, Canvas, Style, Tile, TouchButton

_STEP_INCH: Final = 0.1
_ROWS: Final = 4
_ROWS_OF_GROUP: Final = (0, 1, 2, 2, 3)
"""Which group a row is of: language, colours, the diagonal's two rows, and what is drawn by it."""
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
        self.larger.move(self.smaller.x() + 2 * (width + sizes.gap), self.smaller.y())
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
        return self.look.sizes.gap + row * pitch + _ROWS_OF_GROUP[row] * self._between_groups()

    def _between_groups(self) -> int:
        """Return how far groups are apart: on a small panel no farther than their rows."""
        sizes = self.look.sizes
        taken = _ROWS * (sizes.touch + sizes.gap) + sizes.frequent_touch + int(sizes.body * 4)
        return max(0, min(sizes.touch * 2 // 3, (self.height() - taken) // (_ROWS_OF_GROUP[-1] + 1)))

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
        between = QRectF(self.smaller.geometry())
        between.moveLeft(between.right() + sizes.gap)
        canvas.text(between, view.candidate, sizes.large, weight=SEMIBOLD, align=CENTRE)
        top = self._paint_sizes(canvas, view)
        for at, note in enumerate(view.notes):
            row = QRectF(
                sizes.body, top + at * sizes.body * 1.5, area.width() - 2 * sizes.body, sizes.body * 1.5
            )
            canvas.text(row, note, sizes.small, role=Role.QUIET, may_cut=True)

    def _paint_sizes(self, canvas: Canvas, view: PanelView) -> float:
        """Paint keys and a bar as large as they are on a screen of the diagonal on trial; return where they end."""
        sizes = canvas.sizes
        tried = Sizes(sizes.width_px, sizes.height_px, view.candidate_inch)
        left, top = float(self._left()), float(self._top(_ROWS))
        for side, name in zip((tried.touch, tried.frequent_touch), view.keys, strict=True):
            key = QRectF(left, top, side, side)
            canvas.box(key, Role.FIELD, edge=Role.MARK, width=1.5, is_dashed=True)
            for at, text in enumerate(name.split()):
                row = key.adjusted(0, (at * 2 - 1) * sizes.small * 0.6, 0, (at * 2 - 1) * sizes.small * 0.6)
                canvas.text(row, text, sizes.small, role=Role.QUIET, align=CENTRE)
            left += side + tried.gap
        self._paint_ruler(
            canvas, QRectF(left + sizes.body, top, RULER_MM * tried.px_per_mm, sizes.body), view
        )
        return top + tried.frequent_touch + sizes.small * 0.6

    def _paint_ruler(self, canvas: Canvas, bar: QRectF, view: PanelView) -> None:
        sizes = canvas.sizes
        canvas.box(bar.adjusted(0, bar.height() / 4, 0, -bar.height() / 4), Role.MARK, radius=0)
        for x in (bar.left(), bar.right()):
            canvas.line(QPointF(x, bar.top()), QPointF(x, bar.bottom()), Role.TEXT, 2)
        row = QRectF(bar.left(), bar.bottom(), self._left() + self._room() - bar.left(), sizes.small * 1.5)
        for text in (view.ruler, view.keys_note):
            canvas.text(row, text, sizes.small, role=Role.QUIET)
            row.translate(0, row.height())
