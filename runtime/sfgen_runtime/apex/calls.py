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

from ..http import Request, Response
from ..json_codec import iso_datetime
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
    left out; a list in `query` is repeated. `body` is what goes over the wire.
    """

    method: str
    path: str
    arguments: Sequence[object] = ()
    query: Mapping[str, object] = field(default_factory=dict)
    header: Mapping[str, object] = field(default_factory=dict)
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


def joined(values: Sequence[object] | None) -> str | None:
    """Return a list parameter that the document doesn't explode: ``a,b``."""
    return None if values is None else ",".join(plain(value) for value in values)


class ApexResource:
    """A client of the Apex REST classes that one OpenAPI document describes: the base of generated ones."""

    def __init__(self, client: SalesforceClient) -> None:
        self.client = client

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self.client.sf_instance}>"

    def _call(self, call: ApexCall[T], headers: Mapping[str, str] | None = None, timeout: Timeout | None = None) -> T:
        options: dict[str, Any] = {"headers": headers, "timeout": timeout}
        return self.client.execute(call, **options)


class ApexDocuments:
    """What ``sf.apex`` of a generated client is: a client for each document, made when it is first used."""

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
