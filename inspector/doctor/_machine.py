"""The machine: interpreter, cores, instructions, and the rights to real time."""

from __future__ import annotations

import grp
import os
import platform
import resource
import sys
import threading
from pathlib import Path

from inspector import realtime
from inspector.config import StationConfig
from inspector.doctor._check import Check, ok, warn

_INT8_FLAGS = ("avx512_vnni", "avx_vnni", "asimddp")
_LIMITS_FILE = "/etc/security/limits.d/inspector.conf"
_CAP_IPC_LOCK = 14
"""linux/capability.h."""
LOCKED_MB = 256
"""What the station may need locked: its resident memory, with room to spare."""


def machine_checks(config: StationConfig) -> list[Check]:
    """Look at the machine."""
    return [
        _python(),
        _cores(),
        _instructions(Path("/proc/cpuinfo")),
        _realtime(config.realtime.priority),
        _throttling(Path("/proc/sys/kernel/sched_rt_runtime_us")),
        _locked_memory(config.realtime.lock_memory),
        _waking(config.realtime.wake_latency_us, realtime.WAKE_LATENCY_FILE),
    ]


def _python() -> Check:
    return ok("python", f"{platform.python_version()} at {sys.executable}")


def _cores() -> Check:
    usable = len(os.sched_getaffinity(0))
    if usable < 2:
        return warn(
            "cores",
            f"{usable} usable of {os.cpu_count()}: the station shares it with everything else",
            "give the station a second core (taskset, cpuset or the container's CPU limit)",
        )
    return ok("cores", f"{usable} usable of {os.cpu_count()}")


def _instructions(cpuinfo: Path) -> Check:
    """Look for INT8 dot products; without them a quantized net gains little over FP32."""
    try:
        flags = set(cpuinfo.read_text(encoding="utf-8").split())
    except OSError as error:
        return warn("instructions", f"{cpuinfo}: {error.strerror}", "mount /proc to have this checked")
    found = [flag for flag in _INT8_FLAGS if flag in flags]
    if not found:
        return warn(
            "instructions",
            "no INT8 dot products (AVX512-VNNI, AVX-VNNI or ARM dotprod)",
            "expect two to three times the latency; `inspector bench decision` says whether that is enough",
        )
    return ok("instructions", f"INT8 dot products by {', '.join(found)}")


def _realtime(priority: int) -> Check:
    """Ask for SCHED_FIFO on a thread of its own, so that this process keeps its scheduling."""
    if priority == 0:
        return ok("real-time priority", "not asked for ([realtime] priority = 0)")
    grants: list[realtime.Grant] = []
    probe = threading.Thread(target=lambda: grants.append(realtime.request(priority, None)))
    probe.start()
    probe.join()
    if grants[0].priority:
        return ok("real-time priority", f"SCHED_FIFO {priority} is granted")
    return warn(
        "real-time priority",
        f"SCHED_FIFO {priority} is refused: on a busy machine one part in a hundred is then late",
        f"one of: a line '{_user()} - rtprio 99' in {_LIMITS_FILE} and a new login; "
        "LimitRTPRIO=99 in the systemd unit; "
        f"sudo setcap cap_sys_nice,cap_ipc_lock+ep {os.path.realpath(sys.executable)}",
    )


def _throttling(path: Path) -> Check:
    """Real-time threads that use up their share of a second are stopped for the rest of it."""
    try:
        runtime_us = int(path.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return ok("real-time share", "not limited by this kernel")
    if 0 <= runtime_us < 900_000:
        return warn(
            "real-time share",
            f"{runtime_us / 10_000:.0f} % of each second",
            "sudo sysctl kernel.sched_rt_runtime_us=950000",
        )
    return ok(
        "real-time share", "all of it" if runtime_us < 0 else f"{runtime_us / 10_000:.0f} % of each second"
    )


def _locked_memory(wanted: bool) -> Check:
    limit, _ = resource.getrlimit(resource.RLIMIT_MEMLOCK)
    if not wanted:
        return ok("locked memory", "not asked for ([realtime] lock_memory = false)")
    if limit == resource.RLIM_INFINITY or _has_capability(_CAP_IPC_LOCK):
        return ok("locked memory", "not limited")
    if limit >= LOCKED_MB << 20:
        return ok("locked memory", f"up to {limit >> 20} MB")
    return warn(
        "locked memory",
        f"limited to {limit >> 20} MB: pages of the station may be swapped out",
        f"one of: a line '{_user()} - memlock unlimited' in {_LIMITS_FILE} and a new login; "
        "LimitMEMLOCK=infinity in the systemd unit",
    )


def _waking(limit_us: int, path: Path) -> Check:
    """See whether cores can be kept from sleeping: waking them may cost more than a verdict."""
    if limit_us < 0:
        return ok(
            "waking cores", "left to the kernel ([realtime] wake_latency_us = -1; on bare metal, try 0)"
        )
    if os.access(path, os.W_OK):
        return ok("waking cores", f"bounded to {limit_us} us by {path}")
    return warn(
        "waking cores",
        f"{path} cannot be written: an idle core may take a millisecond to get up to speed",
        f'a udev rule \'KERNEL=="cpu_dma_latency", GROUP="{_group()}", MODE="0660"\'; in a container, '
        f"--device {path}; or idle=poll on the kernel's command line",
    )


def _group() -> str:
    try:
        return grp.getgrgid(os.getgid()).gr_name
    except KeyError:  # a container's user need not have one
        return str(os.getgid())


def _user() -> str:
    return os.environ.get("USER", "the station's user")


def _has_capability(bit: int) -> bool:
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return False
    effective = next((line.split()[1] for line in status.splitlines() if line.startswith("CapEff:")), "0")
    return bool(int(effective, 16) >> bit & 1)
