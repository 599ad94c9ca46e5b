"""Products as people look at them closely: what a change would change, and a picture. Loads bundles."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from inspector.app._bundles import recipe_for, resolve_bundle
from inspector.app._model import check_input
from inspector.app._product_list import view_of
from inspector.app._products import seal_of, title_of
from inspector.config import ProductEntry, StationConfig
from inspector.domain.verdict import Evaluation
from inspector.errors import ConfigError, InspectorError
from inspector.images import read_image
from inspector.protocol import ProductFact, ProductPreview
from inspector.vision import Bundle, Preprocessor, load_bundle

_WIDTH_PX: Final = 480
_JPEG_QUALITY: Final = 85
_LARGEST_BYTES: Final = 20_000_000


def preview(entry: ProductEntry, old: StationConfig) -> ProductPreview:
    """Return what a product would change; its bundle is verified, and its digests compared.

    Raises
    ------
    InspectorError
        Bundle or recipe cannot be used, or are for other pictures.
    """
    assert entry.config is not None
    bundle = load_bundle(resolve_bundle(entry.config))
    recipe = recipe_for(entry.config, bundle)
    check_input(entry.config, bundle, recipe)
    new_facts = _facts(entry.config, bundle)
    old_facts = _facts(old, bundle if resolve_bundle(old) == bundle.path else _bundle_of(old))
    return ProductPreview(
        product=view_of(entry, old.product.name),
        seal=seal_of(entry.config, bundle),
        facts=tuple(
            ProductFact(key=key, old=old_facts.get(key, ""), new=value) for key, value in new_facts.items()
        ),
    )


def picture(config: StationConfig) -> bytes:
    """Return the product's picture, else a good part of the golden samples, made small, as JPEG.

    Raises
    ------
    InspectorError
        There is none, or it cannot be read.
    """
    if config.product.picture is not None:
        return _small(_read(config.product.picture))
    bundle = load_bundle(resolve_bundle(config))
    sample = read_image(_golden(bundle))
    prepare = Preprocessor(bundle.manifest.input, bundle.manifest.roi)
    # The part alone, as the model sees it, where there is one to be found.
    return _small(sample if prepare(sample) else prepare.output[0])


def _bundle_of(config: StationConfig) -> Bundle | None:
    """Return the bundle in use, unless somebody has damaged it since it was loaded."""
    try:
        return load_bundle(resolve_bundle(config))
    except InspectorError:
        return None


def _facts(config: StationConfig, bundle: Bundle | None) -> dict[str, str]:
    """Return all that makes a product, as texts, in the order in which people read them."""
    facts = {
        "product": title_of(config),
        "job": str(config.product.job_id),
        "recipe": f"{config.recipe.name} · {config.recipe.revision}",
    }
    if bundle is not None:
        recipe, manifest = recipe_for(config, bundle), bundle.manifest
        roi = recipe.roi
        facts |= {
            "accept_min": f"{recipe.thresholds.accept_min:g}",
            "reject_min": f"{recipe.thresholds.reject_min:g}",
            "views": str(recipe.expected_views),
            "region": roi.mode.value + (f" {roi.width_px}×{roi.height_px}" if roi.width_px else ""),
            "bundle": f"{manifest.name} {manifest.version} ({bundle.digest[:12]})",
            "defects": ", ".join(name for name in bundle.classes if name not in manifest.ok_classes),
        }
    return facts | {"exposure_us": str(config.camera.exposure_time_us)}


def _golden(bundle: Bundle) -> Path:
    good = Evaluation.OK.name
    samples = sorted(bundle.manifest.golden, key=lambda sample: sample.evaluation != good)
    if not samples:
        raise ConfigError("the product has no picture; set [product] picture to a PNG or JPEG file")
    return bundle.path / samples[0].file


def _read(path: Path) -> NDArray[np.uint8]:
    try:
        content = path.read_bytes() if path.stat().st_size <= _LARGEST_BYTES else b""
    except OSError as error:
        raise ConfigError(
            f"the picture {path} cannot be read: {error.strerror}; correct [product] picture"
        ) from error
    pixels = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR) if content else None
    if pixels is None:
        raise ConfigError(
            f"{path} is no picture; set [product] picture to a PNG or JPEG file of at most 20 MB"
        )
    return np.asarray(pixels, np.uint8)


def _small(pixels: NDArray[np.uint8]) -> bytes:
    """Return a picture, (H, W) or (H, W, C) BGR, as a JPEG of at most `_WIDTH_PX`."""
    height, width = pixels.shape[:2]
    if width > _WIDTH_PX:
        size = (_WIDTH_PX, max(1, round(height * _WIDTH_PX / width)))
        return _small(np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8))
    return cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])[1].tobytes()
