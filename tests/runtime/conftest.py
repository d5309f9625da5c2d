"""Fixtures of the runtime's tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import settings
from scripted_org import Org, serve

if TYPE_CHECKING:
    from collections.abc import Iterator


# The first example of a test pays for imports: no deadline an example.
settings.register_profile("runtime", deadline=None)
settings.load_profile("runtime")


@pytest.fixture
def org() -> Iterator[Org]:
    with serve() as served:
        yield served
