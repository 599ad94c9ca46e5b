"""The recorder's rejects and vision's heat maps, as the service asks for them."""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from inspector.config import StationConfig
from inspector.domain.labels import Label, RejectFilter, RowId
from inspector.errors import HeatMapError
from inspector.images import read_image
from inspector.recorder import find_reject, find_rejects, label_reject, parts_around
from inspector.service import Heat

_KEPT: Final = 32
"""Heat maps that are remembered; each has a few hundred bytes."""
_IDLE_NICE: Final = 19


class RecordedRejects:
    """Implements `service.RejectRecords`. `heat_map` is called by one thread, the rest by another.

    Parameters
    ----------
    running
        The file with the configuration that the line runs by now; None = it never changes.
    """

    def __init__(self, config: StationConfig, running: Path | None = None) -> None:
        self._config, self._running = config, running
        self._maps: OrderedDict[tuple[str, str], Heat] = OrderedDict()

    def find(
        self, wanted: RejectFilter, before: RowId | None, most: int
    ) -> tuple[list[dict[str, Any]], RowId | None]:
        """Return rejects, newest first."""
        return find_rejects(self._config.data_dir, wanted, before, most)

    def one(self, part: RowId) -> tuple[dict[str, Any], list[Label]]:
        """Return a part's row and its labels."""
        return find_reject(self._config.data_dir, part)

    def around(self, part: RowId, most: int) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """Return the parts before and after one."""
        return parts_around(self._config.data_dir, part, most)

    def label(self, part: RowId, label: Label, expected: int | None) -> Label:
        """Keep a label."""
        return label_reject(self._config.data_dir, part, label, expected)

    def heat_map(self, row: Mapping[str, Any]) -> Heat:
        """Return the heat map of a row's picture, made at most once."""
        key = row["part"], row["bundle_digest32"]
        if key not in self._maps:
            self._maps[key] = self._make(row)
            if len(self._maps) > _KEPT:
                self._maps.popitem(last=False)
        self._maps.move_to_end(key)
        return self._maps[key]

    def _make(self, row: Mapping[str, Any]) -> Heat:
        image = row["image"] or {}
        if image.get("state") != "STORED":
            raise HeatMapError(
                "there is no heat map without a picture: none was kept, or it made room", "no_picture"
            )
        # A second of computing, once somebody asks: behind everything else that this machine does.
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _IDLE_NICE)
        # Only now: the model's runtime is larger than all of the service.
        from inspector.app._bundles import recipe_for, resolve_bundle
        from inspector.vision import heat_map, load_bundle

        config = self._config
        if self._running is not None:  # the product may have been changed meanwhile
            config = StationConfig.model_validate_json(self._running.read_text())
        bundle = load_bundle(resolve_bundle(config))
        if bundle.digest[:8] != row["bundle_digest32"]:
            raise HeatMapError(f"{bundle.path} is not the model that judged this part", "other_model")
        pixels = read_image(self._config.data_dir / image["file"])
        heat = heat_map(bundle, recipe_for(config, bundle), pixels)
        rows, columns = heat.grid.shape
        return Heat(
            grid=heat.grid.tobytes(),
            rows=rows,
            columns=columns,
            left=heat.left,
            top=heat.top,
            width=heat.width,
            height=heat.height,
            p_defect=heat.p_defect,
            p_covered=heat.p_covered,
        )
