"""Which frames and which rows belong together in time: the two clock maps, and the frames under way."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from inspector.domain.disposition import Cause
from inspector.domain.ledger import PartRow
from inspector.domain.line import LineSnapshot
from inspector.domain.pairing import ClockMap, PairingRules, TickClock
from inspector.domain.verdict import Evaluation, Verdict

_PLC_READINGS = 25
"""So many readings of the PLC's clock before its map is trusted: the freshest of them was just scanned."""

_PLC_BEHIND = 25
"""A PLC's clock that was behind so many times in a row was not read late: it has been set back."""

_PLC_GAP_NS = 250_000_000
"""A PLC whose clock was not read for longer may have set it back meanwhile without showing it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedFrame:
    """A frame and what inspection made of it.

    `cause` says what kept inspection from a proper verdict (OVERRUN, CAMERA_FAULT, MODEL_FAULT), or NONE.
    """

    frame_id: int
    device_ns: int
    available_ns: int
    decided_ns: int
    verdict: Verdict
    cause: Cause = Cause.NONE
    view: int = 0
    trigger_count: int | None = None

    def causes(self, deadline_ns: int) -> int:
        """Return why its part must be rejected, as flags; 0 for an OK verdict within `deadline_ns`."""
        causes = 0 if self.cause is Cause.NONE else 1 << self.cause
        if self.decided_ns - self.available_ns > deadline_ns:
            causes |= 1 << Cause.LATE
        if self.verdict.evaluation is Evaluation.NG:
            causes |= 1 << Cause.NG
        elif self.verdict.evaluation is not Evaluation.OK:
            causes |= 1 << Cause.INDETERMINATE
        return causes


@dataclass(slots=True)
class PendingFrame:
    """A frame that the camera has delivered and no tag has taken yet."""

    frame_id: int
    device_ns: int
    view: int
    is_doubtful: bool = False
    judged: JudgedFrame | None = None


class FrameTable:
    """The frames that wait for their tag, and the times by which they find it.

    Attributes
    ----------
    orphans : int
        Frames that found no tag: duplicates, frames of parts that were given up or never announced.
    doubts : int
        Frames in a row, up to the newest, that came at another time than their stamps say.
    is_plc_behind : bool
        The newest reading of the PLC's clock was old, or the clock has been set back; which of them, is not known.
    """

    def __init__(self, rules: PairingRules, camera_clock: ClockMap) -> None:
        self.orphans = self.doubts = 0
        self.is_plc_behind = self._is_camera_ahead = False
        self._rules = rules
        self._camera_clock = camera_clock
        self._plc_clock = ClockMap()
        self._ticks = TickClock()
        self._plc_readings = self._plc_read_ns = self._plc_behind = 0
        self._frames: list[PendingFrame] = []

    # -- clocks

    @property
    def are_clocks_known(self) -> bool:
        """Whether both clocks have been read often enough to pair the very next part."""
        return self._camera_clock.is_ready and self._plc_readings >= _PLC_READINGS

    def plc_restarted(self) -> None:
        """Forget the PLC's clock."""
        self._ticks.reset()
        self._plc_clock.reset()
        self._plc_readings = 0

    def read_plc_clock(self, snapshot: LineSnapshot) -> bool:
        """Take in the PLC's clock; False if it has or may have jumped: earlier triggers have no time any more."""
        now_ns, runs_on = self._ticks.advance(snapshot.now_100us)
        runs_on = runs_on and snapshot.received_ns - self._plc_read_ns <= _PLC_GAP_NS
        runs_on = runs_on and not self._was_plc_set(now_ns, snapshot)
        self._plc_read_ns = snapshot.received_ns
        if not runs_on:
            self._plc_clock.reset()
            self._plc_readings = self._plc_behind = 0
        self._plc_clock.update(now_ns, snapshot.received_ns)
        self._plc_readings += 1
        return runs_on

    def _was_plc_set(self, now_ns: int, snapshot: LineSnapshot) -> bool:
        """Whether the PLC's clock differs from its map by more than a scan and the time of the exchange explain.

        The PLC was read between `sent_ns` and `received_ns`. A clock that runs ahead even of the latter was
        set forward. One that is behind the former is old (the program stood still) or was set back; if it is
        behind each time, the latter.
        """
        clock, most_ns = self._plc_clock, self._rules.plc_scan_ns + self._rules.epsilon_ns
        self.is_plc_behind = clock.late_ns(now_ns, snapshot.sent_ns) > most_ns
        self._plc_behind = self._plc_behind + 1 if self.is_plc_behind else 0
        is_ahead = clock.late_ns(now_ns, snapshot.received_ns) < -most_ns
        return self._plc_behind >= _PLC_BEHIND or (is_ahead and self._plc_readings >= _PLC_READINGS)

    def camera_restarted(self, latch: tuple[int, int]) -> None:
        """Forget the camera's clock and frames; `latch` is a first reading of the new clock."""
        self._camera_clock.reset()
        self._camera_clock.update(*latch, latency_ns=0)
        self.orphans += len(self._frames)
        self.doubts = 0
        self._is_camera_ahead = False
        self._frames.clear()

    def read_camera_clock(self, latch: tuple[int, int]) -> None:
        """Take in a reading of the camera's clock between frames, so that its map does not fade."""
        self._camera_clock.update(*latch, latency_ns=0)

    def plc_ns(self, ticks: int) -> int:
        """Return a PLC time, unwrapped."""
        return self._ticks.unwrap(ticks)

    def triggered_ns(self, row: PartRow) -> int:
        """Return a trigger's time by the clock map as it is now, which is better than it was then."""
        return self._plc_clock.to_station(row.plc_ns)

    # -- frames

    def add(self, frame_id: int, device_ns: int, received_ns: int, view: int) -> None:
        """Take in a frame that has arrived and is not judged yet."""
        clock, rules = self._camera_clock, self._rules
        is_sharp = clock.may_be_off_ns(received_ns) <= rules.epsilon_ns
        late_ns = clock.late_ns(device_ns, received_ns)
        # No frame comes before its time: the clock was set forward, and a later frame's delay could hide that.
        self._is_camera_ahead |= is_sharp and late_ns < -rules.doubt_ns
        is_doubtful = is_sharp and (late_ns > rules.doubt_ns or self._is_camera_ahead)
        self.doubts = self.doubts + 1 if is_doubtful else 0
        if not is_doubtful:
            clock.update(device_ns, received_ns)
        if not is_sharp:
            return  # the first frame for long, and perhaps a late one: it could be taken for a neighbour's
        is_known = any((frame.frame_id, frame.device_ns) == (frame_id, device_ns) for frame in self._frames)
        # The same exposure delivered twice is no rival of itself: the first copy stands for both.
        if 0 <= view < len(rules.view_delays_ns) and not is_known:
            self._frames.append(PendingFrame(frame_id, device_ns, view, is_doubtful))
        else:
            self.orphans += 1

    def judge(self, judged: JudgedFrame) -> None:
        """Take in what inspection made of a frame; without such a frame it is an orphan."""
        name = (judged.frame_id, judged.device_ns)
        for frame in self._frames:
            if frame.judged is None and (frame.frame_id, frame.device_ns) == name:
                frame.judged = judged
                return
        self.orphans += 1

    def judged(self, fresh_ns: int) -> list[tuple[PendingFrame, JudgedFrame]]:
        """Return the judged frames that were there when the PLC was last asked: their triggers are known.

        None while its clock is behind: the next reading tells whether that was old, or has been set back.
        """
        if self.is_plc_behind:
            return []
        return [
            (frame, frame.judged)
            for frame in self._frames
            if frame.judged is not None and fresh_ns >= frame.judged.available_ns
        ]

    def drop(self, frame: PendingFrame) -> None:
        """Forget a frame: a tag has it, or nobody ever will."""
        self._frames.remove(frame)

    def drop_old(self, now_ns: int) -> None:
        """Give up frames that have waited too long."""
        for frame in self._frames[:]:
            if now_ns - self._camera_clock.to_station(frame.device_ns) > 2 * self._rules.frame_timeout_ns:
                self._frames.remove(frame)
                self.orphans += 1

    def has(self, frame_id: int, available_ns: int) -> bool:
        """Whether a judged frame is under way. Ids begin anew with the camera, so its moment is asked, too."""
        return any(
            frame.frame_id == frame_id and frame.judged.available_ns == available_ns
            for frame in self._frames
            if frame.judged is not None
        )

    # -- who belongs to whom

    def rows_of(self, frame: PendingFrame, rows: Iterable[PartRow]) -> list[PartRow]:
        """Return the rows that a frame could belong to."""
        return [row for row in rows if row.is_seen and self._is_near(frame, row)]

    def rivals_of(self, frame: PendingFrame, row: PartRow) -> bool:
        """Whether another frame of the same view could belong to the row as well."""
        return any(
            other is not frame and other.view == frame.view and self._is_near(other, row)
            for other in self._frames
        )

    def has_frame_for(self, row: PartRow) -> bool:
        """Whether any frame under way could belong to the row."""
        return any(self._is_near(frame, row) for frame in self._frames)

    def _is_near(self, frame: PendingFrame, row: PartRow) -> bool:
        """Whether |t_cam - t_plc - trigger_delay| <= epsilon."""
        delay_ns = self._rules.view_delays_ns[frame.view]
        lag_ns = self._camera_clock.to_station(frame.device_ns) - self.triggered_ns(row) - delay_ns
        return abs(lag_ns) <= self._rules.epsilon_ns
