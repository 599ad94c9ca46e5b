"""What was refused is written down, and no flood of it fills the disk."""

from __future__ import annotations

import gc
import json
import time
from typing import Any

import pytest
from service_bench import PASSWORD, PIN, Bench, Panel, audit, until

from inspector.domain.access import Identity
from inspector.protocol import Ask, Code, Command
from inspector.service._audit_record import AuditEntry
from inspector.service._denials import CONSOLE_BURST, MORE, TOTAL_BURST, Denials
from inspector.service._desk import Desk, nobody_seizes
from inspector.service._peers import Digests


class Log:
    """Takes records, at a time that is moved by hand."""

    def __init__(self) -> None:
        self.now_ns = 5_000_000_000
        self.entries: list[AuditEntry] = []
        self.denials = Denials(self.entries.append, now_ns=lambda: self.now_ns)

    def deny(self, console: str = "panel") -> bool:
        return self.denials.note(AuditEntry(who=Identity(console=console), act="users.manage", result="no"))

    def pass_s(self, seconds: float) -> None:
        self.now_ns += round(seconds * 1e9)

    @property
    def untold(self) -> list[Any]:
        return [entry.new["records"] for entry in self.entries if entry.act == MORE]


def test_a_flood_is_counted_instead_of_written_and_the_count_is_told_once() -> None:
    log = Log()
    written = sum(log.deny() for _ in range(1000))
    assert written == len(log.entries) == CONSOLE_BURST
    log.denials.tell()
    log.denials.tell()
    assert log.untold == [1000 - CONSOLE_BURST]


def test_a_console_that_floods_hides_no_other() -> None:
    log = Log()
    for _ in range(1000):
        log.deny("loud")
    assert log.deny("quiet")


def test_names_drawn_anew_do_not_get_around_the_limit() -> None:
    log = Log()
    written = sum(log.deny(f"console {number}") for number in range(5000))
    assert written == TOTAL_BURST


def test_a_day_of_flood_is_some_thousand_records() -> None:
    log = Log()
    for _ in range(24 * 3600):
        log.deny(f"console {len(log.entries) % 7}")
        log.denials.tell()
        log.pass_s(1)
    assert len(log.entries) < 9000
    assert sum(log.untold) + len(log.entries) - len(log.untold) > 24 * 3600 - 100


def test_after_a_pause_refusals_are_written_again() -> None:
    log = Log()
    for _ in range(100):
        log.deny()
    log.pass_s(120)
    assert log.deny()


def test_an_act_that_somebody_may_not_do_is_written_down_with_who_wanted_it(
    service: Bench, admin: Panel, panel: Panel
) -> None:
    admin.done("user.add", name="Eve", role="operator", secret=PIN, reason="new here")
    assert panel.ask("user.list").body["refusal"] == "needs_login"
    panel.log_in("Eve", PIN)
    assert panel.ask("audit.query").body["refusal"] == "not_allowed"
    assert panel.ask(Ask.CONTROL_SEIZE, reason="hurry").body["refusal"] == "not_allowed"
    until(lambda: sum(row["result"].startswith("refused: operator may not") for row in audit(service)) == 3)
    rows = [row for row in audit(service) if row["result"].startswith("refused: operator may not")]
    assert [(row["act"], row["target"], row["user"]) for row in rows] == [
        ("users.manage", "user.list", ""),
        ("audit.view", "audit.query", "Eve"),
        ("control.seize", "control.seize", "Eve"),
    ]
    assert all(row["console"].startswith("Panel 1") for row in rows)


def test_what_is_only_missing_a_reason_is_no_attempt(service: Bench, admin: Panel) -> None:
    before = len(audit(service))
    assert admin.ask(Ask.CONTROL_SEIZE).body["refusal"] == "needs_reason"
    service.stop()
    assert not [row for row in audit(service)[before:] if row["act"] == "control.seize"]


def test_wrong_log_ins_are_written_down_without_the_name_that_was_typed(
    service: Bench, admin: Panel, panel: Panel
) -> None:
    reply = panel.ask("session.log_in", name="381926", secret="Ada")
    assert reply.body["refusal"] == "wrong_login"
    until(lambda: any("is wrong" in row["result"] for row in audit(service)))
    assert "381926" not in json.dumps([row for row in audit(service) if "is wrong" in row["result"]])


@pytest.mark.parametrize(
    ("kind", "args"),
    [
        ("session.log_in", {"name": "Ada", "secret": "wrong one"}),
        ("session.set_up", {"code": "AAAA", "name": "Eve", "password": PASSWORD}),
        ("user.list", {}),
        (Ask.ACKNOWLEDGE, {"alarm": "late"}),
    ],
)
def test_no_flood_of_attempts_fills_the_disk(service: Bench, kind: str, args: dict[str, Any]) -> None:
    panel = service.panel()
    if kind == "session.log_in":
        panel.done("session.set_up", code=service.setup_code, name="Ada", password=PASSWORD)
    until(lambda: panel.mirror.state is not None)
    before, end = len(audit(service)), time.monotonic() + 3
    answers = 0
    while time.monotonic() < end and answers < 90:
        assert not panel.ask(kind, **args).ok
        answers += 1
    assert answers > 30
    until(lambda: any(row["act"] == MORE for row in audit(service)))
    assert len(audit(service)) - before <= CONSOLE_BURST + 6


def test_refusals_wait_for_no_disk(service: Bench, admin: Panel, panel: Panel) -> None:
    folder = service.station.files.own / "audit"
    folder.chmod(0o000)
    try:
        assert panel.ask("user.list").code == Code.DENIED
    finally:
        folder.chmod(0o700)


# -- what the desk remembers


def command(id_: str, **fields: Any) -> Command:
    args = fields.pop("args", {"secret": "hunter2-hunter2"})
    return Command(id=id_, client="c", kind="user.add", token="tok-12345", args=args, **fields)


def test_the_desk_remembers_no_secret_and_still_knows_a_command_again() -> None:
    done: list[str] = []

    def handle(given: Command) -> Any:
        done.append(given.id)
        from inspector.protocol import done as reply

        return reply()

    desk = Desk(handle, nobody_seizes, frozenset(), lambda: None, lambda: None)  # type: ignore[arg-type, return-value]
    desk.lease.take(("local", "c"), desk.lease.view, 1, by_force=True)
    first = command("1", sent_ns=1)
    for _ in range(2):
        reply = desk.receive("local", [first.model_dump_json().encode()], 2)
        assert reply is not None
        assert getattr(reply, "ok", False)
    other = command("1", sent_ns=1, args={"secret": "another"})
    reply = desk.receive("local", [other.model_dump_json().encode()], 3)
    assert getattr(reply, "code", "") == Code.REPLAYED
    assert done == ["1"]
    del first, other, reply
    held = json.dumps([repr(found) for found in reachable(desk) if isinstance(found, str | bytes | Command)])
    assert "hunter2" not in held
    assert "tok-12345" not in held


def reachable(root: object) -> list[object]:
    """Everything that an object leads to, but no modules, classes and functions."""
    seen: dict[int, object] = {}
    todo: list[object] = [root]
    while todo:
        one = todo.pop()
        if id(one) in seen or isinstance(one, type(json) | type | type(reachable)):
            continue
        seen[id(one)] = one
        todo += gc.get_referents(one)
    return list(seen.values())


def test_digests_tell_any_two_commands_apart_and_are_of_no_use_elsewhere() -> None:
    digests = Digests()
    assert digests.of(command("1")) == digests.of(command("1"))
    different = [command("2"), command("1", args={"secret": "x"}), command("1", expected_version=3)]
    assert len({digests.of(each) for each in (command("1"), *different)}) == 4
    assert Digests().of(command("1")) != digests.of(command("1"))
