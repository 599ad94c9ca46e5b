"""Fixtures of the station's tests."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_line import Bench, SmallPlc


@pytest.fixture
def plc() -> SmallPlc:
    return SmallPlc()


@pytest.fixture
def bench(tmp_path: Path, plc: SmallPlc) -> Bench:
    return Bench(tmp_path, plc)
