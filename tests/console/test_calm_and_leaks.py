from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import shiboken6
from console_rig import Panel
from process_rig import PATIENCE_S, running_console, shown_then_ended, written
from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from station_rig import Station, bad, calm_facts, counters, state

from inspector.protocol import Endpoints
from inspector_console.bridge import Bridge
from inspector_console.disk import Disk
from inspector_console.presenter import Link


@pytest.mark.usefixtures("steady")
def test_nothing_is_painted_while_nothing_changes(station: Station, open_panel: Callable[..., Panel]) -> None:
    station.publish(*calm_facts())
    panel = open_panel()
    panel.shows("No defect")
    extra: dict[str, int] = {}
    for _ in range(4):  # what is painted for nothing is painted each time; what was told late, once
        panel.settles()
        before = panel.paints()
        panel.qtbot.wait(1200)
        after = panel.paints()
        extra = {type(one).__name__: paints - before.get(one, 0) for one, paints in after.items()}
        if sum(extra.values()) <= 1:  # the clock may tick over once
            return
    raise AssertionError(extra)


@pytest.mark.usefixtures("steady")
def test_a_fact_repaints_only_what_shows_it(station: Station, open_panel: Callable[..., Panel]) -> None:
    station.publish(*calm_facts())
    panel = open_panel()
    panel.shows("No defect")
    panel.settles()
    live = panel.shell.live
    before = (live.verdict.paints, live.image.paints, live.counts.paints)
    station.publish(counters(bypassed=1))
    panel.qtbot.waitUntil(lambda: live.counts.paints > before[2])
    assert (live.verdict.paints, live.image.paints) == before[:2]


def test_a_flood_of_facts_is_shown_five_times_a_second_at_most(
    station: Station, open_panel: Callable[..., Panel]
) -> None:
    station.publish(state())
    panel = open_panel()
    panel.qtbot.waitUntil(lambda: not panel.bridge.facts().is_old)
    told: list[None] = []
    panel.bridge.changed.connect(lambda: told.append(None))
    since = time.monotonic()
    for burst in range(10):
        station.publish(*(counters(accepted=100 * burst + n) for n in range(100)))
        panel.qtbot.wait(20)
    panel.qtbot.waitUntil(lambda: panel.bridge.facts().counters == counters(accepted=999))
    assert len(told) <= 2 + 5 * (time.monotonic() - since)
    panel.shows("999")


def test_opening_and_closing_leaves_no_thread_no_timer_and_no_window(
    station: Station, open_panel: Callable[..., Panel]
) -> None:
    station.publish(*calm_facts(), bad(41))
    open_panel().close()
    gc.collect()
    threads, windows = threading.active_count(), len(QApplication.topLevelWidgets())
    timers = sum(issubclass(type(thing), QTimer) for thing in gc.get_objects())
    for _ in range(3):
        panel = open_panel()
        panel.shows("0.94 · #41")
        panel.close()
        del panel
    gc.collect()
    assert threading.active_count() == threads
    assert len(QApplication.topLevelWidgets()) <= windows + 3  # kept by the fixture until its end
    # The fixture keeps all four until its end: as many timers as the first one had, for each.
    assert sum(issubclass(type(thing), QTimer) for thing in gc.get_objects()) <= 4 * timers


class Thing(QObject):
    """Something of Qt's that only the garbage collector can end."""

    def __init__(self) -> None:
        super().__init__()
        self.me = self


def test_garbage_ends_in_qts_thread_whoever_makes_it(
    station: Station, open_panel: Callable[..., Panel]
) -> None:
    station.publish(*calm_facts())
    panel = open_panel()
    panel.shows("No defect")
    ended: list[threading.Thread] = []
    collected: list[threading.Thread] = []

    def note(phase: str, _: object) -> None:
        collected.append(threading.current_thread())

    def litter() -> None:
        for _ in range(30 * gc.get_threshold()[0]):
            cycle: list[object] = []
            cycle.append(cycle)

    thing = Thing()
    thing.destroyed.connect(
        lambda: ended.append(threading.current_thread()), Qt.ConnectionType.DirectConnection
    )
    gc.callbacks.append(note)
    try:
        del thing
        other = threading.Thread(target=litter)
        other.start()
        other.join()
        assert not ended
        panel.qtbot.waitUntil(lambda: bool(ended))
    finally:
        gc.callbacks.remove(note)
    assert {*ended, *collected} == {threading.main_thread()}


def test_a_job_that_fails_in_a_way_nobody_has_thought_of_is_answered_too(qtbot: QtBot) -> None:
    def job() -> None:
        raise ValueError("embedded null byte")

    disk, said = Disk(), list[object]()
    disk.done.connect(lambda *answer: said.append(answer))
    disk.do("a", job)
    qtbot.waitUntil(lambda: bool(said))
    assert said == [("a", None, "ValueError: embedded null byte")]
    assert not disk._look.isActive()


def test_a_disk_that_answers_after_its_window_is_gone_does_no_harm(qtbot: QtBot) -> None:
    may_answer, has_answered = threading.Event(), threading.Event()

    def job() -> None:
        may_answer.wait(PATIENCE_S)
        has_answered.set()

    disk = Disk()
    said: list[object] = []
    disk.done.connect(lambda *_: said.append(_))
    disk.do("a", lambda: 7)
    qtbot.waitUntil(lambda: bool(said))
    assert said == [("a", 7, "")]
    disk.do("b", job)
    disk.deleteLater()
    del disk
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    may_answer.set()
    assert has_answered.wait(PATIENCE_S)
    qtbot.wait(100)
    assert len(said) == 1


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="None and True are immortal")
def test_calls_into_qt_take_no_reference_from_none_or_true(qapp: QApplication) -> None:
    class Sender(QObject):
        said = Signal(bool)

    sender, timer = Sender(), QTimer()
    for _ in range(10):  # warm up
        timer.setInterval(1)
        sender.said.emit(True)
    none, true = sys.getrefcount(None), sys.getrefcount(True)
    for _ in range(1000):
        timer.setInterval(1)
        sender.said.emit(True)
    assert abs(sys.getrefcount(None) - none) < 100
    assert abs(sys.getrefcount(True) - true) < 100


def test_a_client_that_has_ended_is_shown_as_a_lost_station(
    station: Station, open_panel: Callable[..., Panel]
) -> None:
    station.publish(*calm_facts())
    panel = open_panel()
    panel.shows("No defect")
    panel.bridge._client.close()
    panel.shows("No connection to the station")


def test_what_is_asked_after_the_end_fails_instead_of_hanging(open_panel: Callable[..., Panel]) -> None:
    panel = open_panel()
    answers: list[object] = []
    panel.bridge.answered.connect(answers.append)
    panel.bridge._client.close()
    panel.bridge.hold_line()
    panel.qtbot.waitUntil(lambda: len(answers) == 1)
    panel.shows("Not done: the station does not answer")


def test_what_is_asked_and_answered_around_the_end_reaches_nobody_who_is_gone(
    qtbot: QtBot, station: Station, endpoints: Endpoints, caplog: pytest.LogCaptureFixture
) -> None:
    """A future's callback that fails is logged, and nothing else shows it."""
    for _ in range(20):
        bridge = Bridge(endpoints, name="Panel 1")
        qtbot.waitUntil(lambda bridge=bridge: bridge.facts().link is Link.ATTACHED)
        for _ in range(20):
            bridge.hold_line()
        bridge.close()  # while these are answered
        shiboken6.delete(bridge)
        bridge.hold_line()
    assert [record.message for record in caplog.records] == []


def test_without_a_display_the_command_says_what_to_do() -> None:
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}
    }
    command = [sys.executable, "-m", "inspector", "console", "--attach", "ipc:/tmp/nowhere"]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=PATIENCE_S, check=False, env=environment
    )
    assert done.returncode == 2
    assert "no display" in done.stderr
    assert "--headless" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_command_shows_a_station_and_ends_in_order(station: Station, endpoints: Endpoints) -> None:
    station.publish(*calm_facts())
    with running_console(endpoints, "--language", "de") as console:
        shown_then_ended(station, console)


def test_a_console_that_is_ended_before_its_window_is_there_ends_in_order(
    endpoints: Endpoints, tmp_path: Path
) -> None:
    settings = tmp_path / "inspector" / "console.toml"
    settings.parent.mkdir()
    os.mkfifo(settings)  # whoever reads it waits there until somebody has written it
    with running_console(endpoints, XDG_CONFIG_HOME=str(tmp_path)) as console:
        with written(settings, console):
            console.send_signal(signal.SIGTERM)
        _, said = console.communicate(timeout=PATIENCE_S)
    assert console.returncode == 0, said
    assert "Traceback" not in said


def test_what_nobody_foresaw_is_said_and_the_console_goes_on(
    station: Station, open_panel: Callable[..., Panel]
) -> None:
    station.publish(*calm_facts())
    panel = open_panel()
    panel.shell.say_fault()
    panel.shows("This screen has a fault; its log says which. The line is not affected")
    station.publish(bad(41, "dent"))
    panel.shows("Dent", "0.94 · #41")
