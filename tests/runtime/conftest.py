"""Fixtures of the runtime's tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from scripted_org import Org, serve

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def org() -> Iterator[Org]:
    with serve() as served:
        yield served
