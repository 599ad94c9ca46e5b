"""The golden set: known frames that must give their known verdicts before the line may start."""

from __future__ import annotations

from inspector.domain.verdict import Evaluation, Verdict, judge
from inspector.errors import BundleError, DatasetError
from inspector.images import read_image
from inspector.vision._bundle import Bundle
from inspector.vision._classifier import OnnxClassifier
from inspector.vision._manifest import GoldenSample
from inspector.vision._preprocess import Preprocessor

_MACHINE = (
    "this machine does not compute what the bundle was made with: do not run it here, "
    "train it again on this kind of machine"
)


def self_test(classifier: OnnxClassifier, bundle: Bundle) -> None:
    """Judge every golden sample with the classifier's own session and buffers.

    The bundle's region of interest and thresholds apply, not the recipe's: it is the model on this
    machine that is tested. Not for use while the classifier classifies.

    Raises
    ------
    BundleError
        Naming the sample, what was expected and what was seen.
    """
    manifest = bundle.manifest
    prepare = Preprocessor(manifest.input, manifest.roi, output=classifier.input_buffer)
    for sample in manifest.golden:
        try:
            reason = prepare(read_image(bundle.path / sample.file))
        except DatasetError as error:
            raise BundleError(f"golden sample {error}") from error
        if reason:
            raise BundleError(_message(bundle, sample, reason, _MACHINE))
        probabilities = classifier.run()
        verdict = judge(probabilities, bundle.ok_classes, manifest.thresholds)
        seen_class = _seen_class(bundle, verdict)
        if Evaluation[sample.evaluation] != verdict.evaluation or seen_class != sample.class_name:
            seen = f"{verdict.evaluation.name} {seen_class} ({verdict.score:.3f})"
            best = bundle.classes[max(range(len(probabilities)), key=probabilities.__getitem__)]
            why = _thresholds(bundle) if best == sample.class_name else _MACHINE
            raise BundleError(_message(bundle, sample, seen, why))


def _seen_class(bundle: Bundle, verdict: Verdict) -> str:
    return bundle.classes[verdict.class_index] if verdict.class_index >= 0 else "no class"


def _thresholds(bundle: Bundle) -> str:
    """Return the reason where the model is right about the class, and only the policy says otherwise."""
    manifest = bundle.manifest
    return (
        f"the model sees what it should, but accept_min = {manifest.thresholds.accept_min:g}, reject_min = "
        f"{manifest.thresholds.reject_min:g} and ok_classes = {', '.join(manifest.ok_classes) or 'none'} of its "
        "manifest.json do not fit its golden samples: copy the bundle again from where it was made"
    )


def _message(bundle: Bundle, sample: GoldenSample, seen: str, why: str) -> str:
    return (
        f"golden sample {sample.file} of bundle {bundle.path}: expected {sample.evaluation} "
        f"{sample.class_name}, saw {seen}; {why}"
    )
