"""The demo org on loopback, and both clients of it: untyped, and that of the example package."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sfgen_local_org import demo
from sfgen_local_org.server import LocalOrg
from sfgen_runtime import Salesforce

EXAMPLE = Path(__file__).resolve().parents[2] / "generated_example"
if str(EXAMPLE) not in sys.path:
    sys.path.insert(0, str(EXAMPLE))

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acme_org import Salesforce as AcmeOrg


@pytest.fixture(scope="session")
def served() -> Iterator[LocalOrg]:
    with LocalOrg(demo.describes()) as running:
        yield running


@pytest.fixture
def server(served: LocalOrg) -> Iterator[LocalOrg]:
    served.requests.clear()
    yield served
    served.clear_faults()


@pytest.fixture
def login(server: LocalOrg) -> dict[str, Any]:
    """What a client logs in with."""
    return {
        "consumer_key": server.consumer_key,
        "consumer_secret": server.consumer_secret,
        "instance_url": server.url,
    }


@pytest.fixture
def sf(login: dict[str, Any]) -> Salesforce:
    return Salesforce(**login)


@pytest.fixture
def acme(login: dict[str, Any]) -> AcmeOrg:
    from acme_org import Salesforce as AcmeOrg

    return AcmeOrg(**login)
