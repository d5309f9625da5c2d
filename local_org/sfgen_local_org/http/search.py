"""Searching over HTTP: `search` with SOSL, and `parameterizedSearch`, which says the same in parameters or JSON.

Salesforce document: REST API Developer Guide, "Search", "Parameterized Search".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sfgen_local_org.http.call import Answer, Call
from sfgen_local_org.http.errors import ApiError
from sfgen_local_org.http.router import Route

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sfgen_local_org.org import Org

_DATA = "/services/data/v{version}"
# From this version on the records are inside of an object.
_WITH_OBJECT = 37
_BRACE = re.compile(r"(\\.)|([{}])", re.DOTALL)
# What the local org has nothing for; ignored here, it would find too much.
_UNKNOWN = ("dataCategories", "dataCategory", "division", "netWorkIds", "pricebookId", "snippet", "metadata")


class Search:
    """The search endpoints."""

    def __init__(self, org: Org) -> None:
        self._org = org

    def routes(self) -> list[Route]:
        """Return the endpoints."""
        return [
            Route("GET", _DATA + "/search", self.search),
            Route("GET", _DATA + "/parameterizedSearch", self.by_parameters),
            Route("POST", _DATA + "/parameterizedSearch", self.by_body),
        ]

    def search(self, call: Call) -> Answer:
        """Answer the records that a SOSL search finds."""
        return self._answer(call, call.query.get("q", ""))

    def by_parameters(self, call: Call) -> Answer:
        """Answer a search whose parts are parameters of the address: one object, as the first of a name counts."""
        names = [call.query["sobject"]] if "sobject" in call.query else []
        keys = ("fields", "where", "limit", "orderBy", "offset")
        objects = [
            {"name": name} | {key: value for key in keys if (value := call.query.get(f"{name}.{key}"))}
            for name in names
        ]
        return self._answer(call, _sosl({**call.query, "sobjects": objects}))

    def by_body(self, call: Call) -> Answer:
        """Answer a search whose parts are in a JSON object."""
        return self._answer(call, _sosl(call.json_object()))

    def _answer(self, call: Call, sosl: str) -> Answer:
        records = self._org.search(sosl, version=call.version)
        return Answer(200, {"searchRecords": records} if float(call.version) >= _WITH_OBJECT else records)


def _sosl(parts: Mapping[str, Any]) -> str:
    """Return the search that the parameters stand for."""
    for name in _UNKNOWN:
        if parts.get(name):
            raise ApiError(400, "INVALID_SEARCH", f"the local org's search does not have the parameter {name}")
    words = parts.get("q")
    if not isinstance(words, str) or not words.strip():
        raise ApiError(400, "MISSING_ARGUMENT", "The q parameter is required: the text to search for")
    objects = parts.get("sobjects") or []
    if not isinstance(objects, list) or not all(isinstance(each, dict) and each.get("name") for each in objects):
        raise ApiError(400, "JSON_PARSER_ERROR", 'sobjects needs a list of objects such as {"name": "Account"}')
    # A brace would end the expression: here it is a character of the text as any other.
    expression = _BRACE.sub(lambda match: match[1] or f"\\{match[2]}", words)
    scope = f" IN {parts['in']} FIELDS" if parts.get("in") else ""
    returning = ", ".join(_returning(each, parts) for each in objects)
    limit = f" LIMIT {parts['overallLimit']}" if parts.get("overallLimit") else ""
    return f"FIND {{{expression}}}{scope}{f' RETURNING {returning}' if returning else ''}{limit}"


def _returning(sobject: Mapping[str, Any], parts: Mapping[str, Any]) -> str:
    fields = sobject.get("fields") or parts.get("fields") or ["Id"]
    clauses = {
        "WHERE": sobject.get("where"),
        "ORDER BY": sobject.get("orderBy"),
        "LIMIT": sobject.get("limit") or parts.get("defaultLimit"),
        "OFFSET": sobject.get("offset"),
    }
    rest = "".join(f" {clause} {value}" for clause, value in clauses.items() if value)
    return f"{sobject['name']}({fields if isinstance(fields, str) else ', '.join(map(str, fields))}{rest})"
