"""Signals that ask for an orderly end."""

from __future__ import annotations

import signal
from types import FrameType
from typing import Final

END_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class EndSignals:
    """Ctrl-C, SIGTERM, and SIGHUP of a terminal that has gone: noted from the making on, and acted on by a look.

    To be made before what takes long is imported, by the main thread. Signals may be blocked until then.

    Attributes
    ----------
    heard : list of int
        Their numbers, in order.
    """

    def __init__(self) -> None:
        self.heard: list[int] = []
        for number in END_SIGNALS:
            # Whoever started us with `nohup` wants us to outlive the terminal.
            if number != signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._note)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, END_SIGNALS)

    def _note(self, number: int, _: FrameType | None) -> None:
        self.heard.append(number)
