from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from inspector.errors import SharedMemoryError
from inspector.sharedmem import LEDGER_ROW, LedgerRing, RowKind, Segment


@pytest.fixture
def path(tmp_path: Path) -> Path:
    LedgerRing.create(tmp_path / "ledger.ring", capacity=8)
    return tmp_path / "ledger.ring"


@pytest.fixture
def producer(path: Path) -> LedgerRing:
    return LedgerRing.resume(path)


@pytest.fixture
def consumer(path: Path) -> LedgerRing:
    return LedgerRing.attach(path)


def tags(rows: np.ndarray) -> list[int]:
    return [int(tag) for tag in rows["tag"]]


def test_rows_come_out_as_they_went_in_and_in_order(producer: LedgerRing, consumer: LedgerRing) -> None:
    producer.append(tag=1, session=7, trigger_ns=-5, class_index=-1, serial=b"SN-1", encoder_counts=2**32 - 1)
    producer.append(tag=2, score_permille=987)
    batch = consumer.read()
    assert tags(batch.rows) == [1, 2]
    first = batch.rows[0]
    assert (first["seq"], first["epoch"], first["session"]) == (1, producer.epoch, 7)
    assert (first["trigger_ns"], first["encoder_counts"], first["serial"]) == (-5, 2**32 - 1, b"SN-1")
    assert (first["image_slot"], first["view_count"], first["kind"]) == (-1, 1, RowKind.PART)
    assert (batch.lost, batch.last) == ((), 2)


def test_a_read_is_repeated_until_it_is_acknowledged(producer: LedgerRing, consumer: LedgerRing) -> None:
    for tag in range(1, 6):
        producer.append(tag=tag)
    assert tags(consumer.read(2).rows) == tags(consumer.read(2).rows) == [1, 2]
    consumer.acknowledge(2)
    assert tags(consumer.read().rows) == [3, 4, 5]


def test_a_full_ring_refuses_rows_and_keeps_those_that_nobody_has_read(
    producer: LedgerRing, consumer: LedgerRing
) -> None:
    assert [producer.append(tag=tag) for tag in range(1, 11)] == [True] * 8 + [False] * 2
    assert producer.free == 0
    assert tags(consumer.read().rows) == list(range(1, 9))
    consumer.acknowledge(3)
    assert producer.free == 3
    assert [producer.append(tag=tag) for tag in range(20, 24)] == [True] * 3 + [False]
    assert tags(consumer.read().rows) == [4, 5, 6, 7, 8, 20, 21, 22]


def test_a_restarted_producer_goes_on_with_the_numbers_and_the_epoch(
    path: Path, producer: LedgerRing
) -> None:
    producer.append(tag=1)
    successor = LedgerRing.resume(path)
    successor.append(tag=2)
    rows = LedgerRing.attach(path).read().rows
    assert rows["seq"].tolist() == [1, 2]
    assert set(rows["epoch"].tolist()) == {producer.epoch}


def test_a_restarted_producer_finds_what_it_had_recorded(path: Path, producer: LedgerRing) -> None:
    for tag in range(1, 5):
        producer.append(tag=tag)
    LedgerRing.attach(path).acknowledge(4)
    successor = LedgerRing.resume(path)
    assert tags(successor.recent(2)) == [3, 4]
    assert tags(successor.recent(4)) == []


def test_what_is_recent_reaches_no_further_back_than_the_ring(
    producer: LedgerRing, consumer: LedgerRing
) -> None:
    for tag in range(1, 12):
        producer.append(tag=tag)
        consumer.acknowledge(tag)
    assert tags(producer.recent(0)) == list(range(4, 12))


@pytest.mark.parametrize("torn_at", [1, 8, 100, 169, 188, 191])
def test_a_row_torn_by_a_kill_is_never_delivered(path: Path, producer: LedgerRing, torn_at: int) -> None:
    producer.append(tag=1)
    tear(producer, torn_at)
    successor = LedgerRing.resume(path)
    assert successor.written == 1
    successor.append(tag=3)
    assert tags(LedgerRing.attach(path).read().rows) == [1, 3]


def test_a_row_that_was_complete_but_not_published_counts_after_a_kill(
    path: Path, producer: LedgerRing
) -> None:
    tear(producer, LEDGER_ROW.itemsize)
    assert LedgerRing.attach(path).read().last == 0
    assert LedgerRing.resume(path).written == 1
    assert tags(LedgerRing.attach(path).read().rows) == [99]


def tear(ring: LedgerRing, at: int) -> None:
    """Leave the ring as if its producer had been killed after `at` bytes of the next row."""
    slot = ring.written % ring.capacity
    before = ring._raw[slot].copy()
    ring.append(tag=99, trigger_ns=-1, frame_id=2**60, serial=b"x" * 16, lot=b"y" * 16, order=b"z" * 16)
    ring._raw[slot, at:] = before[at:]
    ring._written[0] -= 1


def test_a_damaged_row_is_named_as_lost_and_its_neighbours_are_delivered(
    producer: LedgerRing, consumer: LedgerRing
) -> None:
    for tag in range(1, 5):
        producer.append(tag=tag)
    producer._raw[1, 40] ^= 1
    batch = consumer.read()
    assert (tags(batch.rows), batch.lost, batch.last) == ([1, 3, 4], (2,), 4)


def test_an_older_row_in_a_slot_does_not_pass_for_a_newer_one(
    producer: LedgerRing, consumer: LedgerRing
) -> None:
    for tag in range(1, 9):
        producer.append(tag=tag)
    consumer.acknowledge(8)
    producer._written[0] = 9
    assert consumer.read().lost == (9,)


def test_an_event_carries_text_cut_at_a_whole_character(producer: LedgerRing, consumer: LedgerRing) -> None:
    producer.append_event(7, "camera lost · " * 4, trigger_ns=5)
    row = consumer.read().rows[0]
    assert (row["kind"], row["code"], row["trigger_ns"]) == (RowKind.EVENT, 7, 5)
    assert row["text"].decode() == "camera lost · camera lost · camera lost ·…"


@pytest.mark.parametrize(
    "fields", [{"tag": 65536}, {"tag": -1}, {"nonsense": 1}, {"serial": 5}, {"tag": 1.5}]
)
def test_a_row_that_cannot_be_stored_is_refused_and_takes_no_number(
    producer: LedgerRing, consumer: LedgerRing, fields: dict[str, object]
) -> None:
    with pytest.raises(ValueError, match="a ledger row cannot hold"):
        producer.append(**fields)  # type: ignore[arg-type]
    producer.append(tag=1)
    assert consumer.read().rows["seq"].tolist() == [1]


@pytest.mark.parametrize("seq", [0, 3])
def test_only_what_was_written_and_not_acknowledged_can_be_acknowledged(
    producer: LedgerRing, consumer: LedgerRing, seq: int
) -> None:
    producer.append(tag=1)
    producer.append(tag=2)
    consumer.acknowledge(1)
    with pytest.raises(ValueError, match=f"cannot acknowledge row {seq}: it must be 1…2"):
        consumer.acknowledge(seq)


@pytest.mark.parametrize("home", [0, 7])
def test_an_existing_ring_is_kept_with_its_unread_rows(path: Path, producer: LedgerRing, home: int) -> None:
    producer.append(tag=5)
    kept = LedgerRing.ensure(path, home)
    assert tags(kept.read().rows) == [5]
    assert (kept.epoch, kept.home) == (producer.epoch, home)


def test_rows_that_go_somewhere_else_begin_another_epoch(tmp_path: Path) -> None:
    path = tmp_path / "ledger.ring"
    first = LedgerRing.ensure(path, 7)
    again = LedgerRing.ensure(path, 7)
    assert again.epoch == first.epoch
    other = LedgerRing.ensure(path, 8)
    assert (other.written, other.home) == (0, 8)
    back = LedgerRing.ensure(path, 7)
    unknown = LedgerRing.ensure(path, 0)
    assert len({first.epoch, other.epoch, back.epoch, unknown.epoch, LedgerRing.ensure(path, 0).epoch}) == 5


def test_a_new_ring_has_a_new_epoch(path: Path, producer: LedgerRing) -> None:
    assert LedgerRing.create(path).epoch != producer.epoch


def test_a_ring_of_another_version_is_refused(tmp_path: Path) -> None:
    Segment.create(tmp_path / "ledger.ring", 4096, magic=b"INSLEDGR", version=999)
    with pytest.raises(SharedMemoryError, match="another version"):
        LedgerRing.ensure(tmp_path / "ledger.ring", 7)


def test_numbers_in_a_row_are_aligned_and_the_row_fits_three_cache_lines() -> None:
    assert LEDGER_ROW.itemsize == 192
    for name in LEDGER_ROW.names or ():
        dtype, offset, *_ = (LEDGER_ROW.fields or {})[name]
        assert dtype.kind == "S" or offset % dtype.itemsize == 0, name


def test_nothing_is_lost_or_doubled_while_both_sides_run_at_full_speed(tmp_path: Path) -> None:
    path, count = tmp_path / "fast.ring", 20_000
    consumer = LedgerRing.create(path, capacity=512)
    child = os.fork()
    if child == 0:
        producer = LedgerRing.resume(path)
        for n in range(1, count + 1):
            while not producer.append(part_count=n):
                pass
        os._exit(0)
    seen: list[int] = []
    while len(seen) < count:
        batch = consumer.read(300)
        assert not batch.lost
        seen.extend(batch.rows["part_count"].tolist())
        consumer.acknowledge(batch.last)
    assert os.waitpid(child, 0)[1] == 0
    assert seen == list(range(1, count + 1))
