"""What the API says of itself: versions, the resources of a version, limits."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from sfgen_local_org.http.call import Answer, Call
from sfgen_local_org.http.router import Route

if TYPE_CHECKING:
    from sfgen_local_org.http.site import Site

# Spring '21. Older versions are served as well, but not offered.
_FIRST_LISTED = 51
_NAMES = (
    *("sobjects", "query", "queryAll", "search", "parameterizedSearch", "limits", "recent", "composite", "tooling"),
    *("jobs", "actions", "quickActions", "tabs", "theme"),
)
_FRONT_DOOR = "/secur/frontdoor.jsp"
_SEASONS = ("Spring", "Summer", "Winter")


class Resources:
    """The endpoints that describe the API."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._newest = int(float(site.org.api_version))

    def routes(self) -> list[Route]:
        """Return the endpoints."""
        return [
            Route("GET", "/", self.home, public=True),
            Route("GET", _FRONT_DOOR, self.home, public=True),
            Route("GET", "/services/oauth2/singleaccess", self.single_access),
            Route("POST", "/services/oauth2/singleaccess", self.single_access),
            Route("GET", "/services/data", self.versions, public=True),
            Route("GET", "/services/data/v{version}", self.resources),
            Route("GET", "/services/data/v{version}/limits", self.limits),
        ]

    def home(self, call: Call) -> Answer:
        """Answer a page for whoever opens the address in a browser."""
        page = b"<!doctype html><title>sfgen local org</title><p>A local org for development and tests. Not Salesforce."
        return Answer(200, content=page, media_type="text/html;charset=UTF-8")

    def single_access(self, call: Call) -> Answer:
        """Answer the address that opens the org in a browser, as `sf org open` asks for it: there is one page only."""
        return Answer(200, {"frontdoor_uri": f"{self._site.url}{_FRONT_DOOR}?otp={secrets.token_urlsafe(24)}"})

    def versions(self, call: Call) -> Answer:
        """List the API versions, oldest first."""
        first = min(_FIRST_LISTED, self._newest)
        return Answer(200, [_version(number) for number in range(first, self._newest + 1)])

    def resources(self, call: Call) -> Answer:
        """List the addresses that this API version offers."""
        return Answer(200, {"identity": self._site.identity_url} | {name: call.data_url(name) for name in _NAMES})

    def limits(self, call: Call) -> Answer:
        """Answer the limits of a Developer Edition org. Only the daily requests are counted, and none is enforced."""
        usage = self._site.usage
        limits: dict[str, Any] = {name: {"Max": value, "Remaining": value} for name, value in _LIMITS.items()}
        limits["DailyApiRequests"] = {"Max": usage.limit, "Remaining": max(usage.limit - usage.used, 0)}
        return Answer(200, limits)


_LIMITS = {
    "DailyAsyncApexExecutions": 250_000,
    "DailyBulkApiBatches": 15_000,
    "DailyBulkV2QueryFileStorageMB": 976_562,
    "DailyBulkV2QueryJobs": 10_000,
    "DailyStreamingApiEvents": 10_000,
    "DailyWorkflowEmails": 390,
    "DataStorageMB": 5,
    "FileStorageMB": 20,
    "HourlySyncReportRuns": 500,
    "MassEmail": 10,
    "SingleEmail": 15,
}


def _version(number: int) -> dict[str, str]:
    # Three releases a year; Winter has the next year's number. Version 51.0 is Spring '21.
    years, season = divmod(number - 51, 3)
    year = 21 + years + (1 if season == 2 else 0)
    label = f"{_SEASONS[season]} '{year:02d}"
    return {"label": label, "url": f"/services/data/v{number}.0", "version": f"{number}.0"}
