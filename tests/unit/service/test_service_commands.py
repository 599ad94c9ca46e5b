"""What people at consoles do, with a real service, real clients, and the audit log on disk."""

from __future__ import annotations

import json
import os
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from service_bench import PASSWORD, PIN, Bench, GreyFrames, Panel, audit, until

from inspector.domain.told_texts import Told
from inspector.domain.verdict import Evaluation
from inspector.protocol import RAW_FRAMES, Ask, Code, DeviceView, FrameHeader, Message, body_as
from inspector.service import ServiceParts
from inspector.service._audit_files import verify_audit
from inspector.service._denials import CONSOLE_BURST, MORE
from inspector.sharedmem import Requests


def test_a_panel_sees_the_state_counters_and_parts(service: Bench, panel: Panel) -> None:
    until(lambda: panel.mirror.state is not None and panel.mirror.counters is not None)
    state = panel.mirror.state
    assert state is not None
    assert (state.state, state.is_ready, state.station) == ("EXECUTE", True, "line-3")
    service.station.part()
    service.station.part(Evaluation.NG)
    until(lambda: panel.mirror.counters and panel.mirror.counters.rejected == 1)
    assert panel.mirror.counters is not None
    assert (panel.mirror.counters.accepted, panel.mirror.counters.recent_parts) == (1, 2)
    until(lambda: len(panel.mirror.results) == 2)
    assert [part.class_name for part in panel.mirror.results] == ["ok", "scratch"]


def test_nothing_is_told_while_nothing_happens(service: Bench, panel: Panel) -> None:
    until(lambda: panel.mirror.state is not None)
    time.sleep(0.3)

    def told() -> list[Message]:
        """Others may use the disk meanwhile."""
        facts = list(panel.facts)
        return [fact for fact in facts if not (isinstance(fact, DeviceView) and fact.id == "disk")]

    before = len(told())
    time.sleep(0.5)
    assert len(told()) == before


def test_an_alarm_is_raised_acknowledged_and_kept_over_a_restart(service: Bench, panel: Panel) -> None:
    service.station.write(control=1 << 6)
    alarm = panel.wait_for_alarm("bypassed")
    assert "bypass" in alarm.text.lower()
    reply = panel.done(Ask.ACKNOWLEDGE, alarm="bypassed")
    assert reply.version == panel.wait_for_alarm("bypassed", "acknowledged").version == alarm.version + 1
    service.stop()
    service.start()
    again = service.panel("Panel 2")
    shown = again.wait_for_alarm("bypassed", "acknowledged")
    assert shown.acknowledged_by.startswith("Panel 1")
    service.station.write(control=0)
    until(lambda: again.alarm("bypassed") is None)


def test_a_version_that_is_gone_is_a_conflict(service: Bench, panel: Panel) -> None:
    service.station.write(control=1 << 6)
    alarm = panel.wait_for_alarm("bypassed")
    reply = panel.ask(Ask.ACKNOWLEDGE, alarm="bypassed", version=alarm.version + 5)
    assert (reply.code, reply.version) == (Code.CONFLICT, alarm.version)
    panel.wait_for_alarm("bypassed")


@pytest.mark.parametrize(
    ("args", "code"),
    [
        ({"alarm": "no_such"}, Code.INVALID),
        ({}, Code.INVALID),
        ({"alarm": 7}, Code.INVALID),
        ({"alarm": "late"}, Code.IMPOSSIBLE),
    ],
)
def test_what_cannot_be_acknowledged_is_refused_with_a_reason(
    args: dict[str, Any], code: Code, panel: Panel
) -> None:
    reply = panel.ask(Ask.ACKNOWLEDGE, **args)
    assert (reply.code, bool(reply.reason)) == (code, True)


def test_a_silent_station_is_lost_to_everybody(service: Bench, panel: Panel) -> None:
    other = service.panel("Panel 2")
    until(lambda: panel.mirror.state and other.mirror.state)
    service.is_silent = True
    alarms = [one.wait_for_alarm("station_lost") for one in (panel, other)]
    assert alarms[0].priority == alarms[1].priority == 1
    until(lambda: panel.mirror.state and not panel.mirror.state.is_ready)
    until(lambda: panel.mirror.state and panel.mirror.state.parts_now == "rejected")


def test_holding_needs_no_control_and_releasing_does(service: Bench, panel: Panel) -> None:
    until(lambda: panel.mirror.state is not None)
    panel.done(Ask.HOLD, reason="hand in the machine")
    requests = service.station.requests.read()
    assert requests.is_held
    assert requests.hold_text.startswith("Panel 1 (")
    assert requests.hold_text.endswith(": hand in the machine")
    until(lambda: any("hand in the machine" in text for text in panel.events))
    assert panel.ask("line.release").code == Code.LEASE
    panel.take_control()
    panel.done("line.release")
    assert service.station.requests.read() == Requests()
    assert panel.ask("line.release").code == Code.IMPOSSIBLE


def test_light_and_horn_can_be_tried_out_and_end_by_themselves(
    service: Bench, admin: Panel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inspector.service._alarms.SIGNAL_TEST_S", 1)
    admin.done("device.test", device="plc")
    assert service.station.requests.read() == Requests(is_light_on=True, is_horn_on=True)
    until(lambda: service.station.requests.read() == Requests())
    assert [record["target"] for record in audit(service) if record["act"] == "device.test"]
    assert any("stack light and horn tested: Ada" in text for text in admin.events)


def test_a_test_of_the_light_ends_and_the_alarm_that_asks_for_it_stays(
    service: Bench, admin: Panel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inspector.service._alarms.SIGNAL_TEST_S", 1)
    service.station.write(control=1 << 6)
    admin.wait_for_alarm("bypassed")
    until(lambda: service.station.requests.read().is_light_on)
    before = service.station.requests.read()
    admin.done("device.test", device="plc")
    assert service.station.requests.read().is_horn_on
    until(lambda: service.station.requests.read() == before)


def test_who_may_not_test_devices_moves_nothing_and_what_has_no_test_is_named(
    service: Bench, panel: Panel, admin: Panel
) -> None:
    admin.done(Ask.CONTROL_RELEASE)
    panel.take_control()
    assert panel.ask("device.test", device="plc").body["refusal"] == "needs_login"
    panel.done(Ask.CONTROL_RELEASE)
    admin.take_control()
    reply = admin.ask("device.test", device="disk")
    assert (reply.code, "'disk'" in reply.reason) == (Code.INVALID, True)
    assert service.station.requests.read() == Requests()


def test_a_hold_outlives_the_service(service: Bench, panel: Panel) -> None:
    panel.done(Ask.HOLD)
    service.stop()
    service.start()
    assert service.station.requests.read().is_held


def test_shelving_needs_a_reason_from_the_list_and_ends_by_itself(service: Bench, panel: Panel) -> None:
    service.station.write(link_faults=0)
    panel.take_control()
    assert panel.ask("alarm.shelve", alarm="late", minutes=15).code == Code.INVALID
    refused = panel.ask("alarm.shelve", alarm="late", minutes=15, reason="chattering")
    assert (refused.code, refused.body["refusal"]) == (Code.IMPOSSIBLE, "never_shelved")
    panel.done("alarm.shelve", alarm="ng_run", minutes=15, reason="chattering")
    shelved = panel.wait_for_alarm("ng_run", "shelved")
    assert shelved.shelved_reason == "chattering"
    until(lambda: any(event.reason == "chattering" for event in panel.mirror.events))
    panel.done("alarm.unshelve", alarm="ng_run")
    until(lambda: panel.alarm("ng_run") is None)


def test_taking_an_alarm_out_of_service_is_for_engineers(service: Bench, admin: Panel, panel: Panel) -> None:
    assert panel.ask("alarm.out_of_service", alarm="late", reason="test").code == Code.LEASE
    admin.done("alarm.out_of_service", alarm="late", reason="new camera")
    alarm = panel.wait_for_alarm("late", "out_of_service")
    assert (alarm.removed_by, alarm.removed_reason) == ("Ada", "new camera")
    token, admin.token = admin.token, ""
    assert admin.ask("alarm.put_back", alarm="late").code == Code.DENIED
    admin.token = token
    admin.done("alarm.put_back", alarm="late")
    until(lambda: panel.alarm("late") is None)


def test_every_act_is_in_the_audit_log_with_who_and_how_it_went(service: Bench, admin: Panel) -> None:
    admin.done(Ask.HOLD, reason="jam")
    admin.done("line.release", reason="cleared")
    admin.ask("session.log_in", name="Ada", secret="wrong guess 1")
    service.stop()
    told = [(row["act"], row["user"], row["result"], row["reason"]) for row in audit(service)]
    assert ("line.hold", "Ada", "done", "jam") in told
    release = [row for row in told if row[0] == "line.release"]
    assert [row[2] for row in release] == ["begun", "done"]
    assert sum(row[0] == "session.log_in" for row in told) == 2
    text = json.dumps(audit(service))
    assert PASSWORD not in text
    assert "wrong guess 1" not in text
    assert verify_audit(service.station.files.own / "audit").is_whole


def test_an_acknowledgement_does_not_wait_for_a_log_in(service: Bench, admin: Panel, panel: Panel) -> None:
    service.station.write(control=1 << 6)
    panel.wait_for_alarm("bypassed")
    slow = [
        admin.client.request("session.log_in", {"name": "Ada", "secret": PASSWORD}, timeout_ms=8000)
        for _ in range(8)
    ]
    start = time.monotonic()
    panel.done(Ask.ACKNOWLEDGE, alarm="bypassed")
    took_s = time.monotonic() - start
    assert not slow[-1].done()  # it overtook them
    assert all(future.result(10).ok for future in slow)
    assert took_s < 1.0


def test_users_are_made_changed_and_removed_by_admins_alone(
    service: Bench, admin: Panel, panel: Panel
) -> None:
    assert panel.ask("user.list").code == Code.DENIED
    body = admin.done("user.add", name="Bo", role="operator", secret=PIN, reason="new").body
    panel.log_in("Bo", PIN)
    about = panel.done("session.who").body
    assert (about["user"], about["role"]) == ("Bo", "operator")
    denied = panel.ask("user.list").body
    assert (denied["refusal"], denied["wait_s"]) == ("not_allowed", 0.0)
    assert denied["details"] == {"able": "admin", "act": "users.manage", "role": "operator"}
    stale = admin.ask("user.change", id=body["id"], role="quality", reason="moved", version=9)
    assert stale.code == Code.CONFLICT
    admin.done("user.change", id=body["id"], role="quality", reason="moved")
    assert panel.done("session.who").body["user"] == ""  # a change of role ends the log-in
    admin.done("user.delete", id=body["id"], reason="left")
    users = admin.done("user.list").body["users"]
    assert isinstance(users, list)
    assert [user["name"] for user in users if isinstance(user, dict)] == ["Ada"]
    assert admin.ask("user.add", name="Cy", role="king", secret=PIN, reason="x").code == Code.INVALID


def test_a_person_changes_the_own_secret_at_any_console(admin: Panel, panel: Panel) -> None:
    admin.done("user.add", name="Bo", role="operator", secret=PIN, reason="new")
    panel.log_in("Bo", PIN)
    assert panel.ask("user.own_secret", secret="111222", new_secret="928374").code == Code.DENIED
    panel.done("user.own_secret", secret=PIN, new_secret="928374")
    panel.log_in("Bo", "928374")


def test_a_stolen_token_is_good_at_its_own_console_alone(admin: Panel, panel: Panel) -> None:
    panel.token = admin.token
    assert panel.done("session.who").body["user"] == ""


def test_logging_off_gives_the_right_to_write_back(admin: Panel, panel: Panel) -> None:
    assert panel.ask(Ask.CONTROL_TAKE).code == Code.LEASE
    admin.done("session.log_off")
    until(lambda: not panel.mirror.lease.client)
    panel.take_control()


def test_only_who_may_seizes_control_and_says_why(service: Bench, admin: Panel, panel: Panel) -> None:
    admin.done(Ask.CONTROL_RELEASE)
    panel.take_control()
    token, admin.token = admin.token, ""
    assert admin.ask(Ask.CONTROL_SEIZE, reason="hurry").code == Code.DENIED
    admin.token = token
    assert admin.ask(Ask.CONTROL_SEIZE).code == Code.INVALID
    admin.done(Ask.CONTROL_SEIZE, reason="hurry")
    until(lambda: panel.mirror.lease.user == "Ada")
    service.stop()
    seizures = [(row["reason"], row["result"]) for row in audit(service) if row["act"] == "control.seize"]
    assert len(seizures) == 2
    assert seizures[0][1].startswith("refused: operator may not do control.seize here")
    assert seizures[1] == ("hurry", "done")


def test_a_station_without_anonymous_operators_lets_nobody_hold_without_a_name(bench: Bench) -> None:
    from inspector.service import SessionPolicy

    bench.start(policy=SessionPolicy(anonymous_operator=False))
    reply = bench.panel().ask(Ask.HOLD)
    assert (reply.code, reply.body["refusal"]) == (Code.DENIED, "needs_login")
    assert not bench.station.requests.read().is_held


def test_the_audit_log_is_read_page_by_page_and_exported(admin: Panel, panel: Panel) -> None:
    for number in range(5):
        admin.done(Ask.HOLD, reason=f"number {number}")
    until(lambda: len(_records(admin, act="line.hold")) == 5)
    page = admin.done("audit.query", act="line.hold", limit=2).body
    assert [row["reason"] for row in page["records"]] == ["number 4", "number 3"]  # type: ignore[index, union-attr, call-overload]
    assert panel.ask("audit.query").code == Code.DENIED
    reply = admin.done("audit.export", act="line.hold")
    table = reply.attachments[0].decode("utf-8-sig").splitlines()
    assert (len(table), reply.body) == (6, {"records": 5})


def _records(panel: Panel, **wanted: Any) -> list[Any]:
    records = panel.done("audit.query", **wanted).body["records"]
    assert isinstance(records, list)
    return records


def test_a_picture_comes_by_its_name_and_nothing_else_does(service: Bench, panel: Panel) -> None:
    folder = service.station.files.data_dir / "images"
    folder.mkdir(parents=True)
    name = f"{5:013x}-{7:010d}.png"
    (folder / name).write_bytes(b"a picture")
    assert panel.done("image.read", name=name).attachments == (b"a picture",)
    other = panel.ask("image.read", name=f"{5:013x}-{8:010d}.png")
    assert (other.code, "not there" in other.reason) == (Code.IMPOSSIBLE, True)
    for wrong in (f"../images/{name}", "../service/users.json", f"/{name}", "", f"{name}\n", f"{name}\0"):
        reply = panel.ask("image.read", name=wrong)
        assert (reply.code, reply.attachments) == (Code.INVALID, ())


def test_unheard_of_commands_are_refused(panel: Panel) -> None:
    panel.take_control()
    assert panel.ask("line.explode").code == Code.UNKNOWN


def test_frames_are_looked_at_only_while_somebody_wants_them(bench: Bench) -> None:
    looks: list[int] = []

    def newest_ns(after_ns: int) -> int:
        looks.append(after_ns)
        return after_ns + 1

    bench.parts = ServiceParts(frames=GreyFrames(newest_ns))
    bench.start()
    panel = bench.panel()
    until(lambda: panel.mirror.state is not None)
    assert looks == []
    panel.client.watch_frames(RAW_FRAMES)
    until(lambda: len(looks) > 5)
    picture = panel.client.take_frame()
    assert picture is not None
    assert (picture.header.width_px, picture.header.height_px, len(picture.pixels.tobytes())) == (6, 4, 24)
    panel.client.watch_frames("")
    whole = panel.done("frame.read", available_ns=picture.header.available_ns)
    assert body_as(whole.body, FrameHeader) == picture.header
    assert whole.attachments == (picture.pixels.tobytes(),)
    gone = panel.ask("frame.read", available_ns=1 << 60)
    assert (gone.code, gone.body["refusal"]) == (Code.IMPOSSIBLE, Told.FRAME_GONE)
    time.sleep(0.2)
    seen = len(looks)
    time.sleep(0.2)
    assert len(looks) == seen


def test_damaged_users_and_alarms_keep_nobody_from_acknowledging(bench: Bench) -> None:
    own: Path = bench.station.files.own
    own.mkdir(parents=True, mode=0o700)
    for name in ("users.json", "alarms.json"):
        (own / name).write_bytes(b"{ half")
        os.chmod(own / name, 0o600)
    bench.start()
    panel = bench.panel()
    bench.station.write(control=1 << 6)
    panel.wait_for_alarm("bypassed")
    panel.done(Ask.ACKNOWLEDGE, alarm="bypassed")
    panel.done(Ask.HOLD)
    reply = panel.ask("session.log_in", name="Ada", secret=PASSWORD)
    assert not reply.ok
    assert "users.json" in reply.reason
    assert (own / "users.json").read_bytes() == b"{ half"  # nobody touches what may be restored


def test_a_disk_that_hangs_holds_up_neither_alarms_nor_holds(service: Bench, panel: Panel) -> None:
    panel.take_control()
    hangs = threading.Event()
    assert service._service is not None
    for _ in range(64):
        service._service._worker.do(lambda: hangs.wait(10))
    try:
        panel.done(Ask.HOLD)
        service.station.write(control=1 << 6)
        panel.wait_for_alarm("bypassed")
        panel.done(Ask.ACKNOWLEDGE, alarm="bypassed")
        assert service.station.requests.read().is_held
        reply = panel.ask("line.release")  # which must be written down first
        assert (reply.code, "busy" in reply.reason) == (Code.IMPOSSIBLE, True)
        time.sleep(1.2)  # a round of its own chores
    finally:
        hangs.set()
    until(lambda: panel.ask("line.release").ok)
    assert not service.station.requests.read().is_held


def test_a_release_waits_until_it_is_written_down(service: Bench, panel: Panel) -> None:
    panel.take_control()
    panel.done(Ask.HOLD)
    hangs = threading.Event()
    assert service._service is not None
    service._service._worker.do(lambda: hangs.wait(10))
    future = panel.client.request("line.release", timeout_ms=8000)
    try:
        time.sleep(0.3)
        assert not future.done()
        assert service.station.requests.read().is_held
    finally:
        hangs.set()
    assert future.result(10).ok


def test_what_another_consoles_right_to_write_kept_somebody_from_is_in_the_audit_log(
    service: Bench, admin: Panel
) -> None:
    other = service.panel("Panel 2")
    other.log_in("Ada", PASSWORD)
    for kind in (Ask.CONTROL_TAKE, "line.release", "user.add", "no.such.thing"):
        assert other.ask(kind, name="Otto").code == Code.LEASE
    admin.done(Ask.CONTROL_RELEASE)
    assert (
        other.ask("line.release").code == Code.LEASE
    )  # nobody has it: that is no refusal for another's sake
    admin.done("user.list")
    result = "refused: Office (Ada) has the right to write"
    expected = [
        ("control.take", Ask.CONTROL_TAKE, "Ada", result),
        ("line.release", "line.release", "Ada", result),
        ("users.manage", "user.add", "Ada", result),
    ]

    def kept_out() -> list[tuple[str, ...]]:
        names = ("act", "target", "user", "result")
        rows = [row for row in audit(service) if row["console"].startswith("Panel 2")]
        return [tuple(row[name] for name in names) for row in rows if row["act"] != "session.log_in"]

    until(lambda: kept_out() == expected)


def test_a_console_that_hammers_at_anothers_right_to_write_does_not_fill_the_audit_log(
    service: Bench, admin: Panel
) -> None:
    other = service.panel("Hammer")
    for _ in range(2 * CONSOLE_BURST):
        assert other.ask("line.release").code == Code.LEASE

    def written() -> int:
        return sum(row["console"].startswith("Hammer") for row in audit(service))

    def counted() -> int:
        return sum(row["new"]["records"] for row in audit(service) if row["act"] == MORE)

    until(lambda: written() + counted() == 2 * CONSOLE_BURST)
    assert written() <= CONSOLE_BURST + 1  # the share refills slowly while the test runs
