"""Apex REST: Python functions that answer under `/services/apexrest`, as an org's own Apex classes would.

Salesforce document: Apex Developer Guide, "Exposing Apex Classes as REST Web Services", "Response Status Codes".
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar
from urllib.parse import unquote

from sfgen_local_org.http.call import Answer, Call
from sfgen_local_org.http.errors import ApiError
from sfgen_local_org.http.router import Route

if TYPE_CHECKING:
    from sfgen_local_org.org import Org

__all__ = ["ApexError", "ApexRequest", "ApexResponse"]

_ROOT = "/services/apexrest"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_VARIABLE = re.compile(r"\\\{([A-Za-z_]\w*)\\\}")
_log = logging.getLogger("sfgen_local_org")


class ApexError(Exception):
    """Raise it in an endpoint to refuse a request: the client gets `[{"errorCode": code, "message": message}]`.

    Example:
        >>> @server.apex("/closed")
        ... def closed(request: ApexRequest) -> None:
        ...     raise ApexError("nobody is here at night", status=400, code="CLOSED")
        >>> sf.apexecute("closed")
        Traceback (most recent call last):
            ...
        sfgen_runtime.errors.SalesforceMalformedRequest: ... CLOSED: nobody is here at night...
    """

    def __init__(self, message: str, *, status: int = 500, code: str = "APEX_ERROR") -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.code = code


@dataclass(frozen=True, slots=True)
class ApexRequest:
    """A request to an endpoint.

    `path` starts behind `/services/apexrest` and is decoded. `args` are the variable parts of the endpoint's path; what
    a `*` stands for is `args["*"]`. `params` is the query; `headers` have lower-case names. `org` is the org, for what
    Apex would do with SOQL and DML: don't call the org over HTTP from an endpoint, which would wait for itself.

    Example:
        >>> @server.apex("/accounts/{id}/rating", "POST")
        ... def rate(request: ApexRequest) -> str:
        ...     request.org.update("Account", request.args["id"], {"Rating": request.json()["rating"]})
        ...     return request.params.get("said", "done")
        >>> sf.apexecute(f"accounts/{account.id}/rating", "POST", {"rating": "Hot"}, params={"said": "rated"})
        'rated'
    """

    method: str
    path: str
    args: Mapping[str, str]
    params: Mapping[str, str]
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    org: Org = field(repr=False)
    _call: Call = field(repr=False)

    def json(self) -> Any:
        """Return the body as JSON; a body that is none is answered with 400 JSON_PARSER_ERROR."""
        return self._call.json()


@dataclass(frozen=True, slots=True)
class ApexResponse:
    """What an endpoint returns where a plain JSON value with status 200 doesn't say it.

    `body` is a JSON value, None for no body, or bytes, which go with `media_type`.

    Example:
        >>> @server.apex("/offer")
        ... def offer(request: ApexRequest) -> ApexResponse:
        ...     return ApexResponse(b"%PDF-1.7 ...", media_type="application/pdf")
        >>> sf.apexecute("offer")
        '%PDF-1.7 ...'
    """

    body: Any = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    media_type: str = "application/octet-stream"


# An endpoint gets the request and returns a JSON value, None for an empty answer, or an `ApexResponse`.
Endpoint: TypeAlias = Callable[[ApexRequest], Any]
EndpointT = TypeVar("EndpointT", bound=Endpoint)


@dataclass(frozen=True, slots=True)
class _Resource:
    pattern: re.Pattern[str]
    rank: tuple[int, bool]
    endpoints: dict[str, Endpoint]


class ApexClasses:
    """The endpoints that were registered, by path and method."""

    def __init__(self) -> None:
        self._resources: dict[str, _Resource] = {}

    def add(self, path: str, method: str, endpoint: Endpoint) -> None:
        """Register an endpoint; a later one for the same path and method takes its place.

        Raises:
            ValueError: the method is none of Apex REST's, or the path has two variables of one name.
        """
        method = method.upper()
        if method not in METHODS:
            raise ValueError(f"an Apex REST method is one of {', '.join(METHODS)}, not {method!r}")
        path = "/" + path.strip("/")
        resource = self._resources.get(path) or _Resource(_compile(path), _rank(path), {})
        resource.endpoints[method] = endpoint
        self._resources[path] = resource

    def find(self, path: str) -> tuple[Mapping[str, Endpoint], dict[str, str]] | None:
        """Return the endpoints of an undecoded path and its variable parts. The most literal path wins."""
        for resource in sorted(self._resources.values(), key=lambda resource: resource.rank):
            if match := resource.pattern.fullmatch(path):
                args = {name: unquote(value) for name, value in match.groupdict().items() if value is not None}
                if (rest := args.pop("_rest", None)) is not None:
                    args["*"] = rest
                return resource.endpoints, args
        return None


class ApexRest:
    """What answers under `/services/apexrest`."""

    def __init__(self, org: Org, classes: ApexClasses) -> None:
        self._org = org
        self._classes = classes

    def routes(self) -> list[Route]:
        """Return the endpoints."""
        return [Route(method, _ROOT + "/{apex_path}", self.call) for method in METHODS]

    def call(self, call: Call) -> Answer:
        """Let the registered function answer."""
        path = call.path.removeprefix(_ROOT).rstrip("/")
        found = self._classes.find(path)
        if found is None:
            raise ApiError(404, "NOT_FOUND", "Could not find a match for URL")
        endpoints, args = found
        method = "GET" if call.method == "HEAD" else call.method
        endpoint = endpoints.get(method)
        if endpoint is None:
            allowed = ",".join(sorted(endpoints))
            message = f"HTTP Method '{method}' not allowed. Allowed are {allowed}"
            raise ApiError(405, "METHOD_NOT_ALLOWED", message, headers={"Allow": allowed})
        request = ApexRequest(method, unquote(path), args, call.query, call.headers, call.body, self._org, call)
        return _answer(run_user_code(lambda: endpoint(request)))


def run_user_code(function: Callable[[], Any]) -> Any:
    """Call a user's function; what it raises becomes what Apex answers to an exception that nobody catches.

    Raises:
        ApiError: the function failed.
    """
    try:
        return function()
    except ApexError as error:
        raise ApiError(error.status, error.code, error.message) from error
    except ApiError:
        raise
    except Exception as error:
        # Real Apex names the exception as well. The traceback is for whoever runs the local org.
        _log.warning("a registered function failed", exc_info=True)
        raise ApiError(500, "APEX_ERROR", f"{type(error).__name__}: {error}") from error


def _answer(result: Any) -> Answer:
    response = result if isinstance(result, ApexResponse) else ApexResponse(result)
    if isinstance(response.body, bytes):
        return Answer(response.status, None, response.headers, response.body, response.media_type)
    answer = Answer(response.status, response.body, response.headers)
    try:
        answer.encoded()
    except (TypeError, ValueError) as error:
        raise ApiError(500, "APEX_ERROR", f"an endpoint returned what is no JSON value: {error}") from error
    return answer


def _rank(path: str) -> tuple[int, bool]:
    """Return what sorts paths so that the one that says most comes first."""
    return -len(re.sub(r"\{\w+\}|\*", "", path)), path.endswith("*")


def _compile(path: str) -> re.Pattern[str]:
    text = re.escape(path)
    text = _VARIABLE.sub(r"(?P<\1>[^/]+)", text)
    # As in an Apex urlMapping, `/Account/*` takes everything below, and `/Account` itself.
    text = re.sub(r"/\\\*$", r"(?:/(?P<_rest>.*))?", text)
    try:
        return re.compile(text)
    except re.error as error:
        raise ValueError(f"the path {path!r} can't be used: {error}") from None
