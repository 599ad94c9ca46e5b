from __future__ import annotations

from hypothesis import HealthCheck, settings

# How long one example takes is for the machine to say: one whose CPU is taken away for a moment fails nothing.
settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")
