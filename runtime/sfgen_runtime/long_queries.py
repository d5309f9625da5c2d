"""Queries that are longer than an address may be: they go inside a composite request, and come back as if they had not.

Salesforce document: REST API Developer Guide, "Composite"; the limit: "API Request Limits", 16,384 bytes of URI and
headers.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import quote, urlencode

from .error_codes import error_of
from .errors import SalesforceGeneralError
from .http import Request, Response
from .json_codec import encode_json
from .json_spans import items, members

# What is left of the platform's 16,384 bytes after the headers, the token among them.
_LONGEST_ADDRESS = 12_000
_QUERIES = ("query", "queryAll")


def send_query(request: Request, version: str, send: Callable[[Request], Response]) -> Response:
    """Send a request with a long query, as its own GET if it fits one, else in a composite request.

    Raises:
        SalesforceError: the org refused the query, or did not answer.
    """
    parameters = urlencode(request.params, quote_via=quote)
    if len(request.url) + len(parameters) < _LONGEST_ADDRESS or not _is_query(request, version):
        return send(request)
    step = {
        "method": "GET",
        "url": f"{request.url}?{parameters}",
        "referenceId": "query",
        "httpHeaders": {name: value for name, value in request.headers.items() if name.lower() != "content-type"},
    }
    wrapped = replace(
        request,
        method="POST",
        url=f"/services/data/v{version}/composite",
        params={},
        headers={"Content-Type": "application/json"},
        body=encode_json({"compositeRequest": [step]}),
    )
    return _unwrapped(send(wrapped))


def _is_query(request: Request, version: str) -> bool:
    path = request.url.removeprefix(f"/services/data/v{version}/").rstrip("/")
    return request.method == "GET" and path in _QUERIES


def _unwrapped(response: Response) -> Response:
    try:
        [text] = items(members(response.content.decode())["compositeResponse"])
        result = members(text)
        status, body = int(result["httpStatusCode"]), result["body"].encode()
        headers = json.loads(result.get("httpHeaders", "{}"))
    except (ValueError, KeyError) as error:
        raise SalesforceGeneralError(
            response.url,
            response.status,
            response.resource,
            response.content,
            method="POST",
            cause=f"no result: {error}",
        ) from None
    if status >= 300:
        raise error_of(response.url, status, response.resource, body, method="GET")
    return replace(response, status=status, headers=headers, content=body)
