"""Link faults that the simulated PLC can be told to have."""

from __future__ import annotations

import socket
import struct
import time

import pytest
from plc_server_rig import HOST, PoweredPlc, frame, read_frame, wait_for

from inspector.clock import monotonic_ns

READ_ONE = struct.pack(">BHH", 3, 50, 1)


def write_one(value: int) -> bytes:
    return struct.pack(">BHH", 6, 50, value)


def ask(sock: socket.socket, pdu: bytes, transaction: int = 1) -> bytes:
    sock.sendall(frame(transaction, pdu))
    answered, _, answer = read_frame(sock)
    assert answered == transaction
    return answer


def begun(plc: PoweredPlc, name: str, **values: float) -> None:
    plc.tell(fault=name, **values)
    wait_for(lambda: name in plc.plc.faults._until_ns)
    time.sleep(0.01)


def test_exception_replies_execute_nothing_and_end_after_their_count(plc: PoweredPlc) -> None:
    begun(plc, "exception_reply", count=2, duration_s=60, code=6)
    with plc.socket() as sock:
        assert ask(sock, write_one(5)) == b"\x86\x06"
        assert ask(sock, READ_ONE) == b"\x83\x06"
        assert ask(sock, READ_ONE) == struct.pack(">BBH", 3, 2, 0)


def test_a_wrong_echo_names_another_address_and_the_write_took_effect(plc: PoweredPlc) -> None:
    begun(plc, "wrong_echo", count=2, duration_s=60)
    with plc.socket() as sock:
        assert ask(sock, write_one(5)) == struct.pack(">BHH", 6, 51, 5)
        both = struct.pack(">BHHHHBH", 23, 50, 2, 51, 1, 2, 9)
        assert ask(sock, both) == struct.pack(">BBH", 23, 2, 5)
        assert ask(sock, both) == struct.pack(">BBHH", 23, 4, 5, 9)


def test_a_busy_plc_answers_late_and_in_order(plc: PoweredPlc) -> None:
    begun(plc, "plc_busy", delay_ms=300, duration_s=0.5)
    with plc.socket() as sock:
        began = time.monotonic()
        sock.sendall(frame(1, write_one(7)) + frame(2, READ_ONE))
        assert [read_frame(sock)[0], read_frame(sock)[0]] == [1, 2]
        assert time.monotonic() - began >= 0.3
        wait_for(lambda: not plc.plc.faults.is_active("plc_busy", monotonic_ns()))
        began = time.monotonic()
        ask(sock, READ_ONE)
        assert time.monotonic() - began < 0.3


def test_a_stalled_link_delivers_everything_late_even_what_nobody_waits_for_any_more(plc: PoweredPlc) -> None:
    with plc.socket() as sock, plc.socket() as other:
        ask(sock, write_one(1))
        began = time.monotonic()
        begun(plc, "link_stall", duration_s=0.3)
        other.sendall(frame(5, write_one(99)))
        other.close()  # a ghost: the write outlives its sender
        sock.sendall(frame(2, READ_ONE) + frame(3, READ_ONE))
        assert [read_frame(sock)[0], read_frame(sock)[0]] == [2, 3]
        assert time.monotonic() - began >= 0.3
        wait_for(lambda: ask(sock, READ_ONE) == struct.pack(">BBH", 3, 2, 99))


def test_a_reset_link_is_reset_for_everybody_and_can_be_opened_again(plc: PoweredPlc) -> None:
    with plc.socket() as first, plc.socket() as second:
        ask(first, READ_ONE), ask(second, READ_ONE)
        plc.tell(fault="link_reset")
        for sock in (first, second):
            with pytest.raises(ConnectionResetError):
                read_frame(sock)
    with plc.socket() as sock:
        ask(sock, READ_ONE)


def test_a_half_open_link_stays_mute_and_a_new_one_works_when_it_is_over(plc: PoweredPlc) -> None:
    with plc.socket() as old:
        ask(old, READ_ONE)
        begun(plc, "link_half_open", duration_s=1.0)
        with plc.socket() as during:
            during.settimeout(0.3)
            during.sendall(frame(1, write_one(66)))
            with pytest.raises(TimeoutError):
                read_frame(during)
        wait_for(lambda: not plc.plc.faults.is_active("link_half_open", monotonic_ns()))
        old.settimeout(0.05)
        old.sendall(frame(1, write_one(77)))
        with pytest.raises(TimeoutError):
            read_frame(old)
        with plc.socket() as new:
            assert ask(new, READ_ONE) == struct.pack(">BBH", 3, 2, 0)


def test_refused_connections_leave_open_ones_alone(plc: PoweredPlc) -> None:
    with plc.socket() as old:
        ask(old, READ_ONE)
        begun(plc, "refuse_connections", duration_s=1.0)
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((HOST, plc.port), timeout=1)
        ask(old, READ_ONE)

        def reopened() -> bool:
            try:
                with plc.socket() as new:
                    return bool(ask(new, READ_ONE))
            except ConnectionRefusedError:
                return False

        wait_for(reopened)


def test_a_slow_scan_is_told_in_the_registers_and_ends(plc: PoweredPlc) -> None:
    scan_time = struct.pack(">BHH", 3, 1106, 1)
    begun(plc, "scan_ms", ms=10, duration_s=1.0)
    with plc.socket() as sock:
        wait_for(lambda: ask(sock, scan_time) == struct.pack(">BBH", 3, 2, 100))
        wait_for(lambda: ask(sock, scan_time) == struct.pack(">BBH", 3, 2, 20))


@pytest.mark.parametrize(
    ("message", "complaint"),
    [
        ({"fault": "earthquake"}, "unknown fault 'earthquake'"),
        ({"fault": "plc_busy", "delay_s": 1}, "no parameter 'delay_s'"),
        ({"command": "dance"}, "unknown command 'dance'"),
        ({"note": 1}, "not a fault"),
    ],
)
def test_what_it_cannot_do_is_said_on_stderr_and_it_runs_on(
    plc: PoweredPlc, capfd: pytest.CaptureFixture[str], message: dict[str, object], complaint: str
) -> None:
    plc.tell(**message)
    said = []
    wait_for(lambda: said.append(capfd.readouterr().err) or complaint in "".join(said))
    with plc.socket() as sock:
        ask(sock, READ_ONE)
