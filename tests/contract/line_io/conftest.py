"""Peers as fixtures. `peer` may become any PLC; a `passive_peer` lets the test fill its block P."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from line_io_peers import HOST, PASSIVE_PEERS, REGISTERS, Peer, ScriptedPlc

from inspector.devices import ModbusLine

Connect = Callable[..., ModbusLine]


@pytest.fixture(scope="module", params=PASSIVE_PEERS)
def running_peer(request: pytest.FixtureRequest) -> Iterator[Peer]:
    with PASSIVE_PEERS[request.param]() as peer:
        yield peer


@pytest.fixture
def passive_peer(running_peer: Peer) -> Peer:
    running_peer.set(0, [0] * REGISTERS)
    return running_peer


@pytest.fixture
def peer(passive_peer: Peer) -> Peer:
    return passive_peer


@pytest.fixture
def plc() -> Iterator[ScriptedPlc]:
    plc = ScriptedPlc()
    yield plc
    plc.stop()


@pytest.fixture
def connect() -> Iterator[Connect]:
    """Build a line that is closed in the end; generous with time, since the machine may be busy."""
    lines = []

    def build(port: int, **settings: object) -> ModbusLine:
        line = ModbusLine(HOST, port, **{"station_id": 7, "timeout_ms": 2000, **settings})  # type: ignore[arg-type]
        lines.append(line)
        return line

    yield build
    for line in lines:
        line.close()
