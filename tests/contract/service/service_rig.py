"""A real server in a thread and real clients, on sockets of this machine."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from typing import Any

import zmq

from inspector.client import Attached, Changed, Client, FrameReady, Lost, News
from inspector.protocol import (
    Code,
    Command,
    Endpoints,
    Message,
    Mirror,
    Reply,
    Result,
    Snapshot,
    done,
    refused,
)
from inspector.service import Server

PATIENCE_S = 60.0


def until(holds: Callable[[], object], patience_s: float = PATIENCE_S) -> None:
    """Wait until something holds; fail if it never does."""
    end = time.monotonic() + patience_s
    while not holds():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.005)


def part(ordinal: int, **fields: Any) -> Result:
    fields = {"session": 7, "tag": ordinal, "evaluation": "OK", "disposition": "ACCEPT"} | fields
    return Result(ordinal=ordinal, **fields)


class Owner:
    """What owns a server: a thread that steps it and does what it is told in between."""

    def __init__(self, make_server: Callable[[Callable[[Command], Reply]], Server]) -> None:
        self.commands: list[Command] = []
        self.server = make_server(self.handle)
        self._jobs: list[Callable[[], object]] = []
        self._lock = threading.Lock()
        self._is_over = False
        self.is_stuck = False
        self.failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="owner")
        self._thread.start()

    def handle(self, command: Command) -> Reply:
        self.commands.append(command)
        if command.kind == "break":
            raise ZeroDivisionError
        if command.kind == "unheard.of":
            return refused(Code.UNKNOWN, "no such command")
        return done(version=len(self.commands), body=None)

    def do(self, job: Callable[[], Any]) -> Any:
        """Have the server's thread do something, and wait for it."""
        results: list[Any] = []
        finished = threading.Event()

        def run() -> None:
            try:
                results.append(job())
            finally:
                finished.set()

        with self._lock:
            self._jobs.append(run)
        assert finished.wait(PATIENCE_S)
        return results[0]

    def freeze(self) -> None:
        """Stop between two steps."""
        self.do(lambda: setattr(self, "is_stuck", True))

    def publish(self, *facts: Message) -> None:
        self.do(lambda: [self.server.publish(fact) for fact in facts])

    def close(self) -> None:
        self._is_over = True
        self._thread.join(PATIENCE_S)
        assert not self._thread.is_alive()
        assert self.failure is None, self.failure

    def _run(self) -> None:
        try:
            while not self._is_over:
                if self.is_stuck:
                    time.sleep(0.01)
                    continue
                self.server.step(5)
                with self._lock:
                    jobs, self._jobs = self._jobs, []
                for job in jobs:
                    job()
        except BaseException as failure:  # noqa: BLE001 - reported when it is closed
            self.failure = failure
        finally:
            self.server.close()


class Console:
    """A client and what it was told."""

    def __init__(self, endpoints: Endpoints, **options: Any) -> None:
        self.news: list[News] = []
        self.mirror = Mirror()
        self.client = Client(endpoints, self._on_news, **options)

    @property
    def snapshots(self) -> list[Snapshot]:
        return [news.snapshot for news in list(self.news) if isinstance(news, Attached)]

    @property
    def facts(self) -> list[Message]:
        return [news.fact for news in list(self.news) if isinstance(news, Changed)]

    @property
    def losses(self) -> list[str]:
        return [news.reason for news in list(self.news) if isinstance(news, Lost)]

    @property
    def frames_ready(self) -> int:
        return sum(isinstance(news, FrameReady) for news in list(self.news))

    def ask(self, kind: str, args: dict[str, Any] | None = None, **options: Any) -> Reply:
        return self.client.request(kind, args, **options).result(PATIENCE_S)

    def _on_news(self, news: News) -> None:
        if isinstance(news, Attached):
            self.mirror = Mirror.of(news.snapshot)
        elif isinstance(news, Changed):
            self.mirror.apply(news.fact)
        self.news.append(news)


class Stranger:
    """A peer by nobody: bare sockets, which send whatever they like."""

    def __init__(self, endpoints: Endpoints) -> None:
        self.context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        self.commands: zmq.Socket[bytes] = self.context.socket(zmq.DEALER)
        self.commands.connect(endpoints.commands)
        self.commands.rcvtimeo = int(PATIENCE_S * 1000)

    def send(self, *parts: bytes) -> None:
        self.commands.send_multipart(parts)

    def answer(self) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(self.commands.recv_multipart()[0])
        return answer

    def close(self) -> None:
        self.context.destroy(linger=0)


class Impostor:
    """Bare sockets where a service should be."""

    def __init__(self, endpoints: Endpoints) -> None:
        self.context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        kinds = (zmq.ROUTER, zmq.PUB, zmq.XPUB)
        self.commands, self.facts, self.frames = (self.context.socket(kind) for kind in kinds)
        for opened, address in zip((self.commands, self.facts, self.frames), endpoints.all, strict=True):
            opened.rcvtimeo = int(PATIENCE_S * 1000)
            opened.bind(address)

    def close(self) -> None:
        self.context.destroy(linger=0)


def a_command(**fields: Any) -> bytes:
    message = {"v": "1.0", "id": "1", "client": "stranger", "kind": "ping"} | fields
    return json.dumps(message).encode()
