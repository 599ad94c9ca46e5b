"""What machine a figure was measured on, and what disturbed it."""

from __future__ import annotations

import os
import platform
import threading
from importlib.metadata import version
from pathlib import Path
from typing import Any

from inspector.clock import monotonic_ns


def machine() -> dict[str, Any]:
    """Return CPU, kernel and library versions."""
    cpu = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    lines = dict(line.split(":", 1) for line in cpu.splitlines() if ":" in line)
    facts = {key.strip(): value.strip() for key, value in lines.items()}
    flags = facts.get("flags", "").split()
    return {
        "cpu": facts.get("model name", platform.processor()),
        "cores": os.cpu_count(),
        "instructions": [name for name in ("avx2", "avx512_vnni", "amx_int8") if name in flags],
        "is_virtual": "hypervisor" in flags,
        "kernel": platform.release(),
        "python": platform.python_version(),
        "load_1min_before": round(os.getloadavg()[0], 2),
        "packages": {
            name: version(name) for name in ("numpy", "onnxruntime", "opencv-python-headless", "pymodbus")
        },
    }


class StealWatch:
    """Notes when the hypervisor took the CPU away: the growth of 'steal' in /proc/stat, sampled every 20 ms."""

    def __init__(self) -> None:
        self._samples: list[tuple[int, int]] = []
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="steal-watch", daemon=True)

    def __enter__(self) -> StealWatch:
        """Start sampling."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop sampling."""
        self._stopping.set()
        self._thread.join(1.0)

    def _run(self) -> None:
        last = -1
        while not self._stopping.wait(0.02):
            steal = _steal_ticks()
            if steal != last:
                self._samples.append((monotonic_ns(), steal))
                last = steal

    @property
    def stolen_ms(self) -> int:
        """CPU time that was stolen in all, over all cores."""
        return (self._samples[-1][1] - self._samples[0][1]) * 10 if self._samples else 0

    def was_stolen(self, from_ns: int, until_ns: int) -> bool:
        """Whether the count grew around an interval (its resolution is 10 ms, hence the margin)."""
        margin_ns = 40_000_000
        return any(from_ns - margin_ns <= at_ns <= until_ns + margin_ns for at_ns, _ in self._samples[1:])


def _steal_ticks() -> int:
    return int(Path("/proc/stat").read_text(encoding="ascii").split("\n", 1)[0].split()[8])
