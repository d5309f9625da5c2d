"""Serves an org on loopback: in the background for tests and demos (`LocalOrg`), or until it is stopped (`serve`)."""

from __future__ import annotations

import signal
import socket
import threading
from collections import deque
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self, TypeAlias

import uvicorn

from sfgen_local_org.bulk.desk import BulkDesk
from sfgen_local_org.bulk.faults import JobDelay, JobFailure, RowFailure
from sfgen_local_org.errors import OrgError
from sfgen_local_org.http.actions import Action, ActionKind, ActionParameter, RegisteredAction
from sfgen_local_org.http.apex import EndpointT
from sfgen_local_org.http.app import CustomCode, Served, build_app, build_router
from sfgen_local_org.http.faults import Faults
from sfgen_local_org.http.site import Credentials, Sessions, Site
from sfgen_local_org.org import Org

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType, TracebackType

__all__ = ["LocalOrg", "serve"]

# An org that is there, or what to make one of: describe results, by name or without.
OrgSource: TypeAlias = Org | Mapping[str, Mapping[str, Any]] | Iterable[Mapping[str, Any]]

DEFAULT_API_VERSION = "62.0"
_LOOPBACK = {"127.0.0.1": socket.AF_INET, "localhost": socket.AF_INET, "::1": socket.AF_INET6}
_KEPT_REQUESTS = 10_000
# How long an idle connection stays open, in seconds: longer than clients wait between two polls of a job.
_KEEP_ALIVE = 60
# The bytes of a request line and its headers that are read before h11 gives up with a bare 400: far more than
# `LONGEST_ADDRESS`, so that it is the API's front that says 414, however the bytes are cut up on their way.
_LONGEST_HEAD = 1 << 20
# How long requests that are under way may take when the server stops, in seconds.
_GRACE = 2


class LocalOrg:
    """An org served on loopback while the `with` block runs.

    `org` is an `Org`, or the describe results to make one of: a list, or a dict by name. Port 0 takes a free one.
    After the start, `url`, `session_id` and the login's parts are there to hand to a client. Secrets are made anew for
    each server unless `credentials` are given. `api_version` is the newest that an org made here offers.
    `device_interval` is what OAuth's device flow has to wait between two polls, in seconds.

    Example:
        >>> with LocalOrg(describes()) as server:
        ...     client = Salesforce(instance_url=server.url, session_id=server.session_id)
        ...     client.Contact.create({"LastName": "Smith"}).success
        True
        >>> server = LocalOrg(describes()).start()
        >>> server.url
        'http://127.0.0.1:...'
        >>> server.stop()

    Raises:
        ValueError: `host` is not loopback. A local org has no business on a network.
        OSError: the port is taken.
    """

    def __init__(
        self,
        org: OrgSource,
        *,
        port: int = 0,
        host: str = "127.0.0.1",
        api_version: str = DEFAULT_API_VERSION,
        credentials: Credentials | None = None,
        device_interval: int = 5,
    ) -> None:
        if host not in _LOOPBACK:
            known = ", ".join(_LOOPBACK)
            raise ValueError(f"a local org is served on loopback only: {host!r} is none of {known}")
        self.org = _make_org(org, api_version)
        self.requests: deque[Served] = deque(maxlen=_KEPT_REQUESTS)
        self._address = (host, port)
        self._faults = Faults()
        self._desk = BulkDesk()
        self._code = CustomCode()
        self._sessions = Sessions(self.org.id)
        # A copy: clients may set another password.
        self._credentials = replace(credentials) if credentials else Credentials.make(_username(self.org))
        self._session_id = self._sessions.open()
        self._refresh_token = self._sessions.open_refresh()
        self._device_interval = device_interval
        self._running: _Running | None = None

    # -- starting and stopping

    def start(self) -> Self:
        """Serve in a background thread; returns when requests are answered."""
        if self._running is not None:
            raise RuntimeError("this local org is being served already")
        host, port = self._address
        listener = _listen(host, port)
        name = f"[{host}]" if ":" in host else host
        url = f"http://{name}:{listener.getsockname()[1]}"
        site = Site(url, self.org, self._credentials, self._sessions, device_interval=self._device_interval)
        router = build_router(site, self._faults, self._desk, self._code)
        self._running = _Running(
            site,
            listener,
            uvicorn.Config(
                build_app(site, router, self.requests.append),
                lifespan="off",
                loop="asyncio",
                ws="none",
                http="h11",
                h11_max_incomplete_event_size=_LONGEST_HEAD,
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                timeout_keep_alive=_KEEP_ALIVE,
                timeout_graceful_shutdown=_GRACE,
            ),
        )
        return self

    def stop(self) -> None:
        """Stop serving and free the port; the org and its records stay."""
        if self._running is not None:
            self._running.stop()
            self._running = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    # -- what a client needs

    @property
    def url(self) -> str:
        """The address of the org, such as `http://127.0.0.1:8080`."""
        if self._running is None:
            raise RuntimeError("this local org is not being served: use it in a with block, or call start()")
        return self._running.site.url

    @property
    def session_id(self) -> str:
        """The access token that is valid from the start on, until `expire_sessions`.

        Example:
            >>> Salesforce(instance_url=server.url, session_id=server.session_id).auth_type
            'direct'
        """
        return self._session_id

    @property
    def refresh_token(self) -> str:
        """A refresh token of the connected app.

        Example:
            >>> app = {"consumer_key": server.consumer_key, "instance_url": server.url}
            >>> Salesforce(refresh_token=server.refresh_token, **app).auth_type
            'refresh-token'
        """
        return self._refresh_token

    @property
    def username(self) -> str:
        """The one user who may log in.

        Example:
            >>> app = {"consumer_key": server.consumer_key, "consumer_secret": server.consumer_secret}
            >>> password = server.password + server.security_token
            >>> Salesforce(username=server.username, password=password, instance_url=server.url, **app).auth_type
            'password'
        """
        return self._credentials.username

    @property
    def password(self) -> str:
        """The user's password.

        Example:
            >>> secrets = {"password": server.password, "security_token": server.security_token}
            >>> Salesforce(username=server.username, **secrets, instance_url=server.url).auth_type
            'password'
        """
        return self._credentials.password

    @property
    def security_token(self) -> str:
        """What some clients append to the password.

        Example:
            >>> len(LocalOrg(describes()).security_token)
            24
        """
        return self._credentials.security_token

    @property
    def consumer_key(self) -> str:
        """The connected app's client id.

        Example:
            >>> app = {"consumer_key": server.consumer_key, "consumer_secret": server.consumer_secret}
            >>> Salesforce(**app, instance_url=server.url).auth_type
            'client-credentials'
        """
        return self._credentials.consumer_key

    @property
    def consumer_secret(self) -> str:
        """The connected app's client secret.

        Example:
            >>> LocalOrg(describes()).consumer_secret == server.consumer_secret
            False
        """
        return self._credentials.consumer_secret

    # -- an org's own code

    def apex(self, path: str, method: str = "GET") -> Callable[[EndpointT], EndpointT]:
        """Register a function as an Apex REST endpoint, under `/services/apexrest`.

        `{id}` stands for one part of the path, a `*` at the end for all that follows: `request.args["*"]`. What the
        function returns is sent as JSON; `ApexResponse` says more. What it raises is answered as an APEX_ERROR;
        `ApexError` says which status.

        Example:
            >>> @server.apex("/accounts/{id}/stars", "POST")
            ... def rate(request: ApexRequest) -> dict[str, Any]:
            ...     return {"id": request.args["id"], "stars": request.json()["stars"]}
            >>> dict(sf.apexecute("accounts/7/stars", method="POST", data={"stars": 3}))
            {'id': '7', 'stars': 3}
        """

        def register(function: EndpointT) -> EndpointT:
            self._code.apex.add(path, method, function)
            return function

        return register

    def action(
        self,
        name: str,
        kind: ActionKind = "apex",
        *,
        inputs: Iterable[ActionParameter] = (),
        outputs: Iterable[ActionParameter] = (),
        label: str | None = None,
        description: str | None = None,
    ) -> Callable[[Action], Action]:
        """Register a function as an invocable action, an Apex method or a flow.

        The function is called once for each input of a request and returns the values of its output.

        Example:
            >>> @server.action("Stars", inputs=[ActionParameter("stars", "NUMBER", required=True)])
            ... def rate(values: Mapping[str, Any], org: Org) -> dict[str, Any]:
            ...     return {"rating": "*" * values["stars"]}
            >>> sf.restful("actions/custom/apex/Stars", method="POST", json={"inputs": [{"stars": 3}]})[0]["isSuccess"]
            True
        """

        def register(function: Action) -> Action:
            parameters = tuple(inputs), tuple(outputs)
            self._code.actions.add(RegisteredAction(kind, name, function, label or name, description, *parameters))
            return function

        return register

    # -- controls for tests

    def expire_sessions(self) -> None:
        """End every access token: the next request of each client gets 401 INVALID_SESSION_ID.

        Example:
            >>> with LocalOrg(describes()) as server:
            ...     app = {"consumer_key": server.consumer_key, "consumer_secret": server.consumer_secret}
            ...     client = Salesforce(**app, instance_url=server.url)
            ...     server.expire_sessions()
            ...     client.query("SELECT Id FROM User").totalSize  # it has logged in again
            1
        """
        self._sessions.expire_all()

    def fail(
        self,
        path: str,
        status: int,
        *,
        method: str | None = None,
        code: str | None = None,
        message: str | None = None,
        headers: dict[str, str] | None = None,
        times: int | None = None,
    ) -> None:
        """Answer requests with an error: `path` is a glob such as `*/query`; `times` is how often (None: always).

        Example:
            >>> server.fail("*/query", 503, times=2)
            >>> sf.query("SELECT Id FROM Account LIMIT 1").totalSize  # the third try
            1
        """
        self._faults.add(path, status, method=method, code=code, message=message, headers=headers, times=times)

    def cut(self, path: str, *, after: int = 0, method: str | None = None, times: int | None = 1) -> None:
        """Do what requests ask, and close the connection after so many bytes of the answer's body.

        `server.cut("*/results", after=10_000)` loses a download in the middle; `server.cut("*/batches")` takes an
        upload and loses the answer to it.

        Example:
            >>> server.cut("*/sobjects/Contact", method="POST")
            >>> sf.Contact.create({"LastName": "Smith"})
            Traceback (most recent call last):
                ...
            sfgen_runtime.errors.OutcomeUnknownConnection: ...
        """
        self._faults.cut(path, after=after, method=method, times=times)

    def fail_job(
        self, message: str = "internal error", *, sobject: str | None = None, after_rows: int = 0, times: int | None = 1
    ) -> None:
        """Let the next bulk jobs end as Failed, after some rows are processed; the rest stays unprocessed.

        `sobject` names the object whose jobs are meant (None: any); `times` is how many (None: all).

        Example:
            >>> server.fail_job("out of memory", sobject="Contact")
            >>> sf.Contact.bulk.insert([{"LastName": "Smith"}])
            Traceback (most recent call last):
                ...
            sfgen_runtime.bulk.errors.BulkJobFailed: ... is Failed: ...out of memory...
        """
        self._desk.faults.failures.append(JobFailure(sobject, times, message, after_rows))

    def delay_job(self, polls: int, *, sobject: str | None = None, times: int | None = 1) -> None:
        """Let the next bulk jobs answer InProgress to so many polls before any work is done.

        Example:
            >>> server.delay_job(3)
            >>> sf.Contact.bulk.insert([{"LastName": "Smith"}]).succeeded
            1
        """
        self._desk.faults.delays.append(JobDelay(sobject, times, polls))

    def fail_row(
        self,
        code: str,
        message: str,
        *,
        fields: Iterable[str] = (),
        sobject: str | None = None,
        where: Callable[[Mapping[str, Any]], bool] | None = None,
        times: int | None = 1,
    ) -> None:
        """Refuse rows of bulk jobs: those for which `where` holds (None: any), `times` of them (None: all).

        `where` gets a row as the record that it stands for: `lambda record: record.get("LastName") == "Smith"`.

        Example:
            >>> server.fail_row("UNABLE_TO_LOCK_ROW", "busy", where=lambda record: record["LastName"] == "Jones")
            >>> [row.success for row in sf.Contact.bulk.insert([{"LastName": "Smith"}, {"LastName": "Jones"}])]
            [True, False]
        """
        rule = RowFailure(sobject, times, OrgError(400, code, message, fields))
        if where is not None:
            rule.where = where
        self._desk.faults.rows.append(rule)

    def fail_describe(self, sobject: str, status: int, *, times: int | None = None) -> None:
        """Let the describe of one object fail.

        Example:
            >>> server.fail_describe("Contact", 403)
            >>> sf.Contact.describe()
            Traceback (most recent call last):
                ...
            sfgen_runtime.error_codes.InsufficientAccess: ...
        """
        self.fail(f"*/sobjects/{sobject}/describe", status, method="GET", times=times)

    def clear_faults(self) -> None:
        """Answer everything again as it should be.

        Example:
            >>> server.fail("*/query", 500)
            >>> server.clear_faults()
            >>> sf.query("SELECT Id FROM Account LIMIT 1").totalSize
            1
        """
        self._faults.clear()
        self._desk.faults.clear()


def serve(
    org: OrgSource,
    on_ready: Callable[[LocalOrg], object],
    *,
    port: int = 0,
    host: str = "127.0.0.1",
    api_version: str = DEFAULT_API_VERSION,
    credentials: Credentials | None = None,
) -> None:
    """Serve until Ctrl-C or SIGTERM; `on_ready` is told once requests are answered. Call it from the main thread.

    Raises what `LocalOrg` does.

    Example:
        >>> serve(describes(), lambda server: signal.raise_signal(signal.SIGINT))  # Ctrl-C, as soon as it is ready
    """
    stopped = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        stopped.set()

    server = LocalOrg(org, port=port, host=host, api_version=api_version, credentials=credentials)
    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        with server:
            on_ready(server)
            stopped.wait()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class _Server(uvicorn.Server):
    """A uvicorn server that says when it is ready."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


class _Running:
    """A server in its thread."""

    def __init__(self, site: Site, listener: socket.socket, config: uvicorn.Config) -> None:
        self.site = site
        self._server = _Server(config)
        self._thread = threading.Thread(target=self._run, args=(listener,), name="sfgen-local-org", daemon=True)
        self._failure: BaseException | None = None
        self._thread.start()
        self._server.ready.wait()
        if self._failure is not None:
            raise RuntimeError("the local org did not start") from self._failure

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join()

    def _run(self, listener: socket.socket) -> None:
        try:
            with closing(listener):
                self._server.run(sockets=[listener])
        except BaseException as error:
            self._failure = error
        finally:
            self._server.ready.set()


def _listen(host: str, port: int) -> socket.socket:
    # asyncio sets TCP_NODELAY only on sockets that name their protocol; without it a request takes 40 ms, since the
    # answer's head and body are written apart.
    listener = socket.socket(_LOOPBACK[host], socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise OSError(error.errno, f"can't serve on {host}:{port}: {error.strerror}") from error
    return listener


def _make_org(source: OrgSource, api_version: str) -> Org:
    if isinstance(source, Org):
        return source
    return Org(source.values() if isinstance(source, Mapping) else source, api_version=api_version)


def _username(org: Org) -> str:
    name = org.user.get("Username")
    return name if isinstance(name, str) and name else "admin@sfgen.example"
