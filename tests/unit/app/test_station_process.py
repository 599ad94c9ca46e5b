"""What the station is built with follows from its configuration."""

from __future__ import annotations

import pytest

from inspector.app._station_process import pairing_rules
from inspector.config import apply_overrides, default_config
from inspector.domain.pairing import PairingRules

MS = 1_000_000


@pytest.mark.parametrize(
    ("key", "value", "path_ms"),
    [
        ("camera.trigger_delay_us", 40_000, 40 + 1 + 5),
        ("camera.readout_us", 35_000, 35 + 5),
        ("camera.exposure_time_us", 90_000, 90 + 1 + 5),
        ("decision.deadline_ms", 200, 200 + 1),
    ],
)
def test_a_part_waits_at_least_as_long_as_its_verdict_may_take(key: str, value: int, path_ms: int) -> None:
    config = apply_overrides(default_config(), {key: value})
    uncertain_ns = (config.pairing.epsilon_us + config.pairing.clock_uncertainty_us) * 1000
    rules = pairing_rules(config)
    assert rules.frame_timeout_ns > path_ms * MS + uncertain_ns
    assert rules.frame_timeout_ns < path_ms * MS + 50 * MS, "a picture that is missing is told soon"


def test_a_part_waits_no_longer_than_before_on_a_usual_line() -> None:
    assert pairing_rules(default_config()).frame_timeout_ns <= PairingRules(epsilon_ns=1).frame_timeout_ns
