"""How much of the org's daily API calls is used, as every answer says."""

from __future__ import annotations

import re
from typing import NamedTuple

_USAGE = re.compile(r"(?<![\w-])api-usage=(\d+)/(\d+)")
# The name may hold parentheses of its own, and ends with the header.
_PER_APP = re.compile(r"per-app-api-usage=(\d+)/(\d+)\(appName=(.*)\)")


class Usage(NamedTuple):
    """Calls of the last 24 hours, of all clients of the org.

    Example:
        >>> sf.limits() and sf.api_usage["api-usage"].total
        15000
    """

    used: int
    total: int


class PerAppUsage(NamedTuple):
    """Calls of the last 24 hours by one connected app.

    Example:
        >>> PerAppUsage(used=17, total=250, name="my app").name
        'my app'
    """

    used: int
    total: int
    name: str


def parse_api_usage(sforce_limit_info: str) -> dict[str, Usage | PerAppUsage]:
    """Read a ``Sforce-Limit-Info`` header, like ``api-usage=25/5000; per-app-api-usage=17/250(appName=app)``."""
    result: dict[str, Usage | PerAppUsage] = {}
    if usage := _USAGE.search(sforce_limit_info):
        result["api-usage"] = Usage(int(usage[1]), int(usage[2]))
    if per_app := _PER_APP.search(sforce_limit_info):
        result["per-app-api-usage"] = PerAppUsage(int(per_app[1]), int(per_app[2]), per_app[3])
    return result
