"""Takes a table, or a backup, from the station to a folder that somebody chooses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QDateTime, QObject, Slot
from PySide6.QtWidgets import QWidget

from inspector_console.bridge import Answer, Bridge, Step
from inspector_console.disk import Disk
from inspector_console.places import find_places, save_file
from inspector_console.presenter import Lens, SaveState, present_save
from inspector_console.widgets import ChoiceSheet, Style
from inspector_console.words import SayMachine, SaySystem

EXPORT_TIMEOUT_MS: Final = 60_000
_AGAIN: Final = "again"
_PLACES: Final = "places"


class SaveDesk(QObject):
    """Asks where to, has the station make the table, and writes it; says what came of it.

    Parameters
    ----------
    parent
        What its sheet covers.
    """

    def __init__(self, look: Style, bridge: Bridge, parent: QWidget) -> None:
        super().__init__(parent)
        self.sheet = ChoiceSheet(look, parent)
        self.sheet.chosen.connect(self._on_chosen)
        self._bridge, self._disk = bridge, Disk(self)
        self._disk.done.connect(self._on_disk)
        bridge.answered.connect(self._on_answered)
        self._lens: Lens | None = None
        self._state = SaveState()
        self._step = Step("")
        self._round, self._lines, self._folder, self._name, self._suffix = 0, 0, Path(), "", ""

    def begin(
        self,
        lens: Lens,
        kind: str,
        args: Mapping[str, Any],
        title: SaySystem | SayMachine,
        *,
        suffix: str = ".csv",
        warning: SayMachine | None = None,
    ) -> None:
        """Ask where to save what a command of the service hands out: a table, or files in one."""
        self._lens, self._suffix = lens, suffix
        self._state = SaveState(title=title, warning=warning)
        self._step = Step(kind, args, timeout_ms=EXPORT_TIMEOUT_MS)
        self._name = f"inspector-{kind.partition('.')[0]}-{_plain(lens.facts.server)}"
        self._look()

    def show_facts(self, lens: Lens) -> None:
        """Go on in another language."""
        is_other = self._lens is not None and self._lens.words is not lens.words
        self._lens = lens
        if is_other and self.sheet.isVisible():
            self._show()

    def _look(self) -> None:
        self._round += 1
        self._state = SaveState(title=self._state.title, warning=self._state.warning)
        self._disk.do(f"{_PLACES} {self._round}", find_places)
        self._show()

    def _show(self) -> None:
        if self._lens is None:
            return
        view = present_save(self._lens, self._state)
        options = [*view.places, *([(_AGAIN, view.again)] if view.again else [])]
        self.sheet.ask(view.title, options, view.close, note=view.note, is_wrong=view.is_wrong)

    @Slot(str)
    def _on_chosen(self, name: str) -> None:
        if name == _AGAIN:
            self._look()
            return
        self._folder = Path(name)
        self._state = replace(self._state, is_busy=True, trouble="")
        self._bridge.ask(self._step, about=self._about())
        self._show()

    @Slot(object)
    def _on_answered(self, answer: Answer) -> None:
        if answer.about != self._about() or not self.sheet.isVisible():
            return
        reply = answer.reply
        if reply is None or not reply.ok or not reply.attachments:
            words = self._lens.words if self._lens else None
            self._fail((words.refusal(reply) if reply else words(SaySystem.NO_ANSWER)) if words else "")
            return
        lines = reply.body.get("records", reply.body.get("files", 0))
        self._lines = lines if isinstance(lines, int) else 0
        stamp = QDateTime.currentDateTime().toString("yyyyMMdd-HHmmss")
        job = partial(_save, self._folder, f"{self._name}-{stamp}{self._suffix}", reply.attachments[0])
        self._disk.do(self._about(), job)

    @Slot(str, object, str)
    def _on_disk(self, about: str, value: object, trouble: str) -> None:
        if not self.sheet.isVisible():
            return
        if about == f"{_PLACES} {self._round}":
            self._state = replace(self._state, places=value if isinstance(value, tuple) else ())
        elif about != self._about():
            return
        elif trouble or not isinstance(value, tuple):
            self._fail(f"{self._folder}: {trouble}")
            return
        else:
            path, size = value
            self._state = replace(self._state, is_busy=False, saved=(path, size, self._lines))
        self._show()

    def _fail(self, why: str) -> None:
        self._state = replace(self._state, is_busy=False, trouble=why)
        self._show()

    def _about(self) -> str:
        return f"save {self._step.kind} {self._round}"


def _save(folder: Path, name: str, content: bytes) -> tuple[str, int]:
    return str(save_file(folder, name, content)), len(content)


def _plain(name: str) -> str:
    """Return what every file system takes of a name."""
    return re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-")[:40] or "station"
