"""The service's process: gives way to everybody, and ends with its launcher."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from inspector.app._places import RunDir
from inspector.realtime import be_nice, resolve_core


def run_service_process(argument: str) -> int:
    """Run the service until SIGTERM.

    Parameters
    ----------
    argument
        JSON: `run_dir`, and what the launcher knows of the bundle: `product` and `classes`.

    Raises
    ------
    InspectorError
        Its memory, its addresses or its configuration cannot be used.
    """
    is_over = _told_to_end()
    # Before anything large is imported: the station is loading at the same time, and goes first.
    be_nice()
    from inspector.app._service_parts import service_of
    from inspector.config import StationConfig

    told = json.loads(argument)
    places = RunDir(Path(told["run_dir"]))
    config = StationConfig.model_validate_json(places.config.read_text())
    core = resolve_core(config.realtime.other_core)
    if core is not None:
        os.sched_setaffinity(0, {core})
    service_of(config, places, told["product"], tuple(told["classes"])).run(is_over)
    return 0


def _told_to_end() -> Callable[[], bool]:
    told: list[int] = []

    def note(number: int, _: FrameType | None) -> None:
        told.append(number)

    signal.signal(signal.SIGTERM, note)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # what Ctrl-C means is for the launcher to say
    return lambda: bool(told)
