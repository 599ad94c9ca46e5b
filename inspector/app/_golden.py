"""The bundle's golden samples, as the service hands them out: without the model's runtime."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from inspector.app._bundles import resolve_bundle
from inspector.config import StationConfig
from inspector.domain.recipe import Roi, RoiMode
from inspector.errors import BundleError, InspectorError
from inspector.locate import region_of
from inspector.service import Region

_MANIFEST: Final = "manifest.json"


class RunningBundle:
    """Implements `service.Golden` on the bundle that the line runs by now, and knows where its recipe looks.

    The launcher has verified the bundle, and replaces the file with the configuration when the product changes.
    Every method may be called by any thread.
    """

    def __init__(self, running: Path) -> None:
        self._running = running
        self._known: tuple[int, Path, Roi] | None = None

    def region(self, pixels: NDArray[np.uint8]) -> Region | None:
        """Return where the recipe looks in a frame, uint8, (H, W) or (H, W, 3); None = nowhere."""
        try:
            return region_of(pixels, self._look()[1])
        except (InspectorError, OSError):
            return None  # a picture without a mark is better than none

    def region_in_file(self, content: bytes) -> Region | None:
        """Return where the recipe looks in an image file; None for what is no picture, too."""
        pixels = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_UNCHANGED) if content else None
        if pixels is None or pixels.dtype != np.uint8 or (pixels.ndim == 3 and pixels.shape[2] != 3):
            return None
        return self.region(np.asarray(pixels, np.uint8))

    def _look(self) -> tuple[Path, Roi]:
        """Return the bundle's folder and the recipe's region; they are read anew when the product has changed."""
        changed_ns = self._running.stat().st_mtime_ns
        known = self._known
        if known is None or known[0] != changed_ns:
            config = StationConfig.model_validate_json(self._running.read_text(encoding="utf-8"))
            bundle = resolve_bundle(config)
            known = self._known = changed_ns, bundle, _roi(config, _manifest(bundle))
        return known[1:]

    def samples(self) -> list[tuple[str, str, str]]:
        """Return name, evaluation and class of each sample."""
        found = _manifest(self._look()[0]).get("golden", [])
        return [(sample["file"], sample["evaluation"], sample["class_name"]) for sample in found]

    def read(self, name: str) -> bytes:
        """Return a sample's file, as it was when the bundle was made.

        Raises
        ------
        BundleError
            There is no such sample, or its file was changed.
        """
        bundle = self._look()[0]
        if name not in {known for known, _, _ in self.samples()}:
            raise BundleError(f"{name[:60]!r} is no golden sample of the bundle {bundle.name}")
        content = _content(bundle / name)
        if hashlib.sha256(content).hexdigest() != _manifest(bundle)["files"].get(name):
            raise BundleError(f"{bundle / name} was changed after the bundle was made; copy the bundle again")
        return content


def _manifest(bundle: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(_content(bundle / _MANIFEST))
    return found


def _roi(config: StationConfig, manifest: Mapping[str, Any]) -> Roi:
    """Return what the configuration says, or else what the bundle suggests."""
    wanted = config.recipe.roi
    raw = manifest["roi"] if wanted is None else wanted.model_dump()
    return Roi(**{**raw, "mode": RoiMode(raw["mode"])})


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BundleError(f"{path} cannot be read: {error.strerror or error}") from error
