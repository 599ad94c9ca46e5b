"""A recorder beside the fake station: real rows and pictures of rejects, as a service finds them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from fake_station import FakeStation
from numpy.typing import NDArray
from service_bench import Panel

from inspector.app._rejects import RecordedRejects
from inspector.clock import monotonic_ns
from inspector.config import StationConfig, apply_overrides, default_config
from inspector.domain.disposition import Applied, Cause, Disposition
from inspector.domain.labels import RowId
from inspector.domain.verdict import Evaluation
from inspector.images import read_image
from inspector.protocol import RejectPage, Reply, body_as
from inspector.recorder import RecorderOptions
from inspector.recorder._recorder import Recorder
from inspector.sharedmem import ImagePool
from inspector.vision import Bundle, load_bundle, recipe_from_bundle

HEIGHT, WIDTH = 1024, 1280
BUNDLE = Path(__file__).parents[3] / "models" / "flange-v1"
NG = {
    "evaluation": int(Evaluation.NG),
    "disposition": int(Disposition.REJECT),
    "cause": int(Cause.NG),
    "causes": 1 << Cause.NG,
    "applied": int(Applied.REJECTED),
}


class Recording:
    """Records parts of the default bundle. The recorder does its work in `store`, in the test's thread."""

    def __init__(self, station: FakeStation) -> None:
        self.station, files = station, station.files
        self.bundle: Bundle = load_bundle(BUNDLE)
        self.classes = self.bundle.classes
        ImagePool.create(files.ledger.parent / "images.pool", HEIGHT * WIDTH, slots=8)
        self._pool = ImagePool.resume(files.ledger.parent / "images.pool")
        self.options = RecorderOptions(
            run_dir=str(files.ledger.parent),
            data_dir=str(files.data_dir),
            station="line-3",
            station_id=3,
            classes=self.classes,
            reserve_mb=0.0,
            nice=0,
        )
        self.recorder = Recorder(self.options)
        recipe = recipe_from_bundle(self.bundle)
        station.status.write_text(
            {
                "bundle": {
                    "name": "flange-v1",
                    "digest": self.bundle.digest,
                    "classes": list(self.classes),
                    "ok_classes": ["ok"],
                },
                "recipe": {
                    "revision": 1,
                    "accept_min": recipe.thresholds.accept_min,
                    "reject_min": recipe.thresholds.reject_min,
                },
            }
        )

    @property
    def config(self) -> StationConfig:
        return apply_overrides(default_config(), {"station.data_dir": str(self.station.files.data_dir)})

    @property
    def records(self) -> RecordedRejects:
        return RecordedRejects(self.config)

    def golden(self, name: str) -> NDArray[np.uint8]:
        sample = next(sample for sample in self.bundle.manifest.golden if sample.class_name == name)
        return read_image(BUNDLE / sample.file)

    def reject(
        self, class_name: str = "dent", *, pixels: NDArray[np.uint8] | None = None, **fields: Any
    ) -> RowId:
        """Record an NG part, with a picture of it if there is one."""
        row: dict[str, Any] = {
            "class_index": self.classes.index(class_name),
            "score_permille": 900,
            "p_ok_permille": 40,
            "available_ns": monotonic_ns(),
            "recipe_revision": 1,
            "bundle_digest32": int(self.bundle.digest[:8], 16),
            **NG,
        }
        if pixels is not None:
            row["image_slot"], row["image_generation"] = self._pool.put(pixels) or (-1, 0)
        row |= {"serial": b"", **fields}
        self.station.part(Evaluation(row.pop("evaluation")), **row)
        return RowId(self.station.ring.epoch, self.station.ring.written)

    def store(self) -> None:
        """Have everything on disk."""
        for _ in range(1000):
            self.recorder.step(impatient=True)
            if self.recorder.waiting == 0:
                return
        raise AssertionError("the recorder does not get on")

    def close(self) -> None:
        self.store()
        self.recorder.close(is_drained=True)


def page(panel: Panel, **wanted: Any) -> RejectPage:
    return body_as(panel.done("reject.query", **wanted).body, RejectPage)


def parts_of(found: RejectPage) -> list[str]:
    return [row.part for row in found.rows]


def judge(panel: Panel, part: RowId, judgement: str = "real_defect", **said: Any) -> Reply:
    return panel.ask("reject.label", part=str(part), judgement=judgement, **said)


def stored(recording: Recording) -> RowId:
    part = recording.reject("dent", pixels=recording.golden("dent"))
    recording.store()
    return part
