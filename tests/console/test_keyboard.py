from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import pytest
from console_rig import SCREENS
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from inspector_console.presenter import KeysView, present_keys
from inspector_console.sizes import Sizes
from inspector_console.widgets import Key, KeyboardSheet, Style, TextEntry, TouchButton
from inspector_console.words import LANGUAGES, Words

languages = pytest.mark.parametrize("language", LANGUAGES)
screens = pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: f"{screen[0]}x{screen[1]}")


class Desk:
    """A window with one screen in it, between a head and a foot, and a field on that screen."""

    def __init__(
        self, qtbot: QtBot, screen: tuple[float, ...] = SCREENS[2], language: str = "en", **entry: object
    ) -> None:
        self.qtbot, self.sizes = qtbot, Sizes(int(screen[0]), int(screen[1]), screen[2])
        self.keys: KeysView = present_keys(Words(language))
        look, sizes = Style(self.sizes), self.sizes
        self.window = QWidget()
        self.window.resize(int(screen[0]), int(screen[1]))
        self.screen = QWidget(self.window)
        head, foot = 2 * sizes.touch + 3 * sizes.gap, sizes.frequent_touch + 2 * sizes.gap
        self.screen.setGeometry(
            sizes.gap, head, self.window.width() - 2 * sizes.gap, self.window.height() - head - foot
        )
        self.sheet = KeyboardSheet(look, self.screen)
        self.entry = TextEntry(look, self.sheet, parent=self.screen, **entry)  # type: ignore[arg-type]
        self.entry.setGeometry(0, 0, sizes.touch * 4, sizes.touch)
        self.entry.describe("Note", "none yet", self.keys)
        self.entered: list[str] = []
        self.entry.changed.connect(self.entered.append)
        self.window.show()
        qtbot.waitExposed(self.window)

    def touch(self, widget: QWidget) -> None:
        self.qtbot.mouseClick(widget, Qt.MouseButton.LeftButton)

    def open(self) -> None:
        self.touch(self.entry)
        assert self.sheet.isVisible()

    def type(self, text: str) -> None:
        """Touch one key after the other."""
        for letter in text:
            key = self.sheet.space if letter == " " else self.key(letter)
            self.touch(key)

    def key(self, letter: str) -> Key:
        return next(key for row in self.sheet.letters for key in row if key.text() == letter)

    def close(self) -> None:
        self.window.close()
        self.window.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[Desk]:
    desk = Desk(qtbot)
    yield desk
    desk.close()


@pytest.fixture
def secret(qtbot: QtBot) -> Iterator[Desk]:
    desk = Desk(qtbot, is_secret=True, max_length=64)
    yield desk
    desk.close()


def test_what_is_typed_with_fingers_is_entered(desk: Desk) -> None:
    desk.open()
    desk.touch(desk.sheet.shift)
    desk.type("Jörg")
    desk.type(" 20-3")
    desk.touch(desk.sheet.backspace)
    desk.touch(desk.sheet.done)
    assert (desk.entered, desk.entry.value) == (["Jörg 20-"], "Jörg 20-")
    assert not desk.sheet.isVisible()
    assert desk.sheet.text() == ""


def test_shift_is_for_one_letter_and_touched_twice_for_all(desk: Desk) -> None:
    desk.open()
    desk.touch(desk.sheet.shift)
    desk.type("Äb")
    desk.touch(desk.sheet.shift)
    desk.touch(desk.sheet.shift)
    desk.type("CẞD")
    desk.touch(desk.sheet.shift)
    desk.type("e")
    assert desk.sheet.text() == "ÄbCẞDe"


def test_symbols_are_on_a_second_page(desk: Desk) -> None:
    desk.open()
    desk.touch(desk.sheet.page)
    assert not desk.sheet.shift.isEnabled()
    desk.type("#€%")
    desk.touch(desk.sheet.page)
    desk.type("a")
    assert desk.sheet.text() == "#€%a"


def test_the_keyboard_of_the_pc_works_too(desk: Desk) -> None:
    desk.entry.setFocus()
    desk.qtbot.keyClick(desk.entry, "x")
    assert desk.sheet.text() == "x"
    desk.qtbot.keyClicks(desk.sheet.field, "yz")
    desk.qtbot.keyClick(desk.sheet.field, Qt.Key.Key_Return)
    assert desk.entered == ["xyz"]


@pytest.mark.parametrize("way", ["cancel", "escape", "the screen is left"])
def test_whoever_gives_up_has_entered_nothing(desk: Desk, way: str) -> None:
    desk.entry.set_text("as it was")
    desk.open()
    desk.type("xx")
    if way == "cancel":
        desk.touch(desk.sheet.cancel)
    elif way == "escape":
        desk.qtbot.keyClick(desk.sheet.field, Qt.Key.Key_Escape)
    else:
        desk.screen.hide()
    assert not desk.sheet.isVisible()
    assert (desk.entered, desk.entry.value) == ([], "as it was")


def test_a_secret_is_not_to_be_read_until_somebody_wants_to(secret: Desk) -> None:
    secret.open()
    secret.type("abc")
    assert secret.sheet.field.displayText() == "●●●"
    secret.touch(secret.sheet.show_secret)
    assert secret.sheet.field.displayText() == "abc"
    secret.touch(secret.sheet.show_secret)
    assert secret.sheet.field.displayText() == "●●●"
    secret.touch(secret.sheet.done)
    secret.window.grab()
    assert secret.entry.value == "abc"
    assert not any("abc" in mark.text for mark in secret.entry.marks)


def test_a_secret_is_entered_anew_not_shown_again(secret: Desk) -> None:
    secret.entry.set_text("old secret")
    secret.open()
    assert secret.sheet.text() == ""
    secret.touch(secret.sheet.cancel)
    assert secret.entry.value == "old secret"


def test_what_is_no_secret_has_no_button_to_show_it(desk: Desk) -> None:
    desk.open()
    assert not desk.sheet.show_secret.isVisible()


@pytest.mark.parametrize(
    "text",
    ["x" * 200, "שלום עולם " * 20, "👩\u200d🔧" * 50, "a\u0301" * 100, "日本語" * 60, "%n {name} <b>&"],
)
def test_text_of_any_script_and_length_is_shown_and_kept_whole(desk: Desk, text: str) -> None:
    desk.entry.set_text(text)
    desk.open()
    assert desk.sheet.text() == text
    desk.qtbot.keyClicks(desk.sheet.field, "z")
    assert len(desk.sheet.text()) <= 200
    desk.touch(desk.sheet.backspace)
    desk.touch(desk.sheet.done)
    desk.window.grab()
    width = desk.entry.width()
    assert all(mark.rect.right() <= width for mark in desk.entry.marks)


def test_nothing_longer_than_allowed_can_be_typed_or_pasted(secret: Desk) -> None:
    secret.open()
    secret.sheet.field.insert("🙂" * 100)
    assert secret.sheet.text() == "🙂" * 64
    secret.type("a")
    assert secret.sheet.text() == "🙂" * 64


def test_two_fields_of_one_screen_do_not_get_each_others_text(desk: Desk) -> None:
    other = TextEntry(Style(desk.sizes), desk.sheet, parent=desk.screen)
    other.setGeometry(0, 300, desk.sizes.touch * 4, desk.sizes.touch)
    other.describe("Other", "", desk.keys)
    other.show()
    desk.touch(other)
    desk.type("b")
    desk.touch(desk.sheet.done)
    desk.open()
    desk.type("a")
    desk.touch(desk.sheet.done)
    assert (desk.entry.value, other.value) == ("a", "b")


def test_the_tab_key_stays_within_the_sheet(desk: Desk) -> None:
    desk.open()
    stops = set()
    for _ in range(8):
        desk.qtbot.keyClick(desk.sheet, Qt.Key.Key_Tab)
        focused = QApplication.focusWidget()
        assert desk.sheet.isAncestorOf(focused)
        stops.add(focused)
    assert stops == {desk.sheet.field, desk.sheet.page, desk.sheet.cancel, desk.sheet.done}


@languages
@screens
@pytest.mark.parametrize("is_secret", [False, True])
def test_every_key_is_as_large_as_a_finger_and_alarms_and_foot_stay_free(
    qtbot: QtBot, screen: tuple[float, ...], language: str, is_secret: bool
) -> None:
    desk = Desk(qtbot, screen, language, is_secret=is_secret)
    desk.open()
    sheet, per_mm = desk.sheet, desk.sizes.px_per_mm
    keys = [button for button in sheet.findChildren(TouchButton) if button.isVisible()]
    assert len(keys) == 52 + is_secret
    assert min(min(key.width(), key.height()) for key in keys) / per_mm >= 15
    assert all(sheet.rect().contains(key.geometry()) for key in (*keys, sheet.field))
    assert not any(one.geometry().intersects(other.geometry()) for one, other in combinations(keys, 2))
    assert not any(key.geometry().intersects(sheet.field.geometry()) for key in keys)
    between = desk.screen.geometry().adjusted(0, -desk.sizes.gap, 0, desk.sizes.gap)
    assert between.contains(sheet.geometry())
    assert sheet.geometry().contains(desk.screen.geometry())
    for page in (False, True):
        sheet.page.setChecked(not page)
        desk.touch(sheet.page)
        desk.window.grab()
        assert [mark.text for widget in (sheet, *keys) for mark in widget.marks if mark.is_cut] == []
    desk.close()


def test_the_sheet_follows_the_windows_size(desk: Desk) -> None:
    desk.open()
    desk.window.resize(1400, 900)
    desk.screen.setGeometry(10, 150, 1380, 640)
    desk.qtbot.waitUntil(lambda: desk.sheet.geometry().bottom() == desk.screen.geometry().bottom())


@languages
def test_both_languages_have_the_letters_of_both(language: str) -> None:
    letters = "".join(present_keys(Words(language)).letters)
    assert set("abcdefghijklmnopqrstuvwxyzäöüß0123456789") <= set(letters)
    assert len(letters) == len(set(letters)) == 46
