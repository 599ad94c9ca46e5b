"""What the Devices screen says of what the service has told."""

from __future__ import annotations

from typing import Any

import pytest
from console_facts import NOON_NS, NOW_NS, SECOND, alarm, lens, stages, state

from inspector.domain.device_states import Device
from inspector.protocol import DeviceChange, DeviceView, Register, RegisterTable, Rights
from inspector_console.presenter import (
    REGISTER_GROUPS,
    DeviceCardView,
    LampKind,
    Lens,
    Link,
    present_cards,
    present_device,
    present_lamps,
    present_registers,
    present_times,
)

FAILED = DeviceChange(utc_ns=NOON_NS - 60 * SECOND, before="good", after="failure", reason="camera_lost")
SILENT = "There is no picture to see it by"
LOST = DeviceView(
    id="camera", state="failure", consequence="rejected", alarms=("camera_lost",), changes=(FAILED,)
)


def card(device: Device, seen: Lens) -> DeviceCardView:
    return next(found for found in present_cards(seen) if found.id == device)


def plc(**values: Any) -> DeviceView:
    return DeviceView(id="plc", state="good", values=values)


def test_a_failed_device_says_since_when_what_was_before_and_what_parts_do() -> None:
    seen = lens(state(), LOST)
    shown = card(Device.CAMERA, seen)
    assert (shown.kind, shown.state, shown.consequence) == (
        LampKind.FAILURE,
        "failure",
        "All parts are being rejected",
    )
    assert shown.since == "since 11:59:00, before: good"
    assert present_lamps(seen)[0].kind is LampKind.FAILURE


def test_a_good_device_says_nothing_of_parts() -> None:
    shown = card(Device.PLC, lens(state(), plc(rejects_commanded=214, rejects_confirmed=213)))
    assert (shown.kind, shown.consequence, shown.note) == (LampKind.GOOD, "", "")
    assert shown.figures == (("Rejects seen / due", "213 / 214"),)


def test_light_and_horn_are_offered_where_there_is_a_plc_to_whoever_may_test_them() -> None:
    def offer(device: Device = Device.PLC, role: str = "engineer", **fields: Any) -> str:
        return present_device(device, lens(state(**fields), plc(), user="Eve", role=role)).test

    assert offer() == "Test light and horn"
    assert offer(Device.CAMERA) == ""
    assert offer(role="operator") == ""
    assert offer(is_linked=False) == ""


def test_what_is_not_there_says_so_and_makes_no_claim() -> None:
    uplink = DeviceView(id="uplink", state="not_set_up", values={"rows_waiting": 41})
    shown = card(Device.UPLINK, lens(state(), uplink, language="de"))
    assert shown.kind is LampKind.NOT_SET_UP
    assert (shown.state, shown.note) == (
        "nicht eingerichtet",
        "Es gibt keinen Uplink: Daten bleiben hier",
    )
    assert shown.figures == (("Zeilen nicht exportiert", "41"),)


def test_of_a_light_without_a_picture_nothing_is_known() -> None:
    light = DeviceView(id="light", state="no_data", values={"exposure_us": 20})
    shown = card(Device.LIGHT, lens(state(), light))
    assert (shown.kind, shown.consequence, shown.note) == (LampKind.NO_DATA, "", SILENT)


def test_without_a_connection_nothing_is_of_the_present() -> None:
    shown = card(Device.CAMERA, lens(state(), LOST, link=Link.LOST))
    assert (shown.kind, shown.consequence, shown.since) == (LampKind.NO_DATA, "", "")
    assert shown.old.startswith("old, ")


def test_a_page_has_the_last_changes_with_their_reason_and_the_alarms_with_what_to_do() -> None:
    long_ago = DeviceChange(utc_ns=NOON_NS - 100_000 * SECOND, before="", after="good")
    view = LOST.model_copy(update={"changes": (FAILED, long_ago)})
    page = present_device(Device.CAMERA, lens(state(), view, alarm("camera_lost"), alarm("ng_run")))
    assert page.changes == (
        ("11:59:00", "good → failure: The camera is lost"),
        ("2027-01-14 08:13", "good"),
    )
    assert page.alarms[0][1] == "The camera is lost"
    assert len(page.alarms) == 2


def test_a_page_of_which_nothing_is_known_says_so() -> None:
    page = present_device(Device.UPLINK, lens(state()))
    assert (page.values, page.changes, page.alarms) == ((), (("none known", ""),), (("none", ""),))


def test_a_long_value_goes_on_in_the_next_line() -> None:
    fault = "192.168.100.200:502: no answer within 80 ms; is the PLC running?"
    rows = present_device(Device.PLC, lens(state(), plc(last_fault=fault, last_fault_ns=NOW_NS))).values
    assert rows[0][0] == "Last fault"
    assert rows[1][0] == ""
    assert " ".join(text for _, text in rows).split() == ["12:00:00", *fault.split()]


@pytest.mark.parametrize(
    ("values", "text"),
    [({"heartbeat_age_ms": 0}, "alive"), ({"heartbeat_age_ms": 2500}, "2.5 s ago"), ({}, None)],
)
def test_the_plcs_heartbeat_is_alive_or_has_an_age(values: dict[str, int], text: str | None) -> None:
    rows = dict(present_device(Device.PLC, lens(state(), plc(**values))).values)
    assert rows.get("Heartbeat") == text


def test_values_and_states_of_a_newer_station_do_no_harm() -> None:
    odd = DeviceView(
        id="camera",
        state="dreaming",
        values={"frames": "many", "width_px": 5, "moon": 3, "kind": "genicam"},
        changes=(DeviceChange(utc_ns=2**62, before="good", after="dreaming", reason="sunspots"),),
    )
    seen = lens(state(), odd)
    assert dict(present_device(Device.CAMERA, seen).values) == {"Kind": "genicam"}
    assert present_device(Device.CAMERA, seen).changes[0][1] == "good → dreaming"
    assert card(Device.CAMERA, seen).kind is LampKind.GOOD


def test_times_are_shown_by_stage_and_rights_with_what_was_refused() -> None:
    refused = Rights(thread="capture", refusals=("core 3: no such core",))
    granted = Rights(thread="inspection", priority=30, core=1, memory_locked=True)
    view = present_times(lens(state(latency=stages(730, 1140), rights=(granted, refused))))
    assert view.stages == (("Frame to verdict", "10", "0.73", "1.14", "0.00", "0.00"),)
    assert view.stages_title == "Times of this run, ms · deadline 5 ms"
    assert view.rights[0] == ("Judging", "FIFO 30", "1", "yes", "–")
    assert view.rights[1] == (
        "Taking frames",
        "ordinary",
        "any",
        "yes",
        "core 3: no such core",
    )
    assert view.summary[1][1] == "not all granted"
    assert present_times(lens(state())).summary == (
        ("Verdict p50 / p99", "–"),
        ("Real-time rights", "not known yet"),
    )


def test_registers_are_shown_by_address_name_raw_and_value() -> None:
    rows = (
        Register(name="EncoderAtTrigger", address=1013, words=(6, 26560), value="419776", entry=6),
        Register(name="Lot", address=1120, words=(0x3437,) * 12, value="4711"),
    )
    view = present_registers(
        lens(state()), "triggers", RegisterTable(group="triggers", at_ns=NOW_NS, rows=rows)
    )
    assert view.rows[0] == ("1013", "EncoderAtTrigger [6]", "0006 67c0", "419776", "")
    assert view.rows[1][2] == "3437 3437 3437 3437 …"
    assert view.status == "Read from the PLC, 12:00:00"
    assert [group for group, _ in view.groups] == list(REGISTER_GROUPS)


def test_a_register_that_says_much_takes_several_lines() -> None:
    says = "8203 ONLINE TRIGGER_READY RESULTS_VALID IS_SIMULATED"
    bits = ", ".join(f"b{bit} Something" for bit in range(16))
    rows = (
        Register(name="Status", address=3, words=(0x200B,), value=says, meaning=bits),
        Register(name="ErrorCode", address=7, words=(0,), value="", meaning=""),
    )
    view = present_registers(lens(state()), "mirror", RegisterTable(group="mirror", at_ns=NOW_NS, rows=rows))
    *status, error = view.rows
    assert [row[:3] for row in status] == [("3", "Status", "200b"), *[("", "", "")] * (len(status) - 1)]
    assert " ".join(row[3] for row in status).split() == says.split()
    assert " ".join(row[4] for row in status) == bits
    assert max(len(row[3]) for row in status) <= 30
    assert error == ("7", "ErrorCode", "0000", "", "")


def test_registers_that_are_not_here_say_why() -> None:
    seen = lens(state())
    assert present_registers(seen, "mirror", None).status == "The registers are being fetched"
    never = RegisterTable(group="mirror")
    assert present_registers(seen, "mirror", never).status == "Written by the station, nothing yet"
    trouble = present_registers(seen, "mirror", never, "half-written")
    assert trouble.status == "The registers cannot be had: half-written"
    assert trouble.rows == ()
