"""What is known of the computer this runs on: real clock, real networks, real disk."""

from __future__ import annotations

import ctypes
import shutil
import socket
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psutil
import pytest

from inspector.app import _machine_facts
from inspector.app._machine_facts import clock_view, config_source, machine_facts, network_ports, store_view
from inspector.app._places import RunDir
from inspector.clock import utc_ns
from inspector.config import StationConfig


def config(tmp_path: Path, **sections: Any) -> StationConfig:
    station = {"name": "hall-3", "data_dir": str(tmp_path / "data"), "run_dir": str(tmp_path / "run")}
    return StationConfig.model_validate(
        {"station": station, "camera": {"kind": "sim"}, "plc": {"kind": "sim"}, **sections}
    )


def test_the_clock_is_that_of_the_computer() -> None:
    seen = clock_view()
    assert abs(utc_ns() - seen.utc_ns) < 10**9
    assert 0 < seen.booted_utc_ns < seen.utc_ns
    assert seen.zone


@pytest.mark.parametrize(("status", "said"), [(0, (True, 1234)), (0x40, (False, 0))])
def test_the_kernel_says_whether_something_keeps_the_clock_right(
    status: int, said: tuple[bool, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def adjtimex(reference: Any) -> int:
        timex = reference._obj
        assert timex.modes == 0  # it is asked, never set
        timex.status, timex.maxerror = status, 1234
        return 5 if status else 0

    monkeypatch.setattr(ctypes, "CDLL", lambda *_, **__: SimpleNamespace(adjtimex=adjtimex))
    seen = clock_view()
    assert (seen.is_synchronised, seen.error_us) == said


def test_a_kernel_that_does_not_say_is_not_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda *_, **__: SimpleNamespace(adjtimex=lambda _: -1))
    assert clock_view().is_synchronised is None


def test_networks_come_with_their_addresses_those_with_a_link_first(monkeypatch: pytest.MonkeyPatch) -> None:
    def state(*, is_up: bool, flags: str = "up,broadcast") -> SimpleNamespace:
        return SimpleNamespace(isup=is_up, speed=1000 if is_up else 0, flags=flags)

    def address(family: int, text: str, mask: str) -> SimpleNamespace:
        return SimpleNamespace(family=family, address=text, netmask=mask)

    stats = {
        "lo": state(is_up=True, flags="up,loopback"),
        "a0": state(is_up=False),
        "b0": state(is_up=True),
    }
    addresses = {
        "b0": [
            address(socket.AF_INET, "192.0.2.7", "255.255.255.0"),
            address(socket.AF_INET6, "fe80::1%b0", "ffff:ffff:ffff:ffff::"),
            address(socket.AF_INET6, "2001:db8::7", "ffff:ffff:ffff:ffff::"),
            address(psutil.AF_LINK, "02:00:00:00:00:01", ""),
        ]
    }
    monkeypatch.setattr(psutil, "net_if_stats", lambda: stats)
    monkeypatch.setattr(psutil, "net_if_addrs", lambda: addresses)
    first, second = network_ports()
    assert (first.name, first.is_up, first.speed_mbit_s) == ("b0", True, 1000)
    assert first.addresses == ("192.0.2.7/24", "2001:db8::7/64")
    assert (second.name, second.is_up, second.addresses) == ("a0", False, ())


def test_the_disk_is_that_of_the_data_and_rooms_are_counted(tmp_path: Path) -> None:
    own = tmp_path / "data" / "service"
    for name, size in (("audit/audit-1.jsonl", 300), ("log/log.jsonl", 20), ("log/log.1.jsonl", 3)):
        (own / name).parent.mkdir(parents=True, exist_ok=True)
        (own / name).write_bytes(b"x" * size)
    seen = store_view(config(tmp_path))
    assert seen.disk_bytes == shutil.disk_usage(tmp_path).total
    assert (seen.audit_bytes, seen.log_bytes) == (300, 23)
    assert seen.quota_bytes == 0  # no outbox yet: nothing is known of it


def test_a_disk_that_is_gone_leaves_the_rest(tmp_path: Path) -> None:
    assert store_view(config(tmp_path)).disk_bytes == 0


def test_the_file_of_the_configuration_is_known_where_there_is_one(tmp_path: Path) -> None:
    places = RunDir(tmp_path / "run")
    places.path.mkdir()
    assert config_source(places) is None
    assert machine_facts(config(tmp_path), places).config_file == ""
    places.source.write_text("/etc/inspector/station.toml")
    assert config_source(places) == Path("/etc/inspector/station.toml")
    plc = {"kind": "modbus", "host": "192.0.2.9", "port": 502}
    seen = machine_facts(config(tmp_path, plc=plc), places)
    assert (seen.plc, seen.config_file) == ("192.0.2.9:502", "/etc/inspector/station.toml")
    assert seen.host == socket.gethostname()


def test_what_cannot_be_read_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_machine_facts, "_UNSYNCHRONISED", 0)
    monkeypatch.setattr(ctypes, "CDLL", lambda *_, **__: SimpleNamespace())
    assert clock_view().is_synchronised is None
