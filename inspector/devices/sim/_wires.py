"""The wires between the simulated world and the simulated PLC, and what each knows to be true.

Two processes stand for hardware. What runs between them stands for cables: sensors and an encoder one
way, outputs the other way. The station never opens this segment.

Times here are true time (`clock.monotonic_ns`); each device turns them into its own clock.
"""

from __future__ import annotations

from enum import IntEnum
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inspector.clock import monotonic_ns
from inspector.sharedmem import Segment

MAGIC = b"INSWIRES"
VERSION = 3

EVENT_SLOTS = 4096
WINDOW_SLOTS = 64
PART_ROWS = 262_144
FRAME_ROWS = 262_144
TAG_ROWS = 262_144


def outputs_fall_ns(alive_ns: int, stale_ms: float) -> int:
    """Return when outputs fall to their safe state that a program wrote last at `alive_ns` and nobody wrote since."""
    return alive_ns + round(stale_ms * 1e6)


class EventKind(IntEnum):
    """What a sensor saw. The PLC latches time and encoder at the event, in hardware."""

    EYE_RISE = 1
    """The photo-eye was covered: a part's leading edge."""
    EYE_FALL = 2
    GATE_EYE = 3
    """A part's middle passed the sensor at the gate."""
    CONFIRM = 4
    """A part fell past the sensor in the reject chute."""


class Fate(IntEnum):
    """What physically became of a part."""

    ON_BELT = 0
    ACCEPTED = 1
    EJECTED = 2
    TAKEN = 3
    """Removed by hand."""


BELT = np.dtype(
    [
        ("changes", "u8"),  # of row 0 only: how often the law has changed; row `changes % 2` holds
        ("t_ref_ns", "i8"),
        ("encoder_ref", "f8"),  # what the encoder reads at t_ref (with its faults), in counts, unbounded
        ("counts_per_s", "f8"),
    ]
)
INPUTS = np.dtype(
    [
        ("air_ok", "u1"),
        ("bin_full", "u1"),
        ("bypass_key", "u1"),
        ("challenge_key", "u1"),
        ("reset_presses", "u4"),  # counts presses of the reset button on the PLC's panel
        ("event_seq", "u8"),  # number of events written so far
        # All events up to this true time are written, 0 = no world yet. What a sensor has *not* seen is known
        # up to here only: a world that got no CPU for a while must not look like parts that vanished.
        ("horizon_ns", "i8"),
    ]
)
OUTPUTS = np.dtype(
    [
        ("alive_ns", "i8"),  # written every scan; stale by 50 ms = the output module drops to its safe state
        ("conveyor_run", "u1"),
        ("camera_trigger_enable", "u1"),
        ("stack_light", "u1"),
        ("horn", "u1"),
        ("_pad", "u4"),
        ("window_seq", "u8"),  # number of accept windows armed so far
        ("event_cursor", "u8"),  # number of events the PLC has consumed (retained over its restart)
        ("session", "u4"),
        ("_pad2", "u4"),
    ]
)
EVENT = np.dtype(
    [
        ("seq", "u8"),  # 1-based, written last
        ("kind", "u4"),
        ("encoder", "u4"),  # latched, wrapping
        ("t_ns", "i8"),
        ("truth", "i8"),  # world's own row number, for the PLC's truth table only; no program may use it
    ]
)
WINDOW = np.dtype(
    [
        # The gate is spring-loaded towards REJECT; it is held at ACCEPT only inside an armed window.
        ("seq", "u8"),
        ("open_count", "u4"),
        ("close_count", "u4"),
        ("tag", "u4"),
        ("_pad", "u4"),
        ("armed_ns", "i8"),  # the flap needs its dead time from here
        # 0 = it has not been. A time, not a flag: a world that gets no CPU for a while looks back at where the
        # flap was when a part came to it, and by then the PLC may have withdrawn the window for a later reason.
        ("withdrawn_ns", "i8"),
    ]
)
PART_ROW = np.dtype(
    [
        ("part", "i8"),  # index for PartSource.truth / render_into
        ("eye_ns", "i8"),
        ("gate_ns", "i8"),
        ("eye_event", "u8"),  # seq of the EYE_RISE that it made, 0 = the eye never saw it apart
        ("fate", "u1"),
        ("flags", "u1"),  # bit 0 added by hand, 1 touching, 2 fault active while it passed
        ("_pad", "u2"),
        ("_pad2", "u4"),
    ]
)
FRAME_ROW = np.dtype([("frame_id", "u8"), ("part_row", "i8"), ("trigger_ns", "i8"), ("available_ns", "i8")])
TAG_ROW = np.dtype(
    [
        ("session", "u4"),
        ("tag", "u4"),
        ("eye_event", "u8"),
        ("trigger_ns", "i8"),
        ("record_ns", "i8"),  # when the first record for it arrived, 0 = never
        ("released_ns", "i8"),  # when a scan cleared its REJECT, 0 = never
        ("applied", "u1"),
        ("confirmed", "u1"),
        ("evaluation", "u1"),  # of the record that counted
        ("_pad", "u1"),
        ("acquisition", "u4"),  # AcquisitionID of the record that counted
    ]
)

TOTALS = np.dtype(
    [
        ("part_rows", "u8"),
        ("frame_rows", "u8"),
        ("tag_rows", "u8"),
        ("world_stalls", "u8"),
        ("plc_stalls", "u8"),
        ("worst_stall_ns", "i8"),
        ("plc_worst_stall_ns", "i8"),
        ("ignored_triggers", "u8"),
        ("frames_dropped", "u8"),
        ("accepted", "u8"),  # what physically became of the parts so far
        ("ejected", "u8"),
        ("taken", "u8"),
        ("finished", "u8"),  # 1 = the last part has left the belt
        ("belt_mm_per_s", "f8"),  # true speed, negative backwards
    ]
)

_LAYOUT: dict[str, tuple[np.dtype[Any], int]] = {
    "belt": (BELT, 2),
    "inputs": (INPUTS, 1),
    "outputs": (OUTPUTS, 1),
    "totals": (TOTALS, 1),
    "events": (EVENT, EVENT_SLOTS),
    "windows": (WINDOW, WINDOW_SLOTS),
    "parts": (PART_ROW, PART_ROWS),
    "frames": (FRAME_ROW, FRAME_ROWS),
    "tags": (TAG_ROW, TAG_ROWS),
}


class Wires:
    """Views of the segment. One writer per field: the PLC for `outputs`, `windows`, `tags`, else the world.

    `totals` is shared field by field: the PLC writes `tag_rows`, `plc_stalls` and `plc_worst_stall_ns`,
    the world the others.
    The tables are rings too: row n lies at n modulo their length, so a long run keeps the newest.
    """

    def __init__(self, segment: Segment) -> None:
        self.segment = segment
        views: dict[str, NDArray[Any]] = {}
        offset = 0
        for name, (dtype, count) in _LAYOUT.items():
            views[name] = segment.array(dtype, count, offset)
            offset += -(-dtype.itemsize * count // 64) * 64
        self.belt, self.inputs, self.outputs = views["belt"], views["inputs"], views["outputs"]
        self.totals = views["totals"]
        self.events, self.windows = views["events"], views["windows"]
        self.parts, self.frames, self.tags = views["parts"], views["frames"], views["tags"]

    @classmethod
    def create(cls, path: Path) -> Wires:
        """Make the segment, all zero."""
        size = sum(-(-dtype.itemsize * count // 64) * 64 for dtype, count in _LAYOUT.values())
        return cls(Segment.create(path, size, magic=MAGIC, version=VERSION))

    @classmethod
    def attach(cls, path: Path) -> Wires:
        """Map an existing segment."""
        return cls(Segment.attach(path, magic=MAGIC, version=VERSION))

    def set_belt(self, t_ref_ns: int, encoder_ref: float, counts_per_s: float) -> None:
        """Publish the encoder's law from `t_ref_ns` on. World only."""
        changes = self.belt["changes"]
        row = self.belt[(int(changes[0]) + 1) % 2]
        row["t_ref_ns"], row["encoder_ref"], row["counts_per_s"] = t_ref_ns, encoder_ref, counts_per_s
        changes[0] += 1

    def encoder_at(self, t_ns: int) -> int:
        """Return what the encoder reads at a true time, as a wrapping u32."""
        t_ref, reference, rate = self.law()
        return int(reference + (t_ns - t_ref) * 1e-9 * rate) & 0xFFFFFFFF

    def law(self) -> tuple[int, float, float]:
        """Return the encoder's law in force: a true time (ns), the reading then, and counts per second.

        There are two rows, so that nobody ever waits for the writer: a PLC of a higher priority on the same core
        would wait for ever.
        """
        changes = self.belt["changes"]
        while True:
            before = int(changes[0])
            _, t_ref, reference, rate = self.belt[before % 2].item()
            if int(changes[0]) == before:
                return t_ref, reference, rate

    def put_event(self, kind: EventKind, t_ns: int, encoder: int, truth: int) -> int:
        """Append a sensor event and return its number. World only."""
        seq = int(self.inputs["event_seq"][0]) + 1
        self.events[seq % EVENT_SLOTS] = (seq, kind, encoder & 0xFFFFFFFF, t_ns, truth)
        self.inputs["event_seq"][0] = seq
        return seq

    def arm_window(self, open_count: int, close_count: int, tag: int) -> int:
        """Arm an accept window and return its number. PLC only."""
        seq = int(self.outputs["window_seq"][0]) + 1
        self.windows[seq % WINDOW_SLOTS] = (
            seq, open_count & 0xFFFFFFFF, close_count & 0xFFFFFFFF, tag, 0, monotonic_ns(), 0,
        )  # fmt: skip
        self.outputs["window_seq"][0] = seq
        return seq

    def withdraw_window(self, seq: int, now_ns: int) -> None:
        """Drop one window, unless its slot has been taken by another since. PLC only."""
        row = self.windows[seq % WINDOW_SLOTS]
        if row["seq"] == seq:
            row["withdrawn_ns"] = now_ns

    def withdraw_windows(self, now_ns: int) -> None:
        """Drop every window: the gate falls back to REJECT. PLC only."""
        withdrawn_ns = self.windows["withdrawn_ns"]
        withdrawn_ns[withdrawn_ns == 0] = now_ns
