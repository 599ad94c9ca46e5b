"""Leaves the station's core to the station, where both run on one machine.

The station's threads go first in any case, but not while the kernel is at work for somebody else on their core: for a
page of memory, say, or a message of a megabyte.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from inspector.protocol import Rights


def leave_cores(rights: tuple[Rights, ...]) -> bool:
    """Have all threads of this process, and those that they start, run elsewhere. Any thread.

    Returns
    -------
    bool
        Whether the station has said by now where it runs.
    """
    taken = {right.core for right in rights if right.core >= 0}
    rest = os.sched_getaffinity(0) - taken
    if not rest:  # there is no elsewhere
        return bool(taken)
    for task in Path("/proc/self/task").iterdir():
        with suppress(OSError):  # it has ended meanwhile
            os.sched_setaffinity(int(task.name), rest)
    return bool(taken)
