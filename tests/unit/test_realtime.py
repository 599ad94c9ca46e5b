"""What is asked of the kernel, and what is said when it refuses."""

from __future__ import annotations

import json
import os
import struct
from pathlib import Path

import pytest

from inspector import realtime


def test_a_bound_on_waking_is_written_and_the_file_stays_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "cpu_dma_latency"
    path.touch()
    monkeypatch.setattr(realtime, "WAKE_LATENCY_FILE", path)
    grant = realtime.request(None, None, wake_latency_us=20)
    assert grant.wake_latency_us == 20
    assert grant.is_complete
    assert path.read_bytes() == struct.pack("i", 20)
    held = [int(fd.name) for fd in Path("/proc/self/fd").iterdir() if fd.exists() and fd.readlink() == path]
    assert len(held) == 1
    os.close(held[0])


def test_a_refused_bound_on_waking_is_named_with_the_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(realtime, "WAKE_LATENCY_FILE", tmp_path / "none")
    grant = realtime.request(None, None, wake_latency_us=0)
    assert grant.wake_latency_us == -1
    assert "udev rule" in grant.refusals[0]


def test_what_was_refused_can_be_published_as_plain_values(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(realtime, "WAKE_LATENCY_FILE", tmp_path / "absent" / "cpu_dma_latency")
    grant = realtime.request(None, None, wake_latency_us=20)
    assert json.loads(json.dumps(grant.as_dict()))["refusals"] == list(grant.refusals) != []


def test_nothing_is_asked_of_the_cores_unless_wanted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(realtime, "WAKE_LATENCY_FILE", tmp_path / "none")
    assert realtime.request(None, None).is_complete
