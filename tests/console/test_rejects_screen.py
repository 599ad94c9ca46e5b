"""The Rejects screen as people use it, on a real service with a real recorder behind it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from console_rig import SCREENS, Panel
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton

from inspector.app._rejects import RecordedRejects
from inspector.domain.disposition import Cause
from inspector.domain.labels import RowId
from inspector.domain.told import tell
from inspector.domain.told_texts import Told
from inspector.domain.verdict import Evaluation
from inspector.errors import ServiceUnavailableError
from inspector.protocol import Endpoints
from inspector.recorder import find_reject
from inspector.service import Heat
from inspector_console.screens import RejectsScreen
from inspector_console.widgets import RejectCard

sys.path.append(str(Path(__file__).parents[1] / "unit" / "service"))
from fake_station import FakeStation
from reject_rig import Recording
from service_bench import PASSWORD, Bench
from service_bench import Panel as Client

pytestmark = pytest.mark.usefixtures("steady")
LATE: dict[str, Any] = {
    "evaluation": int(Evaluation.UNDEFINED),
    "cause": int(Cause.LATE),
    "class_index": -1,
    "score_permille": 0,
    "p_ok_permille": 0,
}
UNSURE: dict[str, Any] = {
    "evaluation": int(Evaluation.INDETERMINATE),
    "cause": int(Cause.INDETERMINATE),
    "score_permille": 520,
    "p_ok_permille": 400,
}


@pytest.fixture
def bench(tmp_path: Path, endpoints: Endpoints, closing: ExitStack) -> Bench:
    bench = Bench(Path(endpoints.commands.removeprefix("ipc://")).parent, FakeStation(tmp_path))
    closing.callback(bench.close)
    return bench


@pytest.fixture
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    """A heat map is not made behind everything else: beside other tests its turn might never come."""
    monkeypatch.setattr("inspector.app._rejects._IDLE_NICE", 0)


@pytest.fixture
def recording(bench: Bench, closing: ExitStack, eager: None) -> Recording:
    recording = Recording(bench.station)
    closing.callback(recording.close)
    bench.parts = replace(bench.parts, rejects=recording.records)
    bench.start(product="FL-60 A", recipe="flange", recipe_revision=1)
    return recording


@pytest.fixture
def office(bench: Bench, recording: Recording) -> Iterator[Client]:
    """Another console, at which somebody has logged in."""
    office = bench.panel("Office")
    office.done("session.set_up", code=bench.setup_code, name="Ada", password=PASSWORD)
    office.log_in("Ada", PASSWORD)
    return office


@pytest.fixture
def parts(recording: Recording) -> list[RowId]:
    """Rejects of all kinds, the oldest first."""
    found = [
        recording.reject("dent", pixels=recording.golden("dent"), serial=b"S-1", lot=b"4711"),
        recording.reject("stain", pixels=recording.golden("stain"), score_permille=610),
        recording.reject("scratch", pixels=recording.golden("scratch")),
        recording.reject("crack", pixels=recording.golden("crack"), **UNSURE),
        recording.reject(**LATE),
    ]
    recording.store()
    return found


def log_in(panel: Panel) -> None:
    """Have somebody at this console, however he came to be there."""
    panel.qtbot.waitUntil(lambda: not panel.bridge.facts().is_old)
    panel.shell.login.log_in("Ada", PASSWORD)
    panel.qtbot.waitUntil(lambda: panel.shell.lens().user == "Ada")


def screen_of(panel: Panel) -> RejectsScreen:
    screen = panel.shell.rejects_screen
    assert isinstance(screen, RejectsScreen)
    return screen


def cards(panel: Panel) -> list[RejectCard]:
    return [card for card in screen_of(panel).grid.cards if card.isVisible()]


def listed(panel: Panel) -> list[str]:
    return [card.view.part for card in cards(panel) if card.view is not None]


def shows_list(panel: Panel, *parts: RowId) -> None:
    panel.qtbot.waitUntil(lambda: listed(panel) == [str(part) for part in parts])


def open_rejects(panel: Panel, *parts: RowId) -> RejectsScreen:
    panel.touch(panel.shell.nav.buttons["rejects"])
    shows_list(panel, *parts)
    return screen_of(panel)


def open_reject(panel: Panel, part: RowId) -> RejectsScreen:
    screen = screen_of(panel)
    panel.touch(next(card for card in cards(panel) if card.view and card.view.part == str(part)))
    panel.qtbot.waitUntil(lambda: screen.part == str(part) and screen.detail.isVisible())
    return screen


def choose(panel: Panel, text: str) -> None:
    sheet = screen_of(panel).sheet
    panel.touch(next(button for button in sheet.options if button.isVisible() and button.text() == text))


# -- looking


def test_rejects_are_shown_newest_first_with_their_pictures_and_why_there_is_none(
    recording: Recording, parts: list[RowId], open_panel: Callable[..., Panel]
) -> None:
    panel = open_panel()
    screen = open_rejects(panel, *parts[::-1])
    panel.shows("Dent", "Stain", "0.90", "0.61", "Not decidable", "Verdict too late")
    names = [f"{part}.png" for part in parts[:4]]
    panel.qtbot.waitUntil(lambda: all(screen.pictures.small(name) for name in names))
    assert any("No picture" in text for text in panel.texts())


def test_a_part_that_is_looked_for_is_shown_large_as_soon_as_its_row_is_written_whatever_is_filtered(
    office: Client, recording: Recording, parts: list[RowId], open_panel: Callable[..., Panel]
) -> None:
    panel = open_panel()
    screen = open_rejects(panel, *reversed(parts))
    panel.touch(screen.grid.filters[1])
    choose(panel, "Dent")
    shows_list(panel, parts[0])
    panel.touch(panel.shell.nav.buttons["live"])
    panel.shell.live.reject_wanted.emit((7, recording.station.ordinal + 1))
    panel.qtbot.waitUntil(lambda: screen._pause.isActive())
    part = recording.reject("stain", pixels=recording.golden("stain"))
    recording.store()
    panel.qtbot.waitUntil(lambda: screen.part == str(part) and screen.detail.isVisible())
    assert screen.grid.view is not None
    assert not any(one.is_set for one in screen.grid.view.filters)


def test_a_part_that_is_not_to_be_found_leaves_the_newest_listed(
    office: Client, recording: Recording, parts: list[RowId], open_panel: Callable[..., Panel]
) -> None:
    panel = open_panel()
    panel.qtbot.waitUntil(lambda: not panel.bridge.facts().is_old)
    screen = screen_of(panel)
    screen._pause.setInterval(1)
    panel.shell.live.reject_wanted.emit((1, 999_999))
    shows_list(panel, *reversed(parts))
    panel.qtbot.waitUntil(lambda: screen._sought is None)
    assert not screen.part
    shows_list(panel, *reversed(parts))


def test_a_filter_is_chosen_by_two_touches_and_says_so(
    recording: Recording, parts: list[RowId], open_panel: Callable[..., Panel]
) -> None:
    panel = open_panel()
    screen = open_rejects(panel, *parts[::-1])
    panel.touch(screen.grid.filters[1])
    choose(panel, "Stain")
    shows_list(panel, parts[1])
    panel.shows("Class", "Stain")
    panel.touch(screen.grid.filters[4])
    choose(panel, "Above 0.9")
    panel.shows("No reject matches these filters")
    panel.touch(screen.grid.filters[4])
    panel.touch(screen.sheet.cancel)
    assert not screen.sheet.isVisible()
    panel.touch(screen.grid.filters[4])
    choose(panel, "All scores")
    shows_list(panel, parts[1])


def test_the_list_stands_still_under_a_finger_and_says_that_there_is_more(
    recording: Recording, parts: list[RowId], open_panel: Callable[..., Panel]
) -> None:
    panel = open_panel()
    screen = open_rejects(panel, *parts[::-1])
    newer = recording.reject("porosity")
    recording.store()
    panel.shows("1 new")
    assert listed(panel)[0] == str(parts[-1])
    panel.touch(screen.grid.newest)
    shows_list(panel, newer, *parts[::-1])
    panel.shows("Newest")


def test_many_rejects_are_turned_page_by_page_and_each_is_on_one_of_them(
    recording: Recording, open_panel: Callable[..., Panel]
) -> None:
    parts = [str(recording.reject("dent" if at % 3 else "stain")) for at in range(150)]
    recording.store()
    panel = open_panel(1280, 800, 12.1)
    panel.touch(panel.shell.nav.buttons["rejects"])
    screen, seen = screen_of(panel), list[str]()
    panel.qtbot.waitUntil(lambda: len(listed(panel)) == len(screen.grid.cards))
    for _ in range(40):
        panel.qtbot.waitUntil(lambda: not screen.book.found.is_asking)
        seen += listed(panel)
        if not screen.grid.down.isEnabled():
            break
        panel.touch(screen.grid.down)
    assert seen == parts[::-1]
    panel.touch(screen.grid.up)
    assert listed(panel)[-1] != seen[-1]


def test_a_picture_that_made_room_says_so_in_the_list_and_large(
    bench: Bench, recording: Recording, parts: list[RowId], open_panel: Callable[..., Panel]
) -> None:
    images = [f"{part}.png" for part in parts[:4]]
    panel = open_panel()
    screen = open_rejects(panel, *parts[::-1])
    panel.qtbot.waitUntil(lambda: all(screen.pictures.small(name) for name in images))
    (bench.station.files.data_dir / "images" / images[0]).unlink()  # while it stands in the list
    open_reject(panel, parts[0])
    panel.shows("Picture made room for newer ones")
    recording.close()
    recording.recorder = type(recording.recorder)(recording.options)  # it finds the picture gone
    recording.store()
    panel.touch(screen.detail.back)
    panel.touch(screen.grid.newest)
    panel.qtbot.waitUntil(lambda: any("made room" in card.view.gone for card in cards(panel) if card.view))


@pytest.mark.usefixtures("noticing")
def test_without_a_connection_rejects_are_unknown_and_come_back_with_it(
    bench: Bench, recording: Recording, parts: list[RowId], open_panel: Callable[..., Panel]
) -> None:
    panel = open_panel()
    open_rejects(panel, *parts[::-1])
    bench.stop()
    panel.qtbot.waitUntil(lambda: panel.bridge.facts().is_old)
    panel.shows("Rejects are not known without a connection")
    assert not cards(panel)
    bench.start()
    panel.qtbot.waitUntil(lambda: len(cards(panel)) == 5)


def test_nothing_recorded_is_said(bench: Bench, open_panel: Callable[..., Panel]) -> None:
    bench.start()
    panel = open_panel()
    panel.touch(panel.shell.nav.buttons["rejects"])
    panel.qtbot.waitUntil(lambda: any("nothing is recorded here" in text for text in panel.texts()))


# -- one reject


def test_a_reject_says_what_vision_saw_how_sure_it_was_and_which_part_it_is(
    recording: Recording, parts: list[RowId], open_panel: Callable[..., Panel]
) -> None:
    panel = open_panel()
    open_rejects(panel, *parts[::-1])
    screen = open_reject(panel, parts[0])
    panel.shows(
        "Dent",
        "Score of the class 0.90",
        "Defect 0.96",
        "NG from 0.76",
        "Serial S-1",
        "Lot 4711",
        "Not judged yet",
    )
    panel.qtbot.waitUntil(lambda: screen.detail.image.image is not None)
    assert (screen.detail.previous.isEnabled(), screen.detail.next.isEnabled()) == (True, False)
    panel.touch(screen.detail.previous)
    panel.qtbot.waitUntil(lambda: screen.part == str(parts[1]))
    panel.touch(screen.detail.back)
    assert listed(panel)


def test_a_heat_map_comes_on_request_and_says_what_it_means(
    recording: Recording, parts: list[RowId], open_panel: Callable[..., Panel]
) -> None:
    panel = open_panel()
    open_rejects(panel, *parts[::-1])
    screen = open_reject(panel, parts[2])
    panel.qtbot.waitUntil(lambda: screen.detail.image.image is not None)
    plain = screen.detail.image.grab().toImage()
    panel.touch(screen.detail.heat)
    panel.qtbot.waitUntil(
        lambda: (heat := screen.heats.of(str(parts[2]))) is not None and heat.view is not None
    )
    # On a busy machine it has few places, and none of them may cover all of the defect.
    said = ("Hottest place covered: defect 1.00", "No single place decides: defect 1.00")
    assert any(text.startswith(said) for text in panel.texts())
    assert screen.detail.image.grab().toImage() != plain
    panel.touch(screen.detail.heat)
    assert screen.detail.image.grab().toImage() == plain


def test_a_heat_map_is_asked_for_again_while_the_service_is_busy(
    recording: Recording,
    parts: list[RowId],
    open_panel: Callable[..., Panel],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make, busy = RecordedRejects.heat_map, [ServiceUnavailableError(tell(Told.SERVICE_BUSY, count=4))]

    def busy_at_first(records: RecordedRejects, row: Mapping[str, Any]) -> Heat:
        if busy:
            raise busy.pop()
        return make(records, row)

    monkeypatch.setattr(RecordedRejects, "heat_map", busy_at_first)
    panel = open_panel()
    open_rejects(panel, *parts[::-1])
    screen = open_reject(panel, parts[2])
    panel.touch(screen.detail.heat)
    panel.qtbot.waitUntil(lambda: (heat := screen.heats.of(str(parts[2]))) is not None and bool(heat.view))
    assert not busy


def test_a_part_that_another_model_judged_says_so_instead_of_a_heat_map(
    recording: Recording, open_panel: Callable[..., Panel]
) -> None:
    part = recording.reject("dent", pixels=recording.golden("dent"), bundle_digest32=7)
    recording.store()
    panel = open_panel()
    open_rejects(panel, part)
    screen = open_reject(panel, part)
    panel.shows("Other limits applied then")
    panel.touch(screen.detail.heat)
    panel.qtbot.waitUntil(lambda: any("another model judged this part" in text for text in panel.texts()))


# -- judging


def test_keys_judge_and_go_on_and_the_verdict_stays_beside_what_was_said(
    recording: Recording, office: Client, parts: list[RowId], open_panel: Callable[..., Panel]
) -> None:
    panel = open_panel()
    log_in(panel)
    open_rejects(panel, *parts[::-1])
    screen = open_reject(panel, parts[3])
    for key, following in ((Qt.Key.Key_1, parts[2]), (Qt.Key.Key_2, parts[1]), (Qt.Key.Key_3, parts[0])):
        panel.qtbot.keyClick(screen.detail, key)
        panel.qtbot.waitUntil(lambda part=following: screen.part == str(part))
    panel.qtbot.keyClick(screen.detail, Qt.Key.Key_Escape)
    panel.shows("Real defect: Crack", "False reject", "Don't know", "Stain", "Scratch")
    said = [find_reject(recording.config.data_dir, part)[1] for part in parts]
    assert [[label.judgement.value for label in labels] for labels in said] == [
        [],
        ["dont_know"],
        ["false_reject"],
        ["real_defect"],
        [],
    ]


def test_a_scanner_or_badge_reader_judges_nothing_and_a_key_by_itself_does(
    recording: Recording, office: Client, parts: list[RowId], open_panel: Callable[..., Panel]
) -> None:
    panel = open_panel()
    log_in(panel)
    open_rejects(panel, *parts[::-1])
    screen = open_reject(panel, parts[3])
    judged: list[str] = []
    screen.detail.judged.connect(judged.append)
    panel.qtbot.keyClicks(screen.detail, "1231231231")
    panel.qtbot.keyClick(screen.detail, Qt.Key.Key_Return)
    panel.qtbot.wait(300)
    assert judged == []
    panel.qtbot.keyClick(screen.detail, Qt.Key.Key_2)
    panel.qtbot.keyClick(screen.detail, Qt.Key.Key_Escape)  # sooner than it would have counted by itself
    assert judged == ["false_reject"]


def test_two_consoles_show_the_same_judgement_and_whose_it_is(
    recording: Recording, office: Client, parts: list[RowId], open_panel: Callable[..., Panel]
) -> None:
    here, there = open_panel(), open_panel()
    log_in(here)
    for panel in (here, there):
        open_rejects(panel, *parts[::-1])
        open_reject(panel, parts[0])
    here.touch(screen_of(here).detail.judges[1])
    there.qtbot.waitUntil(lambda: any(text.startswith("by Ada, ") for text in there.texts()))
    assert screen_of(there).detail.judges[1].isChecked()


def test_whoever_saw_an_older_judgement_is_told_and_overwrites_nothing(
    recording: Recording, office: Client, parts: list[RowId], open_panel: Callable[..., Panel]
) -> None:
    panel = open_panel()
    log_in(panel)
    open_rejects(panel, *parts[::-1])
    screen = open_reject(panel, parts[0])
    row = screen.book.row(str(parts[0]), panel.shell.lens())
    assert row is not None
    office.done("reject.label", part=str(parts[0]), judgement="dont_know")
    screen.book.judge(row, "real_defect", "dent", "")  # as it was seen before
    panel.qtbot.waitUntil(lambda: any("judged meanwhile" in text for text in panel.texts()))
    panel.qtbot.waitUntil(screen.detail.judges[2].isChecked)


def test_class_and_note_go_with_the_judgement_and_can_be_mended_afterwards(
    recording: Recording, office: Client, parts: list[RowId], open_panel: Callable[..., Panel]
) -> None:
    panel = open_panel()
    log_in(panel)
    open_rejects(panel, *parts[::-1])
    screen = open_reject(panel, parts[0])
    panel.touch(screen.detail.class_button)
    choose(panel, "Porosity")
    panel.touch(screen.detail.note_button)
    panel.qtbot.keyClicks(screen.keyboard.field, "near the rim")
    panel.touch(screen.keyboard.done)
    panel.shows("Porosity", "near the rim", "Not judged yet")
    panel.touch(screen.detail.judges[0])
    panel.shows("Real defect: Porosity")
    panel.touch(screen.detail.class_button)
    choose(panel, "Another …")
    panel.qtbot.keyClicks(screen.keyboard.field, "burr")
    panel.touch(screen.keyboard.done)
    panel.shows("Real defect: Burr")
    labels = find_reject(recording.config.data_dir, parts[0])[1]
    assert [(label.class_name, label.note) for label in labels] == [
        ("porosity", "near the rim"),
        ("burr", "near the rim"),
    ]


def test_a_defect_that_vision_did_not_see_is_named_by_the_person_who_judges(
    recording: Recording, office: Client, parts: list[RowId], open_panel: Callable[..., Panel]
) -> None:
    panel = open_panel()
    log_in(panel)
    open_rejects(panel, *parts[::-1])
    screen = open_reject(panel, parts[4])
    panel.touch(screen.detail.judges[0])
    panel.qtbot.waitUntil(screen.sheet.isVisible)
    choose(panel, "Chip")
    panel.qtbot.waitUntil(lambda: screen.part == str(parts[3]))
    assert find_reject(recording.config.data_dir, parts[4])[1][0].class_name == "chip"


def test_nobody_judges_without_a_name_and_whoever_logs_in_is_back_at_the_same_reject(
    recording: Recording, office: Client, parts: list[RowId], open_panel: Callable[..., Panel]
) -> None:
    panel = open_panel()
    open_rejects(panel, *parts[::-1])
    screen = open_reject(panel, parts[0])
    panel.shows("Log in to judge")
    panel.touch(screen.detail.note_button)
    panel.qtbot.keyClicks(screen.keyboard.field, "a chip of dirt")
    panel.touch(screen.keyboard.done)
    panel.touch(screen.detail.judges[1])
    panel.qtbot.waitUntil(panel.shell.login_screen.isVisible)
    assert find_reject(recording.config.data_dir, parts[0])[1] == []
    log_in(panel)
    panel.qtbot.waitUntil(lambda: screen.detail.isVisible() and screen.part == str(parts[0]))
    panel.shows("The part stays rejected", "a chip of dirt")
    panel.touch(screen.detail.judges[1])
    panel.qtbot.waitUntil(lambda: any(text.startswith("by Ada, ") for text in panel.texts()))
    assert find_reject(recording.config.data_dir, parts[0])[1][0].note == "a chip of dirt"


def test_a_log_in_that_has_ended_meanwhile_leads_to_the_login_too(
    recording: Recording, office: Client, parts: list[RowId], open_panel: Callable[..., Panel]
) -> None:
    panel = open_panel()
    log_in(panel)
    open_rejects(panel, *parts[::-1])
    screen = open_reject(panel, parts[0])
    row = screen.book.row(str(parts[0]), panel.shell.lens())
    assert row is not None
    panel.bridge.token = ""
    screen.book.judge(row, "dont_know", "", "")
    panel.qtbot.waitUntil(panel.shell.login_screen.isVisible)


# -- looks


def _expect_readable(panel: Panel, buttons: list[QAbstractButton]) -> None:
    assert panel.unreadable() == {}
    per_mm = panel.sizes.px_per_mm
    places = [panel.place(button) for button in buttons]
    assert min(min(place.width(), place.height()) for place in places) / per_mm >= 15
    assert not any(one.intersects(other) for one, other in combinations(places, 2))


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: f"{screen[0]}x{screen[1]}")
def test_everything_can_be_read_and_touched(
    recording: Recording,
    office: Client,
    parts: list[RowId],
    open_panel: Callable[..., Panel],
    screen: tuple[float, ...],
    language: str,
) -> None:
    office.done(
        "reject.label", part=str(parts[0]), judgement="real_defect", class_name="porosity", note="x" * 400
    )
    panel = open_panel(*screen, language=language)
    rejects = open_rejects(panel, *parts[::-1])
    _expect_readable(panel, panel.buttons())
    for button in (*rejects.grid.filters, rejects.detail.class_button):
        if button is rejects.detail.class_button:
            open_reject(panel, parts[0])
        panel.touch(button)
        sheet = rejects.sheet
        sheet.grab()
        shown = [one for one in (*sheet.options, sheet.cancel) if one.isVisible()]
        assert all(sheet.rect().contains(one.geometry()) for one in shown)
        assert not any(one.geometry().intersects(other.geometry()) for one, other in combinations(shown, 2))
        assert min(min(one.width(), one.height()) for one in shown) / panel.sizes.px_per_mm >= 15
        assert [mark.text for widget in (sheet, *shown) for mark in widget.marks if mark.is_cut] == []
        panel.touch(sheet.cancel)
    for part in parts:
        rejects.open(str(part))
        panel.qtbot.waitUntil(lambda part=part: rejects.detail.view and rejects.detail.view.part == str(part))
        _expect_readable(panel, panel.buttons())
    frequent = (rejects.detail.previous, rejects.detail.next, *rejects.detail.judges)
    assert min(min(one.width(), one.height()) for one in frequent) / panel.sizes.px_per_mm >= 20


def test_nothing_of_it_is_painted_again_while_only_the_line_goes_on(
    bench: Bench, recording: Recording, parts: list[RowId], open_panel: Callable[..., Panel]
) -> None:
    panel = open_panel()
    screen = open_rejects(panel, *parts[::-1])
    names = [f"{part}.png" for part in parts[:4]]
    panel.qtbot.waitUntil(lambda: all(screen.pictures.small(name) for name in names))
    painted = [screen.grid, *screen.grid.cards, *screen.grid.filters, screen.grid.newest]
    panel.settles(*painted)
    before = [widget.paints for widget in painted]
    for _ in range(10):
        bench.station.part()
        panel.qtbot.wait(60)
    panel.qtbot.waitUntil(lambda: panel.bridge.facts().last is not None)
    assert [widget.paints for widget in painted] == before
