"""The command line: thin, one module per command. Rooms are imported by the command that needs them."""

from __future__ import annotations

import signal
from collections.abc import Sequence

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code. See `_main.main`.

    What is to be in order before all else: the standard streams, and that no signal comes before there is somebody
    to hear it. Until then the kernel keeps them.
    """
    from inspector.streams import open_standard_streams

    before = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT, signal.SIGTERM, signal.SIGHUP))
    try:
        open_standard_streams()
        from inspector.cli._main import main as run

        return run(argv)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
