"""`inspector console`: the operator's screen. Qt is looked for only here, and only when it is asked for."""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from inspector.cli._parsers import Commands, describe, number, path

if TYPE_CHECKING:
    from inspector.protocol import ClientKeys

_EPILOG = """\
examples:
  inspector console                                             the line that runs on this machine
  inspector console --attach ipc:/dev/shm/inspector-demo        one of several
  inspector console --attach tcp://10.0.0.7:47110 --keys keys/  one on another machine
  inspector console --fullscreen --diagonal-inch 15.6 --language de

The folder of --keys holds the station's key as `server.pub`, and this console's own as `console.key`.

exit codes: 0 closed, 2 wrong options, no display, or something is not installed
"""
_EXTRA: Final = (
    "the console needs Qt, which is not installed; run: pip install -e '.[console]' in Inspector's folder "
    "(the line runs without it: inspector run --headless)"
)
# What Debian and Ubuntu call the libraries that Qt's wheels expect of the machine.
_PACKAGES: Final = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libdbus-1.so.3": "libdbus-1-3",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libX11-xcb.so.1": "libx11-xcb1",
}


def add_parser(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "console",
        help="the operator's screen, attached to a running station",
        **describe(
            "Show a running station to its operator. It may be started, closed and killed at any time.",
            _EPILOG,
        ),
    )
    parser.add_argument(
        "--attach",
        metavar="ADDRESS",
        help="ipc:FOLDER of this machine, or tcp://HOST[:PORT] (default: the line that runs on this machine)",
    )
    parser.add_argument("--keys", type=path, metavar="DIR", help="keys for a station on another machine")
    parser.add_argument("--fullscreen", action="store_true", help="cover the whole screen, without a frame")
    parser.add_argument(
        "--diagonal-inch",
        type=number(float, 5, 100),
        metavar="N",
        help="the screen's diagonal: sizes are computed from it (default: as chosen on the panel, or 21.5)",
    )
    parser.add_argument(
        "--language", choices=("en", "de"), help="at first (default: as chosen on the panel, or en)"
    )
    parser.add_argument(
        "--palette", choices=("day", "dark"), help="colours (default: as chosen on the panel, or day)"
    )
    parser.add_argument(
        "--report",
        type=path,
        metavar="FILE",
        help="write what the console measures of itself: times, CPU, memory (JSON; at first and when it is closed)",
    )
    parser.set_defaults(execute=_execute)


def _execute(arguments: argparse.Namespace) -> int:
    from inspector.client import find_service
    from inspector.protocol import Endpoints

    attach = arguments.attach
    endpoints = Endpoints.parse(_address(attach)) if attach else Endpoints.ipc(find_service())
    keys = _keys(arguments.keys) if arguments.keys else None
    _expect_qt()
    from inspector_console.app import Options, run

    return run(
        Options(
            endpoints=endpoints,
            keys=keys,
            is_fullscreen=arguments.fullscreen,
            diagonal_inch=arguments.diagonal_inch,
            language=arguments.language,
            palette=arguments.palette,
            report=arguments.report,
        )
    )


def _address(text: str) -> str:
    """Return an address as `Endpoints.parse` reads it."""
    if text.startswith("tcp://"):
        return text.removeprefix("tcp://").rstrip("/")
    folder = text.removeprefix("ipc://") if text.startswith("ipc://") else text.removeprefix("ipc:")
    return folder if folder == text or "/" in folder else f"./{folder}"


def _keys(folder: Path) -> ClientKeys:
    from inspector.protocol import ClientKeys, read_public, read_secret

    return ClientKeys(read_secret(folder / "console.key"), read_public(folder / "server.pub"))


def _expect_qt() -> None:
    """Look for Qt and what it stands on, so that what is missing is named instead of traced back.

    Raises
    ------
    UsageError
        Naming the extra, or the library and the package it is in.
    """
    import ctypes
    import importlib
    import os

    from inspector.errors import UsageError

    try:
        package = importlib.import_module("PySide6")
        importlib.import_module("PySide6.QtWidgets")
    except ModuleNotFoundError as error:
        raise UsageError(_EXTRA) from error
    except ImportError as error:
        raise UsageError(_missing_library(str(error))) from error
    if os.environ.get("DISPLAY") and os.environ.get("QT_QPA_PLATFORM", "xcb") == "xcb":
        # Qt itself would end the process without saying which library it is.
        plugin = Path(str(package.__file__)).parent / "Qt" / "plugins" / "platforms" / "libqxcb.so"
        try:
            ctypes.CDLL(str(plugin))
        except OSError as error:
            raise UsageError(_missing_library(str(error))) from error
        _expect_x_server()


def _expect_x_server() -> None:
    """Knock at the display's door: where nobody opens, Qt would end the process with a core dump.

    Raises
    ------
    UsageError
        Naming the display.
    """
    import ctypes
    import os

    from inspector.errors import UsageError

    xcb = ctypes.CDLL("libxcb.so.1")
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(None, None))
    has_error = xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
    if has_error:
        raise UsageError(
            f"the display {os.environ.get('DISPLAY')!r} cannot be opened; check DISPLAY and who may use it, or run "
            "the line without a screen: inspector run --headless"
        )


def _missing_library(message: str) -> str:
    found = re.search(r"lib[\w.+-]*\.so[.\d]*", message)
    name = found.group() if found else "a library"
    package = _PACKAGES.get(name)
    remedy = (
        f"run: sudo apt-get install -y {package}" if package else f"install what has it ({message[:200]})"
    )
    return f"Qt needs {name}, which this machine does not have; {remedy}"
