from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from service_rig import Console, Impostor, Owner, Stranger

from inspector.protocol import Endpoints
from inspector.service import Server


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="insp-") as name:  # short: a socket's path has 107 bytes
        yield Path(name)


@pytest.fixture
def closing() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def local(folder: Path) -> Endpoints:
    return Endpoints.ipc(folder)


@pytest.fixture
def owner(local: Endpoints, closing: ExitStack) -> Owner:
    owner = Owner(lambda handler: Server(local, handler, free=frozenset({"image.read"}), name="line 3"))
    closing.callback(owner.close)
    return owner


@pytest.fixture
def console(local: Endpoints, closing: ExitStack) -> Callable[..., Console]:
    def attach(**options: object) -> Console:
        console = Console(local, **options)
        closing.callback(console.client.close)
        return console

    return attach


@pytest.fixture
def stranger(local: Endpoints, closing: ExitStack) -> Callable[[], Stranger]:
    def come() -> Stranger:
        stranger = Stranger(local)
        closing.callback(stranger.close)
        return stranger

    return come


@pytest.fixture
def impostor(local: Endpoints, closing: ExitStack) -> Impostor:
    impostor = Impostor(local)
    closing.callback(impostor.close)
    return impostor
