"""What was asked for, and had to wait for the disk: it is done only if it may still be done then."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import ExitStack
from typing import Any

import pytest
from service_bench import PASSWORD, PIN, Bench, Panel, audit, until

from inspector.errors import ServiceTimeoutError
from inspector.protocol import Ask, Code, ProductPreview, ProductView, Reply
from inspector.service import ServiceParts

_LONG_S = 30.0


class Disk:
    """The disk of a service, which hangs until it is told to go on."""

    def __init__(self, bench: Bench) -> None:
        assert bench._service is not None
        self._goes_on = threading.Event()
        bench._service._worker.do(lambda: self._goes_on.wait(_LONG_S))

    def go_on(self) -> None:
        self._goes_on.set()


@pytest.fixture
def disk(admin: Panel, service: Bench) -> Iterator[Disk]:
    admin.done(Ask.HOLD, reason="jam")
    disk = Disk(service)
    yield disk
    disk.go_on()


def begin(panel: Panel, kind: str, version: int | None = None, **args: Any) -> Future[Reply]:
    """Ask for something that waits, and go on when the service has heard it."""
    future = panel.client.request(
        kind, args, token=panel.token, expected_version=version, timeout_ms=int(_LONG_S * 1000)
    )
    panel.done(Ask.PING)
    return future


def last(bench: Bench, act: str) -> dict[str, Any]:
    """Return the newest record of how an act went."""
    until(lambda: any(row["act"] == act and row["result"] != "begun" for row in audit(bench)))
    return [row for row in audit(bench) if row["act"] == act and row["result"] != "begun"][-1]


def test_a_hold_is_not_undone_by_a_release_that_was_asked_for_before_it(
    service: Bench, admin: Panel, disk: Disk
) -> None:
    release = begin(admin, "line.release")
    other = service.panel("Panel 2")
    other.done(Ask.HOLD, reason="hand in the machine")
    disk.go_on()
    assert release.result(_LONG_S).code == Code.CONFLICT
    wish = service.station.requests.read()
    assert (wish.is_held, wish.hold_text.endswith("hand in the machine")) == (True, True)
    assert "held again" in last(service, "line.release")["result"]
    admin.done("line.release")
    assert not service.station.requests.read().is_held


def test_a_release_that_nobody_waits_for_any_more_releases_nothing(
    service: Bench, admin: Panel, disk: Disk
) -> None:
    release = admin.client.request("line.release", token=admin.token, timeout_ms=300)
    with pytest.raises(ServiceTimeoutError):
        release.result(_LONG_S)
    disk.go_on()
    assert "too late" in last(service, "line.release")["result"]
    assert service.station.requests.read().is_held


def test_a_release_needs_the_right_to_write_when_it_is_done(service: Bench, admin: Panel, disk: Disk) -> None:
    release = begin(admin, "line.release")
    admin.done(Ask.CONTROL_RELEASE)
    disk.go_on()
    assert release.result(_LONG_S).code == Code.LEASE
    assert service.station.requests.read().is_held
    assert last(service, "line.release")["result"].startswith("refused: nobody has the right to write")


def test_who_has_logged_off_meanwhile_changes_nothing(service: Bench, admin: Panel, disk: Disk) -> None:
    change = begin(admin, "user.own_secret", secret=PASSWORD, new_secret="another horse 8")
    admin.done("session.log_off")
    disk.go_on()
    reply = change.result(_LONG_S)
    assert (reply.code, reply.body["refusal"]) == (Code.DENIED, "needs_login")
    admin.log_in("Ada", PASSWORD)


def test_what_is_refused_at_its_turn_is_written_down_with_whom_and_what_it_would_have_changed(
    service: Bench, admin: Panel
) -> None:
    otto = admin.done("user.add", name="Otto", role="operator", secret=PIN, reason="new").body["id"]
    disk = Disk(service)
    try:
        delete = begin(admin, "user.delete", id=otto, reason="left")
        admin.done(Ask.CONTROL_RELEASE)
    finally:
        disk.go_on()
    assert delete.result(_LONG_S).code == Code.LEASE
    assert [user["name"] for user in admin.done("user.list").body["users"]] == ["Ada", "Otto"]  # type: ignore[index,union-attr,call-overload]
    until(lambda: last(service, "users.manage")["new"] == "deleted")
    row = last(service, "users.manage")
    assert (row["user"], row["target"], row["old"]) == ("Ada", otto, {"name": "Otto", "role": "operator"})
    assert row["result"].startswith("refused: ")


def test_of_two_changes_to_the_same_version_of_an_account_the_second_is_refused(
    service: Bench, admin: Panel
) -> None:
    otto = admin.done("user.add", name="Otto", role="operator", secret=PIN, reason="new").body["id"]
    disk = Disk(service)
    try:
        first, second = (
            begin(admin, "user.change", 1, id=otto, name=name, reason="married") for name in ("Ole", "Olaf")
        )
    finally:
        disk.go_on()
    assert first.result(_LONG_S).ok
    assert second.result(_LONG_S).code == Code.CONFLICT
    until(lambda: last(service, "users.manage")["result"].startswith("refused: Ole was changed"))
    row = last(service, "users.manage")
    assert (row["old"]["name"], row["new"]["name"]) == ("Ole", "Olaf")


class OneProduct:
    """A shelf with something on it for everybody."""

    def all(self) -> Any:
        raise AssertionError("nobody asks for all")

    def preview(self, name: str) -> ProductPreview:
        return ProductPreview(product=ProductView(name=name))

    def picture(self, name: str) -> bytes:
        raise AssertionError(f"nobody looks at {name}")


def test_a_product_is_not_changed_by_who_has_given_up_control(bench: Bench) -> None:
    bench.parts = ServiceParts(products=OneProduct())
    bench.start()
    panel = bench.panel()
    panel.take_control()
    disk = Disk(bench)
    try:
        change = begin(panel, "product.change", name="b")
        panel.done(Ask.CONTROL_RELEASE)
    finally:
        disk.go_on()
    assert change.result(_LONG_S).code == Code.LEASE
    assert bench.station.requests.read().product_request == 0
    row = last(bench, "product.change")
    assert (row["new"], row["result"].startswith("refused: ")) == ("b", True)


def test_no_command_makes_a_hold_wait_for_a_lock_that_is_held_over_the_disk(
    service: Bench, admin: Panel, panel: Panel
) -> None:
    """A log-in has the lock of the users while it hashes and saves, every record that of the audit log."""
    assert service._service is not None
    access, server = service._service._access, service._service._server
    known = server._desk._handler.__self__._acts  # type: ignore[attr-defined]
    until(lambda: panel.mirror.state is not None)
    with ExitStack() as slow:
        for lock in (access.users._lock, access.audit._lock):
            slow.enter_context(lock)
        asked = [
            admin.client.request(kind, {"reason": "try"}, token=admin.token, timeout_ms=20_000)
            for kind in known
            if kind != "session.log_off"  # whoever has logged off may ask for nothing more
        ]
        hold = panel.client.request(Ask.HOLD, timeout_ms=10_000)
        listed = admin.client.request("user.list", token=admin.token, timeout_ms=10_000)
        assert hold.result(_LONG_S).ok
        assert listed.result(_LONG_S).ok
    for future in asked:
        future.exception(_LONG_S)
