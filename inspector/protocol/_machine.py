"""The computer that a station runs on, answer to `machine.read`: its clock, its networks, its disk."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from inspector.protocol._model import Count, Message

MAX_PORTS = 32
MAX_ADDRESSES = 16


class ClockView(Message):
    """What the computer says of its clock."""

    utc_ns: Count
    """When it was asked."""
    zone: str = ""
    utc_offset_min: Annotated[int, Field(ge=-1440, le=1440)] = 0
    is_synchronised: bool | None = None
    """With a source of time; null = it is not known."""
    error_us: Count = 0
    """At most, as the kernel estimates; of a synchronised clock."""
    booted_utc_ns: Count = 0


class NetworkPort(Message):
    """A network interface, except the loopback."""

    name: str
    is_up: bool
    """It is switched on, and has a link."""
    speed_mbit_s: Count = 0
    """0 = not known."""
    addresses: Annotated[tuple[str, ...], Field(max_length=MAX_ADDRESSES)] = ()
    """With the length of the network's prefix: `192.0.2.7/24`."""


class StoreView(Message):
    """Where the station keeps things, and how much of what."""

    data_dir: str
    disk_bytes: Count = 0
    disk_free_bytes: Count = 0
    quota_bytes: Count = 0
    """Room that rows and images may take; 0 = nothing is recorded."""
    rows_bytes: Count = 0
    images_bytes: Count = 0
    rows_waiting: Count = 0
    """Not taken away yet."""
    oldest_utc_ns: Count = 0
    """Of the oldest row; 0 = there is none."""
    audit_bytes: Count = 0
    log_bytes: Count = 0


class BackupView(Message):
    """The last backup that was handed out to a console."""

    utc_ns: Count = 0
    """0 = there was none yet."""
    user: str = ""
    files: Count = 0
    size_bytes: Count = 0


class Machine(Message):
    """Answer to `machine.read`."""

    host: str
    clock: ClockView
    ports: Annotated[tuple[NetworkPort, ...], Field(max_length=MAX_PORTS)] = ()
    plc: str = ""
    """HOST:PORT."""
    consoles: str = ""
    """Where consoles of other machines attach; empty = there it is not open."""
    consoles_allowed: Count = 0
    """How many have a key here."""
    store: StoreView
    config_file: str = ""
    """Empty = embedded defaults."""
    backup: BackupView = BackupView()
