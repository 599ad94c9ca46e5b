"""The model: whether it can be trusted, gives what it gave where it was made, and is fast enough here."""

from __future__ import annotations

from inspector.app import resolve_bundle
from inspector.config import StationConfig
from inspector.doctor._check import Check, fail, ok, warn
from inspector.errors import BundleError, ConfigError
from inspector.vision import Bundle, OnnxClassifier, load_bundle, recipe_from_bundle, self_test

_RUNS = 300


def model_checks(config: StationConfig) -> list[Check]:
    """Load the bundle, judge its golden samples, and time the model."""
    try:
        bundle = load_bundle(resolve_bundle(config))
    except ConfigError as error:
        return [fail("bundle", str(error), "name another one by [bundle] path, or train one")]
    manifest = bundle.manifest
    loaded = ok("bundle", f"{manifest.name} {manifest.version} at {bundle.path}, digest {bundle.digest[:8]}")
    classifier = OnnxClassifier(bundle, recipe_from_bundle(bundle))
    try:
        return [loaded, _golden(classifier, bundle), _latency(classifier, config.decision.deadline_ms)]
    finally:
        classifier.close()


def _golden(classifier: OnnxClassifier, bundle: Bundle) -> Check:
    samples = len(bundle.manifest.golden)
    try:
        self_test(classifier, bundle)
    except BundleError as error:
        return fail("golden set", str(error), "do not run this bundle on this machine")
    if not samples:
        return warn("golden set", "the bundle has none, so nothing was compared", "train the bundle again")
    return ok("golden set", f"{samples} samples give what they gave where the bundle was made")


def _latency(classifier: OnnxClassifier, deadline_ms: float) -> Check:
    """Time the bare model in a tight loop; paced by a belt, with cold caches, it takes up to twice that."""
    classifier.warm_up()
    times_us = []
    for _ in range(_RUNS):
        classifier.run()
        times_us.append(classifier.last_run_ns / 1e3)
    times_us.sort()
    median_us, p99_us = times_us[_RUNS // 2], times_us[_RUNS * 99 // 100]
    finding = f"{median_us:.0f} µs (median), {p99_us:.0f} µs (99 %) of the {deadline_ms:g} ms deadline"
    smaller = "use a smaller net (inspector train --size), a faster core, or a longer [decision] deadline_ms"
    if 2 * median_us > deadline_ms * 1e3:
        return fail("model latency", finding, smaller)
    if 2 * p99_us > deadline_ms * 1e3:
        return warn("model latency", finding, smaller + "; or something else keeps this machine busy")
    return ok("model latency", finding)
