"""What `inspector run` was asked to do."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    """Options of one run; None means 'as the configuration says'.

    Parameters
    ----------
    config
        station.toml; None takes the embedded defaults, which simulate everything.
    seconds
        End in order after so long, counted from Ready; None = no limit.
    product
        Name of the product to start with; None = that of the last time.
    scenario
        Faults on a schedule.
    console
        Open the operator console on the line; closing it leaves the line alone.
    headless
        No live status.
    json
        Print exactly one JSON document on stdout at the end.
    """

    config: Path | None = None
    rate_per_min: float | None = None
    parts: int | None = None
    seconds: float | None = None
    camera: str | None = None
    bundle: Path | None = None
    product: str | None = None
    scenario: Path | None = None
    seed: int | None = None
    defect_rate: float | None = None
    colour: bool = False
    run_dir: Path | None = None
    data_dir: Path | None = None
    console: bool = False
    headless: bool = False
    quiet: bool = False
    json: bool = False
