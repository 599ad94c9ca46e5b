"""Accounts on the System screen, at a real service that decides who may."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from accounts_rig import OTHER_PIN, Plant
from fake_station import FakeStation
from pytestqt.qtbot import QtBot
from service_bench import PASSWORD, PIN, Bench

from inspector.protocol import Ask
from inspector_console.bridge import Bridge
from inspector_console.settings import Settings
from inspector_console.window import Keeping, Window

pytestmark = pytest.mark.usefixtures("steady")


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
