import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from inspector.config import (
    FLAGS,
    FolderCamera,
    SimCamera,
    StationConfig,
    apply_overrides,
    checksum,
    config_schema,
    default_config,
    example_toml,
    load_config,
    require_here,
    settings_tables,
)
from inspector.errors import ConfigError

ROOT = Path(__file__).parents[2]
SIMULATED = '[camera]\nkind = "sim"\n[plc]\nkind = "sim"\n'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "station.toml"


def complaints(file: Path, text: str) -> list[str]:
    """Return the lines of the error that this text causes, without the file's name in front."""
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_config(file)
    lines = str(caught.value).splitlines()
    assert all(line.startswith(f"{file}: ") for line in lines)
    return [line.removeprefix(f"{file}: ") for line in lines]


def override_complaints(**overrides: Any) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        apply_overrides(default_config(), overrides)
    return str(caught.value).splitlines()


# What is read


def test_a_minimal_file_gives_the_simulated_line_with_every_default(file: Path) -> None:
    file.write_text(SIMULATED)
    assert load_config(file) == default_config()


def test_the_defaults_are_the_documented_ones() -> None:
    config = default_config()
    assert isinstance(config.camera, SimCamera)
    assert (config.camera.width, config.camera.height, config.camera.slots) == (1280, 1024, 16)
    assert (config.line.rate_per_min, config.line.pitch_mm, config.decision.deadline_ms) == (300, 40, 5)
    assert (config.plc.timeout_ms, config.plc.port, config.plc.base_p) == (80, 0, 1000)
    assert (config.pairing.epsilon_us, config.realtime.priority, config.simulation.parts) == (1500, 30, None)


def test_the_configuration_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        default_config().line.rate_per_min = 3  # type: ignore[misc]


def test_relative_paths_count_from_the_files_own_folder(file: Path) -> None:
    file.write_text(
        '[camera]\nkind = "folder"\npath = "photos"\n[plc]\nkind = "sim"\n[bundle]\npath = "/b"\n'
        '[station]\nrun_dir = "run"\ndata_dir = "~/data"\n'
    )
    config = load_config(file)
    assert isinstance(config.camera, FolderCamera)
    assert config.camera.path == file.parent / "photos"
    assert config.bundle.path == Path("/b")
    assert (config.run_dir, config.data_dir) == (file.parent / "run", Path.home() / "data")


def test_a_real_plc_has_the_usual_port_and_the_camera_still_says_that_it_is_simulated(file: Path) -> None:
    file.write_text('[camera]\nkind = "sim"\n[plc]\nkind = "modbus"\nhost = "10.0.0.5"\n')
    config = load_config(file)
    assert (config.plc.port, config.plc_is_simulated, config.is_simulated) == (502, False, True)


def test_photographs_count_as_simulated(tmp_path: Path) -> None:
    assert apply_overrides(default_config(), {"camera": f"folder:{tmp_path}"}).is_simulated


def test_folders_carry_the_stations_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    config = apply_overrides(default_config(), {"name": "line-7"})
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert config.data_dir == tmp_path / "inspector" / "line-7"
    monkeypatch.setenv("XDG_STATE_HOME", "relative/is/ignored")
    assert config.data_dir == Path.home() / ".local/state/inspector/line-7"
    assert config.run_dir.name == "inspector-line-7"


# What is refused


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
        (SIMULATED + "[recorder]\nenabled = 1\n", "recorder.enabled = 1 must be true or false"),
        (
            SIMULATED + '[recorder]\nimages = "some"\n',
            'recorder.images = "some" must be one of "ng+indeterminate", "none", "all"',
        ),
        (
            SIMULATED + '[station]\nname = "A b"\n',
            'station.name = "A b" must be 1 to 32 characters of a-z, 0-9 and -',
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


def test_a_region_that_just_fits_is_accepted() -> None:
    fits = {"mode": "fixed", "offset_x": 1200, "width_px": 80, "height_px": 1024}
    assert apply_overrides(default_config(), {"recipe.roi": fits}).recipe.roi is not None


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


def test_a_byte_order_mark_is_no_part_of_the_text(file: Path) -> None:
    file.write_text(SIMULATED, encoding="utf-8-sig")
    assert load_config(file) == default_config()


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


# What the command line changes


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


# What goes to the PLC, and what is generated


def test_the_checksum_depends_on_every_value_and_not_on_how_it_was_written(file: Path) -> None:
    file.write_text(SIMULATED + "[line]\nrate_per_min = 300\npitch_mm = 40.0\n")
    assert checksum(load_config(file)) == checksum(default_config())
    assert checksum(apply_overrides(default_config(), {"seed": 2})) != checksum(default_config())


@given(st.integers(0, (1 << 32) - 1))
def test_the_checksum_fits_into_two_registers(seed: int) -> None:
    assert 0 <= checksum(apply_overrides(default_config(), {"seed": seed})) < 1 << 32


def test_the_example_is_the_default_configuration(file: Path) -> None:
    file.write_text(example_toml())
    assert load_config(file) == default_config()


TABLES = {"roi", "class_labels"}
"""Of a section's keys those that are sections themselves."""


def test_the_example_shows_every_setting_once() -> None:
    keys = [line.lstrip("#").split(" = ")[0] for line in example_toml().splitlines() if " = " in line[:40]]
    models = StationConfig.model_json_schema()["$defs"].values()
    assert set(keys) >= {key for model in models for key in model["properties"] if key not in TABLES}


def test_a_line_of_the_example_is_in_force_once_its_hash_is_gone(file: Path) -> None:
    folder = [line.removeprefix("#") for line in example_toml().splitlines() if not line.startswith("# ")]
    tables = "\n".join(folder).split("\n[")
    chosen = [
        table for table in tables[1:] if not table.startswith(('camera]\nkind = "sim"', 'plc]\nkind = "sim"'))
    ]
    file.write_text("".join(f"[{table}\n" for table in chosen))
    config = load_config(file)
    assert (config.camera.kind, config.plc.kind, config.recipe.accept_min) == ("folder", "modbus", 0.5)


@pytest.mark.parametrize(
    ("path", "command", "fresh"),
    [
        ("deploy/station.toml", "example", example_toml()),
        (
            "docs/station.schema.json",
            "schema",
            json.dumps(config_schema(), indent=2, ensure_ascii=False) + "\n",
        ),
    ],
)
def test_the_committed_file_is_what_the_models_say(path: str, command: str, fresh: str) -> None:
    is_fresh = (ROOT / path).read_text(encoding="utf-8") == fresh
    assert is_fresh, f"write it anew: inspector config {command} > {path}"


def test_the_documentation_lists_every_setting_as_the_models_have_it() -> None:
    document = (ROOT / "docs/config.md").read_text(encoding="utf-8")
    is_fresh = document.partition("do not edit below this line -->\n\n")[2] == settings_tables()
    assert is_fresh, "put the output of inspector.config.settings_tables() below that line of docs/config.md"


def test_a_configuration_survives_its_way_to_another_process(tmp_path: Path) -> None:
    config = apply_overrides(
        default_config(), {"camera": f"folder:{tmp_path}", "parts": 3, "bundle": tmp_path}
    )
    arrived = StationConfig.model_validate_json(config.model_dump_json())
    assert arrived == config
    assert checksum(arrived) == checksum(config)


def test_every_setting_has_a_title_and_every_number_has_bounds() -> None:
    for name, model in StationConfig.model_json_schema()["$defs"].items():
        for key, schema in model["properties"].items():
            assert schema.get("title") or key in TABLES, f"{name}.{key}"
            options = schema.get("anyOf", [schema])
            numbers = [option for option in options if option.get("type") in {"number", "integer"}]
            assert all({"minimum", "exclusiveMinimum"} & option.keys() for option in numbers), f"{name}.{key}"


def test_the_schema_accepts_the_example() -> None:
    raw = tomllib.loads(example_toml())
    schema = config_schema()
    assert set(raw) <= set(schema["properties"])
    assert schema["required"] == ["camera", "plc"]
    assert schema["additionalProperties"] is False


def test_reading_a_configuration_loads_neither_numpy_nor_opencv() -> None:
    code = "import sys, inspector.config; print(sorted({'numpy', 'cv2', 'onnxruntime'} & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert run.stdout == "[]\n"


# -- what people call classes


def test_the_classes_that_come_along_have_german_names_and_others_their_own(file: Path) -> None:
    labels = default_config().product.class_labels
    assert labels.of(["scratch", "burr"]) == {"en": {}, "de": {"scratch": "Kratzer"}}
    text = f'{SIMULATED}[product.class_labels]\nde = {{ "burr, outer" = "Grat außen" }}\n'
    file.write_text(text, encoding="utf-8")
    own = load_config(file).product.class_labels
    assert own.of(["burr, outer", "scratch"])["de"] == {"burr, outer": "Grat außen"}


@pytest.mark.parametrize(
    ("labels", "told"),
    [
        ("fr = {}", "unknown key product.class_labels.fr"),
        ("de = 'Riss'", "must be a table"),
        (f"de = {{ crack = '{'x' * 41}' }}", "product.class_labels.de.crack"),
        ("de = { crack = '' }", "a text that is not empty"),
        ("de = { crack = 7 }", "must be a text"),
    ],
)
def test_labels_that_cannot_be_are_told(file: Path, labels: str, told: str) -> None:
    assert told in "\n".join(complaints(file, f"{SIMULATED}[product.class_labels]\n{labels}\n"))
