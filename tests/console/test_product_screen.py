from __future__ import annotations

from collections.abc import Callable
from itertools import combinations, product

import pytest
from console_rig import SCREENS, Panel
from product_rig import BAD_BUNDLE, PRODUCTS, Products, making, view
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from station_rig import Station, alarm, calm_facts

from inspector.protocol import Code, LeaseView, refused
from inspector_console.widgets import ProductCard

SECOND = 1_000_000_000
CHANGES = {
    "none yet": {},
    "under way": {"phase": "STARTING", "product": "strict", "title": "Flange FL-60 A, strict", "told_ns": 1},
    "done": {"phase": "DONE", "product": "own", "title": "Flange FL-60 A", "told_ns": SECOND, "ended_ns": 2 * SECOND},
    "refused": {"phase": "REFUSED", "product": "lenient", "title": "T" * 60, "reason": BAD_BUNDLE},
    "returned": {"phase": "RETURNED", "product": "strict", "title": "strict", "reason": "not Ready within 15 s"},
}  # fmt: skip


@pytest.fixture
def products(station: Station) -> Products:
    return Products(station)


def visible(panel: Panel) -> list[ProductCard]:
    return [card for card in panel.shell.product.cards if card.isVisible()]


def open_products(panel: Panel) -> list[ProductCard]:
    panel.qtbot.waitUntil(lambda: not panel.bridge.facts().is_old)
    panel.touch(panel.shell.nav.buttons["product"])
    panel.qtbot.waitUntil(lambda: bool(visible(panel)))
    return visible(panel)


def choose(panel: Panel, name: str) -> None:
    """Touch a product, and wait until it has been looked at."""
    cards = open_products(panel)
    panel.touch(next(card for card in cards if card.view is not None and card.view.name == name))
    shelf = panel.shell.product.desk
    panel.qtbot.waitUntil(
        lambda: shelf.shelf.chosen == name and bool(shelf.shelf.preview or shelf.shelf.trouble),
    )
    panel.shell.refresh()


def press_long(panel: Panel, station: Station) -> None:
    button = panel.shell.product.confirm
    panel.qtbot.mousePress(button, Qt.MouseButton.LeftButton)
    panel.qtbot.waitUntil(lambda: "product.change" in station.kinds())
    panel.qtbot.mouseRelease(button, Qt.MouseButton.LeftButton)


def test_the_product_in_use_is_looked_at_first_and_there_is_nothing_to_confirm(
    station: Station, products: Products, open_panel: Callable[..., Panel]
) -> None:
    station.publish(*calm_facts(), making())
    panel = open_panel()
    open_products(panel)
    panel.shows("In use", "What is made", "The PLC runs job 1, as the station does")
    panel.shows("To change, choose another product", "Job 3 · lenient · 2")
    assert not panel.shell.product.confirm.isVisible()


def test_a_touch_shows_side_by_side_what_would_change_and_changes_nothing(
    station: Station, products: Products, open_panel: Callable[..., Panel]
) -> None:
    station.publish(*calm_facts(), making())
    panel = open_panel()
    choose(panel, "strict")
    panel.shows(
        "What changes", "flange · 14", "flange-strict · 2", "0.756", "0.4", "Change to Flange FL-60 A, strict"
    )
    assert "product.change" not in station.kinds()


def scan(panel: Panel, code: str) -> None:
    """Do as a scanner does: type into whatever has the focus, and press Enter."""
    QTest.keyClicks(panel.shell.window().focusWidget() or panel.shell, code)
    QTest.keyClick(panel.shell.window().focusWidget() or panel.shell, Qt.Key.Key_Return)


def test_a_scanned_code_chooses_its_product_wherever_the_focus_is_and_changes_nothing(
    station: Station, products: Products, open_panel: Callable[..., Panel]
) -> None:
    station.publish(*calm_facts(), making())
    panel = open_panel()
    open_products(panel)
    desk = panel.shell.product.desk
    scan(panel, "fl60-s")
    panel.qtbot.waitUntil(lambda: desk.shelf.chosen == "strict")
    panel.shows("What changes", "flange-strict · 2")
    choose(panel, "lenient")
    scan(panel, "STRICT")
    panel.qtbot.waitUntil(lambda: desk.shelf.chosen == "strict")
    assert "product.change" not in station.kinds()


def test_an_unknown_code_is_said_and_chooses_nothing(
    station: Station, products: Products, open_panel: Callable[..., Panel]
) -> None:
    station.publish(*calm_facts(), making())
    panel = open_panel()
    choose(panel, "strict")
    scan(panel, "W" * 64)
    panel.shows(f"No product has the code {'W' * 64}")
    assert [mark for widget, mark, _ in panel.marks() if widget is panel.shell.notice and mark.is_cut] == []
    assert panel.shell.product.desk.shelf.chosen == "strict"


def test_a_scan_on_another_screen_does_nothing(
    station: Station, products: Products, open_panel: Callable[..., Panel]
) -> None:
    station.publish(*calm_facts(), making())
    panel = open_panel()
    open_products(panel)
    chosen = panel.shell.product.desk.shelf.chosen
    panel.touch(panel.shell.nav.buttons["live"])
    scan(panel, "fl60-s")
    open_products(panel)
    assert panel.shell.product.desk.shelf.chosen == chosen


def test_a_product_is_changed_by_keeping_the_button_pressed_as_it_was_seen(
    station: Station, products: Products, open_panel: Callable[..., Panel]
) -> None:
    station.publish(*calm_facts(), making())
    panel = open_panel()
    choose(panel, "strict")
    panel.touch(panel.shell.product.confirm)  # too short
    panel.qtbot.wait(200)
    assert "product.change" not in station.kinds()
    press_long(panel, station)
    command = next(command for command in station.commands if command.kind == "product.change")
    assert command.args == {"name": "strict", "seal": "seal of strict"}
    assert command.expected_version == 4
    panel.qtbot.waitUntil(lambda: not station.server.lease.client)


def test_how_a_change_goes_on_is_told_and_nothing_can_be_confirmed_meanwhile(
    station: Station, products: Products, open_panel: Callable[..., Panel]
) -> None:
    station.publish(*calm_facts(), making())
    panel = open_panel()
    choose(panel, "strict")
    told = {"product": "strict", "title": "Flange FL-60 A, strict"}
    station.publish(making(change={"phase": "CHECKING", **told}))
    panel.shows("Flange FL-60 A, strict is loaded and judges its golden samples; the line goes on.")
    station.publish(making(change={"phase": "TELLING", "told_ns": 1, **told}))
    panel.shows("The line has been told, and the station stops.")
    assert not panel.shell.product.confirm.isVisible()
    products.products = tuple(
        product.model_copy(update={"is_in_use": product.name == "strict"}) for product in PRODUCTS
    )
    over = {"phase": "DONE", "told_ns": SECOND, "ended_ns": 3 * SECOND, **told}
    station.publish(making("strict", product_version=6, change=over))
    panel.qtbot.waitUntil(lambda: any("parts were rejected for 2.0 s" in text for text in panel.texts()))
    panel.qtbot.waitUntil(
        lambda: [card.view.is_in_use for card in visible(panel) if card.view][:2] == [False, True],
    )


def test_a_product_that_cannot_be_used_says_why_and_cannot_be_confirmed(
    station: Station, products: Products, open_panel: Callable[..., Panel]
) -> None:
    station.publish(*calm_facts(), making())
    panel = open_panel()
    for name, reason in (("broken", "product.job_id = 70000"), ("lenient", "was changed or truncated")):
        choose(panel, name)
        panel.qtbot.waitUntil(lambda reason=reason: any(reason in text for text in panel.texts()))
        assert not panel.shell.product.confirm.isVisible()


def test_a_refusal_of_the_service_is_said(
    station: Station, products: Products, open_panel: Callable[..., Panel]
) -> None:
    reason = "the product was changed meanwhile; look at it again"
    station.answers["product.change"] = lambda _: refused(Code.CONFLICT, reason)
    station.publish(*calm_facts(), making())
    panel = open_panel()
    choose(panel, "strict")
    press_long(panel, station)
    panel.qtbot.waitUntil(lambda: any(reason in text for text in panel.texts()))


def test_another_console_in_control_is_named_and_nothing_can_be_confirmed(
    station: Station, products: Products, open_panel: Callable[..., Panel]
) -> None:
    station.publish(*calm_facts(), making())
    panel = open_panel()
    choose(panel, "strict")
    station.publish(LeaseView(client="another", name="Panel 2"))
    panel.shows("Panel 2 is in control; nothing can be changed from here")
    assert not panel.shell.product.confirm.isVisible()


def test_a_plc_that_makes_something_else_is_shown_here_and_as_an_alarm(
    station: Station, products: Products, open_panel: Callable[..., Panel]
) -> None:
    details: dict[str, str | int | float] = {"plc_job": 7, "job": 1, "product": "Flange FL-60 A"}
    station.publish(*calm_facts(), making(plc_job=7), alarm("recipe_mismatch", priority=1, details=details))
    panel = open_panel()
    open_products(panel)
    panel.shows("The PLC runs job 7, the station job 1", "The PLC makes another product than the station")


def test_many_products_stand_on_pages(station: Station, open_panel: Callable[..., Panel]) -> None:
    many = tuple(view(f"p{n}", title=f"Product {n}", job_id=n, is_in_use=n == 1) for n in range(1, 31))
    Products(station, many)
    station.publish(*calm_facts(), making("p1"))
    panel = open_panel(1280, 800, 12.1)
    page = len(open_products(panel))
    panel.shows(f"1–{page} of 30")
    panel.touch(panel.shell.product.down)
    panel.shows(f"{page + 1}–{2 * page} of 30", f"Product {page + 1}")


def test_without_the_service_nothing_is_shown_as_if_it_were_known(
    station: Station, products: Products, open_panel: Callable[..., Panel]
) -> None:
    station.publish(*calm_facts(), making())
    panel = open_panel()
    choose(panel, "strict")
    panel.bridge._keeper.lose("silent")
    panel.shell.refresh()
    panel.shows("Not known at the moment")
    assert not visible(panel)
    assert not panel.shell.product.confirm.isVisible()


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: f"{screen[0]}x{screen[1]}")
def test_no_text_is_cut_or_lies_on_another_and_all_can_be_touched(
    station: Station,
    products: Products,
    open_panel: Callable[..., Panel],
    screen: tuple[float, ...],
    language: str,
) -> None:
    station.publish(*calm_facts())
    panel = open_panel(*screen, language=language)
    for change, name in product(CHANGES, ("strict", "lenient")):
        seen = making(change=CHANGES[change], plc_job=7)
        station.publish(seen)
        panel.qtbot.waitUntil(lambda seen=seen: panel.bridge.facts().state == seen)
        choose(panel, name)
        assert panel.unreadable() == {}
        floor = panel.sizes.small * 0.79
        assert [mark.text for _, mark, _ in panel.marks() if mark.px < floor and len(mark.text) > 1] == []
        places = [panel.place(button) for button in panel.buttons()]
        assert all(min(place.width(), place.height()) / panel.sizes.px_per_mm >= 15 for place in places)
        assert not [one for one, other in combinations(places, 2) if one.intersects(other)]
