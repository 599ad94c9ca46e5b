"""A real server of the station's protocol in a thread, and a station's worth of facts for it to publish."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from inspector.app._service_parts import fit
from inspector.config import ProductSection
from inspector.domain.alarm_table import TABLE
from inspector.domain.alarms import AlarmId
from inspector.protocol import (
    AlarmView,
    Command,
    Counters,
    Endpoints,
    FrameHeader,
    Latency,
    Message,
    Reply,
    Result,
    ServerKeys,
    StationState,
    done,
)
from inspector.service import Server

PATIENCE_S = 60.0
CLASSES = ("chip", "crack", "dent", "ok", "porosity", "scratch", "stain")
SECOND = 1_000_000_000
FREE = frozenset(
    {
        "image.read",
        "frame.read",
        "reject.query",
        "reject.neighbours",
        "registers.read",
        "product.list",
        "product.picture",
        "product.preview",
        "golden.list",
        "golden.read",
        "user.list",
        "user.own_secret",
        "audit.query",
        "audit.verify",
        "audit.export",
        "log.export",
        "machine.read",
        "backup.make",
    }
)


class Station:
    """Owns a server: a thread steps it, and does what it is told in between.

    `answers` says how commands are answered, by kind; what is not in it is done.
    """

    def __init__(self, endpoints: Endpoints, *, remote: tuple[Endpoints, ServerKeys] | None = None) -> None:
        self.endpoints = endpoints
        self.commands: list[Command] = []
        self.answers: dict[str, Callable[[Command], Reply]] = {}
        self._jobs: list[Callable[[], object]] = []
        self._lock = threading.Lock()
        self._is_over = False
        self.failure: BaseException | None = None
        self.server = Server(
            endpoints,
            self._handle,
            free=FREE,
            name="Line 3",
            remote=remote,
            version="0.1.0",
            fitter=fit,
        )
        self._thread = threading.Thread(target=self._run, name="station")
        self._thread.start()

    def publish(self, *facts: Message) -> None:
        self.do(lambda: [self.server.publish(fact) for fact in facts])

    def show(self, header: FrameHeader, pixels: bytes) -> None:
        self.do(lambda: self.server.publish_frame(header, pixels))

    def do(self, job: Callable[[], Any]) -> None:
        finished = threading.Event()

        def run() -> None:
            try:
                job()
            finally:
                finished.set()

        with self._lock:
            self._jobs.append(run)
        assert finished.wait(PATIENCE_S)

    def close(self) -> None:
        self._is_over = True
        self._thread.join(PATIENCE_S)
        assert not self._thread.is_alive()
        assert self.failure is None, self.failure

    def kinds(self) -> list[str]:
        return [command.kind for command in self.commands]

    def _handle(self, command: Command) -> Reply:
        self.commands.append(command)
        return self.answers.get(command.kind, lambda _: done())(command)

    def _run(self) -> None:
        try:
            while not self._is_over:
                self.server.step(5)
                with self._lock:
                    jobs, self._jobs = self._jobs, []
                for job in jobs:
                    job()
        except BaseException as failure:  # noqa: BLE001 - reported when it is closed
            self.failure = failure
        finally:
            self.server.close()


def state(**fields: Any) -> StationState:
    usual: dict[str, Any] = {
        "state": "EXECUTE",
        "parts_now": "not_affected",
        "is_ready": True,
        "is_linked": True,
        "is_line_running": True,
        "station": "Line 3 · Station 20",
        "product": "FL-60 A",
        "recipe": "flange",
        "recipe_revision": 14,
        "lot": "4711",
        "shift": "B",
        "deadline_us": 5000,
        "class_labels": ProductSection().class_labels.of(CLASSES),
        "latency": (
            Latency(stage="frame_to_verdict", count=8043, p50_us=730, p99_us=1140, p999_us=1500, max_us=2100),
            Latency(stage="run", count=8043, p50_us=510, p99_us=800, p999_us=1130, max_us=1640),
        ),
    }
    return StationState(**usual | fields)


def counters(**fields: Any) -> Counters:
    usual: dict[str, Any] = {
        "scope": "shift",
        "triggers": 8257,
        "accepted": 8043,
        "rejected": 125,
        "rejects_confirmed": 124,
        "causes": {"NG": 121, "INDETERMINATE": 4},
        "recent_parts": 200,
        "recent_rejected": 3,
        "reject_trend_permille": (-1, -1, *(12 + abs(minute % 24 - 12) // 2 for minute in range(58))),
        "reject_limit_permille": 30,
        "yield_target_permille": 980,
    }
    return Counters(**usual | fields)


def part(ordinal: int, **fields: Any) -> Result:
    at = time.monotonic_ns() - 60 * SECOND + ordinal % 3600 * SECOND
    usual: dict[str, Any] = {
        "session": 7,
        "tag": ordinal,
        "evaluation": "OK",
        "class_name": "ok",
        "disposition": "ACCEPT",
        "applied": "ACCEPTED",
        "triggered_ns": at,
        "available_ns": at + SECOND // 100,
        "decided_ns": at + SECOND // 90,
    }
    return Result(ordinal=ordinal, **usual | fields)


def bad(ordinal: int, class_name: str = "scratch", **fields: Any) -> Result:
    usual: dict[str, Any] = {
        "evaluation": "NG",
        "class_name": class_name,
        "score_permille": 940,
        "disposition": "REJECT",
        "applied": "REJECTED",
        "cause": "NG",
    }
    return part(ordinal, **usual | fields)


def alarm(id_: str, **fields: Any) -> AlarmView:
    usual: dict[str, Any] = {
        "priority": 2,
        "state": "unacknowledged",
        "phase": "unacknowledged",
        "version": 3,
        "consequence": TABLE[AlarmId(id_)].consequence.value if id_ in set(AlarmId) else "rejected",
        "raised_ns": time.monotonic_ns(),
    }
    return AlarmView(id=id_, **usual | fields)


def calm_facts() -> list[Message]:
    """A line on which all is well: one NG among the last 40 parts."""
    parts: list[Message] = [part(ordinal) if ordinal != 18 else bad(18, "dent") for ordinal in range(1, 41)]
    return [state(), counters(), *parts]


def troubled_facts() -> list[Message]:
    """A line on which too many parts are rejected."""
    bads = {4: "dent", 12: "stain", 20: "scratch", 27: "scratch", 32: "dent", 36: "scratch", 40: "scratch"}
    parts: list[Message] = []
    for ordinal in range(1, 41):
        if ordinal == 25:
            late = {
                "disposition": "REJECT",
                "applied": "REJECTED",
                "cause": "LATE",
                "evaluation": "UNDEFINED",
            }
            parts.append(part(ordinal, **late))
        elif ordinal in bads:
            parts.append(
                bad(ordinal, bads[ordinal], image=f"part-{ordinal}.png", score_permille=600 + 8 * ordinal)
            )
        else:
            parts.append(part(ordinal))
    high = alarm("reject_rate_high", details={"value": 3.5, "window": 200, "limit": 3.0}, value_at_trip=3.5)
    disk = alarm(
        "disk_high", priority=3, state="acknowledged", phase="acknowledged", consequence="not_affected"
    )
    rising = (
        -1,
        -1,
        *(12 + abs(minute % 24 - 12) // 2 for minute in range(50)),
        18,
        19,
        21,
        22,
        25,
        26,
        29,
        31,
    )
    more = {"recent_rejected": 7, "late": 1, "reject_trend_permille": rising}
    facts = [state(), counters(rejected=214, rejects_confirmed=213, **more), *parts]
    return [*facts, high, disk, alarm("ng_run", state="shelved", phase="acknowledged")]
