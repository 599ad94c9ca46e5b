"""What is written of a figure stands where it belongs, and what carries meaning can be seen."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from console_rig import Panel
from station_rig import Station, troubled_facts

from inspector_console.theme import PALETTES, Role, contrast


def test_the_targets_words_stand_over_its_mark_also_beside_a_warning(
    station: Station, open_panel: Callable[..., Panel]
) -> None:
    station.publish(*troubled_facts())
    panel = open_panel(1920, 1080, 21.5)
    panel.shows("target 98", "97.4")
    tile = panel.shell.live.yielded
    mark = next(mark for mark in tile.marks if mark.text == "target 98")
    assert tile.view is not None
    assert tile.view.is_abnormal
    assert tile.view.mark_at is not None
    assert mark.rect.center().x() == pytest.approx(tile.view.mark_at * tile.width(), abs=0.06 * tile.width())


def test_the_limit_of_the_reject_rate_is_written_at_its_line(
    station: Station, open_panel: Callable[..., Panel]
) -> None:
    station.publish(*troubled_facts())
    panel = open_panel(1920, 1080, 21.5)
    panel.shows("limit 3 %", "3.5")
    tile = panel.shell.live.rate
    limit, value = (
        next(mark for mark in tile.marks if mark.text == text) for text in ("limit 3 %", "last 60 min")
    )
    assert limit.rect.left() == pytest.approx(value.rect.left(), abs=12)  # in the graph, not under the figure
    assert limit.rect.bottom() < value.rect.top()


@pytest.mark.parametrize("palette", PALETTES)
def test_axes_and_signs_can_be_told_from_their_ground(palette: str) -> None:
    colours = PALETTES[palette]
    for sign in (Role.MARK, Role.NG_MARK, Role.TEXT):
        for ground in (Role.PANEL, Role.RAISED):
            assert contrast(colours[sign], colours[ground]) >= 3.0, (sign, ground)  # WCAG 2.2, 1.4.11
