"""What the bulk tests share."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sfgen_local_org import demo
from sfgen_runtime.bulk.waiting import Polling

# Asks again at once: the tests' orgs are ready when they are asked.
SOON = Polling(first=0, longest=0, tries=3, sleep=lambda seconds: None)


@lru_cache
def describes() -> list[dict[str, Any]]:
    """The describes of the bundled org."""
    return list(demo.describes().values())
