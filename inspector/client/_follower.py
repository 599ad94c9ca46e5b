"""Puts facts and snapshots into one gapless order. No sockets, no clock: it is told the time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from inspector.client._news import Attached, Changed, Lost, News
from inspector.protocol import Fact, Heartbeat, Message, Snapshot

SILENCE_NS: Final = 1_500_000_000
_MAX_WAITING: Final = 1024
_FORGET_NS: Final = 1_000_000


class Follower:
    """Follows one service. Used by the client's thread only.

    Attributes
    ----------
    is_attached : bool
        A snapshot is known, nothing is missing since, and the service is heard.
    needs_snapshot : bool
        One should be asked for.
    """

    def __init__(self, tell: Callable[[News], None]) -> None:
        self.is_attached, self.needs_snapshot = False, True
        self.gaps = 0
        self._tell = tell
        self._epoch = self._seq = 0
        self._offset_ns: int | None = None
        self._heard_ns = 0
        self._waiting: list[Fact[Any]] = []
        self._missing_ns = 0
        self._lost = ""

    def station_ns(self, now_ns: int) -> int:
        """Return the service's clock, reckoned from what it last said; 0 = not known."""
        return now_ns + self._offset_ns if self._offset_ns is not None else 0

    def take_fact(self, fact: Fact[Any], now_ns: int) -> None:
        """Take in a fact or a heartbeat, as it comes from the socket."""
        self._heard(fact.t_ns, now_ns)
        if self.needs_snapshot:
            self._wait(fact)
        elif fact.epoch != self._epoch:
            self._miss(fact, now_ns)
        elif isinstance(fact.body, Heartbeat):
            if fact.seq > self._seq:
                self._miss(fact, now_ns)
        elif fact.seq == self._seq + 1:
            self._seq = fact.seq
            if type(fact.body) is not Message:  # else of a topic that only a newer minor version knows
                self._tell(Changed(fact.body, fact.t_ns))
        elif fact.seq > self._seq:
            self._miss(fact, now_ns)

    def take_snapshot(self, snapshot: Snapshot, now_ns: int) -> None:
        """Begin anew with a snapshot, and with the facts that came while it was on its way."""
        self._heard(snapshot.t_ns, now_ns)
        if not self.needs_snapshot and snapshot.epoch == self._epoch and snapshot.seq <= self._seq:
            return  # asked for twice
        self._epoch, self._seq = snapshot.epoch, snapshot.seq
        self.is_attached, self.needs_snapshot, self._lost = True, False, ""
        self._tell(Attached(snapshot))
        waiting, self._waiting = self._waiting, []
        for fact in waiting:
            if fact.epoch == self._epoch:
                self.take_fact(fact, now_ns)

    def look_at_clock(self, now_ns: int) -> None:
        """Notice silence, and a gap that cannot be closed."""
        if not self.is_attached:
            return
        if now_ns - self._heard_ns > SILENCE_NS:
            self.lose(f"the service has been silent for more than {SILENCE_NS / 1e9:.1f} s")
        elif self.needs_snapshot and now_ns - self._missing_ns > SILENCE_NS:
            self.lose("the service does not say what was missed")

    def lose(self, reason: str) -> None:
        """Say that the service is lost, and why; once, until it is found again or the reason is another."""
        self.is_attached, self.needs_snapshot = False, True
        self._waiting.clear()
        if reason != self._lost:
            self._lost = reason
            self._tell(Lost(reason))

    def _heard(self, t_ns: int, now_ns: int) -> None:
        """What was under way longest says least of the clock; what is old says less and less."""
        offset_ns, self._heard_ns = t_ns - now_ns, now_ns
        if self._offset_ns is not None and self.is_attached:
            offset_ns = max(offset_ns, self._offset_ns - _FORGET_NS)
        self._offset_ns = offset_ns

    def _miss(self, fact: Fact[Any], now_ns: int) -> None:
        self.gaps += 1
        self.needs_snapshot, self._missing_ns = True, now_ns
        self._waiting.clear()
        self._wait(fact)

    def _wait(self, fact: Fact[Any]) -> None:
        if isinstance(fact.body, Heartbeat):
            return
        if len(self._waiting) >= _MAX_WAITING:  # then a gap will show, and another snapshot closes it
            del self._waiting[0]
        self._waiting.append(fact)
