"""Logging in with a badge at the service: what consoles ask, and what is written down of it."""

from __future__ import annotations

from typing import Any

import pytest
from service_bench import PASSWORD, PIN, Bench, Panel, audit, until

from inspector.domain.access import Refusal

BADGE = "04A1B2C3D4"


def user(admin: Panel, name: str) -> dict[str, Any]:
    users: Any = admin.done("user.list").body["users"]
    return next(user for user in users if user["name"] == name)


@pytest.fixture
def olga(admin: Panel, service: Bench) -> Panel:
    """A panel at which nobody has logged in, of a station where Olga has a badge."""
    id_ = admin.done("user.add", name="Olga", role="operator", secret=PIN, reason="new here").body["id"]
    admin.done("user.change", id=id_, badge=BADGE, reason="new here")
    return service.panel("Panel 2")


def test_whoever_holds_the_badge_is_logged_in(olga: Panel) -> None:
    body = olga.done("session.log_in", badge=BADGE).body
    olga.token = str(body["token"])
    assert (body["user"], body["role"]) == ("Olga", "operator")
    assert olga.done("session.who").body["user"] == "Olga"


def test_it_is_written_down_that_it_was_a_badge_and_never_which(
    olga: Panel, admin: Panel, service: Bench
) -> None:
    olga.done("session.log_in", badge=BADGE)
    assert not olga.ask("session.log_in", badge="0007654321").ok
    until(lambda: any(row["result"].startswith("refused: this badge") for row in audit(service)))
    logged_in = [row for row in audit(service) if row["act"] == "session.log_in" and row["user"] == "Olga"]
    assert [row["new"] for row in logged_in] == ["badge"]
    (assigned, *_) = [row for row in audit(service) if isinstance(row["new"], dict) and "badge" in row["new"]]
    assert assigned["new"]["badge"] == "assigned"
    service.stop()
    written = b"".join(path.read_bytes() for path in service.station.files.own.rglob("*") if path.is_file())
    assert BADGE.encode() not in written
    assert b"0007654321" not in written


def test_an_admin_sees_who_has_one_and_takes_it_away(olga: Panel, admin: Panel) -> None:
    assert user(admin, "Olga")["has_badge"] is True
    assert "badge_hash" not in user(admin, "Olga")
    olga.token = str(olga.done("session.log_in", badge=BADGE).body["token"])
    admin.done("user.change", id=user(admin, "Olga")["id"], badge="", reason="left it on the bus")
    assert user(admin, "Olga")["has_badge"] is False
    assert olga.ask("session.who").body["user"] == ""  # whoever has found it is out, too
    assert olga.ask("session.log_in", badge=BADGE).body["refusal"] == Refusal.WRONG_LOGIN


def test_an_admin_needs_the_password_as_well(admin: Panel, service: Bench) -> None:
    admin.done("user.change", id=user(admin, "Ada")["id"], badge=BADGE, reason="new here")
    panel = service.panel("Panel 2")
    reply = panel.ask("session.log_in", badge=BADGE)
    assert reply.body["refusal"] == Refusal.NEEDS_SECRET
    assert panel.done("session.log_in", badge=BADGE, secret=PASSWORD).body["user"] == "Ada"
    asked = [row for row in audit(service) if row["act"] == "session.log_in"]
    assert not [row for row in asked if row["result"].startswith("refused")]


def test_a_badge_that_somebody_has_is_refused_with_the_name(olga: Panel, admin: Panel) -> None:
    reply = admin.ask("user.change", id=user(admin, "Ada")["id"], badge=BADGE, reason="new here")
    assert reply.body["refusal"] == Refusal.BADGE_TAKEN
    assert "Olga" in reply.reason
