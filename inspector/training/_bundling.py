"""Writing the bundle: measured, documented, and in one piece or not at all."""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import cv2

from inspector.domain.recipe import Thresholds
from inspector.domain.verdict import Evaluation
from inspector.errors import UsageError
from inspector.images import read_image
from inspector.training._calibrate import THRESHOLD_RULE
from inspector.training._judge import Judged
from inspector.vision import MANIFEST_FILE, MODEL_CARD_FILE, STAMP_FILE, GoldenSample, Manifest

GOLDEN_MAX = 6
GOLDEN_BYTES_MAX = 3_700_000
_PACKAGES = ("torch", "onnx", "onnxruntime", "numpy", "opencv-python-headless")


def write_golden(judged: Sequence[Judged], classes: Sequence[str], staging: Path) -> list[GoldenSample]:
    """Write whole frames, 8-bit PNG, that the model is surest and right about: one per class, OK first.

    At most six and 3.7 MB in all: they are looked at on every start, and travel with the bundle.
    """
    folder = staging / "golden"
    folder.mkdir()
    golden: list[GoldenSample] = []
    room = GOLDEN_BYTES_MAX
    for item in _surest(judged):
        name = classes[item.verdict.class_index]
        _, png = cv2.imencode(".png", read_image(item.sample.path), [cv2.IMWRITE_PNG_COMPRESSION, 9])
        if len(png) > room or len(golden) == GOLDEN_MAX:
            continue
        room -= len(png)
        file = f"golden/{len(golden) + 1}.png"
        (staging / file).write_bytes(png.tobytes())
        is_ok = item.verdict.evaluation is Evaluation.OK
        golden.append(GoldenSample(file=file, class_name=name, evaluation="OK" if is_ok else "NG"))
    return golden


def _surest(judged: Sequence[Judged]) -> list[Judged]:
    """Return right and decided verdicts: the best of each class, OK classes first."""
    right = [
        item
        for item in judged
        if item.verdict.evaluation is not Evaluation.INDETERMINATE
        and item.verdict.class_index == item.sample.label
    ]
    best: dict[int, Judged] = {}
    for item in sorted(right, key=lambda item: -item.verdict.score):
        best.setdefault(item.sample.label, item)
    return sorted(best.values(), key=lambda item: (item.verdict.evaluation, item.sample.label))


def file_digests(staging: Path) -> dict[str, str]:
    """Return SHA-256 of every file in the folder but the manifest and its stamp, by its relative name."""
    own = {staging / MANIFEST_FILE, staging / STAMP_FILE}
    files = sorted(p for p in staging.rglob("*") if p.is_file() and p not in own)
    return {p.relative_to(staging).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def publish(staging: Path, out: Path) -> None:
    """Put the finished folder in its place, in one step as far as the file system allows.

    Raises
    ------
    UsageError
        If the place is taken by something that is not a bundle, or cannot be written.
    """
    require_place(out)
    old = out.with_name(f".{out.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    try:
        if out.exists():
            os.replace(out, old)
        os.replace(staging, out)
    except OSError as error:
        raise UsageError(f"{out} cannot be written ({error.strerror}); choose another --out") from error
    shutil.rmtree(old, ignore_errors=True)


def require_place(out: Path) -> None:
    """Refuse to overwrite anything but a bundle or an empty folder.

    Raises
    ------
    UsageError
        Naming the place.
    """
    if out.exists() and not (out.is_dir() and ((out / MANIFEST_FILE).is_file() or not any(out.iterdir()))):
        raise UsageError(f"{out} exists and is not a bundle; choose another --out or remove it")


def package_versions() -> dict[str, str]:
    """Return the versions of what the result depends on."""
    return {name: importlib.metadata.version(name) for name in _PACKAGES}


def git_revision() -> str | None:
    """Return the revision of the source tree, or None outside of one."""
    try:
        done = subprocess.run(
            ["git", "-C", str(Path(__file__).parent), "rev-parse", "HEAD"],
            capture_output=True,
            text=True,
            timeout=10,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip() or None


def write_card(fields: dict[str, object], confusion: Sequence[Sequence[int]], staging: Path) -> None:
    """Write the model card: what it is for, what it was made of, how good it is, and where it ends."""
    manifest = Manifest.model_validate(fields | {"files": file_digests(staging)})
    (staging / MODEL_CARD_FILE).write_text(render_card(manifest, confusion), encoding="utf-8")


def render_card(manifest: Manifest, confusion: Sequence[Sequence[int]]) -> str:
    """Return the model card as Markdown."""
    source, spec = manifest.provenance, manifest.input
    lines = [
        f"# {manifest.name} {manifest.version}",
        "",
        f"Tells apart {', '.join(manifest.classes)}. OK: {', '.join(manifest.ok_classes) or 'none'}.",
        f"Input: {spec.width}×{spec.height} px, {'colour (BGR)' if spec.channels == 3 else 'mono'}, uint8; "
        f"region of interest: {manifest.roi.mode.value}.",
        "",
        "## Where it comes from",
        "",
        f"- Images: {source.images} of `{source.dataset}`, SHA-256 `{source.dataset_digest}`",
        f"- Command: `{source.command}`; seed {source.seed}, {source.epochs} epochs",
        f"- Packages: {', '.join(f'{name} {version}' for name, version in source.packages.items())}",
        f"- Source revision: {source.git_revision or 'unknown'}",
        "",
        "## How good it is",
        "",
        "On the validation split: images of the same data set that were held back from training, by group.",
        "Quality on another line, light or lens is unknown until it is measured there.",
        "",
        "| model | accuracy | macro-F1 | OK/NG AUROC | images |",
        "|---|---|---|---|---|",
    ]
    for name, m in manifest.measured.items():
        area = "–" if m.auroc is None else f"{m.auroc:.4f}"
        lines.append(f"| {name} | {m.accuracy:.4f} | {m.macro_f1:.4f} | {area} | {m.images} |")
    lines += ["", "INT8, true class by class seen:", "", *_table(manifest.classes, confusion)]
    lines += ["", *_limits(manifest), *_thresholds(manifest.thresholds)]
    return "\n".join(lines) + "\n"


def _table(classes: Sequence[str], confusion: Sequence[Sequence[int]]) -> list[str]:
    head = ["true", *classes, "indeterminate"]
    rows = [[name, *map(str, counts)] for name, counts in zip(classes, confusion, strict=True)]
    return [f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows)]


def _limits(manifest: Manifest) -> list[str]:
    limit = manifest.detection_limit
    if limit is None:
        return []
    sizes = {
        name: "not reached" if size is None else f"{size:.1f} {limit.unit}"
        for name, size in limit.a90_95.items()
    }
    rows = [f"| {name} | {size} | {limit.samples[name]} |" for name, size in sizes.items()]
    head = [
        "## What it finds (a90/95)",
        "",
        limit.method,
        "",
        "| defect | a90/95 | images |",
        "|---|---|---|",
    ]
    calls = f"OK parts rejected along with them: {100 * (limit.false_call_rate or 0):.1f} % (validation)."
    return [*head, *rows, "", calls, ""]


def _thresholds(thresholds: Thresholds) -> list[str]:
    return [
        "## Suggested thresholds",
        "",
        f"accept_min {thresholds.accept_min}, reject_min {thresholds.reject_min}. {THRESHOLD_RULE}",
        "The recipe decides, not the model.",
    ]
