"""What the service is given: pictures for a screen, and a look at a camera that may not be there."""

from __future__ import annotations

import os
from pathlib import Path

import cv2
import numpy as np
import pytest

from inspector.app._places import RunDir
from inspector.app._service_parts import NewestFrame, encode_jpeg, service_settings
from inspector.config import apply_overrides, default_config
from inspector.domain.alarms import AlarmId
from inspector.errors import ConfigError
from inspector.protocol import FrameHeader
from inspector.service import make_keys


@pytest.mark.parametrize("channels", [1, 3])
def test_a_picture_fits_its_place_on_the_screen_and_looks_the_same(channels: int) -> None:
    pixels = np.full((100, 200, channels), 90, np.uint8)
    pixels[:50] = 200
    header = FrameHeader(width_px=200, height_px=100, channels=channels, frame_id=3, source_width_px=200)
    small, data = encode_jpeg(header, pixels.data, 80)
    picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    assert (
        (small.encoding, small.width_px, small.height_px)
        == ("jpeg", 80, 40)
        == ("jpeg", *picture.shape[1::-1])
    )
    assert (small.frame_id, small.source_width_px) == (3, 200)
    assert abs(int(picture[5, 40].mean()) - 200) < 4
    assert abs(int(picture[35, 40].mean()) - 90) < 4


def test_a_small_picture_is_not_enlarged() -> None:
    header = FrameHeader(width_px=20, height_px=10, frame_id=3)
    small, _ = encode_jpeg(header, np.zeros((10, 20), np.uint8).data, 320)
    assert (small.width_px, small.height_px) == (20, 10)


def test_without_a_camera_there_is_no_picture(tmp_path: Path) -> None:
    view = NewestFrame(tmp_path)
    assert view(0) is None
    assert view(0) is None


def test_the_service_is_told_what_the_configuration_says(tmp_path: Path) -> None:
    make_keys(tmp_path / "keys", "server")
    config = apply_overrides(
        default_config(),
        {
            "run_dir": tmp_path,
            "service.remote": "127.0.0.1:5000",
            "service.keys": tmp_path / "keys",
            "service.log_off_min": 5.0,
            "alarms.late_n": 7,
        },
    )
    places = RunDir(tmp_path)
    places.config.write_text("{}")
    settings = service_settings(config, places, "flange", ("ok", "dent"))
    assert settings.local.commands == f"ipc://{tmp_path}/commands.sock"
    assert settings.remote is not None
    assert settings.remote[0].facts == "tcp://127.0.0.1:5001"
    assert (settings.policy.idle_s, settings.limits[AlarmId.LATE]) == (300.0, 7)
    assert (settings.product, settings.classes) == ("flange", ("ok", "dent"))
    assert (settings.deadline_us, settings.since_utc_ns > 0) == (5000, True)
    os.chmod(tmp_path / "keys" / "server.key", 0o644)
    with pytest.raises(ConfigError, match="can be read by others"):
        service_settings(config, places, "flange", ("ok", "dent"))
