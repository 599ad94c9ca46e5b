"""Measuring a bundle on a folder of images with the code that runs on the line. Needs no PyTorch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inspector.domain.verdict import Evaluation, Verdict
from inspector.errors import DatasetError
from inspector.images import read_image
from inspector.training._dataset import Sample, scan
from inspector.training._metrics import accuracy, auroc, confusion, macro_f1
from inspector.training._options import EvaluateOptions
from inspector.vision import OnnxClassifier, load_bundle, recipe_from_bundle


@dataclass(frozen=True, slots=True, kw_only=True)
class FileResult:
    """What was seen on one image."""

    path: str
    true_class: str
    evaluation: str
    seen_class: str | None
    score: float
    p_ok: float
    reason: str


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What follows from truth and verdicts.

    Parameters
    ----------
    confusion
        Counts, true class (rows) by class seen, in the order of the classes; INDETERMINATE comes last.
    auroc
        OK against NG by the summed OK probability, over the images that could be judged; None unless both
        occur.
    escapes, false_rejects
        NG parts called OK; OK parts not called OK. None without OK classes.
    """

    images: int
    confusion: list[list[int]]
    accuracy: float
    macro_f1: float
    indeterminate: int
    indeterminate_reasons: dict[str, int]
    auroc: float | None = None
    ok_ng_accuracy: float | None = None
    escapes: int | None = None
    false_rejects: int | None = None


@dataclass(frozen=True, kw_only=True)
class EvaluationReport(Figures):
    """Quality of a bundle on a folder, at the bundle's own thresholds."""

    bundle: str
    bundle_digest: str
    data: str
    classes: list[str]
    ok_classes: list[str]
    run_us_p50: float
    files: list[FileResult] = field(default_factory=list)

    def as_dict(self) -> dict[str, object]:
        """Return the report as plain JSON types."""
        return asdict(self)

    def as_text(self) -> str:
        """Return the report for a person."""
        header = [*self.classes, "indeterminate"]
        wide = max(len(name) for name in header) + 2
        rows = ["".join(name.rjust(wide) for name in ["true \\ seen", *header])]
        for name, counts in zip(self.classes, self.confusion, strict=True):
            rows.append("".join(str(cell).rjust(wide) for cell in [name, *counts]))
        figures = f"{self.images} images  accuracy {self.accuracy:.4f}  macro-F1 {self.macro_f1:.4f}"
        if self.auroc is not None:
            figures += (
                f"  OK/NG AUROC {self.auroc:.4f}  OK/NG accuracy {self.ok_ng_accuracy:.4f}"
                f"  escapes {self.escapes}  false rejects {self.false_rejects}"
            )
        return "\n".join(
            [*rows, figures, f"indeterminate {self.indeterminate}  run p50 {self.run_us_p50:.0f} µs"]
        )


def evaluate(options: EvaluateOptions) -> EvaluationReport:
    """Judge every image of the folder (its `test/` half if it has one).

    Raises
    ------
    BundleError
        If the bundle cannot be trusted.
    DatasetError
        If an image cannot be read, or a class folder is not one of the bundle's classes.
    """
    bundle = load_bundle(options.bundle)
    folder = scan(options.data, "test")
    unknown = [name for name in folder.classes if name not in bundle.classes]
    if unknown:
        raise DatasetError(
            f"class folder {unknown[0]!r} of {options.data} is not a class of bundle {options.bundle} "
            f"({', '.join(bundle.classes)}); rename or remove it"
        )
    classifier = OnnxClassifier(bundle, recipe_from_bundle(bundle), frozen_check=False)
    classifier.warm_up()
    truth = [bundle.classes.index(folder.classes[sample.label]) for sample in folder.samples]
    verdicts, runs_ns = _judge_all(classifier, folder.samples)
    classifier.close()
    files = [
        _file_result(sample, bundle.classes, bundle.classes[true], verdict)
        for sample, true, verdict in zip(folder.samples, truth, verdicts, strict=True)
    ]
    figures = summarize(truth, verdicts, bundle.ok_classes, len(bundle.classes))
    return EvaluationReport(
        bundle=bundle.manifest.name,
        bundle_digest=bundle.digest,
        data=str(options.data),
        classes=list(bundle.classes),
        ok_classes=list(bundle.manifest.ok_classes),
        run_us_p50=float(np.median(runs_ns)) / 1e3 if runs_ns else 0.0,
        files=files if options.per_file else [],
        **asdict(figures),
    )


def summarize(
    truth: Sequence[int], verdicts: Sequence[Verdict], ok_classes: frozenset[int], classes: int
) -> Figures:
    """Return the figures; the OK/NG ones only where there are OK classes."""
    seen = [v.class_index if v.evaluation is not Evaluation.INDETERMINATE else -1 for v in verdicts]
    table = confusion(truth, seen, classes)
    reasons = [v.reason for v in verdicts if v.evaluation is Evaluation.INDETERMINATE]
    figures = Figures(
        images=len(truth),
        confusion=table.tolist(),
        accuracy=accuracy(table),
        macro_f1=macro_f1(table),
        indeterminate=len(reasons),
        indeterminate_reasons={reason: reasons.count(reason) for reason in sorted(set(reasons))},
    )
    return _with_ok_ng(figures, truth, verdicts, ok_classes) if ok_classes else figures


def _with_ok_ng(
    figures: Figures, truth: Sequence[int], verdicts: Sequence[Verdict], ok_classes: frozenset[int]
) -> Figures:
    is_ok = [true in ok_classes for true in truth]
    accepted = [verdict.evaluation is Evaluation.OK for verdict in verdicts]
    escapes = sum(a and not ok for a, ok in zip(accepted, is_ok, strict=True))
    false_rejects = sum(ok and not a for a, ok in zip(accepted, is_ok, strict=True))
    judged = [(v.p_ok, ok) for v, ok in zip(verdicts, is_ok, strict=True) if v.class_index >= 0]
    return replace(
        figures,
        auroc=auroc([p for p, _ in judged], [ok for _, ok in judged]),
        ok_ng_accuracy=1 - (escapes + false_rejects) / max(1, len(truth)),
        escapes=escapes,
        false_rejects=false_rejects,
    )


def _judge_all(classifier: OnnxClassifier, samples: Sequence[Sample]) -> tuple[list[Verdict], list[int]]:
    verdicts, runs_ns = [], []
    for sample in samples:
        pixels: NDArray[np.uint8] = read_image(Path(sample.path))
        reason = classifier.preprocess(pixels)
        if reason:
            verdicts.append(Verdict(evaluation=Evaluation.INDETERMINATE, reason=reason))
            continue
        verdicts.append(classifier.judge(classifier.run()))
        runs_ns.append(classifier.last_run_ns)
    return verdicts, runs_ns


def _file_result(sample: Sample, classes: Sequence[str], true_class: str, verdict: Verdict) -> FileResult:
    return FileResult(
        path=str(sample.path),
        true_class=true_class,
        evaluation=verdict.evaluation.name,
        seen_class=classes[verdict.class_index] if verdict.class_index >= 0 else None,
        score=verdict.score,
        p_ok=verdict.p_ok,
        reason=verdict.reason,
    )
