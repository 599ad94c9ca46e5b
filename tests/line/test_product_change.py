"""The product of a running line is changed as a console would do it: told first, Ready last, and back if it fails."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from line_rig import Launcher, Place, accounted, default_bundle, station_toml, wait_until

from inspector.app._products import product_in_use
from inspector.client import Attached, Changed, Client, News
from inspector.clock import sleep_s
from inspector.config import apply_overrides, load_config
from inspector.domain.hold import Hold
from inspector.protocol import Ask, Code, Endpoints, Mirror, ProductList, ProductPreview, Reply, body_as
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
OWN = """\
[product]
name = "own"
job_id = 5
[recipe]
name = "own"
revision = 3
[bundle]
path = "copy"
"""


class Panel:
    """A console: a client, and the phases of changes that it was told."""

    def __init__(self, line: Launcher, name: str = "Panel 1") -> None:
        self.mirror, self.phases = Mirror(), ["NONE"]
        self.client = Client(Endpoints.ipc(line.place.run_dir), self._on_news, name=name)
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
        preview = self.preview(name)
        assert self.ask(Ask.CONTROL_TAKE).ok
        reply = self.ask("product.change", name=name, seal=preview.seal)
        assert reply.ok, reply.reason

    def preview(self, name: str) -> ProductPreview:
        return body_as(self.ask("product.preview", name=name).body, ProductPreview)

    def wait_for(self, *phases: str) -> None:
        wait_until(lambda: self.phases[-1] in phases, f"{' or '.join(phases)}: {self.phases}")

    @property
    def reason(self) -> str:
        state = self.mirror.state
        assert state is not None
        return state.change.reason

    @property
    def product(self) -> tuple[str, int, int]:
        """Name, revision, and the job that the PLC runs."""
        state = self.mirror.state
        assert state is not None
        return state.product_name, state.recipe_revision, state.plc_job


def furnish(place: Place) -> Place:
    """Lay out products in a place, and a line that can make them."""
    folder = place.root / "products"
    folder.mkdir()
    (folder / "strict.toml").write_text(STRICT)
    (folder / "bad.toml").write_text(BAD)
    (folder / "own.toml").write_text(OWN)
    shutil.copytree(default_bundle(), folder / "copy")
    shutil.copytree(default_bundle(), folder / "tampered")
    with (folder / "tampered" / "model.int8.onnx").open("ab") as model:
        model.write(b"x")
    place.write(
        "station.toml",
        station_toml("line-product", more='[service]\nenabled = true\n[products]\nfolder = "products"\n'),
    )
    return place


@pytest.fixture
def place(new_place: Callable[[], Place]) -> Place:
    return furnish(new_place())


@dataclass(frozen=True)
class Shop:
    """A line that runs, and two consoles at it. Each test leaves it making the product `default`."""

    place: Place
    line: Launcher
    panel: Panel
    other: Panel


@pytest.fixture(scope="module")
def shop(new_place: Callable[[], Place]) -> Iterator[Shop]:
    place = furnish(new_place())
    with ExitStack() as closing:
        line = start(place)
        closing.callback(line.close)
        line.wait_for_parts(10)
        panel, other = Panel(line), Panel(line, "Panel 2")
        closing.callback(panel.client.close)
        closing.callback(other.client.close)
        yield Shop(place, line, panel, other)


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
    assert [product.name for product in products] == ["default", "bad", "own", "strict"]
    assert panel.ask(Ask.CONTROL_TAKE).ok
    refusal = panel.ask("product.change", name="bad")
    assert "was changed or truncated" in refusal.reason
    assert (line.status("starts"), panel.product[0], panel.phases) == (1, "default", ["NONE"])

    # One that is fine: told first, Ready last; the PLC follows.
    panel.change("strict")
    panel.wait_for("DONE")
    assert [phase for phase in panel.phases if phase != "CHECKING"] == ["NONE", "TELLING", "STARTING", "DONE"]
    wait_until(lambda: panel.product == ("strict", 7, 2), "the PLC's job")
    wait_for_good_parts(line)

    # One whose station dies on the way: the old product comes back by itself.
    panel.change("default")
    wait_until(lambda: bool(standby_of(line)), "the new station")
    victim = standby_of(line)
    panel.wait_for("TELLING", "STARTING")
    os.kill(victim, signal.SIGKILL)
    panel.wait_for("RETURNED")
    wait_until(lambda: panel.product == ("strict", 7, 2), "the old product")
    alarms = {alarm.id for alarm in panel.mirror.alarms}
    wait_until(lambda: "product_not_changed" in {a.id for a in panel.mirror.alarms}, f"the alarm, {alarms}")
    wait_for_good_parts(line)
    line.interrupt()
    assert line.wait() == 0, line.err
    # On a machine that stalls, the new station may have been at work when it was killed. What became of the parts
    # that it had accepted is then told only to it: at most those between eye and gate.
    check(line, place.data_dir, [("strict", "done"), ("default", "returned")], most_unrecorded=10)
    assert after_restart(place) == "strict"


def test_a_product_that_is_another_than_was_looked_at_is_refused(shop: Shop) -> None:
    panel, file = shop.panel, shop.place.root / "products" / "strict.toml"
    seal = panel.preview("strict").seal
    file.write_text(STRICT.replace("0.6", "0.3"))
    assert panel.ask(Ask.CONTROL_TAKE).ok
    reply = panel.ask("product.change", name="strict", seal=seal)
    file.write_text(STRICT)
    assert "has changed since it was looked at; look at it again" in reply.reason
    assert panel.ask(Ask.CONTROL_RELEASE).ok
    untouched(shop)


def test_only_one_change_is_under_way_and_a_model_damaged_after_it_was_confirmed_is_not_used(
    shop: Shop,
) -> None:
    panel, other = shop.panel, shop.other
    panel.change("own")
    panel.wait_for("CHECKING")
    with (shop.place.root / "products" / "copy" / "model.int8.onnx").open("ab") as model:
        model.write(b"x")
    assert other.ask("product.change", name="strict").code == Code.LEASE
    assert "Panel 1" in other.ask(Ask.CONTROL_TAKE).reason
    assert "is being changed already" in panel.ask("product.change", name="strict").reason
    assert panel.ask(Ask.CONTROL_RELEASE).ok
    assert other.ask(Ask.CONTROL_TAKE).ok
    assert "is being changed already" in other.ask("product.change", name="strict").reason
    assert other.ask(Ask.CONTROL_RELEASE).ok
    panel.wait_for("REFUSED")
    assert "was changed or truncated" in panel.reason
    untouched(shop)


def test_without_room_for_what_a_change_needs_the_line_is_not_touched(shop: Shop) -> None:
    obstacle = shop.place.run_dir / "classes.json.new"
    obstacle.mkdir()  # stands for a memory that is full: nothing can be written there
    shop.panel.change("strict")
    shop.panel.wait_for("CHECKING")
    shop.panel.wait_for("REFUSED")
    obstacle.rmdir()
    assert "classes.json.new: Is a directory; make room there" in shop.panel.reason
    untouched(shop)


def test_a_new_station_that_hangs_gives_way_to_the_old_product_whoever_else_dies_meanwhile(
    shop: Shop,
) -> None:
    line, panel = shop.line, shop.panel
    victim = told(line, panel, "strict")
    os.kill(victim, signal.SIGSTOP)
    panel.wait_for("STARTING")
    before = line.status("accepted")
    for role in ("recorder", "service"):
        os.kill(line.child(role), signal.SIGKILL)
    panel.wait_for("RETURNING")
    assert line.status("accepted") == before, "a part was accepted that nobody had judged"
    panel.wait_for("RETURNED")
    assert "not Ready within 15 s" in panel.reason
    wait_until(lambda: "product_not_changed" in alarms_of(panel), "the alarm")
    makes_default(shop)


def test_where_the_new_station_dies_and_the_old_products_too_the_old_product_comes_back(shop: Shop) -> None:
    line, panel = shop.line, shop.panel
    os.kill(told(line, panel, "strict"), signal.SIGKILL)
    panel.wait_for("RETURNING")
    wait_until(lambda: bool(stations_of(line)), "the old product's station")
    os.kill(stations_of(line)[0], signal.SIGKILL)
    panel.wait_for("FAILED")
    makes_default(shop)


def test_where_the_new_product_cannot_be_put_into_force_the_old_one_comes_back(shop: Shop) -> None:
    """A folder where the file is to go: it stands for all that can keep a file from being moved."""
    line, panel, config = shop.line, shop.panel, shop.place.run_dir / "config.json"
    panel.change("strict")
    config.unlink()
    config.mkdir()
    panel.wait_for("RETURNING")
    assert "config.json: Is a directory; make room there" in panel.reason
    config.rmdir()
    panel.wait_for("RETURNED")
    assert "config.json: Is a directory; make room there" in panel.reason
    wait_until(lambda: "product_not_changed" in alarms_of(panel), "the alarm")
    assert "STARTING" not in panel.phases[-4:], panel.phases
    makes_default(shop)
    assert not standby_of(line), "the new product's station was left behind"


def test_without_room_for_another_process_a_change_is_refused_before_the_line_is_told(shop: Shop) -> None:
    with one_more_file(shop.line):
        shop.panel.change("strict")
        shop.panel.wait_for("REFUSED")
    assert "standby process cannot be started: Too many open files; end other programs" in shop.panel.reason
    makes_default(shop)


def test_the_old_product_comes_back_as_soon_as_there_is_room_for_its_process(shop: Shop) -> None:
    line, panel = shop.line, shop.panel
    victim = told(line, panel, "strict")
    panel.wait_for("STARTING")
    with one_more_file(line):
        os.kill(victim, signal.SIGKILL)
        panel.wait_for("RETURNING")
        wait_until(lambda: not stations_of(line), "the end of the new product's station")
        sleep_s(0.3)
        assert not stations_of(line)
        assert line.process.poll() is None, line.err
    panel.wait_for("RETURNED")
    wait_until(lambda: "product_not_changed" in alarms_of(panel), "the alarm")
    makes_default(shop)


def test_a_station_that_dies_where_there_is_no_room_for_another_is_started_when_there_is(shop: Shop) -> None:
    line = shop.line
    with one_more_file(line):
        os.kill(line.status("pid"), signal.SIGKILL)
        wait_until(lambda: "station process cannot be started: Too many open files" in line.err, "the reason")
        assert line.process.poll() is None, line.err
    makes_default(shop)
    assert line.err.count("cannot be started") == 1, "it is said once, not at every attempt"


def test_a_persons_hold_outlives_a_change_and_a_choice_that_is_not_kept_says_so(shop: Shop) -> None:
    line, panel, choice = shop.line, shop.panel, shop.place.data_dir / "product.json"
    choice.mkdir()  # stands for a disk that is full
    assert panel.ask(Ask.HOLD).ok
    wait_until(lambda: line.status("hold_code") == Hold.OPERATOR, "the hold")
    panel.change("strict")
    panel.wait_for("CHECKING", "TELLING", "STARTING")
    panel.wait_for("DONE")
    choice.rmdir()
    assert "after a restart the line would make the product of before" in panel.reason
    assert line.status("hold_code") == Hold.OPERATOR
    assert panel.ask("line.release").ok
    wait_for_good_parts(line)
    wait_until(lambda: panel.product == ("strict", 7, 2), "the PLC's job")

    # A PLC that runs another job than the new product's is told of, and keeps nobody from changing again.
    inject(shop.place, "other_job", "job=7", "duration_s=20")
    wait_until(lambda: "recipe_mismatch" in alarms_of(panel), "the alarm")
    panel.change("default")
    panel.wait_for("CHECKING", "TELLING", "STARTING")
    panel.wait_for("DONE")
    makes_default(shop)


def test_after_all_that_every_part_is_accounted_for(shop: Shop) -> None:
    shop.line.interrupt()
    assert shop.line.wait() == 0, shop.line.err
    # Three stations were killed: see above for what each may have left unknown.
    closes(shop.line.report, most_unrecorded=30)
    rows = last_parts(shop.place.data_dir, 10_000)
    good = {row["recipe_revision"] for row in rows if row["evaluation"] == "OK"}
    assert good <= {1, 7}


def test_a_launcher_killed_in_the_middle_of_a_change_makes_the_old_product_again(
    place: Place, closing: ExitStack
) -> None:
    line = start(place)
    closing.callback(line.close)
    line.wait_for_parts(10)
    panel = Panel(line)
    closing.callback(panel.client.close)
    station = told(line, panel, "strict")
    os.kill(station, signal.SIGSTOP)  # so that it is certainly not Ready yet
    panel.wait_for("STARTING")
    line.process.kill()
    os.kill(station, signal.SIGCONT)
    wait_until(lambda: not place.processes(), "the end of all that it had started")
    assert after_restart(place) == "default"
    line = start(place)
    closing.callback(line.close)
    line.wait_for_parts(10)
    line.interrupt()
    assert line.wait() == 0, line.err
    assert (line.report["product"]["name"], line.report["unaccounted"]) == ("default", 0)


def told(line: Launcher, panel: Panel, name: str) -> int:
    """Change to a product; return the process that will make it, as soon as the line is told."""
    panel.change(name)
    wait_until(lambda: bool(standby_of(line)), "the new station")
    process = standby_of(line)
    panel.wait_for("TELLING", "STARTING")
    return process


def stations_of(line: Launcher) -> list[int]:
    """Return the stations that were not made ready beside another one."""
    return [pid for pid, command in line.place.processes().items() if "inspector.app station" in command]


@contextmanager
def one_more_file(line: Launcher) -> Iterator[None]:
    """Let the launcher open one file at a time and no more: it can start no process, since that needs a pipe."""
    launcher = line.process.pid
    taken = {int(entry.name) for entry in Path(f"/proc/{launcher}/fd").iterdir()}
    free = [number for number in range(len(taken) + 2) if number not in taken]
    before = resource.prlimit(launcher, resource.RLIMIT_NOFILE)
    resource.prlimit(launcher, resource.RLIMIT_NOFILE, (free[1], before[1]))
    try:
        yield
    finally:
        resource.prlimit(launcher, resource.RLIMIT_NOFILE, before)


def alarms_of(panel: Panel) -> set[str]:
    return {alarm.id for alarm in panel.mirror.alarms}


def inject(place: Place, *fault: str) -> None:
    command = [sys.executable, "-m", "inspector", "sim", "inject", *fault, "--run-dir", str(place.run_dir)]
    subprocess.run(command, check=True, capture_output=True)


def untouched(shop: Shop) -> None:
    """The line has not noticed that somebody wanted another product."""
    assert (shop.line.status("starts"), shop.panel.product[:2]) == (1, ("default", 1))
    wait_for_good_parts(shop.line)


def makes_default(shop: Shop) -> None:
    """The line makes the old product, and would after a restart."""
    wait_for_good_parts(shop.line)
    wait_until(lambda: shop.panel.product[:2] == ("default", 1), "the old product")
    assert after_restart(shop.place) == "default"


def wait_for_good_parts(line: Launcher) -> None:
    before = line.status("accepted")
    try:
        wait_until(lambda: line.status("accepted") > before + 5, "parts that are accepted")
    except AssertionError as error:
        raise AssertionError(f"{error}: {line.condition}") from error


def after_restart(place: Place) -> str:
    """Return the product that the line makes when it is started again, whatever has ended it."""
    base = apply_overrides(load_config(place.root / "station.toml"), {"data_dir": place.data_dir})
    return product_in_use(base).product.name


def closes(report: dict[str, Any], most_unrecorded: int = 0) -> None:
    """Each part has one outcome, and none was accepted that should not have been."""
    assert report["triggers"] == accounted(report)
    assert (report["unaccounted"], report["mispaired"]) == (0, 0)
    assert report["unrecorded"] <= most_unrecorded
    assert report["escapes"] == report["escapes_by_classifier"]


def check(line: Launcher, data_dir: Path, changes: list[tuple[str, str]], most_unrecorded: int = 0) -> None:
    report = line.report
    closes(report, most_unrecorded)
    assert [(change["product"], change["result"]) for change in report["product_changes"]] == changes
    assert report["product"]["recipe_revision"] == 7
    rows = last_parts(data_dir, 10_000)
    assert {row["recipe_revision"] for row in rows if row["evaluation"] == "OK"} == {1, 7}
    # In the order of the parts, each revision is one stretch: none was fixed after the trigger.
    revisions = [row["recipe_revision"] for row in sorted(rows, key=lambda row: row["part_count"])]
    assert revisions == sorted(revisions)
