"""Accounts, the audit log and exports on the System screen, at a real service that decides who may."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from console_rig import SCREENS, Panel
from fake_station import FakeStation
from pytestqt.qtbot import QtBot
from service_bench import PASSWORD, PIN, Bench, audit

from inspector.domain.access import Role
from inspector.protocol import Ask
from inspector_console.bridge import Bridge
from inspector_console.screens import SystemScreen
from inspector_console.settings import Settings
from inspector_console.widgets import ChoiceSheet, KeyboardSheet, TouchButton
from inspector_console.window import Keeping, Window

OTHER_PIN = "582047"
pytestmark = pytest.mark.usefixtures("steady")


class Plant:
    """A service with three people, and consoles at which they work."""

    def __init__(self, bench: Bench, qtbot: QtBot, closing: ExitStack) -> None:
        self.bench, self.qtbot, self._closing = bench, qtbot, closing
        office = bench.panel("Office")
        office.done("session.set_up", code=bench.setup_code, name="Ada", password=PASSWORD)
        office.log_in("Ada", PASSWORD)
        office.take_control()
        for name, role in (("Olga", Role.OPERATOR), ("Nora", Role.SHIFT_LEAD)):
            office.done("user.add", name=name, role=role, secret=PIN, reason="new here")
        office.done(Ask.CONTROL_RELEASE)
        self.office = office

    def sit_down(self, user: str = "", secret: str = PIN, language: str = "en") -> Worker:
        panel = Panel(self.qtbot, self.bench.endpoints, SCREENS[0], language, "day")
        self._closing.callback(panel.close)
        self.until(lambda: panel.shell.login.seat.is_known)
        worker = Worker(panel)
        if user:
            worker.log_in(user, secret)
        return worker

    def open(self, page: str, user: str = "", secret: str = PIN) -> Worker:
        worker = self.sit_down(user, secret)
        panel = worker.panel
        panel.touch(panel.shell.nav.buttons["system"])
        panel.touch(panel.shell.system.buttons[page])
        return worker

    def until(self, holds: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(holds()))

    def users(self) -> dict[str, dict[str, Any]]:
        listed = self.office.done("user.list").body["users"]
        assert isinstance(listed, list)
        return {str(user["name"]): user for user in listed if isinstance(user, dict)}

    def audit(self, act: str) -> list[dict[str, Any]]:
        return [record for record in audit(self.bench) if record["act"] == act]


class Worker:
    """Somebody in front of a console."""

    def __init__(self, panel: Panel) -> None:
        self.panel, self.qtbot = panel, panel.qtbot

    @property
    def screen(self) -> SystemScreen:
        return self.panel.shell.system

    def log_in(self, user: str, secret: str) -> None:
        login = self.panel.shell.login
        login.log_in(user, secret)
        self.qtbot.waitUntil(lambda: login.seat.user == user)

    def touch_user(self, name: str) -> None:
        rows = self.screen.users.rows

        def is_shown(row: TouchButton) -> bool:
            return row.isVisible() and row.accessibleName().startswith(name)

        self.qtbot.waitUntil(lambda: sum(map(is_shown, rows)) == 1)
        self.panel.touch(next(filter(is_shown, rows)))

    def choose(self, text: str, sheet: ChoiceSheet | None = None) -> None:
        sheet = sheet or self.screen.users.sheet

        def found() -> list[TouchButton]:
            return [button for button in sheet.options if button.isVisible() and text in button.text()]

        self.qtbot.waitUntil(lambda: len(found()) == 1)
        self.panel.touch(found()[0])

    def type(self, text: str, keyboard: KeyboardSheet | None = None) -> None:
        keyboard = keyboard or self.screen.users.keyboard
        self.qtbot.waitUntil(keyboard.isVisible)
        keyboard.field.clear()
        self.qtbot.keyClicks(keyboard.field, text)
        self.panel.touch(keyboard.done)

    def sees(self, text: str) -> None:
        self.qtbot.waitUntil(lambda: any(text in shown for shown in self.panel.texts()))


@pytest.fixture
def plant(tmp_path: Path, qtbot: QtBot, closing: ExitStack) -> Iterator[Plant]:
    with tempfile.TemporaryDirectory(prefix="insp-") as folder:
        bench = Bench(Path(folder), FakeStation(tmp_path))
        try:
            bench.start()
            yield Plant(bench, qtbot, closing)
            closing.close()
        finally:
            bench.close()


# -- accounts


def test_an_admin_adds_somebody_who_can_log_in_then(plant: Plant) -> None:
    admin = plant.open("users", "Ada", PASSWORD)
    admin.panel.touch(admin.screen.users.add)
    admin.type("Ines Ortega")
    admin.choose("Quality")
    admin.type(OTHER_PIN)
    admin.type(OTHER_PIN)
    admin.choose("New at the line")
    admin.sees("Ines Ortega has been added")
    admin.sees("Quality")
    added = plant.users()["Ines Ortega"]
    assert (added["role"], added["is_pin"]) == ("quality", True)
    assert plant.audit("users.manage")[-1]["reason"] == "New at the line"
    plant.open("users", "Ines Ortega", OTHER_PIN)
    plant.until(lambda: not plant.office.mirror.lease.client)  # what the act took, it gave back


def test_a_role_is_changed_and_the_audit_log_says_from_what_to_what(plant: Plant) -> None:
    admin = plant.open("users", "Ada", PASSWORD)
    admin.touch_user("Olga")
    admin.choose("Change role")
    admin.choose("Shift lead")
    admin.choose("Other duties")
    admin.sees("Olga has been changed; open log-ins have ended")
    assert plant.users()["Olga"]["role"] == "shift_lead"
    done = plant.audit("users.manage")[-1]
    assert (done["old"], done["new"]["role"]) == ({"name": "Olga", "role": "operator"}, "shift_lead")


def test_a_role_that_needs_a_password_asks_for_one_in_the_same_step(plant: Plant) -> None:
    admin = plant.open("users", "Ada", PASSWORD)
    admin.touch_user("Olga")
    admin.choose("Change role")
    admin.choose("Engineer")
    admin.type("a long word 42")
    admin.type("a long word 42")
    admin.choose("Another reason")
    admin.type("she has learned it")
    admin.sees("Olga has been changed")
    assert (plant.users()["Olga"]["role"], plant.users()["Olga"]["is_pin"]) == ("engineer", False)
    assert plant.audit("users.manage")[-1]["reason"] == "she has learned it"


def test_a_name_is_changed(plant: Plant) -> None:
    admin = plant.open("users", "Ada", PASSWORD)
    admin.touch_user("Olga")
    admin.choose("Change name")
    admin.type("Olga Petrova")
    admin.choose("The name has changed")
    admin.sees("Olga has been changed")
    assert "Olga Petrova" in plant.users()


def test_whoever_is_locked_out_is_marked_and_let_in_again(plant: Plant) -> None:
    stranger = plant.bench.panel("Panel 9")
    while not plant.users()["Olga"]["wait_s"]:
        assert not stranger.ask("session.log_in", name="Olga", secret="000000").ok
    admin = plant.open("users", "Ada", PASSWORD)
    admin.sees("Locked for 1 min")
    admin.touch_user("Olga")
    admin.choose("Unlock")
    admin.choose("Mistyped it too often")
    admin.sees("Olga may try again at once")
    assert plant.users()["Olga"]["wait_s"] == 0
    admin.panel.qtbot.waitUntil(lambda: "Locked for 1 min" not in admin.panel.texts())


def test_a_new_secret_that_is_too_simple_is_refused_with_what_would_do(plant: Plant) -> None:
    admin = plant.open("users", "Ada", PASSWORD)
    admin.touch_user("Olga")
    admin.choose("New PIN")
    admin.type("123456")
    admin.type("123456")
    admin.choose("Forgot")
    admin.sees("Not done: this one is guessed first")
    assert plant.users()["Olga"]["revision"] == 1
    plant.until(lambda: not plant.office.mirror.lease.client)


def test_a_secret_mistyped_the_second_time_changes_nothing(plant: Plant) -> None:
    admin = plant.open("users", "Ada", PASSWORD)
    admin.touch_user("Olga")
    admin.choose("New PIN")
    admin.type(OTHER_PIN)
    admin.type(PIN)
    admin.sees("The two were not the same; nothing was changed")
    assert plant.users()["Olga"]["revision"] == 1


def test_an_account_is_deleted_after_its_reason_was_given_and_not_before(plant: Plant) -> None:
    admin = plant.open("users", "Ada", PASSWORD)
    admin.touch_user("Olga")
    admin.choose("Delete")
    admin.panel.touch(admin.screen.users.sheet.cancel)
    assert "Olga" in plant.users()
    admin.touch_user("Olga")
    admin.choose("Delete")
    admin.choose("No longer here")
    admin.sees("Olga has been deleted")
    assert set(plant.users()) == {"Ada", "Nora"}


def test_what_somebody_else_has_changed_meanwhile_is_not_overwritten(plant: Plant) -> None:
    admin = plant.open("users", "Ada", PASSWORD)
    admin.touch_user("Olga")
    plant.office.take_control()
    plant.office.done("user.change", id=plant.users()["Olga"]["id"], role="quality", reason="other duties")
    plant.office.done(Ask.CONTROL_RELEASE)
    admin.choose("Delete")
    admin.choose("No longer here")
    admin.sees("Not done: Olga was changed meanwhile")
    assert plant.users()["Olga"]["role"] == "quality"


def test_while_another_console_has_the_right_to_write_an_act_says_so(plant: Plant) -> None:
    admin = plant.open("users", "Ada", PASSWORD)
    plant.office.take_control()
    admin.touch_user("Olga")
    admin.choose("Delete")
    admin.choose("No longer here")
    admin.sees("Not done: ")
    assert "Olga" in plant.users()


def test_anybody_changes_the_own_secret_and_logs_in_with_it_again(plant: Plant) -> None:
    olga = plant.open("users", "Olga")
    assert not olga.screen.users.add.isVisible()
    olga.sees("Accounts are made and changed by: Administrator")
    olga.panel.touch(olga.screen.users.own)
    olga.type(PIN)
    olga.type(OTHER_PIN)
    olga.type(OTHER_PIN)
    olga.sees("Changed; please log in again")
    plant.open("users", "Olga", OTHER_PIN)


def test_a_wrong_present_secret_changes_nothing(plant: Plant) -> None:
    olga = plant.open("users", "Olga")
    olga.panel.touch(olga.screen.users.own)
    olga.type("999999")
    olga.type(OTHER_PIN)
    olga.type(OTHER_PIN)
    olga.sees("Not done: ")
    assert plant.users()["Olga"]["revision"] == 1


def test_logging_off_in_the_middle_of_an_act_forgets_it(plant: Plant) -> None:
    admin = plant.open("users", "Ada", PASSWORD)
    admin.touch_user("Olga")
    admin.choose("New PIN")
    admin.panel.shell.login.log_off()
    admin.qtbot.waitUntil(lambda: not admin.screen.users.keyboard.isVisible())
    assert not any(row.isVisible() for row in admin.screen.users.rows)
    admin.sees("Nobody has logged in here")


# -- audit and export


def test_a_shift_lead_reads_what_was_done_and_finds_the_chain_whole(plant: Plant) -> None:
    lead = plant.open("audit", "Nora")
    lead.sees("Nora (Shift lead): logged in")
    lead.panel.touch(lead.screen.audit.check)
    lead.sees("Whole: ")
    audit = lead.screen.audit
    lead.panel.touch(audit.filters[1])
    lead.choose("Users", audit.sheet)
    lead.sees("Ada (Administrator): changed users")
    lead.panel.touch(audit.filters[0])
    lead.choose("Type a name", audit.sheet)
    lead.type("nobody", audit.keyboard)
    lead.sees("No records like these")


def test_a_log_that_somebody_has_changed_is_called_broken(plant: Plant) -> None:
    path = next((plant.bench.station.files.own / "audit").glob("audit-*.jsonl"))
    path.write_bytes(path.read_bytes().replace(b'"new here"', b'"old here"', 1))
    lead = plant.open("audit", "Nora")
    lead.panel.touch(lead.screen.audit.check)
    lead.sees(f"{path.name}: its content does not fit its hash")


def test_an_operator_has_no_audit_log_and_no_export(plant: Plant) -> None:
    olga = plant.open("audit", "Olga")
    olga.sees("Who did what at the station is shown to: Shift lead, Quality, Engineer, Administrator")
    assert not olga.screen.audit.export.isVisible()
    olga.panel.touch(olga.screen.buttons["log"])
    assert not olga.screen.log.export.isVisible()
    olga.sees("To export, log in as: ")


def test_the_audit_log_is_taken_away_whole_and_says_so_itself(
    plant: Plant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    lead = plant.open("audit", "Nora")
    lead.sees("logged in")
    lead.panel.touch(lead.screen.audit.export)
    lead.choose("This machine: home", lead.screen.audit.desk.sheet)
    lead.sees("Saved: ")
    (path,) = home.iterdir()
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    assert {row["act"] for row in rows} >= {"session.set_up", "users.manage", "session.log_in"}
    assert [record["user"] for record in plant.audit("export")] == ["Nora", "Nora"]


def test_the_log_is_taken_away_and_one_console_s_log_is_another_s(
    plant: Plant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    plant.office.done(Ask.HOLD, reason="cleaning")
    lead = plant.open("log", "Nora")
    lead.sees("line held: Ada: cleaning")
    lead.panel.touch(lead.screen.log.export)
    lead.choose("This machine: home", lead.screen.log.desk.sheet)
    lead.sees("Saved: ")
    (path,) = home.iterdir()
    assert "line held: Ada: cleaning" in path.read_text(encoding="utf-8-sig")


# -- another look


def test_other_colours_leave_somebody_logged_in(plant: Plant, tmp_path: Path, closing: ExitStack) -> None:
    bridge = Bridge(plant.bench.endpoints, name="Panel 1")
    keeping = Keeping(path=tmp_path / "console.toml", kept=Settings())
    window = Window(bridge, Settings(), (1920, 1080), keeping)
    closing.callback(bridge.deleteLater)
    closing.callback(window.deleteLater)
    closing.callback(bridge.close)
    window.resize(1920, 1080)
    window.show()
    plant.until(lambda: window.shell.login.seat.is_known)
    window.shell.login.log_in("Nora", PIN)
    plant.until(lambda: window.shell.login.seat.user == "Nora")
    old = window.shell
    old.system.panel.settings_wanted.emit(Settings(palette="dark"))
    assert window.shell is not old
    assert window.shell.lens().user == "Nora"
    window.shell.nav.buttons["system"].click()
    window.shell.system.buttons["audit"].click()
    plant.until(lambda: bool(window.shell.system.audit.list.rows))


@pytest.mark.parametrize("language", ["en", "de"])
def test_an_engineer_tries_light_and_horn_at_the_plcs_page(plant: Plant, language: str) -> None:
    worker = plant.sit_down("Ada", PASSWORD, language)
    panel, devices = worker.panel, worker.panel.shell.devices
    panel.touch(panel.shell.nav.buttons["devices"])
    panel.touch(devices.overview.cards["plc"])
    plant.until(devices.page.test.isVisible)
    assert panel.unreadable() == {}
    assert panel.place(devices.page.test).height() / panel.sizes.px_per_mm >= 15
    panel.touch(devices.page.test)
    plant.until(lambda: plant.bench.station.requests.read().is_horn_on)
    plant.until(panel.shell.notice.isVisible)
    assert panel.unreadable() == {}


def test_an_operator_is_not_offered_what_only_engineers_may_test(plant: Plant) -> None:
    panel = plant.sit_down("Olga").panel
    panel.touch(panel.shell.nav.buttons["devices"])
    panel.touch(panel.shell.devices.overview.cards["plc"])
    plant.until(lambda: "Last changes" in panel.texts())
    assert not panel.shell.devices.page.test.isVisible()
