from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from local_org_client import Client
from sfgen_local_org.demo import describes
from sfgen_local_org.server import LocalOrg

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def server() -> Iterator[LocalOrg]:
    with LocalOrg(describes().values()) as server:
        yield server


@pytest.fixture(scope="session")
def shared_server() -> Iterator[LocalOrg]:
    """A server for tests that leave no trace in it: starting and stopping one for each takes longer than the test."""
    with LocalOrg(describes().values()) as server:
        yield server


@pytest.fixture(scope="session")
def shared_client(shared_server: LocalOrg) -> Iterator[Client]:
    with Client(shared_server) as client:
        yield client


@pytest.fixture
def client(server: LocalOrg) -> Iterator[Client]:
    with Client(server) as client:
        yield client
