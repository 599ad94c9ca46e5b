"""The console as a program: Qt's application, the window, and errors that people can act on."""

from __future__ import annotations

import logging
import os
import signal
import sys
from dataclasses import dataclass, fields, replace
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QCoreApplication, QMessageLogContext, QTimer, QtMsgType, qInstallMessageHandler
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from inspector.display import has_display
from inspector.errors import UsageError
from inspector.protocol import ClientKeys, Endpoints
from inspector_console.bridge import Bridge
from inspector_console.collector import Collector
from inspector_console.cores import leave_cores
from inspector_console.meter import Meter
from inspector_console.placing import Placing
from inspector_console.settings import Settings, load_settings, settings_file
from inspector_console.widgets import load_fonts
from inspector_console.window import Keeping, Window

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How the console is to be.

    Parameters
    ----------
    diagonal_inch, language, palette
        As for `Settings`; None = as the user has chosen on the panel.
    report
        File for the console's own measurements; None = none are made.
    """

    endpoints: Endpoints
    keys: ClientKeys | None = None
    is_fullscreen: bool = False
    diagonal_inch: float | None = None
    language: str | None = None
    palette: str | None = None
    report: Path | None = None


def run(options: Options) -> int:
    """Show the console until it is closed; return the exit code.

    Raises
    ------
    UsageError
        There is no display, the screen's size makes no sense, or the report cannot be written.
    """
    _expect_display()
    qInstallMessageHandler(_note)
    application = QApplication(sys.argv[:1])
    _end_on_signals()
    application.setApplicationName("Inspector")
    collector = Collector(application)
    missing = load_fonts()
    if missing:
        _log.warning("fonts that should come with the program are missing: %s", ", ".join(missing))
    bridge = Bridge(options.endpoints, name=os.uname().nodename, keys=options.keys)
    try:
        window = _open(options, bridge)
        collector.settle()
        if _is_here(options):
            _leave_the_stations_core(bridge)
        meter = _measure(options, bridge, window)
        _tell_of_faults(window)
        code = application.exec()
        if meter is not None:
            meter.close()
        window.close()
    finally:
        bridge.close()
    return code


def _open(options: Options, bridge: Bridge) -> Window:
    screen = QGuiApplication.primaryScreen().size()
    path = settings_file()
    kept, complaint = load_settings(path)
    if complaint:
        _log.warning("the settings in %s cannot be used: %s", path, complaint)
    names = [field.name for field in fields(Settings) if getattr(options, field.name) is not None]
    given = {name: getattr(options, name) for name in names}
    keeping = Keeping(path=path, kept=kept, complaint=complaint, fixed=frozenset(given))
    window = Window(bridge, replace(kept, **given), (screen.width(), screen.height()), keeping)
    window.setWindowTitle("Inspector")
    Placing(window, is_fullscreen=options.is_fullscreen)
    return window


def _note(kind: QtMsgType, context: QMessageLogContext, text: str | None) -> None:
    """Have Qt's own remarks in the log: they are for programmers."""
    level = logging.ERROR if kind in (QtMsgType.QtCriticalMsg, QtMsgType.QtFatalMsg) else logging.DEBUG
    _log.log(level, "Qt: %s", text)


def _is_here(options: Options) -> bool:
    return options.endpoints.facts.startswith("ipc:")


def _leave_the_stations_core(bridge: Bridge) -> None:
    """Run beside the station, as soon as it says where it runs itself."""

    def look() -> None:
        state = bridge.facts().state
        if state is not None and leave_cores(state.rights):
            bridge.changed.disconnect(connection)

    connection = bridge.changed.connect(look)


def _measure(options: Options, bridge: Bridge, window: Window) -> Meter | None:
    if options.report is None:
        return None
    meter = Meter(options.report, bridge, window.shell, has_its_clock=_is_here(options))
    window.renewed.connect(meter.watch)
    return meter


def _expect_display() -> None:
    """Look for a display before Qt does: it would end the process with a message for programmers."""
    if has_display():
        return
    raise UsageError(
        "there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set); start the console in a graphical "
        "session or under xvfb-run, or run the line without one: inspector run --headless"
    )


def _tell_of_faults(window: Window) -> None:
    """Have what nobody foresaw reach the log and the person in front; the console goes on."""

    def report(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        _log.critical("unexpected %s", kind.__name__, exc_info=(kind, error, trace))
        window.shell.say_fault()

    sys.excepthook = report


def _end_on_signals() -> None:
    """End in order on Ctrl-C and SIGTERM, even on one that comes before there is a window.

    `quit` does nothing while no loop runs; queued, it waits for the loop. Python gets to see a signal when it runs:
    the bridge's timer wakes it.
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: QTimer.singleShot(0, QCoreApplication.quit))
