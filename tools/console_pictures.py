#!/usr/bin/env python3
"""Make the pictures of the guide to the console: `QT_QPA_PLATFORM=offscreen tools/console_pictures.py OUT [NAME...]`.

The console is the real one. It is attached to what its tests attach it to: a server that tells of a line
(`tests/console/station_rig`), a whole service with a recorder, or a whole simulated line. What the camera
sees is drawn by the simulated line's own source of parts. NAME makes only the pictures that begin so.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [
    str(ROOT / place) for place in ("", "ui", "tests/console", "tests/unit/service", "tests/line")
]

from console_rig import Panel
from device_facts import calm_devices, devices, troubled_devices
from fake_station import FakeStation
from line_rig import Place, station_toml
from product_rig import PRODUCTS, Products, making
from PySide6.QtWidgets import QApplication
from reject_rig import Recording
from service_bench import PASSWORD, PIN, Bench
from station_rig import SECOND, alarm, calm_facts, part, state
from studio import (
    LARGE,
    PATIENCE_S,
    SMALL,
    Studio,
    alarm_events,
    drawn,
    film,
    numbered,
    part_alone,
    pause,
    region_in_file,
    troubled,
)

import inspector
from inspector.clock import utc_ns
from inspector.config import ProductSection
from inspector.domain.disposition import Cause
from inspector.domain.verdict import Evaluation
from inspector.protocol import (
    BackupView,
    ClockView,
    Endpoints,
    Machine,
    Message,
    NetworkPort,
    Reply,
    StoreView,
)
from inspector_console.widgets import AlarmCard, load_fonts
from inspector_console.words import LANGUAGES, Say, Words

SHELVE = {Words(language)(Say.SHELVE) for language in LANGUAGES}
Scene = Callable[["Studio"], None]
SCENES: list[Scene] = []


def scene(make: Scene) -> Scene:
    """Have this made with the others; its name is that of its first picture."""
    SCENES.append(make)
    return make


@scene
def live_calm(studio: Studio) -> None:
    """Live while all is well."""
    with studio.station(*numbered([*calm_facts(), *devices()])) as station:
        for name, screen, language, palette in (
            ("live-calm", LARGE, "en", "day"),
            ("live-calm-dark", LARGE, "en", "dark"),
        ):
            with studio.panel(station.endpoints, screen, language, palette) as panel:
                film(studio, station, panel, "ok")
                studio.take(panel, name)


@scene
def live_alarm(studio: Studio) -> None:
    """Live with an alarm, and after the station has been lost."""
    with studio.station(*troubled()) as station:
        with studio.panel(station.endpoints, SMALL, "de") as panel:
            film(studio, station, panel, "scratch")
            studio.take(panel, "live-alarm-de")
        with studio.panel(station.endpoints) as panel:
            film(studio, station, panel, "scratch")
            studio.take(panel, "live-alarm")
            station.do(lambda: setattr(station, "_is_over", True))
            studio.hand.waitUntil(lambda: panel.bridge.facts().is_old)
            studio.take(panel, "live-lost")


@scene
def live_more(studio: Studio) -> None:
    """Live while somebody holds the line, while parts pass without inspection, and while the product is changed."""
    held = {"state": "HELD", "parts_now": "held", "hold_code": 1, "is_line_running": False, "is_ready": False}
    changing = making(
        state="STARTING", parts_now="rejected", change={"phase": "STARTING", "product": "strict"}
    )
    scenes: dict[str, list[Message]] = {
        "live-held": [state(**held), alarm("held_operator", details={"reason": "M. Novak: belt is jammed"})],
        "live-bypassed": [
            state(parts_now="bypassed"),
            *(part(ordinal, applied="BYPASSED", evaluation="OK") for ordinal in range(41, 49)),
            alarm("bypassed", priority=1),
        ],
        "live-change": [changing],
    }
    for name, facts in scenes.items():
        with studio.station(*numbered([*calm_facts(), *devices(), *facts])) as station:
            for language, screen in (("en", LARGE), ("de", SMALL)):
                with studio.panel(station.endpoints, screen, language) as panel:
                    film(studio, station, panel, "ok")
                    studio.take(panel, name + ("-de" if language == "de" else ""))


def can_shelve(card: AlarmCard) -> bool:
    """Return whether an alarm can be put aside, and has not been."""
    return card.isVisible() and card.aside.isVisible() and card.aside.text() in SHELVE


@scene
def alarms(studio: Studio) -> None:
    """Several alarms, and what is asked before one is shelved."""
    camera = alarm("camera_lost", priority=1, consequence="rejected")
    late = alarm("late", priority=1, state="acknowledged", details={"value": 3, "window": 200})
    with studio.station(*troubled(), state(parts_now="rejected"), camera, late, *alarm_events()) as station:
        for tail, screen, language in (("", LARGE, "en"), ("-de", SMALL, "de")):
            with studio.panel(station.endpoints, screen, language) as panel:
                panel.touch(panel.shell.nav.buttons["alarms"])
                studio.take(panel, f"alarms{tail}")
                screen_ = panel.shell.alarms_screen
                while not (shown := [card for card in screen_.cards if can_shelve(card)]):
                    panel.touch(screen_.down)
                panel.touch(shown[0].aside)
                studio.take(panel, f"alarms-shelve{tail}")
                panel.touch(screen_.sheet.cancel)
                panel.touch(screen_.history)
                studio.take(panel, f"alarms-history{tail}")
    with studio.station(*calm_facts()) as station, studio.panel(station.endpoints) as panel:
        panel.touch(panel.shell.nav.buttons["alarms"])
        studio.take(panel, "alarms-none")


@scene
def product(studio: Studio) -> None:
    """What can be made; what would change; a change under way."""
    changing = {"phase": "STARTING", "product": "strict", "title": "Flange FL-60 A, strict", "told_ns": 1}
    with studio.station(*calm_facts(), making()) as station:
        own, *others = PRODUCTS[:3]
        told = (own, *(view.model_copy(update={"recipe": f"flange-{view.name}"}) for view in others))
        Products(station, told).troubles.clear()
        station.answers["product.picture"] = lambda _: Reply(attachments=(part_alone("ok"),))
        for tail, screen, language in (("", LARGE, "en"), ("-de", SMALL, "de")):
            station.publish(making())
            with studio.panel(station.endpoints, screen, language) as panel:
                panel.touch(panel.shell.nav.buttons["product"])
                screen_ = panel.shell.product
                studio.hand.waitUntil(lambda: sum(card.isVisible() for card in screen_.cards) == 3)
                panel.touch(screen_.cards[1])
                studio.hand.waitUntil(lambda: screen_.desk.shelf.preview and len(screen_.desk.pictures) == 3)
                studio.take(panel, f"product{tail}")
                station.publish(making(change=changing, state="STARTING", is_ready=False))
                studio.hand.waitUntil(lambda: panel.bridge.facts().state.change.phase == "STARTING")
                studio.take(panel, f"product-change{tail}")


@scene
def devices_overview(studio: Studio) -> None:
    """Six devices while all is well and while it is not, and one of them."""
    for name, facts, screen, language in (
        ("devices-calm", calm_devices, LARGE, "en"),
        ("devices-trouble", troubled_devices, LARGE, "en"),
        ("devices-trouble-de", troubled_devices, SMALL, "de"),
    ):
        with studio.station(*facts()) as station, studio.panel(station.endpoints, screen, language) as panel:
            panel.touch(panel.shell.nav.buttons["devices"])
            studio.take(panel, name)
            for page in ("camera", "times"):
                panel.touch(panel.shell.devices.overview.cards[page])
                studio.take(panel, name.replace("devices-", f"devices-{page}-"))
                shown = panel.shell.devices.page if page == "camera" else panel.shell.devices.times
                panel.touch(shown.back)


@scene
def devices_registers(studio: Studio) -> None:
    """Show the registers of a line that runs."""
    with tempfile.TemporaryDirectory() as folder:
        place = Place(Path(folder))
        config = place.write("station.toml", station_toml("line-3", more="[service]\nenabled = true\n"))
        line = place.start("--headless", "--json", "--rate", "120", "--config", str(config))
        try:
            line.wait_for_parts(30)
            with studio.panel(Endpoints.ipc(place.run_dir)) as panel:
                for _ in range(20):  # what the start has raised and is over goes when it is acknowledged
                    pause(0.5)
                    if panel.shell.alarms.button.isVisible():
                        panel.touch(panel.shell.alarms.button)
                panel.touch(panel.shell.nav.buttons["devices"])
                panel.touch(panel.shell.devices.overview.cards["registers"])
                pause(2.5)
                studio.take(panel, "devices-registers")
        finally:
            line.process.terminate()
            line.process.wait(PATIENCE_S)
            line.close()
            place.close()


STAFF = (
    ("Eve Novak", "operator", "New at the line", 61_380),
    ("Jörg Brandt", "quality", "New at the line", 60_962),
    ("Mira Sommer", "quality", "Other duties", 8_417),
)
"""Who works here, since when, s ago, and why."""
TEXTS = "/opt/inspector/lib/inspector_console/resources/licences"
"""Where the licences are on a machine like that of the guide."""


class PastClock:
    """A clock that can be set back, so that what a picture tells of was not done within a second."""

    ago_s = 0

    def utc_ns(self) -> int:
        """Return the time at which something is said to happen."""
        return utc_ns() - self.ago_s * SECOND


def staffed(bench: Bench) -> None:
    """Have people work here; the first is the administrator."""
    clock = PastClock()
    bench._service._access.audit._now_utc_ns = clock.utc_ns
    clock.ago_s = 61_843
    office = bench.panel("Office")
    office.done("session.set_up", code=bench.setup_code, name="Ada Wolf", password=PASSWORD)
    office.log_in("Ada Wolf", PASSWORD)
    office.take_control()
    for name, role, reason, clock.ago_s in STAFF:
        office.done("user.add", name=name, role=role, secret=PIN, reason=reason)
    clock.ago_s = 1_093
    accounts = office.done("user.list").body["users"]
    (joerg,) = (user for user in accounts if user["name"].startswith("Jörg"))
    office.done("user.change", id=joerg["id"], role="shift_lead", reason="Other duties")
    office.done("control.release")
    clock.ago_s = 0


@contextmanager
def service(**settings: Any) -> Iterator[tuple[Bench, Recording]]:
    """Open a whole service with a recorder."""
    with tempfile.TemporaryDirectory(prefix="insp-") as folder, ExitStack() as closing:
        bench = Bench(Path(folder), FakeStation(Path(folder)))
        closing.callback(bench.close)
        recording = Recording(bench.station)
        closing.callback(recording.close)
        bench.parts = replace(
            bench.parts, rejects=recording.records, region_in_file=region_in_file, machine=machine
        )
        own = {
            "version": inspector.__version__,
            "product": "FL-60 A",
            "recipe": "flange",
            "recipe_revision": 14,
        }
        said = bench.station.status.read_text()
        labels = ProductSection().class_labels.of(recording.classes)
        bench.station.status.write_text({**said, "class_labels": labels})
        bench.start(**own | settings)
        yield bench, recording


def machine() -> Machine:
    """A computer as it may stand in a plant."""
    now_ns = utc_ns()
    return Machine(
        host="hall-3-line-2",
        clock=ClockView(
            utc_ns=now_ns,
            zone="Europe/Berlin",
            utc_offset_min=60,
            is_synchronised=True,
            error_us=12_400,
            booted_utc_ns=now_ns - 41 * 86_400 * SECOND,
        ),
        ports=(
            NetworkPort(name="enp1s0", is_up=True, speed_mbit_s=1000, addresses=("192.0.2.17/24",)),
            NetworkPort(name="enp2s0", is_up=True, speed_mbit_s=100, addresses=("198.51.100.2/30",)),
        ),
        plc="198.51.100.1:502",
        consoles="192.0.2.17:47110",
        consoles_allowed=2,
        store=StoreView(
            data_dir="/var/lib/inspector/hall-3",
            disk_bytes=480 * 10**9,
            disk_free_bytes=391 * 10**9,
            quota_bytes=2 * 10**9,
            rows_bytes=310 * 10**6,
            images_bytes=1_140 * 10**6,
            rows_waiting=18_402,
            oldest_utc_ns=now_ns - 33 * 86_400 * SECOND,
            audit_bytes=2_800_000,
            log_bytes=5_100_000,
        ),
        config_file="/etc/inspector/station.toml",
        backup=BackupView(
            utc_ns=now_ns - 6 * 86_400 * SECOND, user="Ada Wolf", files=47, size_bytes=4_200_000
        ),
    )


def log_in(studio: Studio, panel: Panel, name: str = "Ada Wolf") -> None:
    """Have somebody stand here."""
    studio.hand.waitUntil(lambda: panel.shell.login.seat.is_known)
    panel.shell.login.log_in(name, PASSWORD if name == "Ada Wolf" else PIN)
    studio.hand.waitUntil(lambda: panel.shell.lens().user == name)


def reject_some(recording: Recording) -> int:
    """Record rejects of all kinds, with their pictures; return how many."""
    kinds = ("dent", "stain", "scratch", "crack", "porosity", "chip", "scratch", "dent", "stain", "scratch")
    now_ns = time.monotonic_ns()
    for at, kind in enumerate(kinds):
        past_ns = now_ns - (len(kinds) - at) * 47 * SECOND
        unsure = {"evaluation": int(Evaluation.INDETERMINATE), "cause": int(Cause.INDETERMINATE)}
        score = {"score_permille": 520, "p_ok_permille": 400} if at == 3 else {}
        recording.reject(
            kind,
            pixels=drawn(kind, at),
            serial=f"A-{48_120 + at}".encode(),
            lot=b"4711",
            trigger_ns=past_ns,
            available_ns=past_ns,
            **{"score_permille": 980 - 37 * (at % 7), "p_ok_permille": 2 + at // 2} | score,
            **unsure if at == 3 else {},
        )
        recording.store()
    late = {"evaluation": int(Evaluation.UNDEFINED), "cause": int(Cause.LATE), "class_index": -1}
    recording.reject(**late, score_permille=0, p_ok_permille=0)
    recording.store()
    return len(kinds) + 1


@scene
def rejects(studio: Studio) -> None:
    """Show rejects, and one of them with its heat map and a judgement."""
    with service() as (bench, recording):
        staffed(bench)
        count = reject_some(recording)
        for tail, view, language in (("", LARGE, "en"), ("-de", SMALL, "de")):
            with studio.panel(bench.endpoints, view, language) as panel:
                log_in(studio, panel)
                panel.touch(panel.shell.nav.buttons["rejects"])
                screen = panel.shell.rejects_screen
                shown = list(screen.grid.cards)
                studio.hand.waitUntil(lambda: sum(c.isVisible() for c in shown) >= min(count, len(shown)))
                studio.hand.waitUntil(lambda: not screen.pictures.missing())
                studio.take(panel, f"rejects{tail}")
                panel.touch(shown[1])
                studio.hand.waitUntil(lambda: screen.detail.image.image is not None)
                panel.touch(screen.detail.heat)
                studio.hand.waitUntil(lambda: (heat := screen.heats.of(screen.part)) and heat.view)
                studio.take(panel, f"rejects-one{tail}")
                if not tail:
                    panel.touch(screen.detail.judges[0])
                    pause(1.5)
                    panel.touch(screen.detail.back)
    with studio.station(*calm_facts()) as station, studio.panel(station.endpoints) as panel:
        panel.touch(panel.shell.nav.buttons["rejects"])
        pause(0.5)
        studio.take(panel, "rejects-none")


@scene
def system(studio: Studio) -> None:
    """Every page of the System screen, and the Login screen with its keyboard."""
    with service() as (bench, _):
        staffed(bench)
        for tail, view, language in (("", LARGE, "en"), ("-de", SMALL, "de")):
            with studio.panel(bench.endpoints, view, language) as panel:
                panel.touch(panel.shell.header.user)
                studio.hand.waitUntil(lambda: panel.shell.login.seat.is_known)
                studio.take(panel, f"login{tail}")
                panel.touch(panel.shell.login_screen.name)
                panel.shell.login_screen.sheet.field.insert("Eve")
                studio.take(panel, f"login-keyboard{tail}")
                panel.touch(panel.shell.login_screen.sheet.done)
                panel.touch(panel.shell.nav.buttons["live"])
                log_in(studio, panel)
                panel.touch(panel.shell.header.user)
                studio.take(panel, f"login-own{tail}")
                panel.touch(panel.shell.nav.buttons["system"])
                versions = panel.shell.system.versions
                versions._software = replace(versions._software, texts=TEXTS)
                for page in ("panel", "users", "machine", "versions", "log", "audit"):
                    panel.touch(panel.shell.system.buttons[page])
                    pause(1.5)
                    studio.take(panel, f"system-{page}{tail}")


def main() -> int:
    """Make all pictures that were asked for."""
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        sys.stderr.write(f"usage: {sys.argv[0]} OUT [NAME...]\n")
        return 2
    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    app = QApplication([])
    if missing := load_fonts():
        raise SystemExit(f"fonts are missing: {missing}")
    studio = Studio(out, tuple(sys.argv[2:]))
    names = tuple(name.split("-")[0] for name in sys.argv[2:])
    for make in SCENES:
        if not names or make.__name__.split("_")[0] in names or (make is system and "login" in names):
            make(studio)
    app.processEvents()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
