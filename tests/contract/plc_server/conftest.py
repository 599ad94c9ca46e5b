from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from plc_server_rig import PoweredPlc


@pytest.fixture
def run_dir() -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="plc"))  # short: the names of unix sockets are limited
    yield path
    shutil.rmtree(path)


@pytest.fixture
def power_up(run_dir: Path) -> Iterator[Callable[..., PoweredPlc]]:
    powered: list[PoweredPlc] = []

    def build(**options: Any) -> PoweredPlc:
        plc = PoweredPlc(run_dir, **options)
        powered.append(plc)
        return plc

    yield build
    for plc in powered:
        if plc._thread.is_alive():
            plc.stop()


@pytest.fixture
def plc(power_up: Callable[..., PoweredPlc]) -> PoweredPlc:
    return power_up()
