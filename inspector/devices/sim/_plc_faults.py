"""Faults of the PLC's link that can be injected while it runs."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from inspector.devices.sim._fault_spec import FaultSpec

_DURATION: Final = ("duration_s", (1.0, "how long it lasts"))
_COUNT: Final = ("count", (0.0, "after so many answers it ends; 0 = they are not counted"))


def _spec(name: str, what_it_does: str, *parameters: tuple[str, tuple[float, str]]) -> FaultSpec:
    return FaultSpec(
        name=name,
        side="plc",
        parameters=MappingProxyType(dict(parameters)),
        what_it_does=what_it_does,
    )


PLC_FAULTS: Final = MappingProxyType(
    {
        spec.name: spec
        for spec in (
            _spec(
                "scan_ms", "the program's scan takes so long", ("ms", (10.0, "how long, in ms")), _DURATION
            ),
            _spec(
                "plc_busy",
                "requests are executed at once, but answered late",
                ("delay_ms", (50.0, "how much later")),
                _DURATION,
            ),
            _spec(
                "exception_reply",
                "requests are refused, not executed",
                ("code", (4.0, "Modbus exception code")),
                _COUNT,
                _DURATION,
            ),
            _spec(
                "wrong_echo",
                "the answer to FC6 and FC16 names the next address; that to FC23, which names none, "
                "lacks its last register. The request is executed",
                _COUNT,
                _DURATION,
            ),
            _spec(
                "other_job",
                "the PLC runs a job of its own instead of the one that the station reports",
                ("job", (99.0, "its number")),
                _DURATION,
            ),
            _spec("link_stall", "bytes are held, both ways, and delivered in order when it ends", _DURATION),
            _spec("link_reset", "all connections are reset (RST)"),
            _spec(
                "link_half_open",
                "what comes is dropped and nothing is answered; connections that saw it stay mute for good",
                _DURATION,
            ),
            _spec("refuse_connections", "new connections are refused; open ones stay", _DURATION),
        )
    }
)


class ActiveFaults:
    """Which faults are at work, until when, and for how many answers more."""

    def __init__(self) -> None:
        self._until_ns: dict[str, int] = {}
        self._left: dict[str, int] = {}
        self._values: dict[str, dict[str, float]] = {}

    def start(self, name: str, values: dict[str, float], now_ns: int) -> None:
        """Begin a fault, or begin it anew."""
        self._values[name] = values
        self._until_ns[name] = now_ns + round(values.get("duration_s", 0.0) * 1e9)
        self._left[name] = int(values.get("count", 0.0))

    def is_active(self, name: str, now_ns: int) -> bool:
        """Whether a fault is at work now."""
        return now_ns < self._until_ns.get(name, 0)

    def value(self, name: str, parameter: str) -> float:
        """Return a parameter of the fault as it was started last."""
        return self._values[name][parameter]

    def strikes(self, name: str, now_ns: int) -> bool:
        """Whether a fault that may be counted hits this answer; it is used up by one if so."""
        if not self.is_active(name, now_ns):
            return False
        self._left[name] -= 1
        if self._left[name] == 0:
            self._until_ns[name] = 0
        return True

    def next_end_ns(self, now_ns: int) -> int | None:
        """Return when the next active fault ends."""
        return min((end for end in self._until_ns.values() if end > now_ns), default=None)
