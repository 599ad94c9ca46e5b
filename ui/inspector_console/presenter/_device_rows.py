"""What is known of each device, in rows of name and value: the most telling first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from inspector.domain.device_states import Device
from inspector_console.presenter._lens import DASH, Lens
from inspector_console.words import SayDevices

Values = Mapping[str, str | int | float]
_Form = Callable[[Values, Lens], str]
_DAY: Final = timedelta(hours=20)
_DIGEST: Final = 16


def rows_of(device: Device, values: Values, lens: Lens) -> tuple[tuple[str, str], ...]:
    """Return the rows of what is known; what is not known has none."""
    found = ((say, form(values, lens)) for say, form in _ROWS[device])
    return tuple((lens.words(say), text) for say, text in found if text)


def clock(utc_ns: int, lens: Lens) -> str:
    """Return a UTC time as time of day, with the date if that was another day."""
    try:
        then = datetime.fromtimestamp(utc_ns // 1_000_000_000, tz=UTC)
        now_ns = lens.facts.heard_ns + (lens.facts.utc_offset_ns or 0)
        now = datetime.fromtimestamp(now_ns // 1_000_000_000, tz=UTC)
    except (OverflowError, ValueError, OSError):  # a clock far beyond all calendars
        return DASH
    local = then.astimezone(lens.zone)
    if abs(now - then) < _DAY:
        return local.strftime("%H:%M:%S")
    return f"{lens.words.date(local)} {local:%H:%M}"


def _number(name: str, unit: str = "", digits: int = 0, factor: float = 1.0) -> _Form:
    def form(values: Values, lens: Lens) -> str:
        value = values.get(name)
        if not isinstance(value, int | float):
            return ""
        return f"{lens.words.number(value * factor, digits)}{unit}"

    return form


def _text(name: str, most: int = 200) -> _Form:
    return lambda values, lens: lens.words.told(str(values.get(name, "")))[:most]


def _time(name: str) -> _Form:
    return lambda values, lens: lens.time(at) if isinstance(at := values.get(name), int) and at else ""


def _pair(first: str, second: str, unit: str = "", digits: int = 0, factor: float = 1.0) -> _Form:
    forms = _number(first, "", digits, factor), _number(second, unit, digits, factor)

    def form(values: Values, lens: Lens) -> str:
        one, other = (part(values, lens) for part in forms)
        return f"{one} / {other}" if one and other else ""

    return form


def _named(name: str, names: Mapping[str, SayDevices]) -> _Form:
    def form(values: Values, lens: Lens) -> str:
        value = str(values.get(name, ""))
        return lens.words(names[value]) if value in names else value

    return form


def _picture(values: Values, lens: Lens) -> str:
    if "width_px" not in values or "height_px" not in values:
        return ""
    kind = lens.words(SayDevices.COLOUR if values.get("channels") == 3 else SayDevices.MONO)
    return f"{values['width_px']} × {values['height_px']} {kind}"


def _bundle(values: Values, _: Lens) -> str:
    return " ".join(str(values[name]) for name in ("name", "version") if name in values)


def _self_test(values: Values, lens: Lens) -> str:
    count, at_ns = values.get("self_test_samples"), values.get("self_test_ns")
    if not isinstance(count, int) or not isinstance(at_ns, int):
        return ""
    return lens.words(SayDevices.SELF_TEST_PASSED, count=count, time=lens.time(at_ns, seconds=False))


def _heartbeat(values: Values, lens: Lens) -> str:
    age_ms = values.get("heartbeat_age_ms")
    if not isinstance(age_ms, int):
        return ""
    if not age_ms:
        return lens.words(SayDevices.ALIVE)
    return lens.words(SayDevices.AGE, value=lens.words.number(age_ms / 1000, 1))


def _last_fault(values: Values, lens: Lens) -> str:
    at, text = _time("last_fault_ns")(values, lens), _text("last_fault")(values, lens)
    return f"{at}  {text}" if at else text


_KINDS: Final = {"sim": SayDevices.KIND_SIM, "folder": SayDevices.KIND_FOLDER}
_RECORDER: Final = {
    "off": SayDevices.RECORDER_OFF,
    "recording": SayDevices.RECORDER_RECORDING,
    "retrying": SayDevices.RECORDER_RETRYING,
    "failed": SayDevices.RECORDER_FAILED,
    "absent": SayDevices.RECORDER_ABSENT,
    "silent": SayDevices.RECORDER_SILENT,
}
_ROWS: Final[Mapping[Device, tuple[tuple[SayDevices, _Form], ...]]] = {
    Device.CAMERA: (
        (SayDevices.PICTURE, _picture),
        (SayDevices.FRAMES, _number("frames")),
        (SayDevices.LOST, _number("frames_lost")),
        (SayDevices.LAST_FRAME, _time("last_frame_ns")),
        (SayDevices.KIND, _named("kind", _KINDS)),
        (SayDevices.EXPOSURE, _number("exposure_us", " µs")),
        (SayDevices.DELAY, _number("trigger_delay_us", " µs")),
        (SayDevices.ORPHAN, _number("orphan_frames")),
        (SayDevices.OVERRUN, _number("overrun")),
        (SayDevices.SLOTS, _number("slots")),
        (SayDevices.DROPPED, _number("dropped")),
        (SayDevices.UNCLAIMED, _number("frames_unclaimed")),
        (SayDevices.IGNORED, _number("ignored_triggers")),
    ),
    Device.LIGHT: (
        (SayDevices.BRIGHTNESS, _number("brightness_percent", " %")),
        (SayDevices.SATURATED, _number("saturated_percent", " %", 1)),
        (SayDevices.EXPOSURE, _number("exposure_us", " µs")),
    ),
    Device.MODEL: (
        (SayDevices.BUNDLE, _bundle),
        (SayDevices.SELF_TEST, _self_test),
        (SayDevices.RUN_TIME, _pair("run_p50_us", "run_p99_us", " ms", 2, 0.001)),
        (SayDevices.MODEL_FAULTS, _number("model_faults")),
        (SayDevices.PREPARE_TIME, _pair("preprocess_p50_us", "preprocess_p99_us", " ms", 2, 0.001)),
        (SayDevices.DECIDED, _number("decided")),
        (SayDevices.LATE, _number("late")),
        (SayDevices.CLASSES, _number("classes")),
        (SayDevices.DIGEST, _text("digest", _DIGEST)),
    ),
    Device.PLC: (
        (SayDevices.ADDRESS, _text("address")),
        (SayDevices.HEARTBEAT, _heartbeat),
        (SayDevices.REJECTS, _pair("rejects_confirmed", "rejects_commanded")),
        (SayDevices.LINK_FAULTS, _number("link_faults")),
        (SayDevices.SESSION, _text("session")),
        (SayDevices.SCAN, _number("scan_time_us", " ms", 1, 0.001)),
        (SayDevices.LATE_AT_PLC, _number("late_verdicts")),
        (SayDevices.CONSECUTIVE, _number("consecutive_rejects")),
        (SayDevices.LOT, _text("lot")),
        (SayDevices.ORDER, _text("order")),
        (SayDevices.SERIAL, _text("serial")),
        (SayDevices.LAST_FAULT, _last_fault),
    ),
    Device.UPLINK: ((SayDevices.WAITING, _number("rows_waiting")),),
    Device.DISK: (
        (SayDevices.USED, _number("used_percent", " %", 1)),
        (SayDevices.FREE, _number("free_gb", " GB", 1)),
        (SayDevices.RECORDER, _named("recorder", _RECORDER)),
        (SayDevices.IMAGES, _pair("images_written", "images_evicted")),
        (SayDevices.IMAGES_DROPPED, _number("images_dropped")),
        (SayDevices.ROWS, _pair("rows_written", "rows_evicted")),
        (SayDevices.WAITING, _number("rows_waiting")),
        (SayDevices.QUOTA, _pair("recorded_mb", "quota_mb", " MB")),
        (SayDevices.LEDGER, _number("ledger_percent", " %")),
        (SayDevices.ERROR, _text("error")),
    ),
}
