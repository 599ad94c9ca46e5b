"""Whoever reads along sees what went over the wire, named and decoded."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from line_io_peers import Peer

from inspector.clock import monotonic_ns
from inspector.devices import REGISTER_GROUPS, MapOptions, ModbusLine, RegisterRow, RegisterView
from inspector.devices._codec import encode_details, encode_fast, encode_outcome
from inspector.devices._regmap import DETAILS, FAST, GROUPS, OUTCOMES
from inspector.domain.disposition import Applied, Confirmation
from inspector.domain.line import (
    Control,
    LineDetails,
    LineSnapshot,
    Mirror,
    PartOutcome,
    RejectFault,
    ResultRecord,
    Status,
)
from inspector.domain.part import Trigger
from inspector.domain.verdict import Evaluation
from inspector.sharedmem import RegisterBoard

Connect = Callable[..., ModbusLine]
OPTIONS = MapOptions(base_p=1100)
SNAPSHOT = LineSnapshot(
    plc_heartbeat=3,
    session=9,
    control=Control.TRIGGER_ENABLE | Control.AIR_OK,
    newest_tag=6,
    part_count=6,
    now_100us=0x00012345,
    encoder_counts=0xFFFF0000,
    last_outcome_tag=2,
    reject_fault=RejectFault.BIN_FULL,
    triggers=(Trigger(tag=6, encoder_counts=420_000, time_100us=6),),
    torn_triggers=0,
    sent_ns=0,
    received_ns=0,
)
LINE = LineDetails(
    command=0,
    command_argument=0,
    rejects_commanded=9,
    rejects_confirmed=8,
    late_verdicts=0,
    consecutive_rejects=0,
    scan_time_100us=20,
    counts_per_mm_x100=1000,
    gate_counts=4000,
    window_counts=80,
    deadline_counts=3900,
    trigger_delay_100us=3,
    outcomes=(),
    lot="4711",
    order="A-9",
)
RECORD = ResultRecord(session=9, tag=21, encoder_counts=65_536, evaluation=Evaluation.OK)


@pytest.fixture
def view(passive_peer: Peer, connect: Connect, tmp_path: Path) -> RegisterView:
    """A view beside a line that has talked about everything once."""
    board = RegisterBoard.create(tmp_path / "registers")
    passive_peer.set(OPTIONS.address(FAST), encode_fast(SNAPSHOT, OPTIONS))
    passive_peer.set(OPTIONS.address(DETAILS), encode_details(LINE, OPTIONS))
    outcome = PartOutcome(tag=2, applied=Applied.REJECTED, confirmed=Confirmation.YES)
    passive_peer.set(OPTIONS.address(OUTCOMES, 2), encode_outcome(outcome, 9))
    line = connect(passive_peer.port, base_p=1100, registers=board)
    line.open()
    line.write_mirror(Mirror(heartbeat=1, status=Status.ONLINE | Status.TRIGGER_READY, state=6))
    line.exchange(RECORD)
    line.read_details()
    return RegisterView(RegisterBoard.attach(tmp_path / "registers"), 7, OPTIONS)


def row(view: RegisterView, group: str, name: str, entry: int = -1) -> RegisterRow:
    rows, at_ns = view.rows(group)
    assert 0 < at_ns <= monotonic_ns()
    return next(found for found in rows if (found.name, found.entry) == (name, entry))


def test_the_whole_map_can_be_looked_at() -> None:
    assert [group.name.lower() for group in GROUPS] == list(REGISTER_GROUPS)


def test_what_was_written_is_shown_with_its_address(view: RegisterView) -> None:
    status = row(view, "mirror", "Status")
    assert (status.address, status.words, status.value) == (3, (3,), "3 ONLINE TRIGGER_READY")
    assert row(view, "mirror", "StateCurrent").value == "6 EXECUTE"
    assert row(view, "mirror", "WordOrderTest").value == "0x12345678"
    encoder = row(view, "results", "EncoderAtTrigger", 21 % 16)
    assert (encoder.address, encoder.words, encoder.value) == (100 + 5 * 12 + 2, (1, 0), "65536")
    assert row(view, "results", "ResultEvaluation", 5).value == "1 OK"
    assert row(view, "results", "Check", 5).value == "fits"


def test_what_was_read_is_shown_with_its_address(view: RegisterView) -> None:
    control = row(view, "fast", "Control")
    assert (control.address, control.value) == (1102, "33 TRIGGER_ENABLE AIR_OK")
    assert row(view, "fast", "RejectFault").value == "4 BIN_FULL"
    trigger = row(view, "triggers", "EncoderAtTrigger", 6)
    assert (trigger.address, trigger.value) == (1112 + 6 * 6 + 1, "420000")
    assert row(view, "triggers", "Check", 6).value == "fits"
    assert row(view, "triggers", "Check", 5).value == "empty"
    assert row(view, "details", "RejectsCommanded").value == "9"
    assert (row(view, "texts", "Lot").value, row(view, "texts", "Lot").address) == ("4711", 1220)
    outcome = row(view, "outcomes", "Outcome", 2)
    assert (outcome.address, outcome.value) == (1300 + 2 * 3 + 1, "2 REJECTED, 2 YES")


def test_every_register_of_a_group_is_shown_once(view: RegisterView) -> None:
    for name, group in zip(REGISTER_GROUPS, GROUPS, strict=True):
        rows, _ = view.rows(name)
        shown = [found.address + at for found in rows for at in range(len(found.words))]
        assert len(shown) == len(set(shown))
        entries = 1 if name == "results" else group.entries
        assert len(rows) == len(group.fields) * entries
        assert all(found.meaning for found in rows)


def test_what_the_plc_has_said_last_is_known(view: RegisterView) -> None:
    talk = view.talk()
    assert (talk.session, talk.plc_heartbeat, talk.details.lot, talk.details.order) == (9, 3, "4711", "A-9")
    assert talk.details.rejects_commanded == 9
    assert talk.fast_ns <= talk.details_ns


def test_before_the_first_word_there_is_nothing_but_zeros(tmp_path: Path) -> None:
    view = RegisterView(RegisterBoard.create(tmp_path / "registers"), 7, OPTIONS)
    assert view.talk().fast_ns == 0
    for name in REGISTER_GROUPS:
        rows, at_ns = view.rows(name)
        assert at_ns == 0
        assert {word for found in rows for word in found.words} == {0}


def test_a_torn_result_is_called_one(tmp_path: Path, view: RegisterView) -> None:
    other = RegisterView(RegisterBoard.attach(tmp_path / "registers"), 8, OPTIONS)
    assert row(other, "results", "Check", 5).value == "does not fit"
