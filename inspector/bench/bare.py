"""``python -m inspector.bench.bare RUN_DIR BUNDLE PERIOD_US EVERY CORE PRIORITY``: the model without the product.

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
from inspector.errors import SharedMemoryError
from inspector.realtime import freeze_garbage_collector, request
from inspector.vision import OnnxClassifier, load_bundle, recipe_from_bundle

_GAP = 0.55


def _camera(run_dir: Path) -> CameraPeek:
    """Wait, at most 20 s, for the line's camera to appear."""
    until_ns = monotonic_ns() + 20_000_000_000
    while True:
        try:
            return CameraPeek(run_dir)
        except SharedMemoryError:
            if monotonic_ns() > until_ns:
                raise
            sleep_until_ns(monotonic_ns() + 20_000_000)


def main(run_dir: str, bundle_path: str, period_us: str, every: int, core: str, priority: str) -> int:
    """Measure until SIGTERM."""
    stopping: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _: stopping.append(number))
    bundle = load_bundle(Path(bundle_path))
    classifier = OnnxClassifier(bundle, recipe_from_bundle(bundle), frozen_check=False)
    classifier.warm_up()
    request(int(priority), int(core))
    freeze_garbage_collector()
    histograms = {name: LatencyHistogram() for name in ("preprocess", "run", "both")}
    camera = _camera(Path(run_dir))
    due_ns, period_ns = monotonic_ns(), int(period_us) * 1000
    while not stopping:
        due_ns = max(due_ns + every * period_ns, monotonic_ns())
        sleep_until_ns(due_ns)
        # In the gap between two frames, when the station has decided: neither shall wait for the other.
        sleep_until_ns(camera.newest_ns + round(_GAP * period_ns))
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
    _, place, bundle, period, step, cpu, rights = sys.argv
    sys.exit(main(place, bundle, period, int(step), cpu, rights))
