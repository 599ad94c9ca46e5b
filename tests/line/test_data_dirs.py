"""Rows of one line in several data directories."""

from __future__ import annotations

from contextlib import closing

from line_rig import Place

from inspector.recorder import telemetry_status


def test_a_line_that_changes_between_data_directories_leaves_no_hole_in_any(place: Place) -> None:
    folders = [place.root / name for name in ("a", "b")]
    for folder in (*folders, folders[0]):
        place.root = folder  # with its data directory; the run directory stays
        folder.mkdir(exist_ok=True)
        with closing(place.start("--headless", "--json", "--parts", "10", "--rate", "1200")) as line:
            assert line.wait() == 0, line.err
            assert line.report["triggers"] == 10
    for folder, least in zip(folders, (20, 10), strict=True):
        status = telemetry_status(folder / "data")
        assert status["rows"] >= least
        assert status["rows_not_exported"] == status["rows"]
