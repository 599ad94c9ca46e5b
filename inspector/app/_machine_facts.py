"""What is known of the computer: clock, networks and disk, as the service hands it to consoles."""

from __future__ import annotations

import ctypes
import ipaddress
import os
import socket
import time
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import psutil

from inspector.app._places import RunDir
from inspector.clock import utc_ns
from inspector.config import StationConfig
from inspector.errors import InspectorError
from inspector.protocol import MAX_ADDRESSES, MAX_PORTS, ClockView, Machine, NetworkPort, StoreView
from inspector.recorder import rows_waiting, storage_use
from inspector.service import allowed_clients

_UNSYNCHRONISED: Final = 0x0040
"""STA_UNSYNC of adjtimex(2)."""


class _Timex(ctypes.Structure):
    """The beginning of `struct timex`, adjtimex(2); the rest is left to the kernel."""

    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
        ("rest", ctypes.c_byte * 512),
    )


def machine_facts(config: StationConfig, places: RunDir) -> Machine:
    """Return what is known now. Waits for the disk; what cannot be read is left out."""
    plc, service = config.plc, config.service
    return Machine(
        host=socket.gethostname()[:255],
        clock=clock_view(),
        ports=network_ports(),
        plc=f"{plc.host}:{plc.port}" if plc.port else plc.host,
        consoles=service.remote,
        consoles_allowed=_allowed(service.keys) if service.remote else 0,
        store=store_view(config),
        config_file=_source(places),
    )


def config_source(places: RunDir) -> Path | None:
    """Return the file that the line's configuration was read from; None = embedded defaults."""
    text = _source(places)
    return Path(text) if text else None


def _source(places: RunDir) -> str:
    try:
        return str(places.source.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return ""


def clock_view() -> ClockView:
    """Return the computer's time, its zone, and whether something keeps it right."""
    now_ns = utc_ns()
    local = datetime.fromtimestamp(now_ns / 1e9).astimezone()
    offset = local.utcoffset()
    is_synchronised, error_us = _discipline()
    return ClockView(
        utc_ns=now_ns,
        zone=_zone(local),
        utc_offset_min=0 if offset is None else round(offset.total_seconds() / 60),
        is_synchronised=is_synchronised,
        error_us=error_us,
        booted_utc_ns=max(0, round(psutil.boot_time() * 1e9)),
    )


def _zone(local: datetime) -> str:
    """Return the zone's name as people set it (Europe/Berlin), or its abbreviation."""
    place = os.path.realpath("/etc/localtime").partition("/zoneinfo/")[2]
    return place or (local.tzname() or time.tzname[0])


def _discipline() -> tuple[bool | None, int]:
    """Return whether the kernel's clock is kept right, and its greatest error in µs; None = it does not say."""
    timex = _Timex()
    try:
        outcome = ctypes.CDLL(None, use_errno=True).adjtimex(ctypes.byref(timex))
    except (OSError, AttributeError):
        return None, 0
    if outcome < 0:
        return None, 0
    is_synchronised = not timex.status & _UNSYNCHRONISED
    return is_synchronised, max(0, int(timex.maxerror)) if is_synchronised else 0


def network_ports() -> tuple[NetworkPort, ...]:
    """Return the network interfaces, those with a link first."""
    addresses, found = psutil.net_if_addrs(), psutil.net_if_stats()
    ports = [
        NetworkPort(
            name=name,
            is_up=state.isup,
            speed_mbit_s=max(0, state.speed),
            addresses=tuple(_texts(addresses.get(name, [])))[:MAX_ADDRESSES],
        )
        for name, state in found.items()
        if "loopback" not in state.flags.split(",")
    ]
    return tuple(sorted(ports, key=lambda port: (not port.is_up, port.name)))[:MAX_PORTS]


def _texts(addresses: Iterable[Any]) -> Iterator[str]:
    for one in addresses:
        if one.family not in {socket.AF_INET, socket.AF_INET6}:
            continue
        host = one.address.partition("%")[0]
        try:
            if ipaddress.ip_address(host).is_link_local:
                continue  # every port has one, and nobody types it
            bits = sum(bin(byte).count("1") for byte in ipaddress.ip_address(one.netmask or "").packed)
        except ValueError:
            yield host
        else:
            yield f"{host}/{bits}"


def store_view(config: StationConfig) -> StoreView:
    """Return how much of what is kept. Waits for the disk."""
    folder, own = config.data_dir, config.data_dir / "service"
    seen = StoreView(data_dir=str(folder), audit_bytes=_size(own / "audit"), log_bytes=_size(own / "log"))
    try:
        disk = psutil.disk_usage(str(folder))
        seen = seen.model_copy(update={"disk_bytes": disk.total, "disk_free_bytes": disk.free})
    except OSError:
        return seen
    if not config.recorder.enabled:
        return seen
    try:
        use = storage_use(folder)
        waiting = rows_waiting(folder)
    except InspectorError:
        return seen  # the recorder has not made it yet, or its own alarm says what is wrong
    return seen.model_copy(
        update={
            "quota_bytes": config.recorder.quota_mb * 1_000_000,
            "rows_bytes": use.rows_bytes,
            "images_bytes": use.images_bytes,
            "oldest_utc_ns": use.oldest_utc_ns,
            "rows_waiting": waiting,
        }
    )


def _size(folder: Path) -> int:
    try:
        return sum(path.stat().st_size for path in folder.iterdir() if path.is_file())
    except OSError:
        return 0


def _allowed(keys: Path | None) -> int:
    try:
        return len(allowed_clients(keys)) if keys is not None else 0
    except (InspectorError, OSError):
        return 0
