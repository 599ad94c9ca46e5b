"""When something goes wrong in the world of a test."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from inspector.devices.sim._wires import EventKind

MS = 1_000_000
SECOND = 1_000_000_000
MakeRig = Callable[..., Any]
TROUBLED = 4


def rise_rows(rig: Any) -> list[int]:
    return [row for *_, row in rig.events(EventKind.EYE_RISE)]


def run_to_part(rig: Any, row: int) -> None:
    """Stop shortly after the eye saw part `row`, before its frame is available."""
    rig.run(until=lambda: row in rise_rows(rig))
