"""The live status on a terminal: a few lines, rewritten in place twice a second, and nothing that blinks."""

from __future__ import annotations

import os
import sys

from inspector.clock import monotonic_ns
from inspector.domain.disposition import Cause
from inspector.domain.states import State
from inspector.errors import printable
from inspector.sharedmem import StationStatus

_INTERVAL_NS = 500_000_000
_PLAIN_INTERVAL_NS = 10_000_000_000
"""Where lines cannot be rewritten, each one stays: seldom, then."""


class LiveStatus:
    """Writes to the terminal on stderr; does nothing where that is not one."""

    def __init__(self, status: StationStatus, *, title: str, deadline_ms: float, enabled: bool) -> None:
        self._status = status
        self._title = title
        self._deadline_ms = deadline_ms
        self.is_on = enabled and sys.stderr.isatty()
        self._is_plain = os.environ.get("TERM", "") in ("", "dumb", "unknown")
        self._shown = 0
        self._due_ns = 0
        self._last = (0, 0)

    def update(self, recorder_trouble: str = "") -> None:
        """Rewrite the lines if it is time to."""
        now_ns = monotonic_ns()
        if not self.is_on or now_ns < self._due_ns:
            return
        lines = [printable(line) for line in self._lines(now_ns, recorder_trouble)]
        if self._is_plain:
            self._due_ns = now_ns + _PLAIN_INTERVAL_NS
            print(*lines[:2], sep="", file=sys.stderr, flush=True)  # noqa: T201 - for the person who watches
        else:
            self._due_ns = now_ns + _INTERVAL_NS
            self._rewrite(lines)

    def _rewrite(self, lines: list[str]) -> None:
        """Write over what was written before: one row of the terminal each, however narrow it is."""
        columns = _columns()
        up = f"\x1b[{self._shown}F" if self._shown else ""
        sys.stderr.write(up + "".join(f"\x1b[2K{line[:columns]}\n" for line in lines) + "\x1b[J")
        sys.stderr.flush()
        self._shown = len(lines)

    def begin_anew(self) -> None:
        """Leave alone what is shown: something else was written below it."""
        self._shown = 0

    def _lines(self, now_ns: int, recorder_trouble: str) -> list[str]:
        status = self._status
        triggers = status.get("triggers")
        rate = self._rate(now_ns, triggers)
        closed = status.get("accepted") + status.get("rejected")
        share = f"{100 * status.get('accepted') / closed:.1f} %" if closed else "–"
        causes = status.row["causes"][0]
        named = ", ".join(
            f"{Cause(i).name.lower().replace('_', ' ')} {int(n)}" for i, n in enumerate(causes) if i and n
        )
        link = "connected" if status.get("is_linked") else "LOST" if status.get("ready_ns") else "connecting"
        hold = status.get("hold_text") if status.get("hold_code") else ""
        state = State(status.get("state")).name if status.get("state") else "STARTING UP"
        return [
            f"{self._title}   {state}{f'  {hold}' if hold else ''}",
            f"  parts {triggers:,}   rate {rate:,.0f}/min   accepted {share}   in transit {status.get('in_transit')}",
            f"  rejected {status.get('rejected'):,}{f': {named}' if named else ''}",
            f"  decision {self._decision()} ms of {self._deadline_ms:g} ms   late {status.get('late')}",
            f"  PLC {link}   link faults {status.get('link_faults')}   unrecorded {status.get('unrecorded')}",
            *([f"  NOT RECORDING: {recorder_trouble}"] if recorder_trouble else []),
        ]

    def _decision(self) -> str:
        latency = self._status.histograms["frame_to_verdict"].copy().summary()
        names = ("p50", "p99", "max")
        return "  ".join(f"{n} {latency[n] / 1000:.2f}" if latency["count"] else f"{n} –" for n in names)

    def _rate(self, now_ns: int, triggers: int) -> float:
        """Return parts per minute since the last update."""
        last_ns, last = self._last
        self._last = (now_ns, triggers)
        return (triggers - last) * 60e9 / (now_ns - last_ns) if last_ns else 0.0


def _columns() -> int:
    """Return how many characters fit into a row, the last one left free: some terminals break the line there."""
    try:
        return (os.get_terminal_size(sys.stderr.fileno()).columns or 80) - 1 or 1
    except OSError:
        return 79
