"""What the bulk tests share."""

from __future__ import annotations

from sfgen_runtime.bulk.waiting import Polling

# Asks again at once: the tests' orgs are ready when they are asked.
SOON = Polling(first=0, longest=0, tries=3, sleep=lambda seconds: None)
