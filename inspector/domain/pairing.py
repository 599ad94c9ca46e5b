"""Whose frame is it? Two clocks mapped to the station's, and the rule that pairs by time alone.

Frame f belongs to tag g if and only if ``|t_cam(f) - t_plc(g) - trigger_delay| <= epsilon`` and neither
has another candidate. Nothing here counts or remembers an order, so the first part, a lost frame and a
restart in mid-belt need no special case.
"""

from __future__ import annotations

from dataclasses import dataclass, field

U32 = 0xFFFF_FFFF
TICK_NS = 100_000
"""The PLC's clock ticks in units of 100 µs."""


class ClockMap:
    """Maps a device's clock to the station's by the running minimum of (host receipt - device stamp).

    Every sample carries the true offset plus a delay that is never negative, so the smallest sample is the
    best. Between samples the minimum may rise by `drift_ppm`, the most that two clocks can run apart: thus
    an old minimum fades exactly as fast as it can become wrong, and one rule serves drift both ways.

    Parameters
    ----------
    drift_ppm
        Upper bound of the relative drift of the two clocks.
    latency_ns
        The known, constant part of the delay between stamp and receipt (exposure and readout, say).
    """

    def __init__(self, *, drift_ppm: int = 200, latency_ns: int = 0) -> None:
        self._drift_ppm = drift_ppm
        self._latency_ns = latency_ns
        self._offset_ns: int | None = None
        self._updated_ns = 0

    @property
    def is_ready(self) -> bool:
        """Whether at least one sample has been seen."""
        return self._offset_ns is not None

    def reset(self) -> None:
        """Forget everything: the device's clock has started anew."""
        self._offset_ns = None

    def update(self, device_ns: int, received_ns: int, latency_ns: int | None = None) -> None:
        """Take in one sample: a device stamp, when it reached the host, and a latency other than the usual."""
        latency_ns = self._latency_ns if latency_ns is None else latency_ns
        sample = received_ns - device_ns - latency_ns
        if self._offset_ns is None:
            self._offset_ns = sample
        else:
            self._offset_ns = min(sample, self._relaxed_ns(received_ns))
        self._updated_ns = received_ns

    def late_ns(self, device_ns: int, received_ns: int) -> int:
        """Return how much later a sample has come than this map says; negative: sooner. 0 without a map."""
        if self._offset_ns is None:
            return 0
        return received_ns - device_ns - self._latency_ns - self._relaxed_ns(received_ns)

    def _relaxed_ns(self, now_ns: int) -> int:
        return (self._offset_ns or 0) + self.may_be_off_ns(now_ns)

    def may_be_off_ns(self, now_ns: int) -> int:
        """Return by how much the clocks may have drifted apart since the last sample."""
        return (now_ns - self._updated_ns) * self._drift_ppm // 1_000_000

    def to_station(self, device_ns: int) -> int:
        """Return the station's time for a device stamp. Call `update` at least once before."""
        return device_ns + (self._offset_ns or 0)


class TickClock:
    """Unwraps the PLC's u32 clock of 100 µs ticks into nanoseconds that never wrap."""

    def __init__(self) -> None:
        self._last_ticks: int | None = None
        self._now_ns = 0

    def reset(self) -> None:
        """Start anew with the next reading."""
        self._last_ticks = None

    def advance(self, now_ticks: int) -> tuple[int, bool]:
        """Take the newest reading; return it unwrapped, and whether the clock ran on (False: it jumped back)."""
        last, self._last_ticks = self._last_ticks, now_ticks
        if last is None:
            return self._now_ns, True
        step = signed_u32(now_ticks - last)
        self._now_ns += step * TICK_NS
        return self._now_ns, step >= 0

    def unwrap(self, ticks: int) -> int:
        """Return the unwrapped time of a reading within ±59 hours of the newest one."""
        return self._now_ns + signed_u32(ticks - (self._last_ticks or 0)) * TICK_NS


def signed_u32(difference: int) -> int:
    """Return a difference of two wrapping u32 values as a signed number."""
    difference &= U32
    return difference - (U32 + 1) if difference > U32 // 2 else difference


@dataclass(frozen=True, slots=True, kw_only=True)
class PairingRules:
    """How near in time a frame and a tag must be.

    Parameters
    ----------
    epsilon_ns
        Largest deviation between a frame and its tag. Together with the clocks' uncertainty it must be less
        than half the smallest pitch time, or the configuration is refused (see `domain.window`).
    view_delays_ns
        For each expected view, the time from the photo-eye to the start of exposure.
    frame_timeout_ns
        A tag that has no verdict this long after its trigger is given up; see `LineGeometry.frame_timeout_ms`.
    doubt_ns
        A frame that comes so much later (or sooner) than its stamp says may be a neighbour's, of a camera whose
        clock has been set: its part is rejected. A clock is dangerous once it is off by a pitch less epsilon;
        this must be less than that.
    plc_scan_ns
        The age that a reading of the PLC's clock has at most while its program runs: one scan. A clock that
        is off by more has been set.
    """

    epsilon_ns: int
    view_delays_ns: tuple[int, ...] = (0,)
    frame_timeout_ns: int = 30_000_000
    doubt_ns: int = 3_000_000
    plc_scan_ns: int = 2_000_000


@dataclass(slots=True)
class TriggerCounterVeto:
    """The camera's true trigger counter must advance by as much as the tag does. It may veto, never pair."""

    _last: tuple[int, int] | None = field(default=None)

    def reset(self) -> None:
        """Forget the last pair: camera or PLC has started anew."""
        self._last = None

    def objects(self, tag_ordinal: int, trigger_count: int | None) -> bool:
        """Take in a pair that time has made; return whether the counter contradicts it.

        `tag_ordinal` is the part's count in the PLC's session (it does not wrap). A repeated older part, and
        a camera without such a counter, are not judged. What it objects to is not compared with: a pairing that
        has slipped is contradicted again and again, until the line is held.
        """
        if trigger_count is None:
            return False
        last, pair = self._last, (tag_ordinal, trigger_count)
        objects = last is not None and pair[0] > last[0] and pair[0] - last[0] != pair[1] - last[1]
        if not objects:
            self._last = pair
        return objects
