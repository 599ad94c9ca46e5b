"""People at the console of a line that runs: each test goes on where the one before has ended."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from console_rig import Panel
from line_rig import Launcher, Place, station_toml
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from service_bench import PASSWORD, PIN

from inspector.domain.labels import RowId
from inspector.protocol import Ask, Endpoints
from inspector.recorder import find_reject
from inspector_console.bridge import Step
from inspector_console.presenter import VerdictKind
from inspector_console.widgets import ProductCard, RejectButton

STRICT = """\
[product]
name = "strict"
title = "Strict"
job_id = 2
[recipe]
name = "strict"
revision = 7
accept_min = 0.6
"""
pytestmark = pytest.mark.line


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Launcher]:
    place = Place(tmp_path_factory.mktemp("line"))
    products = place.root / "products"
    products.mkdir()
    (products / "strict.toml").write_text(STRICT)
    more = '[service]\nenabled = true\n[products]\nfolder = "products"\n[simulation]\ndefect_rate = 0.3\n'
    config = place.write("station.toml", station_toml("line-test-people", more=more))
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
def panel(endpoints: Endpoints, open_panel: Callable[..., Panel]) -> Panel:
    panel = open_panel()
    panel.qtbot.waitUntil(lambda: panel.shell.login.seat.is_known)
    return panel


def enter(panel: Panel, field: QWidget, text: str) -> None:
    """Touch a field, and type with the PC's keyboard."""
    panel.touch(field)
    sheet = panel.shell.login_screen.sheet
    sheet.field.clear()
    panel.qtbot.keyClicks(sheet.field, text)
    panel.touch(sheet.done)


def touch_pin(panel: Panel, pin: str) -> None:
    screen = panel.shell.login_screen
    for digit in pin:
        panel.touch(screen.pad.digits[int(digit)])
    panel.touch(screen.act)


def log_in(panel: Panel, name: str) -> None:
    screen = panel.shell.login_screen
    panel.touch(panel.shell.header.user)
    panel.qtbot.waitUntil(screen.pad.isVisible)
    enter(panel, screen.name, name)
    touch_pin(panel, PIN)
    panel.qtbot.waitUntil(lambda: panel.shell.login.seat.user == name)


def test_the_first_run_sets_up_an_administrator_who_lets_others_in(line: Launcher, panel: Panel) -> None:
    screen, seat = panel.shell.login_screen, panel.shell.login
    panel.touch(panel.shell.header.user)
    panel.shows("First set-up: the first administrator")
    code = (line.place.data_dir / "service" / "setup-code.txt").read_text().split()[0]
    enter(panel, screen.code, code)
    enter(panel, screen.name, "Ada")
    enter(panel, screen.secret, PASSWORD)
    panel.touch(screen.act)
    panel.qtbot.waitUntil(screen.pad.isVisible)
    enter(panel, screen.name, "Ada")
    enter(panel, screen.secret, PASSWORD)
    panel.qtbot.waitUntil(lambda: seat.seat.role == "admin")
    staff = [
        Step("user.add", {"name": name, "role": role, "secret": PIN, "reason": "new here"})
        for name, role in (("Quinn", "quality"), ("Eve", "operator"))
    ]
    panel.bridge.ask(Step(Ask.CONTROL_TAKE), *staff, Step(Ask.CONTROL_RELEASE))
    panel.qtbot.waitUntil(lambda: users(line) == {"Ada", "Quinn", "Eve"})


def users(line: Launcher) -> set[str]:
    accounts = json.loads((line.place.data_dir / "service" / "users.json").read_text())["users"]
    return {account["name"] for account in accounts}


def test_too_many_wrong_pins_lock_one_out_and_nobody_else(panel: Panel) -> None:
    screen, login = panel.shell.login_screen, panel.shell.login
    panel.touch(panel.shell.header.user)
    panel.qtbot.waitUntil(screen.pad.isVisible)
    enter(panel, screen.name, "Quinn")
    for _ in range(15):  # five are enough; on a busy machine one may be void
        touch_pin(panel, "111222")
        panel.qtbot.waitUntil(lambda: not login.seat.is_asking)
        panel.qtbot.waitUntil(lambda: screen.act.isEnabled() or login.seat.wait_s > 0)
        if login.seat.wait_s:
            break
    assert login.seat.wait_s
    assert not screen.act.isEnabled()
    panel.qtbot.waitUntil(lambda: any(text.startswith("Too many wrong attempts") for text in panel.texts()))
    enter(panel, screen.name, "Eve")
    touch_pin(panel, PIN)
    panel.qtbot.waitUntil(lambda: login.seat.user == "Eve")


def test_a_reject_is_judged_and_the_judgement_is_kept_beside_its_verdict(
    line: Launcher, panel: Panel
) -> None:
    log_in(panel, "Eve")
    panel.touch(panel.shell.nav.buttons["live"])
    panel.qtbot.waitUntil(lambda: bool(pictured(panel)))
    panel.touch(pictured(panel)[0])
    rejects = panel.shell.rejects_screen
    panel.qtbot.waitUntil(lambda: bool(rejects.part) and rejects.detail.judges[1].isEnabled())
    part, verdict = rejects.part, [text for text in panel.texts() if "NG from" in text]
    assert verdict
    panel.touch(rejects.detail.judges[1])
    panel.qtbot.waitUntil(lambda: any(text.startswith("by Eve, ") for text in panel.texts()))
    assert rejects.part == part
    assert [text for text in panel.texts() if "NG from" in text] == verdict
    assert "The part stays rejected" in panel.texts()
    _, labels = find_reject(line.place.data_dir, RowId.parse(part))
    assert [(label.judgement.value, label.user) for label in labels] == [("false_reject", "Eve")]


def pictured(panel: Panel) -> list[RejectButton]:
    """The last bad parts that have their picture."""
    buttons = panel.shell.live.rejects.findChildren(RejectButton)
    visible = (button for button in buttons if button.isVisible() and button.thumbnail)
    return [button for button in visible if button.reject and button.reject.kind is VerdictKind.NG]


def test_a_product_is_changed_and_the_line_makes_it(line: Launcher, panel: Panel) -> None:
    screen = panel.shell.product
    panel.touch(panel.shell.nav.buttons["product"])

    def card() -> ProductCard | None:
        visible = (card for card in screen.cards if card.isVisible() and card.view is not None)
        return next((card for card in visible if card.view is not None and card.view.name == "strict"), None)

    panel.qtbot.waitUntil(lambda: card() is not None)
    found = card()
    assert found is not None
    panel.touch(found)
    panel.shows("What changes", "strict · 7", "Change to Strict")
    panel.qtbot.waitUntil(screen.confirm.isEnabled)
    panel.qtbot.mousePress(screen.confirm, Qt.MouseButton.LeftButton)
    panel.qtbot.waitUntil(lambda: bool(changing(panel)))
    panel.qtbot.mouseRelease(screen.confirm, Qt.MouseButton.LeftButton)
    panel.qtbot.waitUntil(lambda: state(panel) == ("strict", 7, 2), timeout=60_000)
    panel.qtbot.waitUntil(lambda: line.is_executing, timeout=60_000)
    panel.shows("The PLC runs job 2, as the station does")


def changing(panel: Panel) -> str:
    told = panel.bridge.facts().state
    return told.change.product if told is not None else ""


def state(panel: Panel) -> tuple[str, int, int] | None:
    told = panel.bridge.facts().state
    return told and (told.product_name, told.recipe_revision, told.plc_job)
