"""An empty org with a clock that stands."""

from collections.abc import Iterator

import pytest
from sfgen_local_org.org import Org
from small_org import NOW, describes


@pytest.fixture
def org() -> Iterator[Org]:
    made = Org(describes(), clock=lambda: NOW)
    yield made
    made.close()
