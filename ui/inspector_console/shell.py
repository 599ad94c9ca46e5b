"""The window: head, alarm row, one screen, foot. The only one who knows language, palette and user."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from PySide6.QtCore import QDateTime, QEvent, QTimer, Signal, Slot
from PySide6.QtGui import QColor, QKeyEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from inspector.protocol import Ask
from inspector_console.bridge import (
    CHANGE_PRODUCT,
    LABEL,
    RELEASE_LINE,
    SHELVE,
    TEST_DEVICE,
    UNSHELVE,
    Answer,
    Bridge,
)
from inspector_console.login import Login
from inspector_console.pictures import Pictures
from inspector_console.presenter import (
    SOON_S,
    Lens,
    Said,
    present_alarm_row,
    present_header,
    present_hold,
    present_refusal,
    said_in,
)
from inspector_console.screens import (
    AlarmPages,
    BadgeReader,
    DevicesScreen,
    LiveScreen,
    LoginScreen,
    ProductScreen,
    RejectsScreen,
    SystemScreen,
)
from inspector_console.settings import Settings
from inspector_console.theme import Role
from inspector_console.widgets import AlarmRow, Header, NavBar, Notice, Style
from inspector_console.words import LANGUAGES, Say, SayDevices, SayProduct, SayRejects, SaySystem, Words

_TOLD: Final = frozenset(
    {
        Ask.ACKNOWLEDGE,
        Ask.HOLD,
        Ask.CONTROL_TAKE,
        Ask.CONTROL_SEIZE,
        RELEASE_LINE,
        SHELVE,
        UNSHELVE,
        LABEL,
        CHANGE_PRODUCT,
        TEST_DEVICE,
    }
)
"""Commands that somebody gave: a refusal is shown."""


@dataclass(frozen=True, slots=True)
class _Place:
    """A screen, and the button that leads to it."""

    name: str
    title: StrEnum
    screen: QWidget
    show_facts: Callable[[Lens], None]


class Shell(QWidget):
    """Everything in the console's window, in one palette and for one size of screen."""

    settings_wanted = Signal(object)
    """`Settings` that somebody has chosen; the language is in force already."""

    def __init__(self, bridge: Bridge, look: Style, language: str = "en") -> None:
        super().__init__()
        self.bridge, self.look = bridge, look
        self.words = Words(language)
        self.header, self.alarms, self.nav = Header(look), AlarmRow(look), NavBar(look)
        self.stack = QStackedWidget()
        self.live = LiveScreen(look, bridge, Pictures(bridge, self))
        self.alarm_pages = AlarmPages(look, bridge)
        self.alarms_screen = self.alarm_pages.now
        self.product = ProductScreen(look, bridge)
        self.system = SystemScreen(look, bridge)
        self.rejects_screen = RejectsScreen(look, bridge)
        self.login = Login(bridge, self)
        self._badges = BadgeReader()
        self.login_screen = LoginScreen(look, self.login, self._badges)
        self._before_login = "live"
        self.devices = DevicesScreen(look, bridge)
        self.notice = Notice(look, self)
        self._arrange()
        self._connect()
        self._paint_ground()
        self.refresh()
        self.nav.buttons["live"].setFocus()

    def _arrange(self) -> None:
        gap = self.look.sizes.gap
        column = QVBoxLayout(self)
        column.setContentsMargins(gap, gap, gap, gap)
        column.setSpacing(gap)
        column.addWidget(self.header)
        column.addWidget(self.alarms)
        column.addWidget(self.stack, 1)
        column.addWidget(self.nav)
        self._places = (  # as the foot shows them, from left to right
            _Place("live", Say.LIVE_SCREEN, self.live, self.live.show_facts),
            _Place("rejects", SayRejects.TITLE, self.rejects_screen, self.rejects_screen.show_facts),
            _Place("alarms", Say.ALARMS_SCREEN, self.alarm_pages, self.alarm_pages.show_facts),
            _Place("product", SayProduct.PRODUCT_SCREEN, self.product, self.product.show_facts),
            _Place("devices", SayDevices.SCREEN, self.devices, self.devices.show_facts),
            _Place("system", SaySystem.SYSTEM_SCREEN, self.system, self.system.show_facts),
        )
        for place in self._places:
            self.stack.addWidget(place.screen)
            self.nav.add(place.name)
        self.stack.addWidget(self.login_screen)

    def _connect(self) -> None:
        self.bridge.changed.connect(self.refresh)
        self.bridge.answered.connect(self._on_answered)
        self.alarms.acknowledged.connect(self.bridge.acknowledge)
        self.header.language_wanted.connect(self._on_language_wanted)
        self.header.login_wanted.connect(self._on_login_wanted)
        self.live.reject_wanted.connect(self._on_reject_wanted)
        self.product.said.connect(self.notice.say)
        self.rejects_screen.login_wanted.connect(self._on_login_wanted)
        self.login.changed.connect(self.refresh)
        self.login.began.connect(self._on_login_began)
        self.login.ended.connect(self._on_login_ended)
        self.login.badge_refused.connect(self._on_login_ended)
        self.login.secret_wanted.connect(self._on_secret_wanted)
        self.login_screen.own_secret_wanted.connect(self._on_own_secret_wanted)
        self.nav.screen_wanted.connect(self._on_screen_wanted)
        self.system.settings_wanted.connect(self._on_settings_wanted)
        self.nav.hold.hold_wanted.connect(self.bridge.hold_line)
        self.nav.hold.release_wanted.connect(self.bridge.release_line)
        self._clock = QTimer(self)
        self._clock.setInterval(1000)
        self._clock.timeout.connect(self._on_second)
        self._clock.start()

    def lens(self) -> Lens:
        """Return what is known, as whoever stands here sees it."""
        seat = self.login.seat
        return Lens(
            facts=self.bridge.facts(),
            words=self.words,
            identity=self.bridge.identity,
            user=seat.user,
            role=seat.role,
            permissions=seat.permissions,
            log_off_s=seat.remaining_s if seat.user and seat.remaining_s <= SOON_S else 0,
        )

    @Slot()
    def refresh(self) -> None:
        """Show what is known now; what has not changed is not painted again."""
        lens = self.lens()
        self.header.show_view(present_header(lens))
        self.alarms.show_view(present_alarm_row(lens))
        self.nav.hold.show_view(present_hold(lens))
        for place in self._places:
            self.nav.buttons[place.name].rename(self.words(place.title))
            # Live also watches for what it is to freeze on while nobody looks at it.
            if place.screen is self.live or place.screen is self.stack.currentWidget():
                place.show_facts(lens)
        if self.stack.currentWidget() is self.login_screen:
            self.login_screen.show_facts(lens)
        self._on_second()

    @Slot()
    def _on_second(self) -> None:
        self.header.show_clock(QDateTime.currentDateTime().toString("HH:mm"))

    @Slot()
    def _on_language_wanted(self) -> None:
        following = LANGUAGES[(LANGUAGES.index(self.words.language) + 1) % len(LANGUAGES)]
        sizes = self.look.sizes
        self._on_settings_wanted(
            Settings(language=following, palette=self.look.name, diagonal_inch=sizes.diagonal_inch)
        )

    @Slot(object)
    def _on_settings_wanted(self, settings: Settings) -> None:
        if settings.language != self.words.language:
            self.words = Words(settings.language)
            self.refresh()
        self.settings_wanted.emit(settings)

    def take_over(self, other: Shell) -> None:
        """Go on where another shell was: the same screen, the same page."""
        self.login.take_over(other.login)
        self.system.open(other.system.page)
        name = other._name()
        self._on_screen_wanted(name)

    @Slot(str)
    def _on_screen_wanted(self, name: str) -> None:
        self.login.forget_badge()
        self.stack.setCurrentWidget(next(place.screen for place in self._places if place.name == name))
        self.nav.choose(name)
        self.refresh()

    @Slot(object)
    def _on_reject_wanted(self, key: tuple[int, int]) -> None:
        self.rejects_screen.look_at(key)
        self._on_screen_wanted("rejects")

    @Slot()
    def _on_own_secret_wanted(self) -> None:
        self.system.open("users")
        self._on_screen_wanted("system")
        self.system.users.ask_own_secret()

    def _name(self) -> str:
        """Return the name of the screen that is shown; of the login, that of the screen before it."""
        shown = self.stack.currentWidget()
        return next((place.name for place in self._places if place.screen is shown), self._before_login)

    @Slot()
    def _on_login_wanted(self) -> None:
        if self.stack.currentWidget() is not self.login_screen:
            self.login.forget_said()
        self._show_login()

    @Slot()
    def _on_secret_wanted(self) -> None:
        self._show_login()

    def _show_login(self) -> None:
        if self.stack.currentWidget() is not self.login_screen:
            self._before_login = self._name()
            self.login_screen.forget()
        self.stack.setCurrentWidget(self.login_screen)
        self.login_screen.setFocus()
        self.nav.choose("")
        self.refresh()

    @Slot()
    def _on_login_began(self) -> None:
        """Lead back to where somebody was when a log-in was needed."""
        if self.stack.currentWidget() is self.login_screen:
            self._on_screen_wanted(self._before_login)

    @Slot(object)
    def _on_login_ended(self, said: Said) -> None:
        if self.stack.currentWidget() is not self.login_screen:  # which says so itself
            self.notice.say(said_in(self.words, said))

    @Slot(object)
    def _on_answered(self, answer: Answer) -> None:
        if answer.kind == TEST_DEVICE and answer.is_ok:
            self.notice.say(self.words(SayDevices.SIGNALS_ON))
        if answer.kind not in _TOLD or answer.is_ok:
            return
        if answer.reply is None:
            self.notice.say(self.words(Say.NO_ANSWER))
        else:
            reason = self.words(Say.NOT_DONE, reason=self.words.refusal(answer.reply))
            self.notice.say(present_refusal(str(answer.reply.body.get("refusal")), self.lens()) or reason)

    def say_fault(self) -> None:
        """Say that the console itself has failed at something."""
        self.notice.say(self.words(Say.CONSOLE_FAULT))

    def _paint_ground(self) -> None:
        palette = QPalette()
        palette.setColor(QPalette.ColorRole.Window, QColor(self.look.colour(Role.FIELD)))
        self.setPalette(palette)
        self.setAutoFillBackground(True)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place the notice above the foot (Qt calls this)."""
        gap = self.look.sizes.gap
        height = self.look.sizes.touch
        top = self.height() - self.nav.height() - 2 * gap - height
        self.notice.setGeometry(gap, top, self.width() - 2 * gap, height)

    def look_again(self) -> None:
        """Watch no frames while nobody can see them: the window has been minimized, or brought back."""
        self.live.desk.look(is_looking=self.live.isVisible() and not self.window().isMinimized())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Give keys that nobody has wanted to who can use them: a product's code, or a badge (Qt calls this)."""
        if self.stack.currentWidget() is self.product and self.product.take_key(event):
            return
        if code := self._badges.read(event):
            self.login.log_in_badge(code)
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Watch no frames while nobody can see them (Qt calls this)."""
        if event.type() == QEvent.Type.WindowStateChange:
            self.look_again()
        super().changeEvent(event)
