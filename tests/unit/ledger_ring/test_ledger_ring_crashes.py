"""Any interleaving of a producer and a consumer that are killed at any byte: each published row once."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from inspector.sharedmem import LEDGER_ROW, LedgerRing

CAPACITY = 5


class RingUnderCrashes(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.path = self.folder / "ledger.ring"
        self.producer = LedgerRing.create(self.path, capacity=CAPACITY)
        self.consumer = LedgerRing.attach(self.path)
        self.next_part = 1
        self.promised: list[int] = []
        self.on_disk: list[int] = []

    @rule()
    def append(self) -> None:
        is_room = len(self.promised) - self.consumer.consumed < CAPACITY
        assert self.producer.append(part_count=self.next_part) is is_room
        if is_room:
            self.promised.append(self.next_part)
        self.next_part += 1

    @rule(at=st.integers(0, LEDGER_ROW.itemsize))
    def producer_is_killed_while_appending(self, at: int) -> None:
        ring = self.producer
        slot = ring.written % CAPACITY
        before = ring._raw[slot].copy()
        if ring.append(part_count=self.next_part, frame_id=2**61, lot=b"l" * 16, order=b"o" * 16):
            after = ring._raw[slot].copy()
            ring._raw[slot, at:] = before[at:]
            ring._written[0] -= 1
            if (ring._raw[slot] == after).all():
                self.promised.append(self.next_part)
        self.next_part += 1
        self.producer = LedgerRing.resume(self.path)

    @rule(limit=st.integers(1, 2 * CAPACITY))
    def read_and_store(self, limit: int) -> None:
        batch = self.consumer.read(limit)
        assert not batch.lost
        self.on_disk.extend(batch.rows["part_count"].tolist())
        self.consumer.acknowledge(batch.last)

    @rule(limit=st.integers(1, 2 * CAPACITY))
    def consumer_is_killed_between_storing_and_acknowledging(self, limit: int) -> None:
        self.on_disk.extend(self.consumer.read(limit).rows["part_count"].tolist())
        self.consumer = LedgerRing.attach(self.path)
        self.consumer.acknowledge(len(self.on_disk))  # the durable cursor

    @rule(limit=st.integers(1, 2 * CAPACITY))
    def consumer_is_killed_before_storing(self, limit: int) -> None:
        self.consumer.read(limit)
        self.consumer = LedgerRing.attach(self.path)

    @invariant()
    def every_promised_row_is_on_disk_or_in_the_ring_once(self) -> None:
        waiting = LedgerRing.attach(self.path).read(CAPACITY).rows["part_count"].tolist()
        assert self.on_disk + waiting == self.promised

    def teardown(self) -> None:
        shutil.rmtree(self.folder)


TestRingUnderCrashes = RingUnderCrashes.TestCase
TestRingUnderCrashes.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
