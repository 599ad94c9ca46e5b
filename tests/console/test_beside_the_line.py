"""The console that the line opens for itself."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "line"))

from line_rig import Place, wait_until


def test_a_line_opens_its_console_and_closes_it_when_it_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    place = Place(tmp_path)
    line = place.start("--headless", "--console", "--json", "--rate", "600", "--parts", "20")
    try:
        wait_until(lambda: any("inspector console" in name for name in place.processes().values()), "it")
        assert line.wait() == 0, line.err
        assert line.report["triggers"] == 20
        assert "Traceback" not in line.err
    finally:
        line.close()
        place.close()  # fails if the console is left
