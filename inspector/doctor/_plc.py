"""The PLC and the belt: whether it answers, what it was built for, and what that permits."""

from __future__ import annotations

from inspector.config import StationConfig
from inspector.doctor._check import Check, fail, ok, warn
from inspector.domain.geometry import LineGeometry
from inspector.domain.line import LineDetails, RejectFault
from inspector.errors import DeviceError
from inspector.ports import LineIO

_MARGIN = 0.9
"""Above this share of the highest rate a small change of the line is too much."""


def link_checks(config: StationConfig, line: LineIO) -> list[Check]:
    """Ask the PLC who it is. Reads alone: nothing is written into it."""
    try:
        line.open()
        snapshot = line.exchange(None)
        details = line.read_details()
    except DeviceError as error:
        return [
            fail(
                "plc link",
                str(error),
                "see [plc] in the configuration; the line runs without it, but not Ready",
            )
        ]
    finally:
        line.close()
    exchange_ms = (snapshot.received_ns - snapshot.sent_ns) / 1e6
    found = f"session {snapshot.session}, {snapshot.part_count} parts, answers in {exchange_ms:.2f} ms"
    checks = [ok("plc link", found)]
    if exchange_ms > config.plc.exchange_ms:
        slower = f"set [plc] exchange_ms above {exchange_ms:.1f}, or relieve the PLC and its network"
        checks = [warn("plc link", f"{found}, not within exchange_ms = {config.plc.exchange_ms:g}", slower)]
    if snapshot.reject_fault:
        checks.append(
            warn(
                "plc faults",
                f"latched: {_names(snapshot.reject_fault)}",
                "clear the cause, then reset at the PLC",
            )
        )
    return [*checks, *_agreement(config.geometry, details)]


def _names(faults: RejectFault) -> str:
    return ", ".join(str(fault.name) for fault in RejectFault if fault & faults)


def _agreement(geometry: LineGeometry, details: LineDetails) -> list[Check]:
    """Compare what the PLC was built for with the configuration."""
    scan_100us, delay_100us = round(geometry.plc_scan_ms * 10), round(geometry.trigger_delay_us / 100)
    per_mm_x100 = round(geometry.counts_per_mm * 100)
    pairs = (
        ("scan time", "× 0.1 ms", details.scan_time_100us, scan_100us, "plc_scan_ms"),
        ("encoder", "counts per 100 mm", details.counts_per_mm_x100, per_mm_x100, "counts_per_mm"),
        ("gate", "counts", details.gate_counts, geometry.gate_counts, "eye_to_gate_mm, part_length_mm"),
        ("window", "counts", details.window_counts, geometry.window_counts, "window_mm"),
        (
            "deadline",
            "counts",
            details.deadline_counts,
            geometry.deadline_counts,
            "rate_per_min, dead_time_ms",
        ),
        ("trigger delay", "× 0.1 ms", details.trigger_delay_100us, delay_100us, "trigger_delay_us"),
    )
    return [
        fail(
            f"plc {what}",
            f"the PLC says {theirs} {unit}, the configuration {ours}",
            f"correct {settings} in the configuration, or the PLC's own setting",
        )
        for what, unit, theirs, ours, settings in pairs
        if theirs != ours
    ] or [ok("plc settings", "the same as the configuration's")]


def geometry_checks(config: StationConfig) -> list[Check]:
    """Do the arithmetic of the belt. A configuration that cannot work is refused before it gets here."""
    geometry = config.geometry
    tightest = geometry.limits()[0]
    highest = f"below {tightest.rate_per_min:.0f} parts/min ({tightest.beyond})"
    if geometry.rate_per_min > _MARGIN * tightest.rate_per_min:
        rate = warn(
            "highest rate",
            f"{highest}; the configured {geometry.rate_per_min:g} leave less than 10 % of room",
            "lower rate_per_min, or ease what limits it",
        )
    else:
        rate = ok("highest rate", f"{highest}; configured {geometry.rate_per_min:g}")
    distance = (
        f"{geometry.eye_to_gate_mm:g} mm, at least {geometry.smallest_eye_to_gate_mm:.0f} mm needed: "
        f"a verdict takes up to {geometry.decision_path_ms:.1f} ms and has {geometry.available_ms:.1f} ms"
    )
    return [rate, ok("eye to gate", distance), _usual_rates(geometry)]


def _usual_rates(geometry: LineGeometry) -> Check:
    rows = [
        f"{row.rate_per_min:g} " + (f"no ({', '.join(row.limited_by)})" if row.limited_by else "yes")
        for row in geometry.rate_table()
    ]
    return ok("usual rates", ", ".join(rows) + " (parts/min)")
