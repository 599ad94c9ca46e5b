import math
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.domain.geometry import LineGeometry
from inspector.domain.window import U32, RejectWindow, counts_ahead

COUNT = st.integers(0, U32 - 1)
LINE = LineGeometry(
    rate_per_min=300, pitch_mm=40, min_pitch_mm=24, part_length_mm=19, counts_per_mm=10, eye_to_gate_mm=400,
    window_mm=8, dead_time_ms=4, plc_scan_ms=2, trigger_delay_us=300, exposure_time_us=20, readout_us=1000,
    min_frame_period_us=4000, deadline_ms=5, poll_ms=4, exchange_ms=2, mirror_ms=50, epsilon_us=1500,
    clock_uncertainty_us=1000,
)  # fmt: skip


def settings_of(line: LineGeometry) -> set[str]:
    return {finding.settings[0] for finding in line.findings()}


@given(COUNT, st.integers(-(1 << 31), (1 << 31) - 1))
def test_distance_on_a_wrapping_counter_is_signed(reference: int, distance: int) -> None:
    assert counts_ahead((reference + distance) % U32, reference) == distance


@given(COUNT, st.integers(1, 10_000), st.integers(-20_000, 20_000))
def test_a_window_contains_its_opening_count_but_not_its_closing_one(
    centre: int, half: int, offset: int
) -> None:
    window = RejectWindow.around(centre, half)
    assert window.width_counts == 2 * half
    assert window.contains((centre + offset) % U32) == (-half <= offset < half)


@given(COUNT, st.integers(1, 500), st.integers(1, 500), st.integers(-2_000, 2_000))
def test_windows_overlap_if_and_only_if_they_share_a_count(
    centre: int, half: int, other: int, offset: int
) -> None:
    first, second = RejectWindow.around(centre, half), RejectWindow.around((centre + offset) % U32, other)
    shares = max(-half, offset - other) < min(half, offset + other)
    assert first.overlaps(second) == second.overlaps(first) == shares


@pytest.mark.parametrize(("opening", "closing"), [(5, 5), (6, 5), (-1, 5), (0, U32)])
def test_an_empty_or_foreign_window_is_refused(opening: int, closing: int) -> None:
    with pytest.raises(ValueError, match=str(opening)):
        RejectWindow(opening, closing)


def test_the_default_line_works_up_to_6000_parts_a_minute() -> None:
    for rate in (30, 300, 1200, 3000, 6000):
        assert LINE.at_rate(rate).findings() == ()


def test_positions_follow_from_the_dimensions() -> None:
    line = LINE.at_rate(6000)  # 4 m/s, 40 counts per ms
    assert (line.belt_mm_per_s, line.takt_ms, line.min_pitch_ms) == (4000, 10, 6)
    assert (line.gate_counts, line.window_counts) == (4095, 80)
    assert line.deadline_counts == 4095 - 80 - 8 * 40  # 4 ms dead time, two scans of 2 ms
    assert line.decision_path_ms == pytest.approx(0.3 + 0.02 + 1 + 5 + 4 + 2)
    assert line.available_ms == pytest.approx(401.5 / 4 - 8)
    assert line.smallest_eye_to_gate_mm == pytest.approx(4 * (12.32 + 8) + 8 - 9.5)


def test_the_deadline_count_is_that_of_exact_arithmetic_at_every_rate() -> None:
    for pitch_mm in (40, 30):
        line = replace(LINE, pitch_mm=pitch_mm)
        for rate in range(1, 7200):
            lead_counts = Fraction(rate, 60_000) * pitch_mm * 10 * 8  # counts per mm, dead time and two scans
            assert line.at_rate(rate).deadline_counts == 4095 - 80 - math.ceil(lead_counts)


@given(COUNT)
def test_a_parts_window_lies_around_its_middle_at_the_gate_and_after_its_deadline(encoder: int) -> None:
    window = LINE.window_for(encoder)
    assert counts_ahead(window.open_count, encoder) == LINE.gate_counts - LINE.window_counts
    assert LINE.is_in_time(encoder, (encoder + LINE.deadline_counts - 1) % U32)
    assert not LINE.is_in_time(encoder, (encoder + LINE.deadline_counts) % U32)
    assert not LINE.is_in_time(encoder, window.open_count)


LIMITED = {
    "decision": replace(LINE, eye_to_gate_mm=80),
    "pairing": replace(LINE, epsilon_us=4000),
    "gate": replace(LINE, dead_time_ms=20),
    "camera": replace(LINE, min_frame_period_us=30_000),
    "trigger ring": replace(LINE, poll_ms=100, eye_to_gate_mm=4000),
    "outcome ring": replace(LINE, mirror_ms=400),
}


@pytest.mark.parametrize("name", LIMITED)
def test_the_highest_rate_is_just_not_permitted_and_the_one_below_it_is(name: str) -> None:
    line = LIMITED[name]
    tightest, highest = line.limits()[0], line.highest_rate_per_min
    assert (tightest.name, tightest.rate_per_min) == (name, highest)
    assert line.at_rate(highest * 0.999).findings() == ()
    (finding,) = line.at_rate(highest).findings()
    assert finding.settings == tightest.settings
    assert f"{getattr(line, finding.settings[0]):g}" in finding.message
    assert f"below {highest:.4g}" in finding.message


@given(st.floats(10, 12_000), st.floats(10, 2_000), st.floats(0.5, 12), st.floats(0, 50))
def test_the_smallest_distance_is_where_the_decision_is_just_in_time(
    rate: float, eye_to_gate: float, window: float, dead_time: float
) -> None:
    line = replace(
        LINE, rate_per_min=rate, eye_to_gate_mm=eye_to_gate, window_mm=window, dead_time_ms=dead_time
    )
    exact = replace(line, eye_to_gate_mm=line.smallest_eye_to_gate_mm)
    assert exact.available_ms == pytest.approx(line.decision_path_ms, rel=1e-6)
    slack = line.available_ms - line.decision_path_ms
    if abs(slack) > 1e-6:
        assert ("eye_to_gate_mm" in settings_of(line)) == (slack < 0)


def test_the_distance_that_a_finding_asks_for_is_enough() -> None:
    line = replace(LINE, rate_per_min=6000, eye_to_gate_mm=30)
    (finding,) = line.findings()
    assert "eye_to_gate_mm >= 80 (now 30)" in finding.message
    assert replace(line, eye_to_gate_mm=80).findings() == ()


def test_the_epsilon_that_a_finding_asks_for_is_enough() -> None:
    line = replace(LINE, rate_per_min=6000, epsilon_us=2000)
    (finding,) = line.findings()
    assert "make epsilon_us smaller than 2000" in finding.message
    assert replace(line, epsilon_us=1999).findings() == ()


@pytest.mark.parametrize(
    ("change", "setting"),
    [
        ({"min_pitch_mm": 41}, "min_pitch_mm"),
        ({"part_length_mm": 24}, "part_length_mm"),
        ({"window_mm": 12.5}, "window_mm"),
        ({"window_mm": 0.04}, "window_mm"),
        ({"eye_to_gate_mm": 6600}, "eye_to_gate_mm"),
        ({"clock_uncertainty_us": 100_000}, "epsilon_us"),
    ],
)
def test_dimensions_that_contradict_each_other_are_named_with_their_value(
    change: dict[str, float], setting: str
) -> None:
    line = replace(LINE, **change)
    assert setting in settings_of(line)
    ((name, value),) = change.items()
    assert any(
        f"{name} = {value:g}" in f.message or f"{name} = ±{value:g}" in f.message for f in line.findings()
    )


def test_several_findings_are_reported_together() -> None:
    assert settings_of(replace(LINE, rate_per_min=12_000, window_mm=13)) >= {
        "window_mm",
        "epsilon_us",
        "min_pitch_mm",
    }


def test_a_gate_before_the_eye_permits_no_rate_at_all() -> None:
    line = replace(LINE, eye_to_gate_mm=1, window_mm=12, part_length_mm=2)
    assert line.highest_rate_per_min == 0
    assert "lower rate_per_min" not in line.findings()[0].message


def test_no_dead_time_is_no_limit() -> None:
    limits = {limit.name: limit.rate_per_min for limit in replace(LINE, dead_time_ms=0).limits()}
    assert limits["gate"] == math.inf


def test_the_table_of_rates_says_what_limits_each() -> None:
    rows = LINE.rate_table((300, 7000, 8000, 12_000))
    assert [row.is_permitted for row in rows] == [True, True, False, False]
    assert rows[2].limited_by == ("pairing",)
    assert set(rows[3].limited_by) == {"pairing", "gate", "camera", "outcome ring"}
    assert rows[0].belt_mm_per_s == 200
    assert all(row.available_ms > later.available_ms for row, later in pairwise(rows))
