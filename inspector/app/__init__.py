"""The composition root, from configuration to running processes: the only room that names concrete classes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from inspector.app._end_signals import EndSignals
from inspector.app._options import RunOptions

if TYPE_CHECKING:
    from inspector.app._backup import Manifest
    from inspector.app._restore import Restored
    from inspector.config import StationConfig
    from inspector.devices.sim import FaultSpec

__all__ = [
    "RunOptions",
    "check_backup",
    "resolve_bundle",
    "restore_backup",
    "run_line",
    "run_report",
    "save_backup",
    "scenario_faults",
]

# Children of the launcher import this package, too; they need nothing of what the functions import.


def run_line(options: RunOptions) -> int:
    """Run the line until it ends; return the exit code. See `_launcher.run_line`."""
    signals = EndSignals()  # Ctrl-C shall not tear an import in two
    from inspector.app._launcher import run_line as run

    return run(options, signals)


def run_report(options: RunOptions, config: StationConfig | None = None) -> dict[str, Any]:
    """Run the line until it ends; return its report. See `_launcher.run_report`."""
    from inspector.app._launcher import run_report as run

    return run(options, config)


def resolve_bundle(config: StationConfig) -> Path:
    """Return the folder of the bundle that a line would use. See `_bundles.resolve_bundle`."""
    from inspector.app._bundles import resolve_bundle as resolve

    return resolve(config)


def scenario_faults() -> dict[str, FaultSpec]:
    """Return every fault that a scenario may name. See `_scenario.scenario_faults`."""
    from inspector.app._scenario import scenario_faults as named

    return named()


def save_backup(config: StationConfig, config_file: Path | None, out: Path) -> Manifest:
    """Write a backup into a new file. See `_backup.save_backup`."""
    from inspector.app._backup import save_backup as save

    return save(config, config_file, out)


def check_backup(path: Path) -> Manifest:
    """Return what a backup holds. See `_restore.check_backup`."""
    from inspector.app._restore import check_backup as check

    return check(path)


def restore_backup(path: Path, data_dir: Path) -> Restored:
    """Put a backup back. See `_restore.restore_backup`."""
    from inspector.app._restore import restore_backup as restore

    return restore(path, data_dir)
