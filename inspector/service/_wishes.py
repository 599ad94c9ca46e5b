"""What people and alarms want of the line, as the service asks it of station and launcher."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from inspector.clock import utc_ns
from inspector.domain.hold import Hold
from inspector.errors import SharedMemoryError
from inspector.sharedmem import RequestBoard, Requests, StationStatus


class Wishes:
    """The request board's one writer while the service lives. Owned by the service's thread; never waits.

    A service that was killed while it wrote leaves a board that nobody obeys. It is made whole here at once,
    and says "held" unless both the station and what is left of the board say that nobody holds the line.
    """

    def __init__(self, board: RequestBoard, status: StationStatus) -> None:
        self._board, self._status = board, status
        self.hold_version = utc_ns() // 1_000_000
        """Goes up with each hold: another number = another hold than the one that was seen, and not that of a
        service before this one."""
        self.ask()

    @property
    def now(self) -> Requests:
        """What was asked for last."""
        try:
            return self._board.read()
        except SharedMemoryError:
            return self._rest()

    def ask(self, **changes: Any) -> None:
        """Ask for something else (fields of `Requests`); what is not named stays as it is."""
        self._board.publish(replace(self.now, **changes))

    def hold(self, text: str) -> None:
        """Have the line held, until this hold is released."""
        self.hold_version += 1
        self.ask(is_held=True, hold_text=text)

    def _rest(self) -> Requests:
        """Return what a half-written board still says; no product, for its name and number may not belong together.

        A hold of a lower number hides a person's in the status: then, too, the line counts as held by one.
        """
        rest, reason = self._board.glance(), self._status.get("hold_code")
        told = str(self._status.get("hold_text")) if reason == Hold.OPERATOR else rest.hold_text
        is_held = rest.is_held or reason != Hold.NONE
        return Requests(
            is_held=is_held,
            hold_text=told if is_held else "",
            is_light_on=rest.is_light_on,
            is_horn_on=rest.is_horn_on,
        )
