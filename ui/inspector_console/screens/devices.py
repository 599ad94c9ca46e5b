"""The Devices screen: six devices at a glance, a touch away from everything that is known of each."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from inspector.domain.device_states import Device
from inspector_console.bridge import TEST_DEVICE, Bridge, Step
from inspector_console.presenter import (
    DeviceCardView,
    LampKind,
    Lens,
    present_cards,
    present_device,
    present_registers,
    present_times,
)
from inspector_console.screens._device_pages import DevicePage, TimesPage
from inspector_console.screens._registers_page import RegistersPage
from inspector_console.widgets import CARD_PADDING, DeviceCard, Style, figure_width
from inspector_console.words import SayDevices

TIMES: Final = "times"
REGISTERS: Final = "registers"
_COLUMNS: Final = 4


class Overview(QWidget):
    """Three columns of devices, and one of what concerns them all."""

    def __init__(self, look: Style) -> None:
        super().__init__()
        self.look = look
        self.cards = {name: DeviceCard(look, self) for name in (*Device, TIMES, REGISTERS)}

    def show_facts(self, lens: Lens) -> None:
        """Show what is known now."""
        times, registers = present_times(lens), present_registers(lens, "", None)
        further = (
            DeviceCardView(
                id=TIMES,
                kind=LampKind.GOOD,
                name=times.title,
                state="",
                reason=times.warning,
                is_warned=bool(times.warning),
                figures=times.summary,
            ),
            DeviceCardView(
                id=REGISTERS, kind=LampKind.GOOD, name=registers.title, state="", note=registers.summary
            ),
        )
        views = (*present_cards(lens), *further)
        px = self._text_px(views)
        for view in views:
            self.cards[view.id].show_view(view, px)

    def _text_px(self, views: tuple[DeviceCardView, ...]) -> int:
        """Return one size for the texts of all cards: the largest in which no figure is cut."""
        sizes = self.look.sizes
        room = self._card_width() - sizes.small * CARD_PADDING
        figures = [figure for view in views for figure in view.figures]
        is_roomy = all(figure_width(self.look, *figure, sizes.body) <= room for figure in figures)
        return sizes.body if is_roomy else sizes.small

    def _card_width(self) -> int:
        return (self.width() - self.look.sizes.gap * (_COLUMNS - 1)) // _COLUMNS

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place the cards (Qt calls this)."""
        gap = self.look.sizes.gap
        width = self._card_width()
        height = (self.height() - gap) // 2
        devices = _COLUMNS - 1
        for at, name in enumerate(Device):
            column, row = at % devices, at // devices
            self.cards[name].setGeometry(column * (width + gap), row * (height + gap), width, height)
        for row, further in enumerate((TIMES, REGISTERS)):
            self.cards[further].setGeometry(devices * (width + gap), row * (height + gap), width, height)


class DevicesScreen(QStackedWidget):
    """The overview, or one page."""

    def __init__(self, look: Style, bridge: Bridge) -> None:
        super().__init__()
        self.overview, self.page, self.times = Overview(look), DevicePage(look, bridge), TimesPage(look)
        self.registers = RegistersPage(look, bridge)
        self._bridge, self._chosen = bridge, Device.CAMERA
        self._lens: Lens | None = None
        for widget in (self.overview, self.page, self.times, self.registers):
            self.addWidget(widget)
        for page in (self.page, self.times, self.registers):
            page.left.connect(self._on_back)
        self.page.test_wanted.connect(self._on_test)
        for card in self.overview.cards.values():
            card.clicked.connect(self._on_card)

    def show_facts(self, lens: Lens) -> None:
        """Show what is known now, where people look."""
        self._lens = lens
        shown = self.currentWidget()
        if shown is self.overview:
            self.overview.show_facts(lens)
        elif shown is self.page:
            self.page.show_page(present_device(self._chosen, lens), lens)
        elif shown is self.times:
            self.times.show_page(present_times(lens), lens.words(SayDevices.BACK))
        else:
            self.registers.show_lens(lens)

    def _open(self, widget: QWidget) -> None:
        self.setCurrentWidget(widget)
        if self._lens is not None:
            self.show_facts(self._lens)

    @Slot()
    def _on_back(self) -> None:
        self._open(self.overview)

    @Slot()
    def _on_test(self) -> None:
        self._bridge.ask_in_control(Step(TEST_DEVICE, {"device": self._chosen.value}))

    @Slot()
    def _on_card(self) -> None:
        card = self.sender()
        if not isinstance(card, DeviceCard) or card.view is None:
            return
        pages = {TIMES: self.times, REGISTERS: self.registers}
        if card.view.id not in pages:
            self._chosen = Device(card.view.id)
        self._open(pages.get(card.view.id, self.page))
