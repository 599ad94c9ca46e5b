"""The gate: a flap that a spring holds at REJECT and only a living PLC can hold at ACCEPT."""

from __future__ import annotations

import numpy as np

from inspector.devices.sim._options import Physics
from inspector.devices.sim._wires import Wires, outputs_fall_ns

_HALF_TURN = 1 << 31
"""A window that seems wider than half the encoder's range closes before it opens: it never does."""


class Gate:
    """Reads the PLC's outputs like an output module with a watchdog. World process only."""

    def __init__(self, wires: Wires, physics: Physics) -> None:
        self._outputs = wires.outputs
        windows = wires.windows
        self._seq = windows["seq"]
        self._armed_ns, self._withdrawn_ns = windows["armed_ns"], windows["withdrawn_ns"]
        self._open, self._close = windows["open_count"], windows["close_count"]
        self._switch_ns = round(physics.gate_switch_ms * 1e6)
        self._stale_ms = physics.outputs_stale_ms
        self.is_jammed = False
        """Wedged at ACCEPT."""
        self._held_by_lack_of_air: bool | None = None

    def outputs_alive(self, t_ns: int) -> bool:
        """Whether the PLC has written its outputs recently enough."""
        return t_ns < outputs_fall_ns(int(self._outputs["alive_ns"][0]), self._stale_ms)

    def lets_through(self, t_ns: int, encoder: int) -> bool:
        """Return where the flap is at a true time: True = ACCEPT."""
        if self.is_jammed:
            return True
        if self._held_by_lack_of_air is not None:
            return self._held_by_lack_of_air
        return self._is_held(t_ns, encoder)

    def _is_held(self, t_ns: int, encoder: int) -> bool:
        if not self.outputs_alive(t_ns):
            return False
        width = self._close - self._open  # u32: everything here wraps with the encoder
        covers = (np.uint32(encoder & 0xFFFFFFFF) - self._open < width) & (width < _HALF_TURN)
        # The slot that is being written right now carries a number that is not announced yet.
        announced = self._seq <= self._outputs["window_seq"][0]
        withdrawn = (self._withdrawn_ns != 0) & (self._withdrawn_ns <= t_ns)
        return bool((covers & announced & ~withdrawn & (self._armed_ns <= t_ns - self._switch_ns)).any())

    def lose_air(self, t_ns: int, encoder: int) -> None:
        """Keep the flap where it is from now on."""
        self._held_by_lack_of_air = self.lets_through(t_ns, encoder)

    def regain_air(self) -> None:
        """Let the flap move again."""
        self._held_by_lack_of_air = None
