"""What the station consumes, as protocols. Devices, simulators and vision implement them.

`open` and `start` may raise `DeviceError`; the `ensure_…` and `close` methods may be called twice, from
any state, and never raise. After `close` the object is done with: build a new one.
"""

from __future__ import annotations

from typing import Protocol

from inspector.domain.frame import Frame
from inspector.domain.line import LineDetails, LineSnapshot, Mirror, ResultRecord
from inspector.domain.verdict import Verdict


class Camera(Protocol):
    """A hardware-triggered camera with its own buffers. Used by the capture thread alone.

    `release` may be called from any one other thread: it only marks a slot as free.

    `clock_latch` is a pair (device clock, host clock) in ns, read together by `start` as closely as the camera
    allows (TimestampLatch in GenICam SFNC): without it the very first frame could be taken for a neighbour's.
    `next_frame` should renew it when it returns None: the two clocks drift apart while the line stands, and the
    first frame after some seconds without any reading is not paired.
    """

    clock_latch: tuple[int, int]

    def open(self) -> None:
        """Connect and read back the settings."""
        ...

    def start(self) -> None:
        """Be ready for triggers: all slots free, no old frame left, the clock latched. May be called again."""
        ...

    def next_frame(self, timeout_s: float) -> Frame | None:
        """Wait for the next frame; None after the timeout. Raises DeviceUnavailableError when the camera is gone."""
        ...

    def release(self, frame: Frame) -> bool:
        """Give the slot back. False if the camera had overwritten it meanwhile (the verdict must not count)."""
        ...

    def ensure_stopped(self) -> None:
        """Take no more frames."""
        ...

    def close(self) -> None:
        """Let go of the camera."""
        ...


class LineIO(Protocol):
    """The PLC as the station sees it. Used by the actuation thread alone."""

    def open(self) -> None:
        """Connect; raises DeviceUnavailableError if that fails (it may be tried again)."""
        ...

    def exchange(self, record: ResultRecord | None) -> LineSnapshot:
        """Write one result (or none) and read the fast block in one transaction.

        Raises DeviceError of some kind on any failure; the connection is then closed, and nothing is ever
        sent twice. Whether a failed write took effect is unknown.
        """
        ...

    def read_details(self) -> LineDetails:
        """Read the slow block with the outcome ring."""
        ...

    def write_mirror(self, mirror: Mirror) -> None:
        """Write words 0…23 of block S."""
        ...

    def clear_results(self) -> None:
        """Zero the whole result ring."""
        ...

    def close(self) -> None:
        """Close the connection, at once and without waiting for the peer."""
        ...


class Classifier(Protocol):
    """Vision as the station sees it. Used by the inspection thread alone.

    `last_preprocess_ns` and `last_run_ns` say how long the last frame took.
    """

    last_preprocess_ns: int
    last_run_ns: int

    def warm_up(self, runs: int = 50) -> None:
        """Run until nothing is done for the first time any more."""
        ...

    def classify(self, frame: Frame) -> Verdict:
        """Return the verdict; a frame that cannot be judged gives INDETERMINATE. Never raises."""
        ...

    def close(self) -> None:
        """Free the session."""
        ...
