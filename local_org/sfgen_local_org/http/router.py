"""Finds the endpoint of a call and turns what it raises into the API's answers."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import unquote

from sfgen_local_org.errors import OrgError
from sfgen_local_org.http.call import Answer, Call
from sfgen_local_org.http.errors import ApiError, error_body, not_found

if TYPE_CHECKING:
    from sfgen_local_org.http.faults import Faults

Handler = Callable[[Call], Answer]

_log = logging.getLogger("sfgen_local_org")
_VERSION = re.compile(r"/services/data/v[0-9.]+")
_VARIABLE = re.compile(r"\{(\w+)\}")
# The forms of variables that aren't just one part of a path.
_FORMS = {
    "version": "[0-9]{2,3}[.]0",
    "apex_path": ".+",
    "user_object": "(?i:User)",
    "record_id": "[0-9A-Za-z]{15}(?:[0-9A-Za-z]{3})?",
}
OLDEST_VERSION = 30


@dataclass(frozen=True, slots=True)
class Route:
    """One endpoint: method, address with `{variables}` and handler.

    A public one needs no session. One that takes uploads gets its body in a file.
    """

    method: str
    address: str
    handler: Handler
    public: bool = False
    upload: bool = False


@dataclass(frozen=True, slots=True)
class _Resource:
    """One address with the endpoints of its methods."""

    pattern: re.Pattern[str]
    routes: dict[str, Route]


class Router:
    """The table of endpoints. An address that comes first wins: literal ones go before those with variables."""

    def __init__(self, faults: Faults) -> None:
        self.faults = faults
        self._resources: dict[str, _Resource] = {}
        # Each call is looked up for what it needs (a session, a file for its body) before it is answered.
        self._find = lru_cache(maxsize=64)(self._search)

    def add(self, routes: Iterable[Route]) -> None:
        """Add endpoints after those that are there."""
        for route in routes:
            resource = self._resources.setdefault(route.address, _Resource(_compile(route.address), {}))
            resource.routes[route.method] = route
        self._find.cache_clear()

    def is_public(self, call: Call) -> bool:
        """Tell whether a call is served without a session."""
        found = self._find(call.path)
        return found is not None and any(route.public for route in found[0].routes.values())

    def takes_upload(self, call: Call) -> bool:
        """Tell whether the body of a call goes into a file."""
        found = self._find(call.path)
        route = found[0].routes.get(_method(call)) if found is not None else None
        return route is not None and route.upload

    def __call__(self, call: Call) -> Answer:
        """Answer a call; whatever happens, the answer is one that the API might give."""
        try:
            fault = self.faults.take(call)
            return fault if fault is not None else self._dispatch(call)
        except ApiError as error:
            return Answer(error.status, error_body(error), error.headers)
        except OrgError as error:
            body = error_body(error)
            if error.choices and (version := _VERSION.match(call.path)):
                body = [_VERSION.sub(version[0], choice) for choice in body]
            return Answer(error.status, body)
        except Exception:
            _log.exception("%s %s failed", call.method, call.path)
            message = "An unexpected error occurred in the local org; its log has the traceback."
            return Answer(500, [{"message": message, "errorCode": "UNKNOWN_EXCEPTION"}])

    def _dispatch(self, call: Call) -> Answer:
        found = self._find(call.path)
        if found is None:
            raise not_found()
        resource, args = found
        version = args.get("version")
        if version is not None and float(version) < OLDEST_VERSION:
            raise not_found()
        method = _method(call)
        route = resource.routes.get(method)
        if route is None:
            allowed = sorted({*resource.routes, "HEAD"} if "GET" in resource.routes else resource.routes)
            raise ApiError(
                405,
                "METHOD_NOT_ALLOWED",
                f"HTTP Method '{method}' not allowed. Allowed are {','.join(allowed)}",
                headers={"Allow": ",".join(allowed)},
            )
        return route.handler(call.with_args(args))

    def _search(self, path: str) -> tuple[_Resource, Mapping[str, str]] | None:
        path = path.removesuffix("/") or "/"
        for resource in self._resources.values():
            if match := resource.pattern.fullmatch(path):
                return resource, {name: unquote(value) for name, value in match.groupdict().items()}
        return None


def _compile(address: str) -> re.Pattern[str]:
    def variable(match: re.Match[str]) -> str:
        return f"(?P<{match[1]}>{_FORMS.get(match[1], '[^/]+')})"

    return re.compile(_VARIABLE.sub(variable, address))


def _method(call: Call) -> str:
    # The API's own way out for clients whose HTTP library has no PATCH.
    if call.method == "POST" and (named := call.query.get("_HttpMethod")):
        return named.upper()
    return "GET" if call.method == "HEAD" else call.method
