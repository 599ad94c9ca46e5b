"""The product of a running line is changed as a console would do it: told first, Ready last, and back if it fails."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from line_rig import Launcher, Place, accounted, default_bundle, station_toml, wait_until

from inspector.app._products import product_in_use
from inspector.client import Attached, Changed, Client, News
from inspector.config import apply_overrides, load_config
from inspector.protocol import Ask, Endpoints, Mirror, ProductList, ProductPreview, Reply, body_as
from inspector.recorder import last_parts

STRICT = """\
[product]
name = "strict"
title = "Strict"
job_id = 2
[recipe]
name = "strict"
revision = 7
accept_min = 0.6
"""
BAD = """\
[product]
name = "bad"
job_id = 4
[recipe]
name = "bad"
revision = 9
[bundle]
path = "tampered"
"""


class Panel:
    """A console: a client, and the phases of changes that it was told."""

    def __init__(self, line: Launcher) -> None:
        self.mirror, self.phases = Mirror(), ["NONE"]
        self.client = Client(Endpoints.ipc(line.place.run_dir), self._on_news, name="Panel 1")
        wait_until(lambda: self.mirror.state is not None, "a snapshot")

    def _on_news(self, news: News) -> None:
        if isinstance(news, Attached):
            self.mirror = Mirror.of(news.snapshot)
        elif isinstance(news, Changed):
            self.mirror.apply(news.fact)
        state = self.mirror.state
        if state is not None and state.change.phase != self.phases[-1]:
            self.phases.append(state.change.phase)

    def ask(self, kind: str, **args: str) -> Reply:
        return self.client.request(kind, args, timeout_ms=30_000).result(40)

    def change(self, name: str) -> None:
        preview = body_as(self.ask("product.preview", name=name).body, ProductPreview)
        assert self.ask(Ask.CONTROL_TAKE).ok
        reply = self.ask("product.change", name=name, seal=preview.seal)
        assert reply.ok, reply.reason

    @property
    def product(self) -> tuple[str, int, int]:
        """Name, revision, and the job that the PLC runs."""
        state = self.mirror.state
        assert state is not None
        return state.product_name, state.recipe_revision, state.plc_job


@pytest.fixture
def place(new_place: Callable[[], Place]) -> Place:
    place = new_place()
    folder = place.root / "products"
    folder.mkdir()
    (folder / "strict.toml").write_text(STRICT)
    (folder / "bad.toml").write_text(BAD)
    shutil.copytree(default_bundle(), folder / "tampered")
    with (folder / "tampered" / "model.int8.onnx").open("ab") as model:
        model.write(b"x")
    place.write(
        "station.toml",
        station_toml("line-product", more='[service]\nenabled = true\n[products]\nfolder = "products"\n'),
    )
    return place


@pytest.fixture
def closing() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def start(place: Place) -> Launcher:
    return place.start("--headless", "--json", "--rate", "600", "--config", str(place.root / "station.toml"))


def standby_of(line: Launcher) -> int:
    """Return the process that waits with the new product; 0 = there is none."""
    found = [pid for pid, command in line.place.processes().items() if "inspector.app standby" in command]
    return next((pid for pid in found if pid != line.status("pid")), 0)


def test_a_product_is_changed_and_comes_back_where_that_fails(place: Place, closing: ExitStack) -> None:
    line = start(place)
    closing.callback(line.close)
    line.wait_for_parts(10)
    panel = Panel(line)
    closing.callback(panel.client.close)
    assert panel.product[:2] == ("default", 1)

    # One that is damaged: refused with the reason, and the line has not noticed.
    products = body_as(panel.ask("product.list").body, ProductList).products
    assert [product.name for product in products] == ["default", "bad", "strict"]
    assert panel.ask(Ask.CONTROL_TAKE).ok
    refusal = panel.ask("product.change", name="bad")
    assert "was changed or truncated" in refusal.reason
    assert (line.status("starts"), panel.product[0], panel.phases) == (1, "default", ["NONE"])

    # One that is fine: told first, Ready last; the PLC follows.
    panel.change("strict")
    wait_until(lambda: panel.phases[-1] == "DONE", f"the change, {panel.phases}")
    assert [phase for phase in panel.phases if phase != "CHECKING"] == ["NONE", "TELLING", "STARTING", "DONE"]
    wait_until(lambda: panel.product == ("strict", 7, 2), "the PLC's job")
    before = line.status("accepted")
    wait_until(lambda: line.status("accepted") > before + 5, "parts of the new product")

    # One whose station dies on the way: the old product comes back by itself.
    panel.change("default")
    wait_until(lambda: bool(standby_of(line)), "the new station")
    victim = standby_of(line)
    wait_until(lambda: panel.phases[-1] in ("TELLING", "STARTING"), "the line being told")
    os.kill(victim, signal.SIGKILL)
    wait_until(lambda: panel.phases[-1] == "RETURNED", f"the old product, {panel.phases}")
    wait_until(lambda: panel.product == ("strict", 7, 2), "the old product")
    alarms = {alarm.id for alarm in panel.mirror.alarms}
    wait_until(lambda: "product_not_changed" in {a.id for a in panel.mirror.alarms}, f"the alarm, {alarms}")
    before = line.status("accepted")
    wait_until(lambda: line.status("accepted") > before + 5, "parts again")
    line.interrupt()
    assert line.wait() == 0, line.err
    check(line, place.data_dir)

    # Whatever ends the line, it makes this product when it is started again.
    base = apply_overrides(load_config(place.root / "station.toml"), {"data_dir": place.data_dir})
    assert product_in_use(base).product.name == "strict"


def check(line: Launcher, data_dir: Path) -> None:
    report = line.report
    assert report["triggers"] == accounted(report)
    assert (report["unaccounted"], report["unrecorded"], report["mispaired"]) == (0, 0, 0)
    assert report["escapes"] == report["escapes_by_classifier"]
    assert [(change["product"], change["result"]) for change in report["product_changes"]] == [
        ("strict", "done"),
        ("default", "returned"),
    ]
    assert report["product"]["recipe_revision"] == 7
    rows = last_parts(data_dir, 10_000)
    assert {row["recipe_revision"] for row in rows if row["evaluation"] == "OK"} == {1, 7}
    # In the order of the parts, each revision is one stretch: none was fixed after the trigger.
    revisions = [row["recipe_revision"] for row in sorted(rows, key=lambda row: row["part_count"])]
    assert revisions == sorted(revisions)
