"""The operation of an Apex REST call, and the base of generated clients.

Salesforce document: Apex Developer Guide, "Exposing Apex Classes as REST Web Services".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import Enum
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar
from urllib.parse import quote

from ..http import Request, Response
from ..json_codec import encode_json, iso_datetime
from ..paths import segment

if TYPE_CHECKING:
    from ..client import SalesforceClient
    from ..http import Timeout

T = TypeVar("T")
# Only this is without effect for certain: what PUT and DELETE do twice is up to the class.
_SAFE = "GET"


@dataclass(frozen=True, slots=True)
class ApexCall(Generic[T]):
    """One call of an Apex REST class.

    `path` has ``{}`` for each of `arguments`, which fill one segment each. Of `query` and `header`, what is None is
    left out; a list in `query` is repeated. `cookie` goes out as one header. `body` is what goes over the wire.

    Example:
        >>> read = JsonBody(lambda: str)
        >>> call = ApexCall("POST", "/services/apexrest/Greeting", body=b'{"name": "Jo"}', parse=read)
        >>> sf.execute(call)
        'Hello Jo'
        >>> ApexCall("GET", "/services/apexrest/Receipt/{}", arguments=["a/b"], parse=read).request().url
        '/services/apexrest/Receipt/a%2Fb'
    """

    method: str
    path: str
    arguments: Sequence[object] = ()
    query: Mapping[str, object] = field(default_factory=dict)
    header: Mapping[str, object] = field(default_factory=dict)
    cookie: Mapping[str, object] = field(default_factory=dict)
    body: bytes | None = None
    content_type: str = "application/json"
    parse: Callable[[Response], T] = field(kw_only=True)

    def request(self) -> Request:
        """Return the request, every argument in its place.

        Raises:
            ValueError: an argument that no URL can carry, or a datetime without an offset.
        """
        first, *rest = self.path.split("{}")
        filled = "".join(
            segment(plain(value), "a path parameter") + part for value, part in zip(self.arguments, rest, strict=True)
        )
        headers = {name: str(plain(value)) for name, value in self.header.items() if value is not None}
        if cookies := [(name, plain(value)) for name, value in self.cookie.items() if value is not None]:
            headers["Cookie"] = "; ".join(f"{quote(name)}={quote(value, safe='')}" for name, value in cookies)
        if self.body is not None:
            headers["Content-Type"] = self.content_type
        return Request(
            self.method,
            first + filled,
            params={name: _listed(value) for name, value in self.query.items() if value is not None},
            headers=headers,
            body=self.body,
            idempotent=self.method == _SAFE,
            resource=self.path.removeprefix("/services/apexrest/"),
        )


def plain(value: object) -> str:
    """Return a parameter as text: ``true``, ``2024-02-29``, ``1.5``.

    Raises:
        ValueError: a datetime without an offset.
        TypeError: a value that is no parameter.
    """
    match value:
        case Enum():
            return plain(value.value)
        case bool():
            return "true" if value else "false"
        case datetime():
            return iso_datetime(value)
        case date() | time():
            return value.isoformat()
        case None | list() | tuple() | dict():
            raise TypeError(f"a value of type {type(value).__name__} is no parameter of a URL: give text or a number")
        case _:
            return str(value)


def _listed(value: object) -> str | list[str]:
    return [plain(item) for item in value] if isinstance(value, (list, tuple, set, frozenset)) else plain(value)


def joined(values: Sequence[object] | None, separator: str = ",") -> str | None:
    """Return a list parameter that the document doesn't explode: ``a,b``.

    Example:
        >>> joined([True, "north"])
        'true,north'
    """
    return None if values is None else separator.join(plain(value) for value in values)


def flat(values: Mapping[str, object] | None) -> str | None:
    """Return an object parameter that the document doesn't explode: ``key,value,key,value``.

    Example:
        >>> flat({"role": "admin", "active": True})
        'role,admin,active,true'
    """
    if values is None:
        return None
    return ",".join(f"{key},{plain(value)}" for key, value in values.items() if value is not None)


def spread(values: Mapping[str, object] | None, name: str | None = None) -> dict[str, object]:
    """Return the parameters that an object's keys are: ``key=value``, or below a name ``name[key]=value``.

    Example:
        >>> spread({"role": "admin"}), spread({"role": "admin"}, "filter")
        ({'role': 'admin'}, {'filter[role]': 'admin'})
    """
    return {f"{name}[{key}]" if name else key: value for key, value in (values or {}).items()}


def as_json(value: object) -> str | None:
    """Return a parameter that is JSON.

    Example:
        >>> as_json({"stars": [4, 5]})
        '{"stars":[4,5]}'
    """
    return None if value is None else encode_json(value).decode()


class ApexResource:
    """A client of the Apex REST classes that one OpenAPI document describes: the base of generated ones.

    Example:
        >>> class Greetings(ApexResource):
        ...     def post(self, name: str) -> str:
        ...         body = JsonBody(lambda: dict[str, str]).encode({"name": name})
        ...         call = ApexCall("POST", "/services/apexrest/Greeting", body=body, parse=JsonBody(lambda: str))
        ...         return self._call(call)
        >>> Greetings(sf).post("Jo")
        'Hello Jo'
    """

    def __init__(self, client: SalesforceClient) -> None:
        self.client = client

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self.client.sf_instance}>"

    def _call(self, call: ApexCall[T], headers: Mapping[str, str] | None = None, timeout: Timeout | None = None) -> T:
        options: dict[str, Any] = {"headers": headers, "timeout": timeout}
        return self.client.execute(call, **options)


class ApexDocuments:
    """What ``sf.apex`` of a generated client is: a client for each document, made when it is first used.

    Example:
        >>> ApexDocuments(sf).greetings
        Traceback (most recent call last):
            ...
        AttributeError: there is no Apex client 'greetings'; known are
    """

    # Attribute: class, in the module of the attribute's name.
    _clients: ClassVar[Mapping[str, str]] = {}

    def __init__(self, client: SalesforceClient) -> None:
        self.client = client

    if not TYPE_CHECKING:
        # Hidden from type checkers, to which any attribute would exist if they saw it.
        def __getattr__(self, name: str) -> Any:
            class_name = self._clients.get(name)
            if class_name is None:
                known = ", ".join(sorted(self._clients))
                raise AttributeError(f"there is no Apex client {name!r}; known are {known}")
            made = getattr(import_module(f"{type(self).__module__}.{name}"), class_name)(self.client)
            self.__dict__[name] = made
            return made
