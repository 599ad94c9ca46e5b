"""Faults on a schedule: a TOML file, checked at once, carried out while the line runs (docs/scenarios.md)."""

from __future__ import annotations

import json
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from inspector.config import parse_toml
from inspector.devices.sim import FaultSpec, faults
from inspector.errors import ConfigError

_LONGEST_S: Final = 31 * 24 * 3600.0
_MOST_PARTS: Final = 1_000_000_000.0
_LATEST_RESET_S: Final = 3600.0
_DURATION: Final = ("duration_s", (1.0, "how long it lasts"))


def _spec(
    name: str, what_it_does: str, *parameters: tuple[str, tuple[float, str]], **most: float
) -> FaultSpec:
    return FaultSpec(
        name=name, side="launcher", parameters=dict(parameters), what_it_does=what_it_does, most=most
    )


PROCESS_FAULTS: Final = {
    spec.name: spec
    for spec in (
        _spec("station_frozen", "the station gets no CPU at all (SIGSTOP)", _DURATION),
        _spec("station_killed", "the station is killed (SIGKILL) and started again"),
        _spec("plc_stopped", "the PLC stands still (SIGSTOP)", _DURATION),
        _spec(
            "plc_restarted",
            "the PLC loses power for a moment",
            ("retain", (0.0, "1: its registers are retained; 0: they are all zero")),
        ),
        _spec("recorder_frozen", "the recorder gets no CPU at all (SIGSTOP)", _DURATION),
        _spec("recorder_killed", "the recorder is killed (SIGKILL) and started again"),
        _spec(
            "cpu_stolen",
            "processes without end take all the CPU they get",
            _DURATION,
            ("count", (2.0, "how many processes")),
            count=64,
        ),
    )
}
"""Faults that the launcher causes itself, in a scenario only."""


def scenario_faults() -> dict[str, FaultSpec]:
    """Return every fault that a scenario may name: those of the simulated devices, and the launcher's own."""
    return dict(sorted({**faults(), **PROCESS_FAULTS}.items()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault: when, what, and all its parameters."""

    kind: str
    at_s: float | None = None
    at_part: int | None = None
    parameters: dict[str, float] = field(default_factory=dict)

    @property
    def moment(self) -> str:
        """When it is to come, for people."""
        return f"part {self.at_part}" if self.at_s is None else f"{self.at_s:g} s"

    @property
    def duration_s(self) -> float:
        """How long it lasts; 0 for something that only happens."""
        return self.parameters.get("duration_s", 0.0)

    def is_due(self, seconds: float, parts: int) -> bool:
        """Whether its moment has come."""
        if self.at_s is not None:
            return seconds >= self.at_s
        return self.at_part is not None and parts >= self.at_part


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A schedule of faults, in the order in which they come.

    Parameters
    ----------
    one_by_one
        A fault that is due waits until the line has got over the one before; the run ends when it has got over
        the last one.
    """

    faults: tuple[Fault, ...] = ()
    auto_reset_s: float | None = None
    one_by_one: bool = False


def load_scenario(path: Path) -> Scenario:
    """Read and check a scenario; parameters that it does not give have their defaults.

    Raises
    ------
    ConfigError
        Naming the file, the entry and what is possible.
    """
    try:
        raw = parse_toml(path.read_text(encoding="utf-8-sig"), path)
    except OSError as error:
        raise ConfigError(f"scenario {path}: {error.strerror}; give a file that can be read") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"scenario {path}: not valid TOML: {error}") from error
    except ConfigError as error:
        raise ConfigError(f"scenario {error}") from error
    unknown = raw.keys() - {"fault", "auto_reset_s", "one_by_one", "name", "description"}
    if unknown:
        raise ConfigError(
            f"scenario {path}: unknown key {sorted(unknown)[0]!r}; use fault, auto_reset_s, one_by_one, name"
        )
    one_by_one = raw.get("one_by_one", False)
    if not isinstance(one_by_one, bool):
        raise ConfigError(f"scenario {path}: one_by_one = {one_by_one!r} must be true or false")
    entries = raw.get("fault", [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise ConfigError(f"scenario {path}: write each fault as a table of its own, under [[fault]]")
    known = scenario_faults()
    schedule = [_fault(entry, f"scenario {path}, fault {i + 1}", known) for i, entry in enumerate(entries)]
    return Scenario(
        faults=tuple(sorted(schedule, key=lambda fault: (fault.at_s or 0.0, fault.at_part or 0))),
        auto_reset_s=_number(raw, "auto_reset_s", f"scenario {path}", _LATEST_RESET_S),
        one_by_one=one_by_one,
    )


def _fault(entry: dict[str, Any], where: str, known: Mapping[str, FaultSpec]) -> Fault:
    kind = entry.get("kind")
    if not isinstance(kind, str) or kind not in known:
        raise ConfigError(f"{where}: kind = {kind!r} is not known; use one of {', '.join(known)}")
    at_s = _number(entry, "at_s", where, _LONGEST_S)
    at_part = _number(entry, "at_part", where, _MOST_PARTS)
    if at_part is not None and at_part % 1:
        raise ConfigError(f"{where}: at_part = {at_part:g} must be a whole number")
    if (at_s is None) == (at_part is None):
        raise ConfigError(f"{where}: give either at_s (seconds after Ready) or at_part (parts counted)")
    defaults = {name: default for name, (default, _) in known[kind].parameters.items()}
    given = entry.keys() - {"kind", "at_s", "at_part"}
    extra = sorted(given - defaults.keys())
    if extra:
        takes = ", ".join(defaults) or "no parameters"
        raise ConfigError(f"{where}: {kind} does not take {extra[0]!r}; it takes {takes}")
    values = {name: _parameter(known[kind], name, entry[name], where) for name in given}
    return Fault(
        kind=kind,
        at_s=at_s,
        at_part=None if at_part is None else int(at_part),
        parameters=defaults | values,
    )


def _parameter(fault: FaultSpec, name: str, value: object, where: str) -> float:
    try:
        return fault.value(name, value)
    except ValueError as error:
        raise ConfigError(f"{where}: {name} = {value!r:.60} {error}") from None


def _number(table: dict[str, Any], key: str, where: str, most: float) -> float | None:
    value = table.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
        raise ConfigError(f"{where}: {key} = {value!r:.60} must be a number of 0 to {most:.0f}")
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
