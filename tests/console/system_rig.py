"""A station with everything that the System screen shows, and what people do there."""

from __future__ import annotations

import weakref
from dataclasses import replace
from itertools import combinations
from typing import Any

import pytest
from console_rig import SCREENS, Panel, is_inside, overlapping
from PySide6.QtWidgets import QAbstractButton, QWidget
from station_rig import Station, troubled_facts

from inspector.protocol import (
    BackupView,
    ClockView,
    Command,
    Event,
    Machine,
    NetworkPort,
    Reply,
    StoreView,
    done,
)
from inspector_console.presenter import Lens
from inspector_console.widgets import ChoiceSheet, TouchButton

PAGES = ("panel", "users", "machine", "versions", "log", "audit")
NOON_NS = 1_800_014_400 * 10**9
LONG = "the PLC has answered with tags that nobody knows, " * 5
languages = pytest.mark.parametrize("language", ["en", "de"])
screens = pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: f"{screen[0]}x{screen[1]}")


def events(count: int) -> list[Event]:
    kinds: list[dict[str, Any]] = [
        {"source": "station", "text": LONG},
        {"source": "alarm", "text": "…", "alarm": "reject_rate_high", "change": "taken_out_of_service"},
        {"source": "line", "text": "line held: M. Novak", "user": "M. " + "Novak" * 12},
        {"source": "of_the_future", "text": "x" * 300},
    ]
    return [Event(**kinds[n % 4], utc_ns=NOON_NS + n * 10**9) for n in range(count)]


def record(seq: int) -> dict[str, Any]:
    results = ("done", "begun", f"refused: {LONG}")
    return {
        "seq": seq,
        "utc": "2027-01-15T12:00:00.000000Z",
        "user": "Ada " * 16 if seq % 2 else "",
        "role": "shift_lead",
        "console": "Panel 1 (5f0c0000)",
        "act": "users.manage",
        "target": "0123456789abcdef",
        "old": {"name": "Olga", "role": "operator"},
        "new": {"role": "quality"},
        "reason": LONG[: seq % 200],
        "result": results[seq % 3],
    }


def account(number: int) -> dict[str, Any]:
    return {
        "id": f"{number:016x}",
        "name": ("Jürgen Müller-Lüdenscheidt " * 3)[: 10 + 9 * number].strip(),
        "role": ("operator", "shift_lead", "quality", "engineer", "admin")[number % 5],
        "is_pin": number % 5 < 3,
        "revision": 1 + number,
        "changed_utc": "2026-11-02T08:00:00Z",
        "wait_s": 400.0 * (number % 3 == 1),
    }


def audited(command: Command) -> Reply:
    before, limit = command.args.get("before_seq", 101), command.args["limit"]
    assert isinstance(before, int)
    assert isinstance(limit, int)
    seqs = list(range(before - 1, 0, -1))[:limit]
    following = seqs[-1] if seqs and seqs[-1] > 1 else None
    return Reply(
        body={"records": [record(seq) for seq in seqs], "next_before_seq": following, "unreadable": 2}
    )


def machine(_: Command) -> Reply:
    """A computer with long names, two networks, one of them without a link, and a clock that nobody sets."""
    addresses = ("192.0.2.107/24", "2001:db8:1234:5678:9abc:def0:1234:5678/64")
    return done(
        Machine(
            host="inspection-station-of-hall-3-line-2.plant.example",
            clock=ClockView(
                utc_ns=NOON_NS,
                zone="America/Argentina/ComodRivadavia",
                utc_offset_min=-180,
                is_synchronised=False,
                booted_utc_ns=NOON_NS - 40 * 86_400 * 10**9,
            ),
            ports=(
                NetworkPort(name="enp0s31f6", is_up=True, speed_mbit_s=1000, addresses=addresses),
                NetworkPort(name="enp3s0", is_up=False, addresses=("198.51.100.4/30",)),
            ),
            plc="plc-of-line-2.hall-3.plant.example:502",
            consoles="0.0.0.0:47110",
            consoles_allowed=3,
            store=StoreView(
                data_dir="/var/lib/inspector/" + "a-long-name/" * 6,
                disk_bytes=512 * 10**9,
                disk_free_bytes=123_456 * 10**6,
                quota_bytes=2_000 * 10**6,
                rows_bytes=400 * 10**6,
                images_bytes=1_234_567_890,
                rows_waiting=1_234_567,
                oldest_utc_ns=NOON_NS - 20 * 86_400 * 10**9,
                audit_bytes=3_456_789,
                log_bytes=5_000_000,
            ),
            config_file="/etc/inspector/station.toml",
            backup=BackupView(
                utc_ns=NOON_NS, user="Jürgen Müller-Lüdenscheidt", files=47, size_bytes=4_200_000
            ),
        )
    )


def furnish(station: Station) -> Station:
    """Have a station show everything that there is."""
    station.answers["machine.read"] = machine
    station.answers["audit.query"] = audited
    station.answers["user.list"] = lambda _: Reply(body={"users": [account(n) for n in range(12)]})
    station.publish(*troubled_facts(), *events(60))
    return station


def be(panel: Panel, user: str = "Ada", role: str = "admin") -> None:
    """Have somebody stand here whom the station knows."""
    shell = weakref.ref(panel.shell)

    def lens() -> Lens:
        here = shell()
        assert here is not None
        return replace(type(here).lens(here), user=user, role=role)

    panel.shell.lens = lens  # type: ignore[method-assign]
    panel.shell.refresh()


def open_page(panel: Panel, page: str) -> None:
    panel.qtbot.waitUntil(lambda: not panel.bridge.facts().is_old)
    panel.touch(panel.shell.nav.buttons["system"])
    panel.touch(panel.shell.system.buttons[page])
    assert panel.shell.system.page == page
    wanted = {"users": "user.list", "audit": "audit.query"}.get(page)
    if wanted and panel.shell.lens().role == "admin":
        view = panel.shell.system.users if page == "users" else panel.shell.system.audit
        panel.qtbot.waitUntil(lambda: bool(getattr(view.view, "rows", ()) or getattr(view.view, "lines", ())))


def choose(panel: Panel, sheet: ChoiceSheet, text: str) -> None:
    def found() -> list[TouchButton]:
        return [button for button in sheet.options if button.isVisible() and text in button.text()]

    panel.qtbot.waitUntil(lambda: len(found()) == 1)
    panel.touch(found()[0])


def expect_tidy(panel: Panel) -> None:
    """Nothing is cut or outside, and no texts lie on each other but those that a sheet covers."""
    sheets = [sheet for sheet in panel.shell.findChildren(ChoiceSheet) if sheet.isVisible()]
    under: list[QWidget] = [sheet.parentWidget() for sheet in sheets]

    def is_covered(widget: QWidget) -> bool:
        return any(
            (widget is parent or parent.isAncestorOf(widget))
            and not any(sheet is widget or sheet.isAncestorOf(widget) for sheet in sheets)
            for parent in under
        )

    marks = panel.marks()
    assert [mark.text for _, mark, _ in marks if mark.is_cut and not mark.may_cut] == []
    assert [mark.text for widget, mark, _ in marks if not is_inside(widget, mark)] == []
    assert overlapping(mark for mark in marks if not is_covered(mark[0])) == []


def expect_touchable(panel: Panel) -> None:
    per_mm, sheets = panel.sizes.px_per_mm, panel.shell.findChildren(ChoiceSheet)
    hidden = [sheet.parentWidget() for sheet in sheets if sheet.isVisible()]

    def is_covered(button: QAbstractButton) -> bool:
        return any(parent.isAncestorOf(button) for parent in hidden) and not any(
            sheet.isAncestorOf(button) for sheet in sheets
        )

    buttons = [button for button in panel.buttons() if not is_covered(button)]
    places = [panel.place(button) for button in buttons]
    small = [
        (button.text(), place)
        for button, place in zip(buttons, places, strict=True)
        if min(place.width(), place.height()) < 15 * per_mm - 1e-6
    ]
    assert small == []
    assert [pair for pair in combinations(places, 2) if pair[0].intersects(pair[1])] == []
    assert all(panel.shell.rect().contains(place) for place in places)
