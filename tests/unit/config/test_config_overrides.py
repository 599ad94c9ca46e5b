"""What the command line changes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from config_rig import override_complaints

from inspector.config import (
    FLAGS,
    FolderCamera,
    apply_overrides,
    default_config,
)


@pytest.mark.parametrize("rate", [0, -5])
def test_a_rate_of_nothing_is_refused_by_its_flag(rate: int) -> None:
    assert override_complaints(rate=rate) == [
        f"command line (--rate {rate}): --rate = {rate} must be 1 to 12000 parts/min"
    ]


def test_no_parts_are_refused_by_their_flag() -> None:
    assert override_complaints(parts=0) == ["command line (--parts 0): --parts = 0 must be at least 1 parts"]


def test_a_rate_that_this_geometry_does_not_permit_says_which_one_does() -> None:
    line = override_complaints(rate=8000)[0]
    assert line.startswith("command line (--rate 8000): pairing.epsilon_us: at rate_per_min = 8000")
    assert line.endswith("or lower rate_per_min below 7200")


def test_every_flag_reaches_its_setting(tmp_path: Path) -> None:
    given = {
        "name": "x", "rate": 1200, "parts": 7, "seed": 9, "defect_rate": 0.5, "bundle": tmp_path,
        "run_dir": tmp_path, "data_dir": tmp_path, "deadline_ms": 4.0, "camera": "sim",
    }  # fmt: skip
    assert given.keys() == FLAGS.keys()
    config = apply_overrides(default_config(), given)
    for flag, value in given.items():
        found: Any = config
        for key in FLAGS[flag].split("."):
            found = getattr(found, key)
        assert (found.kind if flag == "camera" else found) == value


def test_flags_that_were_not_given_change_nothing() -> None:
    config = default_config()
    assert apply_overrides(config, {"rate": None, "camera": None}) is config


def test_a_folder_of_photographs_replaces_the_camera_and_keeps_its_timing(tmp_path: Path) -> None:
    sharp = apply_overrides(default_config(), {"camera.exposure_time_us": 5, "camera.width": 640})
    folder = apply_overrides(sharp, {"camera": f"folder:{tmp_path}"}).camera
    assert folder == FolderCamera(path=tmp_path, exposure_time_us=5)
    assert apply_overrides(sharp, {"camera": "sim"}).camera == sharp.camera


def test_paths_of_the_command_line_count_from_the_working_directory(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    config = apply_overrides(default_config(), {"bundle": "mine", "camera": "folder:photos"})
    assert isinstance(config.camera, FolderCamera)
    assert (config.bundle.path, config.camera.path) == (tmp_path / "mine", tmp_path / "photos")


@pytest.mark.parametrize("camera", ["folder", "folder:", "webcam", "sim:x"])
def test_a_camera_that_is_none_is_refused_with_what_there_is(camera: str) -> None:
    (line,) = override_complaints(camera=camera)
    assert "--camera" in line
    assert "folder:PATH" in line


@pytest.mark.parametrize("key", ["rates", "line.speed", "line.rate_per_min.x"])
def test_a_flag_for_a_setting_that_does_not_exist_is_refused(key: str) -> None:
    assert override_complaints(**{key: 3})


def test_overrides_add_up() -> None:
    config = apply_overrides(apply_overrides(default_config(), {"rate": 1200}), {"parts": 5})
    assert (config.line.rate_per_min, config.simulation.parts) == (1200, 5)
