"""From a source's description to the source, and to no library that only another one needs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from inspector.devices.sim._options import WorldOptions
from inspector.devices.sim._source import PartSource
from inspector.errors import ConfigError


def open_source(options: WorldOptions) -> PartSource:
    """Make what passes under the camera. Raises ConfigError or DatasetError."""
    spec = options.source
    product: dict[str, Any] = {"seed": options.seed, "channels": options.channels}
    try:
        if spec.kind == "folder":
            from inspector.devices.sim._folder import FolderSource

            return FolderSource(Path(spec.path), **spec.settings)
        from inspector.devices.sim._product import ProductSource

        return ProductSource(**(product | spec.settings))
    except TypeError as error:
        raise ConfigError(f"source {spec.kind}: {error}") from error
