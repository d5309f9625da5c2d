"""Sending requests to one org over `requests`: where, with which token, for how long, and what a failure means."""

from __future__ import annotations

import copy
import os
import re
import ssl
from dataclasses import replace
from time import perf_counter
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import quote, quote_plus, urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase
from requests.exceptions import ProxyError
from requests.sessions import merge_setting
from requests.utils import get_environ_proxies
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from .bodies import Rewind
from .calls import Call, answered
from .error_bodies import decode_body, error_details, without_secrets_in_url
from .error_codes import InvalidField, RestrictedPicklistValue, error_of
from .errors import (
    SalesforceConnectionError,
    SalesforceError,
    SalesforceTimeout,
)
from .events import tell, wanted
from .http import Request, Response, Timeout
from .instance import host_of, origin_of
from .retries import UNSET, RetryBudget, RetryPolicy, Tries, Unset, checked_policy, retry_after

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .events import CallEvent
    from .session import OrgSession

__all__ = ["new_http_session"]

# To connect; and between two bytes of the answer: a little more than the two minutes that the platform gives SOQL.
DEFAULT_TIMEOUT: Timeout = (10.0, 130.0)
# Connections that stay open between calls: as many as threads are likely to share a client.
_POOL_SIZE = 64
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
# Shorter ones are not searched for in texts: they would blot out innocent words, and no real token is short.
_SHORTEST_SECRET = 8
# Where Salesforce's hosts, and gateways before them, put the id by which support finds a call.
_REQUEST_ID_HEADERS = ("X-Request-Id", "X-SFDC-Request-Id", "Sforce-Request-Id")
_REQUEST_ID = re.compile(r"[\w.:/+=-]{1,100}")


class HeadersAsGiven(AuthBase):
    """Keeps the Authorization header that was built: `requests` would replace it by an entry of the user's .netrc."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Leave the request as it is."""
        return request


HEADERS_AS_GIVEN = HeadersAsGiven()


class OrgHttpSession(requests.Session):
    """A session that reads the environment's proxies and certificates once a host; `requests` does at every call.

    That is a sixth of what a call costs. What is set on the session itself is seen at once, as ever.
    """

    # What a copy in another process takes along.
    __attrs__ = [*requests.Session.__attrs__, "_of_environment"]  # noqa: RUF012

    def __init__(self) -> None:
        super().__init__()
        self._of_environment: dict[str, tuple[dict[str, str], str | None]] = {}

    def merge_environment_settings(self, url: Any, proxies: Any, stream: Any, verify: Any, cert: Any) -> Any:
        """Return the settings of one request: its own, else the environment's, else the session's, as `requests`."""
        if not self.trust_env or proxies:
            return super().merge_environment_settings(url, proxies, stream, verify, cert)
        origin = "/".join(str(url).split("/", 3)[:3])
        known = self._of_environment.get(origin)
        if known is None:
            bundle = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE")
            known = self._of_environment[origin] = dict(get_environ_proxies(origin, no_proxy=None)), bundle
        environ_proxies, bundle = known
        if verify is None or verify is True:
            verify = bundle or verify
        pairs = {
            "proxies": (dict(environ_proxies), self.proxies),
            "stream": (stream, self.stream),
            "verify": (verify, self.verify),
            "cert": (cert, self.cert),
        }
        return {name: merge_setting(*pair) for name, pair in pairs.items()}  # type: ignore[no-untyped-call]


def new_http_session() -> requests.Session:
    """Return a session whose connections many threads can use at once.

    Example:
        >>> http = new_http_session()
        >>> Salesforce(session_id=server.session_id, instance_url=server.url, session=http).session is http
        True
    """
    session = OrgHttpSession()
    adapter = HTTPAdapter(pool_maxsize=_POOL_SIZE)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session


def exchange(
    http: requests.Session, method: str, url: str, *, resource: str = "", secrets: tuple[str, ...] = (), **options: Any
) -> requests.Response:
    """Send one request without following redirects.

    Raises:
        SalesforceTimeout: no answer in time.
        SalesforceConnectionError: no connection, or one that broke.
    """
    failure: Exception
    try:
        answer = http.request(method, url, auth=HEADERS_AS_GIVEN, allow_redirects=False, **options)
        if options.get("stream") and answer.status_code >= 300:
            # An error is read at once, here where what breaks is caught.
            _ = answer.content
        return answer
    except requests.Timeout as error:
        failure = _lost(SalesforceTimeout, url, method, resource, error, secrets)
    except requests.RequestException as error:
        if isinstance(error, ValueError):
            failure = ValueError(scrubbed(str(error), secrets))
        else:
            failure = _lost(SalesforceConnectionError, url, method, resource, error, secrets)
    # Not on top of the library's own error, which holds the request: its headers and its form.
    raise failure


def _lost(
    kind: type[SalesforceConnectionError],
    url: str,
    method: str,
    resource: str,
    error: Exception,
    secrets: tuple[str, ...],
) -> SalesforceConnectionError:
    # The library's message quotes the URL with its query; what went wrong stands at its innermost cause.
    reason: Any = error.args[0] if error.args else error
    reason = getattr(reason, "reason", reason)
    untrusted = isinstance(error, requests.exceptions.SSLError) and _is_about_certificate(reason)
    never_left = (
        untrusted
        or isinstance(error, requests.ConnectTimeout)
        or isinstance(reason, NewConnectionError)
        or (isinstance(error, ProxyError) and _is_about_way_to_proxy(reason))
    )
    cause = scrubbed(f"{type(error).__name__}: {reason}", secrets)
    return kind(
        scrubbed(url, secrets),
        0,
        resource,
        "",
        method=method,
        cause=cause,
        was_sent=not never_left,
        passing=not untrusted,
    )


def _is_about_certificate(reason: Any) -> bool:
    return isinstance(reason, ssl.SSLCertVerificationError) or any(
        isinstance(part, ssl.SSLCertVerificationError) for part in getattr(reason, "args", ())
    )


def _is_about_way_to_proxy(reason: Any) -> bool:
    """Tell whether there was no way through a proxy, so that the request wasn't sent.

    urllib3 takes a connection that broke after the request was sent for one that couldn't be made, too.
    """
    cause = getattr(reason, "original_error", None)
    return isinstance(cause, (NewConnectionError, ConnectTimeoutError)) or "Tunnel connection failed" in str(cause)


def request_id(headers: Mapping[str, str]) -> str | None:
    """Return the id of a call, by which Salesforce's support finds it; None where the answer has none."""
    for name in _REQUEST_ID_HEADERS:
        if (value := headers.get(name)) is not None and _REQUEST_ID.fullmatch(value):
            return value
    return None


def scrubbed(text: str, secrets: tuple[str, ...]) -> str:
    """Return the text without any of the secrets, as they are or percent-encoded as a URL has them."""
    for secret in secrets:
        if len(secret) >= _SHORTEST_SECRET:
            for written in dict.fromkeys((secret, quote(secret), quote(secret, safe=""), quote_plus(secret))):
                text = text.replace(written, "***")
    return text


def scrubbed_body(body: bytes, secrets: tuple[str, ...]) -> bytes:
    """Return a body of any kind without the secrets: a gateway may echo requests."""
    # Each byte stands for a character here, so that any body can be searched and is otherwise left as it is.
    return scrubbed(body.decode("latin-1"), secrets).encode("latin-1")


def session_of(answer: requests.Response | None) -> tuple[str, ...]:
    """Return the session ids that an answer was asked with."""
    headers = getattr(getattr(answer, "request", None), "headers", {})
    return tuple(str(headers.get(name, "")).rpartition(" ")[2] for name in ("Authorization", "X-SFDC-Session"))


class Transport:
    """Sends requests of one org session and reads failures; one for all threads of a client.

    `retries` says what is repeated, None for nothing. `on_event` hears of each try.
    """

    def __init__(
        self,
        http: requests.Session,
        session: OrgSession,
        timeout: Timeout,
        on_answer: Callable[[Mapping[str, str]], None],
        *,
        retries: RetryPolicy | None = None,
        on_event: Callable[[CallEvent], object] | None = None,
        known_fields: Callable[[str], Mapping[str, tuple[str, ...]]] | None = None,
    ) -> None:
        """Send over `http`, for `timeout` seconds where a request doesn't say, and show every answer's headers.

        `known_fields` gives an object's fields with the values of their picklists, where those are known.
        """
        self.http = http
        self.session = session
        self.timeout = timeout
        self.retries = checked_policy(retries)
        self.budget = RetryBudget(0 if retries is None else retries.budget)
        self.on_event = on_event
        self._on_answer = on_answer
        self._known_fields = known_fields

    def send(self, request: Request, retries: RetryPolicy | Unset | None = UNSET) -> Response:
        """Send a request, again where the policy has it so, and once more with a new login after an expired session.

        This is the one place where a request is repeated. `retries` takes the place of the transport's own policy.

        Raises:
            OutcomeUnknown: the org may have done what was asked, and doing it twice would not be the same.
            SalesforceError: any answer of status 300 or more but a 304 to a read, and no answer.
        """
        call: Call | None = None
        rewind = Rewind(request.transport_options) if request.transport_options else None
        while True:
            logins, token = self.session.logins, self.session.token_to_send
            start = perf_counter()
            response: Response | None = None
            failure: SalesforceError
            try:
                response = self._send_once(request, token)
            except SalesforceConnectionError as error:
                failure = error
            else:
                if (response.status < 300 and not _is_page(request, response)) or _is_unchanged(request, response):
                    return self._done(request, response, call, start)
                failure = self._error(response, token)
            # Out of the `except` block, so that no error carries those of the HTTP library with it.
            if call is None:
                call = Call(request, self.tries(retries), self.on_event)
            resendable = rewind is None or rewind.possible
            if response is not None and call.has_deleted(failure):
                return self._done(request, replace(response, status=204, content=b""), call, start)
            if response is not None and resendable and self._may_renew(request, response, call):
                call.note_login(made_here=self.session.renew(token, logins))
            else:
                call.wait_or_raise(failure, perf_counter() - start, resendable=resendable)
            if rewind is not None:
                rewind()

    def with_retries(self, retries: RetryPolicy | None) -> Self:
        """Return a transport over the same connections that repeats by another policy, out of a budget of its own."""
        twin = copy.copy(self)
        twin.retries = checked_policy(retries)
        twin.budget = RetryBudget(0 if retries is None else retries.budget)
        return twin

    def telling(self, on_answer: Callable[[Mapping[str, str]], None]) -> Self:
        """Return a transport over the same connections that shows every answer's headers to another one."""
        twin = copy.copy(self)
        twin._on_answer = on_answer
        return twin

    def tries(self, retries: RetryPolicy | Unset | None = UNSET) -> Tries:
        """Return the tries for a piece of work that consists of several requests, by the same policy and budget."""
        return Tries(self.retries if isinstance(retries, Unset) else retries, self.budget)

    def _may_renew(self, request: Request, response: Response, call: Call) -> bool:
        own_token = _header(request.headers, "authorization") is None
        return call.may_log_in and own_token and self.session.renewable and _says_session_expired(response)

    def _done(self, request: Request, response: Response, call: Call | None, start: float) -> Response:
        self.budget.refund()
        if wanted("answered", self.on_event):
            number = 1 if call is None else call.tries.number
            tell(answered(request, response, number, start, request_id(response.headers)), self.on_event)
        return replace(response, repeated=True) if call is not None and call.in_doubt else response

    def _send_once(self, request: Request, token: str) -> Response:
        url = self.url_of(request.url)
        # A body that is to be read here is read at once, where what breaks is caught.
        options = {"data": request.body, **request.transport_options, "stream": request.streamed}
        answer = exchange(
            self.http,
            request.method,
            url,
            resource=request.resource,
            secrets=(token,),
            params=request.params or None,
            headers=self._headers(request, token),
            timeout=self.timeout if request.timeout is None else request.timeout,
            **options,
        )
        self._on_answer(answer.headers)
        return Response(
            answer.status_code,
            answer.headers,
            b"" if request.streamed and answer.status_code < 300 else answer.content,
            scrubbed(answer.url or url, (token,)),
            request.method,
            request.resource,
            answer,
            request,
        )

    def _headers(self, request: Request, token: str) -> dict[str, str | None]:
        # The library folds names that differ by case, the last one winning.
        headers: dict[str, str | None] = {
            **self.session.headers,
            "Authorization": f"Bearer {token}",
            **request.headers,
        }
        if request.url.startswith("/services/async/"):
            # The Bulk API 1.0 is older than OAuth.
            headers["X-SFDC-Session"] = token
        if "files" in request.transport_options and _header(request.headers, "content-type") is None:
            # The library writes the multipart boundary.
            headers["Content-Type"] = None
        return headers

    def url_of(self, url: str) -> str:
        """Return the whole URL of a path on the instance.

        Raises:
            ValueError: a whole URL of another origin, which the token must not go to.
        """
        if url.startswith("/"):
            return self.session.origin + url
        origin = self.session.origin
        # Scripts put https in front of `sf_instance`, an org on this machine too: it is asked as it has to be.
        if host_of(origin_of(url)) != host_of(origin):
            raise ValueError(
                f"{origin_of(url)} is not this client's org, {origin}; the session is not sent there. "
                "Make a client for that org"
            )
        # Put together anew: libraries differ in where they see the host end in a URL that is crooked on purpose.
        parts = urlsplit(url)
        return f"{origin}/{parts.path.lstrip('/')}" + (f"?{parts.query}" if parts.query else "")

    def _error(self, response: Response, token: str) -> SalesforceError:
        location = response.headers.get("Location") if response.status in _REDIRECTS else None
        cause = (
            f"it redirects to {without_secrets_in_url(location)}, and a session is never sent on by a redirect; use "
            "the org's current My Domain URL as instance_url"
            if location
            else ""
        )
        if response.status < 300:
            cause = "a web page came in place of the org's answer, so something between here and the org has sent it"
        error = error_of(
            response.url,
            response.status,
            response.resource,
            scrubbed_body(response.content, (token,)),
            method=response.method,
            cause=scrubbed(cause, (token,)),
            request_id=request_id(response.headers),
            retry_after=retry_after(response.headers),
        )
        self._explain(error)
        return error

    def _explain(self, error: SalesforceError) -> None:
        """Add to an error what this client knows of the object: the nearest field, the values of a picklist."""
        if self._known_fields is None:
            return
        if isinstance(error, InvalidField) and error.field and error.object_name:
            import difflib  # only a typo needs it

            names = {name.lower(): name for name in self._known_fields(error.object_name)}
            close = difflib.get_close_matches(error.field.lower(), names, n=1)
            error.nearest = names[close[0]] if close else None
        elif isinstance(error, RestrictedPicklistValue):
            known = self._known_fields(error.resource_name)
            error.allowed = next((known[name] for name in error.fields if known.get(name)), ())


def _is_unchanged(request: Request, response: Response) -> bool:
    """Tell whether what was to be read is as it was; a write that is answered so was not done."""
    return response.status == 304 and request.method.upper() in ("GET", "HEAD")


def _is_page(request: Request, response: Response) -> bool:
    """Tell whether a write was answered with a web page, as networks do that want a person to log in first.

    What should be JSON is found out when it is read; of a write that answers with a status alone, nothing is read.
    """
    return (
        request.method != "GET"
        and response.content[:1] in (b"<", b"\n", b"\r", b" ")
        and "/services/data/" in request.url
        and "html" in response.headers.get("Content-Type", "")
    )


def _header(headers: Mapping[str, str], name: str) -> str | None:
    return next((value for key, value in headers.items() if key.lower() == name), None)


def _says_session_expired(response: Response) -> bool:
    # The Bulk API 1.0 spells the code its own way, and answers 400 with it; userinfo has its own code and status.
    expired = {
        401: ("INVALID_SESSION_ID", "InvalidSessionId"),
        400: ("InvalidSessionId",),
        403: ("Bad_OAuth_Token",),
    }.get(response.status, ())
    return bool(expired) and any(detail.code in expired for detail in error_details(decode_body(response.content)))
