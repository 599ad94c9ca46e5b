"""What ends a process of the line when its launcher has gone, however early and however hard that went."""

from __future__ import annotations

import os
import signal
import threading
from typing import Final

from inspector.clock import sleep_s

_AGAIN_S: Final = 1.0
_LIMIT_S: Final = 70
"""Longer than the launcher itself waits for its slowest child, the recorder."""


def end_with_launcher(pipe: int) -> None:
    """Have this process told to end (SIGTERM) as soon as the launcher has gone. Main thread, before all else.

    A notice from the kernel (PR_SET_PDEATHSIG) never comes to a process whose parent died before it could ask
    for one; a pipe whose other end is closed stays closed. Who does not listen is ended in the end.

    Parameters
    ----------
    pipe
        Read end of a pipe of which the launcher alone holds the other end; nobody ever writes.
    """
    threading.Thread(target=_watch, args=(pipe,), name="launcher", daemon=True).start()


def _watch(pipe: int) -> None:
    """Sleep in the kernel, without the interpreter's lock, until the pipe closes."""
    while os.read(pipe, 1):
        continue
    main = threading.main_thread().ident or 0
    for _ in range(int(_LIMIT_S / _AGAIN_S)):
        # To the main thread, so that its waiting is interrupted; again, since one may come just before it waits.
        signal.pthread_kill(main, signal.SIGTERM)
        sleep_s(_AGAIN_S)
    os._exit(1)
