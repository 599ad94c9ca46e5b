from __future__ import annotations

from collections.abc import Callable
from itertools import combinations

import pytest
from console_rig import SCREENS, Panel
from station_rig import Station, alarm, state

from inspector.clock import utc_ns
from inspector.domain.alarms import AlarmId
from inspector.protocol import AlarmView, Code, Event, refused
from inspector_console.presenter import AlarmLine
from inspector_console.widgets import AlarmCard

DETAILS: dict[str, str | int | float] = {
    "value": 3.44,
    "window": 200,
    "limit": 3.0,
    "minutes": 10,
    "seconds": 4,
}


def many() -> list[AlarmView]:
    return [
        alarm(
            name,
            priority=1 + at % 3,
            is_shelvable=at % 3 > 0,
            details=DETAILS | {"reason": "x", "address": "10.0.0.9:502"},
        )
        for at, name in enumerate(AlarmId)
    ]


def open_alarms(panel: Panel) -> list[AlarmCard]:
    panel.touch(panel.shell.nav.buttons["alarms"])
    panel.qtbot.waitUntil(lambda: bool(visible(panel)))
    return visible(panel)


def visible(panel: Panel) -> list[AlarmCard]:
    return [card for card in panel.shell.alarms_screen.cards if card.isVisible()]


def shown(panel: Panel) -> list[str]:
    return [card.view.id for card in visible(panel) if isinstance(card.view, AlarmLine)]


def test_each_alarm_says_what_why_what_parts_do_and_what_to_do(
    station: Station, open_panel: Callable[..., Panel]
) -> None:
    station.publish(
        state(), alarm("reject_rate_high", details=DETAILS), alarm("fault_bin_full", needs_plc_reset=True)
    )
    panel = open_panel()
    panel.shows("Alarms")
    open_alarms(panel)
    panel.shows(
        "Too many rejects",
        "3.4 % of the last 200 parts were rejected; the limit is 3 %.",
        "Look at the rejects: are they real? Then look at the machine upstream.",
        "Only bad parts are being rejected",
        "Active, not acknowledged · reset at the PLC",
    )


def test_what_is_put_aside_stands_below_with_by_whom_and_why(
    station: Station, open_panel: Callable[..., Panel]
) -> None:
    shelved = alarm("ng_run", state="shelved", shelved_by="M. Novak", shelved_reason="in_repair", priority=1)
    station.publish(state(), shelved, alarm("disk_high", priority=3))
    panel = open_panel()
    cards = open_alarms(panel)
    panel.qtbot.waitUntil(lambda: shown(panel) == ["disk_high", "ng_run"])
    assert not cards[1].button.isVisible()
    assert any("It is being repaired (M. Novak)" in text for text in panel.texts())


def test_acknowledging_acts_on_the_alarm_of_its_own_card(
    station: Station, open_panel: Callable[..., Panel]
) -> None:
    station.publish(state(), alarm("camera_lost", priority=1), alarm("ng_run", version=9))
    panel = open_panel()
    open_alarms(panel)
    panel.qtbot.waitUntil(lambda: shown(panel) == ["camera_lost", "ng_run"])
    panel.touch(visible(panel)[1].button)
    panel.qtbot.waitUntil(lambda: "alarm.acknowledge" in station.kinds())
    command = station.commands[-1]
    assert (command.args, command.expected_version) == ({"alarm": "ng_run"}, 9)


def test_a_long_list_is_read_page_by_page_and_every_alarm_is_on_one_of_them(
    station: Station, open_panel: Callable[..., Panel]
) -> None:
    station.publish(state(), *many())
    panel = open_panel()
    panel.qtbot.waitUntil(lambda: len(panel.bridge.facts().alarms) == len(AlarmId))
    panel.shell.refresh()
    open_alarms(panel)
    screen, seen = panel.shell.alarms_screen, shown(panel)
    assert not screen.up.isEnabled()
    for _ in AlarmId:
        if not screen.down.isEnabled():
            break
        panel.touch(screen.down)
        seen += shown(panel)
    assert sorted(seen) == sorted(AlarmId)
    assert screen.up.isEnabled()


def test_a_page_whose_alarms_are_gone_gives_way(station: Station, open_panel: Callable[..., Panel]) -> None:
    station.publish(state(), *many())
    panel = open_panel()
    panel.qtbot.waitUntil(lambda: len(panel.bridge.facts().alarms) == len(AlarmId))
    panel.shell.refresh()
    open_alarms(panel)
    panel.touch(panel.shell.alarms_screen.down)
    station.publish(*(alarm(name, state="normal") for name in AlarmId if name != AlarmId.LATE))
    panel.qtbot.waitUntil(lambda: shown(panel) == ["late"])
    assert not panel.shell.alarms_screen.down.isVisible()


def test_without_a_connection_the_list_is_unknown_not_empty(
    station: Station, open_panel: Callable[..., Panel]
) -> None:
    station.publish(state(), alarm("ng_run"))
    panel = open_panel()
    open_alarms(panel)
    panel.bridge._keeper.lose("silent")
    panel.shell.refresh()
    panel.shows("Alarms are not known without a connection", "No connection to the station")
    assert "No active alarms" not in panel.texts()
    assert not visible(panel)


def happened(change: str, alarm: str = "ng_run", **more: str | int) -> Event:
    return Event(source="alarm", text="…", alarm=alarm, change=change, details={"value": 3}, **more)  # type: ignore[arg-type]


def test_the_alarms_of_the_past_are_a_touch_away_and_go_on_while_somebody_reads(
    station: Station, open_panel: Callable[..., Panel]
) -> None:
    shelved = happened("shelved", user="Eve Novak", reason="in_repair")
    station.publish(
        state(), alarm("ng_run"), Event(source="station", text="HELD"), happened("raised"), shelved
    )
    panel = open_panel()
    open_alarms(panel)
    panel.touch(panel.shell.alarms_screen.history)
    history = panel.shell.alarm_pages.history
    told = ["shelved: It is being repaired", "raised"]
    panel.qtbot.waitUntil(lambda: [row.more for row in history.list.rows] == told)
    panel.shows("History", "Bad parts in a row", "Eve Novak", "1–2 of 2")
    station.publish(happened("returned"))
    panel.qtbot.waitUntil(lambda: [row.more for row in history.list.rows] == ["over", *told])
    panel.touch(history.back)
    assert shown(panel) == ["ng_run"]
    assert not history.isVisible()


def test_no_picture_is_made_while_nobody_looks_and_one_comes_when_somebody_does_again(
    station: Station, open_panel: Callable[..., Panel]
) -> None:
    station.publish(state(), alarm("ng_run"))
    panel = open_panel()
    panel.qtbot.waitUntil(station.server.wants_frames)
    open_alarms(panel)
    panel.qtbot.waitUntil(lambda: not station.server.wants_frames())
    panel.touch(panel.shell.nav.buttons["live"])
    panel.qtbot.waitUntil(station.server.wants_frames)


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: f"{screen[0]}x{screen[1]}")
def test_every_word_of_every_alarm_can_be_read(
    station: Station, open_panel: Callable[..., Panel], screen: tuple[float, ...], language: str
) -> None:
    station.publish(state(), *many())
    panel = open_panel(*screen, language=language)
    panel.qtbot.waitUntil(lambda: len(panel.bridge.facts().alarms) == len(AlarmId))
    panel.shell.refresh()
    open_alarms(panel)
    cut: list[str] = []
    for _ in AlarmId:
        assert {"overlapping", "outside"}.isdisjoint(panel.unreadable())
        cut += [mark.text for card in visible(panel) for mark in card.marks if mark.is_cut]
        if not panel.shell.alarms_screen.down.isEnabled():
            break
        panel.touch(panel.shell.alarms_screen.down)
    assert cut == []
    per_mm = panel.sizes.px_per_mm
    places = [panel.place(button) for button in panel.buttons()]
    assert min(min(place.width(), place.height()) for place in places) / per_mm >= 15
    assert not any(one.intersects(other) for one, other in combinations(places, 2))


def open_sheet(panel: Panel) -> None:
    card = open_alarms(panel)[0]
    panel.qtbot.waitUntil(card.aside.isVisible)
    panel.touch(card.aside)
    panel.qtbot.waitUntil(panel.shell.alarms_screen.sheet.isVisible)


def test_an_alarm_is_shelved_for_a_time_with_a_reason_and_control_is_given_back(
    station: Station, open_panel: Callable[..., Panel]
) -> None:
    station.publish(state(), alarm("ng_run", version=4, is_shelvable=True))
    panel = open_panel()
    open_sheet(panel)
    sheet = panel.shell.alarms_screen.sheet
    panel.shows("15 minutes", "1 hour", "It is being repaired", "Bad parts in a row")
    panel.touch(sheet.durations[1])
    panel.touch(sheet.reasons[0])
    panel.qtbot.waitUntil(lambda: "alarm.shelve" in station.kinds())
    command = next(command for command in station.commands if command.kind == "alarm.shelve")
    assert command.args == {"alarm": "ng_run", "minutes": 60, "reason": "in_repair"}
    assert command.expected_version == 4
    assert not sheet.isVisible()
    panel.qtbot.waitUntil(lambda: not station.server.lease.client)


def test_an_alarm_is_shelved_to_the_end_of_the_shift_where_there_are_shifts(
    station: Station, open_panel: Callable[..., Panel]
) -> None:
    ends_ns = (utc_ns() // 60_000_000_000 + 90) * 60_000_000_000
    station.publish(state(shift_ends_utc_ns=ends_ns), alarm("ng_run", version=4, is_shelvable=True))
    panel = open_panel()
    open_sheet(panel)
    sheet = panel.shell.alarms_screen.sheet
    assert sheet.durations[2].text().startswith("To end of shift, ")
    panel.shows("1   For how long", "2   Why (touching it shelves the alarm)")
    panel.touch(sheet.durations[2])
    panel.touch(sheet.reasons[0])
    panel.qtbot.waitUntil(lambda: "alarm.shelve" in station.kinds())
    command = next(command for command in station.commands if command.kind == "alarm.shelve")
    assert 88 <= command.args["minutes"] <= 90


def test_control_is_given_back_after_a_refusal_too(
    station: Station, open_panel: Callable[..., Panel]
) -> None:
    station.answers["alarm.shelve"] = lambda _: refused(Code.CONFLICT, "it has changed")
    station.publish(state(), alarm("ng_run", is_shelvable=True))
    panel = open_panel()
    open_sheet(panel)
    panel.touch(panel.shell.alarms_screen.sheet.reasons[0])
    panel.shows("Not done: it has changed")
    panel.qtbot.waitUntil(lambda: not station.server.lease.client)


def test_whoever_thinks_better_of_it_has_shelved_nothing(
    station: Station, open_panel: Callable[..., Panel]
) -> None:
    station.publish(state(), alarm("ng_run", is_shelvable=True))
    panel = open_panel()
    open_sheet(panel)
    panel.touch(panel.shell.alarms_screen.sheet.cancel)
    assert not panel.shell.alarms_screen.sheet.isVisible()
    panel.qtbot.wait(50)
    assert "control.take" not in station.kinds()


def test_what_may_not_be_shelved_has_no_button_for_it_and_a_shelved_one_can_be_taken_back(
    station: Station, open_panel: Callable[..., Panel]
) -> None:
    station.publish(
        state(), alarm("late", priority=1), alarm("ng_run", state="shelved", version=6, is_shelvable=True)
    )
    panel = open_panel()
    open_alarms(panel)
    panel.qtbot.waitUntil(lambda: shown(panel) == ["late", "ng_run"])
    first, second = visible(panel)
    assert not first.aside.isVisible()
    assert second.aside.text() == "Take back"
    panel.touch(second.aside)
    panel.qtbot.waitUntil(lambda: "alarm.unshelve" in station.kinds())


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: f"{screen[0]}x{screen[1]}")
def test_the_question_before_shelving_fits(
    station: Station, open_panel: Callable[..., Panel], screen: tuple[float, ...], language: str
) -> None:
    station.publish(state(), alarm("ng_run", is_shelvable=True))
    panel = open_panel(*screen, language=language)
    open_sheet(panel)
    sheet = panel.shell.alarms_screen.sheet
    sheet.grab()
    buttons = [*sheet.durations, *sheet.reasons, sheet.cancel]
    assert all(sheet.rect().contains(button.geometry()) for button in buttons)
    assert not any(one.geometry().intersects(other.geometry()) for one, other in combinations(buttons, 2))
    assert min(min(button.width(), button.height()) for button in buttons) / panel.sizes.px_per_mm >= 15
    assert [mark.text for widget in (sheet, *buttons) for mark in widget.marks if mark.is_cut] == []
