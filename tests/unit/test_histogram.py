import array
import mmap

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.domain.histogram import LARGEST_US, WORDS, LatencyHistogram

VALUES = st.lists(st.integers(0, LARGEST_US) | st.integers(0, 5_000), min_size=1, max_size=200)


def filled(values: list[int]) -> LatencyHistogram:
    histogram = LatencyHistogram()
    for value in values:
        histogram.record(value)
    return histogram


@given(VALUES, st.sampled_from([0.0, 1.0, 25.0, 50.0, 90.0, 99.0, 99.9, 100.0]))
def test_a_percentile_is_never_below_the_true_one_and_at_most_one_64th_above(
    values: list[int], percent: float
) -> None:
    true = int(np.percentile(np.array(values), percent, method="inverted_cdf"))
    found = filled(values).percentile(percent)
    assert true <= found <= true + true // 64


@given(VALUES)
def test_count_sum_and_extremes_are_exact(values: list[int]) -> None:
    histogram = filled(values)
    assert (histogram.count, histogram.sum_us) == (len(values), sum(values))
    assert (histogram.min_us, histogram.max_us) == (min(values), max(values))
    assert histogram.mean_us == pytest.approx(np.mean(values))


@given(VALUES, VALUES)
def test_merging_equals_recording_everything_in_one(left: list[int], right: list[int]) -> None:
    merged, whole = filled(left), filled(left + right)
    merged.merge(filled(right))
    assert merged.summary() == whole.summary()
    assert (merged.min_us, merged.sum_us) == (whole.min_us, whole.sum_us)


@given(VALUES)
def test_merging_with_an_empty_histogram_changes_nothing(values: list[int]) -> None:
    into_empty, from_empty = LatencyHistogram(), filled(values)
    into_empty.merge(filled(values))
    from_empty.merge(LatencyHistogram())
    assert into_empty.summary() == from_empty.summary() == filled(values).summary()
    assert into_empty.min_us == from_empty.min_us == min(values)


@given(st.integers(0, LARGEST_US))
def test_small_values_are_exact_and_every_bucket_holds_its_own_value(value: int) -> None:
    histogram = filled([value, LARGEST_US * 2])
    found = histogram.percentile(50.0)
    assert value <= found <= value + value // 64
    if value < 128:
        assert found == value


def test_an_empty_histogram_reads_zero() -> None:
    histogram = LatencyHistogram()
    assert histogram.summary() == {"p50": 0, "p99": 0, "p999": 0, "max": 0, "count": 0}
    assert (histogram.min_us, histogram.mean_us) == (0, 0.0)


def test_a_summary_names_the_usual_percentiles() -> None:
    assert filled(list(range(1, 101))).summary() == {
        "p50": 50,
        "p99": 99,
        "p999": 100,
        "max": 100,
        "count": 100,
    }


def test_the_rank_does_not_suffer_from_the_last_digit_of_a_float() -> None:
    histogram = filled([10] * 999 + [100])
    assert (histogram.percentile(99.9), histogram.percentile(99.91)) == (10, 100)


def test_a_value_beyond_the_range_keeps_its_exact_maximum() -> None:
    histogram = filled([5, 10 * LARGEST_US])
    assert histogram.percentile(100.0) == histogram.max_us == 10 * LARGEST_US


def test_a_negative_value_counts_as_zero() -> None:
    histogram = filled([-5])
    assert (histogram.count, histogram.min_us, histogram.max_us, histogram.sum_us) == (1, 0, 0, 0)


def test_nanoseconds_are_rounded_to_the_nearest_microsecond() -> None:
    histogram = LatencyHistogram()
    for value_ns in (1_499, 1_500, 2_499):
        histogram.record_ns(value_ns)
    assert (histogram.min_us, histogram.max_us, histogram.sum_us) == (1, 2, 5)


@pytest.mark.parametrize(
    "memory", [np.zeros(WORDS, np.int64), array.array("q", [0] * WORDS), bytearray(WORDS * 8)], ids=type
)
def test_a_histogram_takes_up_where_a_crashed_writer_left_it(memory: object) -> None:
    LatencyHistogram(memory).record(700)
    survivor = LatencyHistogram(memory)
    survivor.record(100)
    assert (survivor.count, survivor.min_us, survivor.max_us) == (2, 100, 700)


def test_shared_memory_can_be_unmapped_after_release() -> None:
    mapping = mmap.mmap(-1, WORDS * 8)
    histogram = LatencyHistogram(mapping)
    histogram.record(1)
    histogram.release()
    mapping.close()
    assert mapping.closed


def test_a_copy_does_not_follow_its_original() -> None:
    histogram = filled([3])
    copied = histogram.copy()
    histogram.record(9)
    assert (copied.count, copied.max_us, histogram.count) == (1, 3, 2)


def test_clearing_forgets_everything() -> None:
    histogram = filled([3, 900])
    histogram.clear()
    assert histogram.summary() == LatencyHistogram().summary()


def test_memory_of_the_wrong_length_is_refused_with_both_lengths() -> None:
    with pytest.raises(ValueError, match=f"needs {WORDS} int64, this memory has 3"):
        LatencyHistogram(array.array("q", [0] * 3))


@pytest.mark.parametrize("percent", [-0.1, 100.1, float("nan")])
def test_a_percentage_out_of_range_is_refused(percent: float) -> None:
    with pytest.raises(ValueError, match="must be 0 to 100"):
        filled([1]).percentile(percent)


def test_what_was_counted_since_an_earlier_copy() -> None:
    histogram = LatencyHistogram()
    for value in (100, 5000):
        histogram.record(value)
    earlier = histogram.copy()
    for value in (200, 300, 400):
        histogram.record(value)
    recent = histogram.since(earlier)
    assert (recent.count, recent.sum_us) == (3, 900)
    assert recent.percentile(50) == pytest.approx(300, rel=0.016)
    assert recent.percentile(100) == pytest.approx(400, rel=0.016)
    assert histogram.count == 5
