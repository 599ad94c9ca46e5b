"""Carrying rows and images away as files, in chunks that are complete or not there at all.

A chunk is NDJSON rows, their images, and a manifest with the digests of both, which comes last. So what
has a manifest is complete, and the next run goes on behind it: the target folder is the only memory.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from inspector.clock import utc_ns
from inspector.recorder._carry import digest, has_file, open_target, put_file, settle, target_errors
from inspector.recorder._errors import OutboxError
from inspector.recorder._outbox import mark_exported
from inspector.recorder._records import RECORD_SCHEMA, Epoch, OutboxReader, record, utc_text
from inspector.recorder._rows import ImageState
from inspector.recorder._schema import IMAGES_NAME

ROWS_PER_FILE: Final = 5000
_STEM: Final = re.compile(r"-(?P<epoch>[0-9a-f]{13})-\d{10}-(?P<last>\d{10})\.manifest\.json$")

Chunk = list[dict[str, Any]]
Progress = Callable[[int, int], None]
"""Called with rows done and rows in all, after every chunk."""


@dataclass(slots=True)
class ExportReport:
    """What an export has done. `is_marked`: the outbox knows, and may let go of exported rows."""

    out: Path
    rows: int = 0
    images: int = 0
    images_missing: int = 0
    """Images that were evicted, or damaged on disk, before they could be copied."""
    files: list[str] = field(default_factory=list)
    is_marked: bool = True

    def __str__(self) -> str:
        """Return it as one sentence."""
        missing = f" ({self.images_missing} images were gone)" if self.images_missing else ""
        unmarked = "" if self.is_marked else "; the outbox could not note it, and keeps them all"
        return (
            f"{self.rows} rows and {self.images} images{missing} in {len(self.files)} files"
            f" written to {self.out}{unmarked}"
        )


def export(
    data_dir: Path | str,
    out: Path | str,
    *,
    since: int | None = None,
    images: bool = True,
    progress: Progress | None = None,
) -> ExportReport:
    """Write what is not in `out` yet. May be interrupted anywhere and repeated; the recorder may be running.

    Parameters
    ----------
    data_dir
        The station's data folder.
    out
        Folder to write into; made if missing.
    since
        Leave out rows before this moment, in nanoseconds UTC. Rows exported so stay marked as not exported.
    images
        Copy the images, too.

    Raises
    ------
    TelemetryError
        There is no outbox, or the target cannot be written; what is complete there stays.
    """
    source, target = Path(data_dir), Path(out)
    report = ExportReport(target)
    with closing(OutboxReader(source)) as reader:
        open_target(target, IMAGES_NAME)
        work = [(epoch, _resume_at(target, epoch.epoch)) for epoch in reader.epochs()]
        total = sum(reader.count(epoch.epoch, after, since or 0) for epoch, after in work)
        for epoch, after in work:
            chunks = _chunks(reader, epoch, after, since or 0)
            is_whole = since is None and after <= epoch.exported
            for chunk in chunks:
                _write_chunk(source, target, epoch, chunk, images, report)
                if is_whole:
                    _mark(reader.path, epoch, chunk[-1]["seq"], report)
                if progress is not None:
                    progress(report.rows, total)
    return report


def _resume_at(out: Path, epoch: int) -> int:
    """Return the last sequence number of an epoch that is complete in a folder; 0 = none."""
    with target_errors(out):
        found = [_STEM.search(path.name) for path in out.glob(f"*-{epoch:013x}-*.manifest.json")]
    return max((int(match["last"]) for match in found if match), default=0)


def _chunks(reader: OutboxReader, epoch: Epoch, after: int, since_utc_ns: int) -> Iterator[Chunk]:
    while chunk := reader.rows(epoch.epoch, after, ROWS_PER_FILE, since_utc_ns):
        yield chunk
        after = chunk[-1]["seq"]


def _write_chunk(
    source: Path, out: Path, epoch: Epoch, chunk: Chunk, images: bool, report: ExportReport
) -> None:
    """Write images, rows and manifest, in this order."""
    name = re.sub(r"[^\w.-]", "_", epoch.station)
    stem = f"{name}-{epoch.epoch:013x}-{chunk[0]['seq']:010d}-{chunk[-1]['seq']:010d}"
    copied: dict[str, dict[str, Any]] = {}
    with target_errors(out):
        for row in chunk:
            if images and row["image_state"] == ImageState.STORED:
                _copy_image(source, out, row, copied)
        lines = [json.dumps(record(row, epoch.station), ensure_ascii=False) for row in chunk]
        rows_file = f"{stem}.ndjson"
        data = "".join(f"{line}\n" for line in lines).encode()
        sha256 = put_file(out / rows_file, data)
        settle(out / IMAGES_NAME, out)
        manifest = {
            "schema": RECORD_SCHEMA,
            "station": epoch.station,
            "station_id": epoch.station_id,
            "epoch": epoch.epoch,
            "first_seq": chunk[0]["seq"],
            "last_seq": chunk[-1]["seq"],
            "rows": len(chunk),
            "written_utc": utc_text(utc_ns()),
            "has_images": images,
            "files": {rows_file: {"bytes": len(data), "sha256": sha256}, **copied},
        }
        put_file(out / f"{stem}.manifest.json", json.dumps(manifest, indent=1, ensure_ascii=False).encode())
        settle(out)
    report.rows += len(chunk)
    report.images += len(copied)
    report.images_missing += sum(row["image_state"] in _GONE for row in chunk if images)
    report.files.append(rows_file)


_GONE: Final = (ImageState.EVICTED, ImageState.DAMAGED)


def _copy_image(source: Path, out: Path, row: dict[str, Any], copied: dict[str, dict[str, Any]]) -> None:
    """Copy a row's image, and note in the row if that cannot be done any more."""
    name, sha256 = f"{IMAGES_NAME}/{row['image_file']}", row["image_sha256"]
    try:
        data = (source / name).read_bytes()
    except FileNotFoundError:
        # Evicted since the row was read.
        row["image_state"] = ImageState.EVICTED
        return
    if digest(data) != sha256:
        row["image_state"] = ImageState.DAMAGED
        return
    if not has_file(out / name, sha256):
        put_file(out / name, data)
    copied[name] = {"bytes": len(data), "sha256": sha256}


def _mark(path: Path, epoch: Epoch, seq: int, report: ExportReport) -> None:
    try:
        mark_exported(path, epoch.epoch, seq)
    except OutboxError:
        report.is_marked = False
