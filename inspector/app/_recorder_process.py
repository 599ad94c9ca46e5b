"""The recorder's process."""

from __future__ import annotations

from dataclasses import replace

from inspector.recorder import RecorderOptions, run_recorder


def run_recorder_process(argument: str, launcher_fd: int) -> int:
    """Run the recorder until it is told to stop, or the launcher has gone."""
    return run_recorder(replace(RecorderOptions.from_json(argument), launcher_fd=launcher_fd))
