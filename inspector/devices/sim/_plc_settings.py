"""What the simulated PLC is set up with, and the values that go in and out of its program each scan."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields

from inspector.devices.sim._options import Physics
from inspector.devices.sim._wires import EventKind
from inspector.domain.line import LineDetails, LineSnapshot, Mirror, ResultRecord
from inspector.errors import ConfigError

SCAN_MS = (1.0, 10.0)
_ZERO_IS_OFF = frozenset({"consecutive_limit", "late_sustain_ms", "outcome_interval_ms", "trigger_delay_us"})


@dataclass(frozen=True, slots=True, kw_only=True)
class PlcSettings:
    """Constants of the PLC program. Counts are encoder counts; distances start at the photo-eye.

    Parameters
    ----------
    gate_counts
        From a part's leading edge at the eye to its middle at the gate.
    window_counts
        Half the width of the window in which a part is expected at the gate.
    deadline_counts
        From the leading edge to the last count at which a record may clear REJECT: the window's
        beginning less what the gate's dead time and two scans take at the nominal speed. Two scans,
        since a record that just misses one is consumed by the next, and the outputs follow at its end.
    confirm_counts, confirm_tolerance_counts
        From the gate to the sensor in the chute, and how far off that a falling part may be seen.
    gate_tolerance_counts
        A part seen further than this from its expected middle: the encoder has slipped.
    proof_parts, proof_counts
        After anything unexpected at the gate (and after lost tracking), so many parts in a row must come
        within so many counts of their places before any is accepted.
    min_block_counts, max_block_counts
        Blocks of the photo-eye outside of these are not one part: chatter, or touching parts.
    blocked_counts
        The photo-eye covered for longer than this: tracking is lost.
    still_ms
        An encoder that stands still this long while parts pass sensors is dead.
    late_limit, late_span, late_sustain_ms
        The line is held if `late_limit` of the last `late_span` parts got no verdict in time *and* that
        lasts for `late_sustain_ms`. The number alone would hold a line of 100 parts per second for a
        hiccup of 0.1 s, while the watchdog lets one of 0.3…2 s pass with rejects only.
    consecutive_limit
        Rejects in a row that stop the line; 0 = off.
    outcome_interval_ms
        Outcomes are published no faster than this, so that a purge does not overrun the outcome ring of
        16 between two reads of the station.
    accepts_simulated
        This PLC moves nothing real, so verdicts on simulated pixels may release its parts.
    """

    station_id: int = 1
    scan_ms: float = 2.0
    counts_per_mm: float = 10.0
    gate_counts: int = 4095
    window_counts: int = 80
    deadline_counts: int = 3695
    confirm_counts: int = 300
    confirm_tolerance_counts: int = 120
    gate_tolerance_counts: int = 40
    min_pitch_counts: int = 228
    proof_parts: int = 5
    proof_counts: int = 8
    min_block_counts: int = 95
    max_block_counts: int = 285
    blocked_counts: int = 950
    reverse_counts: int = 50
    still_ms: float = 20.0
    part_counts: int = 190
    trigger_delay_us: float = 300.0
    heartbeat_stale_ms: float = 300.0
    heartbeat_hold_ms: float = 2000.0
    late_limit: int = 10
    late_span: int = 20
    late_sustain_ms: float = 500.0
    consecutive_limit: int = 0
    untracked_limit: int = 2
    missing_limit: int = 3
    outcome_interval_ms: float = 8.0
    outputs_stale_ms: float = 50.0
    clear_error_ms: float = 500.0
    accepts_simulated: bool = True

    def __post_init__(self) -> None:
        for item in fields(self):
            value = getattr(self, item.name)
            if value < 0 or (value == 0 and item.name not in _ZERO_IS_OFF and not isinstance(value, bool)):
                raise ConfigError(f"plc.{item.name} is {value}; it must be above 0")
        low, high = SCAN_MS
        if not low <= self.scan_ms <= high:
            raise ConfigError(f"plc.scan_ms is {self.scan_ms}; it must be {low:g}…{high:g}")
        if self.late_limit > self.late_span:
            raise ConfigError(
                f"plc.late_limit {self.late_limit} is more than plc.late_span {self.late_span}; lower it"
            )
        if self.heartbeat_hold_ms < self.heartbeat_stale_ms:
            raise ConfigError(
                f"plc.heartbeat_hold_ms {self.heartbeat_hold_ms:g} is less than heartbeat_stale_ms "
                f"{self.heartbeat_stale_ms:g}; raise it"
            )
        if self.gate_counts + self.window_counts > 0xFFFF:
            raise ConfigError(
                f"plc.gate_counts {self.gate_counts} does not fit its register; use a coarser encoder"
            )

    @property
    def length_counts(self) -> int:
        """From the eye to where the last trace of a part is gone."""
        return self.gate_counts + self.window_counts + self.confirm_counts + self.confirm_tolerance_counts

    @classmethod
    def for_line(
        cls,
        physics: Physics,
        rate_per_min: float,
        *,
        scan_ms: float = 2.0,
        window_mm: float = 8.0,
        **overrides: float,
    ) -> PlcSettings:
        """Return the settings that fit a line, with single ones overridden by name.

        Raises
        ------
        ConfigError
            A value is out of range, or the gate is too near for any verdict to come in time.
        """
        per_mm = physics.counts_per_mm
        counts_per_ms = rate_per_min / 60_000.0 * physics.pitch_mm * per_mm
        gate = round((physics.eye_to_gate_mm + physics.part_mm / 2) * per_mm)
        window = round(window_mm * per_mm)
        deadline = gate - window - math.ceil(counts_per_ms * (physics.gate_switch_ms + 2 * scan_ms))
        part = round(physics.part_mm * per_mm)
        if deadline <= part:
            raise ConfigError(
                f"the gate, {physics.eye_to_gate_mm:g} mm behind the eye, is too near at {rate_per_min:g} "
                "parts/min: no verdict could come in time; lower the rate or move the gate"
            )
        values: dict[str, float] = {
            "counts_per_mm": per_mm,
            "gate_counts": gate,
            "window_counts": window,
            "deadline_counts": deadline,
            "confirm_counts": round(physics.confirm_mm * per_mm),
            "confirm_tolerance_counts": round(physics.min_pitch_mm * per_mm / 2),
            "gate_tolerance_counts": max(2, window // 2),
            "proof_counts": max(2, window // 10),
            # The world keeps the smallest pitch exactly; counting loses up to one count at either end.
            "min_pitch_counts": round(physics.min_pitch_mm * per_mm * 0.95),
            "min_block_counts": max(1, part // 2),
            "max_block_counts": part * 3 // 2,
            "blocked_counts": part * 5,
            "still_ms": max(20.0, 5.0 / counts_per_ms),
            "part_counts": part,
            "outcome_interval_ms": min(8.0, 30_000.0 / rate_per_min),
            "trigger_delay_us": physics.trigger_delay_us,
            "outputs_stale_ms": physics.outputs_stale_ms,
        }
        try:
            return cls(scan_ms=scan_ms, **{**values, **overrides})  # type: ignore[arg-type]
        except TypeError as error:
            raise ConfigError(f"plc settings: {error}") from error


@dataclass(frozen=True, slots=True)
class SensorEvent:
    """A sensor's edge, latched in hardware. `t_ns` is true time, `time_100us` the PLC's own clock."""

    seq: int
    kind: EventKind
    encoder: int
    t_ns: int
    time_100us: int


@dataclass(frozen=True, slots=True)
class Receipt:
    """A result entry that was written: by address its slot, when, and what it decodes to (None = torn)."""

    slot: int
    received_ns: int
    record: ResultRecord | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlcInputs:
    """What one scan reads.

    Parameters
    ----------
    now_ns
        Monotonic time, for durations only.
    encoder, horizon_encoder
        What the encoder reads now, and at the moment up to which the sensors' events are complete.
    events
        Sensor events since the last scan, in order.
    mirror
        The station's mirror; None = never written, or written by something that is no station.
    receipts
        Result entries written since the last scan.
    """

    now_ns: int
    encoder: int
    horizon_encoder: int
    events: tuple[SensorEvent, ...] = ()
    mirror: Mirror | None = None
    receipts: tuple[Receipt, ...] = ()
    air_ok: bool = True
    bin_full: bool = False
    bypass_key: bool = False
    challenge_key: bool = False
    reset_presses: int = 0
    run_commanded: bool = True
    scan_ms: float = 0.0
    """How long a scan takes at present; 0 = as set up."""


@dataclass(frozen=True, slots=True)
class Window:
    """Counts `[open_count, close_count)`, u32, in which the gate stands at ACCEPT for one tag."""

    tag: int
    open_count: int
    close_count: int


@dataclass(slots=True)
class Totals:
    """Counters that a PLC may retain over a restart; they wrap at 65536 in the register map."""

    rejects_commanded: int = 0
    rejects_confirmed: int = 0
    late_verdicts: int = 0
    consecutive_rejects: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PlcOutputs:
    """What one scan sets: motor, lamps, accept windows in force, and the register image."""

    conveyor_run: bool
    stack_light: bool
    horn: bool
    windows: tuple[Window, ...]
    snapshot: LineSnapshot
    """Header of the fast part; its trigger entries are written when the photo-eye fires."""
    details: LineDetails
    """With the outcomes that became final in this scan, oldest first."""
