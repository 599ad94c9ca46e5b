from __future__ import annotations

import csv
import io
import weakref
from collections.abc import Callable
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from console_rig import SCREENS, Panel, is_inside, overlapping
from PySide6.QtWidgets import QAbstractButton, QWidget
from station_rig import Station, alarm, state, troubled_facts

from inspector.protocol import VERSION, Code, Command, Event, Reply, refused
from inspector_console.presenter import Lens
from inspector_console.widgets import ChoiceSheet, TouchButton

PAGES = ("panel", "users", "versions", "log", "audit")
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


@pytest.fixture
def full(station: Station) -> Station:
    """A station with everything to show."""
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


# -- layout


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


@languages
@screens
@pytest.mark.parametrize("role", ["admin", "operator", ""])
def test_every_page_is_tidy_and_can_be_touched(
    full: Station,
    open_panel: Callable[..., Panel],
    screen: tuple[float, ...],
    language: str,
    role: str,
) -> None:
    panel = open_panel(*screen, language=language)
    be(panel, "Ada" if role else "", role)
    for page in PAGES:
        open_page(panel, page)
        expect_tidy(panel)
        expect_touchable(panel)


@languages
@screens
def test_every_question_is_tidy_and_can_be_touched(
    full: Station, open_panel: Callable[..., Panel], screen: tuple[float, ...], language: str
) -> None:
    panel = open_panel(*screen, language=language)
    be(panel)
    system = panel.shell.system
    open_page(panel, "audit")
    for button in system.audit.filters:
        panel.touch(button)
        assert system.audit.sheet.isVisible()
        expect_tidy(panel)
        expect_touchable(panel)
        panel.touch(system.audit.sheet.cancel)
    panel.touch(system.audit.export)
    panel.qtbot.waitUntil(lambda: any(button.isVisible() for button in system.audit.desk.sheet.options))
    expect_tidy(panel)
    expect_touchable(panel)
    panel.touch(system.audit.desk.sheet.cancel)
    open_page(panel, "users")
    panel.touch(system.users.rows[1])
    assert system.users.sheet.isVisible()
    expect_tidy(panel)
    expect_touchable(panel)


@languages
@screens
def test_a_station_that_was_never_heard_leaves_every_page_tidy(
    open_panel: Callable[..., Panel], screen: tuple[float, ...], language: str
) -> None:
    panel = open_panel(*screen, language=language)
    panel.touch(panel.shell.nav.buttons["system"])
    for page in PAGES:
        panel.touch(panel.shell.system.buttons[page])
        expect_tidy(panel)
        expect_touchable(panel)


def test_the_page_that_is_open_is_marked_and_no_other(
    full: Station, open_panel: Callable[..., Panel]
) -> None:
    panel = open_panel()
    buttons = panel.shell.system.buttons
    for page in (*PAGES, "log", "log"):
        open_page(panel, page)
        assert [name for name, button in buttons.items() if button.isChecked()] == [page]


# -- log


def test_the_log_is_read_page_by_page_and_goes_on_while_somebody_reads(
    full: Station, open_panel: Callable[..., Panel]
) -> None:
    panel = open_panel()
    open_page(panel, "log")
    rows = panel.shell.system.log.list
    assert not rows.up.isEnabled()
    seen = [row.lead for row in rows.rows]
    while rows.down.isEnabled():
        panel.touch(rows.down)
        seen += [row.lead for row in rows.rows]
    assert len(seen) == 60
    assert seen == sorted(seen, reverse=True)
    while rows.up.isEnabled():
        panel.touch(rows.up)
    full.publish(Event(source="line", text="line released: M. Novak", utc_ns=NOON_NS + 3600 * 10**9))
    panel.shows("line released: M. Novak")


def test_the_words_of_an_alarm_in_the_log_follow_the_language(
    station: Station, open_panel: Callable[..., Panel]
) -> None:
    station.publish(state(), events(2)[1])
    panel = open_panel()
    open_page(panel, "log")
    panel.shows("Too many rejects · out of service")
    panel.touch(panel.shell.header.language)
    panel.shows("Zu viel Ausschuss · außer Betrieb")


# -- taking files away


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = tmp_path / "operator"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    return home


def exported(text: bytes = b"utc,text\r\n1,x\r\n") -> Callable[[Command], Reply]:
    return lambda _: Reply(body={"records": 1}, attachments=(text,))


def test_the_log_is_saved_where_somebody_wants_it_and_the_path_is_told(
    full: Station, open_panel: Callable[..., Panel], home: Path
) -> None:
    full.answers["log.export"] = exported()
    panel = open_panel()
    be(panel)
    open_page(panel, "log")
    panel.touch(panel.shell.system.log.export)
    sheet = panel.shell.system.log.desk.sheet
    choose(panel, sheet, "operator")
    panel.qtbot.waitUntil(lambda: any(text.startswith("Saved: ") for text in panel.texts()))
    (path,) = home.iterdir()
    assert path.name.startswith("inspector-log-Line-3-")
    assert [row["text"] for row in csv.DictReader(io.StringIO(path.read_text()))] == ["x"]
    told = next(text for text in panel.texts() if text.startswith("Saved: "))
    assert str(path) in told
    panel.touch(sheet.cancel)
    assert not sheet.isVisible()


def test_a_folder_that_is_gone_is_said_and_another_one_can_be_chosen(
    full: Station, open_panel: Callable[..., Panel], home: Path
) -> None:
    full.answers["log.export"] = exported()
    panel = open_panel()
    be(panel)
    open_page(panel, "log")
    panel.touch(panel.shell.system.log.export)
    sheet = panel.shell.system.log.desk.sheet
    panel.qtbot.waitUntil(lambda: any("operator" in button.text() for button in sheet.options))
    home.rmdir()
    choose(panel, sheet, "operator")
    panel.shows(f"Not saved: {home}: No such file or directory")
    home.mkdir()
    choose(panel, sheet, "operator")
    panel.qtbot.waitUntil(lambda: len(list(home.iterdir())) == 1)


@pytest.mark.parametrize("is_silent", [True, False])
def test_a_station_that_refuses_or_is_silent_leaves_no_file(
    is_silent: bool,
    full: Station,
    open_panel: Callable[..., Panel],
    home: Path,
) -> None:
    panel = open_panel()
    full.answers["log.export"] = lambda _: refused(Code.FAILED, "the audit log cannot be written")
    be(panel)
    open_page(panel, "log")
    panel.touch(panel.shell.system.log.export)
    sheet = panel.shell.system.log.desk.sheet
    panel.qtbot.waitUntil(lambda: any("operator" in button.text() for button in sheet.options))
    if is_silent:
        panel.bridge._client.close()
    choose(panel, sheet, "operator")
    why = "the station does not answer" if is_silent else "the audit log cannot be written"
    panel.shows(f"Not saved: {why}")
    assert list(home.iterdir()) == []


# -- audit


def test_audit_pages_come_from_the_station_and_lead_there_and_back(
    full: Station, open_panel: Callable[..., Panel]
) -> None:
    panel = open_panel()
    be(panel)
    open_page(panel, "audit")
    audit = panel.shell.system.audit
    size = audit.list.page_size
    panel.shows("Page 1")
    panel.touch(audit.list.down)
    panel.shows("Page 2")
    queries = [command.args for command in full.commands if command.kind == "audit.query"]
    assert queries[-1]["before_seq"] == 101 - size
    panel.qtbot.waitUntil(lambda: audit.list.up.isEnabled() and bool(audit.list.rows))
    panel.touch(audit.list.up)
    panel.shows("Page 1")
    assert not audit.list.up.isEnabled()


def test_filters_ask_the_station_anew(full: Station, open_panel: Callable[..., Panel]) -> None:
    panel = open_panel()
    be(panel)
    open_page(panel, "audit")
    audit = panel.shell.system.audit
    panel.touch(audit.filters[1])
    choose(panel, audit.sheet, "Line")
    panel.touch(audit.filters[2])
    choose(panel, audit.sheet, "Last 8 hours")
    panel.qtbot.waitUntil(lambda: "since_utc_ns" in full.commands[-1].args)
    args = full.commands[-1].args
    facts = panel.bridge.facts()
    assert facts.utc_offset_ns is not None
    since = args["since_utc_ns"]
    assert args["act"] == "line"
    assert isinstance(since, int)
    hours = (facts.heard_ns + facts.utc_offset_ns - since) / 3600e9
    assert 7.9 < hours < 8.1
    panel.shows("Line", "Last 8 hours")


def test_another_person_does_not_see_what_the_one_before_has_read(
    full: Station, open_panel: Callable[..., Panel]
) -> None:
    panel = open_panel()
    be(panel)
    open_page(panel, "audit")
    panel.qtbot.waitUntil(lambda: bool(panel.shell.system.audit.list.rows))
    be(panel, "", "")
    assert not panel.shell.system.audit.list.isVisible()
    texts = panel.texts()
    assert "Who did what at the station is shown to: Shift lead, Quality, Engineer, Administrator" in texts
    assert not any("Olga" in text for text in texts)


def test_damaged_lines_and_a_broken_chain_are_said(full: Station, open_panel: Callable[..., Panel]) -> None:
    broken = {"seq": 4, "file": "audit-000000000001.jsonl", "line": 4, "why": "records 4…6 are missing"}
    full.answers["audit.verify"] = lambda _: Reply(body={"records": 3, "broken": dict(broken)})
    panel = open_panel()
    be(panel)
    open_page(panel, "audit")
    panel.shows("2 damaged lines were passed over; check the chain")
    panel.touch(panel.shell.system.audit.check)
    panel.shows("Broken at record 4: audit-000000000001.jsonl: records 4…6 are missing")
    full.answers["audit.verify"] = lambda _: refused(Code.FAILED, "the disk hangs")
    panel.touch(panel.shell.system.audit.check)
    panel.shows("The chain could not be checked: the disk hangs")


def test_records_that_cannot_be_read_are_not_called_none(
    full: Station, open_panel: Callable[..., Panel]
) -> None:
    full.answers["audit.query"] = lambda _: refused(Code.FAILED, "Permission denied")
    panel = open_panel()
    be(panel)
    panel.qtbot.waitUntil(lambda: not panel.bridge.facts().is_old)
    panel.touch(panel.shell.nav.buttons["system"])
    panel.touch(panel.shell.system.buttons["audit"])
    panel.shows("The records cannot be read: Permission denied")


# -- versions


def test_versions_follow_the_station(station: Station, open_panel: Callable[..., Panel]) -> None:
    station.publish(state(bundle="flange 3", bundle_digest="ab" * 32), alarm("late"))
    panel = open_panel()
    open_page(panel, "versions")
    panel.shows("flange 3", "ab" * 32, f"Protocol {VERSION}", "Qt, PySide6: LGPL-3.0")
    station.publish(state(bundle="flange 4", bundle_digest="cd" * 32))
    panel.shows("flange 4")


def test_the_licences_that_are_named_are_there_to_read(open_panel: Callable[..., Panel]) -> None:
    from inspector_console.screens._versions_page import LICENCES

    assert "GNU LESSER GENERAL PUBLIC LICENSE" in (LICENCES / "LGPL-3.0.txt").read_text()
    assert "GNU GENERAL PUBLIC LICENSE" in (LICENCES / "GPL-3.0.txt").read_text()
