"""``python -m inspector.bench.bare RUN_DIR BUNDLE PERIOD_US CORE PRIORITY``: the model without the product.

Runs beside the station, on its core, in the gaps: preprocessing and a model run on the newest frame in the
camera's memory, paced like the line, so that its caches are as cold as the station's. Prints two histograms
as JSON when it is told to stop.
"""

from __future__ import annotations

import json
import signal
import sys
from pathlib import Path

from inspector.clock import monotonic_ns, sleep_until_ns
from inspector.devices import CameraPeek
from inspector.domain.histogram import LatencyHistogram
from inspector.realtime import freeze_garbage_collector, request
from inspector.vision import OnnxClassifier, load_bundle, recipe_from_bundle


def main(run_dir: str, bundle_path: str, period_us: str, core: str, priority: str) -> int:
    """Measure until SIGTERM."""
    stopping: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _: stopping.append(number))
    bundle = load_bundle(Path(bundle_path))
    classifier = OnnxClassifier(bundle, recipe_from_bundle(bundle), frozen_check=False)
    classifier.warm_up()
    request(int(priority), int(core))
    freeze_garbage_collector()
    histograms = {name: LatencyHistogram() for name in ("preprocess", "run", "both")}
    camera = CameraPeek(Path(run_dir))
    due_ns, period_ns = monotonic_ns(), int(period_us) * 1000
    while not stopping:
        due_ns = max(due_ns + period_ns, monotonic_ns())
        sleep_until_ns(due_ns)
        pixels = camera.newest()
        if pixels is None or classifier.preprocess(pixels):
            continue
        classifier.run()
        histograms["preprocess"].record_ns(classifier.last_preprocess_ns)
        histograms["run"].record_ns(classifier.last_run_ns)
        histograms["both"].record_ns(classifier.last_preprocess_ns + classifier.last_run_ns)
    sys.stdout.write(json.dumps({name: histogram.summary() for name, histogram in histograms.items()}))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:6]))
