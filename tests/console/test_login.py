"""People come and go at consoles of a real service."""

from __future__ import annotations

import json
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from console_rig import SCREENS, Panel
from fake_station import FakeStation
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from service_bench import PASSWORD, PIN, Bench, audit

from inspector.protocol import Ask
from inspector.service import SessionPolicy
from inspector_console.bridge import Step
from inspector_console.screens import LoginScreen
from inspector_console.widgets import TouchButton

pytestmark = pytest.mark.usefixtures("steady")
languages = pytest.mark.parametrize("language", ["en", "de"])
screens = pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: f"{screen[0]}x{screen[1]}")


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with tempfile.TemporaryDirectory(prefix="insp-") as folder:
        bench = Bench(Path(folder), FakeStation(tmp_path))
        try:
            yield bench
        finally:
            bench.close()


class Hall:
    """A service, and the consoles that stand around."""

    def __init__(self, bench: Bench, qtbot: QtBot, closing: ExitStack) -> None:
        self.bench, self.qtbot, self._closing = bench, qtbot, closing

    def open(self, *screen: float, language: str = "en") -> Panel:
        panel = Panel(self.qtbot, self.bench.endpoints, screen or SCREENS[2], language, "day")
        self._closing.callback(panel.close)
        self.until(lambda: panel.shell.login.seat.is_known)
        return panel

    def until(self, holds: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(holds()))

    def staff(self) -> None:
        """Have the first administrator set up, who lets a shift lead and an operator in."""
        office = self.bench.panel("Office")
        office.done("session.set_up", code=self.bench.setup_code, name="Ada", password=PASSWORD)
        office.log_in("Ada", PASSWORD)
        office.take_control()
        for name, role in (("Jörg", "shift_lead"), ("Eve", "operator")):
            office.done("user.add", name=name, role=role, secret=PIN, reason="new here")
        office.done(Ask.CONTROL_RELEASE)
        office.done("session.log_off")

    def audit(self) -> list[dict[str, Any]]:
        return audit(self.bench)


@pytest.fixture
def hall(bench: Bench, qtbot: QtBot, closing: ExitStack) -> Hall:
    bench.start()
    return Hall(bench, qtbot, closing)


def go(panel: Panel) -> LoginScreen:
    """Touch the name in the head."""
    panel.touch(panel.shell.header.user)
    assert panel.shell.login_screen.isVisible()
    return panel.shell.login_screen


def enter(panel: Panel, field: QWidget, text: str) -> None:
    """Touch a field, and type with the PC's keyboard."""
    panel.touch(field)
    sheet = panel.shell.login_screen.sheet
    assert sheet.isVisible()
    sheet.field.clear()
    if text.isascii():
        panel.qtbot.keyClicks(sheet.field, text)
    else:
        sheet.field.insert(text)  # the test tool types ASCII alone
    panel.touch(sheet.done)


def touch_pin(panel: Panel, pin: str) -> None:
    for digit in pin:
        panel.touch(panel.shell.login_screen.pad.digits[int(digit)])


def log_in(hall: Hall, panel: Panel, name: str = "Jörg", pin: str = PIN) -> None:
    screen = go(panel)
    hall.until(screen.pad.isVisible)
    enter(panel, screen.name, name)
    touch_pin(panel, pin)
    panel.touch(screen.act)
    hall.until(lambda: panel.shell.login.seat.user)


def test_whoever_logs_in_with_fingers_stands_in_the_head_and_is_back_where_he_was(hall: Hall) -> None:
    hall.staff()
    panel = hall.open()
    panel.touch(panel.shell.nav.buttons["alarms"])
    panel.shows("Operator", "Log in")
    screen = go(panel)
    assert not any(button.isChecked() for button in panel.shell.nav.buttons.values())
    panel.touch(screen.name)
    panel.touch(screen.sheet.shift)
    for letter in "Jörg":
        panel.touch(next(key for row in screen.sheet.letters for key in row if key.text() == letter))
    panel.touch(screen.sheet.done)
    touch_pin(panel, PIN)
    panel.touch(screen.act)
    panel.shows("Jörg", "Shift lead")
    assert panel.shell.alarms_screen.isVisible()
    assert panel.bridge.token
    lens = panel.shell.lens()
    assert (lens.user, lens.role, "control.seize" in lens.permissions) == ("Jörg", "shift_lead", True)
    hall.until(
        lambda: any((line["act"], line["user"]) == ("session.log_in", "Jörg") for line in hall.audit())
    )


def test_a_password_is_typed_at_the_keyboard_and_logs_in_at_once(hall: Hall) -> None:
    hall.staff()
    panel = hall.open()
    screen = go(panel)
    enter(panel, screen.name, "ada")
    enter(panel, screen.secret, PASSWORD)
    panel.shows("Ada", "Administrator")
    assert screen.secret.value == ""


def test_digits_of_the_pcs_keyboard_are_digits_of_the_pin(hall: Hall) -> None:
    hall.staff()
    panel = hall.open()
    screen = go(panel)
    enter(panel, screen.name, "Eve")
    screen.setFocus()
    panel.qtbot.keyClicks(screen, f"{PIN}7")
    panel.qtbot.keyClick(screen, Qt.Key.Key_Backspace)
    panel.qtbot.keyClick(screen, Qt.Key.Key_Return)
    hall.until(lambda: panel.shell.login.seat.user == "Eve")


def test_a_wrong_pin_is_said_and_forgotten_and_written_down_without_the_name(hall: Hall) -> None:
    hall.staff()
    panel = hall.open()
    screen = go(panel)
    enter(panel, screen.name, "Jörg")
    touch_pin(panel, "111222")
    panel.touch(screen.act)
    panel.shows("The name or the PIN or password is wrong.")
    assert (screen.secret.value, screen.name.value, panel.bridge.token) == ("", "Jörg", "")
    hall.until(lambda: any("is wrong" in line["result"] for line in hall.audit()))
    wrong = next(line for line in hall.audit() if "is wrong" in line["result"])
    assert wrong["act"] == "session.log_in"
    assert "Jörg" not in json.dumps(wrong, ensure_ascii=False)


@pytest.mark.parametrize(
    ("name", "said"), [("", "Enter a name first."), ("Jörg", "Enter the PIN or password first.")]
)
def test_what_is_missing_is_asked_for_without_troubling_the_station(hall: Hall, name: str, said: str) -> None:
    hall.staff()
    panel = hall.open()
    screen = go(panel)
    if name:
        enter(panel, screen.name, name)
    panel.touch(screen.act)
    panel.shows(said)


def test_after_too_many_wrong_pins_one_waits_and_sees_how_long_and_others_may_try(hall: Hall) -> None:
    hall.staff()
    panel = hall.open()
    screen = go(panel)
    enter(panel, screen.name, "Jörg")
    attempts = 0
    while not panel.shell.login.seat.wait_s:
        attempts += 1
        assert attempts <= 15, "one may try on and on"  # five; on a busy machine one may be void
        touch_pin(panel, "111222")
        panel.touch(screen.act)
        hall.until(lambda: not panel.shell.login.seat.is_asking)
        hall.until(lambda: screen.act.isEnabled() or panel.shell.login.seat.wait_s)
    assert attempts >= 5
    assert not screen.act.isEnabled()
    first = panel.shell.login.seat.wait_s
    assert 20 <= first <= 30
    hall.until(lambda: panel.shell.login.seat.wait_s < first)
    said = "Too many wrong attempts. Try again in 0:{:02d}."
    hall.until(lambda: said.format(panel.shell.login.seat.wait_s) in panel.texts())
    enter(panel, screen.name, "Eve")
    assert screen.act.isEnabled()
    touch_pin(panel, PIN)
    panel.touch(screen.act)
    hall.until(lambda: panel.shell.login.seat.user == "Eve")


def test_the_first_administrator_is_set_up_with_the_code_from_the_machine(hall: Hall) -> None:
    panel = hall.open()
    screen = go(panel)
    panel.shows("First set-up: the first administrator")
    assert any("service/setup-code.txt" in text for text in panel.texts())
    enter(panel, screen.code, "AAAA-BBBB-CCCC")
    enter(panel, screen.name, "Ada")
    enter(panel, screen.secret, PASSWORD)
    panel.touch(screen.act)
    hall.until(lambda: "This is not the set-up code." in " ".join(panel.texts()))
    enter(panel, screen.code, hall.bench.setup_code.lower())
    enter(panel, screen.secret, "short")
    panel.touch(screen.act)
    hall.until(lambda: "Choose another password" in " ".join(panel.texts()))
    enter(panel, screen.secret, PASSWORD)
    panel.touch(screen.act)
    hall.until(lambda: "Ada is set up. Log in now." in " ".join(panel.texts()))
    hall.until(screen.pad.isVisible)
    enter(panel, screen.name, "Ada")
    enter(panel, screen.secret, PASSWORD)
    hall.until(lambda: panel.shell.login.seat.role == "admin")


def test_whoever_does_nothing_is_logged_off_and_the_head_says_so_in_time(
    bench: Bench, qtbot: QtBot, closing: ExitStack
) -> None:
    bench.start(policy=SessionPolicy(idle_s=3.0))
    hall = Hall(bench, qtbot, closing)
    hall.staff()
    panel = hall.open()
    log_in(hall, panel)
    hall.until(lambda: any(text.startswith("Logged off in ") for text in panel.texts()))
    panel.shows("Operator", "Log in")
    assert panel.bridge.token == ""
    hall.until(lambda: any(text.startswith("Jörg was logged off by the station") for text in panel.texts()))


def test_acting_keeps_one_logged_in_and_looking_does_not(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inspector_console.login._LOOK_EVERY_S", 0.1)
    hall.staff()
    panel = hall.open()
    log_in(hall, panel)
    login, idle_s = panel.shell.login, SessionPolicy().idle_s
    hall.until(lambda: login.seat.remaining_s <= idle_s - 2)  # while it asks whether the log-in holds
    panel.bridge.ask(Step(Ask.CONTROL_TAKE))
    login._look()
    hall.until(lambda: login.seat.remaining_s > idle_s - 2)
    assert login.seat.user == "Jörg"


def test_logging_off_gives_the_console_back_to_the_operator(hall: Hall) -> None:
    hall.staff()
    panel = hall.open()
    log_in(hall, panel)
    screen = go(panel)
    panel.shows("Logged in at this console", "Jörg")
    panel.touch(screen.act)
    panel.shows("Operator", "Jörg is logged off.")
    assert panel.bridge.token == ""
    hall.until(
        lambda: any((line["act"], line["user"]) == ("session.log_off", "Jörg") for line in hall.audit())
    )
    assert [button.text() for button in screen.names if button.isVisible()] == ["Jörg"]
    panel.touch(screen.names[0])
    assert screen.name.value == "Jörg"


def test_two_consoles_have_two_people_and_one_takes_control_from_the_other_saying_why(hall: Hall) -> None:
    hall.staff()
    one, other = hall.open(), hall.open(*SCREENS[0])
    log_in(hall, one)
    log_in(hall, other, "Eve")
    other.bridge.ask(Step(Ask.CONTROL_TAKE))
    one.shows("Eve is in control")
    screen = go(one)
    one.shows("In control: Eve")
    assert not go(other).seize.isVisible()
    one.touch(screen.seize)
    one.shows("Why do you take control from Eve?")
    one.qtbot.keyClicks(screen.why.field, "she is at lunch")
    one.touch(screen.why.done)
    other.shows("Jörg is in control")
    hall.until(lambda: any(line["reason"] == "she is at lunch" for line in hall.audit()))
    hall.until(screen.give_back.isVisible)
    one.touch(screen.give_back)
    hall.until(lambda: not one.bridge.facts().lease.client)


def test_a_console_that_is_closed_leaves_nobody_in_control_and_nobody_logged_in(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inspector.service._lease.LEASE_NS", 600_000_000_000)  # nothing ends by itself
    monkeypatch.setattr("inspector.service._lease.GONE_NS", 600_000_000_000)
    hall.staff()
    one, other = hall.open(), hall.open(*SCREENS[0])
    log_in(hall, one, "Eve")
    one.bridge.ask(Step(Ask.CONTROL_TAKE))
    other.shows("Eve is in control")
    one.close()
    hall.until(lambda: not other.bridge.facts().lease.client)
    hall.until(lambda: hall.audit()[-1]["act"] == "session.log_off")


def test_who_is_logged_in_finds_there_how_to_change_the_own_secret(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inspector_console.login._LOOK_EVERY_S", 0.1)
    hall.staff()
    panel = hall.open()
    assert not go(panel).own.isVisible()
    log_in(hall, panel, "Eve")
    panel.touch(go(panel).own)
    keyboard = panel.shell.system.users.keyboard
    for secret in (PIN, "475869", "475869"):
        hall.until(keyboard.isVisible)
        panel.qtbot.keyClicks(keyboard.field, secret)
        panel.touch(keyboard.done)
    panel.shows("Changed; please log in again")
    log_in(hall, panel, "Eve", "475869")


def test_taking_control_without_a_reason_is_refused(hall: Hall) -> None:
    hall.staff()
    one = hall.open()
    log_in(hall, one)
    other = hall.bench.panel("Other")
    other.take_control()
    screen = go(one)
    hall.until(screen.seize.isVisible)
    one.touch(screen.seize)
    one.touch(screen.why.done)
    hall.until(lambda: any(text.startswith("Not done:") for text in one.texts()))
    assert one.bridge.facts().lease.name == "Other"


def test_what_needs_a_log_in_leads_to_it(hall: Hall) -> None:
    hall.staff()
    panel = hall.open()
    panel.bridge.ask(Step(Ask.CONTROL_SEIZE, {"reason": "because"}))
    panel.shows("Not done: log in for that. Touch the name at the top.")
    log_in(hall, panel, "Eve")
    panel.bridge.ask(Step(Ask.CONTROL_SEIZE, {"reason": "because"}))
    panel.shows("Not done: Operator may not do that. To log in as somebody else, touch the name at the top.")


@pytest.mark.usefixtures("noticing")
def test_a_service_that_is_started_anew_has_nobody_logged_in(hall: Hall) -> None:
    hall.staff()
    panel = hall.open()
    log_in(hall, panel)
    hall.bench.stop()
    hall.until(lambda: not panel.shell.login.seat.user)
    assert panel.bridge.token == ""
    panel.shows("Jörg is logged off: the connection to the station was lost.", "Operator")
    go(panel)
    panel.shows("Nobody can log in without a connection to the station.")
    hall.bench.start()
    hall.until(lambda: panel.shell.login.seat.is_known)
    hall.until(panel.shell.login_screen.pad.isVisible)


@pytest.mark.usefixtures("noticing")
def test_a_log_in_that_was_lost_sight_of_is_ended_at_the_service_too(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    hall.staff()
    panel = hall.open()
    log_in(hall, panel)
    live, is_lost = hall.bench.station.live, threading.Event()

    def stall() -> None:
        is_lost.wait(60)
        live()

    monkeypatch.setattr(hall.bench.station, "live", stall)
    hall.until(lambda: not panel.shell.login.seat.user)
    is_lost.set()
    hall.until(
        lambda: any((line["act"], line["user"]) == ("session.log_off", "Jörg") for line in hall.audit())
    )


def test_an_account_that_is_changed_ends_its_log_in(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inspector_console.login._LOOK_EVERY_S", 0.1)
    hall.staff()
    panel = hall.open()
    log_in(hall, panel)
    office = hall.bench.panel("Office")
    office.log_in("Ada", PASSWORD)
    office.take_control()
    user = next(user for user in office.done("user.list").body["users"] if user["name"] == "Jörg")  # type: ignore[union-attr, call-overload, index]
    office.done("user.change", id=user["id"], role="operator", reason="moved")  # type: ignore[index, call-overload]
    panel.shows("Operator", "Log in")


def test_nobody_reads_a_secret_after_the_screen_was_left(hall: Hall) -> None:
    hall.staff()
    panel = hall.open()
    screen = go(panel)
    enter(panel, screen.name, "Jörg")
    touch_pin(panel, "381")
    panel.touch(panel.shell.nav.buttons["live"])
    screen = go(panel)
    assert (screen.name.value, screen.secret.value) == ("", "")


@pytest.mark.parametrize("name", ["N" * 64, "שלום עולם", "👩\u200d🔧 Ada", "李小龍"])
def test_any_name_that_people_have_fits(hall: Hall, name: str) -> None:
    office = hall.bench.panel("Office")
    office.done("session.set_up", code=hall.bench.setup_code, name=name, password=PASSWORD)
    panel = hall.open(*SCREENS[0])
    screen = go(panel)
    screen.name.set_text(name)
    screen.secret.set_text(PASSWORD)
    panel.touch(screen.act)
    hall.until(lambda: panel.shell.login.seat.user == name)
    go(panel)
    fits(panel)


def fits(panel: Panel) -> None:
    """Nothing is cut, outside or upon another; whatever is touched is as large as a finger, the pad's keys larger."""
    panel.shell.refresh()
    assert panel.unreadable() == {}
    places = [panel.place(button) for button in panel.buttons()]
    per_mm = panel.sizes.px_per_mm
    assert min(min(place.width(), place.height()) for place in places) / per_mm >= 15
    assert not any(one.intersects(other) for one, other in combinations(places, 2))
    screen = panel.place(panel.shell.stack)
    mine = [button for button in panel.shell.login_screen.findChildren(TouchButton) if button.isVisible()]
    assert mine
    assert all(screen.contains(panel.place(button)) for button in mine)
    frequent = [button for button in mine if button.is_frequent]
    assert all(min(button.width(), button.height()) / per_mm >= 20 for button in frequent)


@languages
@screens
def test_every_face_of_the_screen_fits(hall: Hall, screen: tuple[float, ...], language: str) -> None:
    panel = hall.open(*screen, language=language)
    login = go(panel)
    fits(panel)  # set-up
    enter(panel, login.code, "AAAA")
    enter(panel, login.name, "A")
    enter(panel, login.secret, "B")
    panel.touch(login.act)
    hall.until(lambda: panel.shell.login.seat.said)
    fits(panel)  # set-up, refused
    hall.staff()
    panel.shell.login._look()
    hall.until(login.pad.isVisible)
    fits(panel)
    assert len([key for key in login.pad.digits if key.isVisible()]) == 10
    log_in_again(hall, panel)
    hall.bench.panel("Panel 2").take_control()
    hall.until(login.seize.isVisible)
    fits(panel)  # logged in
    panel.touch(login.act)
    hall.until(login.pad.isVisible)
    panel.shell.login._wait = ("", 0.0)
    panel.shell.login._show(wait_s=899)
    fits(panel)  # locked out, with names


def log_in_again(hall: Hall, panel: Panel) -> None:
    screen = panel.shell.login_screen
    screen.name.set_text("Jörg")
    touch_pin(panel, PIN)
    panel.touch(screen.act)
    hall.until(lambda: panel.shell.login.seat.user)
    go(panel)
