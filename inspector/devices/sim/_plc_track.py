"""The PLC's shift register: where each part is, by encoder, and whether the gate saw what it should.

Pure: no clock, no I/O. Positions are encoder counts unwrapped to Python integers.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from inspector.devices.sim._plc_settings import PlcSettings, SensorEvent, Totals, Window
from inspector.domain.disposition import Applied, Confirmation
from inspector.domain.line import RejectFault
from inspector.domain.window import U32, counts_ahead


@dataclass(slots=True, eq=False, kw_only=True)
class Entry:
    """One part in the shift register. It is born as REJECT; only a record in time can change that."""

    tag: int
    session: int
    event: SensorEvent
    position: int
    centre: int
    expects_verdict: bool
    """The station was in charge when the part came: a missing verdict is a late one."""
    overhang: int = 0
    """Counts by which the eye's block was longer than one part."""
    doubtful: bool = False
    """Chatter or touching parts: one tag may not be one part, so it can never be accepted."""
    answered: bool = False
    """A valid record has come: it was the one that counts."""
    released: bool = False
    refused: bool = False
    """REJECT, finally."""
    due: bool = False
    """The deadline count has passed: nothing can be changed any more, except towards REJECT."""
    bypassed: bool = False
    is_open: bool = False
    """The outputs hold the gate at ACCEPT for it."""
    closed_ns: int = 0
    """When they ceased to."""
    passed: bool = False
    seen_at: int | None = None
    done: bool = False
    applied: Applied = Applied.UNKNOWN
    confirmed: Confirmation = Confirmation.UNKNOWN
    record_ns: int = 0
    released_ns: int = 0
    evaluation: int = 0
    acquisition: int = 0
    row: int = -1
    """For whoever keeps a table of truth."""

    def is_bypassed(self, bypass: bool) -> bool:
        """Whether the bypass key concerns it; for a part that is due, as the key stood then."""
        return self.bypassed if self.due else bypass


class Track:
    """Parts between the photo-eye and the chute, in the order of their tags.

    `faults` collects what went wrong; the program latches and clears it.
    """

    def __init__(self, settings: PlcSettings, totals: Totals) -> None:
        self.settings = settings
        self.totals = totals
        self.entries: deque[Entry] = deque()
        self.faults = RejectFault.NONE
        self.changed: list[Entry] = []
        self.is_lost = False
        self.is_running = False
        self.bypass = False
        self.position = 0
        self.lost_because = ""
        self._horizon = 0
        self._encoder: int | None = None
        self._furthest = 0
        self._backward_scans = 0
        self._clear_until = 0
        self._last_sight = 0
        self._moved_ns = 0
        self._dead_events = 0
        self._covered: Entry | None = None
        self._covered_at = 0
        self._newest: Entry | None = None
        self._strays: deque[int] = deque(maxlen=64)
        self._untracked_run = 0
        self._missing_run = 0
        self._unproven = 0

    # Where the belt is

    def locate(self, encoder: int) -> int:
        """Return the position that belongs to a wrapping encoder count."""
        if self._encoder is None:
            self._start(encoder)
        assert self._encoder is not None
        return self.position + counts_ahead(encoder, self._encoder)

    def _start(self, encoder: int) -> None:
        self._encoder = self.position = self._furthest = self._last_sight = self._horizon = encoder
        self._clear_until = self._last_untagged()

    def _last_untagged(self) -> int:
        """Return where the last of what lies on the belt now, without tags, will have passed the gate."""
        return self.position + self.settings.gate_counts + self.settings.window_counts

    def move(self, encoder: int, now_ns: int) -> None:
        """Take up the encoder's present count."""
        position = self.locate(encoder)
        if position != self.position or not self._moved_ns or not self.is_running:
            self._moved_ns, self._dead_events = now_ns, 0
        if position != self.position:
            self._backward_scans = self._backward_scans + 1 if position < self.position else 0
        self.position, self._encoder = position, encoder
        self._furthest = max(self._furthest, position)
        back = self._furthest - position
        # One step back is a belt that stops with a jerk; two in a row are a belt that runs backwards.
        if back > self.settings.reverse_counts and self._backward_scans >= 2:
            self.lose(f"the encoder runs backwards, {back} counts by now")

    @property
    def is_empty(self) -> bool:
        """Whether no part is on the belt, as far as the sensors can tell."""
        moved_past = self.position - self._last_sight >= self.settings.length_counts
        return not self.entries and self._covered is None and moved_past

    @property
    def is_eye_blocked(self) -> bool:
        """Whether the photo-eye has been covered for longer than any part covers it."""
        is_covered = self._covered is not None
        return is_covered and self._horizon - self._covered_at > self.settings.blocked_counts

    # What the sensors say

    def eye_rose(self, event: SensorEvent, tag: int, session: int, expects_verdict: bool) -> Entry:
        """Enter a part as REJECT."""
        position = self.locate(event.encoder)
        self._look_alive(event)
        entry = Entry(
            tag=tag,
            session=session,
            event=event,
            position=position,
            centre=position + self.settings.gate_counts,
            expects_verdict=expects_verdict,
        )
        previous, self._newest = self._newest, entry
        if previous is not None and position - previous.position < self.settings.min_pitch_counts:
            self._doubt(previous)
            self._doubt(entry)
        self._covered = entry
        self._covered_at = self._last_sight = position
        self.entries.append(entry)
        self.changed.append(entry)
        if self.is_lost:
            self._purge(entry)
        return entry

    def eye_fell(self, event: SensorEvent) -> None:
        """Measure the block that has ended."""
        entry, self._covered = self._covered, None
        position = self._last_sight = self.locate(event.encoder)
        if entry is None:
            return
        length = position - entry.position
        if not self.settings.min_block_counts <= length <= self.settings.max_block_counts:
            entry.overhang = max(0, length - self.settings.part_counts)
            self._doubt(entry)

    def gate_saw(self, event: SensorEvent) -> None:
        """Match a part's middle at the gate with the part that is expected there."""
        position = self._last_sight = self.locate(event.encoder)
        self._look_alive(event)
        entry = self._expected_at(position)
        if entry is not None:
            self._pass(entry, position, event.t_ns)
            return
        self._strays.append(position)
        if self.is_lost or self._belongs_to_block(position):
            return
        self._untracked_run += position >= self._clear_until
        self._suspect()

    def chute_saw(self, event: SensorEvent) -> None:
        """Match a part that falls with one that was seen at the gate."""
        position = self.locate(event.encoder)
        at_gate = position - self.settings.confirm_counts
        reach = self.settings.confirm_tolerance_counts
        near = [e for e in self.entries if e.seen_at is not None and abs(e.seen_at - at_gate) <= reach]
        near = [e for e in near if e.confirmed is not Confirmation.YES]
        rejected = _nearest((e for e in near if e.applied is Applied.REJECTED), at_gate)
        stray = min((abs(s - at_gate), s) for s in self._strays) if self._strays else (reach + 1, 0)
        if rejected is not None and stray[0] >= abs(_seen(rejected) - at_gate):
            rejected.confirmed = Confirmation.YES
            self.totals.rejects_confirmed += 1
            self.changed.append(rejected)
        elif stray[0] <= reach:
            self._strays.remove(stray[1])
        elif (passed := _nearest(iter(near), at_gate)) is not None:
            passed.confirmed = Confirmation.YES
            self.faults |= RejectFault.UNEXPECTED_REJECT
            self.changed.append(passed)

    def _look_alive(self, event: SensorEvent) -> None:
        """Two sights on a running belt whose encoder stands still: it is dead."""
        if self.locate(event.encoder) != self.position:
            self._moved_ns, self._dead_events = max(self._moved_ns, event.t_ns), 0
        elif self.is_running and event.t_ns - self._moved_ns >= self.settings.still_ms * 1e6:
            self._dead_events += 1
            if self._dead_events >= 2:
                self.lose("parts pass, but the encoder stands still")

    # What follows from it

    def fall_due(self) -> list[Entry]:
        """Return the parts whose deadline count has just passed; for them nothing can improve any more."""
        limit = self.position - self.settings.deadline_counts
        newly = [e for e in self.entries if not e.due and not e.passed and e.position <= limit]
        for entry in newly:
            entry.due = True
            entry.bypassed = self.bypass
        return newly

    def settle(self, horizon_encoder: int) -> list[Entry]:
        """Take up what was *not* seen up to the horizon, and return the parts that are finished, in order."""
        horizon = self._horizon = self.locate(horizon_encoder)
        if self.is_eye_blocked:
            self.lose("the photo-eye is blocked")
        window, finished = self.settings.window_counts, []
        for entry in self.entries:
            if not entry.passed and horizon >= entry.centre + window + entry.overhang:
                self._miss(entry)
        while self.entries and self._is_finished(self.entries[0], horizon):
            finished.append(self.entries.popleft())
        return finished

    def lose(self, because: str) -> None:
        """Tracking is lost: nobody knows which part is where. Everything on the belt is purged."""
        if self.is_lost:
            return
        self.is_lost = True
        self.lost_because = because
        self.faults |= RejectFault.TRACKING_LOST
        for entry in self.entries:
            self._purge(entry)

    def recover(self) -> None:
        """After the operator's reset: what lies on the belt has no tag, and its passing is no fault.

        But a part with a tag that the encoder brings to the gate too early looks just like it. So nothing
        is accepted until parts have come exactly where they are expected, several in a row. What covers the
        eye is measured afresh: it may be a part that has come to rest there, and only the belt can carry
        it on.
        """
        self.is_lost = False
        self._furthest = self._covered_at = self.position
        self._untracked_run = self._missing_run = self._dead_events = 0
        self._clear_until = self._last_untagged()
        self._unproven = self.settings.proof_parts

    def forgive(self) -> None:
        """After the operator's reset without lost tracking: count anomalies afresh."""
        self._untracked_run = self._missing_run = self._dead_events = 0

    def refuse_all(self) -> None:
        """Make REJECT final for every part that has not passed the gate."""
        for entry in self.entries:
            if not entry.passed:
                entry.refused = True

    def drive(self, now_ns: int) -> tuple[Window, ...]:
        """Return the accept windows in force from now on. One window passes one part: it closes behind it.

        A window that is not open when its part is due stays closed: the flap might not be there in time.
        """
        half = self.settings.window_counts
        windows = []
        for entry in self.entries:
            is_accepted = entry.released and not entry.refused and not self._unproven
            may_pass = is_accepted or entry.is_bypassed(self.bypass)
            may_pass = may_pass and not entry.passed and (entry.is_open or not entry.due)
            if may_pass:
                windows.append(Window(entry.tag, (entry.centre - half) % U32, (entry.centre + half) % U32))
            elif entry.is_open:
                entry.closed_ns = now_ns
            entry.is_open = may_pass
        return tuple(windows)

    def outputs_died(self, died_ns: int) -> None:
        """The outputs have been dead since `died_ns`: until then the gate stood as they had held it."""
        for entry in self.entries:
            if entry.is_open and not entry.passed:
                entry.closed_ns = died_ns
            if not entry.passed:
                entry.refused, entry.is_open = True, False

    def find(self, tag: int) -> Entry | None:
        """Return the part in the register that has this tag."""
        return next((entry for entry in self.entries if entry.tag == tag), None)

    def _doubt(self, entry: Entry) -> None:
        entry.doubtful = entry.refused = True

    def _expected_at(self, position: int) -> Entry | None:
        half = self.settings.window_counts
        inside = (
            e for e in self.entries if not e.passed and -half <= position - e.centre < half + e.overhang
        )
        return min(inside, key=lambda e: abs(position - e.centre), default=None)

    def _belongs_to_block(self, position: int) -> bool:
        half = self.settings.window_counts
        return any(e.overhang and 0 <= position - e.centre < half + e.overhang for e in self.entries)

    def _pass(self, entry: Entry, position: int, t_ns: int) -> None:
        """Say what the gate did: that goes by what the outputs held then, not by what is known now."""
        entry.passed, entry.seen_at = True, position
        if not (entry.is_open or t_ns < entry.closed_ns):
            self._apply(entry, Applied.REJECTED)
        elif entry.is_bypassed(self.bypass):
            self._apply(entry, Applied.BYPASSED)
        else:
            self._apply(entry, Applied.ACCEPTED)
        if entry.doubtful:
            return
        offset = position - entry.centre
        if abs(offset) > self.settings.gate_tolerance_counts:
            self.lose(f"tag {entry.tag} passed the gate {offset:+d} counts from its place")
        elif self._unproven:
            is_exact = abs(offset) <= self.settings.proof_counts
            self._unproven = self._unproven - 1 if is_exact else self.settings.proof_parts
            if not self._unproven:
                self._untracked_run = self._missing_run = 0

    def _apply(self, entry: Entry, applied: Applied) -> None:
        entry.applied = applied
        self.changed.append(entry)
        if applied is Applied.REJECTED:
            self.totals.rejects_commanded += 1
            self.totals.consecutive_rejects += 1
        elif applied in {Applied.ACCEPTED, Applied.BYPASSED}:
            self.totals.consecutive_rejects = 0

    def _miss(self, entry: Entry) -> None:
        entry.passed = entry.done = True
        self._apply(entry, Applied.REMOVED)
        if not entry.doubtful and not self.is_lost:
            self._missing_run += 1
            self._suspect()

    def _suspect(self) -> None:
        """Something at the gate is not as it should be: accept nothing until parts are where they belong.

        If the encoder slips, parts drift out of their own windows towards their neighbours', and are seen
        where none should be before they get there. A part missing *and* one too many is a part displaced,
        not one removed and another added.
        """
        self._unproven = self.settings.proof_parts
        limits = self.settings
        if (
            self._untracked_run >= limits.untracked_limit
            or self._missing_run >= limits.missing_limit
            or (self._untracked_run and self._missing_run)
        ):
            self.lose(f"at the gate {self._untracked_run} parts too many, {self._missing_run} missing")

    def _purge(self, entry: Entry) -> None:
        if not entry.passed:
            entry.passed = entry.refused = True
            self._apply(entry, Applied.PURGED)
        entry.done = True

    def _is_finished(self, entry: Entry, horizon: int) -> bool:
        """Whether nothing more can be learnt about a part: past the chute's sensor, or given up."""
        if entry.done or entry.seen_at is None:
            return entry.done
        last = entry.seen_at + self.settings.confirm_counts + self.settings.confirm_tolerance_counts
        if horizon < last:
            return False
        if entry.confirmed is Confirmation.UNKNOWN:
            entry.confirmed = Confirmation.NO
            if entry.applied is Applied.REJECTED:
                self.faults |= RejectFault.NOT_CONFIRMED
        return True


def _seen(entry: Entry) -> int:
    assert entry.seen_at is not None
    return entry.seen_at


def _nearest(entries: Iterator[Entry], position: int) -> Entry | None:
    return min(entries, key=lambda e: abs(_seen(e) - position), default=None)
