"""The arithmetic that says whether a line can work at all: in time, and for the right part.

Positions are measured from the leading edge's count at the photo-eye, which is what the PLC latches.
The gate acts on the part's *middle*::

    eye                                   deadline   open   gate   close
     |<-- decision must arrive in here ------>|        |<- w ->|<- w ->|
     0 ------------------------------------------------------------------> counts
       gate  = (eye_to_gate + part_length / 2) * counts_per_mm
       open  = gate - window,  close = gate + window
       deadline = open - (dead time + two PLC scans) at the nominal belt speed

Two scans, since a record that arrives just after a scan has read its inputs waits for the next one, and
the output follows at that one's end.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

from inspector.domain.window import U32, RejectWindow, counts_ahead

TRIGGER_RING_SLOTS = 8
OUTCOME_RING_SLOTS = 16
WAKE_SLACK_MS = 15.0
"""Longer than a thread waits for its turn on a busy computer, and soon enough to tell which picture is missing."""
USUAL_RATES_PER_MIN = (30.0, 60.0, 120.0, 300.0, 600.0, 1200.0, 3000.0, 6000.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that cannot work. `settings` are the names concerned, the first being the one to change."""

    settings: tuple[str, ...]
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLimit:
    """The rate that one cause forbids to reach.

    `settings` are the names concerned, the first being the one to change; `reason` is a sentence with
    the values at the present rate, `remedy` what to do other than going slower, `beyond` what would happen
    at that rate.
    """

    name: str
    rate_per_min: float
    settings: tuple[str, ...]
    reason: str
    remedy: str
    beyond: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RateRow:
    """One line of the table 'rates that this geometry permits'.

    `available_ms` is the time from photo-eye to the deadline count, `smallest_eye_to_gate_mm` the
    distance that this rate needs; `limited_by` names what forbids it, empty where it is permitted.
    """

    rate_per_min: float
    belt_mm_per_s: float
    takt_ms: float
    min_pitch_ms: float
    available_ms: float
    smallest_eye_to_gate_mm: float
    limited_by: tuple[str, ...]

    @property
    def is_permitted(self) -> bool:
        """Whether nothing forbids this rate."""
        return not self.limited_by


@dataclass(frozen=True, slots=True, kw_only=True)
class LineGeometry:
    """Everything that decides whether a verdict can be in time, and for the right part.

    Units are in the names; `window_mm` is half the window, `min_pitch_mm` the smallest distance between
    two leading edges, `dead_time_ms` what the gate needs to switch, `exchange_ms` what one exchange with
    a healthy PLC may take.
    """

    rate_per_min: float
    pitch_mm: float
    min_pitch_mm: float
    part_length_mm: float
    counts_per_mm: float
    eye_to_gate_mm: float
    window_mm: float
    dead_time_ms: float
    plc_scan_ms: float
    trigger_delay_us: float
    exposure_time_us: float
    readout_us: float
    min_frame_period_us: float
    deadline_ms: float
    poll_ms: float
    exchange_ms: float
    mirror_ms: float
    epsilon_us: float
    clock_uncertainty_us: float

    def at_rate(self, rate_per_min: float) -> LineGeometry:
        """Return the same line at another rate."""
        return replace(self, rate_per_min=rate_per_min)

    # Speeds and times

    @property
    def belt_mm_per_s(self) -> float:
        """Belt speed at the nominal rate and pitch."""
        return self.rate_per_min / 60.0 * self.pitch_mm

    @property
    def takt_ms(self) -> float:
        """Mean time between two parts."""
        return 60_000.0 / self.rate_per_min

    @property
    def min_pitch_ms(self) -> float:
        """Time between two parts at the smallest pitch."""
        return self.min_pitch_mm / self.belt_mm_per_s * 1000.0

    @property
    def decision_path_ms(self) -> float:
        """Longest time from photo-eye to the record in the PLC, everything in health.

        The poll counts in full: the trigger record that names the part may be read one poll late.
        """
        picture_ms = (self.trigger_delay_us + self.exposure_time_us + self.readout_us) / 1000.0
        return picture_ms + self.deadline_ms + self.poll_ms + self.exchange_ms

    @property
    def frame_timeout_ms(self) -> float:
        """How long after its trigger a part is given up: its verdict cannot come any more, or only too late.

        Everything that pairing tolerates, and what a busy computer may take to wake a thread.
        """
        return self.decision_path_ms + (self.epsilon_us + self.clock_uncertainty_us) / 1000.0 + WAKE_SLACK_MS

    @property
    def doubt_ms(self) -> float:
        """How much later than its stamp says a frame may come, and be nobody else's even if the stamp is wrong.

        A clock that has been set back makes frames look late by as much. Off by a pitch, within what pairing
        tolerates, frames would pair with their neighbours' tags.
        """
        return self.min_pitch_ms - (self.epsilon_us + self.clock_uncertainty_us) / 1000.0

    @property
    def gate_lead_ms(self) -> float:
        """How long before the window opens the PLC must have the verdict: dead time and two scans."""
        return self.dead_time_ms + 2.0 * self.plc_scan_ms

    @property
    def available_ms(self) -> float:
        """Time from photo-eye to the deadline count; negative where the gate is too near."""
        return self._open_mm / self.belt_mm_per_s * 1000.0 - self.gate_lead_ms

    @property
    def smallest_eye_to_gate_mm(self) -> float:
        """Distance from eye to gate at which the decision is just in time at this rate."""
        travel_mm = self.belt_mm_per_s * (self.decision_path_ms + self.gate_lead_ms) / 1000.0
        return travel_mm + self.window_mm - self.part_length_mm / 2.0

    @property
    def _open_mm(self) -> float:
        return self.eye_to_gate_mm + self.part_length_mm / 2.0 - self.window_mm

    # Counts, as the PLC is set up with

    @property
    def gate_counts(self) -> int:
        """From the latched leading edge to the part's middle at the gate."""
        return round((self.eye_to_gate_mm + self.part_length_mm / 2.0) * self.counts_per_mm)

    @property
    def window_counts(self) -> int:
        """Half the window."""
        return round(self.window_mm * self.counts_per_mm)

    @property
    def deadline_counts(self) -> int:
        """From the latched leading edge to the last count at which a verdict still counts."""
        lead_counts = self.belt_mm_per_s * self.gate_lead_ms / 1000.0 * self.counts_per_mm
        # A float's last digit must not cost a count: both sides compute this and must agree.
        return self.gate_counts - self.window_counts - math.ceil(lead_counts - 1e-6)

    def window_for(self, encoder_counts: int) -> RejectWindow:
        """Return the window of the part whose leading edge was latched at `encoder_counts`."""
        return RejectWindow.around((encoder_counts + self.gate_counts) % U32, self.window_counts)

    def is_in_time(self, encoder_counts: int, now_counts: int) -> bool:
        """Whether a verdict that arrives at `now_counts` is before that part's deadline count."""
        return counts_ahead(now_counts, encoder_counts) < self.deadline_counts

    # What is possible

    def limits(self) -> tuple[RateLimit, ...]:
        """Return the rate that each cause forbids to reach, the tightest first."""
        limits = (
            self._decision_limit(),
            self._pairing_limit(),
            self._gate_limit(),
            self._camera_limit(),
            self._trigger_ring_limit(),
            self._outcome_ring_limit(),
        )
        return tuple(sorted(limits, key=lambda limit: limit.rate_per_min))

    @property
    def highest_rate_per_min(self) -> float:
        """The rate that must not be reached: the tightest of `limits()`; 0 if no rate can work."""
        return self.limits()[0].rate_per_min

    def rate_table(self, rates_per_min: Iterable[float] = USUAL_RATES_PER_MIN) -> tuple[RateRow, ...]:
        """Return what each of these rates would mean on this line, for `inspector doctor plc`."""
        limits = self.limits()
        return tuple(
            _row(self.at_rate(rate), tuple(limit.name for limit in limits if rate >= limit.rate_per_min))
            for rate in rates_per_min
        )

    def findings(self) -> tuple[Finding, ...]:
        """Return what contradicts itself, each with the values and the remedy; empty if the line can work."""
        found = (*self._shape_findings(), *(self._rate_finding(limit) for limit in self.limits()))
        return tuple(finding for finding in found if finding)

    def _rate(self, distance_mm: float, time_ms: float) -> float:
        """Return the rate at which the belt covers a distance in a time; no time needed, no limit."""
        return distance_mm / time_ms * 60_000.0 / self.pitch_mm if time_ms > 0.0 else math.inf

    @property
    def _close_parts(self) -> str:
        return f"two parts {self.min_pitch_mm:g} mm apart follow each other in {_plain(self.min_pitch_ms)} ms"

    def _decision_limit(self) -> RateLimit:
        needed_mm = math.ceil(self.smallest_eye_to_gate_mm + 0.001)
        return RateLimit(
            name="decision",
            rate_per_min=max(0.0, self._rate(self._open_mm, self.decision_path_ms + self.gate_lead_ms)),
            settings=("eye_to_gate_mm", "rate_per_min", "deadline_ms"),
            reason=f"a verdict has {_plain(self.available_ms)} ms from photo-eye to deadline count, and may take "
            f"{_plain(self.decision_path_ms)} ms (trigger delay, exposure, readout, deadline_ms = "
            f"{self.deadline_ms:g}, poll_ms = {self.poll_ms:g}, exchange_ms = {self.exchange_ms:g})",
            remedy=f"move the gate to eye_to_gate_mm >= {needed_mm} (now {self.eye_to_gate_mm:g})",
            beyond="then verdicts would come too late",
        )

    def _pairing_limit(self) -> RateLimit:
        blur_us = self.epsilon_us + self.clock_uncertainty_us
        largest_us = math.ceil(self.min_pitch_ms * 500.0 - self.clock_uncertainty_us)
        return RateLimit(
            name="pairing",
            rate_per_min=self._rate(self.min_pitch_mm, 2.0 * blur_us / 1000.0),
            settings=("epsilon_us", "clock_uncertainty_us", "rate_per_min"),
            reason=f"{self._close_parts}, and epsilon_us = {self.epsilon_us:g} plus clock_uncertainty_us = "
            f"{self.clock_uncertainty_us:g} must be less than half of that, or a frame fits two parts",
            remedy=f"make epsilon_us smaller than {largest_us}"
            if largest_us > 1
            else "use clocks of less uncertainty",
            beyond="then a frame could fit two parts",
        )

    def _gate_limit(self) -> RateLimit:
        return RateLimit(
            name="gate",
            rate_per_min=self._rate(self.min_pitch_mm, self.dead_time_ms),
            settings=("min_pitch_mm", "dead_time_ms", "rate_per_min"),
            reason=f"{self._close_parts}, and the gate must switch in between (dead_time_ms = "
            f"{self.dead_time_ms:g})",
            remedy="use a faster gate or space the parts further apart",
            beyond="then the gate could not switch between two parts",
        )

    def _camera_limit(self) -> RateLimit:
        return RateLimit(
            name="camera",
            rate_per_min=self._rate(self.min_pitch_mm, self.min_frame_period_us / 1000.0),
            settings=("min_frame_period_us", "min_pitch_mm", "rate_per_min"),
            reason=f"{self._close_parts}, and the camera ignores triggers less than min_frame_period_us = "
            f"{self.min_frame_period_us:g} apart",
            remedy="use a faster camera",
            beyond="then the camera would ignore triggers",
        )

    def _trigger_ring_limit(self) -> RateLimit:
        return RateLimit(
            name="trigger ring",
            rate_per_min=self._rate(
                self.min_pitch_mm * (TRIGGER_RING_SLOTS - 1), self.poll_ms + self.exchange_ms
            ),
            settings=("poll_ms", "rate_per_min"),
            reason=f"{self._close_parts}, and the PLC keeps {TRIGGER_RING_SLOTS} triggers, to last from "
            f"one poll to the next (poll_ms = {self.poll_ms:g})",
            remedy="poll faster",
            beyond="then triggers would be overwritten before they are read",
        )

    def _outcome_ring_limit(self) -> RateLimit:
        return RateLimit(
            name="outcome ring",
            rate_per_min=self._rate(
                self.min_pitch_mm * (OUTCOME_RING_SLOTS - 1), self.mirror_ms + self.exchange_ms
            ),
            settings=("mirror_ms", "rate_per_min"),
            reason=f"{self._close_parts}, and the PLC keeps {OUTCOME_RING_SLOTS} outcomes, to last from "
            f"one read to the next (mirror_ms = {self.mirror_ms:g})",
            remedy="read faster",
            beyond="then outcomes would be overwritten before they are read",
        )

    def _shape_findings(self) -> tuple[Finding | None, ...]:
        """What is wrong at any speed."""
        return (
            _unless(
                self.min_pitch_mm <= self.pitch_mm,
                ("min_pitch_mm", "pitch_mm"),
                f"min_pitch_mm = {self.min_pitch_mm:g} mm is more than the mean, "
                f"pitch_mm = {self.pitch_mm:g} mm; lower min_pitch_mm",
            ),
            _unless(
                self.part_length_mm < self.min_pitch_mm,
                ("part_length_mm", "min_pitch_mm"),
                f"part_length_mm = {self.part_length_mm:g} mm leaves no gap at min_pitch_mm = "
                f"{self.min_pitch_mm:g} mm: the photo-eye would see one long part; space them further apart",
            ),
            _unless(
                2.0 * self.window_mm <= self.min_pitch_mm,
                ("window_mm", "min_pitch_mm"),
                f"window_mm = ±{self.window_mm:g} mm: the windows of two parts "
                f"{self.min_pitch_mm:g} mm apart overlap; make window_mm at most {self.min_pitch_mm / 2.0:g}",
            ),
            _unless(
                self.window_counts >= 1,
                ("window_mm", "counts_per_mm"),
                f"window_mm = ±{self.window_mm:g} mm is less than one encoder count "
                f"(counts_per_mm = {self.counts_per_mm:g}); widen the window or use a finer encoder",
            ),
            _unless(
                self.gate_counts + self.window_counts < 1 << 16,
                ("eye_to_gate_mm", "counts_per_mm"),
                f"eye_to_gate_mm = {self.eye_to_gate_mm:g} mm at counts_per_mm = {self.counts_per_mm:g} does "
                f"not fit its register ({self.gate_counts} counts of 65535); divide the encoder's counts",
            ),
        )

    def _rate_finding(self, limit: RateLimit) -> Finding | None:
        slower = f", or lower rate_per_min below {limit.rate_per_min:.4g}" if limit.rate_per_min > 0.0 else ""
        return _unless(
            self.rate_per_min < limit.rate_per_min,
            limit.settings,
            f"at rate_per_min = {self.rate_per_min:g} {limit.reason}; {limit.remedy}{slower}",
        )


def _plain(value: float) -> str:
    """Return three significant digits, never as a power of ten."""
    return f"{value:.3g}" if abs(value) < 999.5 else f"{value:.0f}"


def _unless(is_fine: bool, settings: tuple[str, ...], message: str) -> Finding | None:
    return None if is_fine else Finding(settings=settings, message=message)


def _row(line: LineGeometry, limited_by: tuple[str, ...]) -> RateRow:
    return RateRow(
        rate_per_min=line.rate_per_min,
        belt_mm_per_s=line.belt_mm_per_s,
        takt_ms=line.takt_ms,
        min_pitch_ms=line.min_pitch_ms,
        available_ms=line.available_ms,
        smallest_eye_to_gate_mm=line.smallest_eye_to_gate_mm,
        limited_by=limited_by,
    )
