"""What is wrong in a configuration is named with its place, its value and what would do."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from config_rig import SIMULATED, complaints, override_complaints

from inspector.config import (
    apply_overrides,
    default_config,
    load_config,
    require_here,
)
from inspector.errors import ConfigError


@pytest.mark.parametrize("text", ["", "[line]\nrate_per_min = 300\n"])
def test_a_file_never_defaults_to_simulation(file: Path, text: str) -> None:
    camera, plc = complaints(file, text)
    assert camera.startswith('camera is missing; add [camera] with kind = "sim" or "folder"')
    assert plc.startswith('plc is missing; add [plc] with kind = "sim" or "modbus"')


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (
            SIMULATED + "[line]\nrate_per_min = 0\n",
            "line.rate_per_min = 0 must be 1 to 12000 parts/min",
        ),
        (
            SIMULATED + '[line]\nrate_per_min = "fast"\n',
            'line.rate_per_min = "fast" must be a number, 1 to 12000 parts/min',
        ),
        (
            SIMULATED + "[line]\npitch_mm = inf\n",
            "line.pitch_mm = inf must be a finite number, above 0 and at most",
        ),
        (
            SIMULATED + "[recipe]\nrevision = true\n",
            "recipe.revision = true must be a whole number, 1 to 65535",
        ),
        (SIMULATED + "[pairing]\nepsilon_us = 1.5\n", "pairing.epsilon_us = 1.5 must be a whole number"),
        # What passes is not what a model holds for bad, and some part can be bad.
        (SIMULATED + "[recipe]\naccept_min = 1e-5\n", "recipe.accept_min = 1e-05 must be 0.005 to 1"),
        (
            SIMULATED + "[recipe]\nreject_min = 1.0\n",
            "recipe.reject_min = 1.0 must be above 0 and at most 0.995",
        ),
        (SIMULATED + "[recorder]\nenabled = 1\n", "recorder.enabled = 1 must be true or false"),
        (
            SIMULATED + '[recorder]\nimages = "some"\n',
            'recorder.images = "some" must be one of "ng+indeterminate", "none", "all"',
        ),
        (
            SIMULATED + '[station]\nname = "A b"\n',
            'station.name = "A b" must be 1 to 32 characters of a-z, 0-9 and -',
        ),
        (
            SIMULATED + '[station]\nshifts = { Late = "24:00" }\n',
            'station.shifts.Late = "24:00" must be a time of day, 00:00 to 23:59',
        ),
        (SIMULATED + "[station]\nrun_dir = 3\n", "station.run_dir = 3 must be a path as a text"),
        (
            SIMULATED + "[line]\nrate_per_mni = 3\n",
            "unknown key line.rate_per_mni; did you mean rate_per_min?",
        ),
        (SIMULATED + "[lines]\n", "unknown key lines; did you mean line?"),
        (SIMULATED + "[line]\nseed = 3\n", "unknown key line.seed; it belongs into [simulation]"),
        (SIMULATED + "[bundle]\nqqq = 3\n", "unknown key bundle.qqq; known here: path"),
        ("line = 3\n" + SIMULATED, "line = 3 must be a table"),
        (SIMULATED + "[recipe]\nroi = 3\n", "recipe.roi = 3 must be a table"),
        (
            SIMULATED + "[recipe.roi]\nthreshold = 256\n",
            "recipe.roi.threshold = 256 must be 0 to 255",
        ),
        (
            '[camera]\nkind = "sim"\n[plc]\nkind = "s7"\n',
            'plc.kind = "s7" is not known; use "sim" or "modbus"',
        ),
        (
            '[camera]\nwidth = 640\n[plc]\nkind = "sim"\n',
            'camera.kind is missing; set it to "sim" or "folder"',
        ),
        ('[camera]\nkind = "sim"\n[plc]\nkind = "modbus"\nport = 0\n', "plc.port = 0 must be 1 to 65535"),
        (
            '[camera]\nkind = "folder"\n[plc]\nkind = "sim"\n',
            "camera.path is missing; set it in [camera], e.g. path =",
        ),
        (
            '[camera]\nkind = "folder"\npath = "p"\nwidth = 640\n[plc]\nkind = "sim"\n',
            "unknown key camera.width; this kind of camera has none",
        ),
    ],
)
def test_a_wrong_setting_is_named_with_its_value_and_what_is_allowed(
    file: Path, text: str, complaint: str
) -> None:
    (line,) = complaints(file, text)
    assert line.startswith(complaint)


@pytest.mark.parametrize(
    ("text", "complaint", "remedy"),
    [
        (
            "[line]\neye_to_gate_mm = 2\n",
            "line.eye_to_gate_mm: at rate_per_min = 300 a verdict has",
            "eye_to_gate_mm >= ",
        ),
        (
            "[decision]\ndeadline_ms = 1000\n[line]\nrate_per_min = 1200\n",
            "line.eye_to_gate_mm: ",
            "deadline_ms = 1000",
        ),
        (
            "[line]\ndead_time_ms = 130\n",
            "line.min_pitch_mm: at rate_per_min = 300 two parts 24 mm apart",
            "faster gate",
        ),
        ("[line]\nwindow_mm = 12.1\n", "line.window_mm: window_mm = ±12.1 mm", "at most 12"),
        ("[pairing]\nepsilon_us = 59000\n", "pairing.epsilon_us: ", "make epsilon_us smaller than 59000"),
        ("[plc.x]\n", "unknown key plc.x", "known here"),
        ('[service]\nremote = "0.0.0.0"\n', "service.remote: ", "set keys to the folder"),
        (
            '[station]\nshifts = { Early = "06:00", Late = "14:00", Day = "06:00" }\n',
            "station.shifts: shifts Early and Day both begin at 06:00",
            "a time of its own",
        ),
        ("[alarms]\nlate_n = 101\n", "alarms.late_n: late_n = 101 of late_m = 100", "at most 100"),
        (
            "[recipe]\naccept_min = 0.4\nreject_min = 0.5\n",
            "recipe.accept_min: accept_min = 0.4",
            "at least 1",
        ),
    ],
)
def test_settings_that_contradict_each_other_are_refused_with_a_remedy(
    file: Path, text: str, complaint: str, remedy: str
) -> None:
    (line,) = complaints(file, SIMULATED + text)
    assert line.startswith(complaint)
    assert remedy in line


@pytest.mark.parametrize(
    ("key", "value", "remedy"),
    [("plc.base_p", 291, "move one of them"), ("plc.heartbeat_timeout_ms", 130, "set it above 130")],
)
def test_a_link_that_contradicts_itself_is_refused(key: str, value: int, remedy: str) -> None:
    (line,) = override_complaints(**{key: value})
    assert f"{key}: " in line
    assert f"= {value}" in line
    assert remedy in line


@pytest.mark.parametrize(
    ("roi", "remedy"),
    [
        ('mode = "fixed"\nwidth_px = 9', "is an empty region"),
        ('mode = "locate"', "is an empty region"),
        (
            'mode = "locate"\nwidth_px = 9\nheight_px = 9\nmin_area_px = 5\nmax_area_px = 4',
            "min_area_px = 5 is more than max_area_px = 4: no part is ever found",
        ),
        ('mode = "fixed"\noffset_x = 1200\nwidth_px = 81\nheight_px = 9', "ends at x = 1281, y = 9, outside"),
        (
            'mode = "fixed"\noffset_y = 1000\nwidth_px = 80\nheight_px = 25',
            "ends at x = 80, y = 1025, outside",
        ),
    ],
)
def test_a_region_that_cannot_be_looked_at_is_refused(file: Path, roi: str, remedy: str) -> None:
    (line,) = complaints(file, SIMULATED + f"[recipe.roi]\n{roi}\n")
    assert line.startswith("recipe.roi: ")
    assert remedy in line


@pytest.mark.parametrize(
    ("key", "value", "complaint"),
    [
        (
            "recipe.expected_views",
            2,
            "recipe.expected_views: expected_views = 2, but a camera of kind sim takes one",
        ),
        ("camera.width", 639, "camera.width = 639 must be 640 to 8192 px"),
        ("camera.height", 64, "camera.height = 64 must be 560 to 8192 px"),
        ("camera.slots", 65, "camera.slots = 65 must be 4 to 64"),
        ("line.plc_scan_ms", 11, "line.plc_scan_ms: plc_scan_ms = 11 is not what the simulated PLC can do"),
        ("plc.host", "10.0.0.5", 'plc.host: host = "10.0.0.5", but the simulated PLC is started here'),
        ("plc.host", "not a host", 'plc.host = "not a host" must be an IP address or the name of a host'),
        ("station.run_dir", "", "a path that is not empty"),
        ("bundle.path", "a\0b", "a path that is not empty and has no zero character"),
        ("service.folder", "", "a path that is not empty"),
    ],
)
def test_a_setting_that_no_simulated_line_can_have_is_refused(key: str, value: Any, complaint: str) -> None:
    assert any(complaint in line for line in override_complaints(**{key: value}))


def test_frame_buffers_have_a_bound_together() -> None:
    huge = {"camera.width": 8192, "camera.height": 8192, "camera.slots": 32}
    (line,) = override_complaints(**huge)
    assert "camera.slots: slots = 32 frames of 8192×8192 px take 2147 MB" in line
    assert "at most 29" in line
    assert apply_overrides(default_config(), huge | {"camera.slots": 29}).camera.slots == 29


@pytest.mark.parametrize(
    "host", ["10.0.0.300", "plc:502", "http://plc", "plc..local", "-plc", "a" * 64, "", "plc line", "10.0.0"]
)
def test_what_can_be_no_host_is_refused(host: str, file: Path) -> None:
    toml = f'[camera]\nkind = "sim"\n[plc]\nkind = "modbus"\nhost = "{host}"\n'
    (line,) = complaints(file, toml)
    assert line.startswith(f'plc.host = "{host[:50]}')


@pytest.mark.parametrize("host", ["10.0.0.5", "plc", "plc-1.line_2.example.", "fe80::1", "PLC1"])
def test_an_address_and_a_name_are_hosts(host: str, file: Path) -> None:
    file.write_text(f'[camera]\nkind = "sim"\n[plc]\nkind = "modbus"\nhost = "{host}"\n')
    assert load_config(file).plc.host == host


@pytest.mark.parametrize("host", ["localhost", "127.0.0.2", "::1"])
def test_the_simulated_plc_is_on_this_machine(host: str) -> None:
    assert apply_overrides(default_config(), {"plc.host": host}).plc.host == host


@pytest.mark.parametrize(
    "door", ["0.0.0.0:0", "0.0.0.0:65534", "0.0.0.0:x", "host:", ":47110", "[::1:5", "a b", "/run/inspector"]
)
def test_a_door_without_a_right_port_is_refused(door: str, file: Path) -> None:
    (line,) = complaints(file, SIMULATED + f'[service]\nremote = "{door}"\nkeys = "keys"\n')
    assert (
        line == f'service.remote = "{door}" must be HOST, HOST:PORT or [IPV6]:PORT, with a port of 1 to 65533'
    )


@pytest.mark.parametrize("door", ["0.0.0.0", "*:47110", "[::1]:47110", "::", "station-3:65533", "eth0"])
def test_a_door_may_be_a_host_with_or_without_a_port(door: str, file: Path) -> None:
    file.write_text(SIMULATED + f'[service]\nremote = "{door}"\nkeys = "keys"\n')
    assert load_config(file).service.remote == door


def test_all_mistakes_are_reported_together(file: Path) -> None:
    lines = complaints(file, SIMULATED + "[line]\nrate_per_min = -1\nspeed = 2\n[station]\nstation_id = 0\n")
    assert len(lines) == 3
    assert {line.split()[0] for line in lines} == {"line.rate_per_min", "unknown", "station.station_id"}


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("[line]\nrate_per_min = \n", "line 2, column 16"),
        ("[line]\n[line]\n", "line 2, column 6"),
        ("[line]\n\nx = [1,\n", "line 4, column 1"),
    ],
)
def test_invalid_toml_is_reported_with_its_line(file: Path, text: str, place: str) -> None:
    (line,) = complaints(file, text)
    assert line.startswith(f"{place}: not valid TOML: ")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (f"x = {'9' * 5000}\n", "a number is too long"),
        (f"x = 0x{'f' * 20}\n", "more than 64 bits"),
        ("x = " + "[" * 5000 + "]" * 5000 + "\n", "deeper than 20 times"),
        ("x" + ".x" * 3000 + " = 1\n", "deeper than 20 times"),
    ],
)
def test_what_no_file_of_ours_says_is_refused_like_any_other_mistake(
    file: Path, text: str, says: str
) -> None:
    (line,) = complaints(file, text)
    assert says in line


@pytest.mark.parametrize("path", ["", "a\\u0000b"])
def test_a_path_that_is_none_is_named(file: Path, path: str) -> None:
    (line,) = complaints(file, SIMULATED + f'[bundle]\npath = "{path}"\n')
    assert line.startswith("bundle.path = ")
    assert line.endswith("must be a path that is not empty and has no zero character")


def test_the_home_of_an_unknown_user_stays_a_name(file: Path) -> None:
    file.write_text(SIMULATED + '[bundle]\npath = "~nobody-at-all/bundle"\n')
    assert load_config(file).bundle.path == file.parent / "~nobody-at-all" / "bundle"


def test_a_configuration_is_compared_with_the_machine_all_at_once(file: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    here = {
        "camera": "folder:" + str(tmp_path / "photos"),
        "bundle": tmp_path / "bundle",
        "run_dir": tmp_path / "file" / "run",
        "realtime.station_core": 1023,
        "product.picture": tmp_path,
    }
    with pytest.raises(ConfigError) as caught:
        require_here(apply_overrides(default_config(), here), "station.toml")
    lines = str(caught.value).splitlines()
    assert [line.split()[1].rstrip(":") for line in lines] == [
        "bundle.path",
        "camera.path",
        "product.picture",
        "station.run_dir",
        "realtime.station_core",
    ]
    assert all(line.startswith("station.toml: ") for line in lines)


def test_folders_that_are_there_or_can_be_made_are_fine(tmp_path: Path) -> None:
    (tmp_path / "bundle").mkdir()
    here = {"bundle": tmp_path / "bundle", "run_dir": tmp_path / "a" / "b", "data_dir": tmp_path / "c"}
    require_here(apply_overrides(default_config(), here), "station.toml")
    (tmp_path / "c").write_text("")
    with pytest.raises(ConfigError, match=r"station\.data_dir: .*/c cannot be used: .*/c is a file; set it"):
        require_here(apply_overrides(default_config(), here), "station.toml")


def test_products_that_cannot_be_used_are_told_of_before_anybody_wants_them(tmp_path: Path) -> None:
    (tmp_path / "gone.toml").write_text(
        '[product]\nname = "gone"\njob_id = 2\n[recipe]\nname = "r"\nrevision = 2\n[bundle]\npath = "nowhere"\n'
    )
    (tmp_path / "junk.toml").write_text("garbage")
    with pytest.raises(ConfigError) as caught:
        require_here(apply_overrides(default_config(), {"products.folder": tmp_path}), "station.toml")
    gone, junk = str(caught.value).splitlines()
    assert gone.endswith("nowhere is missing, not a folder; copy the bundle there, or correct the path")
    assert "junk.toml" in junk


def test_a_file_that_is_not_text_is_refused(file: Path) -> None:
    file.write_bytes(b"[line]\n\xff\xfe")
    with pytest.raises(ConfigError, match=r"station.toml: not UTF-8 text \(byte 7\)"):
        load_config(file)


def test_a_missing_file_is_named_with_the_way_to_get_one(file: Path) -> None:
    with pytest.raises(
        ConfigError, match=r"station.toml: no such file; .*inspector config example > station.toml"
    ):
        load_config(file)


def test_a_folder_is_no_configuration(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read: Is a directory"):
        load_config(tmp_path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_this_user_may_not_read_is_refused(file: Path) -> None:
    file.write_text(SIMULATED)
    file.chmod(0)
    with pytest.raises(ConfigError, match="cannot be read: Permission denied"):
        load_config(file)
