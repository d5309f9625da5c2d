from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from bulk_over_http import Jobs
from sfgen_local_org.demo import describes
from sfgen_local_org.server import LocalOrg

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def server() -> Iterator[LocalOrg]:
    with LocalOrg(describes().values()) as server:
        yield server


@pytest.fixture
def jobs(server: LocalOrg) -> Iterator[Jobs]:
    with Jobs(server) as jobs:
        yield jobs
