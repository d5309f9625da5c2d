"""Requests, responses and operations as values: what is asked and how the answer is read, without any I/O.

An operation builds its request and reads the response; a driver sends. `sfgen_runtime.client.SalesforceClient.execute`
drives them over requests; an asynchronous client can drive the same ones.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol, TypedDict, TypeVar

from .error_bodies import without_secrets_in_url

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from .retries import RetryPolicy

# Seconds: one number for both, or (to connect, between two bytes of the answer); None in a place means no limit there.
Timeout = float | tuple[float | None, float | None]

T_co = TypeVar("T_co", covariant=True)
P = TypeVar("P")
_NOTHING: Mapping[str, Any] = MappingProxyType({})

_SECRET_NAMES = frozenset(
    {"authorization", "cookie", "x-sfdc-session", "proxy-authorization", "token", "sid", "access_token", "oauth_token"}
)

# What a caller may hand through to `requests.Session.request` besides what a `Request` says itself.
TRANSPORT_OPTIONS = frozenset({"data", "files", "verify", "cert", "proxies", "stream", "cookies"})


class MoreOptions(TypedDict, total=False):
    """What a call takes besides headers: how long to wait, parameters, what to repeat; the rest is `requests`' own."""

    timeout: Timeout | None
    params: Mapping[str, Any] | None
    files: Any
    verify: bool | str
    cert: str | tuple[str, str]
    proxies: Mapping[str, str]
    stream: bool
    cookies: Any
    retries: RetryPolicy | None


class CallOptions(MoreOptions, total=False):
    """What every call takes besides its own arguments."""

    headers: Mapping[str, str] | None


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request to the org, without host and token.

    `url` is one of: a path below the versioned data root (``sobjects/Contact``); a path below the instance, starting
    with a slash (``/services/apexrest/x``); a whole URL, which is refused if its origin isn't the instance's.
    `idempotent` says that sending it twice leaves the org as sending it once does. `resource` names what is asked for
    in errors. `body` may be an iterable that yields the same blocks each time; with a ``len`` it is not sent chunked.
    `streamed` leaves the body of a successful answer unread, to be taken block by block from ``raw``.

    Example:
        >>> Request("POST", "sobjects/Contact", body=b"{}", resource="Contact").without_session().method
        'POST'
    """

    method: str
    url: str
    params: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)
    headers: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    body: bytes | Iterable[bytes] | None = field(default=None, repr=False)
    idempotent: bool = False
    timeout: Timeout | None = None
    resource: str = ""
    transport_options: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)
    streamed: bool = False

    def __reduce__(self) -> tuple[Any, ...]:
        # What shows a mapping without letting it be changed can't be pickled itself.
        values = [getattr(self, part.name) for part in fields(self)]
        return type(self), tuple(dict(value) if isinstance(value, MappingProxyType) else value for value in values)

    def extended(self, options: CallOptions) -> Request:
        """Return this request with a caller's options added; the caller's headers and parameters win.

        Example:
            >>> Request("GET", "limits").extended({"headers": {"X-Request-Id": "7"}, "timeout": 5}).timeout
            5

        Raises:
            TypeError: an option that no call takes, or parameters that are no mapping.
        """
        if not options:
            return self
        given: dict[str, Any] = {name: value for name, value in options.items() if value is not None}
        # What is repeated is the driver's affair.
        given.pop("retries", None)
        headers, params = given.pop("headers", None), given.pop("params", None)
        timeout = given.pop("timeout", self.timeout)
        if params is not None and not hasattr(params, "keys"):
            raise TypeError(
                f"params= is a dict, with a list for a name that repeats, and this is a {type(params).__name__}"
            )
        if unknown := given.keys() - TRANSPORT_OPTIONS:
            name = min(unknown)
            hint = """; give params={"fields": "Id,Name"}""" if name == "fields" else ""
            raise TypeError(
                f"unexpected keyword argument {name!r}{hint}; calls take headers, params, timeout, retries,"
                f" {', '.join(sorted(TRANSPORT_OPTIONS))}"
            )
        return replace(
            self,
            headers={**self.headers, **headers} if headers else self.headers,
            params={**self.params, **params} if params else self.params,
            timeout=timeout,
            transport_options={**self.transport_options, **given} if given else self.transport_options,
        )

    def without_session(self) -> Request:
        """Return what may be kept of this request: no session, no new password, no options of the HTTP library."""
        return Request(
            self.method,
            without_secrets_in_url(self.url),
            {name: value for name, value in self.params.items() if name.lower() not in _SECRET_NAMES},
            {name: value for name, value in self.headers.items() if name.lower() not in _SECRET_NAMES},
            self.body if isinstance(self.body, bytes) and not self.url.endswith("/password") else None,
            self.idempotent,
            self.timeout,
            self.resource,
            {},
        )


@dataclass(frozen=True, slots=True, eq=False)
class Response:
    """One answer of the org. `headers` ignore case; `raw` is the HTTP library's own object, for who asks for it.

    `asked` is the request that it answers. `repeated` says that the org may have acted on an earlier try of it, so that
    what this answer says of "created" may be about the second time.

    Example:
        >>> answer = sf.send(Request("GET", "limits"))
        >>> answer.status, answer.headers["content-type"]
        (200, 'application/json;charset=UTF-8')
    """

    status: int
    headers: Mapping[str, str]
    content: bytes
    url: str
    method: str = "GET"
    resource: str = ""
    raw: Any = field(default=None, repr=False)
    asked: Request | None = field(default=None, repr=False)
    repeated: bool = False


class Operation(Protocol[T_co]):
    """One thing to ask of the org: how to ask it, and how to read the answer.

    `parse` sees successful answers, and 304 for who sent ``If-Modified-Since``; errors are the driver's.
    """

    def request(self) -> Request:
        """Return the request to send."""
        ...

    @property
    def parse(self) -> Callable[[Response], T_co]:
        """What turns the response into the result."""
        ...


class PagedOperation(Protocol[P]):
    """An operation whose result is one page of more."""

    def request(self) -> Request:
        """Return the request to send."""
        ...

    @property
    def parse(self) -> Callable[[Response], P]:
        """What turns the response into a page."""
        ...

    def following(self, page: P) -> PagedOperation[P] | None:
        """Return the operation that fetches the page after this one, or None after the last."""
        ...
