from __future__ import annotations

import stat
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest
from service_rig import Console, Owner, part, until

from inspector.errors import ConfigError
from inspector.protocol import (
    RAW_FRAMES,
    ClientKeys,
    Endpoints,
    ServerKeys,
    fitted_frames,
    jpeg_frames,
    read_public,
    read_secret,
)
from inspector.service import Server, make_keys

LOOPBACK = Endpoints(*["tcp://127.0.0.1:*"] * 3)


@pytest.fixture
def allowed(folder: Path) -> Path:
    path = folder / "allowed"
    path.mkdir()
    return path


@pytest.fixture
def remote(local: Endpoints, folder: Path, allowed: Path, closing: ExitStack) -> Owner:
    make_keys(folder, "server")
    keys = ServerKeys(read_secret(folder / "server.key"), allowed)
    owner = Owner(
        lambda handler: Server(
            local, handler, remote=(LOOPBACK, keys), encoder=lambda header, pixels, width: (header, b"jpeg")
        )
    )
    closing.callback(owner.close)
    return owner


@pytest.fixture
def keys_of(folder: Path) -> Callable[[str], ClientKeys]:
    def make(name: str) -> ClientKeys:
        make_keys(folder, name)
        return ClientKeys(read_secret(folder / f"{name}.key"), read_public(folder / "server.pub"))

    return make


def attach(owner: Owner, closing: ExitStack, keys: ClientKeys | None, **options: str) -> Console:
    console = Console(owner.server.endpoints[1], keys=keys, **options)
    closing.callback(console.client.close)
    return console


def test_a_console_with_an_allowed_key_is_let_in_by_its_name(
    remote: Owner, keys_of: Callable[[str], ClientKeys], folder: Path, allowed: Path, closing: ExitStack
) -> None:
    keys = keys_of("office")
    (folder / "office.pub").rename(allowed / "office.pub")
    (allowed / "broken.pub").write_text("no key")
    one = attach(remote, closing, keys)
    until(lambda: one.snapshots)
    assert one.ask("line.hold").ok
    assert remote.commands[0].peer == "office"
    remote.publish(part(1))
    until(lambda: one.facts == [part(1)])


def test_a_key_that_is_not_allowed_is_not_let_in_until_it_is(
    remote: Owner,
    keys_of: Callable[[str], ClientKeys],
    folder: Path,
    allowed: Path,
    closing: ExitStack,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("inspector.client._worker._PATIENCE_NS", 700_000_000)
    one = attach(remote, closing, keys_of("office"))
    until(lambda: remote.server.denied > 0)
    until(lambda: one.losses)
    assert one.losses == ["turned away: the service does not know this console's key; have it allowed there"]
    assert not one.snapshots
    (folder / "office.pub").rename(allowed / "office.pub")
    until(lambda: one.snapshots)


def test_without_keys_nobody_gets_in_from_another_machine(remote: Owner, closing: ExitStack) -> None:
    one = attach(remote, closing, None)
    assert one.client.request("line.hold", timeout_ms=700).exception(5) is not None
    assert remote.commands == []
    until(lambda: one.losses)
    assert one.losses == ["turned away: the service lets in only who has keys; give this console some"]


def test_raw_frames_stay_on_the_machine(
    remote: Owner, keys_of: Callable[[str], ClientKeys], folder: Path, allowed: Path, closing: ExitStack
) -> None:
    keys = keys_of("office")
    (folder / "office.pub").rename(allowed / "office.pub")
    one = attach(remote, closing, keys, frames=RAW_FRAMES)
    other = attach(remote, closing, keys, frames=fitted_frames(640))
    until(lambda: one.snapshots and other.snapshots)
    assert one.ask("line.hold").ok
    assert other.ask("line.hold").ok
    assert not remote.do(remote.server.wants_frames)
    one.client.watch_frames(jpeg_frames(320))
    until(lambda: remote.do(remote.server.wants_frames))


@pytest.mark.parametrize(
    "address", ["tcp://0.0.0.0:*", "tcp://*:*", "tcp://eth0:*", "tcp://[::]:*", "tcp://192.0.2.1:5"]
)
def test_an_address_that_others_reach_needs_keys(address: str, local: Endpoints) -> None:
    with pytest.raises(ConfigError, match="can be reached from other machines: that needs keys"):
        Server(Endpoints(local.commands, local.facts, address), lambda command: None)  # type: ignore[arg-type, return-value]


def test_new_keys_are_for_their_owner_alone_and_replace_none(folder: Path) -> None:
    public, secret = make_keys(folder, "panel-1")
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert read_public(public) != read_secret(secret)
    with pytest.raises(ConfigError, match="has keys named panel-1 already"):
        make_keys(folder, "panel-1")


@pytest.mark.parametrize("name", ["", "../panel", "a/b", "x" * 65, "a b"])
def test_keys_have_plain_names(folder: Path, name: str) -> None:
    with pytest.raises(ConfigError, match="is no name for keys"):
        make_keys(folder, name)


def test_a_secret_that_others_can_read_is_refused(folder: Path) -> None:
    _, secret = make_keys(folder, "panel")
    secret.chmod(0o644)
    with pytest.raises(ConfigError, match="can be read by others"):
        read_secret(secret)


@pytest.mark.parametrize("content", [b"", b"short", b"x" * 41, "ä".encode() * 20, b"a" * 39 + b" "])
def test_what_is_no_key_is_named(folder: Path, content: bytes) -> None:
    path = folder / "odd.pub"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match=r"odd\.pub holds no key"):
        read_public(path)
    with pytest.raises(ConfigError, match=r"gone\.pub cannot be read"):
        read_public(folder / "gone.pub")
