"""A PLC by its name: a name server that hangs costs no more than the limit."""

from __future__ import annotations

import socket
import threading
from typing import Any

import pytest

from inspector.clock import monotonic_ns
from inspector.devices._modbus_tcp import ModbusConnection
from inspector.devices._names import HostName
from inspector.errors import DeviceUnavailableError


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """The name server answers once this is set."""
    may_answer, real = threading.Event(), socket.getaddrinfo

    def slow(host: str, *arguments: Any, **named: Any) -> Any:
        assert may_answer.wait(30)
        return real("127.0.0.1", *arguments, **named)

    monkeypatch.setattr(socket, "getaddrinfo", slow)
    return may_answer


def test_a_look_up_that_hangs_ends_with_the_names_trouble_and_goes_on_in_the_background(
    answer: threading.Event,
) -> None:
    link = ModbusConnection("plc.factory.example", 502, unit_id=1, timeout_ms=80, connect_timeout_ms=50)
    started_ns = monotonic_ns()
    for _ in range(3):
        with pytest.raises(
            DeviceUnavailableError, match=r"the name plc\.factory\.example cannot be resolved"
        ):
            link.open()
    assert monotonic_ns() - started_ns < 5_000_000_000
    assert sum(thread.name == "resolver" for thread in threading.enumerate()) == 1
    answer.set()


def test_a_name_that_was_known_keeps_its_address_while_the_name_server_hangs(answer: threading.Event) -> None:
    name = HostName("plc.factory.example", 502)
    answer.set()
    known = name.addresses(10.0)
    assert [address for _, address in known] == [("127.0.0.1", 502)]
    answer.clear()
    assert name.addresses(0.05) == known
    answer.set()
