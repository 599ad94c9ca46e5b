"""A console's window on an X server, as a program of its own: says on stdout how large window and screens are."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from inspector.protocol import Endpoints
from inspector_console.bridge import Bridge
from inspector_console.placing import Placing
from inspector_console.settings import Settings
from inspector_console.widgets import load_fonts
from inspector_console.window import Keeping, Window


def main(folder: Path) -> None:
    application = QApplication([])
    load_fonts()
    bridge = Bridge(
        Endpoints(*(f"ipc://{folder}/{name}" for name in ("facts", "commands", "frames"))), name="x"
    )
    screen = application.primaryScreen().size()
    keeping = Keeping(path=folder / "console.toml", kept=Settings())
    window = Window(bridge, Settings(), (screen.width(), screen.height()), keeping)
    Placing(window, is_fullscreen=True)

    def say() -> None:
        sizes = window.shell.look.sizes
        sys.stdout.write(f"{window.width()} {window.height()} {sizes.width_px} {sizes.height_px}\n")
        sys.stdout.flush()

    timer = QTimer(interval=100)
    timer.timeout.connect(say)
    timer.start()
    QTimer.singleShot(60_000, application.quit)
    application.exec()
    bridge.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
