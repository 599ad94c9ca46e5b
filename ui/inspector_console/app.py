"""The console as a program: Qt's application, the window, and errors that people can act on."""

from __future__ import annotations

import logging
import os
import signal
import sys
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from inspector.errors import UsageError
from inspector.protocol import ClientKeys, Endpoints
from inspector_console.bridge import Bridge
from inspector_console.meter import Meter
from inspector_console.shell import Shell
from inspector_console.sizes import Sizes
from inspector_console.widgets import Style, load_fonts

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How the console is to be.

    Parameters
    ----------
    diagonal_inch
        Of the screen, as measured: what panels say of themselves is often wrong.
    palette
        `day` or `dark`.
    report
        File for the console's own measurements; None = none are made.
    """

    endpoints: Endpoints
    keys: ClientKeys | None = None
    is_fullscreen: bool = False
    diagonal_inch: float = 21.5
    language: str = "en"
    palette: str = "day"
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
    application.setApplicationName("Inspector")
    missing = load_fonts()
    if missing:
        _log.warning("fonts that should come with the program are missing: %s", ", ".join(missing))
    bridge = Bridge(options.endpoints, name=os.uname().nodename, keys=options.keys)
    try:
        shell = _open(options, bridge)
        meter = _measure(options, bridge, shell)
        _end_on_signals(application)
        _tell_of_faults(shell)
        code = application.exec()
        if meter is not None:
            meter.close()
        shell.close()
    finally:
        bridge.close()
    return code


def _open(options: Options, bridge: Bridge) -> Shell:
    screen = QGuiApplication.primaryScreen().size()
    sizes = Sizes(screen.width(), screen.height(), options.diagonal_inch)
    shell = Shell(bridge, Style(sizes, options.palette), options.language)
    shell.setWindowTitle("Inspector")
    if options.is_fullscreen:
        shell.showFullScreen()
    else:
        shell.resize(screen)
        shell.showMaximized()
    return shell


def _note(kind: QtMsgType, context: QMessageLogContext, text: str | None) -> None:
    """Have Qt's own remarks in the log: they are for programmers."""
    level = logging.ERROR if kind in (QtMsgType.QtCriticalMsg, QtMsgType.QtFatalMsg) else logging.DEBUG
    _log.log(level, "Qt: %s", text)


def _measure(options: Options, bridge: Bridge, shell: Shell) -> Meter | None:
    if options.report is None:
        return None
    is_here = options.endpoints.facts.startswith("ipc:")
    return Meter(options.report, bridge, shell, has_its_clock=is_here)


def _expect_display() -> None:
    """Look for a display before Qt does: it would end the process with a message for programmers."""
    if os.environ.get("QT_QPA_PLATFORM") or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        return
    raise UsageError(
        "there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set); start the console in a graphical "
        "session or under xvfb-run, or run the line without one: inspector run --headless"
    )


def _tell_of_faults(shell: Shell) -> None:
    """Have what nobody foresaw reach the log and the person in front; the console goes on."""

    def report(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        _log.critical("unexpected %s", kind.__name__, exc_info=(kind, error, trace))
        shell.say_fault()

    sys.excepthook = report


def _end_on_signals(application: QApplication) -> None:
    """End in order on Ctrl-C and SIGTERM. Python gets to see them when it runs: the bridge's timer wakes it."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: application.quit())
