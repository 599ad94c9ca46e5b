"""The System screen: this panel, users, the computer, versions, log and audit: a page for each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from inspector_console.bridge import Bridge
from inspector_console.presenter import Lens
from inspector_console.screens._audit_page import AuditPage
from inspector_console.screens._log_page import LogPage
from inspector_console.screens._machine_page import MachinePage
from inspector_console.screens._panel_page import PanelPage
from inspector_console.screens._users_page import UsersPage
from inspector_console.screens._versions_page import VersionsPage
from inspector_console.widgets import NavButton, Style
from inspector_console.words import SayMachine, SaySystem

_WIDTH: Final = 8.4
"""Of the buttons at the left, in heights of ordinary text."""


@dataclass(frozen=True, slots=True)
class _Page:
    title: SaySystem | SayMachine
    widget: QWidget
    show_facts: Callable[[Lens], None]
    open: Callable[[], None] | None = None
    """Called whenever somebody wants to see the page: it asks for what is new."""


class SystemScreen(QWidget):
    """Left the pages' names, right the page."""

    settings_wanted = Signal(object)
    """`Settings` that are to be in force now."""

    def __init__(self, look: Style, bridge: Bridge) -> None:
        super().__init__()
        self.look, self._lens = look, None
        self.panel, self.versions = PanelPage(look), VersionsPage(look)
        self.users, self.machine, self.log, self.audit = (
            UsersPage(look, bridge),
            MachinePage(look, bridge),
            LogPage(look, bridge),
            AuditPage(look, bridge),
        )
        self._pages = {
            "panel": _Page(SaySystem.PANEL_PAGE, self.panel, self.panel.show_facts),
            "users": _Page(SaySystem.USERS_PAGE, self.users, self.users.show_facts, self.users.open),
            "machine": _Page(SayMachine.PAGE, self.machine, self.machine.show_facts, self.machine.open),
            "versions": _Page(SaySystem.VERSIONS_PAGE, self.versions, self.versions.show_facts),
            "log": _Page(SaySystem.LOG_PAGE, self.log, self.log.show_facts),
            "audit": _Page(SaySystem.AUDIT_PAGE, self.audit, self.audit.show_facts, self.audit.open),
        }
        self.stack = QStackedWidget(self)
        self.buttons: dict[str, NavButton] = {}
        for name, page in self._pages.items():
            self.stack.addWidget(page.widget)
            button = self.buttons[name] = NavButton(look, name, is_frequent=False)
            button.setParent(self)
            button.clicked.connect(self._on_button)
        self.buttons["panel"].setChecked(True)
        self.panel.settings_wanted.connect(self.settings_wanted)

    _lens: Lens | None

    @property
    def page(self) -> str:
        """Which page is open."""
        return next(name for name, page in self._pages.items() if page.widget is self.stack.currentWidget())

    def open(self, name: str) -> None:
        """Open a page."""
        page = self._pages[name]
        for other, button in self.buttons.items():
            button.setChecked(other == name)
        self.stack.setCurrentWidget(page.widget)
        if self._lens is not None:
            page.show_facts(self._lens)
        if page.open is not None:
            page.open()

    def show_facts(self, lens: Lens) -> None:
        """Show what is known now, on the page that is open."""
        self._lens = lens
        for name, page in self._pages.items():
            self.buttons[name].rename(lens.words(page.title))
        self._pages[self.page].show_facts(lens)

    @Slot()
    def _on_button(self) -> None:
        button = self.sender()
        if isinstance(button, NavButton):
            self.open(button.name)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place everything (Qt calls this)."""
        sizes, gap = self.look.sizes, self.look.sizes.gap
        width = max(sizes.frequent_touch, int(sizes.body * _WIDTH))
        height = (self.height() - gap * (len(self.buttons) - 1)) // len(self.buttons)
        for at, button in enumerate(self.buttons.values()):
            button.setGeometry(0, at * (height + gap), width, height)
        self.stack.setGeometry(width + gap, 0, self.width() - width - gap, self.height())
