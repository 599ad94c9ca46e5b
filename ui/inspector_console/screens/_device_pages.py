"""One device with everything that is known of it; and the station's times and rights."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRect, QRectF, Signal, Slot
from PySide6.QtGui import QHideEvent, QResizeEvent

from inspector_console.bridge import Bridge
from inspector_console.presenter import DevicePageView, Lens, TimesView
from inspector_console.screens._page import Page
from inspector_console.screens._snapshot import Snapshot
from inspector_console.widgets import (
    Canvas,
    Column,
    Style,
    Table,
    TableView,
    TouchButton,
    paint_state,
    state_height,
)
from inspector_console.words import SayDevices

_NAME: Final = 0.44


class DevicePage(Page):
    """Left its values, right its last changes and its alarms."""

    view: DevicePageView | None
    test_wanted = Signal()
    """Somebody wants to see whether it works."""

    def __init__(self, look: Style, bridge: Bridge) -> None:
        super().__init__(look)
        self.test, self.picture = TouchButton(look, parent=self), TouchButton(look, parent=self)
        self.picture.setCheckable(True)
        self.picture.toggled.connect(self._on_picture)
        self.test.clicked.connect(self.test_wanted)
        self.values = Table(
            look, Column(_NAME, is_quiet=True), Column(1 - _NAME, is_right=True, may_cut=True)
        )
        self.changes = Table(look, Column(0.3, is_quiet=True), Column(0.7, may_cut=True))
        self.alarms = Table(look, Column(0.2, is_quiet=True), Column(0.8, may_cut=True))
        for table in (self.values, self.changes, self.alarms):
            table.setParent(self)
        self.snapshot = Snapshot(look, bridge, self)
        self.snapshot.hide()

    def show_page(self, view: DevicePageView, lens: Lens) -> None:
        """Show a device."""
        back = lens.words(SayDevices.BACK)
        self.show_view(view)
        self._place()
        self.picture.rename(view.picture)
        self.picture.setVisible(bool(view.picture))
        if not view.picture:
            self.picture.setChecked(False)
        self.snapshot.show_lens(lens)
        self.back.rename(back)
        self.test.rename(view.test)
        self.test.setVisible(bool(view.test))
        old = view.card.old
        self.values.show_view(TableView(view.values_title, view.values, old=old))
        self.changes.show_view(TableView(view.changes_title, view.changes))
        self.alarms.show_view(TableView(view.alarms_title, view.alarms, old=old))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place everything (Qt calls this)."""
        self._place()

    def _place(self) -> None:
        self.place_back()
        wide = max(self.back.width(), self.width() // 5)
        self.test.setGeometry(self.width() - wide, 0, wide, self.look.sizes.touch)
        self.picture.setGeometry(self.test.geometry())
        gap, top = self.look.sizes.gap, self.head() + self._state_height()
        height, width = self.height() - top, (self.width() - self.look.sizes.gap) // 2
        self.values.setGeometry(0, top, width, height)
        upper = (height - gap) * 3 // 5
        right = QRect(width + gap, top, self.width() - width - gap, upper)
        self.changes.setGeometry(right)
        self.alarms.setGeometry(right.x(), top + upper + gap, right.width(), height - upper - gap)
        self.snapshot.setGeometry(right.x(), top, right.width(), height)

    @Slot(bool)
    def _on_picture(self, is_wanted: bool) -> None:
        for table in (self.changes, self.alarms):
            table.setVisible(not is_wanted)
        self.snapshot.setVisible(is_wanted)
        if is_wanted:
            self.snapshot.take()

    def hideEvent(self, event: QHideEvent) -> None:
        """Begin with changes and alarms again, next time (Qt calls this)."""
        self.picture.setChecked(False)

    def _state_height(self) -> int:
        """The state may need more than the way back is high."""
        sizes = self.look.sizes
        needed = state_height(sizes, self.view.card, sizes.small) if self.view is not None else 0.0
        return max(0, int(needed) - sizes.touch)

    def paint(self, canvas: Canvas, area: QRectF) -> None:
        """Paint the device's state."""
        if self.view is None:
            return
        left = self.back.width() + self.look.sizes.gap * 2
        right = self.test.width() + self.look.sizes.gap if self.view.test or self.view.picture else 0
        room = QRectF(left, 0, area.width() - left - right, self.head() + self._state_height())
        paint_state(canvas, room, self.view.card, px=self.look.sizes.small, is_wide=True)


class TimesPage(Page):
    """Above the stages, below the rights."""

    view: TimesView | None

    def __init__(self, look: Style) -> None:
        super().__init__(look)
        numbers = (Column(0.13, is_right=True) for _ in range(5))
        self.stages = Table(look, Column(0.35), *numbers)
        shares = (0.17, 0.1, 0.07, 0.13)
        self.rights = Table(look, *(Column(share) for share in shares), Column(0.53, may_cut=True))
        for table in (self.stages, self.rights):
            table.setParent(self)

    def show_page(self, view: TimesView, back: str) -> None:
        """Show times and rights."""
        self.show_view(view)
        self.back.rename(back)
        self.stages.show_view(TableView(view.stages_title, view.stages, view.stages_head, old=view.old))
        self.rights.show_view(
            TableView(
                view.rights_title,
                view.rights,
                view.rights_head,
                old=view.old,
                marked=view.refused,
                foot=view.remedy,
            )
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place everything (Qt calls this)."""
        self.place_back()
        gap, top = self.look.sizes.gap, self.head()
        half = (self.height() - top - gap) // 2
        self.stages.setGeometry(0, top, self.width(), half)
        self.rights.setGeometry(0, top + half + gap, self.width(), half)

    def paint(self, canvas: Canvas, area: QRectF) -> None:
        """Paint the title."""
        if self.view is not None:
            self.paint_title(canvas, self.view.title)
