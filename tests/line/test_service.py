"""Consoles at a line that runs: they see the same, act on it, and neither they nor the service can stop it."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from line_rig import Launcher, Place, accounted, station_toml, wait_until

from inspector.app import check_backup
from inspector.app._scenario import tell
from inspector.cli import main
from inspector.client import Attached, Changed, Client, News
from inspector.domain.hold import Hold
from inspector.protocol import (
    RAW_FRAMES,
    Ask,
    Endpoints,
    Machine,
    Mirror,
    RegisterTable,
    Reply,
    body_as,
    jpeg_frames,
)

# By hand, until it is known what the service costs a line on a quiet machine.


class Panel:
    """A console: a client, and what it was told."""

    def __init__(self, line: Launcher, name: str = "Panel 1") -> None:
        self.mirror = Mirror()
        self.epochs: list[int] = []
        self.alarms_seen: set[str] = set()
        self.client = Client(Endpoints.ipc(line.place.run_dir), self._on_news, name=name)
        wait_until(lambda: self.mirror.counters is not None, "a snapshot")

    def _on_news(self, news: News) -> None:
        if isinstance(news, Attached):
            self.mirror = Mirror.of(news.snapshot)
            self.epochs.append(news.snapshot.epoch)
        elif isinstance(news, Changed):
            self.mirror.apply(news.fact)
        self.alarms_seen |= {alarm.id for alarm in self.mirror.alarms}

    def ask(self, kind: str, args: dict[str, Any] | None = None) -> Reply:
        reply = self.client.request(kind, args, timeout_ms=20_000).result(30)
        assert reply.ok, reply.reason
        return reply

    def values(self, device: str) -> dict[str, str | int | float]:
        return next((found.values for found in self.mirror.devices if found.id == device), {})

    def device(self, id_: str) -> tuple[str, str]:
        """A device's state, and what parts do because of it."""
        found = next((found for found in self.mirror.devices if found.id == id_), None)
        return ("", "") if found is None else (found.state, found.consequence)

    @property
    def alarms(self) -> dict[str, str]:
        return {alarm.id: alarm.state for alarm in self.mirror.alarms}

    def signals(self, *, acknowledge: bool = False) -> str:
        """What the PLC is told of how the station is; acknowledges whatever waits for it before, if wanted."""
        waiting = [alarm for alarm in self.mirror.alarms if alarm.state in {"unacknowledged", "returned"}]
        for alarm in waiting if acknowledge else ():
            self.client.request(Ask.ACKNOWLEDGE, {"alarm": alarm.id}, timeout_ms=20_000).result(30)
        table = body_as(self.ask("registers.read", {"group": "mirror"}).body, RegisterTable)
        return next(row.value for row in table.rows if row.name == "Status").upper()

    @property
    def accepted(self) -> int:
        return 0 if self.mirror.counters is None else self.mirror.counters.accepted


@pytest.fixture(scope="module")
def line(new_place: Callable[[], Place]) -> Iterator[Launcher]:
    place = new_place()
    config = place.write("station.toml", station_toml("line-test-service"))
    line = place.start("--headless", "--json", "--rate", "600", "--config", str(config))
    line.wait_for_parts(10)
    yield line
    line.close()


@pytest.fixture
def panel(line: Launcher) -> Iterator[Panel]:
    panel = Panel(line)
    yield panel
    panel.client.close()


@pytest.fixture
def other(line: Launcher) -> Iterator[Panel]:
    panel = Panel(line, "Panel 2")
    yield panel
    panel.client.close()


def test_counters_rise_and_parts_come_with_their_classes(line: Launcher, panel: Panel) -> None:
    before = panel.accepted
    wait_until(lambda: panel.accepted > before + 5, "parts in the counters")
    parts = panel.mirror.results
    assert len(parts) > 5
    assert all(part.class_name for part in parts if part.evaluation in {"OK", "NG"})
    assert {part.is_simulated for part in parts} == {True}
    state = panel.mirror.state
    assert state is not None
    assert (state.station, state.bundle.split()[0]) == ("line-test-service", state.product)
    assert {stage.stage for stage in state.latency} >= {"frame_to_verdict", "trigger_to_plc"}


def test_the_picture_of_a_reject_and_that_of_now_can_be_had(panel: Panel) -> None:
    wait_until(lambda: any(part.image for part in panel.mirror.rejects), "a reject with a picture")
    name = next(part.image for part in panel.mirror.rejects if part.image)
    wait_until(
        lambda: panel.client.request("image.read", {"name": name}, timeout_ms=20_000).result(30).ok,
        "its file",
    )
    (content,) = panel.ask("image.read", {"name": name}).attachments
    assert content.startswith(b"\x89PNG")
    panel.client.watch_frames(jpeg_frames(320))
    pictures: list[bytes] = []

    def has_come() -> bool:
        picture = panel.client.take_frame()
        if picture is not None:
            pictures.append(picture.pixels.tobytes())
        return bool(pictures)

    wait_until(has_come, "a picture")
    assert pictures[0].startswith(b"\xff\xd8")


def test_a_person_holds_the_line_and_releases_it(line: Launcher, panel: Panel, other: Panel) -> None:
    panel.ask(Ask.HOLD, {"reason": "look at the gate"})
    wait_until(lambda: line.status("hold_code") == Hold.OPERATOR, "the hold")
    assert "look at the gate" in line.status("hold_text")
    wait_until(
        lambda: panel.alarms.get("held_operator") == other.alarms.get("held_operator") == "unacknowledged",
        "the alarm at both panels",
    )
    other.ask(Ask.ACKNOWLEDGE, {"alarm": "held_operator"})
    wait_until(lambda: panel.alarms.get("held_operator") == "acknowledged", "the acknowledgement")
    panel.ask(Ask.CONTROL_TAKE)
    panel.ask("line.release")
    wait_until(lambda: line.is_executing, "the line")
    wait_until(lambda: "held_operator" not in panel.alarms | other.alarms, "the end of the alarm")


def test_the_devices_values_arrive_and_a_frame_comes_with_its_own_part(panel: Panel) -> None:
    wait_until(lambda: panel.values("plc").keys() >= {"scan_time_us", "session"}, "the PLC's values")
    assert panel.values("plc")["scan_time_us"] == 2000
    wait_until(lambda: int(panel.values("plc")["rejects_confirmed"]) > 0, "a reject that was seen")
    assert panel.values("camera")["width_px"] == 1280
    assert int(panel.values("model")["self_test_samples"]) > 0
    wait_until(lambda: "rows_waiting" in panel.values("disk"), "the outbox")
    table = body_as(panel.ask("registers.read", {"group": "details"}).body, RegisterTable)
    assert [row.value for row in table.rows if row.name == "ScanTime"] == ["20"]
    panel.client.watch_frames(RAW_FRAMES)
    shown: list[tuple[int, int]] = []

    def shows_a_part() -> bool:
        picture = panel.client.take_frame()
        if picture is not None and picture.header.ordinal:
            shown.append((picture.header.session, picture.header.ordinal))
            part = next((part for part in panel.mirror.results if part.key == shown[-1]), None)
            assert part is not None, "a frame came before its part"
            assert part.available_ns == picture.header.available_ns
        return len(shown) >= 3

    wait_until(shows_a_part, "frames of known parts")
    panel.client.watch_frames("")


def test_the_computer_and_where_its_settings_are_can_be_asked(line: Launcher, panel: Panel) -> None:
    seen = body_as(panel.ask("machine.read").body, Machine)
    assert Path(seen.config_file).read_text() == station_toml("line-test-service")
    assert seen.store.disk_free_bytes > 0
    wait_until(lambda: body_as(panel.ask("machine.read").body, Machine).store.oldest_utc_ns > 0, "the rows")
    assert seen.plc.startswith("127.0.0.1")


def test_a_backup_of_a_line_that_runs_is_whole(line: Launcher, tmp_path: Path) -> None:
    out, place = tmp_path / "backup.zip", line.place
    config = str(place.root / "station.toml")
    assert main(["backup", "make", str(out), "--config", config, "--data-dir", str(place.data_dir)]) == 0
    names = {file.name for file in check_backup(out).files}
    assert {"config/station.toml", "data/identity"} <= names
    assert any(name.startswith("data/service/") for name in names)


def test_a_lost_camera_is_told_with_what_parts_do_within_two_seconds(line: Launcher, panel: Panel) -> None:
    wait_until(lambda: panel.device("camera") == ("good", "not_affected"), "a good camera")
    control = line.place.run_dir / "world.ctl"
    assert tell(control, {"fault": "camera_disconnected", "duration_s": 4.0})
    lost = {("failure", "rejected"), ("failure", "held")}  # held, once three parts had no frame
    wait_until(lambda: panel.device("camera") in lost, "the lost camera", 2.0)
    wait_until(lambda: panel.device("camera") == ("good", "not_affected"), "the camera, again")
    wait_until(lambda: line.is_executing, "the line")


def test_a_killed_service_comes_back_and_the_line_has_noticed_nothing(line: Launcher, panel: Panel) -> None:
    triggers, starts = line.status("triggers"), line.status("starts")
    service = line.child("service")
    os.kill(service, signal.SIGKILL)
    wait_until(lambda: len(panel.epochs) == 2, "the service, again")
    assert line.child("service") != service
    assert panel.mirror.results  # those of before
    before = panel.accepted
    wait_until(lambda: panel.accepted > before + 3, "parts in the counters")
    assert line.status("triggers") > triggers
    assert line.status("starts") == starts


def test_a_station_that_was_killed_twice_raises_an_alarm_and_is_found_again(
    line: Launcher, panel: Panel
) -> None:
    for starts in (2, 3):  # once may be over before anybody has missed it
        os.kill(int(line.status("pid")), signal.SIGKILL)
        wait_until(lambda starts=starts: line.status("starts") == starts and line.is_executing, "the station")
    wait_until(lambda: {"station_lost", "station_unstable"} <= panel.alarms_seen, "the alarms")
    wait_until(lambda: "HORN" in panel.signals(), "the horn")
    wait_until(lambda: "HORN" not in panel.signals(acknowledge=True), "that it falls silent")
    before = panel.accepted
    wait_until(lambda: panel.accepted > before + 3, "parts in the counters")


def test_the_end_is_in_order_and_the_report_tells_of_the_service(line: Launcher, panel: Panel) -> None:
    line.interrupt()
    assert line.wait() == 0, line.err
    report = line.report
    assert report["triggers"] == accounted(report) > 0
    # Each time that the station was killed it may have had a part, and its image, in its hands.
    assert report["images_dropped"] <= 2 * 2
    of_parts = (" unrecorded: ", " images of this run ")
    others = sorted(text for text in report["warnings"] if not any(of in text for of in of_parts))
    again = "ended with exit code -9; it was started again"
    assert others == [f"the service {again}", f"the station {again}", f"the station {again}"]
    assert line.place.processes() == {}
    assert not list(line.place.run_dir.glob("*.sock"))
