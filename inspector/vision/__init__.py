"""Vision: the bundle, the way from a frame to the model's input, and the session that judges it."""

from inspector.images import read_image
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
    "read_image",
    "recipe_from_bundle",
    "self_test",
    "stamp_bundle",
    "write_manifest",
]
