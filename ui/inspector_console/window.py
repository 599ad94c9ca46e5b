"""The window around the screens: keeps the settings, and makes the screens anew when their look changes."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, QTimer, Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from inspector_console.bridge import Bridge
from inspector_console.disk import Disk
from inspector_console.presenter import PanelState
from inspector_console.settings import Settings, save_settings
from inspector_console.shell import Shell
from inspector_console.sizes import Sizes
from inspector_console.widgets import Style
from inspector_console.words import SaySystem

TRIAL_S: Final = 20
"""A diagonal that nobody confirms is taken back: with a wrong one, buttons may be out of reach."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """Where the settings come from.

    Parameters
    ----------
    path, kept
        The user's file, and what was in it.
    complaint
        Why it could not be used; empty = it could.
    fixed
        Names of settings that the command line gives.
    """

    path: Path
    kept: Settings
    complaint: str = ""
    fixed: frozenset[str] = frozenset()


class Window(QWidget):
    """Holds one shell; another language needs no other one, other colours or sizes do.

    Parameters
    ----------
    screen_px
        Width and height of the screen.
    """

    renewed = Signal(object)
    """The `Shell` that has taken the place of another one."""

    def __init__(
        self, bridge: Bridge, settings: Settings, screen_px: tuple[int, int], keeping: Keeping
    ) -> None:
        super().__init__()
        self._bridge, self._screen_px, self._keeping = bridge, screen_px, keeping
        self.settings, self._kept = settings, keeping.kept
        self._before: Settings | None = None
        self._kept_inch = keeping.kept.diagonal_inch
        self._state = PanelState(fixed=keeping.fixed)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._disk = Disk(self)
        self._disk.done.connect(self._on_disk)
        self._second = QTimer(self)
        self._second.setInterval(1000)
        self._second.timeout.connect(self._on_second)
        self.shell = self._make(settings)
        if keeping.complaint:
            words = self.shell.words
            text = words(SaySystem.SETTINGS_DAMAGED, path=keeping.path, why=keeping.complaint)
            self.shell.notice.say(text)

    def _make(self, settings: Settings) -> Shell:
        look = Style(Sizes(*self._screen_px, settings.diagonal_inch), settings.palette)
        shell = Shell(self._bridge, look, settings.language)
        shell.settings_wanted.connect(self._on_settings_wanted)
        shell.system.panel.kept.connect(self._on_kept)
        shell.system.panel.undone.connect(self._on_undone)
        shell.system.panel.show_state(self._state)
        self._column.addWidget(shell)
        return shell

    @Slot(object)
    def _on_settings_wanted(self, settings: Settings) -> None:
        if settings.diagonal_inch != self.settings.diagonal_inch and self._before is None:
            self._before, self._kept_inch = self.settings, self._kept.diagonal_inch
            self._tell(replace(self._state, trial_s=TRIAL_S))
            self._second.start()
        self._take(settings)
        if self._before is None:
            self._keep()

    def _take(self, settings: Settings) -> None:
        """Put settings into force."""
        old, self.settings = self.settings, settings
        # What the command line alone has said is not kept: only what was chosen here.
        chosen = {name: value for name, value in asdict(settings).items() if value != getattr(old, name)}
        self._kept = replace(self._kept, **chosen)
        if replace(old, language=settings.language) != settings:
            self._rebuild()

    def fit(self, width_px: int, height_px: int) -> None:
        """Take the sizes of another screen."""
        if (width_px, height_px) != self._screen_px:
            self._screen_px = width_px, height_px
            self._rebuild()

    def _rebuild(self) -> None:
        """Make the screens anew, where they were; who is logged in stays so."""
        old = self.shell
        self.shell = self._make(self.settings)
        self.shell.take_over(old)
        self._column.removeWidget(old)
        old.hide()
        self.shell.show()
        old.deleteLater()
        self.renewed.emit(self.shell)

    # -- a diagonal on trial

    @Slot()
    def _on_second(self) -> None:
        left = self._state.trial_s - 1
        if left > 0:
            self._tell(replace(self._state, trial_s=left))
        else:
            self._on_undone()

    @Slot()
    def _on_kept(self) -> None:
        self._end_trial()
        self._keep()

    @Slot()
    def _on_undone(self) -> None:
        before = self._before
        self._end_trial()
        if before is not None:
            inch = self._kept_inch
            self._take(replace(self.settings, diagonal_inch=before.diagonal_inch))
            self._kept = replace(self._kept, diagonal_inch=inch)
            self._keep()  # what else was chosen meanwhile

    def _end_trial(self) -> None:
        self._before = None
        self._second.stop()
        self._tell(replace(self._state, trial_s=0))

    # -- keeping

    def _keep(self) -> None:
        self._disk.do("settings", partial(save_settings, self._keeping.path, self._kept))

    @Slot(str, object, str)
    def _on_disk(self, _about: str, _value: object, trouble: str) -> None:
        self._tell(replace(self._state, path=str(self._keeping.path), trouble=trouble))

    def _tell(self, state: PanelState) -> None:
        self._state = state
        self.shell.system.panel.show_state(state)

    def changeEvent(self, event: QEvent) -> None:
        """Watch no frames while nobody can see them (Qt calls this)."""
        if event.type() == QEvent.Type.WindowStateChange:
            self.shell.look_again()
        super().changeEvent(event)
