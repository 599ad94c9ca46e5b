"""What a station judges by: configuration, bundle, recipe and a classifier that is warm and has passed its test."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from inspector.app._bundles import recipe_for, resolve_bundle
from inspector.app._places import RunDir
from inspector.clock import monotonic_ns, sleep_s
from inspector.config import SimCamera, StationConfig
from inspector.domain.recipe import Recipe, RoiMode
from inspector.domain.told import tell
from inspector.domain.told_texts import Told
from inspector.errors import BundleError, InspectorError
from inspector.realtime import resolve_core
from inspector.vision import Bundle, OnnxClassifier, load_bundle, self_test

_LOOK_S = 0.005


@dataclass(frozen=True, slots=True)
class Model:
    """A product, ready to judge."""

    config: StationConfig
    bundle: Bundle
    recipe: Recipe
    classifier: OnnxClassifier
    tested_ns: int
    """When the golden samples were judged as they should be, monotonic."""

    @classmethod
    def load(cls, config: StationConfig) -> Model:
        """Load and verify the bundle, warm the classifier up, and judge the golden samples.

        Raises
        ------
        InspectorError
            Bundle or recipe cannot be used.
        """
        bundle = load_bundle(resolve_bundle(config))
        recipe = recipe_for(config, bundle)
        camera = config.camera
        # Photographs in a folder may be of several sizes.
        size = (camera.height, camera.width) if isinstance(camera, SimCamera) else None
        classifier = OnnxClassifier(bundle, recipe, frozen_check=camera.frozen_check, frame_size=size)
        classifier.warm_up()
        self_test(classifier, bundle)
        return cls(config, bundle, recipe, classifier, monotonic_ns())


def check_input(config: StationConfig, bundle: Bundle, recipe: Recipe) -> None:
    """Refuse a bundle that is for other pictures than this camera takes.

    Raises
    ------
    BundleError
        Naming what the bundle wants, and what the camera gives.
    """
    camera, wanted, roi = config.camera, bundle.manifest.input, recipe.roi
    if wanted.channels == 3 and not camera.colour:
        raise BundleError(tell(Told.BUNDLE_WANTS_COLOUR, path=str(bundle.path)))
    if isinstance(camera, SimCamera) and roi.mode is not RoiMode.WHOLE:
        right_px, lower_px = roi.width_px, roi.height_px
        if roi.mode is RoiMode.FIXED:
            right_px, lower_px = right_px + roi.offset_x, lower_px + roi.offset_y
        if right_px > camera.width or lower_px > camera.height:
            ends = {"region": f"{right_px}×{lower_px}", "frame": f"{camera.width}×{camera.height}"}
            raise BundleError(tell(Told.BUNDLE_WANTS_MORE, path=str(bundle.path), **ends))


def stand_by(places: RunDir, is_over: Callable[[], bool]) -> Model | None:
    """Load the product of `next.json` beside the running station, say how that went, and wait for SIGUSR1.

    Keeps off the station's core meanwhile, and returns to where it may run by then.

    Returns
    -------
    Model
        None: it cannot be used, or is not wanted any more.
    """
    wanted: list[int] = []

    def note(number: int, _: FrameType | None) -> None:
        wanted.append(number)

    signal.signal(signal.SIGUSR1, note)
    cores = os.sched_getaffinity(0)
    try:
        config = StationConfig.model_validate_json(places.next_config.read_text())
        core = resolve_core(config.realtime.other_core)
        if core is not None:
            os.sched_setaffinity(0, {core})
        model = Model.load(config)
        check_input(config, model.bundle, model.recipe)
    except InspectorError as error:
        _answer(places.standby, {"error": str(error)})
        return None
    os.sched_setaffinity(0, cores)
    _answer(places.standby, {"error": "", "digest": model.bundle.digest})
    while not wanted:
        if is_over():
            return None
        sleep_s(_LOOK_S)
    return model


def _answer(path: Path, facts: dict[str, str]) -> None:
    whole = path.with_name(path.name + ".new")
    whole.write_text(json.dumps(facts))
    whole.replace(path)
