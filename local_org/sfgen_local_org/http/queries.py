"""SOQL over HTTP: `query`, `queryAll`, the pages behind a locator, and as much of `tooling/query` as can be answered.

Salesforce document: REST API Developer Guide, "Query", "QueryAll", "Query More Results", "Query Options Header".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sfgen_local_org.errors import OrgError
from sfgen_local_org.http.call import Answer, Call
from sfgen_local_org.http.errors import ApiError
from sfgen_local_org.http.router import Route

if TYPE_CHECKING:
    from sfgen_local_org.org import Org

_DATA = "/services/data/v{version}"
_LARGEST_PAGE = 2_000
_BATCH_SIZE = re.compile(r"\s*batchSize\s*=\s*(\d{1,9})\s*", re.IGNORECASE)
_FROM = re.compile(r"\bfrom\s+(\w+)", re.IGNORECASE)
# Setup objects of the Tooling API. A local org has no code and no metadata of its own: the answer is no rows.
_EMPTY_TOOLING_OBJECTS = {
    name.lower(): name
    for name in (
        "ApexClass",
        "ApexCodeCoverage",
        "ApexCodeCoverageAggregate",
        "ApexComponent",
        "ApexLog",
        "ApexPage",
        "ApexTestQueueItem",
        "ApexTestResult",
        "ApexTrigger",
        "AuraDefinitionBundle",
        "CustomField",
        "CustomObject",
        "DebugLevel",
        "FlexiPage",
        "Flow",
        "FlowDefinition",
        "InstalledSubscriberPackage",
        "Layout",
        "LightningComponentBundle",
        "MetadataContainer",
        "Package2",
        "Package2Version",
        "SourceMember",
        "StaticResource",
        "TraceFlag",
        "ValidationRule",
        "WorkflowRule",
    )
}


class Queries:
    """The query endpoints."""

    def __init__(self, org: Org) -> None:
        self._org = org

    def routes(self) -> list[Route]:
        """Return the endpoints."""
        return [
            Route("GET", _DATA + "/query", self.query),
            Route("GET", _DATA + "/queryAll", self.query_all),
            Route("GET", _DATA + "/query/{locator}", self.more),
            Route("GET", _DATA + "/queryAll/{locator}", self.more),
            Route("GET", _DATA + "/tooling/query", self.tooling),
        ]

    def query(self, call: Call) -> Answer:
        """Answer the first page of a query's rows, or with `explain` how it would be run."""
        if "explain" in call.query:
            return Answer(200, self._explain(call))
        return Answer(200, self._run(call, include_deleted=False))

    def query_all(self, call: Call) -> Answer:
        """Answer the first page of a query that sees deleted rows too."""
        return Answer(200, self._run(call, include_deleted=True))

    def more(self, call: Call) -> Answer:
        """Answer the page behind a locator."""
        return Answer(200, self._org.query_more(call.args["locator"]))

    def tooling(self, call: Call) -> Answer:
        """Answer a query of the Tooling API: no rows of setup objects, the org's own rows of those it describes."""
        found = _FROM.search(call.query.get("q", ""))
        name = found[1] if found else ""
        try:
            result = self._run(call, include_deleted=False)
        except OrgError as error:
            setup = _EMPTY_TOOLING_OBJECTS.get(name.lower())
            if error.code != "INVALID_TYPE" or setup is None:
                raise
            name, result = setup, {"totalSize": 0, "done": True, "records": []}
        return Answer(
            200, {"size": len(result["records"]), "queryLocator": None, "entityTypeName": name or None, **result}
        )

    def _explain(self, call: Call) -> dict[str, Any]:
        soql = call.query["explain"].strip()
        if not soql:
            raise _no_query()
        return self._org.explain(soql, version=call.version)

    def _run(self, call: Call, *, include_deleted: bool) -> dict[str, Any]:
        soql = call.query.get("q", "").strip()
        if not soql:
            raise _no_query()
        return self._org.query(
            soql,
            include_deleted=include_deleted,
            batch_size=_batch_size(call),
            columns=call.flag("columns"),
            version=call.version,
        )


def _no_query() -> ApiError:
    return ApiError(400, "MALFORMED_QUERY", "A query string has to be specified")


def _batch_size(call: Call) -> int:
    """Return the page size that the client asks for.

    Salesforce treats the header as a wish and gives at least 200 rows. Here a small page is honoured, so that a test
    sees several pages without thousands of rows.
    """
    if match := _BATCH_SIZE.fullmatch(call.headers.get("sforce-query-options", "")):
        return min(max(int(match[1]), 1), _LARGEST_PAGE)
    return _LARGEST_PAGE
