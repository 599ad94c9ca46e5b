"""What the recorder is told at its start."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class RecorderOptions:
    """Everything the recorder process needs; plain values, so that it can travel as JSON.

    Parameters
    ----------
    run_dir
        Folder with the shared memory: `ledger.ring`, `images.pool`, `recorder.board`.
    data_dir
        Folder for `outbox.db` and `images/`; made if missing.
    station, station_id
        Name and number of the station; together with epoch and sequence number a row's identity.
    classes
        Class names, by index, for rows of a bundle that `classes.json` in `run_dir` does not know.
    quota_mb
        Room for images and rows, in 10**6 bytes. The oldest images go first, then exported rows.
    reserve_mb
        Room that images leave free on the disk, so that rows still fit.
    image_format
        "png" is exact; "jpeg" is about five times smaller and faster to encode.
    poll_ms
        Longest time a row waits in the ring while all is well, 1…200 ms.
    core, nice
        CPU core (negative counts from the last; None = any), and how much it yields to others.
    """

    run_dir: str
    data_dir: str
    station: str
    station_id: int
    classes: tuple[str, ...] = ()
    quota_mb: float = 2000.0
    reserve_mb: float = 64.0
    image_format: Literal["png", "jpeg"] = "png"
    poll_ms: float = 100.0
    core: int | None = None
    nice: int = 10

    def to_json(self) -> str:
        """Return the options as one line of JSON."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> RecorderOptions:
        """Return the options that `to_json` wrote."""
        values: dict[str, Any] = json.loads(text)
        return cls(**{**values, "classes": tuple(values.get("classes", ()))})

    @property
    def ring_path(self) -> Path:
        """The ledger's ring."""
        return Path(self.run_dir) / "ledger.ring"

    @property
    def pool_path(self) -> Path:
        """The image pool."""
        return Path(self.run_dir) / "images.pool"

    @property
    def board_path(self) -> Path:
        """The recorder's notice board."""
        return Path(self.run_dir) / "recorder.board"
