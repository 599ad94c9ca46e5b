"""The cold process that puts every part's row, and its image where one is due, on disk for good."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inspector.rooms import on_demand

if TYPE_CHECKING:
    from inspector.recorder._export import ExportReport, export
    from inspector.recorder._labelled import LabelledReport, export_labelled
    from inspector.recorder._labels import labels_snapshot
    from inspector.recorder._options import RecorderOptions
    from inspector.recorder._process import run_recorder
    from inspector.recorder._records import last_parts, rows
    from inspector.recorder._rejects import find_reject, find_rejects, label_reject, parts_around
    from inspector.recorder._rows import RecorderCode
    from inspector.recorder._status import StorageUse, rows_waiting, storage_use, telemetry_status

__all__ = [
    "ExportReport",
    "LabelledReport",
    "RecorderCode",
    "RecorderOptions",
    "StorageUse",
    "export",
    "export_labelled",
    "find_reject",
    "find_rejects",
    "label_reject",
    "labels_snapshot",
    "last_parts",
    "parts_around",
    "rows",
    "rows_waiting",
    "run_recorder",
    "storage_use",
    "telemetry_status",
]
_HOMES = {
    "ExportReport": "_export",
    "LabelledReport": "_labelled",
    "RecorderCode": "_rows",
    "RecorderOptions": "_options",
    "StorageUse": "_status",
    "export": "_export",
    "export_labelled": "_labelled",
    "find_reject": "_rejects",
    "find_rejects": "_rejects",
    "label_reject": "_rejects",
    "labels_snapshot": "_labels",
    "last_parts": "_records",
    "parts_around": "_rejects",
    "rows": "_records",
    "rows_waiting": "_status",
    "run_recorder": "_process",
    "storage_use": "_status",
    "telemetry_status": "_status",
}

if not TYPE_CHECKING:  # a checker knows the names above, and shall find any other wrong
    __getattr__ = on_demand(__name__, _HOMES)
