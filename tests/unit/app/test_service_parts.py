"""What the service is given: pictures for a screen, and a look at a camera that may not be there."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from inspector.app._device_parts import CameraValues, ReadAlong, light_in
from inspector.app._places import RunDir
from inspector.app._service_parts import NewestFrame, encode_jpeg, fit, service_settings
from inspector.config import apply_overrides, default_config
from inspector.devices.sim._camera_port import CameraPort
from inspector.domain.alarms import AlarmId
from inspector.errors import ConfigError, ProtocolError
from inspector.protocol import FrameHeader
from inspector.service import make_keys
from inspector.sharedmem import RegisterBoard


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


def _mean_over(pixels: float) -> float:
    """Return how bright the mean over so many pixels makes a white one that lies across two means."""
    return 255 / pixels / 2


@pytest.mark.parametrize("width", [320, 416, 640, 648, 832, 1248])
def test_no_scratch_of_one_pixel_is_lost_in_a_smaller_picture(width: int) -> None:
    header = FrameHeader(width_px=1280, height_px=1280, frame_id=3, source_width_px=1280)
    for at in range(3, 1280, 29):
        pixels = np.zeros((1280, 1280), np.uint8)
        pixels[:, at] = 255
        for scratch in (pixels, np.ascontiguousarray(pixels.T)):
            small, shown = fit(header, scratch.data, width)
            assert (small.encoding, small.width_px, small.height_px) == ("raw", width, width)
            assert np.frombuffer(shown, np.uint8).max() > 0.8 * _mean_over(1280 / width), at


def test_without_a_camera_there_is_no_picture(tmp_path: Path) -> None:
    frames = NewestFrame(tmp_path)
    assert frames.newer_than(0) is None
    assert (frames.newer_than(0), frames.copy_of(0)) == (None, None)


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


def test_how_bright_a_picture_is_can_be_seen_from_a_part_of_it() -> None:
    pixels = np.full((64, 64), 51, np.uint8)
    assert light_in(pixels) == {"brightness_percent": 20, "saturated_percent": 0.0}
    pixels[:32] = 255
    assert light_in(pixels)["saturated_percent"] == 50.0
    assert light_in(np.zeros((64, 64, 3), np.uint8))["brightness_percent"] == 0


def test_of_a_camera_that_is_not_there_only_its_settings_are_known(tmp_path: Path) -> None:
    values = CameraValues(default_config(), NewestFrame(tmp_path).camera)()
    assert values == {"kind": "sim", "exposure_us": 20, "trigger_delay_us": 300}


def test_registers_that_there_are_not_are_refused_by_name(tmp_path: Path) -> None:
    places = RunDir(tmp_path)
    RegisterBoard.create(places.registers)
    along = ReadAlong(default_config(), places)
    assert along.talk() is None
    table = along.table("fast")
    assert (table.at_ns, table.rows[0].name, table.rows[0].address) == (0, "PlcHeartbeat", 1000)
    with pytest.raises(ProtocolError, match="there is no group of registers 'nonsense'; use one of mirror"):
        along.table("nonsense")


class Camera:
    """A camera's memory with three slots; nobody takes its frames."""

    def __init__(self, run_dir: Path) -> None:
        sizes = {"height": 4, "width": 6, "channels": 1, "slots": 3}
        self.port = CameraPort(run_dir, **sizes, min_latency_ns=0)
        self.port.connect()

    def deliver(self, grey: int, available_ns: int) -> None:
        slot = self.port.take()
        assert slot is not None
        self.port.pixels(slot)[:] = grey
        stamps = {"device_timestamp_ns": available_ns, "available_ns": available_ns}
        self.port.publish(slot, frame_id=grey, trigger_count=grey, size=(4, 6), **stamps)


@pytest.fixture
def camera(tmp_path: Path) -> Iterator[Camera]:
    made = Camera(tmp_path)
    yield made
    made.port.close()


def test_a_frame_is_seen_first_and_copied_later_as_it_was(camera: Camera, tmp_path: Path) -> None:
    frames = NewestFrame(tmp_path)
    camera.deliver(7, available_ns=100)
    assert (frames.newer_than(0), frames.newer_than(100)) == (100, None)
    assert frames.newer_than(0) == 100
    camera.deliver(8, available_ns=200)
    view = frames.copy_of(100)
    assert view is not None
    assert (view.available_ns, view.pixels.tolist()) == (100, [[7] * 6] * 4)
    camera.deliver(9, available_ns=300)
    camera.port.pixels(0)[:] = 55
    assert set(view.pixels.ravel()) == {7}


def test_a_frame_over_which_the_camera_draws_again_is_not_shown(camera: Camera, tmp_path: Path) -> None:
    frames = NewestFrame(tmp_path)
    camera.deliver(7, available_ns=100)
    assert frames.newer_than(0) == 100
    for grey in (8, 9):
        camera.deliver(grey, available_ns=100 * grey)
    assert frames.copy_of(100) is not None
    camera.port.take()
    assert frames.copy_of(100) is None
