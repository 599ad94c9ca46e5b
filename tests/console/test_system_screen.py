"""Every page of the System screen: tidy, to be touched, in two languages; versions."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from console_rig import Panel
from station_rig import Station, alarm, state
from system_rig import (
    PAGES,
    be,
    expect_tidy,
    expect_touchable,
    furnish,
    languages,
    open_page,
    screens,
)

from inspector.protocol import VERSION
from inspector_console.sizes import Sizes


@pytest.fixture
def full(station: Station) -> Station:
    return furnish(station)


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


@screens
def test_which_rows_are_shown_stands_directly_above_every_list_at_its_right_end(
    full: Station, open_panel: Callable[..., Panel], screen: tuple[float, ...]
) -> None:
    panel = open_panel(*screen)
    be(panel)
    rights, below = [], []
    for page, said in (("users", "1–"), ("log", "1–"), ("audit", "Page 1"), ("versions", "1–")):
        open_page(panel, page)
        panel.qtbot.waitUntil(lambda said=said: any(text.startswith(said) for text in panel.texts()))
        tile = getattr(panel.shell.system, page)
        listed = tile.rows[0] if page == "users" else tile.list
        (place,) = [
            rect for widget, mark, rect in panel.marks() if widget is tile and mark.text.startswith(said)
        ]
        rights.append(round(place.right()))
        below.append(panel.place(listed).top() - place.bottom())
    assert len(set(rights)) == 1
    assert all(0 <= gap < 2 * panel.sizes.body for gap in below)


def test_the_diagonal_stands_between_the_keys_that_change_it(
    station: Station, open_panel: Callable[..., Panel]
) -> None:
    panel = open_panel()
    be(panel)
    open_page(panel, "panel")
    page = panel.shell.system.panel
    panel.touch(page.larger)
    panel.shows("21.6″")
    (value,) = [place for widget, mark, place in panel.marks() if widget is page and mark.text == "21.6″"]
    assert panel.place(page.smaller).right() < value.left() < value.right() < panel.place(page.larger).left()


@screens
def test_keys_are_drawn_as_large_as_they_will_be(
    station: Station, open_panel: Callable[..., Panel], screen: tuple[float, ...]
) -> None:
    panel = open_panel(*screen)
    be(panel)
    open_page(panel, "panel")
    page = panel.shell.system.panel

    def drawn() -> float:
        """How far the two numbers are apart: half of either key, and the gap."""
        centres = {mark.text: place.center().x() for _, mark, place in panel.marks()}
        return centres["20"] - centres["15"]

    assert drawn() / panel.sizes.px_per_mm == pytest.approx(19.5, abs=0.5)
    panel.touch(page.diagonals[23.8])
    expected = Sizes(panel.sizes.width_px, panel.sizes.height_px, 23.8).px_per_mm
    assert drawn() / expected == pytest.approx(19.5, abs=0.8)
    assert panel.unreadable() == {}
