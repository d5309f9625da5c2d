from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sfgen_local_org import demo
from sfgen_local_org.org import Org
from sfgen_local_org.server import LocalOrg

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "generated_example"))

if TYPE_CHECKING:
    from acme_org import Salesforce


@pytest.fixture(scope="module")
def server() -> Iterator[LocalOrg]:
    org = Org(demo.describes().values())
    org.seed(demo.records())
    with LocalOrg(org) as running:
        yield running


@pytest.fixture
def sf(server: LocalOrg) -> Salesforce:
    from acme_org import Salesforce

    return Salesforce(instance_url=server.url, session_id=server.session_id)
