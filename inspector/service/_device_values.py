"""What is known of each device, by name. What is not known is left out: no value is better than an invented one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from inspector.domain.device_states import Device
from inspector.domain.line import LineTalk
from inspector.protocol import Latency
from inspector.service._conditions import Known
from inspector.service._options import ServiceSettings, Value

Values = dict[str, Value]
_BEAT_STEP_MS: Final = 500
"""A heartbeat's age is told in steps: it shall be no news as long as the PLC is alive."""
_IN_STATUS: Final = ("frames", "frames_lost", "orphan_frames", "overrun")
_IN_DETAILS: Final = ("late_verdicts", "consecutive_rejects")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Where values come from, besides what the alarms watch.

    Parameters
    ----------
    camera
        What whoever knows the camera says of it: `kind`, `width_px` …; light is measured in its pictures.
    talk
        What the PLC has last said; None = not known.
    beat_ns
        When its heartbeat was last seen to change, monotonic; 0 = never.
    outbox
        What waits to be taken away.
    """

    known: Known
    settings: ServiceSettings
    camera: Mapping[str, Value] = field(default_factory=dict)
    talk: LineTalk | None = None
    beat_ns: int = 0
    outbox: Mapping[str, Value] = field(default_factory=dict)
    latency: tuple[Latency, ...] = ()


_LIGHT: Final = ("brightness_percent", "saturated_percent", "exposure_us")


def values_of(device: Device, sources: Sources) -> Values:
    """Return what is known of a device."""
    match device:
        case Device.CAMERA:
            return _camera(sources)
        case Device.LIGHT:
            return {name: sources.camera[name] for name in _LIGHT if name in sources.camera}
        case Device.MODEL:
            return _model(sources)
        case Device.PLC:
            return _plc(sources)
        case Device.UPLINK:
            return dict(sources.outbox)
        case Device.DISK:
            return _disk(sources)


def _camera(sources: Sources) -> Values:
    look = sources.known.look
    own = {name: value for name, value in sources.camera.items() if name not in _LIGHT[:2]}
    return own | {name: look[name] for name in _IN_STATUS}


def _model(sources: Sources) -> Values:
    look, facts = sources.known.look, sources.known.facts
    bundle: Mapping[str, Any] = facts.get("bundle", {})
    test: Mapping[str, Any] = facts.get("self_test", {})
    values: Values = {name: str(bundle[name]) for name in ("name", "version", "digest") if name in bundle}
    if "classes" in bundle:
        values["classes"] = len(bundle["classes"])
    if test:
        values |= {"self_test_samples": int(test["samples"]), "self_test_ns": int(test["passed_ns"])}
    for stage in sources.latency:
        if stage.count and stage.stage in {"preprocess", "run"}:
            values |= {f"{stage.stage}_p50_us": stage.p50_us, f"{stage.stage}_p99_us": stage.p99_us}
    decided = look["decided_ok"] + look["decided_ng"] + look["decided_indeterminate"]
    return values | {"decided": decided, "late": look["late"], "model_faults": look["model_faults"]}


def _plc(sources: Sources) -> Values:
    look, settings = sources.known.look, sources.settings
    values: Values = {"address": settings.plc_address, "link_faults": look["link_faults"]}
    if look["link_fault_ns"]:
        values |= {"last_fault": look.link_fault, "last_fault_ns": look["link_fault_ns"]}
    if look["is_linked"]:
        values["session"] = look["session"]
    if sources.beat_ns:
        age_ms = max(0, look.now_ns - sources.beat_ns) // 1_000_000
        values["heartbeat_age_ms"] = age_ms // _BEAT_STEP_MS * _BEAT_STEP_MS
    talk = sources.talk
    if talk is not None and talk.details_ns:
        details = talk.details
        values |= {"scan_time_us": details.scan_time_100us * 100}
        values |= {name: getattr(details, name) for name in _IN_DETAILS}
        texts = {"lot": details.lot, "order": details.order, "serial": details.serial}
        values |= {name: text for name, text in texts.items() if text}
    return values | {name: look[name] for name in ("rejects_commanded", "rejects_confirmed")}


def _disk(sources: Sources) -> Values:
    known, settings = sources.known, sources.settings
    values: Values = {}
    if known.disk.percent is not None:
        values["used_percent"] = round(known.disk.percent, 1)
    if known.disk.free_bytes is not None:
        values["free_gb"] = round(known.disk.free_bytes / 1e9, 1)
    if known.ledger_percent is not None:
        values["ledger_percent"] = round(known.ledger_percent)
    recorder = known.recorder
    if recorder is None or not settings.is_recording:
        return values | ({} if settings.is_recording else {"recorder": "off"})
    is_alive = recorder.is_alive(known.look.now_ns)
    values |= {
        "recorder": recorder.state.name.lower() if is_alive else "silent",
        "rows_written": recorder.rows_written,
        "rows_evicted": recorder.rows_evicted,
        "images_written": recorder.images_written,
        "images_evicted": recorder.images_evicted,
        "images_dropped": recorder.images_dropped,
        "recorded_mb": recorder.bytes_used // 1_000_000,
        "quota_mb": settings.quota_mb,
    }
    if recorder.error_text:
        values["error"] = recorder.error_text
    return values | dict(sources.outbox)
