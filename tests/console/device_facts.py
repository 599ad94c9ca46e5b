"""What a service tells of the devices of a station: while all is well, and while it is not."""

from __future__ import annotations

from typing import Any

from station_rig import SECOND, alarm, calm_facts, state

from inspector.clock import monotonic_ns, utc_ns
from inspector.domain.told import tell
from inspector.domain.told_texts import Told
from inspector.protocol import (
    Command,
    DeviceChange,
    DeviceView,
    Latency,
    Message,
    Register,
    RegisterTable,
    Reply,
    Rights,
    done,
)

DIGEST = "0a26899ebc0cc417af768a40f25e8154781d7a81cee5a312f1b54c3069792371"
REFUSAL = "SCHED_FIFO 30: Operation not permitted (grant CAP_SYS_NICE, or LimitRTPRIO= in the unit)"


def change(before: str, after: str, reason: str = "", ago_s: int = 60) -> DeviceChange:
    return DeviceChange(utc_ns=utc_ns() - ago_s * SECOND, before=before, after=after, reason=reason)


def camera(**fields: Any) -> DeviceView:
    values: dict[str, str | int | float] = {
        "kind": "sim", "exposure_us": 20, "trigger_delay_us": 300, "width_px": 1280, "height_px": 1024,
        "channels": 1, "slots": 16, "ignored_triggers": 0, "dropped": 2, "frames_unclaimed": 0,
        "last_frame_ns": monotonic_ns(), "frames": 1_234_567, "frames_lost": 3, "orphan_frames": 1,
        "overrun": 0,
    }  # fmt: skip
    return DeviceView(
        **{"id": "camera", "state": "good", "values": values, "changes": (change("", "good"),)} | fields
    )


def devices() -> list[DeviceView]:
    now_ns = monotonic_ns()
    start_ns = now_ns - 7_211 * SECOND
    model: dict[str, str | int | float] = {
        "name": "flange-v1", "version": "1.0.0", "digest": DIGEST, "classes": 7, "self_test_samples": 5,
        "self_test_ns": start_ns, "preprocess_p50_us": 180, "preprocess_p99_us": 290, "run_p50_us": 510,
        "run_p99_us": 800, "decided": 8257, "late": 1, "model_faults": 0,
    }  # fmt: skip
    plc: dict[str, str | int | float] = {
        "address": "192.168.100.200:502", "link_faults": 1, "session": 17173, "heartbeat_age_ms": 0,
        "scan_time_us": 2000, "late_verdicts": 0, "consecutive_rejects": 1, "rejects_commanded": 214,
        "rejects_confirmed": 213, "lot": "4711-2026-11", "order": "A-90017", "serial": "SN 000 123",
        "last_fault": tell(Told.PLC_NO_ANSWER, plc="192.168.100.200:502", ms=80),
        "last_fault_ns": now_ns - 941 * SECOND,
    }  # fmt: skip
    disk: dict[str, str | int | float] = {
        "used_percent": 39.6, "free_gb": 65.9, "ledger_percent": 0, "recorder": "recording",
        "rows_written": 1_222_333, "rows_evicted": 12, "images_written": 21_000, "images_evicted": 1_500,
        "images_dropped": 0, "recorded_mb": 1_210, "quota_mb": 2000, "rows_waiting": 201,
    }  # fmt: skip
    light: dict[str, str | int | float] = {
        "brightness_percent": 41, "saturated_percent": 0.3, "exposure_us": 20,
    }  # fmt: skip
    return [
        camera(),
        DeviceView(id="light", state="good", values=light, changes=(change("", "good", ago_s=90_117),)),
        DeviceView(
            id="model",
            state="good",
            values=model,
            changes=(change("upkeep", "good", "latency_high", ago_s=7_153),),
        ),
        DeviceView(id="plc", state="good", values=plc, changes=(change("failure", "good", ago_s=938),)),
        DeviceView(id="uplink", state="not_set_up", values={"rows_waiting": 201}),
        DeviceView(id="disk", state="good", values=disk, changes=(change("", "good", ago_s=412_377),)),
    ]


def rights() -> tuple[Rights, ...]:
    return tuple(
        Rights(thread=name, priority=priority, core=1, memory_locked=is_locked, refusals=refusals)
        for name, priority, is_locked, refusals in (
            ("supervisor", 0, True, ()),
            ("inspection", 30, True, ()),
            ("capture", 31, True, ()),
            ("actuation", 0, False, (REFUSAL,)),
        )
    )


def latency() -> tuple[Latency, ...]:
    """Return the stages in the order in which a part goes through them; each is within the one that holds it."""
    return tuple(
        Latency(stage=name, count=8257, p50_us=p50, p99_us=p99, p999_us=p999, max_us=most)
        for name, p50, p99, p999, most in (
            ("frame_to_verdict", 730, 1140, 1500, 2100),
            ("verdict_to_plc", 1310, 2240, 3160, 5480),
            ("trigger_to_plc", 9870, 11_240, 12_690, 15_930),
            ("preprocess", 180, 290, 380, 560),
            ("run", 510, 800, 1130, 1640),
        )
    )


def calm_devices() -> list[Message]:
    facts = [fact for fact in calm_facts() if not hasattr(fact, "rights")]
    return [state(rights=rights(), latency=latency()), *facts, *devices()]


def lost_camera() -> DeviceView:
    changes = (
        change("good", "failure", "camera_lost", 5),
        change("failure", "good", "", 4_013),
        change("good", "failure", "camera_lost", 4_129),
        change("", "good", "", 90_117),
    )
    lost = camera(state="failure", consequence="rejected", alarms=("camera_lost",), changes=changes)
    return lost.model_copy(update={"values": {**lost.values, "last_frame_ns": monotonic_ns() - 6 * SECOND}})


def troubled_devices() -> list[Message]:
    """The camera is gone, and the disk fills up."""
    disk = devices()[-1]
    full = disk.model_copy(
        update={
            "state": "upkeep",
            "alarms": ("disk_high",),
            "changes": (change("good", "upkeep", "disk_high", 1_273),),
            "values": {**disk.values, "used_percent": 88.0, "free_gb": 13.1},
        }
    )
    now_ns = monotonic_ns()
    gone = alarm("camera_lost", priority=1, consequence="rejected", raised_ns=now_ns - 4 * SECOND)
    high = alarm(
        "disk_high",
        priority=3,
        consequence="not_affected",
        details={"value": 88.0, "limit": 85.0},
        raised_ns=now_ns - 1_273 * SECOND,
    )
    return [*calm_devices(), gone, high, lost_camera(), full]


def registers(command: Command) -> Reply:
    """Answer as the service does: 24 rows of long names."""
    rows = tuple(
        Register(
            name="DecidedIndeterminate" if at % 2 else "EncoderAtTrigger",
            address=65000 + at,
            words=(0x1234, 0xABCD) if at % 2 else (7,),
            value="8257 ONLINE TRIGGER_READY RESULTS_VALID IS_SIMULATED" if at == 3 else str(305419896),
            meaning="advances every 100 ms, only while capture, inspection, actuation all progress",
            entry=at % 8 if command.args["group"] == "triggers" else -1,
        )
        for at in range(24)
    )
    return done(RegisterTable(group=str(command.args["group"]), at_ns=monotonic_ns(), rows=rows))
