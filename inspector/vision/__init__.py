"""Vision: the bundle, the way from a frame to the model's input, and the session that judges it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inspector.rooms import on_demand

if TYPE_CHECKING:
    from inspector.vision._bundle import Bundle, load_bundle, recipe_from_bundle
    from inspector.vision._classifier import OnnxClassifier
    from inspector.vision._heat import HeatMap, heat_map
    from inspector.vision._manifest import (
        MANIFEST_FILE,
        MODEL_CARD_FILE,
        MODEL_FILE,
        SCHEMA_VERSION,
        STAMP_FILE,
        DetectionLimit,
        GoldenSample,
        InputSpec,
        Manifest,
        Measured,
        Provenance,
    )
    from inspector.vision._preprocess import Preprocessor
    from inspector.vision._selftest import self_test
    from inspector.vision._session import open_session
    from inspector.vision._stamp import stamp_bundle, write_manifest

__all__ = [
    "MANIFEST_FILE",
    "MODEL_CARD_FILE",
    "MODEL_FILE",
    "SCHEMA_VERSION",
    "STAMP_FILE",
    "Bundle",
    "DetectionLimit",
    "GoldenSample",
    "HeatMap",
    "InputSpec",
    "Manifest",
    "Measured",
    "OnnxClassifier",
    "Preprocessor",
    "Provenance",
    "heat_map",
    "load_bundle",
    "open_session",
    "recipe_from_bundle",
    "self_test",
    "stamp_bundle",
    "write_manifest",
]
_HOMES = {
    "Bundle": "_bundle",
    "DetectionLimit": "_manifest",
    "GoldenSample": "_manifest",
    "HeatMap": "_heat",
    "InputSpec": "_manifest",
    "MANIFEST_FILE": "_manifest",
    "MODEL_CARD_FILE": "_manifest",
    "MODEL_FILE": "_manifest",
    "Manifest": "_manifest",
    "Measured": "_manifest",
    "OnnxClassifier": "_classifier",
    "Preprocessor": "_preprocess",
    "Provenance": "_manifest",
    "SCHEMA_VERSION": "_manifest",
    "STAMP_FILE": "_manifest",
    "heat_map": "_heat",
    "load_bundle": "_bundle",
    "open_session": "_session",
    "recipe_from_bundle": "_bundle",
    "self_test": "_selftest",
    "stamp_bundle": "_stamp",
    "write_manifest": "_stamp",
}

if not TYPE_CHECKING:  # a checker knows the names above, and shall find any other wrong
    __getattr__ = on_demand(__name__, _HOMES)
