"""What a hostile console tries, over bare sockets: nothing of it is done, and all of it is written down."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import zmq
from service_bench import PASSWORD, PATIENCE_S, PIN, Bench, Panel, audit, until

from inspector.clock import monotonic_ns
from inspector.domain.access import Identity, Permission, permissions_of
from inspector.protocol import Ask, Command, Endpoints, encode, mark_of

SECRET = "Hush-7f3a-91"
"""A secret that may turn up nowhere."""
PRIVILEGED: dict[str, dict[str, Any]] = {
    "user.list": {},
    "backup.make": {},
    "user.add": {"name": "Mallory", "role": "admin", "secret": SECRET, "reason": "mine"},
    "user.change": {"id": "1", "role": "admin", "secret": SECRET, "reason": "mine"},
    "user.delete": {"id": "1", "reason": "mine"},
    "user.unlock": {"id": "1", "reason": "mine"},
    "user.own_secret": {"secret": SECRET, "new_secret": SECRET},
    "audit.query": {},
    "audit.export": {},
    "audit.verify": {},
    "log.export": {},
    "alarm.out_of_service": {"alarm": "late", "reason": "mine"},
    "alarm.put_back": {"alarm": "late"},
    "reject.label": {"part": "1-1", "judgement": "false_reject"},
    "control.seize": {"reason": "mine"},
}
WRECKED: list[dict[str, Any]] = [{}, {"reason": 5}, {"name": None, "id": [], "role": {}, "secret": 1.5}]
"""Arguments that are refused for themselves where somebody may."""


class Dealer:
    """A peer with a bare socket, which says whatever it likes as whomever it likes."""

    def __init__(self, endpoints: Endpoints, client: str = "0" * 32, name: str = "Panel 1") -> None:
        self._context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        self._socket: zmq.Socket[bytes] = self._context.socket(zmq.DEALER)
        self._socket.connect(endpoints.commands)
        self._socket.rcvtimeo = int(PATIENCE_S * 1000)
        self._client, self._name, self._number = client, name, 0

    def ask(self, kind: str, args: dict[str, Any] | None = None, **fields: Any) -> dict[str, Any]:
        self._number += 1
        given = {"id": str(self._number), "client": self._client, "name": self._name} | fields
        command = Command(kind=kind, args=args or {}, sent_ns=monotonic_ns(), timeout_ms=8000, **given)
        self._socket.send(encode(command))
        reply: dict[str, Any] = json.loads(self._socket.recv_multipart()[0])
        return reply

    def raw(self, data: bytes) -> dict[str, Any]:
        self._socket.send(data)
        reply: dict[str, Any] = json.loads(self._socket.recv_multipart()[0])
        return reply

    def close(self) -> None:
        self._context.destroy(linger=0)


@pytest.fixture
def dealer(service: Bench) -> Iterator[Dealer]:
    dealer = Dealer(service.endpoints)
    yield dealer
    dealer.close()


def refused_targets(bench: Bench) -> list[str]:
    return [row["target"] for row in audit(bench) if row["result"].startswith("refused:")]


@pytest.mark.parametrize("stolen", [False, True], ids=["no token", "another console's token"])
def test_what_only_others_may_is_refused_and_each_attempt_written_down(
    service: Bench, admin: Panel, dealer: Dealer, stolen: bool
) -> None:
    token = admin.token if stolen else ""
    admin.done(Ask.CONTROL_RELEASE)
    assert dealer.ask(Ask.CONTROL_TAKE, token=token)["ok"]  # the operator's good right
    for kind, args in PRIVILEGED.items():
        reply = dealer.ask(kind, args, token=token)
        assert (reply["code"], reply["body"]["refusal"]) == ("denied", "needs_login"), reply
    until(lambda: set(PRIVILEGED) <= set(refused_targets(service)))
    users: Any = admin.done("user.list").body["users"]
    assert [user["name"] for user in users] == ["Ada"]


@pytest.mark.parametrize("args", WRECKED, ids=["none", "a reason that is none", "wrong types"])
def test_an_attempt_that_is_badly_put_is_written_down_as_well(
    service: Bench, admin: Panel, dealer: Dealer, args: dict[str, Any]
) -> None:
    admin.done(Ask.CONTROL_RELEASE)
    assert dealer.ask(Ask.CONTROL_TAKE)["ok"]
    kinds = [kind for kind in PRIVILEGED if kind != "alarm.put_back"]
    for kind in kinds:
        assert dealer.ask(kind, args)["code"] == "denied", kind
    until(lambda: set(kinds) <= set(refused_targets(service)))


def test_a_token_is_worth_nothing_after_the_log_off_or_when_it_is_altered(
    service: Bench, admin: Panel, dealer: Dealer
) -> None:
    admin.done("user.add", name="Olga", role="admin", secret=PASSWORD, reason="new here")
    answer = dealer.ask("session.log_in", {"name": "Olga", "secret": PASSWORD})
    token = answer["body"]["token"]
    key, _, secret = token.partition(".")
    assert dealer.ask("user.list", token=token)["ok"]
    for altered in (f"{key}.", f"{key}.{secret[:-1]}", f"{key}.{secret}x", secret, f".{secret}", "." * 4000):
        assert dealer.ask("user.list", token=altered)["code"] == "denied"
    assert dealer.ask("session.log_off", token=token)["ok"]
    assert dealer.ask("user.list", token=token)["code"] == "denied"


def test_during_a_lockout_the_right_password_helps_nobody_and_the_waiting_are_written_down(
    service: Bench, admin: Panel, dealer: Dealer
) -> None:
    admin.done("user.add", name="Eve", role="operator", secret=PIN, reason="new here")
    for _ in range(5):
        assert not dealer.ask("session.log_in", {"name": "Eve", "secret": SECRET})["ok"]
    reply = dealer.ask("session.log_in", {"name": "Eve", "secret": PIN})
    assert (reply["code"], reply["body"]["refusal"]) == ("denied", "wait")
    until(lambda: any("too many failed attempts" in row["result"] for row in audit(service)))


def test_who_is_in_control_cannot_be_impersonated_with_what_everybody_is_told(
    service: Bench, admin: Panel, panel: Panel
) -> None:
    until(lambda: panel.mirror.lease.name == "Office")
    told = panel.mirror.lease.client
    assert told == admin.client.identity == mark_of(admin.client._secret)
    thief = Dealer(service.endpoints, client=told, name="Office")
    try:
        assert thief.ask("product.change", {"name": "b"})["code"] == "lease"
        thief.ask(Ask.CONTROL_RELEASE)
        assert admin.mirror.lease.name == "Office"
        # Nor can the numbers of its next commands be used up beforehand.
        for number in range(1, 60):
            thief.ask("line.release", id=str(number))
        admin.done(Ask.HOLD)
        admin.done("line.release")
    finally:
        thief.close()


def test_nobody_at_the_machine_is_written_down_as_if_he_came_from_another_one(service: Bench) -> None:
    local = Dealer(service.endpoints, name="Panel 1@office")
    try:
        local.ask("user.list")
    finally:
        local.close()
    until(lambda: [row["console"] for row in audit(service)] == [f"Panel 1 office ({mark_of('0' * 32)[:8]})"])


def test_a_command_that_comes_again_acts_once_and_one_that_is_altered_not_at_all(
    service: Bench, dealer: Dealer
) -> None:
    assert dealer.ask(Ask.CONTROL_TAKE)["ok"]
    hold = Command(
        id="h", client="0" * 32, name="Panel 1", kind=Ask.HOLD, sent_ns=monotonic_ns(), timeout_ms=8000
    )
    assert dealer.raw(encode(hold))["ok"]
    assert dealer.ask("line.release")["ok"]
    assert dealer.raw(encode(hold))["ok"]  # the old answer
    assert not service.station.requests.read().is_held
    altered = hold.model_copy(update={"kind": "line.release"})
    assert dealer.raw(encode(altered))["code"] == "replayed"


def test_no_secret_is_ever_written_anywhere(
    service: Bench, admin: Panel, dealer: Dealer, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    caplog.set_level(logging.DEBUG)
    admin.done("user.add", name="Olga", role="admin", secret=SECRET, reason="new here")
    token = dealer.ask("session.log_in", {"name": "Olga", "secret": SECRET})["body"]["token"]
    replies = [
        dealer.ask(kind, args, token=used)
        for used in ("", token, token + "x")
        for kind, args in (
            ("session.log_in", {"name": SECRET, "secret": SECRET}),
            ("session.log_in", {"name": [SECRET], "secret": {SECRET: SECRET}}),
            ("session.log_in", {"name": "Olga", "secret": [SECRET]}),
            ("session.set_up", {"code": SECRET, "name": "Eve", "password": SECRET}),
            ("user.own_secret", {"secret": "wrong", "new_secret": SECRET}),
            ("user.own_secret", {"secret": [SECRET], "new_secret": SECRET, "more": SECRET}),
            ("user.add", {"name": "Eve", "role": "operator", "secret": SECRET, SECRET: SECRET}),
            ("user.change", {"id": "1", "secret": SECRET, "reason": "x" * 4000}),
            ("session.log_off", {"secret": SECRET, "reason": [token]}),
        )
    ]
    broken = json.dumps({"v": "1.0", "id": "b", "client": "c", "kind": "session.log_in", "args": SECRET})
    replies.append(dealer.raw(broken.encode()))
    replies.append(dealer.raw(broken.encode()[:-1]))
    service.stop()
    written = [path for root in (tmp_path, service.station.files.own) for path in root.rglob("*")]
    for text in (SECRET, token, token.partition(".")[2], PASSWORD):
        assert not [path for path in written if path.is_file() and text.encode() in path.read_bytes()]
        assert text not in caplog.text
        assert not [reply for reply in replies if text in json.dumps(reply)]


def test_every_permission_that_is_not_the_operators_is_tried_here() -> None:
    beyond = set(Permission) - permissions_of(Identity())
    tried = {
        Permission.MANAGE_USERS, Permission.VIEW_AUDIT, Permission.EXPORT, Permission.OUT_OF_SERVICE,
        Permission.LABEL_REJECT, Permission.SEIZE_CONTROL, Permission.BACK_UP,
    }  # fmt: skip
    no_command_yet = {
        Permission.RESET_COUNTERS, Permission.TEST_DEVICE, Permission.EDIT_RECIPE, Permission.CHANGE_SETTINGS,
    }  # fmt: skip
    assert beyond == tried | no_command_yet
