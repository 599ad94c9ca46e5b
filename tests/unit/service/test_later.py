"""Answers that have to wait for another thread."""

from __future__ import annotations

import json
from concurrent.futures import Future
from typing import Any

import pytest

from inspector.domain.access import Refusal, RefusedError
from inspector.errors import AuditError, ProtocolError
from inspector.protocol import Code, Command, Reply, Snapshot
from inspector.service import Later
from inspector.service._desk import Desk, Standing, UnderWay


class SlowDesk:
    """A desk whose every answer waits."""

    def __init__(self) -> None:
        self.jobs: list[Future[Any]] = []
        self.desk = Desk(self._handle, lambda _: Standing(), frozenset({"read"}), _no_snapshot, lambda: None)
        self.receive(kind="control.take", id="0")

    def _handle(self, command: Command) -> Later:
        self.jobs.append(Future())
        return Later(self.jobs[-1], lambda result: Reply(body={"result": result}))

    def receive(self, **fields: Any) -> Reply | UnderWay | None:
        message = {"v": "1.0", "id": "1", "client": "me", "kind": "act", "sent_ns": 1} | fields
        return self.desk.receive("local", [json.dumps(message).encode()], now_ns=2)

    def begin(self, **fields: Any) -> UnderWay:
        answer = self.receive(**fields)
        assert isinstance(answer, UnderWay)
        return answer


def _no_snapshot() -> Snapshot:
    raise AssertionError("nobody asks for one")


@pytest.fixture
def slow() -> SlowDesk:
    return SlowDesk()


def test_the_answer_comes_when_the_job_is_done(slow: SlowDesk) -> None:
    waiting = slow.begin()
    assert not waiting.is_due
    slow.jobs[0].set_result(5)
    assert waiting.is_due
    reply = slow.desk.finish(waiting)
    assert (reply.id, reply.ok, reply.body) == ("1", True, {"result": 5})


def test_the_same_message_again_acts_once_and_gets_the_same_answer(slow: SlowDesk) -> None:
    waiting = slow.begin()
    assert slow.receive() is None
    slow.jobs[0].set_result(5)
    first = slow.desk.finish(waiting)
    assert slow.receive() == first
    assert (len(slow.jobs), slow.desk.counts.replayed) == (1, 2)


@pytest.mark.parametrize("is_done", [False, True])
def test_the_same_id_for_something_else_is_refused(slow: SlowDesk, is_done: bool) -> None:
    waiting = slow.begin()
    if is_done:
        slow.jobs[0].set_result(5)
        slow.desk.finish(waiting)
    reply = slow.receive(args={"more": 1})
    assert isinstance(reply, Reply)
    assert (reply.code, len(slow.jobs)) == (Code.REPLAYED, 1)


def test_what_only_reads_may_be_asked_again(slow: SlowDesk) -> None:
    waiting = slow.begin(kind="read")
    slow.jobs[0].set_result(1)
    slow.desk.finish(waiting)
    slow.begin(kind="read")
    assert len(slow.jobs) == 2


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (RefusedError(Refusal.WRONG_LOGIN, "no", wait_s=2.0), Code.DENIED),
        (RefusedError(Refusal.BAD_SECRET, "no"), Code.INVALID),
        (RefusedError(Refusal.LAST_ADMIN, "no"), Code.IMPOSSIBLE),
        (ProtocolError("no"), Code.INVALID),
        (AuditError("no"), Code.IMPOSSIBLE),
    ],
)
def test_what_goes_wrong_in_the_other_thread_is_a_refusal(
    error: Exception, code: Code, slow: SlowDesk
) -> None:
    waiting = slow.begin()
    slow.jobs[0].set_exception(error)
    reply = slow.desk.finish(waiting)
    assert (reply.ok, reply.code, reply.reason, reply.id) == (False, code, "no", "1")
    assert slow.desk.counts.refused == 1
    if isinstance(error, RefusedError):
        assert reply.body == {"refusal": error.refusal.value, "wait_s": error.wait_s}


def test_what_breaks_in_the_other_thread_ends_nothing(slow: SlowDesk) -> None:
    waiting = slow.begin()
    slow.jobs[0].set_exception(ZeroDivisionError())
    assert slow.desk.finish(waiting).code == Code.FAILED
    assert slow.desk.counts.failed == 1
