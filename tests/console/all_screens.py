"""Every screen of the console and every page of them, with all that a station can say there."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Final

import device_facts
from console_rig import Panel
from product_rig import PRODUCTS, Products, making
from station_rig import CLASSES, SECOND, Station, alarm, troubled_facts
from system_rig import account, be, machine

from inspector.clock import utc_ns
from inspector.devices._regmap import MIRROR
from inspector.domain.device_states import Device
from inspector.domain.told import tell
from inspector.domain.told_texts import Told
from inspector.protocol import (
    Command,
    Event,
    LabelView,
    Message,
    Register,
    RegisterTable,
    RejectPage,
    RejectRow,
    Reply,
    done,
)
from inspector_console.screens.devices import REGISTERS, TIMES

PAGES: Final = ("panel", "users", "machine", "versions", "log", "audit")
PLACES: Final = (
    *("live", "rejects", "rejects/one", "alarms", "alarms/history", "product", "product/changing", "devices"),
    *(f"devices/{page}" for page in (*Device, TIMES, REGISTERS)),
    *(f"system/{page}" for page in PAGES),
    "login",
)
"""Where one can be."""
REGISTER_NAMES: Final = tuple(field.name for field in MIRROR.fields)
NAMES: Final = (
    "Ada",
    "Linie 3",
    "Flansch FL-60 A streng",
    "Inspector",
    "Python Qt PySide",
    "Panel",
    "Line 3",
)
"""What is called the same in every language here."""


def facts() -> list[Message]:
    """What a busy station tells."""
    said = [
        *(Event(source="station", text=text) for text in ("HELD", tell(Told.PAIRING_FAILED, count=3))),
        Event(source="line", text=tell(Told.LINE_HELD, who="Ada"), user="Ada"),
        Event(source="service", text=tell(Told.SERVICE_BEGUN, version="1.2.3")),
        Event(source="alarm", text="…", alarm="ng_run", change="raised", details={"value": 3}),
    ]
    seen = making(station="Linie 3", product="Flansch FL-60 A", recipe="FL-60", rights=device_facts.rights())
    plain = [fact for fact in troubled_facts() if not hasattr(fact, "rights")]
    held = alarm("held_counts", priority=1, details={"reason": tell(Told.PARTS_UNACCOUNTED, count=2)})
    return [seen, *plain, held, *device_facts.devices(), *said]


def row(number: int) -> RejectRow:
    """A reject that somebody has judged, or nobody."""
    label = LabelView(part=f"{number:x}", version=1, judgement="false_reject", user="Ada", utc_ns=utc_ns())
    return RejectRow(
        part=f"{1:013x}-{number:010d}", utc_ns=utc_ns() - number * 40_000 * SECOND, session=7, ordinal=number,
        serial="S-1", lot="4711", evaluation="NG" if number % 3 else "UNDEFINED",
        cause="NG" if number % 3 else "LATE",
        class_name=CLASSES[number % 7], class_index=number % 7, score_permille=910, p_ok_permille=40,
        image_state=("EVICTED", "DROPPED", "")[number % 3], recipe_revision=2, label=label if number % 2 else None,
    )  # fmt: skip


def page(_: Command) -> Reply:
    rows = tuple(row(number) for number in range(1, 9))
    return done(RejectPage(rows=rows, classes=CLASSES, ok_classes=("ok",), accept_min_permille=300))


def mirror(command: Command) -> Reply:
    rows = (
        Register(
            name=field.name, address=field.offset, words=(7,), value="does not fit", meaning=field.meaning
        )
        for field in MIRROR.fields
    )
    return done(RegisterTable(group=str(command.args["group"]), at_ns=time.monotonic_ns(), rows=tuple(rows)))


def audited(_: Command) -> Reply:
    usual: dict[str, Any] = {
        "utc": "2027-01-15T12:00:00.000000Z",
        "user": "Ada",
        "role": "admin",
        "target": "",
    }
    denied = tell(Told.MAY_NOT, role="operator", act="users.manage", able="admin")
    records: list[dict[str, Any]] = [
        {"act": "users.manage", "old": {"role": "operator"}, "new": {"role": "quality"}, "result": "done"},
        {"act": "users.manage", "result": f"refused: {denied}", "user": ""},
        {"act": "alarm.shelve", "target": "ng_run", "new": 15, "reason": "in_repair", "result": "begun"},
        {"act": "reject.label", "new": {"judgement": "real_defect", "class": "dent", "note": "x"}, "result": "done"},
        {"act": "session.log_off", "reason": "idle", "result": "done"},
        {"act": "export", "target": "log", "new": {"records": 7}, "result": "done"},
        {"act": "product.change", "result": f"returned: {tell(Told.STATION_ENDED, code=1)}"},
    ]  # fmt: skip
    return Reply(body={"records": [usual | record for record in records], "unreadable": 0})


def furnish(station: Station) -> None:
    """Have a station answer whatever a screen asks."""
    station.answers |= {
        "reject.query": page,
        "registers.read": mirror,
        "audit.query": audited,
        "machine.read": machine,
        "user.list": lambda _: Reply(body={"users": [account(n) | {"name": "Ada"} for n in range(4)]}),
    }
    Products(station, PRODUCTS[:3])  # the reason why one cannot be used is for those who write its file
    station.publish(*facts())


def go(panel: Panel, station: Station, place: str) -> None:
    """Go there, and wait for what is to be seen."""
    panel.qtbot.waitUntil(lambda: not panel.bridge.facts().is_old)
    be(panel)
    screen, _, part = place.partition("/")
    if screen == "login":
        panel.touch(panel.shell.header.user)
    else:
        panel.touch(panel.shell.nav.buttons[screen])
        _OPEN.get(screen, _stay)(panel, station, part)
    panel.shell.refresh()


def leave(panel: Panel) -> None:
    """Close the page that is open, so that another one can be opened."""
    devices = panel.shell.devices
    backs = (devices.page.back, devices.times.back, devices.registers.back)
    history = panel.shell.alarm_pages.history.back
    for button in (panel.shell.rejects_screen.detail.back, history, *backs):
        if button.isVisible():
            panel.touch(button)


def _stay(panel: Panel, station: Station, part: str) -> None:
    """What there is to see is there at once."""


def _rejects(panel: Panel, station: Station, part: str) -> None:
    cards = panel.shell.rejects_screen.grid.cards
    panel.qtbot.waitUntil(lambda: any(card.isVisible() for card in cards))
    if part:
        panel.touch(cards[0])


def _alarms(panel: Panel, station: Station, part: str) -> None:
    if part:
        panel.touch(panel.shell.alarms_screen.history)


def _product(panel: Panel, station: Station, part: str) -> None:
    screen = panel.shell.product
    panel.qtbot.waitUntil(lambda: screen.cards[1].isVisible())
    panel.touch(screen.cards[1])
    panel.qtbot.waitUntil(lambda: bool(screen.desk.shelf.preview))
    if part:
        why = tell(Told.STATION_NOT_READY, seconds=15, why=tell(Told.PLC_NOT_LINKED))
        change = {"phase": "RETURNED", "title": "FL-60 B", "told_ns": 1, "ended_ns": SECOND, "reason": why}
        station.publish(making(station="Linie 3", product="Flansch FL-60 A", recipe="FL-60", change=change))
        panel.qtbot.waitUntil(lambda: panel.bridge.facts().state.change.phase == "RETURNED")


def _devices(panel: Panel, station: Station, part: str) -> None:
    if part:
        panel.touch(panel.shell.devices.overview.cards[part])
    if part == REGISTERS:
        panel.shows("MapVersion")


def _system(panel: Panel, station: Station, part: str) -> None:
    system = panel.shell.system
    panel.touch(system.buttons[part])
    shown = {"users": system.users, "audit": system.audit}.get(part)
    if shown is not None:
        found = ("rows", "lines")
        panel.qtbot.waitUntil(lambda: any(getattr(shown.view, name, ()) for name in found))


_OPEN: Final[dict[str, Callable[[Panel, Station, str], None]]] = {
    "rejects": _rejects,
    "alarms": _alarms,
    "product": _product,
    "devices": _devices,
    "system": _system,
}
