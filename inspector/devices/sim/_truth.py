"""What really happened to every part: the world's tables in the wires."""

from __future__ import annotations

from inspector.devices.sim._wires import FRAME_ROWS, PART_ROWS, Fate, Wires

_BY_HAND, _TOUCHING, _TROUBLED = 1, 2, 4


class TruthTable:
    """Writes parts, frames and their totals. World process only."""

    def __init__(self, wires: Wires) -> None:
        self._parts, self._frames, self._totals = wires.parts, wires.frames, wires.totals

    def add_part(
        self,
        number: int,
        eye_ns: int,
        *,
        by_hand: bool = False,
        touching: bool = False,
        troubled: bool = False,
    ) -> int:
        """Begin the row of a part that has reached the eye, or was laid on behind it; return its number."""
        row = int(self._totals["part_rows"][0])
        flags = _BY_HAND * by_hand | _TOUCHING * touching | _TROUBLED * troubled
        self._parts[row % PART_ROWS] = (number, eye_ns, 0, 0, Fate.ON_BELT, flags, 0, 0)
        self._totals["part_rows"] = row + 1
        return row

    def set_eye_event(self, row: int, seq: int) -> None:
        """Note the first rise of the photo-eye that the part made."""
        entry = self._parts[row % PART_ROWS]
        if not entry["eye_event"]:
            entry["eye_event"] = seq

    def set_fate(self, row: int, fate: Fate, gate_ns: int, *, troubled: bool) -> None:
        """Note how a part left the belt."""
        entry = self._parts[row % PART_ROWS]
        entry["gate_ns"], entry["fate"] = gate_ns, fate
        if troubled:
            entry["flags"] |= _TROUBLED
        self._totals[fate.name.lower()] += 1

    def add_frame(self, frame_id: int, row: int, trigger_ns: int, available_ns: int) -> None:
        """Note a frame that was handed over."""
        index = int(self._totals["frame_rows"][0])
        self._frames[index % FRAME_ROWS] = (frame_id, row, trigger_ns, available_ns)
        self._totals["frame_rows"] = index + 1
