"""What people and alarms want: written by the service, read by the station's supervisor and the launcher."""

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
    is_light_on: bool = False
    """An alarm asks for the stack light."""
    is_horn_on: bool = False
    """An urgent alarm waits to be acknowledged."""
    product: str = ""
    """The product that somebody wants made; the launcher changes to it."""
    product_seal: str = ""
    """What it was when he saw it; see `product.preview`."""
    product_request: int = 0
    """Another number = another request."""


class RequestBoard(Board[Requests]):
    """What people want of the station. The service writes."""

    notice = Requests
    magic = b"INSREQUE"
    version = 3
