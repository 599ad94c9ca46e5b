"""A whole service with people at its consoles."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from console_rig import SCREENS, Panel
from pytestqt.qtbot import QtBot
from service_bench import PASSWORD, PIN, Bench, audit

from inspector.domain.access import Role
from inspector.protocol import Ask
from inspector_console.screens import SystemScreen
from inspector_console.widgets import ChoiceSheet, KeyboardSheet, TouchButton

OTHER_PIN = "582047"


class Plant:
    """A service with three people, and consoles at which they work."""

    def __init__(self, bench: Bench, qtbot: QtBot, closing: ExitStack) -> None:
        self.bench, self.qtbot, self._closing = bench, qtbot, closing
        office = bench.panel("Office")
        office.done("session.set_up", code=bench.setup_code, name="Ada", password=PASSWORD)
        office.log_in("Ada", PASSWORD)
        office.take_control()
        for name, role in (("Olga", Role.OPERATOR), ("Nora", Role.SHIFT_LEAD)):
            office.done("user.add", name=name, role=role, secret=PIN, reason="new here")
        office.done(Ask.CONTROL_RELEASE)
        self.office = office

    def sit_down(self, user: str = "", secret: str = PIN, language: str = "en") -> Worker:
        panel = Panel(self.qtbot, self.bench.endpoints, SCREENS[0], language, "day")
        self._closing.callback(panel.close)
        self.until(lambda: panel.shell.login.seat.is_known)
        worker = Worker(panel)
        if user:
            worker.log_in(user, secret)
        return worker

    def open(self, page: str, user: str = "", secret: str = PIN) -> Worker:
        worker = self.sit_down(user, secret)
        panel = worker.panel
        panel.touch(panel.shell.nav.buttons["system"])
        panel.touch(panel.shell.system.buttons[page])
        return worker

    def until(self, holds: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(holds()))

    def users(self) -> dict[str, dict[str, Any]]:
        listed = self.office.done("user.list").body["users"]
        assert isinstance(listed, list)
        return {str(user["name"]): user for user in listed if isinstance(user, dict)}

    def audit(self, act: str) -> list[dict[str, Any]]:
        return [record for record in audit(self.bench) if record["act"] == act]


class Worker:
    """Somebody in front of a console."""

    def __init__(self, panel: Panel) -> None:
        self.panel, self.qtbot = panel, panel.qtbot

    @property
    def screen(self) -> SystemScreen:
        return self.panel.shell.system

    def log_in(self, user: str, secret: str) -> None:
        login = self.panel.shell.login
        login.log_in(user, secret)
        self.qtbot.waitUntil(lambda: login.seat.user == user)

    def touch_user(self, name: str) -> None:
        rows = self.screen.users.rows

        def is_shown(row: TouchButton) -> bool:
            return row.isVisible() and row.accessibleName().startswith(name)

        self.qtbot.waitUntil(lambda: sum(map(is_shown, rows)) == 1)
        self.panel.touch(next(filter(is_shown, rows)))

    def choose(self, text: str, sheet: ChoiceSheet | None = None) -> None:
        sheet = sheet or self.screen.users.sheet

        def found() -> list[TouchButton]:
            return [button for button in sheet.options if button.isVisible() and text in button.text()]

        self.qtbot.waitUntil(lambda: len(found()) == 1)
        self.panel.touch(found()[0])

    def type(self, text: str, keyboard: KeyboardSheet | None = None) -> None:
        keyboard = keyboard or self.screen.users.keyboard
        self.qtbot.waitUntil(keyboard.isVisible)
        keyboard.field.clear()
        self.qtbot.keyClicks(keyboard.field, text)
        self.panel.touch(keyboard.done)

    def sees(self, *texts: str) -> None:
        """Wait until one of these texts is to be read."""
        self.qtbot.waitUntil(lambda: any(text in shown for text in texts for shown in self.panel.texts()))
