"""What a fault that can be injected is called, takes and does; common to world and PLC."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from inspector.errors import UsageError

_BOUNDS: Final = {
    "duration_s": (0.0, 3600.0),
    "delay_ms": (0.0, 60_000.0),
    "count": (0.0, 10_000.0),
    "percent": (0.0, 100.0),
    "factor": (0.0, 10.0),
    "code": (1.0, 11.0),
    "ms": (1.0, 10.0),
    "job": (0.0, 65_535.0),
    "step_ms": (-10_000.0, 10_000.0),
    "retain": (0.0, 1.0),
}
"""What the parameters of faults may be, by their names."""
_WHOLE: Final = frozenset({"count", "code", "job", "retain"})


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultSpec:
    """One kind of fault.

    Parameters
    ----------
    side
        The process that acts it out; "launcher" for what a scenario alone can do to whole processes.
    parameters
        Name → (default, meaning); every value is a number of the unit in its name.
    most
        Name → largest value, where that is not the usual one.
    """

    name: str
    side: Literal["world", "plc", "launcher"]
    parameters: Mapping[str, tuple[float, str]]
    what_it_does: str
    most: Mapping[str, float] = field(default_factory=dict)

    def bounds(self, parameter: str) -> str:
        """Return in words what a parameter may be."""
        low, high = self._range(parameter)
        return f"a {'whole ' if parameter in _WHOLE else ''}number of {low:g} to {high:.0f}"

    def value(self, parameter: str, given: object) -> float:
        """Return what was given for a parameter.

        Raises
        ------
        ValueError
            Saying what it must be.
        """
        low, high = self._range(parameter)
        if not isinstance(given, int | float) or isinstance(given, bool) or not low <= given <= high:
            raise ValueError(f"must be {self.bounds(parameter)}")
        if parameter in _WHOLE and given % 1:
            raise ValueError(f"must be {self.bounds(parameter)}")
        return float(given)

    def _range(self, parameter: str) -> tuple[float, float]:
        low, high = _BOUNDS[parameter]
        return low, self.most.get(parameter, high)


def parse_fault(datagram: bytes, known: Mapping[str, FaultSpec]) -> tuple[FaultSpec, dict[str, float]]:
    """Read one injected fault: ``{"fault": NAME, "duration_s": 0.5, …}``.

    Returns
    -------
    tuple
        The fault and all its parameters, defaults filled in.

    Raises
    ------
    UsageError
        Not such an object, an unknown name or parameter, or a value out of its bounds.
    """
    try:
        wish = json.loads(datagram)
        name = wish.pop("fault")
    except (ValueError, KeyError, AttributeError, TypeError, RecursionError) as error:
        raise UsageError(f'not a fault: {datagram[:80]!r}; send {{"fault": NAME, …}}') from error
    spec = known.get(name) if isinstance(name, str) else None
    if spec is None:
        raise UsageError(f"unknown fault {name!r}; known are {', '.join(sorted(known))}")
    values = {key: default for key, (default, _) in spec.parameters.items()}
    for key, value in wish.items():
        if key not in values:
            raise UsageError(f"fault {name} has no parameter {key!r}; it takes {', '.join(values) or 'none'}")
        try:
            values[key] = spec.value(key, value)
        except ValueError as error:
            raise UsageError(f"fault {name}: {key} is {value!r:.60}; it {error}") from None
    return spec, values
