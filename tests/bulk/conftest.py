"""Fixtures of the bulk tests: a local org, a typed and an untyped client of it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sfgen_local_org.org import Org
from sfgen_local_org.server import LocalOrg
from sfgen_runtime import Salesforce

EXAMPLE = Path(__file__).resolve().parents[2] / "generated_example"
sys.path[:0] = [str(EXAMPLE), str(Path(__file__).resolve().parents[1] / "faults")]

import acme_org  # noqa: E402  # found through the line above
from bulk_support import describes  # noqa: E402


@pytest.fixture
def server() -> Iterator[LocalOrg]:
    with LocalOrg(Org(describes())) as served:
        yield served


@pytest.fixture
def sf(server: LocalOrg) -> acme_org.Salesforce:
    return acme_org.Salesforce(instance_url=server.url, session_id=server.session_id, retries=None)


@pytest.fixture
def untyped(server: LocalOrg) -> Salesforce:
    return Salesforce(instance_url=server.url, session_id=server.session_id, retries=None)


@pytest.fixture
def renewing(server: LocalOrg) -> Salesforce:
    return Salesforce(instance_url=server.url, consumer_key=server.consumer_key, consumer_secret=server.consumer_secret)
