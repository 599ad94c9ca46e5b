"""System › Computer: what is said of clock, networks, disk and backup, to whom, and what is marked."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from console_facts import NOON_NS, SECOND, lens, state

from inspector.protocol import BackupView, ClockView, Machine, NetworkPort, StoreView
from inspector_console.presenter import Link, MachineState, MachineView, RowView, present_machine
from inspector_console.words import Words

ADA = {"user": "Ada", "role": "admin"}
DAY = 86_400 * SECOND


def machine(clock: dict[str, Any] | None = None, store: dict[str, Any] | None = None, **more: Any) -> Machine:
    usual = {
        "utc_ns": NOON_NS,
        "zone": "Europe/Berlin",
        "utc_offset_min": 60,
        "booted_utc_ns": NOON_NS - 3 * DAY,
    }
    return Machine(
        host="hall-3",
        clock=ClockView(**usual | (clock or {})),
        store=StoreView(data_dir="/var/lib/inspector", **(store or {})),
        **more,
    )


def page(seen: Machine, *, here_utc_ns: int = NOON_NS, language: str = "en", **who: Any) -> MachineView:
    looking = replace(lens(state(), **(who or ADA)), words=Words(language))
    return present_machine(looking, MachineState(machine=seen, here_utc_ns=here_utc_ns))


def row(lead: str, seen: Machine, **more: Any) -> RowView:
    return next(row for row in page(seen, **more).rows if row.lead == lead)


def test_the_time_is_the_stations_with_its_zone() -> None:
    assert row("Time", machine()).text.endswith("Europe/Berlin (UTC+1)")
    half = row("Time", machine({"utc_offset_min": 330, "zone": "Asia/Kolkata"}))
    assert half.text.endswith("Asia/Kolkata (UTC+5.5)")


@pytest.mark.parametrize(
    ("clock", "said", "is_wrong"),
    [
        ({"is_synchronised": True, "error_us": 12_345}, "to within 12 ms", False),
        ({"is_synchronised": False}, "set a source of time", True),
        ({}, "is not known", False),
    ],
)
def test_a_clock_that_nothing_keeps_right_is_marked(clock: dict[str, Any], said: str, is_wrong: bool) -> None:
    time = row("Time", machine(clock))
    assert said in time.more
    assert time.is_wrong is is_wrong


@pytest.mark.parametrize(("apart_s", "is_said"), [(1.5, False), (-1.5, False), (90, True), (-90, True)])
def test_two_clocks_that_differ_are_said(apart_s: float, is_said: bool) -> None:
    time = row("Time", machine({"is_synchronised": True}), here_utc_ns=NOON_NS + round(apart_s * SECOND))
    assert ("differs by 90 s" in time.more) is is_said
    assert time.is_wrong is is_said


def test_a_port_without_a_link_is_marked_and_one_that_nobody_uses_is_left_out() -> None:
    ports = (
        NetworkPort(name="eth0", is_up=True, speed_mbit_s=100, addresses=("192.0.2.7/24",)),
        NetworkPort(name="eth1", is_up=False, addresses=("198.51.100.1/30",)),
        NetworkPort(name="eth2", is_up=False),
    )
    shown = [row for row in page(machine(ports=ports)).rows if row.lead == "Network"]
    assert [(row.text, row.is_wrong) for row in shown] == [
        ("eth0 · 192.0.2.7/24", False),
        ("eth1 · 198.51.100.1/30", True),
    ]
    assert shown[0].more == "100 Mbit/s"
    assert "is the cable in" in shown[1].more


def test_a_computer_without_a_network_says_so() -> None:
    assert row("Network", machine()).text == "The computer has no network"


def test_who_may_attach_from_elsewhere_is_said() -> None:
    assert row("Consoles", machine()).text == "Of this computer alone"
    remote = row("Consoles", machine(consoles="0.0.0.0:47110", consoles_allowed=2))
    assert (remote.text, remote.more) == ("Of other machines too, at 0.0.0.0:47110", "2 have a key")


def test_room_and_what_goes_first_are_said() -> None:
    store = {"disk_bytes": 50 * 10**9, "disk_free_bytes": 12 * 10**9, "quota_bytes": 2 * 10**9}
    seen = machine(
        store=store
        | {"rows_bytes": 10**8, "images_bytes": 9 * 10**8, "rows_waiting": 7, "oldest_utc_ns": NOON_NS}
    )
    assert row("Disk", seen).text == "12.0 GB free of 50.0 GB"
    assert row("Records", seen).text == "1.0 GB of 2.0 GB used · 7 rows not taken away"
    assert "the oldest images go first" in row("Records", seen).more
    assert row("Records", machine()).text == "Nothing is recorded"


def test_the_last_backup_is_told_with_who_made_it() -> None:
    assert row("Backup", machine()).text == "None was made from a console yet"
    last = row(
        "Backup", machine(backup=BackupView(utc_ns=NOON_NS, user="Ada", files=47, size_bytes=4_200_000))
    )
    assert last.text.startswith("Last one ")
    assert last.text.endswith(", by Ada")
    assert last.tail == "47 files, 4.2 MB"


@pytest.mark.parametrize(("role", "may"), [("admin", True), ("engineer", False), ("", False)])
def test_an_admin_may_back_up_and_others_read_who_may(role: str, may: bool) -> None:
    seen = page(machine(), user="Ada" if role else "", role=role)
    assert (seen.back_up, seen.may_not) == (
        ("Back up", "") if may else ("", "To back up, log in as: Administrator")
    )
    assert seen.rows  # everybody may look


def test_of_a_station_that_is_not_there_nothing_is_shown() -> None:
    looking = lens(state(), **ADA)
    lost = replace(looking, facts=replace(looking.facts, link=Link.LOST))
    seen = present_machine(lost, MachineState(machine=machine()))
    assert (seen.rows, seen.back_up) == ((), "")
    assert seen.quiet == "Not known: no connection to the station"


def test_before_the_answer_it_is_being_asked_and_a_refusal_is_said() -> None:
    assert present_machine(lens(state()), MachineState()).quiet == "Asking the station …"
    refused = present_machine(lens(state()), MachineState(trouble="no such command"))
    assert refused.quiet == "It cannot be read: no such command"


def test_german_is_spoken_throughout() -> None:
    seen = page(machine({"is_synchronised": False}), language="de")
    assert [row.lead for row in seen.rows] == [
        "Sicherung", "Datenträger", "Aufzeichnung", "Zeit", "Netzwerk", "SPS", "Konsolen", "Meldungen",
        "In Betrieb", "Einstellungen",
    ]  # fmt: skip
