from __future__ import annotations

from inspector.service._trend import TREND_MINUTES, Trend

MINUTE_NS = 60 * 10**9


def test_each_minute_is_remembered_by_its_highest_share() -> None:
    trend = Trend(1000)
    for second, percent in ((0, 1.0), (30, 3.4), (59, 2.0), (60, 0.5), (120, 7.0)):
        trend.observe(1000 + second * 10**9, percent)
    assert trend.permille == (34, 5)


def test_a_minute_with_too_few_parts_or_that_nobody_saw_is_not_known() -> None:
    trend = Trend(0)
    trend.observe(1, None)
    trend.observe(MINUTE_NS, 2.0)
    trend.observe(4 * MINUTE_NS, 3.0)
    assert trend.permille == (-1, 20, -1, -1)


def test_no_more_minutes_are_kept_than_are_shown() -> None:
    trend = Trend(0)
    trend.observe(1, 1.0)
    trend.observe(10**6 * MINUTE_NS, 2.0)
    assert trend.permille == (-1,) * TREND_MINUTES
