import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.domain.counters import RunCounters, grown_by
from inspector.domain.disposition import Applied, Cause, Disposition
from inspector.domain.ledger import LedgerTotals, PartRow

COUNT = st.integers(0, 1 << 20)


@given(st.tuples(*[COUNT] * 7), st.integers(-5, 5))
def test_unaccounted_is_what_the_equation_lacks(parts: tuple[int, ...], lack: int) -> None:
    accepted, rejected, bypassed, purged, removed, unrecorded, in_transit = parts
    counters = RunCounters(
        triggers=sum(parts) + lack, accepted=accepted, rejected=rejected, bypassed=bypassed, purged=purged,
        removed=removed, unrecorded=unrecorded, in_transit=in_transit,
    )  # fmt: skip
    assert counters.unaccounted == lack


def test_the_mirror_shows_eight_wrapping_words_in_the_order_of_the_contract() -> None:
    counters = RunCounters(
        decided_ok=65_536 + 1, decided_ng=2, decided_indeterminate=3, late=4, overrun=5, frames_lost=6,
        link_faults=7, missed_triggers=65_535,
    )  # fmt: skip
    assert counters.mirror_words() == (1, 2, 3, 4, 5, 6, 7, 65_535)


@given(COUNT, st.integers(0, 65_535))
def test_growth_of_a_wrapping_word_is_recovered(start: int, growth: int) -> None:
    older = RunCounters(late=start).mirror_words()[3]
    newer = RunCounters(late=start + growth).mirror_words()[3]
    assert grown_by(newer, older) == growth


def test_a_snapshot_does_not_follow_what_it_was_taken_from() -> None:
    causes = {Cause.NG: 2}
    counters = RunCounters(rejected=3, causes=causes)
    causes[Cause.NG] = 9
    assert counters.causes == {Cause.NG: 2}
    assert counters.uncaused == 1
    with pytest.raises(TypeError):
        counters.causes[Cause.NG] = 9  # type: ignore[index]


def test_the_ledgers_totals_become_a_snapshot_whose_causes_add_up() -> None:
    totals = LedgerTotals(triggers=4, in_transit=1)
    for applied, cause in (
        (Applied.ACCEPTED, Cause.NONE),
        (Applied.REJECTED, Cause.NG),
        (Applied.REJECTED, Cause.LATE),
    ):
        disposition = Disposition.ACCEPT if applied is Applied.ACCEPTED else Disposition.REJECT
        totals.count(
            PartRow(session=1, tag=1, ordinal=1, applied=applied, cause=cause, disposition=disposition)
        )
    counters = RunCounters.of(totals, late=1, decided_ok=1, decided_ng=2)
    assert (counters.unaccounted, counters.uncaused, counters.settled) == (0, 0, 3)
    assert counters.causes == {Cause.NG: 1, Cause.LATE: 1}
    assert counters.reject_rate == pytest.approx(2 / 3)


def test_a_snapshot_becomes_json_with_causes_by_name() -> None:
    document = json.loads(
        json.dumps(RunCounters(triggers=2, rejected=1, causes={Cause.FRAME_LOST: 1}).as_dict())
    )
    assert document["causes"] == {"frame_lost": 1}
    assert (document["triggers"], document["rejected"], document["unaccounted"]) == (2, 1, 1)


def test_a_run_that_has_not_begun_is_closed() -> None:
    assert (RunCounters().unaccounted, RunCounters().uncaused, RunCounters().reject_rate) == (0, 0, 0.0)
