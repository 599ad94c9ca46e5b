from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from service_bench import PIN, Bench, Panel, until

from inspector.clock import monotonic_ns
from inspector.domain.told import tell
from inspector.domain.told_texts import Told
from inspector.protocol import LAST_EVENTS, Ask, Event, Mirror
from inspector.service._logbook import Logbook


def event(number: int, text: str = "") -> Event:
    return Event(source="station", text=text or f"event {number}", utc_ns=number * 10**9)


def rows(table: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(table.decode("utf-8-sig"))))


def test_what_was_taken_is_there_after_a_restart_in_its_order(tmp_path: Path) -> None:
    book = Logbook(tmp_path / "log")
    for number in range(5):
        book.take(event(number))
    assert book.flush() == ""
    again = Logbook(tmp_path / "log")
    assert [line.text for line in again.last(3)] == ["event 2", "event 3", "event 4"]


def test_old_lines_make_room_and_the_newest_stay(tmp_path: Path) -> None:
    book = Logbook(tmp_path / "log", file_bytes=2_000)
    for number in range(200):
        book.take(event(number))
        assert book.flush() == ""
    size = sum(path.stat().st_size for path in (tmp_path / "log").iterdir())
    assert size < 5_000
    texts = [line.text for line in book.last(10)]
    assert texts == [f"event {number}" for number in range(190, 200)]


def test_alarms_are_remembered_further_back_than_chatter(tmp_path: Path) -> None:
    book = Logbook(tmp_path / "log")
    for number in range(60):
        line = event(number)
        book.take(
            line.model_copy(update={"alarm": "disk_full", "change": "raised"}) if number % 10 == 0 else line
        )
    book.flush()
    assert [line.text for line in book.last(3)] == [f"event {number}" for number in (30, 40, 50, 57, 58, 59)]
    mirror = Mirror()
    mirror.restore(book.last(LAST_EVENTS))
    assert len(mirror.events) == 60
    mirror.restore(event(number) for number in range(LAST_EVENTS))
    assert [line.text for line in mirror.alarm_events] == [f"event {number}" for number in range(0, 60, 10)]


def test_half_a_line_after_a_power_cut_costs_that_line_alone(tmp_path: Path) -> None:
    book = Logbook(tmp_path / "log")
    book.take(event(1))
    book.flush()
    with (tmp_path / "log" / "log.jsonl").open("ab") as file:
        file.write(b'{"text":"hal')
    book.take(event(2))
    book.flush()
    assert [line.text for line in Logbook(tmp_path / "log").last(9)] == ["event 1", "event 2"]


def test_a_disk_that_cannot_be_written_is_named_and_tried_again(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("in the way")
    book = Logbook(tmp_path / "log")
    book.take(event(1))
    assert "log.jsonl" in book.flush()
    (tmp_path / "log").unlink()
    assert book.flush() == ""
    assert [line.text for line in book.last(9)] == ["event 1"]


def test_a_table_runs_nothing_in_a_spreadsheet(tmp_path: Path) -> None:
    book = Logbook(tmp_path / "log")
    book.take(event(1, '=HYPERLINK("http://x")'))
    count, table = book.table()
    assert (count, rows(table)[0]["text"]) == (1, '\'=HYPERLINK("http://x")')
    assert rows(table)[0]["utc"] == "1970-01-01T00:00:01.000000Z"


def test_a_console_that_comes_later_sees_what_happened_before(service: Bench, panel: Panel) -> None:
    panel.take_control()
    panel.done(Ask.HOLD, reason="cleaning")
    until(lambda: any("line held" in line.text for line in panel.mirror.events))
    late = service.panel("Panel 2")
    until(lambda: [line.text for line in late.mirror.events] == [line.text for line in panel.mirror.events])
    service.stop()
    service.start()
    again = service.panel("Panel 3")
    until(lambda: any("line held" in line.text for line in again.mirror.events))
    assert "the service has begun, version 1.2" in [line.text for line in again.mirror.events][-3:]


def test_an_alarm_in_the_log_is_named_so_that_a_console_can_say_it_in_its_own_words(
    service: Bench, panel: Panel
) -> None:
    service.station.write(control=1 << 6)
    panel.wait_for_alarm("bypassed")
    until(lambda: any(line.alarm for line in panel.mirror.events))
    line = next(line for line in panel.mirror.events if line.alarm)
    assert (line.alarm, line.change, line.source) == ("bypassed", "raised", "alarm")


def test_the_end_of_the_log_that_every_console_keeps_is_bounded() -> None:
    mirror = Mirror()
    mirror.restore(event(number) for number in range(LAST_EVENTS + 50))
    assert len(mirror.events) == LAST_EVENTS
    assert mirror.events[-1].text == f"event {LAST_EVENTS + 49}"


def test_who_may_export_gets_the_whole_log_and_the_audit_log_says_so(service: Bench, admin: Panel) -> None:
    admin.done(Ask.HOLD, reason="cleaning")
    reply = admin.done("log.export")
    table = rows(reply.attachments[0])
    assert reply.body["records"] == len(table) > 0
    assert any("line held" in row["text"] for row in table)
    records = admin.done("audit.query", act="export").body["records"]
    assert isinstance(records, list)
    assert [record["target"] for record in records if isinstance(record, dict)] == ["log", "log"]


def test_an_operator_takes_no_log_away(service: Bench, panel: Panel, admin: Panel) -> None:
    admin.done("user.add", name="Olga", role="operator", secret=PIN, reason="new")
    reply = panel.ask("log.export")
    assert (reply.ok, reply.body["refusal"]) == (False, "needs_login")
    panel.log_in("Olga", PIN)
    assert panel.ask("log.export").body["refusal"] == "not_allowed"


def test_a_whole_chain_is_called_whole(admin: Panel) -> None:
    body = admin.done("audit.verify").body
    assert body["broken"] is None
    assert isinstance(body["records"], int)
    assert body["records"] > 0


@pytest.mark.parametrize("permitted", [True, False])
def test_a_chain_that_somebody_has_changed_is_called_broken_to_those_who_may_know(
    permitted: bool, service: Bench, admin: Panel, panel: Panel
) -> None:
    path = next((service.station.files.own / "audit").glob("audit-*.jsonl"))
    lines = path.read_bytes().replace(b'"Ada"', b'"Eve"', 1)
    path.write_bytes(lines)
    if not permitted:
        assert panel.ask("audit.verify").body["refusal"] == "needs_login"
        return
    broken = admin.done("audit.verify").body["broken"]
    assert isinstance(broken, dict)
    assert (broken["file"], broken["why"]) == (path.name, "its content does not fit its hash")


def test_a_line_of_the_station_is_whole_and_has_its_code(service: Bench, panel: Panel) -> None:
    """A row has room for 48 bytes."""
    text = tell(Told.RESTARTED_PLC_COUNTS, count=7)
    service.station.write(hold_code=3, hold_text=text.encode())
    service.station.ring.append_event(2, text, trigger_ns=monotonic_ns(), station_id=1)
    until(lambda: any(line.source == "station" and line.text == text for line in panel.mirror.events))
    line = next(line for line in panel.mirror.events if line.text == text)
    assert (line.code, line.telling, line.details) == (2, "restarted_plc_counts", {"count": "7"})


def test_a_refusal_says_which_sentence_it_is(service: Bench, panel: Panel) -> None:
    panel.take_control()
    reply = panel.ask("line.release")
    assert (reply.body["refusal"], reply.body["details"]) == ("not_held", {})
