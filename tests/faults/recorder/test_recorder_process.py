from __future__ import annotations

import os
import signal
import subprocess
import sys

from recorder_rig import Rig

from inspector import clock
from inspector.sharedmem import RecorderState


def end(process: subprocess.Popen[str]) -> tuple[int, str]:
    _, said = process.communicate(timeout=20)
    return process.returncode, said


def test_sigterm_drains_the_ring_and_then_stops(rig: Rig) -> None:
    process = rig.start(poll_ms=200.0)
    rig.wait_for("status.state == 1")
    rig.parts(700, image_every=100)
    process.send_signal(signal.SIGTERM)
    assert end(process) == (0, "")
    assert [row["seq"] for row in rig.recorded()] == rig.sent
    assert rig.board.read().state is RecorderState.ABSENT


def test_the_launchers_death_drains_the_ring_and_stops_the_recorder_while_ctrl_c_does_not(rig: Rig) -> None:
    read_end, write_end = os.pipe()
    command = [sys.executable, "-m", "inspector.app", "recorder", rig.options.to_json(), str(read_end)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, pass_fds=(read_end,))
    os.close(read_end)
    rig.wait_for("status.state == 1")
    process.send_signal(signal.SIGINT)
    rig.parts(20)
    rig.wait_for("ring.consumed == 20")
    rig.parts(20)
    os.close(write_end)
    assert end(process) == (0, "")
    assert len(rig.recorded()) == 40


def test_a_recorder_killed_again_and_again_loses_no_row_and_doubles_none(rig: Rig) -> None:
    for round_ in range(4):
        process = rig.start()
        rig.wait_for(f"status.pid == {process.pid}")
        before = rig.ring.consumed
        until_ns = clock.monotonic_ns() + 150_000_000
        while clock.monotonic_ns() < until_ns or rig.ring.consumed == before:
            rig.part(image=len(rig.sent) % 7 == 0)
            clock.sleep_s(0.0005)
        clock.sleep_s(0.003 * round_)
        process.kill()
        end(process)
    process = rig.start()
    # The one before may have written everything: only a recorder that has come up can end in order.
    rig.wait_for(f"status.pid == {process.pid} and ring.consumed == ring.written")
    process.terminate()
    assert end(process) == (0, "")
    recorded = rig.recorded()
    assert [row["seq"] for row in recorded] == rig.sent
    stored = {row["image"]["file"] for row in recorded if row["image"] and row["image"]["state"] == "STORED"}
    assert stored == {f"images/{path.name}" for path in (rig.data_dir / "images").iterdir()}
    assert rig.sql("PRAGMA integrity_check") == [("ok",)]


def test_a_stopped_recorder_is_seen_as_dead_and_goes_on_where_it_was(rig: Rig) -> None:
    process = rig.start()
    rig.wait_for("status.state == 1")
    process.send_signal(signal.SIGSTOP)
    rig.parts(300)
    clock.sleep_s(0.1)
    assert not rig.board.read().is_alive(clock.monotonic_ns(), limit_ms=80)
    process.send_signal(signal.SIGCONT)
    rig.wait_for("ring.consumed == 300")
    assert rig.board.read().is_alive(clock.monotonic_ns())
    process.terminate()
    assert end(process)[0] == 0


def test_a_second_recorder_on_the_same_ring_is_refused_and_leaves_the_first_alone(rig: Rig) -> None:
    first = rig.start()
    rig.wait_for("status.state == 1")
    code, said = end(rig.start())
    assert code == 1
    assert said.startswith(f"recorder: another recorder works in {rig.options.run_dir}; stop it")
    assert rig.board.read().pid == first.pid
    first.terminate()
    assert end(first)[0] == 0


def test_a_recorder_without_shared_memory_says_so(rig: Rig) -> None:
    rig.options.ring_path.unlink()
    code, said = end(rig.start())
    assert code == 2
    assert said.startswith(f"recorder: cannot open shared memory {rig.options.ring_path}")
    assert "Traceback" not in said
