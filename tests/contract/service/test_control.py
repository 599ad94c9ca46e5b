from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack

import pytest
from service_rig import Console, Owner, Stranger, a_command, until

from inspector.protocol import Command, Endpoints, LeaseView
from inspector.service import Server, Standing
from inspector.service._lease import GONE_NS

Attach = Callable[..., Console]


def by_token(command: Command) -> Standing:
    if command.kind == "control.seize" and command.token != "lead":
        return Standing(user=command.token, refusal="your role may not seize control")
    return Standing(user=command.token)


@pytest.fixture
def owner(local: Endpoints, closing: ExitStack) -> Owner:
    owner = Owner(lambda handler: Server(local, handler, authority=by_token, free=frozenset({"image.read"})))
    closing.callback(owner.close)
    return owner


def test_who_writes_is_shown_to_all(owner: Owner, console: Attach) -> None:
    first, second = console(name="Panel 1"), console(name="Panel 2")
    until(lambda: first.snapshots and second.snapshots)
    assert first.ask("control.take", token="anna").ok
    expected = LeaseView(client=first.client.identity, name="Panel 1", user="anna")
    until(lambda: first.mirror.lease == second.mirror.lease == expected)
    third = console()
    until(lambda: third.snapshots)
    assert third.mirror.lease == expected


def test_only_the_holder_changes_things_and_the_others_learn_who_it_is(owner: Owner, console: Attach) -> None:
    first, second = console(name="Panel 1"), console(name="Panel 2")
    reply = second.ask("product.change")
    assert (reply.code, reply.reason) == ("lease", "nobody has the right to write; take control first")
    assert first.ask("control.take", token="anna").ok
    assert first.ask("product.change").ok
    reply = second.ask("product.change")
    assert (reply.code, reply.reason) == ("lease", "Panel 1 (anna) has the right to write")
    assert second.ask("control.take").reason == "Panel 1 (anna) has the right to write"
    assert [command.kind for command in owner.commands] == ["product.change"]


def test_holding_the_line_and_acknowledging_never_need_the_right_to_write(
    owner: Owner, console: Attach
) -> None:
    first, second = console(), console()
    assert first.ask("control.take").ok
    for kind in ("line.hold", "alarm.acknowledge", "image.read"):
        assert second.ask(kind).ok


def test_it_can_be_released_and_taken_by_another(owner: Owner, console: Attach) -> None:
    first, second = console(name="Panel 1"), console(name="Panel 2")
    assert first.ask("control.take").ok
    assert second.ask("control.release").ok  # it is not hers: nothing happens
    assert second.ask("control.take").code == "lease"
    assert first.ask("control.release").ok
    until(lambda: second.mirror.lease == LeaseView())
    assert second.ask("control.take").ok


def test_a_role_that_may_seizes_it_and_others_may_not(owner: Owner, console: Attach) -> None:
    first, second = console(name="Panel 1"), console(name="Panel 2")
    assert first.ask("control.take", token="anna").ok
    reply = second.ask("control.seize", token="otto")
    assert (reply.code, reply.reason) == ("denied", "your role may not seize control")
    assert second.ask("control.seize", token="lead").ok
    until(lambda: first.mirror.lease.name == "Panel 2")
    assert first.ask("product.change").code == "lease"


def test_it_ends_when_its_holder_falls_silent(
    owner: Owner, console: Attach, stranger: Callable[[], Stranger], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inspector.service._lease.LEASE_NS", 400_000_000)
    one, silent = console(), stranger()
    until(lambda: one.snapshots)
    silent.send(a_command(kind="control.take", name="Panel 9"))
    assert silent.answer()["ok"] is True
    until(lambda: one.mirror.lease.name == "Panel 9")
    until(lambda: one.mirror.lease == LeaseView())
    assert one.ask("control.take").ok


def test_it_ends_as_soon_as_its_holder_is_gone_and_not_when_somebody_else_goes(
    owner: Owner, console: Attach, stranger: Callable[[], Stranger], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inspector.service._lease.LEASE_NS", 600_000_000_000)
    one, holder, other = console(), stranger(), stranger()
    holder.send(a_command(kind="control.take", name="Panel 9"))
    assert holder.answer()["ok"] is True
    other.send(a_command(client="other"))
    assert other.answer()["ok"] is True
    other.close()
    time.sleep(2 * GONE_NS / 1e9)  # what must not happen has this long to happen
    until(lambda: one.mirror.lease.name == "Panel 9")
    holder.close()
    until(lambda: one.mirror.lease == LeaseView())
    assert one.ask("control.take").ok


def test_a_holder_that_comes_back_over_another_connection_keeps_it(
    owner: Owner, stranger: Callable[[], Stranger], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inspector.service._lease.GONE_NS", 600_000_000_000)  # until it has come back
    first, again = stranger(), stranger()
    first.send(a_command(kind="control.take", name="Panel 9"))
    assert first.answer()["ok"] is True
    first.close()
    again.send(a_command(id="2"))
    assert again.answer()["ok"] is True
    monkeypatch.setattr("inspector.service._lease.GONE_NS", 1)
    again.send(a_command(id="3"))
    assert again.answer()["ok"] is True
    assert owner.server.lease.name == "Panel 9"


def test_a_holder_that_only_looks_on_keeps_it(
    owner: Owner, console: Attach, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inspector.service._lease.LEASE_NS", 1_000_000_000)
    monkeypatch.setattr("inspector.client._worker._PING_NS", 200_000_000)
    one = console()
    assert one.ask("control.take").ok
    count = owner.server.counts.commands
    until(lambda: owner.server.counts.commands > count + 8)  # pings: at least 1.6 s
    assert one.mirror.lease.client == one.client.identity


def test_the_service_can_take_it_back(owner: Owner, console: Attach) -> None:
    one = console()
    assert one.ask("control.take").ok
    owner.do(owner.server.revoke_lease)
    until(lambda: one.mirror.lease == LeaseView())
    assert one.ask("product.change").code == "lease"


def test_a_change_that_does_not_say_when_it_was_asked_for_is_refused(
    owner: Owner, stranger: Callable[[], Stranger]
) -> None:
    peer = stranger()
    peer.send(a_command(kind="control.take"))
    assert peer.answer()["ok"] is True
    peer.send(a_command(id="2", kind="product.change"))
    answer = peer.answer()
    assert (answer["code"], owner.commands) == ("invalid", [])


def test_the_handler_learns_who_asks_for_what(owner: Owner, console: Attach) -> None:
    one = console(name="Panel 1")
    assert one.ask("line.hold", {"reason": "jam"}, token="t", expected_version=4).version == 1
    command = owner.commands[0]
    assert (command.peer, command.name, command.token) == ("local", "Panel 1", "t")
    assert (command.expected_version, command.args) == (4, {"reason": "jam"})
