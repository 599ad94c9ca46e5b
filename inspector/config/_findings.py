"""What only several settings together can tell, apart from the belt's arithmetic."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from inspector.config._hosts import is_loopback
from inspector.config._sections import BLOCK_P_WORDS, BLOCK_S_WORDS, SimCamera
from inspector.domain.geometry import Finding

if TYPE_CHECKING:
    from inspector.config._station import StationConfig

_MOST_BUFFERS_MB: Final = 2000


def contradictions(config: StationConfig) -> list[Finding]:
    """Return what contradicts itself and is not the belt's arithmetic."""
    found = (
        _overlapping_blocks(config),
        _short_heartbeat(config),
        _deaf_alarm(config),
        _shifts_at_once(config),
        _overlapping_bands(config),
        _empty_region(config),
        _region_outside(config),
        _no_part_fits(config),
        _one_view_only(config),
        _huge_buffers(config),
        _unlocked_door(config),
        _unlike_any_controller(config),
        _plc_elsewhere(config),
    )
    return [finding for finding in found if finding]


def _overlapping_blocks(config: StationConfig) -> Finding | None:
    base_s, base_p = config.plc.base_s, config.plc.base_p
    if base_s >= base_p + BLOCK_P_WORDS or base_p >= base_s + BLOCK_S_WORDS:
        return None
    return Finding(
        settings=("base_p", "base_s"),
        message=f"base_s = {base_s} ({BLOCK_S_WORDS} registers) and base_p = {base_p} ({BLOCK_P_WORDS} "
        "registers) overlap; move one of them",
    )


def _short_heartbeat(config: StationConfig) -> Finding | None:
    plc = config.plc
    silence_ms = plc.timeout_ms + plc.mirror_ms
    if plc.heartbeat_timeout_ms > silence_ms:
        return None
    return Finding(
        settings=("heartbeat_timeout_ms", "timeout_ms", "mirror_ms"),
        message=f"heartbeat_timeout_ms = {plc.heartbeat_timeout_ms} is not more than timeout_ms = "
        f"{plc.timeout_ms} plus mirror_ms = {plc.mirror_ms}: one slow answer would look like a dead PLC; "
        f"set it above {silence_ms}",
    )


def _deaf_alarm(config: StationConfig) -> Finding | None:
    alarms = config.alarms
    if alarms.late_n <= alarms.late_m:
        return None
    return Finding(
        settings=("late_n", "late_m"),
        message=f"late_n = {alarms.late_n} of late_m = {alarms.late_m} parts can never be late; "
        f"set late_n to at most {alarms.late_m}",
    )


def _shifts_at_once(config: StationConfig) -> Finding | None:
    shifts = config.station.shifts
    twice = next((start for start in shifts.values() if list(shifts.values()).count(start) > 1), None)
    if twice is None:
        return None
    names = " and ".join(name for name, start in shifts.items() if start == twice)
    return Finding(
        settings=("shifts",), message=f"shifts {names} both begin at {twice}; give each a time of its own"
    )


def _overlapping_bands(config: StationConfig) -> Finding | None:
    accept_min, reject_min = config.recipe.accept_min, config.recipe.reject_min
    if accept_min is None or reject_min is None or accept_min + reject_min >= 1.0:
        return None
    return Finding(
        settings=("accept_min", "reject_min"),
        message=f"accept_min = {accept_min:g} and reject_min = {reject_min:g} overlap: a part could be OK "
        "and NG at once; raise one until their sum is at least 1",
    )


def _empty_region(config: StationConfig) -> Finding | None:
    roi = config.recipe.roi
    if roi is None or roi.mode == "whole" or (roi.width_px and roi.height_px):
        return None
    return Finding(
        settings=("roi", "width_px", "height_px"),
        message=f'mode = "{roi.mode}" with width_px = {roi.width_px} and height_px = {roi.height_px} is an '
        'empty region; give it a size, or set mode = "whole"',
    )


def _region_outside(config: StationConfig) -> Finding | None:
    roi, camera = config.recipe.roi, config.camera
    if roi is None or roi.mode != "fixed" or not isinstance(camera, SimCamera):
        return None
    right_px, lower_px = roi.offset_x + roi.width_px, roi.offset_y + roi.height_px
    if right_px <= camera.width and lower_px <= camera.height:
        return None
    return Finding(
        settings=("roi", "width", "height"),
        message=f"the region ends at x = {right_px}, y = {lower_px}, outside the frame of width = "
        f"{camera.width} and height = {camera.height} px; move it or make it smaller",
    )


def _unlocked_door(config: StationConfig) -> Finding | None:
    service = config.service
    if not service.remote or service.keys is not None:
        return None
    return Finding(
        settings=("remote", "keys"),
        message=f'remote = "{service.remote}" without keys would let anybody in; '
        "set keys to the folder with server.key and clients/",
    )


def _no_part_fits(config: StationConfig) -> Finding | None:
    roi = config.recipe.roi
    if roi is None or not roi.max_area_px or roi.min_area_px <= roi.max_area_px:
        return None
    return Finding(
        settings=("roi", "min_area_px", "max_area_px"),
        message=f"min_area_px = {roi.min_area_px} is more than max_area_px = {roi.max_area_px}: no part is ever "
        "found; lower the one or raise the other (0 = no limit)",
    )


def _one_view_only(config: StationConfig) -> Finding | None:
    views = config.recipe.expected_views
    if views == 1 or not config.is_simulated:
        return None
    return Finding(
        settings=("expected_views",),
        message=f"expected_views = {views}, but a camera of kind {config.camera.kind} takes one picture of each "
        "part: every part would be rejected; set it to 1",
    )


def _huge_buffers(config: StationConfig) -> Finding | None:
    camera = config.camera
    if not isinstance(camera, SimCamera):
        return None
    frame_mb = camera.width * camera.height * (3 if camera.colour else 1) / 1e6
    if camera.slots * frame_mb <= _MOST_BUFFERS_MB:
        return None
    return Finding(
        settings=("slots", "width", "height"),
        message=f"slots = {camera.slots} frames of {camera.width}×{camera.height} px take "
        f"{camera.slots * frame_mb:.0f} MB of memory; set slots to at most {int(_MOST_BUFFERS_MB / frame_mb)}",
    )


def _unlike_any_controller(config: StationConfig) -> Finding | None:
    scan_ms = config.line.plc_scan_ms
    if not config.plc_is_simulated or 1 <= scan_ms <= 10:
        return None
    return Finding(
        settings=("plc_scan_ms",),
        message=f"plc_scan_ms = {scan_ms:g} is not what the simulated PLC can do; set it to 1 to 10 ms",
    )


def _plc_elsewhere(config: StationConfig) -> Finding | None:
    host = config.plc.host
    if not config.plc_is_simulated or is_loopback(host):
        return None
    return Finding(
        settings=("host",),
        message=f'host = "{host}", but the simulated PLC is started here, for this line alone: leave host out, or '
        'set kind = "modbus" for a real PLC',
    )
