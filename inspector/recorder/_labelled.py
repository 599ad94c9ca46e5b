"""Labelled pictures as a data set: a folder for each class, and an index that says what is known of each.

The target folder may be written again and again: pictures move with their labels, and stay when the station has
let go of them.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from inspector.domain.labels import Judgement, Label, RowId
from inspector.errors import TelemetryError
from inspector.recorder._carry import digest, put_file, settle, target_errors
from inspector.recorder._errors import no_outbox
from inspector.recorder._labels import latest_labels
from inspector.recorder._records import utc_text
from inspector.recorder._schema import OUTBOX_NAME

HALF: Final = "train"
"""Labelled rejects are never a test half: what was rejected says nothing of what was let pass."""
INDEX: Final = "index.csv"
_COLUMNS: Final = (
    "path", "split", "label", "group", "judgement", "judged_by", "judged_utc", "note", "station", "part", "utc",
    "evaluation", "class_name", "score_permille", "recipe_revision", "bundle_digest32",
)  # fmt: skip
_IMAGE: Final = re.compile(r"[0-9a-f]{13}-[0-9]{10}\.(png|jpg)")
_ROW: Final = ("station", "utc", "evaluation", "class_name", "score_permille", "recipe_revision")


@dataclass(slots=True)
class LabelledReport:
    """What was written: pictures by class, and what could not be."""

    out: Path
    classes: dict[str, int] = field(default_factory=dict)
    left_out: int = 0
    """Judged "don't know"."""
    missing: int = 0
    """Their pictures were gone, or damaged, before they were written here."""

    def __str__(self) -> str:
        """Return it as one sentence."""
        shares = ", ".join(f"{name} {count}" for name, count in sorted(self.classes.items())) or "none"
        missing = f"; {self.missing} without a picture (any more)" if self.missing else ""
        return (
            f"{sum(self.classes.values())} labelled pictures in {self.out}: {shares}"
            f" ({self.left_out} don't know, left out{missing})"
        )


def export_labelled(data_dir: Path | str, out: Path | str) -> LabelledReport:
    """Write the labelled pictures as a data set that `inspector train` reads; the line may be running.

    Raises
    ------
    TelemetryError
        The labels cannot be read, there are none, or the target cannot be written.
    OutboxMissingError
        It is not the data folder of a station.
    """
    source, target = Path(data_dir), Path(out)
    labels = latest_labels(source)
    if not labels and not (source / OUTBOX_NAME).is_file():
        raise no_outbox(source)
    if not labels:
        raise TelemetryError(
            f"nobody has labelled a part in {source} yet; judge rejects on the console first, "
            "or name the station's data folder"
        )
    report = LabelledReport(target)
    with target_errors(target):
        # A folder may gather the labels of several stations: what is not of this one stays.
        known = {str(part) for part, _, _ in labels}
        others = [row for row in _old_rows(target) if row["part"] not in known]
        (target / HALF).mkdir(parents=True, exist_ok=True)
        kept = _kept(target)
        rows = [
            row for part, label, row in labels for row in _one(source, target, part, label, row, kept, report)
        ]
        put_file(target / INDEX, _csv([*(row for row in others if (target / row["path"]).is_file()), *rows]))
        _leave_no_empty_folders(target)
        settle(target)
    return report


def _kept(target: Path) -> dict[str, Path]:
    """Return the pictures that are here already, by name."""
    return {path.name: path for path in (target / HALF).glob("*/*") if _IMAGE.fullmatch(path.name)}


def _one(
    source: Path,
    target: Path,
    part: RowId,
    label: Label,
    row: dict[str, Any],
    kept: Mapping[str, Path],
    report: LabelledReport,
) -> Iterator[dict[str, Any]]:
    """Put one picture where its label says, and yield its line of the index; nothing where there is none."""
    image = row["image"] or {}
    name = Path(str(image.get("file", ""))).name
    if label.judgement is Judgement.DONT_KNOW or not label.class_name:
        report.left_out += 1
        if name in kept:  # it was thought to be known before
            kept[name].unlink()
        return
    path = target / HALF / _folder(label.class_name) / name
    path.parent.mkdir(exist_ok=True)
    if not name or not _place(source / "images" / name, path, kept.get(name), str(image.get("sha256"))):
        report.missing += 1
        return
    report.classes[path.parent.name] = report.classes.get(path.parent.name, 0) + 1
    yield {
        **{column: row[column] for column in _ROW},
        "path": path.relative_to(target).as_posix(),
        "split": HALF,
        "label": path.parent.name,
        # The same part seen twice must not be learned from and checked with.
        "group": row["serial"] or str(part),
        "judgement": label.judgement.value,
        "judged_by": label.user,
        "judged_utc": utc_text(label.utc_ns),
        "note": label.note,
        "part": str(part),
        "bundle_digest32": row["bundle_digest32"],
    }


def _place(source: Path, path: Path, kept: Path | None, sha256: str) -> bool:
    """Have a picture at its place, from the station or from where it was before; say whether it is there."""
    if kept is not None and digest(kept.read_bytes()) == sha256:
        kept.replace(path)
        return True
    try:
        data = source.read_bytes()
    except FileNotFoundError:
        return False
    if digest(data) != sha256:
        return False
    put_file(path, data)
    settle(path.parent)
    return True


def _folder(class_name: str) -> str:
    return re.sub(r"[^\w.-]", "_", class_name)


def _old_rows(target: Path) -> list[dict[str, str]]:
    path = target / INDEX
    if not path.is_file():
        return []
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    if rows and set(_COLUMNS) - set(rows[0]):
        raise TelemetryError(f"{path} is of another data set; name another folder")
    return rows


def _csv(rows: list[dict[str, Any]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, _COLUMNS, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(sorted(rows, key=lambda row: str(row["path"])))
    return text.getvalue().encode("utf-8", "replace")


def _leave_no_empty_folders(target: Path) -> None:
    for folder in (target / HALF).iterdir():
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
