"""Sending requests to one org over `requests`: where, with which token, for how long, and what a failure means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase
from requests.exceptions import ProxyError
from urllib3.exceptions import NewConnectionError

from .error_bodies import decode_body, error_details, without_secrets_in_url
from .errors import SalesforceConnectionError, SalesforceError, SalesforceTimeout, error_of
from .http import Request, Response, Timeout
from .instance import origin_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .session import OrgSession

# To connect; and between two bytes of the answer: a little more than the two minutes that the platform gives SOQL.
DEFAULT_TIMEOUT: Timeout = (10.0, 130.0)
_POOL_SIZE = 32
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
# Shorter ones are not searched for in texts: they would blot out innocent words, and no real token is short.
_SHORTEST_SECRET = 8


class HeadersAsGiven(AuthBase):
    """Keeps the Authorization header that was built: `requests` would replace it by an entry of the user's .netrc."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Leave the request as it is."""
        return request


HEADERS_AS_GIVEN = HeadersAsGiven()


def new_http_session() -> requests.Session:
    """Return a session whose connections many threads can use at once."""
    session = requests.Session()
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
    try:
        return http.request(method, url, auth=HEADERS_AS_GIVEN, allow_redirects=False, **options)
    except requests.Timeout as error:
        raise _lost(SalesforceTimeout, url, method, resource, error, secrets) from None
    except requests.RequestException as error:
        if isinstance(error, ValueError):
            raise ValueError(scrubbed(str(error), secrets)) from None
        raise _lost(SalesforceConnectionError, url, method, resource, error, secrets) from None


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
    never_left = isinstance(error, (requests.ConnectTimeout, ProxyError)) or isinstance(reason, NewConnectionError)
    cause = scrubbed(f"{type(error).__name__}: {reason}", secrets)
    return kind(url, 0, resource, "", method=method, cause=cause, was_sent=not never_left)


def scrubbed(text: str, secrets: tuple[str, ...]) -> str:
    """Return the text without any of the secrets."""
    for secret in secrets:
        if len(secret) >= _SHORTEST_SECRET:
            text = text.replace(secret, "***")
    return text


class Transport:
    """Sends requests of one org session and reads failures; one for all threads of a client."""

    def __init__(
        self,
        http: requests.Session,
        session: OrgSession,
        timeout: Timeout,
        on_answer: Callable[[Mapping[str, str]], None],
    ) -> None:
        """Send over `http`, for `timeout` seconds where a request doesn't say, and show every answer's headers."""
        self.http = http
        self.session = session
        self.timeout = timeout
        self._on_answer = on_answer

    def send(self, request: Request) -> Response:
        """Send a request; after an expired session once more, with a new token and the same headers.

        This is the one place where a request is repeated, and so where a retry policy belongs.

        Raises:
            SalesforceError: any answer of status 300 or more but 304, and no answer.
        """
        renewed = False
        while True:
            logins, token = self.session.logins, self.session.token_to_send
            response = self._send_once(request, token)
            if response.status < 300 or response.status == 304:
                return response
            own_token = _header(request.headers, "authorization") is None
            if not renewed and own_token and self.session.renewable and _says_session_expired(response):
                self.session.renew(token, logins)
                renewed = True
                continue
            raise self._error(response, token)

    def _send_once(self, request: Request, token: str) -> Response:
        url = self.url_of(request.url)
        answer = exchange(
            self.http,
            request.method,
            url,
            resource=request.resource,
            secrets=(token,),
            params=request.params or None,
            headers=self._headers(request, token),
            timeout=self.timeout if request.timeout is None else request.timeout,
            **{"data": request.body, "stream": request.streamed, **request.transport_options},
        )
        self._on_answer(answer.headers)
        return Response(
            answer.status_code,
            answer.headers,
            b"" if request.streamed and answer.status_code < 300 else answer.content,
            answer.url or url,
            request.method,
            request.resource,
            answer,
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
        origin = origin_of(url)
        if origin != self.session.origin:
            raise ValueError(
                f"{origin} is not this client's org, {self.session.origin}; the session is not sent there. "
                "Make a client for that org"
            )
        # Put together anew: libraries differ in where they see the host end in a URL that is crooked on purpose.
        parts = urlsplit(url)
        return f"{origin}/{parts.path.lstrip('/')}" + (f"?{parts.query}" if parts.query else "")

    def _error(self, response: Response, token: str) -> SalesforceError:
        body = response.content
        if len(token) >= _SHORTEST_SECRET:
            body = body.replace(token.encode(), b"***")
        location = response.headers.get("Location") if response.status in _REDIRECTS else None
        cause = (
            f"it redirects to {without_secrets_in_url(location)}, and a session is never sent on by a redirect; use "
            "the org's current My Domain URL as instance_url"
            if location
            else ""
        )
        return error_of(
            scrubbed(response.url, (token,)),
            response.status,
            response.resource,
            body,
            method=response.method,
            cause=scrubbed(cause, (token,)),
        )


def _header(headers: Mapping[str, str], name: str) -> str | None:
    return next((value for key, value in headers.items() if key.lower() == name), None)


def _says_session_expired(response: Response) -> bool:
    # The Bulk API 1.0 spells the code its own way, and answers 400 with it.
    expired = {401: ("INVALID_SESSION_ID", "InvalidSessionId"), 400: ("InvalidSessionId",)}.get(response.status, ())
    return bool(expired) and any(detail.code in expired for detail in error_details(decode_body(response.content)))
