"""Logging in with a badge, at a real service: a reader types faster than people, and nothing of it is shown."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from accounts_rig import Plant, Worker
from console_rig import Panel
from fake_station import FakeStation
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from service_bench import PASSWORD, PIN, Bench

pytestmark = pytest.mark.usefixtures("steady")
BADGE = "04A1B2C3D4"
OTHER = "0007654321"
READER_MS, PERSON_MS = 8, 120


class Keys:
    """A keyboard, or a reader, with the times at which its keys are pressed."""

    def __init__(self) -> None:
        self.at_ms = 1_000_000

    def press(self, widget: QWidget, text: str, each_ms: int) -> None:
        for character in text:
            key = Qt.Key.Key_Return if character == "\r" else Qt.Key(ord(character.upper()))
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, character)
                event.setTimestamp(self.at_ms)
                QCoreApplication.sendEvent(widget, event)
            self.at_ms += each_ms
        self.at_ms += 5_000


@pytest.fixture
def keys() -> Keys:
    return Keys()


@pytest.fixture
def plant(tmp_path: Path, qtbot: QtBot, closing: ExitStack) -> Iterator[Plant]:
    with tempfile.TemporaryDirectory(prefix="insp-") as folder:
        bench = Bench(Path(folder), FakeStation(tmp_path))
        try:
            bench.start()
            yield Plant(bench, qtbot, closing)
            closing.close()
        finally:
            bench.close()


def assign(plant: Plant, name: str, code: str = BADGE) -> None:
    plant.office.take_control()
    plant.office.done("user.change", id=plant.users()[name]["id"], badge=code, reason="new here")
    plant.office.done("control.release")


def swipe(worker: Worker, keys: Keys, code: str = BADGE) -> None:
    """Hold a badge to the reader, wherever the keyboard's keys go at the moment."""
    panel = worker.panel
    keys.press(panel.shell.focusWidget() or panel.shell, f"{code}\r", READER_MS)


def is_here(worker: Worker, name: str) -> None:
    worker.qtbot.waitUntil(lambda: worker.panel.shell.login.seat.user == name)


def go_to_login(panel: Panel) -> None:
    panel.touch(panel.shell.header.user)


def test_a_badge_logs_its_owner_in_from_any_screen(plant: Plant, keys: Keys) -> None:
    assign(plant, "Nora")
    nora = plant.sit_down()
    for screen in ("live", "alarms", "devices", "system"):
        nora.panel.touch(nora.panel.shell.nav.buttons[screen])
        swipe(nora, keys)
        is_here(nora, "Nora")
        assert nora.panel.shell._name() == screen
        nora.panel.shell.login.log_off()
        is_here(nora, "")


def test_at_the_log_in_nothing_of_it_is_shown_and_a_pin_that_was_begun_stays(
    plant: Plant, keys: Keys
) -> None:
    assign(plant, "Nora", OTHER)
    nora = plant.sit_down()
    go_to_login(nora.panel)
    screen = nora.panel.shell.login_screen
    keys.press(screen, "38", PERSON_MS)
    keys.press(screen, OTHER, READER_MS)
    assert not [text for text in nora.panel.texts() if OTHER[:4] in text]
    keys.at_ms -= 5_000
    keys.press(screen, "\r", READER_MS)
    assert screen.secret.value == "38"
    is_here(nora, "Nora")


def test_a_pin_that_is_typed_is_no_badge(plant: Plant, keys: Keys) -> None:
    nora = plant.sit_down()
    go_to_login(nora.panel)
    screen = nora.panel.shell.login_screen
    screen.name.set_text("Nora")
    keys.press(screen, f"{PIN}\r", PERSON_MS)
    is_here(nora, "Nora")


def test_an_unknown_badge_is_said_and_whoever_is_here_stays(plant: Plant, keys: Keys) -> None:
    olga = plant.sit_down("Olga")
    swipe(olga, keys, OTHER)
    olga.sees("This badge is not known at this station.")
    assert olga.panel.shell.login.seat.user == "Olga"
    assert not [text for text in olga.panel.texts() if OTHER in text]


def test_the_next_one_takes_the_place_of_the_one_before(plant: Plant, keys: Keys) -> None:
    assign(plant, "Nora")
    olga = plant.sit_down("Olga")
    swipe(olga, keys)
    is_here(olga, "Nora")
    plant.until(lambda: [row for row in plant.audit("session.log_off") if row["user"] == "Olga"])


def test_an_admin_is_asked_for_the_password_and_comes_back_to_where_he_was(plant: Plant, keys: Keys) -> None:
    assign(plant, "Ada")
    ada = plant.sit_down()
    ada.panel.touch(ada.panel.shell.nav.buttons["devices"])
    swipe(ada, keys)
    ada.sees("Badge read. Now the password.")
    screen = ada.panel.shell.login_screen
    assert screen.isVisible()
    assert "Ada" not in screen.name.value  # whoever has found a badge learns no name
    ada.panel.touch(screen.secret)
    ada.type(PASSWORD, screen.sheet)
    is_here(ada, "Ada")
    assert ada.panel.shell._name() == "devices"


def test_a_badge_that_waits_for_its_password_is_forgotten_when_somebody_leaves(
    plant: Plant, keys: Keys
) -> None:
    assign(plant, "Ada")
    ada = plant.sit_down()
    swipe(ada, keys)
    ada.sees("Badge read. Now the password.")
    ada.panel.touch(ada.panel.shell.nav.buttons["live"])
    assert not ada.panel.shell.login.seat.has_badge
    go_to_login(ada.panel)
    ada.panel.shell.login_screen.secret.set_text(PASSWORD)
    ada.panel.touch(ada.panel.shell.login_screen.act)
    ada.sees("Enter a name first.")


def test_an_admin_assigns_a_badge_and_takes_it_away(plant: Plant, keys: Keys) -> None:
    ada = plant.open("users", "Ada", PASSWORD)
    ada.touch_user("Olga")
    ada.choose("Assign badge")
    ada.sees("Hold Olga’s badge to the reader")
    field = ada.screen.users.keyboard.field
    keys.press(field, f"{BADGE}\r", READER_MS)
    ada.choose("New at the line")
    ada.sees("PIN · badge · ")
    assert not [text for text in ada.panel.texts() if BADGE in text]
    swipe(olga := plant.sit_down(), keys)
    is_here(olga, "Olga")
    ada.touch_user("Olga")
    ada.choose("Remove badge")
    ada.choose("The badge was lost")
    is_here(olga, "")
    swipe(olga, keys)
    olga.sees("This badge is not known at this station.")
