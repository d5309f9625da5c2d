"""The ASGI application: bytes into calls, sessions checked, answers into bytes.

Calls run right on the event loop, one after the other. The org does one thing at a time anyway (SQLite, one lock), and
handing each call to a thread made a request for one record take 1.4 times as long.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse

from sfgen_local_org.http.actions import ActionRegistry, Actions
from sfgen_local_org.http.anonymous_apex import AnonymousApex
from sfgen_local_org.http.apex import ApexClasses, ApexRest
from sfgen_local_org.http.appearance import Appearance
from sfgen_local_org.http.bodies import read_body, spool_body
from sfgen_local_org.http.bulk1 import ROOT as ASYNC_ROOT
from sfgen_local_org.http.bulk1 import Bulk1, as_async_error
from sfgen_local_org.http.bulk2 import Bulk2
from sfgen_local_org.http.call import Answer, Call
from sfgen_local_org.http.composite import Composite
from sfgen_local_org.http.deployments import Deployments
from sfgen_local_org.http.errors import ApiError, error_body
from sfgen_local_org.http.layouts import Layouts
from sfgen_local_org.http.metadata_rest import MetadataRest
from sfgen_local_org.http.metadata_soap import MetadataSoap
from sfgen_local_org.http.oauth import OAuth
from sfgen_local_org.http.passwords import Passwords, UserPasswords
from sfgen_local_org.http.queries import Queries
from sfgen_local_org.http.records import Records
from sfgen_local_org.http.resources import Resources
from sfgen_local_org.http.router import Router
from sfgen_local_org.http.search import Search
from sfgen_local_org.http.soap import Soap
from sfgen_local_org.http.sobject_collections import Collections
from sfgen_local_org.http.tree import Trees
from sfgen_local_org.http.views import Views

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from starlette.datastructures import Headers
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from sfgen_local_org.bulk.desk import BulkDesk
    from sfgen_local_org.http.faults import Faults
    from sfgen_local_org.http.site import Site

# The longest address that the API takes, in bytes. A longer query has to go into a composite request.
LONGEST_ADDRESS = 16_384
# Below this, compressing costs more time on loopback than it saves.
_COMPRESSED_FROM = 16_384
# Parameters that the API takes and that nobody may read in a log.
_SLASHES = re.compile("/{2,}")
_SECRETS = "(?:oauth_|access_|refresh_)?token|sid|password|client_secret|assertion"
_SECRET_PARAMETER = re.compile(rf"\b({_SECRETS})=[^&]+", re.IGNORECASE)


# This one comes from the web server in front of the API: it isn't JSON.
_URI_TOO_LONG = Answer(414, content=b"<h1>Bad Message 414</h1><pre>reason: URI Too Long</pre>", media_type="text/html")


@dataclass(frozen=True, slots=True)
class CustomCode:
    """What stands in for an org's own Apex and flows."""

    apex: ApexClasses = field(default_factory=ApexClasses)
    actions: ActionRegistry = field(default_factory=ActionRegistry)


class Served(NamedTuple):
    """One request that was answered. `path` and `query` are as they were sent, undecoded, but for secrets."""

    method: str
    path: str
    status: int
    query: str


def build_router(site: Site, faults: Faults, desk: BulkDesk, code: CustomCode) -> Router:
    """Return the table of all endpoints."""
    router = Router(faults)
    org, passwords, deployments = site.org, UserPasswords(site), Deployments(site.org)
    for group in (
        Resources(site),
        OAuth(site),
        MetadataSoap(site, deployments),
        MetadataRest(site, deployments),
        AnonymousApex(site),
        Soap(site, passwords),
        # Before the records: `describe` is no field, and neither `layouts` nor `password` is a value of one.
        Layouts(org),
        Views(org),
        Appearance(site),
        Passwords(passwords),
        Records(org),
        Queries(org),
        Search(org),
        Composite(org, router),
        Collections(org),
        Trees(org),
        Bulk1(org, desk),
        Bulk2(org, desk),
        ApexRest(org, code.apex),
        Actions(org, code.actions),
    ):
        router.add(group.routes())
    return router


def build_app(site: Site, router: Router, served: Callable[[Served], object]) -> ASGIApp:
    """Return the application; `served` is told of every request."""
    return _App(site, router, served)


class _App:
    def __init__(self, site: Site, router: Router, served: Callable[[Served], object]) -> None:
        self._site = site
        self._router = router
        self._served = served

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        request = Request(scope, receive)
        path, query = _target(scope)
        try:
            too_long = len(path) + len(query) > LONGEST_ADDRESS
            answer = _URI_TOO_LONG if too_long else await self._answer(request, path)
        except ClientDisconnect:
            return
        if answer.failed and path.startswith(ASYNC_ROOT):
            answer = as_async_error(answer, request.headers)
        self._served(Served(request.method, path, answer.status, _SECRET_PARAMETER.sub(r"\1=...", query)))
        headers = dict(answer.headers)
        if path.startswith("/services/data/v"):
            usage = self._site.usage
            headers["Sforce-Limit-Info"] = f"api-usage={usage.used}/{usage.limit}"
        response = _response(answer, headers)
        cut = self._router.faults.take_cut(request.method, path)
        if cut is not None:
            send = _cut_off(send, cut)
        try:
            await response(scope, receive, send)
        except _CutOffError:
            return  # the server closes the connection of an answer that isn't complete

    async def _answer(self, request: Request, path: str) -> Answer:
        call = Call(request.method, path, _first_values(request), dict(request.headers))
        try:
            if self._router.takes_upload(call):
                call = replace(call, upload=await spool_body(request))
            else:
                call = replace(call, body=await read_body(request))
        except ApiError as error:
            return Answer(error.status, error_body(error))
        answer = self._checked(call, request)
        if call.upload is not None and answer.failed:
            call.upload.close()
        return answer

    def _checked(self, call: Call, request: Request) -> Answer:
        """Answer a call of an open session, or one that needs none."""
        if not self._router.is_public(call):
            if not self._site.sessions.is_open(_token(request.headers, call.path)):
                expired = ApiError(401, "INVALID_SESSION_ID", "Session expired or invalid")
                return Answer(401, error_body(expired), {"WWW-Authenticate": "Token"})
            self._site.usage.used += 1
        return self._router(call)


class _CutOffError(Exception):
    """Raised to leave a response that a test wants to break off."""


def _cut_off(send: Send, after: int) -> Send:
    """Return what sends an answer up to so many bytes of its body, and then no more."""
    left = after

    async def send_some(message: Message) -> None:
        nonlocal left
        if message["type"] != "http.response.body":
            await send(message)
            return
        body = message.get("body", b"")
        await send({"type": "http.response.body", "body": body[:left], "more_body": True})
        left -= len(body)
        if left <= 0 or not message.get("more_body", False):
            raise _CutOffError

    return send_some


def _response(answer: Answer, headers: dict[str, str]) -> ASGIApp:
    # As a header: Starlette adds a charset to a media type of text.
    typed = {"Content-Type": answer.media_type, **headers}
    if answer.stream is not None:
        return StreamingResponse(_sent(answer.stream), answer.status, typed)
    content = answer.encoded()
    response = Response(content, answer.status, typed if content else headers)
    return GZipMiddleware(response, minimum_size=_COMPRESSED_FROM, compresslevel=1)


async def _sent(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    # On the event loop, as everything else that touches the org.
    for piece in pieces:
        yield piece


def _target(scope: Scope) -> tuple[str, str]:
    """Return path and query undecoded: an external id may have an escaped slash.

    The Salesforce CLI asks for `//services/data`, after a login with an address that it has added a slash to.
    """
    raw = scope.get("raw_path") or scope["path"].encode()
    return _SLASHES.sub("/", raw.decode("latin-1")), scope["query_string"].decode("latin-1")


def _first_values(request: Request) -> dict[str, str]:
    values: dict[str, str] = {}
    for name, value in request.query_params.multi_items():
        values.setdefault(name, value)
    return values


def _token(headers: Headers, path: str) -> str:
    kind, _, token = headers.get("authorization", "").partition(" ")
    if kind.lower() in ("bearer", "oauth"):
        return token.strip()
    # Bulk API 1.0 has a header of its own for the session.
    return headers.get("x-sfdc-session", "").strip() if path.startswith(ASYNC_ROOT) else ""
