"""Faults on a schedule: a TOML file, checked at once, carried out while the line runs.

::

    auto_reset_s = 1.5          # the operator presses reset so long after a fault has stopped the line

    [[fault]]
    at_s = 5.0                  # seconds after Ready; or at_part = 400
    kind = "frame_lost"
    count = 3                   # further keys are the fault's own, see `inspector sim faults`
"""

from __future__ import annotations

import json
import socket
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from inspector.errors import ConfigError

PROCESS_FAULTS = {
    "station_frozen": ("the station gets no CPU at all (SIGSTOP)", ("duration_s",)),
    "station_killed": ("the station is killed (SIGKILL) and started again", ()),
    "plc_stopped": ("the PLC stands still (SIGSTOP)", ("duration_s",)),
    "plc_restarted": (
        "the PLC loses power for a moment; registers retained or all zero",
        ("duration_s", "retain"),
    ),
    "recorder_frozen": ("the recorder gets no CPU at all (SIGSTOP)", ("duration_s",)),
    "recorder_killed": ("the recorder is killed (SIGKILL) and started again", ()),
    "cpu_stolen": ("processes without end take all the CPU they get", ("duration_s", "count")),
}
"""Faults that the launcher causes itself: what they are, and their parameters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault: when, what, and its own parameters."""

    kind: str
    at_s: float | None = None
    at_part: int | None = None
    parameters: dict[str, Any] = field(default_factory=dict)

    @property
    def duration_s(self) -> float:
        """How long it lasts; 0 for something that only happens."""
        return float(self.parameters.get("duration_s", 0.0))

    def is_due(self, seconds: float, parts: int) -> bool:
        """Whether its moment has come."""
        if self.at_s is not None:
            return seconds >= self.at_s
        return self.at_part is not None and parts >= self.at_part


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A schedule of faults, in the order in which they come."""

    faults: tuple[Fault, ...] = ()
    auto_reset_s: float | None = None


def load_scenario(path: Path, device_faults: dict[str, tuple[str, tuple[str, ...]]]) -> Scenario:
    """Read and check a scenario.

    Parameters
    ----------
    device_faults
        The simulated devices' faults by name: side ("world" or "plc") and parameters.

    Raises
    ------
    ConfigError
        Naming the file, the entry and what is possible.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"scenario {path}: {error.strerror}; give a file that can be read") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"scenario {path}: not valid TOML: {error}") from error
    unknown = raw.keys() - {"fault", "auto_reset_s", "name", "description"}
    if unknown:
        raise ConfigError(
            f"scenario {path}: unknown key {sorted(unknown)[0]!r}; use fault, auto_reset_s, name"
        )
    known = {kind: parameters for kind, (_, parameters) in {**PROCESS_FAULTS, **device_faults}.items()}
    faults = tuple(
        _fault(entry, f"scenario {path}, fault {i + 1}", known)
        for i, entry in enumerate(raw.get("fault", []))
    )
    return Scenario(
        faults=tuple(sorted(faults, key=lambda fault: (fault.at_s or 0.0, fault.at_part or 0))),
        auto_reset_s=_number(raw, "auto_reset_s", f"scenario {path}"),
    )


def _fault(entry: dict[str, Any], where: str, known: dict[str, tuple[str, ...]]) -> Fault:
    parameters = dict(entry)
    kind = parameters.pop("kind", None)
    if kind not in known:
        raise ConfigError(f"{where}: kind = {kind!r} is not known; use one of {', '.join(sorted(known))}")
    at_s, at_part = _number(parameters, "at_s", where), _number(parameters, "at_part", where)
    parameters.pop("at_s", None)
    parameters.pop("at_part", None)
    if (at_s is None) == (at_part is None):
        raise ConfigError(f"{where}: give either at_s (seconds after Ready) or at_part (parts counted)")
    extra = parameters.keys() - set(known[kind])
    if extra:
        takes = ", ".join(known[kind]) or "no parameters"
        raise ConfigError(f"{where}: {kind} does not take {sorted(extra)[0]!r}; it takes {takes}")
    return Fault(
        kind=kind, at_s=at_s, at_part=None if at_part is None else int(at_part), parameters=parameters
    )


def _number(table: dict[str, Any], key: str, where: str) -> float | None:
    value = table.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise ConfigError(f"{where}: {key} = {value!r} must be a number of at least 0")
    return float(value)


def tell(control: Path, message: dict[str, Any]) -> bool:
    """Send one JSON datagram to a simulated device; False if nobody listens."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        channel.setblocking(False)
        try:
            channel.sendto(json.dumps(message).encode(), str(control))
        except OSError:
            return False
    return True
