"""The recorder's process."""

from __future__ import annotations

from inspector.recorder import RecorderOptions, run_recorder


def run_recorder_process(argument: str) -> int:
    """Run the recorder until it is told to stop."""
    return run_recorder(RecorderOptions.from_json(argument))
