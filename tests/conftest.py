"""Settings of all tests."""

from __future__ import annotations

import contextlib
import math
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from collections.abc import Iterator

# Neither a busy machine nor chance decides what a run says: `pytest --hypothesis-profile explore` goes looking.
settings.register_profile("sfgen", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("explore", deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=1000)
settings.load_profile("sfgen")


def pytest_collection() -> None:
    """Keep Hypothesis from drawing the constants of our modules that happen to be loaded.

    It does so even where it is derandomized: what a test is given would depend on the files that ran before. Where
    Hypothesis no longer has this function, there is nothing to keep it from.
    """
    if settings().derandomize:
        with contextlib.suppress(ImportError, AttributeError):
            pytest.MonkeyPatch().setattr(
                "hypothesis.internal.conjecture.providers.is_local_module_file", lambda path: False
            )


@pytest.fixture(autouse=True, scope="session")
def _bulk_jobs_are_finished_at_the_next_poll() -> Iterator[None]:
    """Let a local org do a job's work at once, however long it takes.

    By itself it does so for a quarter of a second, and a small job that met a busy machine would still be in progress.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sfgen_local_org.bulk.runner.AT_ONCE", math.inf)
        yield
