from __future__ import annotations

import gc
import threading
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest
from process_rig import running_console, shown_then_ended
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from station_rig import Station, calm_facts

from inspector.protocol import Endpoints
from inspector_console import window as window_module
from inspector_console.bridge import Bridge
from inspector_console.settings import Settings, load_settings, save_settings
from inspector_console.shell import Shell
from inspector_console.widgets import Painting
from inspector_console.window import Keeping, Window

Open = Callable[..., Window]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config" / "inspector" / "console.toml"


@pytest.fixture
def open_window(qtbot: QtBot, endpoints: Endpoints, path: Path, closing: ExitStack) -> Open:
    def close(window: Window, bridge: Bridge) -> None:
        bridge.close()
        window.close()
        window.deleteLater()
        bridge.deleteLater()  # or the garbage collector does it, perhaps in another thread
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    def opened(**given: object) -> Window:
        """Open a window as the command does, with what its command line gives."""
        kept, complaint = load_settings(path)
        settings = Settings(
            **{
                name: given.get(name, getattr(kept, name))
                for name in ("language", "palette", "diagonal_inch")
            }  # type: ignore[arg-type]
        )
        bridge = Bridge(endpoints, name="Panel 1")
        keeping = Keeping(path=path, kept=kept, complaint=complaint, fixed=frozenset(given))
        window = Window(bridge, settings, (1920, 1080), keeping)
        closing.callback(close, window, bridge)
        window.resize(1920, 1080)
        window.show()
        qtbot.waitExposed(window)
        touch(window, window.shell.nav.buttons["system"])
        return window

    return opened


def touch(window: Window, widget: QWidget) -> None:
    from PySide6.QtTest import QTest

    assert widget.isVisible()
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)


def texts(window: Window) -> list[str]:
    window.grab()
    shown = [
        widget
        for widget in window.findChildren(QWidget)
        if isinstance(widget, Painting) and widget.isVisible()
    ]
    return [mark.text for widget in shown for mark in widget.marks]


def wait_for(qtbot: QtBot, window: Window, text: str) -> None:
    qtbot.waitUntil(lambda: any(text in shown for shown in texts(window)))


def test_what_is_chosen_on_the_panel_applies_at_once_and_is_there_at_the_next_start(
    station: Station, open_window: Open, path: Path, qtbot: QtBot
) -> None:
    station.publish(*calm_facts())
    window = open_window()
    panel = window.shell.system.panel
    touch(window, panel.languages["de"])
    wait_for(qtbot, window, "Sprache")
    touch(window, panel.palettes["dark"])
    assert window.shell.look.name == "dark"
    assert window.shell.words.language == "de"
    assert window.shell.stack.currentWidget() is window.shell.system
    wait_for(qtbot, window, f"Für den nächsten Start in {path} gemerkt")
    qtbot.waitUntil(lambda: load_settings(path)[0] == Settings(language="de", palette="dark"))
    again = open_window()
    assert (again.shell.look.name, again.shell.words.language) == ("dark", "de")


def test_the_new_window_goes_on_where_the_old_one_was(
    station: Station, open_window: Open, qtbot: QtBot
) -> None:
    station.publish(*calm_facts())
    window = open_window()
    old = window.shell
    touch(window, old.system.panel.palettes["dark"])
    assert window.shell is not old
    assert window.shell.system.page == "panel"
    touch(window, window.shell.nav.buttons["live"])
    wait_for(qtbot, window, "No defect")
    qtbot.waitUntil(lambda: sum(isinstance(child, Shell) for child in window.children()) == 1)
    touch(window, window.shell.header.language)
    wait_for(qtbot, window, "Kein Fehler")


def test_another_language_by_the_head_s_button_is_kept_too(
    station: Station, open_window: Open, path: Path, qtbot: QtBot
) -> None:
    window = open_window()
    touch(window, window.shell.header.language)
    qtbot.waitUntil(lambda: load_settings(path)[0].language == "de")


def test_what_the_command_line_says_wins_and_is_not_kept(
    station: Station, open_window: Open, path: Path, qtbot: QtBot
) -> None:
    save_settings(path, Settings(palette="day", language="de"))
    window = open_window(palette="dark")
    assert (window.shell.look.name, window.shell.words.language) == ("dark", "de")
    wait_for(qtbot, window, "Beim nächsten Start gilt wieder die Befehlszeile: Farben")
    touch(window, window.shell.system.panel.languages["en"])
    qtbot.waitUntil(lambda: load_settings(path)[0] == Settings(palette="day", language="en"))


def test_a_damaged_file_is_said_and_the_usual_settings_apply(
    station: Station, open_window: Open, path: Path, qtbot: QtBot
) -> None:
    path.parent.mkdir(parents=True)
    path.write_bytes(b"palette = dark\n")
    window = open_window()
    assert window.shell.look.name == "day"
    wait_for(qtbot, window, f"The settings in {path} cannot be used, the usual ones apply")
    touch(window, window.shell.system.panel.palettes["dark"])
    qtbot.waitUntil(lambda: load_settings(path) == (Settings(palette="dark"), ""))


def test_what_cannot_be_kept_applies_and_says_so(
    station: Station, open_window: Open, path: Path, qtbot: QtBot
) -> None:
    path.parent.parent.mkdir()
    path.parent.write_text("in the way")
    window = open_window()
    touch(window, window.shell.system.panel.palettes["dark"])
    assert window.shell.look.name == "dark"
    wait_for(qtbot, window, f"In force, but not kept for the next start: {path}: ")


def test_a_diagonal_is_tried_and_kept_when_somebody_confirms_it(
    station: Station, open_window: Open, path: Path, qtbot: QtBot
) -> None:
    window = open_window()
    panel = window.shell.system.panel
    before = window.shell.nav.height()
    touch(window, panel.diagonals[23.8])
    touch(window, panel.larger)
    assert window.shell.nav.height() == before  # nothing moves before it is applied
    touch(window, panel.apply)
    assert window.shell.look.sizes.diagonal_inch == 23.9
    assert window.shell.nav.height() < before
    panel = window.shell.system.panel
    assert panel.apply.text().startswith("Keep (")
    assert not path.exists()
    touch(window, panel.apply)
    qtbot.waitUntil(lambda: load_settings(path)[0].diagonal_inch == 23.9)
    assert not window.shell.system.panel.apply.isVisible()


@pytest.mark.parametrize("is_touched", [True, False])
def test_a_diagonal_that_nobody_confirms_is_taken_back(
    is_touched: bool,
    station: Station,
    open_window: Open,
    path: Path,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if not is_touched:
        monkeypatch.setattr(window_module, "TRIAL_S", 1)
    window = open_window()
    touch(window, window.shell.system.panel.diagonals[23.8])
    touch(window, window.shell.system.panel.apply)
    assert window.shell.look.sizes.diagonal_inch == 23.8
    if is_touched:
        touch(window, window.shell.system.panel.back)
    qtbot.waitUntil(lambda: window.shell.look.sizes.diagonal_inch == 21.5)
    qtbot.waitUntil(lambda: load_settings(path)[0].diagonal_inch == 21.5)


def test_making_the_window_anew_many_times_leaves_nothing_behind(
    station: Station, open_window: Open, qtbot: QtBot
) -> None:
    station.publish(*calm_facts())
    window = open_window()
    gc.collect()
    threads = threading.active_count()
    for palette in ("dark", "day") * 5:
        touch(window, window.shell.system.panel.palettes[palette])
        qtbot.wait(20)
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    qtbot.waitUntil(lambda: threading.active_count() <= threads)
    shells = [thing for thing in gc.get_objects() if type(thing) is Shell]
    assert len([shell for shell in shells if shell is not window.shell]) <= 1


def test_the_command_takes_up_what_was_chosen(station: Station, endpoints: Endpoints, tmp_path: Path) -> None:
    save_settings(tmp_path / "inspector" / "console.toml", Settings(diagonal_inch=1.0))
    with running_console(endpoints, XDG_CONFIG_HOME=str(tmp_path)) as console:
        assert "diagonal_inch" in shown_then_ended(station, console)
