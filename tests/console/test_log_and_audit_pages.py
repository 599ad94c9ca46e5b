"""Log and audit on the System screen: read page by page, in words, and taken away."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from console_rig import Panel
from station_rig import Station, state
from system_rig import (
    NOON_NS,
    be,
    choose,
    events,
    furnish,
    open_page,
)

from inspector.protocol import Code, Command, Event, Reply, refused


@pytest.fixture
def full(station: Station) -> Station:
    return furnish(station)


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
