"""Queries that are longer than an address may be: they go inside a composite request, and come back as if they had not.

Searches do the same, but inside of a batch: the composite resource takes none.

Salesforce document: REST API Developer Guide, "Composite", "Composite Batch"; the limit: "API Request Limits", 16,384
bytes of URI and headers.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Literal
from urllib.parse import quote, urlencode

from .error_codes import error_of
from .http import Request, Response
from .json_codec import encode_json, unreadable
from .json_spans import items, members

# What is left of the platform's 16,384 bytes after the headers, the token among them.
_LONGEST_ADDRESS = 12_000
_QUERIES = ("query", "queryAll")


def send_query(request: Request, version: str, send: Callable[[Request], Response]) -> Response:
    """Send a request with a long query or search, as its own GET if it fits one, else in a composite request.

    Raises:
        SalesforceError: the org refused the query, or did not answer.
    """
    parameters = urlencode(request.params, quote_via=quote)
    resource = _resource(request, version)
    if len(request.url) + len(parameters) < _LONGEST_ADDRESS or resource not in (*_QUERIES, "search"):
        return send(request)
    if resource == "search":
        # The address of a batch's request begins with the version.
        step = {"method": "GET", "url": f"v{version}/search/?{parameters}"}
        return _unwrapped(send(_wrapped(request, version, "composite/batch", {"batchRequests": [step]})), "batch")
    composite_step = {
        "method": "GET",
        "url": f"{request.url}?{parameters}",
        "referenceId": "query",
        "httpHeaders": {name: value for name, value in request.headers.items() if name.lower() != "content-type"},
    }
    return _unwrapped(
        send(_wrapped(request, version, "composite", {"compositeRequest": [composite_step]})), "composite"
    )


def _wrapped(request: Request, version: str, resource: str, body: dict[str, Any]) -> Request:
    return replace(
        request,
        method="POST",
        url=f"/services/data/v{version}/{resource}",
        params={},
        headers={"Content-Type": "application/json"},
        body=encode_json(body),
    )


def _resource(request: Request, version: str) -> str:
    """Return what is asked of the version: `query`, `search`; nothing for what isn't read."""
    path = request.url.removeprefix(f"/services/data/v{version}/").rstrip("/")
    return path if request.method == "GET" else ""


# Where the one result is, and its status and body.
_KEYS = {
    "batch": ("results", "statusCode", "result"),
    "composite": ("compositeResponse", "httpStatusCode", "body"),
}


def _unwrapped(response: Response, kind: Literal["batch", "composite"]) -> Response:
    where, status_key, body_key = _KEYS[kind]
    try:
        [text] = items(members(response.content.decode())[where])
        result = members(text)
        status, body = int(result[status_key]), result[body_key].encode()
        headers = json.loads(result.get("httpHeaders", "{}"))
    except (ValueError, KeyError) as error:
        raise unreadable(response, f"no result: {error}") from None
    if status >= 300:
        raise error_of(response.url, status, response.resource, body, method="GET")
    return replace(response, status=status, headers=headers, content=body)
