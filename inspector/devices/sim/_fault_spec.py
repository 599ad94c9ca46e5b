"""What a fault that can be injected is called, takes and does; common to world and PLC."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from inspector.errors import UsageError


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultSpec:
    """One kind of fault.

    Parameters
    ----------
    side
        The process that acts it out; "launcher" for what a scenario alone can do to whole processes.
    parameters
        Name → (default, meaning); every value is a number of the unit in its name.
    """

    name: str
    side: Literal["world", "plc", "launcher"]
    parameters: Mapping[str, tuple[float, str]]
    what_it_does: str


def parse_fault(datagram: bytes, known: Mapping[str, FaultSpec]) -> tuple[FaultSpec, dict[str, float]]:
    """Read one injected fault: ``{"fault": NAME, "duration_s": 0.5, …}``.

    Returns
    -------
    tuple
        The fault and all its parameters, defaults filled in.

    Raises
    ------
    UsageError
        Not such an object, an unknown name or parameter, or a value that is not a number ≥ 0.
    """
    try:
        wish = json.loads(datagram)
        name = wish.pop("fault")
    except (ValueError, KeyError, AttributeError, TypeError) as error:
        raise UsageError(f'not a fault: {datagram[:80]!r}; send {{"fault": NAME, …}}') from error
    spec = known.get(name) if isinstance(name, str) else None
    if spec is None:
        raise UsageError(f"unknown fault {name!r}; known are {', '.join(sorted(known))}")
    values = {key: default for key, (default, _) in spec.parameters.items()}
    for key, value in wish.items():
        if key not in values:
            raise UsageError(f"fault {name} has no parameter {key!r}; it takes {', '.join(values) or 'none'}")
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < math.inf:
            raise UsageError(f"fault {name}: {key} is {value!r}; it must be a number of at least 0")
        values[key] = float(value)
    return spec, values
