"""Devices as the service tells them: state, what parts do, how it came, and what is known."""

from __future__ import annotations

import json

import pytest
from service_bench import Bench, GreyFrames, Panel, until

from inspector.clock import monotonic_ns
from inspector.domain.device_states import SIGNALS, WATCHED, Device, Signal, alarms_of, signal_of
from inspector.domain.disposition import Cause, Disposition
from inspector.domain.ledger import PartRow
from inspector.domain.line import LineDetails, LineTalk
from inspector.domain.verdict import Evaluation
from inspector.errors import TelemetryError
from inspector.protocol import DeviceView, Register, RegisterTable
from inspector.service import ServiceParts

DETAILS = LineDetails(
    command=0,
    command_argument=0,
    rejects_commanded=9,
    rejects_confirmed=8,
    late_verdicts=1,
    consecutive_rejects=2,
    scan_time_100us=20,
    counts_per_mm_x100=1000,
    gate_counts=4000,
    window_counts=80,
    deadline_counts=3900,
    trigger_delay_100us=3,
    outcomes=(),
    lot="4711",
    order="A-9",
    serial="",
)


def device(panel: Panel, id_: str) -> DeviceView | None:
    return next((found for found in panel.mirror.devices if found.id == id_), None)


def wait_for(panel: Panel, id_: str, state: str) -> DeviceView:
    until(lambda: (found := device(panel, id_)) is not None and found.state == state)
    found = device(panel, id_)
    assert found is not None
    return found


def values(panel: Panel, id_: str, *names: str) -> dict[str, str | int | float]:
    until(lambda: (found := device(panel, id_)) is not None and set(names) <= set(found.values))
    found = device(panel, id_)
    assert found is not None
    return found.values


def test_a_device_is_as_bad_as_the_worst_alarm_says() -> None:
    assert signal_of(Device.DISK, ["disk_high", "database_damaged"]) is Signal.OUT_OF_SPEC
    assert alarms_of(Device.DISK, ["disk_high", "ng_run", "disk_full"]) == ("disk_full", "disk_high")
    assert signal_of(Device.CAMERA, ["disk_full"]) is Signal.GOOD
    assert signal_of(Device.UPLINK, []) is Signal.NOT_SET_UP
    assert signal_of(Device.CAMERA, ["undecided_high"], Signal.FAILURE) is Signal.FAILURE
    assert {found for found, _ in SIGNALS.values()} == WATCHED


def test_all_is_well_and_what_is_not_there_or_not_seen_is_not_called_good(panel: Panel) -> None:
    states = {id_: wait_for(panel, id_, "good") for id_ in ("camera", "model", "plc", "disk")}
    assert {view.consequence for view in states.values()} == {"not_affected"}
    assert wait_for(panel, "light", "no_data").consequence == "not_affected"
    assert wait_for(panel, "uplink", "not_set_up").values == {}


def test_a_light_that_fails_is_told_with_what_parts_do(bench: Bench) -> None:
    light = {"brightness_percent": 41.2}
    bench.parts = ServiceParts(camera=lambda: {**light, "last_frame_ns": monotonic_ns()})
    bench.station.status.write_text({"believed_mean": [10.0, 250.0]})
    bench.start()
    panel = bench.panel()
    assert wait_for(panel, "light", "good").consequence == "not_affected"
    light["brightness_percent"] = 0.4
    until(lambda: device(panel, "light") is not None and device(panel, "light").state == "out_of_spec")
    dark = wait_for(panel, "light", "out_of_spec")
    assert (dark.consequence, dark.alarms) == ("partly_rejected", ("light_wrong",))
    bench.station.write(is_camera_ok=0)
    assert wait_for(panel, "light", "no_data").alarms == ("light_wrong",)


def test_a_lost_camera_is_told_at_once_with_what_parts_do_and_what_was_before(
    service: Bench, panel: Panel
) -> None:
    wait_for(panel, "camera", "good")
    service.station.write(is_camera_ok=0)
    lost = wait_for(panel, "camera", "failure")
    assert lost.consequence == "rejected"
    assert [(change.before, change.after) for change in lost.changes[:1]] == [("good", "failure")]
    panel.wait_for_alarm("camera_lost")
    until(lambda: (found := device(panel, "camera")) is not None and found.alarms == ("camera_lost",))
    service.station.write(is_camera_ok=1)
    back = wait_for(panel, "camera", "good")
    assert (back.changes[0].before, back.consequence, back.alarms) == ("failure", "not_affected", ())


def test_a_lost_plc_says_why_and_since_when(service: Bench, panel: Panel) -> None:
    wait_for(panel, "plc", "good")
    service.station.write(
        is_linked=0, link_fault=b"10.0.0.2:502 did not answer", link_fault_ns=monotonic_ns(), link_faults=1
    )
    assert wait_for(panel, "plc", "failure").consequence == "rejected"
    found = values(panel, "plc", "last_fault", "last_fault_ns")
    assert (found["last_fault"], found["link_faults"]) == ("10.0.0.2:502 did not answer", 1)
    assert "session" not in found


def test_while_the_line_is_held_a_failed_device_rejects_nothing(service: Bench, panel: Panel) -> None:
    wait_for(panel, "camera", "good")
    panel.done("line.hold")
    service.station.write(hold_code=7, hold_text=b"somebody")
    panel.wait_for_alarm("held_operator")
    service.station.write(is_camera_ok=0)
    until(lambda: (found := device(panel, "camera")) is not None and found.consequence == "held")


def test_of_a_silent_station_nothing_is_known_but_of_the_disk(service: Bench, panel: Panel) -> None:
    service.station.status.write_text({"realtime": {"capture": {"refusals": ["no"]}}})
    panel.wait_for_alarm("realtime_missing")  # which concerns no part, but its device is lost all the same
    service.is_silent = True
    assert wait_for(panel, "model", "no_data").consequence == "rejected"
    assert wait_for(panel, "camera", "no_data").alarms == ()
    wait_for(panel, "disk", "failure")  # nobody gives the recorder's sign of life, either


def test_a_station_that_still_starts_has_lost_nothing(bench: Bench) -> None:
    bench.station.write(ready_ns=0, started_ns=monotonic_ns(), is_camera_ok=0, is_linked=0)
    bench.start()
    panel = bench.panel()
    wait_for(panel, "model", "good")
    assert device(panel, "plc") is None
    bench.station.write(is_linked=1)
    assert [change.before for change in wait_for(panel, "plc", "good").changes] == [""]


def test_changes_outlive_the_service(bench: Bench) -> None:
    bench.start()
    panel = bench.panel()
    wait_for(panel, "camera", "good")
    bench.station.write(is_camera_ok=0)
    before = wait_for(panel, "camera", "failure").changes
    bench.stop()
    bench.start()
    again = wait_for(bench.panel("Panel 2"), "camera", "failure")
    assert again.changes == before


def test_changes_that_cannot_be_read_begin_as_new_and_somebody_is_told(bench: Bench) -> None:
    own = bench.station.files.own
    own.mkdir(parents=True)
    (own / "devices.json").write_text(json.dumps({"schema": "inspector-devices", "version": 9}))
    bench.start()
    panel = bench.panel()
    wait_for(panel, "camera", "good")
    until(lambda: any("devices.json cannot be used" in event.text for event in panel.mirror.events))


def test_what_is_known_of_camera_light_plc_and_disk_is_told(bench: Bench) -> None:
    bench.parts = ServiceParts(
        camera=lambda: {"kind": "sim", "width_px": 1280, "exposure_us": 20, "brightness_percent": 41},
        line=lambda: LineTalk(
            session=7, plc_heartbeat=3, fast_ns=monotonic_ns(), details=DETAILS, details_ns=5
        ),
        outbox=lambda: {"rows_waiting": 12},
    )
    bench.station.write(frames=900, frames_lost=2, rejects_commanded=4, rejects_confirmed=3, model_faults=1)
    bench.station.status.write_text(
        {
            "bundle": {"name": "flange", "version": "1.0", "digest": "ab12", "classes": ["ok", "dent"]},
            "self_test": {"samples": 5, "passed_ns": 77},
        }
    )
    bench.station.status.histograms["run"].record(900)
    bench.start(plc_address="10.0.0.2:502", quota_mb=2000)
    panel = bench.panel()
    camera = values(panel, "camera", "width_px")
    assert (camera["frames"], camera["frames_lost"], camera["exposure_us"]) == (900, 2, 20)
    assert "brightness_percent" not in camera
    assert values(panel, "light", "brightness_percent") == {"brightness_percent": 41, "exposure_us": 20}
    model = values(panel, "model", "self_test_ns", "run_p50_us")
    assert (model["name"], model["classes"], model["self_test_samples"], model["run_p99_us"]) == (
        "flange",
        2,
        5,
        900,
    )
    assert model["model_faults"] == 1
    plc = values(panel, "plc", "scan_time_us")
    assert (plc["address"], plc["session"], plc["scan_time_us"]) == ("10.0.0.2:502", 7, 2000)
    assert (plc["rejects_commanded"], plc["rejects_confirmed"], plc["lot"]) == (4, 3, "4711")
    assert "serial" not in plc
    assert values(panel, "uplink", "rows_waiting") == {"rows_waiting": 12}
    disk = values(panel, "disk", "used_percent", "free_gb", "rows_waiting")
    assert (disk["recorder"], disk["quota_mb"]) == ("recording", 2000)
    until(lambda: panel.mirror.state is not None and panel.mirror.state.lot == "4711")
    assert panel.mirror.counters is not None
    assert (panel.mirror.counters.rejects_commanded, panel.mirror.counters.rejects_confirmed) == (4, 3)


def test_the_age_of_the_plcs_heartbeat_grows_when_it_stands_still(bench: Bench) -> None:
    bench.parts = ServiceParts(
        line=lambda: LineTalk(
            session=7, plc_heartbeat=3, fast_ns=monotonic_ns(), details=DETAILS, details_ns=5
        )
    )
    bench.start()
    panel = bench.panel()
    assert values(panel, "plc", "heartbeat_age_ms")["heartbeat_age_ms"] == 0
    until(lambda: int(values(panel, "plc", "heartbeat_age_ms")["heartbeat_age_ms"]) >= 1000)


def test_an_outbox_that_cannot_be_read_leaves_its_values_out(bench: Bench) -> None:
    def broken() -> dict[str, str | int | float]:
        raise TelemetryError("there is no outbox")

    bench.parts = ServiceParts(outbox=broken)
    bench.start()
    panel = bench.panel()
    assert "rows_waiting" not in values(panel, "disk", "free_gb")


def test_a_decided_part_is_told_before_the_line_has_done_with_it_and_once_more_after(
    service: Bench, panel: Panel
) -> None:
    until(lambda: panel.mirror.state is not None)
    row = PartRow(session=7, tag=1, ordinal=1, available_ns=500, decided_ns=900, class_index=1, score=0.9)
    row.evaluation, row.disposition, row.cause = Evaluation.NG, Disposition.REJECT, Cause.NG
    service.station.decisions.append(row)
    until(lambda: bool(panel.mirror.results))
    (part,) = panel.mirror.results
    assert (part.applied, part.class_name, part.available_ns, part.score_permille) == (
        "UNKNOWN",
        "scratch",
        500,
        900,
    )
    assert part.is_reject
    service.station.part(Evaluation.NG, available_ns=500)
    until(lambda: panel.mirror.results[-1].applied == "REJECTED")
    assert len(panel.mirror.results) == 1


def test_a_frame_is_shown_with_the_part_that_it_shows(bench: Bench) -> None:
    at_ns = monotonic_ns()
    bench.parts = ServiceParts(frames=GreyFrames(lambda _: at_ns))
    bench.start()
    panel = bench.panel()
    until(lambda: panel.mirror.state is not None)
    bench.station.decisions.append(PartRow(session=7, tag=3, ordinal=3, available_ns=at_ns, frame_id=8))
    until(lambda: bool(panel.mirror.results))
    panel.client.watch_frames("frame.raw")
    until(lambda: (picture := panel.client.take_frame()) is not None and panel.keep(picture))
    header = panel.pictures[0].header
    assert (header.session, header.tag, header.ordinal, header.frame_id) == (7, 3, 3, 8)


def test_registers_are_handed_out_to_whoever_looks(bench: Bench) -> None:
    row = Register(name="Tag", address=101, words=(7,), value="7", entry=7)
    bench.parts = ServiceParts(registers=lambda group: RegisterTable(group=group, at_ns=5, rows=(row,)))
    bench.start()
    panel = bench.panel()
    reply = panel.done("registers.read", group="results")
    assert reply.body["rows"][0]["address"] == 101  # type: ignore[index, call-overload]


def test_without_anybody_who_reads_along_there_are_no_registers(panel: Panel) -> None:
    reply = panel.ask("registers.read", group="results")
    assert (reply.ok, reply.code) == (False, "impossible")


@pytest.mark.parametrize(("target", "permille"), [(98.5, 985), (None, 0)])
def test_the_target_of_the_yield_is_the_plants(bench: Bench, target: float | None, permille: int) -> None:
    bench.start(yield_target_percent=target)
    panel = bench.panel()
    until(lambda: panel.mirror.counters is not None)
    assert panel.mirror.counters is not None
    assert panel.mirror.counters.yield_target_permille == permille
