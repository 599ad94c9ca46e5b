"""What people want of the station: written by the service, read by the station's supervisor."""

from __future__ import annotations

from dataclasses import dataclass

from inspector.sharedmem._board import Board


@dataclass(frozen=True, slots=True)
class Requests:
    """One notice. It stays in force when the service that wrote it is gone."""

    is_held: bool = False
    """Somebody holds the line."""
    hold_text: str = ""
    """Who, and why."""


class RequestBoard(Board[Requests]):
    """What people want of the station. The service writes."""

    notice = Requests
    magic = b"INSREQUE"
    version = 1
