"""A console at a line that runs: real pictures, real alarms, and the right words for each."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest
from console_rig import Panel
from line_rig import Launcher, Place, default_bundle, station_toml
from PySide6.QtCore import Qt
from pytestqt.exceptions import TimeoutError

from inspector.domain.alarms import SHOWN
from inspector.domain.device_states import Device
from inspector.domain.states import State
from inspector.protocol import Endpoints
from inspector_console.presenter import AlarmLine, Link, VerdictKind, present_cards
from inspector_console.widgets import AlarmCard, RejectButton

DISK_MB = 192
"""The recorder leaves images 64 MB less."""

pytestmark = pytest.mark.line


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path | None]:
    """A small disk for the line's data; None where nothing may be mounted."""
    folder = tmp_path_factory.mktemp("disk")
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m", "tmpfs", str(folder)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True, check=False).returncode:
        yield None
        return
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory, disk: Path | None) -> Iterator[Launcher]:
    place = Place(tmp_path_factory.mktemp("line"))
    if disk is not None:
        place.data_dir.symlink_to(disk)
    # The row of alarms shows one: nothing that is more urgent than what is looked for here, or newer. (On a busy
    # machine verdicts are late, and with so many bad parts the reject rate is high once there have been enough.)
    quiet = "late_n = 1000\nlate_m = 1000\nreject_percent = 100\nundecided_percent = 100\n"
    alarms = f"[alarms]\nng_run = 1\n{quiet}"
    more = f"[service]\nenabled = true\n{alarms}[simulation]\ndefect_rate = 0.3\n"
    config = place.write("station.toml", station_toml("line-test-console", more=more))
    with ExitStack() as stack:
        stack.callback(place.close)
        line = place.start("--headless", "--json", "--rate", "300", "--config", str(config))
        stack.callback(line.close)
        line.wait_for_parts(5)
        yield line


@pytest.fixture
def endpoints(line: Launcher) -> Endpoints:
    return Endpoints.ipc(line.place.run_dir)


@pytest.fixture
def panel(line: Launcher, open_panel: Callable[..., Panel]) -> Panel:
    """A console at the line, which runs."""
    panel = open_panel()
    wait(panel, lambda: panel.bridge.facts().link is Link.ATTACHED)
    wait(panel, lambda: line.is_executing, lambda: line.condition)
    return panel


def wait(panel: Panel, holds: Callable[[], bool], told: Callable[[], object] = str) -> float:
    """Wait until something holds; return how long it took, s (for the report of the tests, `--junitxml`)."""
    since = time.monotonic()
    try:
        panel.qtbot.waitUntil(holds)
    except TimeoutError:
        alarms = {alarm.id: alarm.state for alarm in panel.bridge.facts().alarms}
        pytest.fail(f"waited in vain; alarms: {alarms}; the console says: {panel.texts()}; {told()}")
    return time.monotonic() - since


def shows(panel: Panel, *texts: str) -> float:
    return wait(panel, lambda: set(texts) <= set(panel.texts()))


def inject(line: Launcher, fault: str, **settings: float) -> None:
    """Have the simulated world or PLC do what `inspector sim inject` has them do."""
    side = "world" if fault.startswith("camera") else "plc"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as control:
        control.sendto(
            json.dumps({"fault": fault, **settings}).encode(), str(line.place.run_dir / f"{side}.ctl")
        )


def newest_bad(panel: Panel) -> RejectButton | None:
    """The newest NG part in the list that has its picture."""
    buttons = panel.shell.live.rejects.findChildren(RejectButton)
    return next(
        (
            button
            for button in buttons
            if button.isVisible()
            and button.thumbnail
            and button.reject
            and button.reject.kind is VerdictKind.NG
        ),
        None,
    )


def fill(path: Path) -> None:
    """Have a file take all the room that there is."""
    with path.open("ab", buffering=0) as file, suppress(OSError):
        while file.write(bytes(1 << 16)):
            pass


def card_of(panel: Panel, alarm: str) -> AlarmCard:
    cards = (card for card in panel.shell.alarms_screen.cards if card.isVisible())
    return next(card for card in cards if isinstance(card.view, AlarmLine) and card.view.id == alarm)


def says(panel: Panel, alarm: str, text: str, *consequences: str) -> bool:
    """Whether the list has an alarm with these words, and one of these of what parts do."""
    with suppress(StopIteration):
        line = card_of(panel, alarm).view
        assert isinstance(line, AlarmLine)
        is_right = line.text == text and line.consequence in consequences
        return is_right and {text, line.consequence} <= set(panel.texts())
    return False


def active(panel: Panel) -> set[str]:
    return {alarm.id for alarm in panel.bridge.facts().alarms}


def test_a_bad_part_is_there_with_its_class_and_its_picture(panel: Panel) -> None:
    wait(panel, lambda: newest_bad(panel) is not None)
    button = newest_bad(panel)
    assert button is not None
    assert button.reject is not None
    what = button.reject.what
    classes = json.loads((default_bundle() / "manifest.json").read_text())["classes"]
    assert what.lower() in [name.replace("_", " ") for name in classes]
    rejects, key = panel.shell.rejects_screen, button.reject.key
    panel.touch(button)
    wait(panel, lambda: bool(rejects.part) and rejects.detail.image.image is not None)
    row = rejects._row()
    assert row is not None
    assert (row.session, row.ordinal) == key
    image = rejects.detail.image
    assert image.image is not None
    assert (image.image.width(), image.image.height()) == (1280, 1024)
    assert image.overlay is not None
    assert image.overlay.text.startswith(what)
    panel.touch(panel.shell.nav.buttons["live"])


def test_live_pictures_come_and_follow_each_other(panel: Panel) -> None:
    desk = panel.shell.live.desk
    wait(panel, lambda: desk.live_ns > 0)
    first = desk.live_ns
    wait(panel, lambda: desk.live_ns > first)


def test_an_alarm_is_put_aside_and_taken_back(panel: Panel) -> None:
    wait(panel, lambda: "ng_run" in active(panel))
    panel.touch(panel.shell.nav.buttons["alarms"])
    screen = panel.shell.alarms_screen
    shows(panel, "Bad parts in a row")

    def is_shelved() -> bool:
        return any(alarm.state == "shelved" for alarm in panel.bridge.facts().alarms)

    def until(shelved: bool, act: Callable[[], None]) -> None:
        """Touch again where the alarm has changed meanwhile: every bad part changes this one."""
        for _ in range(10):
            act()
            with suppress(TimeoutError):
                panel.qtbot.waitUntil(lambda: is_shelved() is shelved, timeout=1500)
                return
        raise AssertionError(panel.texts())

    def put_aside() -> None:
        panel.touch(card_of(panel, "ng_run").aside)
        panel.touch(screen.sheet.reasons[0])

    until(True, put_aside)
    shows(panel, "shelved 1")
    until(False, lambda: panel.touch(card_of(panel, "ng_run").aside))
    wait(panel, lambda: not panel.bridge.facts().lease.client)  # given back: others may act


def test_two_consoles_agree_on_a_hold_its_acknowledgement_and_its_end(
    line: Launcher, panel: Panel, open_panel: Callable[..., Panel]
) -> None:
    other = open_panel(1280, 800, 12.1)
    wait(other, lambda: other.bridge.facts().link is Link.ATTACHED)
    for console in (panel, other):
        console.touch(console.shell.nav.buttons["alarms"])
    panel.touch(panel.shell.nav.hold)
    for console in (panel, other):
        wait(
            console,
            lambda at=console: says(at, "held_operator", "The line is held by an operator", "Line held"),
        )
        shows(console, "Release line")
    assert line.status("hold_code")

    def states() -> set[str]:
        return {
            alarm.state
            for console in (panel, other)
            for alarm in console.bridge.facts().alarms
            if alarm.id == "held_operator"
        }

    panel.touch(card_of(panel, "held_operator").button)
    wait(panel, lambda: states() == {"acknowledged"})
    other.qtbot.mousePress(other.shell.nav.hold, Qt.MouseButton.LeftButton)
    wait(other, lambda: not line.status("hold_code"))
    other.qtbot.mouseRelease(other.shell.nav.hold, Qt.MouseButton.LeftButton)
    wait(panel, lambda: line.is_executing)
    wait(panel, lambda: not states())
    counts = [console.bridge.facts().counters for console in (panel, other)]
    assert all(count is not None and count.rejected for count in counts)


def test_the_devices_tell_their_values_their_times_and_the_camera_s_picture(
    line: Launcher, panel: Panel
) -> None:
    devices = panel.shell.devices
    panel.touch(panel.shell.nav.buttons["devices"])
    wait(panel, lambda: all(view.figures for view in present_cards(panel.shell.lens())))
    panel.touch(devices.overview.cards["times"])
    stages = {"Frame to verdict", "Verdict to PLC", "Trigger to PLC", "Preparing the frame", "Model"}
    wait(panel, lambda: {stage for stage, count, *_ in devices.times.view.stages if count != "0"} == stages)
    threads = {"Supervising", "Judging", "Taking frames", "Talking to the PLC"}
    assert {thread for thread, *_ in devices.times.view.rights} == threads
    panel.touch(devices.times.back)
    panel.touch(devices.overview.cards[Device.CAMERA])
    panel.touch(devices.page.picture)
    wait(panel, lambda: devices.page.snapshot.image is not None)
    panel.touch(devices.page.back)


def test_every_group_of_registers_can_be_read_of_a_line_that_runs(line: Launcher, panel: Panel) -> None:
    registers = panel.shell.devices.registers
    panel.touch(panel.shell.nav.buttons["devices"])
    panel.touch(panel.shell.devices.overview.cards["registers"])
    for group, button in registers.groups.items():
        panel.touch(button)
        wait(panel, lambda: bool(registers.view.rows), lambda group=group: group)
        assert registers.view.status.endswith(tuple("0123456789")), "the time of a transfer"
    panel.touch(registers.back)


def test_a_lost_camera_is_why_its_card_says_failure_and_the_light_is_not_known(
    line: Launcher, panel: Panel
) -> None:
    panel.touch(panel.shell.nav.buttons["devices"])
    inject(line, "camera_disconnected", duration_s=4.0)
    said = ("The camera is lost", "There is no picture to see it by")
    wait(
        panel,
        lambda: all(
            any(mark.text == text for mark in panel.shell.devices.overview.cards[device].marks)
            for device, text in zip((Device.CAMERA, Device.LIGHT), said, strict=True)
        ),
    )
    wait(panel, lambda: line.is_executing and bool(line.status("is_camera_ok")))
    wait(panel, lambda: "failure" not in panel.texts())


def test_a_lost_camera_is_said_within_seconds_with_what_parts_do(
    line: Launcher, panel: Panel, record_testsuite_property: Callable[[str, object], None]
) -> None:
    panel.touch(panel.shell.nav.buttons["alarms"])
    # First the station holds the line, since parts get no picture; what still comes afterwards is rejected.
    what_parts_do = ("All parts are being rejected", "Line held")
    inject(line, "camera_disconnected", duration_s=4.0)
    seconds = wait(panel, lambda: says(panel, "camera_lost", "The camera is lost", *what_parts_do))
    record_testsuite_property("camera_lost_seconds", round(seconds, 2))
    assert "held_pairing" not in {alarm.id for alarm in panel.bridge.facts().alarms if alarm.state in SHOWN}
    wait(panel, lambda: line.is_executing and bool(line.status("is_camera_ok")))
    harmless = ("Parts are no longer affected", *what_parts_do)
    wait(panel, lambda: says(panel, "camera_lost", "Over: The camera is lost", *harmless))


def test_a_lost_plc_is_said_within_seconds_with_what_parts_do(
    line: Launcher, panel: Panel, record_testsuite_property: Callable[[str, object], None]
) -> None:
    plc = line.child("plc")
    os.kill(plc, signal.SIGSTOP)
    try:
        seconds = shows(panel, "The connection to the PLC is lost", "All parts are being rejected")
    finally:
        os.kill(plc, signal.SIGCONT)
    record_testsuite_property("plc_lost_seconds", round(seconds, 2))
    wait(panel, lambda: line.is_executing)


def test_a_full_disk_is_said_and_that_parts_are_not_affected(
    line: Launcher, panel: Panel, disk: Path | None, record_testsuite_property: Callable[[str, object], None]
) -> None:
    if disk is None:
        pytest.skip("nothing may be mounted: there is no small disk to be filled")
    panel.touch(panel.shell.nav.buttons["alarms"])
    filler = disk / "filler"

    def is_said() -> bool:
        fill(filler)  # again and again: the recorder makes room by what images it has
        return says(panel, "disk_full", "The disk is full", "Parts are not affected")

    try:
        seconds = wait(panel, is_said)
    finally:
        filler.unlink()
    record_testsuite_property("disk_full_seconds", round(seconds, 2))
    assert line.is_executing


def test_a_killed_station_is_said_its_verdict_is_gone_and_it_comes_back(
    line: Launcher, panel: Panel, record_testsuite_property: Callable[[str, object], None]
) -> None:
    starts = line.status("starts")
    os.kill(int(line.status("pid")), signal.SIGKILL)
    seconds = shows(panel, "The inspection station does not answer", "All parts are being rejected")
    assert "– –" in panel.texts()
    record_testsuite_property("station_lost_seconds", round(seconds, 2))
    wait(panel, lambda: line.status("starts") == starts + 1 and line.status("state") == State.EXECUTE)
    wait(panel, lambda: "– –" not in panel.texts())


def test_a_line_that_is_gone_leaves_nothing_that_looks_like_the_present(
    line: Launcher, panel: Panel, record_testsuite_property: Callable[[str, object], None]
) -> None:
    line.process.kill()
    seconds = shows(panel, "No connection to the station", "– –")
    record_testsuite_property("line_lost_seconds", round(seconds, 2))
    assert panel.bridge.facts().is_old
    assert panel.shell.live.image.note
    assert not panel.shell.nav.hold.isEnabled()
