from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress

import pytest
from service_rig import Console, Impostor, Owner, Stranger, a_command, part, until

from inspector.errors import ProtocolError
from inspector.protocol import RAW_FRAMES, VERSION, Endpoints, FrameHeader, StationState

Attach = Callable[..., Console]
Come = Callable[[], Stranger]

BAD = [
    b"",
    b"\xff\xfe\x00",
    b"{",
    b"null",
    b"[]",
    b'"text"',
    b"[" * 60_000,
    b'{"v":1}',
    b'{"v":"one"}',
    b'{"v":"1.0"}',
    b'{"id":"1","client":"x","kind":"ping"}',
    b'{"v":"1.0","id":"","client":"x","kind":"ping"}',
    b'{"v":"1.0","id":7,"client":"x","kind":"ping"}',
    b'{"v":"1.0","id":"1","client":"x","kind":"' + b"k" * 65 + b'"}',
    b'{"v":"1.0","id":"1","client":"x","kind":"ping","timeout_ms":1e999}',
    b'{"v":"1.0","id":"1","client":"x","kind":"ping","timeout_ms":-1}',
    b'{"v":"1.0","id":"1","client":"x","kind":"ping","sent_ns":' + b"9" * 5000 + b"}",
    b'{"v":"1.0","id":"1","client":"x","kind":"ping","args":[1]}',
    a_command()[:-5],
]


@pytest.mark.parametrize("message", BAD, ids=lambda message: repr(message[:30]))
def test_a_malformed_command_is_answered_with_a_reason_and_counted(
    owner: Owner, stranger: Come, message: bytes
) -> None:
    peer = stranger()
    peer.send(message)
    answer = peer.answer()
    assert (answer["ok"], answer["code"]) == (False, "malformed")
    assert answer["reason"]
    assert owner.server.counts.malformed == 1
    assert owner.commands == []


def test_too_many_parts_are_malformed_and_a_valid_command_after_them_is_served(
    owner: Owner, stranger: Come
) -> None:
    peer = stranger()
    peer.send(a_command(), b"more", b"and more")
    assert peer.answer()["code"] == "malformed"
    peer.send(a_command(kind="line.hold"))
    assert peer.answer()["ok"] is True


def test_a_huge_message_ends_its_connection_only(owner: Owner, stranger: Come, console: Attach) -> None:
    one, peer = console(), stranger()
    until(lambda: one.snapshots)
    peer.send(bytes(20 << 20))
    assert one.ask("line.hold").ok
    assert owner.server.counts.malformed == 0  # it never came so far
    assert not one.losses


def test_another_major_version_is_refused_in_words_both_can_read(owner: Owner, stranger: Come) -> None:
    peer = stranger()
    peer.send(b'{"v":"2.0","id":"abc","request":{"new":"shape"}}')
    answer = peer.answer()
    assert (answer["id"], answer["ok"], answer["code"]) == ("abc", False, "version")
    assert "2.0" in answer["reason"]
    assert VERSION in answer["reason"]
    assert owner.server.counts.foreign_version == 1


def test_fields_of_a_newer_minor_version_are_ignored(owner: Owner, stranger: Come) -> None:
    peer = stranger()
    peer.send(a_command(v="1.9", kind="line.hold", colour="blue"))
    assert peer.answer()["ok"] is True


def test_a_client_refuses_a_service_of_another_major_version_and_says_why(
    impostor: Impostor, console: Attach
) -> None:
    one = console()
    address, asked = impostor.commands.recv_multipart()
    reply = {"v": "2.0", "id": json.loads(asked)["id"], "ok": True, "body": {}}
    impostor.commands.send_multipart([address, json.dumps(reply).encode()])
    until(lambda: one.losses)
    assert "version 2.0" in one.losses[0]
    assert "this end up to date" in one.losses[0]
    assert not one.snapshots


def test_a_client_lives_through_whatever_a_service_says(impostor: Impostor, console: Attach) -> None:
    one = console(frames=RAW_FRAMES)
    assert impostor.frames.recv() == b"\x01frame.raw"
    sender, _ = impostor.commands.recv_multipart()
    for bad in BAD:
        impostor.commands.send_multipart([sender, bad])
        impostor.facts.send_multipart([b"result", bad])
    until(lambda: one.client.counts.malformed >= len(BAD))
    header = b'{"v":"1.0","epoch":1,"seq":1,"t_ns":1,"body":{"width_px":8,"height_px":8,"frame_id":1}}'
    for bad_frame in ([header], [header, bytes(63)], [b"{", bytes(64)], [header, bytes(64), b"more"]):
        malformed = one.client.counts.malformed
        impostor.frames.send_multipart([b"frame.raw", *bad_frame])
        until(lambda malformed=malformed: one.client.counts.malformed > malformed)
    impostor.frames.send_multipart([b"frame.raw", header, bytes(64)])
    until(lambda: one.client.counts.frames == 1)
    assert one.client.is_alive


def test_the_same_command_twice_acts_once(owner: Owner, stranger: Come) -> None:
    peer = stranger()
    peer.send(a_command(kind="alarm.acknowledge", args={"alarm": "plc_lost"}))
    peer.send(a_command(kind="alarm.acknowledge", args={"alarm": "plc_lost"}))
    assert peer.answer() == peer.answer()
    peer.send(a_command(kind="alarm.acknowledge", args={"alarm": "camera_lost"}))
    assert peer.answer()["code"] == "replayed"
    assert len(owner.commands) == 1
    assert owner.server.counts.replayed == 2


def test_a_command_that_comes_too_late_is_not_carried_out(owner: Owner, stranger: Come) -> None:
    peer = stranger()
    peer.send(a_command(kind="line.hold", sent_ns=time.monotonic_ns() - 3_000_000_000, timeout_ms=2000))
    assert peer.answer()["code"] == "expired"
    assert owner.commands == []


def test_what_a_stuck_service_was_asked_does_not_happen_later(owner: Owner, console: Attach) -> None:
    one = console()
    until(lambda: one.snapshots)
    owner.freeze()
    future = one.client.request("line.hold", timeout_ms=200)
    assert future.exception(10) is not None
    assert "did not answer within 200 ms" in str(future.exception())
    owner.is_stuck = False
    until(lambda: owner.server.counts.expired == 1)
    assert owner.commands == []


def test_a_flood_is_dropped_and_others_are_served(owner: Owner, stranger: Come, console: Attach) -> None:
    one, peer = console(), stranger()
    until(lambda: one.snapshots)
    for n in range(900):
        peer.send(a_command(id=str(n)))
    until(lambda: owner.server.counts.flooded > 300)
    assert one.ask("line.hold").ok
    assert not one.losses


def test_a_handler_that_breaks_costs_one_command(
    owner: Owner, console: Attach, caplog: pytest.LogCaptureFixture
) -> None:
    one = console()
    assert one.ask("control.take").ok
    reply = one.ask("break")
    assert (reply.ok, reply.code) == (False, "failed")
    assert "ZeroDivisionError" in caplog.text
    assert one.ask("line.hold").ok


def test_answers_to_a_peer_that_is_gone_are_dropped(owner: Owner, stranger: Come, console: Attach) -> None:
    one = console()
    until(lambda: one.snapshots)
    for _ in range(20):
        peer = stranger()
        peer.send(a_command(kind="snapshot"))
        peer.close()
    assert one.ask("line.hold").ok


def test_what_is_no_fact_or_too_large_is_not_published(owner: Owner) -> None:
    too_large = StationState(state="EXECUTE", parts_now="held", rights=(), lot="x", hold_text="é" * 4096)
    owner.publish(too_large)
    with pytest.raises(ProtocolError, match="over the limit"):
        owner.server._envelope("state", too_large.model_copy(update={"lot": "x" * 70_000}), 1)
    with pytest.raises(ProtocolError, match="is no fact"):
        owner.server.publish(FrameHeader(width_px=1, height_px=1, frame_id=0))
    with pytest.raises(ProtocolError, match="a frame of 3 bytes should have 4"):
        owner.server.publish_frame(FrameHeader(width_px=2, height_px=2, frame_id=0), b"abc")


@pytest.mark.parametrize(
    "greeting",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        bytes(4096),
        b"\xff" * 4096,
        b"\xff\x00\x00\x00\x00\x00\x00\x00\x01\x7f\x03\x00",
    ],
    ids=["http", "zeros", "ones", "half a greeting"],
)
def test_who_does_not_even_speak_zeromq_disturbs_nobody(
    owner: Owner, local: Endpoints, console: Attach, greeting: bytes
) -> None:
    one = console()
    until(lambda: one.snapshots)
    with ExitStack() as stack:
        for address in local.all * 5:
            peer = stack.enter_context(socket.socket(socket.AF_UNIX))
            peer.connect(address.removeprefix("ipc://"))
            with suppress(OSError):
                peer.sendall(greeting)
        assert one.ask("line.hold").ok
    owner.publish(part(1))
    until(lambda: one.facts == [part(1)])
    assert owner.server.counts.malformed == 0


SLEEPER = """
import sys, zmq
context = zmq.Context()
sockets = [context.socket(zmq.SUB) for _ in range(2)]
for opened, address in zip(sockets, sys.argv[1:]):
    opened.subscribe(b"")
    opened.connect(address)
sockets[0].recv()
print("here", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def sleeper(owner: Owner, local: Endpoints, closing: ExitStack) -> subprocess.Popen[str]:
    """A subscriber to everything, in a process of its own, which does not read."""
    sleeper = subprocess.Popen(
        [sys.executable, "-c", SLEEPER, local.facts, local.frames],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    closing.enter_context(sleeper)
    closing.callback(sleeper.kill)
    assert sleeper.stdout is not None
    assert sleeper.stdout.readline() == "here\n"
    until(lambda: owner.do(owner.server.wants_frames))
    return sleeper


def cost_s(owner: Owner) -> float:
    """Median of the time that the server's thread spends on publishing a result and a frame."""
    header = FrameHeader(width_px=640, height_px=512, frame_id=1)

    def once() -> float:
        pixels = b"\x80" * (640 * 512)  # its own memory each time: what waits in a queue takes room
        begin = time.perf_counter()
        owner.server.publish(part(1))
        owner.server.publish_frame(header, pixels)
        return time.perf_counter() - begin

    return float(sorted(owner.do(lambda: [once() for _ in range(400)]))[200])


def test_a_subscriber_that_is_stopped_costs_the_server_nothing(
    owner: Owner, sleeper: subprocess.Popen[str], console: Attach
) -> None:
    one = console()
    until(lambda: one.snapshots)
    before = cost_s(owner)
    os.kill(sleeper.pid, signal.SIGSTOP)
    resident = resident_bytes()
    during = cost_s(owner) / 2 + cost_s(owner) / 2
    os.kill(sleeper.pid, signal.SIGCONT)
    # A server that waited for it would take thousands of times as long; 800 frames of 0.3 MB would be 260 MB.
    assert during < 50 * before
    assert resident_bytes() - resident < 100 << 20
    owner.publish(part(2))
    until(lambda: one.mirror.results and one.mirror.results[-1] == part(2))
    assert not one.losses


def resident_bytes() -> int:
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
