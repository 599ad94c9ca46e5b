"""Which bundle a line uses, and the recipe that comes of it and the configuration."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import inspector
from inspector.config import StationConfig
from inspector.domain.recipe import Recipe, Roi, RoiMode, Thresholds
from inspector.domain.told import tell
from inspector.domain.told_texts import Told
from inspector.errors import BundleError, ConfigError

if TYPE_CHECKING:
    from inspector.vision import Bundle

DEFAULT_BUNDLE = "flange-v1"


def default_bundle() -> Path:
    """Return the bundle of the simulated product: in the installed package, or in the source tree.

    Raises
    ------
    BundleError
        Neither has it.
    """
    package = Path(inspector.__file__).parent
    for root in (package / "_models", package.parent / "models"):
        if (root / DEFAULT_BUNDLE).is_dir():
            return root / DEFAULT_BUNDLE
    raise BundleError(
        f"the default bundle {DEFAULT_BUNDLE} is missing from this installation; install it again"
    )


def resolve_bundle(config: StationConfig) -> Path:
    """Return the bundle's folder.

    Raises
    ------
    ConfigError
        Photographs need a bundle that knows them.
    """
    if config.bundle.path is not None:
        return config.bundle.path
    if config.camera.kind == "folder":
        raise ConfigError(tell(Told.BUNDLE_NOT_SET))
    return default_bundle()


def recipe_for(config: StationConfig, bundle: Bundle) -> Recipe:
    """Return the recipe: what the bundle suggests, where the configuration does not say otherwise."""
    # The service asks for bundles' places, too, and loads no model for that.
    from inspector.vision import recipe_from_bundle

    suggested = recipe_from_bundle(bundle, name=config.recipe.name, revision=config.recipe.revision)
    thresholds = suggested.thresholds
    wanted = config.recipe
    try:
        return replace(
            suggested,
            thresholds=Thresholds(
                accept_min=thresholds.accept_min if wanted.accept_min is None else wanted.accept_min,
                reject_min=thresholds.reject_min if wanted.reject_min is None else wanted.reject_min,
            ),
            roi=suggested.roi
            if wanted.roi is None
            else Roi(**{**wanted.roi.model_dump(), "mode": RoiMode(wanted.roi.mode)}),
            expected_views=wanted.expected_views,
        )
    except ValueError as error:
        raise ConfigError(tell(Told.RECIPE_WRONG, error=str(error))) from error
