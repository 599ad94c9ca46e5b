"""A whole service in a thread, beside a station that the test writes, and panels that attach to it."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from fake_station import FakeStation

from inspector.client import Attached, Changed, Client, News, Picture
from inspector.protocol import AlarmView, Ask, Endpoints, Event, Message, Mirror, Reply
from inspector.service import HashCost, Service, ServiceParts, ServiceSettings, View

PATIENCE_S = 60.0
PASSWORD = "correct horse 7"
PIN = "381926"
CHEAP = HashCost(passes=1, memory_kib=8)
"""Secrets are checked in no time; what it costs in earnest is tried at the store."""


def until(holds: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.005)


class GreyFrames:
    """A camera that has delivered one grey frame after the other, the newest when it is told."""

    def __init__(self, newest_ns: Callable[[int], int]) -> None:
        self._newest_ns = newest_ns

    def newer_than(self, after_ns: int) -> int | None:
        newest_ns = self._newest_ns(after_ns)
        return newest_ns if newest_ns > after_ns else None

    def copy_of(self, available_ns: int) -> View:
        return View(np.full((4, 6), available_ns % 256, np.uint8), available_ns)


def audit(bench: Bench) -> list[dict[str, Any]]:
    """Return what is written down of people's acts, but for what is being written just now."""
    folder = bench.station.files.own / "audit"
    lines = b"".join(path.read_bytes() for path in sorted(folder.glob("audit-*.jsonl")))
    return [json.loads(line) for line in lines[: lines.rfind(b"\n") + 1].splitlines()]


class Panel:
    """A console: a client, and what it was told."""

    def __init__(self, endpoints: Endpoints, name: str = "Panel 1") -> None:
        self.facts: list[Message] = []
        self.mirror = Mirror()
        self.token = ""
        self.pictures: list[Picture] = []
        self.client = Client(endpoints, self._on_news, name=name)

    def _on_news(self, news: News) -> None:
        if isinstance(news, Attached):
            self.mirror = Mirror.of(news.snapshot)
        elif isinstance(news, Changed):
            self.mirror.apply(news.fact)
            self.facts.append(news.fact)

    def keep(self, picture: Picture) -> bool:
        self.pictures.append(picture)
        return True

    def ask(self, kind: str, *, version: int | None = None, **args: Any) -> Reply:
        reply = self.client.request(kind, args, token=self.token, expected_version=version, timeout_ms=60_000)
        return reply.result(PATIENCE_S)

    def done(self, kind: str, **args: Any) -> Reply:
        reply = self.ask(kind, **args)
        assert reply.ok, reply.reason
        return reply

    def take_control(self) -> None:
        until(lambda: self.mirror.state is not None)
        self.done(Ask.CONTROL_TAKE)

    def log_in(self, name: str, secret: str) -> None:
        self.token = str(self.done("session.log_in", name=name, secret=secret).body["token"])

    def alarm(self, id_: str) -> AlarmView | None:
        return next((alarm for alarm in self.mirror.alarms if alarm.id == id_), None)

    def wait_for_alarm(self, id_: str, state: str = "unacknowledged") -> AlarmView:
        until(lambda: (found := self.alarm(id_)) is not None and found.state == state)
        found = self.alarm(id_)
        assert found is not None
        return found

    @property
    def events(self) -> list[str]:
        return [fact.text for fact in list(self.facts) if isinstance(fact, Event)]


class Bench:
    """One service. While it runs, the station gives signs of life, unless a test silences it."""

    def __init__(self, folder: Path, station: FakeStation) -> None:
        self.endpoints = Endpoints.ipc(folder)
        self.station = station
        self.is_silent = False
        self.failure: BaseException | None = None
        self.parts = ServiceParts()
        self._panels: list[Panel] = []
        self._service: Service | None = None
        self.is_over = True

    def start(self, **settings: Any) -> None:
        usual = {"station": "line-3", "version": "1.2", "classes": ("ok", "scratch"), "hash_cost": CHEAP}
        options = ServiceSettings(local=self.endpoints, **usual | settings)
        self.is_over = False
        self._service = Service(options, self.station.files, self.parts)
        self._thread = threading.Thread(target=self._run, name="service")
        self._thread.start()

    def _run(self) -> None:
        assert self._service is not None
        try:
            self._service.run(self._is_over)
        except BaseException as failure:  # noqa: BLE001 - reported when it is closed
            self.failure = failure

    def _is_over(self) -> bool:
        if not self.is_silent:
            self.station.live()
        return self.is_over

    def panel(self, name: str = "Panel 1") -> Panel:
        panel = Panel(self.endpoints, name)
        self._panels.append(panel)
        return panel

    def stop(self) -> None:
        if not self.is_over:
            self.is_over = True
            self._thread.join(PATIENCE_S)
            assert not self._thread.is_alive()
        assert self.failure is None, self.failure

    def close(self) -> None:
        for panel in self._panels:
            panel.client.close()
        self.stop()

    @property
    def setup_code(self) -> str:
        path = self.station.files.own / "setup-code.txt"
        until(path.exists)
        return path.read_text(encoding="ascii").strip()
