"""The composition root, from configuration to running processes: the only room that names concrete classes."""

from __future__ import annotations

from inspector.app._options import RunOptions

__all__ = ["RunOptions", "run_line"]


def run_line(options: RunOptions) -> int:
    """Run the line until it ends; return the exit code. See `_launcher.run_line`."""
    # Children of the launcher import this package, too; they need nothing of the launcher.
    from inspector.app._launcher import run_line as run

    return run(options)
