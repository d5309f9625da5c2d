"""`composite`, `composite/batch` and `composite/graph`: several requests in one.

Every sub-request is a `Call` of its own to the router, so it behaves like a request over the wire.

Salesforce document: REST API Developer Guide, "Composite", "Composite Batch", "Composite Graph", "Allow or Roll Back
Partial Results".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote

from sfgen_local_org.http.call import Answer, Call, encode
from sfgen_local_org.http.errors import ApiError
from sfgen_local_org.http.router import Route
from sfgen_local_org.http.rows import RolledBackError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sfgen_local_org.org import Org

_COMPOSITE = "/services/data/v{version}/composite"
_MOST_SUBREQUESTS = 25
_MOST_GRAPHS = 75
_MOST_NODES = 500
_REFERENCE = re.compile(r"@\{(\w+)((?:\.\w+|\[\d+\])*)\}")
_STEP = re.compile(r"\.(\w+)|\[(\d+)\]")
_REFERENCE_ID = re.compile(r"\w+", re.ASCII)
_SUBREQUEST_PATH = re.compile(r"/?(?:services/data/)?(v[0-9.]+/.+)")
# Sub-requests that would nest composite requests, which the API doesn't allow.
_NESTED = re.compile(r"v[0-9.]+/composite(/batch|/graph)?/?")
_ANSWERED_HEADERS = ("Location", "Last-Modified")


class _BadReferenceError(Exception):
    """A reference to something that no earlier sub-request answered; the message names it."""


class Composite:
    """The endpoints that run other requests."""

    def __init__(self, org: Org, dispatch: Callable[[Call], Answer]) -> None:
        self._org = org
        self._dispatch = dispatch

    def routes(self) -> list[Route]:
        """Return the endpoints."""
        return [
            Route("POST", _COMPOSITE, self.composite),
            Route("POST", _COMPOSITE + "/batch", self.batch),
            Route("POST", _COMPOSITE + "/graph", self.graph),
        ]

    def batch(self, call: Call) -> Answer:
        """Run independent sub-requests in order; with `haltOnError` none after the first that fails."""
        body = call.json_object()
        requests = _requests(body, "batchRequests")
        if len(requests) > _MOST_SUBREQUESTS:
            raise ApiError(
                400, "LIMIT_EXCEEDED", f"The request can't contain more than {_MOST_SUBREQUESTS} operations."
            )
        halts = bool(body.get("haltOnError"))
        results: list[dict[str, Any]] = []
        failed = False
        for request in requests:
            if failed and halts:
                results.append({"statusCode": 412, "result": _HALTED})
                continue
            answer = self._run(request, request.get("url"), request.get("richInput"))
            failed = failed or answer.failed
            results.append({"statusCode": answer.status, "result": answer.body})
        return Answer(200, {"hasErrors": failed, "results": results})

    def composite(self, call: Call) -> Answer:
        """Run sub-requests that may use each other's results; with `allOrNone` all of them or none."""
        body = call.json_object()
        requests = _requests(body, "compositeRequest")
        if len(requests) > _MOST_SUBREQUESTS:
            message = f"The request can’t contain more than {_MOST_SUBREQUESTS} operations."
            refused = Answer(400, [{"errorCode": "LIMIT_EXCEEDED", "message": message}])
            return Answer(400, {"compositeResponse": [_result(refused, None)]})
        references = _reference_ids(requests)
        answers: dict[str, Answer] = {}
        if body.get("allOrNone") is True:
            try:
                with self._org.transaction():
                    self._run_all(requests, references, answers, halts=True)
            except RolledBackError:
                _roll_back(references, answers)
        else:
            self._run_all(requests, references, answers, halts=False)
        return Answer(200, {"compositeResponse": [_result(answers[name], name) for name in references]})

    def graph(self, call: Call) -> Answer:
        """Run graphs of sub-requests: each graph is done whole or not at all, and stands for itself."""
        graphs = _requests(call.json_object(), "graphs")
        ids = [graph.get("graphId") for graph in graphs]
        if not all(isinstance(graph_id, str) and graph_id for graph_id in ids) or len(set(ids)) < len(ids):
            raise ApiError(400, "INVALID_INPUT", "Each graph needs a graphId of its own.")
        listed = [_requests(graph, "compositeRequest") for graph in graphs]
        if len(graphs) > _MOST_GRAPHS or sum(map(len, listed)) > _MOST_NODES:
            message = f"A request can have {_MOST_GRAPHS} graphs and {_MOST_NODES} nodes at most."
            raise ApiError(400, "LIMIT_EXCEEDED", message)
        return Answer(200, {"graphs": [self._run_graph(*pair) for pair in zip(ids, listed, strict=True)]})

    def _run_graph(self, graph_id: object, requests: list[dict[str, Any]]) -> dict[str, Any]:
        references = _reference_ids(requests)
        answers: dict[str, Answer] = {}
        try:
            with self._org.transaction():
                self._run_all(requests, references, answers, halts=True)
        except RolledBackError:
            _roll_back(references, answers)
        results = [_result(answers[name], name) for name in references]
        succeeded = not any(answer.failed for answer in answers.values())
        return {"graphId": graph_id, "graphResponse": {"compositeResponse": results}, "isSuccessful": succeeded}

    def _run_all(
        self, requests: list[dict[str, Any]], references: list[str], answers: dict[str, Answer], *, halts: bool
    ) -> None:
        for request, name in zip(requests, references, strict=True):
            answers[name] = self._run_referring(request, answers)
            if halts and answers[name].failed:
                raise RolledBackError

    def _run_referring(self, request: dict[str, Any], answers: Mapping[str, Answer]) -> Answer:
        try:
            # What goes into an address is data: it must not add a path segment or a parameter.
            url = _fill(request.get("url"), answers, lambda value: quote(_as_text(value), safe=""))
            body = _fill(request.get("body"), answers, lambda value: value)
        except _BadReferenceError as error:
            return Answer(400, [{"errorCode": "PROCESSING_HALTED", "message": str(error)}])
        return self._run(request, url, body)

    def _run(self, request: Mapping[str, Any], url: object, body: object) -> Answer:
        method, headers = request.get("method"), request.get("httpHeaders")
        path, _, query = url.partition("?") if isinstance(url, str) else ("", "", "")
        match = _SUBREQUEST_PATH.fullmatch(path)
        if not isinstance(method, str) or match is None or _NESTED.fullmatch(match[1]):
            message = f"The sub-request needs a method and the address of a resource that can be part of it: {url}"
            return Answer(400, [{"errorCode": "INVALID_INPUT", "message": message}])
        return self._dispatch(
            Call(
                method.upper(),
                f"/services/data/{match[1]}",
                dict(parse_qsl(query, keep_blank_values=True)),
                {str(name).lower(): str(value) for name, value in headers.items()} if isinstance(headers, dict) else {},
                b"" if body is None else encode(body),
            )
        )


_HALTED = [{"errorCode": "BATCH_PROCESSING_HALTED", "message": "Batch processing halted per request"}]
_HALTED_ROLLBACK = [
    {
        "errorCode": "PROCESSING_HALTED",
        "message": "The transaction was rolled back since another operation in the same transaction failed.",
    }
]


def _requests(body: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    requests = body.get(key)
    if not isinstance(requests, list) or not requests or not all(isinstance(item, dict) for item in requests):
        raise ApiError(400, "JSON_PARSER_ERROR", f"The request needs {key}: a list of sub-requests.")
    return requests


def _reference_ids(requests: list[dict[str, Any]]) -> list[str]:
    names = [request.get("referenceId") for request in requests]
    for name in names:
        if not isinstance(name, str) or not _REFERENCE_ID.fullmatch(name):
            message = "Each sub-request needs a referenceId of letters, digits and underscores."
            raise ApiError(400, "INVALID_INPUT", message)
    if len(set(names)) < len(names):
        raise ApiError(400, "INVALID_INPUT", "A referenceId is used more than once in the composite request.")
    return [str(name) for name in names]


def _roll_back(references: list[str], answers: dict[str, Answer]) -> None:
    """Let every sub-request but the one that failed say that it was undone or never run."""
    for name in references:
        if name not in answers or not answers[name].failed:
            answers[name] = Answer(400, _HALTED_ROLLBACK)


def _result(answer: Answer, name: str | None) -> dict[str, Any]:
    headers = {key: answer.headers[key] for key in _ANSWERED_HEADERS if key in answer.headers}
    return {"body": answer.body, "httpHeaders": headers, "httpStatusCode": answer.status, "referenceId": name}


def _fill(value: Any, answers: Mapping[str, Answer], form: Callable[[Any], Any]) -> Any:
    """Return JSON with its references replaced: one that is a whole string keeps the type of what it refers to."""
    match value:
        case str():
            if whole := _REFERENCE.fullmatch(value):
                return form(_look_up(whole, answers))
            return _REFERENCE.sub(lambda found: _as_text(form(_look_up(found, answers))), value)
        case list():
            return [_fill(item, answers, form) for item in value]
        case dict():
            return {key: _fill(item, answers, form) for key, item in value.items()}
        case _:
            return value


def _look_up(reference: re.Match[str], answers: Mapping[str, Answer]) -> Any:
    name, steps = reference[1], reference[2]
    missing = _BadReferenceError(f"Invalid reference specified. No value for {name}{steps} found in {name}.")
    if name not in answers or answers[name].failed:
        raise missing
    value = answers[name].body
    for step in _STEP.finditer(steps):
        try:
            value = value[step[1]] if step[1] is not None else value[int(step[2])]
        except (KeyError, IndexError, TypeError) as error:
            raise _BadReferenceError(
                f"Invalid reference specified. No value for {name}{steps} found in {name}."
            ) from error
    return value


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else encode(value).decode()
