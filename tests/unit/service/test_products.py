"""Products at the service: looked at, changed with the right to write, written down, and told."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from service_bench import Bench, Panel, until

from inspector.clock import monotonic_ns
from inspector.domain.product import ChangePhase
from inspector.errors import ConfigError
from inspector.protocol import Ask, Code, ProductFact, ProductList, ProductPreview, ProductView
from inspector.service import ServiceParts
from inspector.sharedmem import ProductBoard, ProductNotice, Requests

NOTICE = ProductNotice(name="a", title="Flange A", recipe="a", revision=4, job_id=2, version=6)


class Shelf:
    """Two products, one of which cannot be used."""

    def all(self) -> ProductList:
        return ProductList(products=(ProductView(name="a", is_in_use=True), ProductView(name="b")))

    def preview(self, name: str) -> ProductPreview:
        if name != "b":
            raise ConfigError(f"there is no product {name!r}; there are: a, b")
        fact = ProductFact(key="recipe", old="a · 4", new="b · 5")
        return ProductPreview(product=ProductView(name="b"), seal="as seen", facts=(fact,))

    def picture(self, name: str) -> bytes:
        return b"\xff\xd8" + name.encode()


@pytest.fixture
def board(bench: Bench) -> ProductBoard:
    """The launcher's notice; the service starts when it is there."""
    board = ProductBoard.ensure(bench.station.files.requests.with_name("products.board"))
    board.publish(NOTICE)
    bench.parts = ServiceParts(products=Shelf())
    bench.start()
    return board


@pytest.fixture
def at_it(bench: Bench, board: ProductBoard) -> Panel:
    panel = bench.panel()
    until(lambda: panel.mirror.state is not None)
    return panel


def wish(bench: Bench) -> Requests:
    return bench.station.requests.read()


def audited(bench: Bench) -> list[tuple[str, str]]:
    path = bench.station.files.own / "audit"
    records = [
        json.loads(line) for file in sorted(path.glob("*.jsonl")) for line in file.read_text().splitlines()
    ]
    return [(r["old"], r["result"]) for r in records if r["act"] == "product.change"]


def test_looking_needs_no_control_and_says_of_which_version_it_is(at_it: Panel) -> None:
    reply = at_it.done("product.list")
    assert [product["name"] for product in reply.body["products"]] == ["a", "b"]  # type: ignore[index,union-attr,call-overload]
    assert reply.version == 6
    assert at_it.done("product.preview", name="b").body["seal"] == "as seen"
    assert at_it.done("product.picture", name="b").attachments == (b"\xff\xd8b",)
    assert "there is no product" in at_it.ask("product.preview", name="x").reason


def test_a_change_needs_control_and_asks_the_launcher_for_what_was_seen(bench: Bench, at_it: Panel) -> None:
    assert at_it.ask("product.change", name="b").code == Code.LEASE
    at_it.take_control()
    assert at_it.ask("product.change", version=6, name="b", seal="as seen").ok
    asked = wish(bench)
    assert (asked.product, asked.product_seal) == ("b", "as seen")
    assert asked.product_request
    until(lambda: audited(bench) == [("a", "begun"), ("a", "asked for")])


@pytest.mark.parametrize(
    ("version", "args", "told"),
    [
        (5, {"name": "b"}, "changed meanwhile"),
        (6, {"name": "x"}, "there is no product"),
        (6, {"name": "b", "seal": "older"}, "has changed since it was looked at"),
    ],
)
def test_what_cannot_be_changed_to_is_refused_before_the_line_hears_of_it(
    bench: Bench, at_it: Panel, version: int, args: dict[str, Any], told: str
) -> None:
    at_it.take_control()
    reply = at_it.ask("product.change", version=version, **args)
    assert told in reply.reason
    assert not wish(bench).product_request


def test_while_a_change_is_under_way_there_is_no_other_and_a_hold_stays_a_hold(
    bench: Bench, at_it: Panel, board: ProductBoard
) -> None:
    at_it.take_control()
    at_it.done(Ask.HOLD)
    at_it.done("product.change", name="b")
    assert at_it.ask("product.change", name="b").code == Code.IMPOSSIBLE  # the launcher has not looked yet
    asked = wish(bench)
    assert asked.is_held
    board.publish(replace(NOTICE, phase=ChangePhase.STARTING, request=asked.product_request))
    assert at_it.ask("product.change", name="b").code == Code.IMPOSSIBLE
    at_it.done("line.release")
    assert wish(bench) == replace(asked, is_held=False, hold_text="")


def test_what_came_of_a_change_is_told_written_down_and_an_alarm_where_it_failed(
    bench: Bench, at_it: Panel, board: ProductBoard
) -> None:
    at_it.take_control()
    at_it.done("product.change", name="b")
    request = wish(bench).product_request
    going = replace(NOTICE, phase=ChangePhase.CHECKING, request=request, target="b", target_title="Flange B")
    board.publish(going)
    until(lambda: at_it.mirror.state is not None and at_it.mirror.state.change.phase == "CHECKING")
    over = replace(going, phase=ChangePhase.RETURNED, reason="not Ready", version=8, ended_ns=monotonic_ns())
    board.publish(over)
    alarm = at_it.wait_for_alarm("product_not_changed")
    assert "Flange B was not made ready: not Ready" in alarm.cause
    until(lambda: "product not changed to Flange B: not Ready" in at_it.events)
    until(lambda: ("a", "returned: not Ready") in audited(bench))
    state = at_it.mirror.state
    assert state is not None
    assert (state.product, state.product_name, state.recipe_revision, state.job_id) == ("Flange A", "a", 4, 2)


def test_a_service_that_was_killed_meanwhile_writes_down_what_came_of_a_change_as_well(
    bench: Bench, at_it: Panel, board: ProductBoard
) -> None:
    at_it.take_control()
    at_it.done("product.change", name="b")
    going = replace(NOTICE, phase=ChangePhase.STARTING, request=wish(bench).product_request, target="b")
    board.publish(going)
    bench.stop()
    bench.start()
    panel = bench.panel()
    until(lambda: panel.mirror.state is not None and panel.mirror.state.change.phase == "STARTING")
    board.publish(replace(going, name="b", phase=ChangePhase.DONE, reason="not written down", version=8))
    until(lambda: (None, "done: not written down") in audited(bench))
    until(lambda: any(text.endswith("; but not written down") for text in panel.events))


def test_a_plc_with_another_job_raises_an_alarm_and_one_without_any_does_not(
    bench: Bench, at_it: Panel
) -> None:
    bench.station.write(plc_job=7)
    alarm = at_it.wait_for_alarm("recipe_mismatch")
    assert "The PLC runs job 7; the station judges by job 2, Flange A." in alarm.cause
    bench.station.write(plc_job=0)
    at_it.wait_for_alarm("recipe_mismatch", "returned")
