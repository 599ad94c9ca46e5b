"""What a scenario may say, and what it is told when it says something else."""

from __future__ import annotations

from pathlib import Path

import pytest

from inspector.app._scenario import PROCESS_FAULTS, Scenario, load_scenario, scenario_faults
from inspector.devices.sim import faults
from inspector.errors import ConfigError


def scenario(tmp_path: Path, text: str) -> Scenario:
    path = tmp_path / "scenario.toml"
    path.write_text(text, encoding="utf-8")
    return load_scenario(path)


def test_faults_come_in_the_order_of_their_times(tmp_path: Path) -> None:
    loaded = scenario(
        tmp_path,
        'auto_reset_s = 1.5\n[[fault]]\nat_s = 9\nkind = "link_reset"\n[[fault]]\nat_s = 2.5\nkind = "frame_lost"\n',
    )
    assert [(fault.at_s, fault.kind) for fault in loaded.faults] == [(2.5, "frame_lost"), (9.0, "link_reset")]
    assert loaded.auto_reset_s == 1.5


def test_what_is_left_out_has_its_default(tmp_path: Path) -> None:
    (fault,) = scenario(tmp_path, '[[fault]]\nat_s = 1\nkind = "frame_delayed"\ncount = 3\n').faults
    assert fault.parameters == {"count": 3.0, "delay_ms": 20.0}
    assert fault.duration_s == 0.0
    (frozen,) = scenario(tmp_path, '[[fault]]\nat_s = 1\nkind = "station_frozen"\n').faults
    assert frozen.duration_s == 1.0


def test_a_fault_is_due_by_time_or_by_parts(tmp_path: Path) -> None:
    by_time, by_parts = sorted(
        scenario(
            tmp_path,
            '[[fault]]\nat_s = 5\nkind = "frame_lost"\n[[fault]]\nat_part = 100\nkind = "link_reset"\n',
        ).faults,
        key=lambda fault: fault.kind,
    )
    assert (by_time.is_due(4.9, 1000), by_time.is_due(5.0, 0)) == (False, True)
    assert (by_parts.is_due(1000.0, 99), by_parts.is_due(0.0, 100)) == (False, True)


def test_an_empty_scenario_is_one_in_which_nothing_goes_wrong(tmp_path: Path) -> None:
    assert scenario(tmp_path, "") == Scenario()


def test_a_scenario_knows_the_faults_of_the_devices_and_those_of_whole_processes() -> None:
    assert not PROCESS_FAULTS.keys() & faults().keys()
    assert scenario_faults() == {**PROCESS_FAULTS, **faults()}
    assert {fault.side for fault in PROCESS_FAULTS.values()} == {"launcher"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[fault]\n", "not valid TOML"),
        ("speed = 3\n", "unknown key 'speed'; use fault, auto_reset_s, one_by_one, name"),
        ("fault = 3\n", "under [[fault]]"),
        ("fault = [1]\n", "under [[fault]]"),
        ("one_by_one = 1\n", "one_by_one = 1 must be true or false"),
        ("auto_reset_s = -1\n", "auto_reset_s = -1 must be a number of 0 to 3600"),
        ("[[fault]]\nat_s = 1\n", "fault 1: kind = None is not known; use one of air_low"),
        ('[[fault]]\nat_s = 1\nkind = ["frame_lost"]\n', "is not known"),
        ('[[fault]]\nkind = "frame_lost"\n', "fault 1: give either at_s (seconds after Ready) or at_part"),
        ('[[fault]]\nat_s = 1\nat_part = 2\nkind = "frame_lost"\n', "give either at_s"),
        ('[[fault]]\nat_s = true\nkind = "frame_lost"\n', "at_s = True must be a number"),
        ('[[fault]]\nat_s = inf\nkind = "frame_lost"\n', "at_s = inf must be a number"),
        ('[[fault]]\nat_s = nan\nkind = "frame_lost"\n', "at_s = nan must be a number"),
        (
            '[[fault]]\nat_s = 1\nkind = "frame_lost"\ncount = "two"\n',
            "count = 'two' must be a whole number of 0 to 10000",
        ),
        (
            '[[fault]]\nat_s = 1\nkind = "frame_lost"\ncount = -2\n',
            "count = -2 must be a whole number of 0 to 10000",
        ),
        ('[[fault]]\nat_s = 1e300\nkind = "frame_lost"\n', "at_s = 1e+300 must be a number of 0 to 2678400"),
        ('[[fault]]\nat_part = 2.5\nkind = "frame_lost"\n', "at_part = 2.5 must be a whole number"),
        (
            '[[fault]]\nat_s = 1\nkind = "station_frozen"\nduration_s = 1e300\n',
            "duration_s = 1e+300 must be a number of 0 to 3600",
        ),
        (
            '[[fault]]\nat_s = 1\nkind = "exception_reply"\ncode = 12\n',
            "code = 12 must be a whole number of 1 to 11",
        ),
        ('[[fault]]\nat_s = 1\nkind = "exception_reply"\ncode = 1.5\n', "must be a whole number of 1 to 11"),
        ('[[fault]]\nat_s = 1\nkind = "scan_ms"\nms = 0\n', "ms = 0 must be a number of 1 to 10"),
        ('[[fault]]\nat_s = 1\nkind = "frame_lost"\ncount = 1.5\n', "count = 1.5 must be a whole number"),
        (
            '[[fault]]\nat_s = 1\nkind = "cpu_stolen"\ncount = 65\n',
            "count = 65 must be a whole number of 0 to 64",
        ),
        ("at_s = " + "9" * 5000 + "\n", "a number is too long"),
        ("x = " + "[" * 5000 + "\n", "deeper than 20 times"),
        (
            '[[fault]]\nat_s = 1\nkind = "frame_delayed"\nhow_often = 2\n',
            "fault 1: frame_delayed does not take 'how_often'; it takes count, delay_ms",
        ),
        (
            '[[fault]]\nat_s = 1\nkind = "station_killed"\nduration_s = 2\n',
            "station_killed does not take 'duration_s'; it takes no parameters",
        ),
        (
            '[[fault]]\nat_s = 1\nkind = "frame_lost"\n[[fault]]\nat_s = 1\nkind = "quake"\n',
            "fault 2: kind = 'quake'",
        ),
    ],
)
def test_a_mistake_is_named_with_what_is_possible(text: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        scenario(tmp_path, text)
    assert str(caught.value).startswith(f"scenario {tmp_path / 'scenario.toml'}")
    assert message in str(caught.value)


def test_a_missing_file_and_one_that_is_no_text_are_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nowhere\.toml: No such file"):
        load_scenario(tmp_path / "nowhere.toml")
    (tmp_path / "noise.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match="not valid TOML"):
        load_scenario(tmp_path / "noise.toml")


def test_a_file_that_begins_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    assert scenario(tmp_path, "\ufeffauto_reset_s = 2\n").auto_reset_s == 2.0


def test_every_parameter_of_every_fault_has_bounds_that_hold_its_default() -> None:
    for spec in scenario_faults().values():
        for name, (default, _) in spec.parameters.items():
            assert spec.value(name, default) == default
            with pytest.raises(ValueError, match=f"must be {spec.bounds(name)}"):
                spec.value(name, 1e300)
