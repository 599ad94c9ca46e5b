"""What the station leaves for readers: the last registers of each kind, and the last decisions."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from inspector.devices._regmap import DETAILS, FAST_WORDS, MIRROR, OUTCOMES, RESULTS, SLOW_WORDS
from inspector.domain.disposition import Cause, Disposition
from inspector.domain.ledger import PartRow
from inspector.domain.line import counted_on
from inspector.domain.verdict import Evaluation
from inspector.errors import SharedMemoryError
from inspector.sharedmem import DECISIONS, WORDS, DecisionRing, RegisterBoard, StationStatus, Words


@pytest.fixture
def board(tmp_path: Path) -> RegisterBoard:
    return RegisterBoard.create(tmp_path / "registers")


@pytest.fixture
def ring(tmp_path: Path) -> DecisionRing:
    return DecisionRing.create(tmp_path / "decisions")


def decided(ordinal: int, **fields: int) -> PartRow:
    row = PartRow(session=7, tag=ordinal % 65535 + 1, ordinal=ordinal, score=0.944, p_ok=0.02)
    row.evaluation, row.disposition, row.cause = Evaluation.NG, Disposition.REJECT, Cause.NG
    for name, value in fields.items():
        setattr(row, name, value)
    return row


def test_there_is_room_for_what_goes_over_the_wire() -> None:
    sizes = (MIRROR.words, RESULTS.words, FAST_WORDS, SLOW_WORDS, OUTCOMES.total_words)
    assert tuple(WORDS.values()) == sizes
    assert DETAILS.words < SLOW_WORDS


def test_a_transfer_is_read_as_it_was_noted_and_the_others_stay(board: RegisterBoard, tmp_path: Path) -> None:
    for kind in Words:
        board.note(kind, [0xFF00 + kind] * WORDS[kind], 5 + kind)
    board.note(Words.FAST, range(60), 99)
    other = RegisterBoard.attach(tmp_path / "registers")
    assert (other.read(Words.FAST).words, other.read(Words.FAST).at_ns) == (tuple(range(60)), 99)
    mirror = other.read(Words.MIRROR)
    assert (mirror.words, mirror.at_ns) == ((0xFF00,) * 24, 5)


def test_nothing_has_been_transferred_at_first(board: RegisterBoard) -> None:
    assert board.read(Words.DETAILS).at_ns == 0


def test_a_transfer_that_a_killed_writer_left_half_written_is_not_shown(
    board: RegisterBoard, tmp_path: Path
) -> None:
    board.note(Words.RESULT, [1] * 12, 1)
    board._bytes[192] |= 1
    with pytest.raises(SharedMemoryError, match="half-written"):
        board.read(Words.RESULT)
    RegisterBoard.attach(tmp_path / "registers").note(Words.RESULT, [2] * 12, 2)
    assert board.read(Words.RESULT).words == (2,) * 12


def test_no_reader_ever_sees_halves_of_two_transfers(board: RegisterBoard) -> None:
    is_over = threading.Event()

    def write() -> None:
        value = 0
        while not is_over.is_set():
            value = (value + 1) & 0xFFFF
            board.note(Words.FAST, [value] * 60, value)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for _ in range(300):
            try:
                seen = board.read(Words.FAST)
            except SharedMemoryError:
                continue
            assert set(seen.words) == {seen.at_ns & 0xFFFF}
    finally:
        is_over.set()
        writer.join()


def test_a_decision_says_what_the_row_said(ring: DecisionRing, tmp_path: Path) -> None:
    ring.append(decided(311, available_ns=5, decided_ns=6, sent_ns=7, frame_id=9, class_index=2))
    (seen,) = DecisionRing.attach(tmp_path / "decisions").since(0)
    assert (seen["session"], seen["ordinal"], seen["available_ns"], seen["frame_id"]) == (7, 311, 5, 9)
    assert (seen["evaluation"], seen["cause"], seen["score_permille"]) == (Evaluation.NG, Cause.NG, 944)


def test_a_reader_that_was_away_gets_the_newest_decisions_in_order(ring: DecisionRing) -> None:
    for ordinal in range(1, 3 * DECISIONS):
        ring.append(decided(ordinal))
    ordinals = ring.since(0)["ordinal"].tolist()
    assert ordinals == list(range(3 * DECISIONS - len(ordinals), 3 * DECISIONS))
    assert len(ordinals) == DECISIONS - 1
    assert ring.since(ring.written).tolist() == []
    assert ring.since(ring.written - 2)["ordinal"].tolist() == ordinals[-2:]


@pytest.mark.parametrize(
    ("before", "now", "is_same_session", "counted"),
    [(5, 9, True, 4), (65530, 4, True, 10), (5, 9, False, 4), (400, 3, False, 3), (7, 7, True, 0)],
)
def test_a_counter_of_the_plc_is_counted_on_over_wraps_and_restarts(
    before: int, now: int, is_same_session: bool, counted: int
) -> None:
    assert counted_on(before, now, is_same_session=is_same_session) == counted


def test_rejects_of_before_the_run_are_not_counted(tmp_path: Path) -> None:
    status = StationStatus.create(tmp_path / "status")
    status.count_rejects(100, 65_530, 65_529)
    assert (status.get("rejects_commanded"), status.get("rejects_confirmed")) == (0, 0)
    status.count_rejects(100, 2, 1)
    status.count_rejects(101, 1, 1)
    assert (status.get("rejects_commanded"), status.get("rejects_confirmed")) == (9, 8)


def test_a_decision_beyond_the_wrap_of_the_part_count_is_named_as_the_plc_counts(ring: DecisionRing) -> None:
    ring.append(decided(2**32 + 5))
    assert ring.since(0)["ordinal"].tolist() == [5]
