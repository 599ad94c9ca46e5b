"""Ask the kernel for real-time rights, and say what was granted.

A preempted ordinary thread that holds the interpreter's lock blocks every other thread, so *each* thread
of the station asks. Without the rights everything still runs, with longer tails; the status says so.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import os
import struct
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from inspector.domain.told import tell
from inspector.domain.told_texts import Told

# sys/mman.h. ONFAULT locks pages when they are touched; without it the whole reserved address space of
# onnxruntime's arena is paged in (522 MB instead of 70 were seen).
_MCL_CURRENT, _MCL_FUTURE, _MCL_ONFAULT = 1, 2, 4
# Linux, Documentation/power/pm_qos_interface.rst: a bound in µs, in force for as long as the file is open.
WAKE_LATENCY_FILE = Path("/dev/cpu_dma_latency")
_SWITCH_S = 1e-4


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What one thread was granted. `priority` 0 means an ordinary (SCHED_OTHER) thread; `core` -1 any core."""

    priority: int
    core: int
    memory_locked: bool
    wake_latency_us: int = -1
    """Bound on the time that an idle core takes to wake; -1 = none."""
    refusals: tuple[str, ...] = ()

    @property
    def is_complete(self) -> bool:
        """Whether everything that was asked for was granted."""
        return not self.refusals

    def as_dict(self) -> dict[str, object]:
        """Return plain values for JSON."""
        return asdict(self) | {"refusals": list(self.refusals)}


def resolve_core(core: int | None) -> int | None:
    """Return a core this process may use: negative counts from the last one, None and absent ones give None."""
    allowed = sorted(os.sched_getaffinity(0))
    if core is None:
        return None
    wanted = allowed[core] if -len(allowed) <= core < 0 else core
    return wanted if wanted in allowed else None


def request(
    priority: int | None, core: int | None, lock_memory: bool = False, wake_latency_us: int = -1
) -> Grant:
    """Ask for SCHED_FIFO and a core for the calling thread, locked memory and waking cores for the process.

    Parameters
    ----------
    priority
        1…99 for SCHED_FIFO; None or 0 leaves the scheduler alone.
    core
        Core number; negative counts from the last one; None leaves the affinity alone.
    lock_memory
        Lock the pages of the process as they are touched.
    wake_latency_us
        Longest time an idle core may take to wake, for as long as the process lives: 0 keeps all cores from
        sleeping at all. Negative leaves them alone. Ask once per process.

    Returns
    -------
    Grant
        Never raises: what was refused is listed with the remedy.
    """
    refusals: list[str] = []
    granted_core = resolve_core(core)
    if granted_core is not None:
        try:
            os.sched_setaffinity(0, {granted_core})
        except OSError as error:
            refusals.append(tell(Told.CORE_REFUSED, core=str(core), error=str(error.strerror)))
            granted_core = None
    granted_priority = 0
    if priority:
        try:
            os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(priority))
            granted_priority = priority
        except OSError as error:
            refusals.append(tell(Told.PRIORITY_REFUSED, priority=priority, error=str(error.strerror)))
    locked = lock_memory and _lock_memory(refusals)
    is_bounded = wake_latency_us >= 0 and _bound_wake_latency(wake_latency_us, refusals)
    return Grant(
        priority=granted_priority,
        core=-1 if granted_core is None else granted_core,
        memory_locked=locked,
        wake_latency_us=wake_latency_us if is_bounded else -1,
        refusals=tuple(refusals),
    )


def _lock_memory(refusals: list[str]) -> bool:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mlockall(_MCL_CURRENT | _MCL_FUTURE | _MCL_ONFAULT) == 0:
        return True
    refusals.append(tell(Told.MEMORY_REFUSED, error=os.strerror(ctypes.get_errno())))
    return False


def _bound_wake_latency(limit_us: int, refusals: list[str]) -> bool:
    """Leave the file open: the kernel forgets the bound when the last one who asked for it has gone."""
    try:
        os.write(os.open(WAKE_LATENCY_FILE, os.O_WRONLY | os.O_CLOEXEC), struct.pack("i", limit_us))
    except OSError as error:
        refusals.append(tell(Told.WAKING_REFUSED, file=str(WAKE_LATENCY_FILE), error=str(error.strerror)))
        return False
    return True


def freeze_garbage_collector() -> None:
    """Move all living objects out of the collector's sight and stop it; the caller collects when idle."""
    gc.collect()
    gc.freeze()
    gc.disable()


def share_interpreter_finely() -> None:
    """Have a thread that computes give the interpreter to one that waits within `_SWITCH_S`; for the process.

    Python's usual 5 ms are a whole deadline: the kernel's priorities decide only who runs, not who has the lock.
    """
    sys.setswitchinterval(_SWITCH_S)


def be_nice(increment: int = 10) -> None:
    """Give way to everybody else; carry on where that is not possible."""
    with contextlib.suppress(OSError):
        os.nice(increment)
