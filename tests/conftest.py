"""Settings of all tests."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

# Neither a busy machine nor chance decides what a run says: `pytest --hypothesis-profile explore` goes looking.
settings.register_profile("sfgen", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("explore", deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=1000)
settings.load_profile("sfgen")
