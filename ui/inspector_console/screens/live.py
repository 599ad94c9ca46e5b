"""The Live screen: is the line fine, what was rejected and why."""

from __future__ import annotations

from PySide6.QtCore import QRect, Signal, Slot
from PySide6.QtGui import QHideEvent, QImage, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from inspector.protocol import FrameHeader
from inspector_console.bridge import Bridge
from inspector_console.pictures import Pictures
from inspector_console.presenter import Lens, LiveView, present_live
from inspector_console.screens._picture_desk import PictureDesk
from inspector_console.widgets import (
    CountsTile,
    Gauge,
    ImageTile,
    LampsTile,
    RejectsTile,
    Style,
    TouchButton,
    VerdictTile,
)
from inspector_console.words import Say


class LiveScreen(QWidget):
    """Left the verdict and the figures, in the middle the picture, right the rejects."""

    reject_wanted = Signal(object)
    """The key (session, ordinal) of a reject that somebody wants to look at."""

    def __init__(self, look: Style, bridge: Bridge, pictures: Pictures) -> None:
        super().__init__()
        self.look, self._lens, self._view = look, None, None
        self.verdict, self.counts = VerdictTile(look), CountsTile(look)
        self.yielded, self.latency, self.rate = Gauge(look, 3.0), Gauge(look, 1.2), Gauge(look, 1.2)
        self.image, self.lamps, self.rejects = ImageTile(look), LampsTile(look), RejectsTile(look)
        self.freeze, self.freeze_on_ng, self.overlay, self.one_to_one, self.compare = self.tools = tuple(
            TouchButton(look) for _ in range(5)
        )
        for part in (*self.tiles, *self.tools):
            part.setParent(self)
        self.desk = PictureDesk(self.image, bridge, pictures)
        self._pictures = pictures
        self._connect(bridge)

    _lens: Lens | None
    _view: LiveView | None

    @property
    def tiles(self) -> tuple[QWidget, ...]:
        """Everything that shows something."""
        figures = (self.verdict, self.yielded, self.counts, self.latency, self.rate)
        return (*figures, self.image, self.lamps, self.rejects)

    def _connect(self, bridge: Bridge) -> None:
        for tool in self.tools:
            tool.setCheckable(True)
            tool.clicked.connect(self._on_tool)
        self.overlay.setChecked(True)
        self.rejects.opened.connect(self.reject_wanted)
        self._pictures.changed.connect(self._on_pictures)
        self.desk.golden.changed.connect(self._on_golden)
        self.desk.whole.came.connect(self._on_whole)
        bridge.frame_came.connect(self._on_frame)

    def show_facts(self, lens: Lens) -> None:
        """Show what is known now."""
        view = present_live(lens)
        self._lens, self._view = lens, view
        self.verdict.show_view(view.verdict)
        self.yielded.show_view(view.yielded)
        self.counts.show_view(view.counts)
        self.latency.show_view(view.latency)
        self.rate.show_view(view.rate)
        self.lamps.show_view(view.lamps)
        self.rejects.show_view(view.rejects)
        self.rejects.show_old(view.counts.old)
        self._pictures.want(view.rejects)
        self.desk.look_for_ng(lens)
        self._refresh()

    def _refresh(self) -> None:
        """Show the picture, and the tools as they stand."""
        if self._lens is None or self._view is None:
            return
        words = self._lens.words
        self.freeze.rename(words(Say.GO_LIVE if self.desk.is_frozen else Say.FREEZE))
        self.freeze.setChecked(self.desk.is_frozen)
        self.freeze_on_ng.rename(words(Say.FREEZE_ON_NG))
        self.overlay.rename(words(Say.OVERLAY))
        self.one_to_one.rename(words(Say.ONE_TO_ONE))
        self.compare.rename(words(Say.COMPARE))
        self.rejects.rename(words(Say.LAST_REJECTS), words(Say.NO_REJECTS))
        self.desk.refresh(self._lens, self._view.picture_note)

    @Slot()
    def _on_tool(self) -> None:
        if self.sender() is self.freeze:
            self.desk.freeze(is_frozen=self.freeze.isChecked())
        self.desk.is_freezing_on_ng = self.freeze_on_ng.isChecked()
        self.desk.is_overlay_on = self.overlay.isChecked()
        self._choose_one(self.one_to_one, self.compare)
        self._choose_one(self.compare, self.one_to_one)
        self.desk.is_one_to_one = self.one_to_one.isChecked()
        self.desk.compare(is_wanted=self.compare.isChecked())
        self._refresh()

    def _choose_one(self, tool: TouchButton, other: TouchButton) -> None:
        """Take another tool back that shows the picture in another way."""
        if self.sender() is tool and tool.isChecked():
            other.setChecked(False)

    @Slot()
    def _on_golden(self) -> None:
        self._refresh()

    @Slot(object, object)
    def _on_whole(self, header: FrameHeader, image: QImage) -> None:
        self.desk.take_whole(header, image)
        self._refresh()

    @Slot()
    def _on_pictures(self) -> None:
        self.rejects.show_thumbnails(self._pictures.thumbnails)

    @Slot()
    def _on_frame(self) -> None:
        if self._lens is not None:
            self.desk.take_frame(self._lens)

    def showEvent(self, event: QShowEvent) -> None:
        """Have pictures made again (Qt calls this)."""
        self.desk.look(is_looking=True)

    def hideEvent(self, event: QHideEvent) -> None:
        """Have none made for nobody (Qt calls this)."""
        self.desk.look(is_looking=False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place everything (Qt calls this)."""
        sizes, width, height = self.look.sizes, self.width(), self.height()
        gap = sizes.gap
        left = max(int(width * 0.225), sizes.small * 17)
        right = max(int(width * 0.2), sizes.small * 15)
        tools = max(sizes.frequent_touch, int(sizes.body * 6.4))
        bottom = max(int((height - 3 * gap) * 0.19), self.latency.least_height(has_foot=True))
        middle = width - left - right - 2 * gap
        lamps = self.lamps.height_for(middle)
        self._place_left(QRect(0, 0, left, height), bottom)
        image = QRect(left + gap, 0, middle - tools - gap, height - lamps - gap)
        self.image.setGeometry(image)
        self.lamps.setGeometry(image.x(), height - lamps, middle, lamps)
        self._place_tools(QRect(image.right() + 1 + gap, 0, tools, image.height()))
        self.rejects.setGeometry(width - right, 0, right, height - bottom - gap)
        self.rate.setGeometry(width - right, height - bottom, right, bottom)

    def _place_left(self, column: QRect, bottom: int) -> None:
        gap = self.look.sizes.gap
        rest = column.height() - bottom - 3 * gap
        counts = rest - int(rest * 0.44) - int(rest * 0.255)
        # On a small panel the verdict, which is large in any case, makes room for the yield.
        yielded = max(int(rest * 0.255), self.yielded.least_height())
        heights = (rest - counts - yielded, yielded, counts, bottom)
        top = 0
        for tile, height in zip(
            (self.verdict, self.yielded, self.counts, self.latency), heights, strict=True
        ):
            tile.setGeometry(0, top, column.width(), height)
            top += height + gap

    def _place_tools(self, column: QRect) -> None:
        """Have the still picture at hand, which somebody takes while parts go by; the others are set and stay set."""
        sizes, gap = self.look.sizes, self.look.sizes.gap
        room, others = column.height() - gap * (len(self.tools) - 1), len(self.tools) - 1
        usual = max(sizes.touch, min(room // len(self.tools), (room - sizes.frequent_touch) // others))
        top = 0
        for tool in self.tools:
            height = room - usual * others if tool is self.freeze else usual
            tool.setGeometry(column.x(), top, column.width(), height)
            top += height + gap
