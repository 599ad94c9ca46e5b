"""How late the world was: it stands for hardware, so its own delays must not be blamed on the station."""

from __future__ import annotations

import numpy as np

from inspector.devices.sim._wires import Wires

STALL_NS = 1_000_000
_KEPT = 65_536


class Lateness:
    """The newest delays against scheduled moments; stalls are counted in the wires."""

    def __init__(self, wires: Wires) -> None:
        self._totals = wires.totals
        self._delays_ns = np.zeros(_KEPT, np.int64)
        self._count = 0

    def add(self, delay_ns: int) -> None:
        """Take up one delay in ns."""
        self._delays_ns[self._count % _KEPT] = delay_ns
        self._count += 1
        if delay_ns > STALL_NS:
            self._totals["world_stalls"] += 1
            if delay_ns > self._totals["worst_stall_ns"][0]:
                self._totals["worst_stall_ns"] = delay_ns

    def summary(self) -> dict[str, float]:
        """Return the count and percentiles in µs of the newest delays."""
        if not self._count:
            return {"count": 0}
        kept = self._delays_ns[: min(self._count, _KEPT)] / 1e3
        values = np.percentile(kept, (50, 99, 99.9, 100)).round(1).tolist()
        return {"count": self._count} | dict(zip(("p50", "p99", "p999", "max"), values, strict=True))
