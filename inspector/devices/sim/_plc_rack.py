"""The PLC's input and output modules: between the wires and the program's values."""

from __future__ import annotations

import mmap
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from inspector.clock import monotonic_ns
from inspector.devices.sim._plc_registers import S_WORDS
from inspector.devices.sim._plc_settings import PlcOutputs, SensorEvent, Totals, Window
from inspector.devices.sim._plc_track import Entry
from inspector.devices.sim._wires import EVENT_SLOTS, TAG_ROWS, EventKind, Wires, outputs_fall_ns

_U32 = 1 << 32
_STALL_NS = 1_000_000


@dataclass(frozen=True, slots=True)
class PlcClock:
    """The PLC's own clock: 0.1 ms, u32, wrapping, from a random origin, a little fast or slow."""

    origin_100us: int
    origin_ns: int
    drift_ppm: float

    def at(self, t_ns: int) -> int:
        """Return what it reads at a true time."""
        elapsed_ns = t_ns - self.origin_ns
        ticks = (elapsed_ns + int(elapsed_ns * self.drift_ppm * 1e-6)) // 100_000
        return (self.origin_100us + ticks) % _U32


class RetainedMemory:
    """Block S and the totals in a file, as a controller keeps them in a battery-backed memory.

    The pages belong to the file, so they survive the process even if it is killed.
    """

    _TOTALS = ("rejects_commanded", "rejects_confirmed", "late_verdicts", "consecutive_rejects")

    def __init__(self, path: Path, *, keep: bool) -> None:
        size = 2 * S_WORDS + 4 * len(self._TOTALS)
        if not keep:
            # Another file, not a shortened one: who still has the old one mapped would die of SIGBUS.
            path.unlink(missing_ok=True)
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            if os.fstat(file).st_size != size:
                os.posix_fallocate(file, 0, size)
            view = memoryview(mmap.mmap(file, size))
        finally:
            os.close(file)
        self.station = view[: 2 * S_WORDS].cast("H")
        self._totals = view[2 * S_WORDS :].cast("I")

    def load_totals(self) -> Totals:
        """Return the totals as they were left."""
        return Totals(*self._totals)

    def save_totals(self, totals: Totals) -> None:
        """Keep the totals; cheap enough for every scan."""
        for index, name in enumerate(self._TOTALS):
            self._totals[index] = getattr(totals, name) % _U32


class Rack:
    """Reads sensors from the wires, writes outputs and the table of truth to them. One thread."""

    def __init__(self, wires: Wires, clock: PlcClock, outputs_stale_ms: float) -> None:
        self.wires = wires
        self._stale_ms = outputs_stale_ms
        self._clock = clock
        self._armed: dict[Window, int] = {}
        self._inputs, self._outputs, self._totals = wires.inputs, wires.outputs, wires.totals
        self._cursor = int(self._inputs["event_seq"][0])
        self._conveyor_run = self._stack_light = self._horn = False

    def power_up(self, session: int) -> None:
        """Start with everything off; what the sensors said while there was no PLC is not known to it."""
        self.wires.withdraw_windows(self._fell_ns(monotonic_ns()))
        for name in ("conveyor_run", "stack_light", "horn"):
            self._outputs[name] = 0
        self._outputs["session"] = session
        self._outputs["event_cursor"] = self._cursor
        self._outputs["camera_trigger_enable"] = 1

    def power_down(self) -> None:
        """Let all outputs fall to their safe state."""
        self.wires.withdraw_windows(self._fell_ns(monotonic_ns()))
        for name in ("alive_ns", "conveyor_run", "camera_trigger_enable", "stack_light", "horn"):
            self._outputs[name] = 0

    @property
    def previous_session(self) -> int:
        """The session that the PLC before this one worked in; 0 = there was none."""
        return int(self._outputs["session"][0])

    def horizon_ns(self, now_ns: int) -> int:
        """Return up to when all events are known, 0 = there is no world yet. Ask *before* reading events."""
        return min(int(self._inputs["horizon_ns"][0]), now_ns)

    def switches(self) -> tuple[bool, bool, bool, bool, int]:
        """Return air ok, bin full, bypass key, challenge key, presses of the reset button."""
        air_ok, bin_full, bypass, challenge, presses = self._inputs[0].item()[:5]
        return bool(air_ok), bool(bin_full), bool(bypass), bool(challenge), presses

    def new_events(self) -> Iterator[SensorEvent | None]:
        """Yield events since the last call, in order; None stands for events that were overwritten unread."""
        newest = int(self._inputs["event_seq"][0])
        while self._cursor < newest:
            self._cursor += 1
            seq, kind, encoder, t_ns, _ = self.wires.events[self._cursor % EVENT_SLOTS].item()
            if seq != self._cursor:
                self._cursor = newest
                yield None
                break
            yield SensorEvent(seq, EventKind(kind), encoder, t_ns, self._clock.at(t_ns))
        self._outputs["event_cursor"] = self._cursor

    def drive(self, outputs: PlcOutputs, now_ns: int) -> None:
        """Set the outputs; a window that has not changed is left alone."""
        wanted, fell_ns = set(outputs.windows), self._fell_ns(now_ns)
        for window in [held for held in self._armed if held not in wanted]:
            self.wires.withdraw_window(self._armed.pop(window), fell_ns)
        for window in outputs.windows:
            if window not in self._armed:
                seq = self.wires.arm_window(window.open_count, window.close_count, window.tag)
                self._armed[window] = seq
        lamps = (outputs.conveyor_run, outputs.stack_light, outputs.horn)
        if lamps != (self._conveyor_run, self._stack_light, self._horn):
            self._conveyor_run, self._stack_light, self._horn = lamps
            for name, value in zip(("conveyor_run", "stack_light", "horn"), lamps, strict=True):
                self._outputs[name] = value
        self._outputs["alive_ns"] = now_ns

    def _fell_ns(self, now_ns: int) -> int:
        """Return when outputs that are dropped now fell: with a program that had stood still, before it woke."""
        return min(now_ns, outputs_fall_ns(int(self._outputs["alive_ns"][0]), self._stale_ms))

    def record(self, entry: Entry) -> None:
        """Write what has become known about a part into the table of truth."""
        if entry.row < 0:
            entry.row = int(self._totals["tag_rows"][0])
        self.wires.tags[entry.row % TAG_ROWS] = (
            entry.session,
            entry.tag,
            entry.event.seq,
            entry.event.t_ns,
            entry.record_ns,
            entry.released_ns,
            entry.applied,
            entry.confirmed,
            entry.evaluation,
            0,
            entry.acquisition,
        )
        if entry.row == int(self._totals["tag_rows"][0]):
            self._totals["tag_rows"] += 1

    def note_lateness(self, late_ns: int) -> None:
        """Count a scan that began too late: the simulator's fault, not the station's."""
        if late_ns > _STALL_NS:
            self._totals["plc_stalls"] += 1
            if late_ns > self._totals["plc_worst_stall_ns"][0]:
                self._totals["plc_worst_stall_ns"] = late_ns
