"""A proxy on loopback before an org, that fails as networks and gateways do: one fault for the next requests."""

from __future__ import annotations

import http.client
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

HTML = b"<html><head><title>Scheduled maintenance</title></head><body>Back soon.</body></html>"
_HOP_BY_HOP = frozenset({"connection", "transfer-encoding", "content-length", "keep-alive"})


class Does(StrEnum):
    """What becomes of a request that meets a fault."""

    RESET = "reset"
    HOLD = "hold"
    TRUNCATE = "truncate"
    ANSWER = "answer"
    HTML = "html"
    CORRUPT = "corrupt"
    EXPIRE = "expire"


@dataclass(frozen=True)
class Fault:
    """`acted`: the org does what is asked before the fault; `status` and `headers` are of the proxy's own answer."""

    does: Does
    acted: bool = False
    status: int = 502
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = HTML


@dataclass
class FaultProxy:
    """`meet` sets the fault for the next requests; `forwarded` is what has reached the org, `received` counts all."""

    url: str
    expire: Callable[[], None]
    forwarded: list[tuple[str, str]] = field(default_factory=list)
    received: int = 0
    released: threading.Event = field(default_factory=threading.Event)
    _fault: Fault | None = None
    _times: int = 0
    _matches: str = ""
    _under_way: int = 0
    _changed: threading.Condition = field(default_factory=threading.Condition)

    def meet(self, fault: Fault | None, times: int = 1, path_has: str = "") -> None:
        """Let the next requests whose path has a text meet this fault, so many times."""
        with self._changed:
            self._fault, self._times, self._matches = fault, times, path_has
            # Who is still held from before is let go.
            self.released.set()
            self.released = threading.Event()
            self.received = 0
            self.forwarded.clear()

    def take(self, path: str) -> Fault | None:
        """Return the fault that a request meets, and count it."""
        with self._changed:
            self.received += 1
            self._under_way += 1
            self._changed.notify_all()
            if self._fault is None or self._times == 0 or self._matches not in path:
                return None
            self._times -= 1
            return self._fault

    def leave(self) -> None:
        """Note that the proxy is done with a request that it took."""
        with self._changed:
            self._under_way -= 1
            self._changed.notify_all()

    def settle(self, seconds: float) -> None:
        """Wait until a request has come and the proxy is done with all that came.

        A client that doesn't wait for its answer may have given up before its request is read here.
        """
        with self._changed:
            settled = self._changed.wait_for(lambda: self.received > 0 and not self._under_way, seconds)
        assert settled, "the request of a client that gave up has not come to its end"


class _Gone(Exception):
    """The connection is to be closed without another word."""


def _handler(proxy: FaultProxy, org: str) -> type[BaseHTTPRequestHandler]:
    host = urlsplit(org).netloc

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Head and body in one packet, else each answer waits for an acknowledgement.
        wbufsize = -1

        def log_message(self, *args: object) -> None: ...

        def handle_any(self) -> None:
            # A client that is told of a proxy asks it for whole URLs.
            self.path = urlsplit(self.path)._replace(scheme="", netloc="").geturl()
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            fault = proxy.take(self.path)
            try:
                self.meet(fault, body)
            except _Gone:
                self.close_connection = True
            finally:
                proxy.leave()

        do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = do_HEAD = handle_any

        def meet(self, fault: Fault | None, body: bytes) -> None:
            if fault is not None and fault.does is Does.EXPIRE:
                proxy.expire()
            acts = fault is None or fault.acted or fault.does in (Does.EXPIRE, Does.TRUNCATE, Does.CORRUPT)
            status, headers, content = self.forward(body) if acts else (0, [], b"")
            match fault.does if fault else None:
                case None | Does.EXPIRE:
                    self.reply(status, headers, content)
                case Does.RESET:
                    self.reset()
                case Does.HOLD:
                    # Until the client has had enough of it, or the test.
                    self.wait_for_client()
                    raise _Gone
                case Does.TRUNCATE:
                    self.reply(status, headers, content, cut=True)
                    self.wfile.flush()
                    raise _Gone
                case Does.CORRUPT:
                    self.reply(status, headers, corrupted(content))
                case Does.HTML:
                    assert fault is not None
                    self.reply(200, [("Content-Type", "text/html")], fault.body)
                case Does.ANSWER:
                    assert fault is not None
                    self.reply(fault.status, [("Content-Type", "text/html"), *fault.headers], fault.body)

        def forward(self, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
            proxy.forwarded.append((self.command, self.path))
            upstream = http.client.HTTPConnection(host, timeout=30)
            headers = {name: value for name, value in self.headers.items() if name.lower() != "accept-encoding"}
            try:
                upstream.request(self.command, self.path, body or None, headers)
                answer = upstream.getresponse()
                # A login's answer says where the org is: here.
                content = answer.read().replace(org.encode(), proxy.url.encode())
                return answer.status, answer.getheaders(), content
            finally:
                upstream.close()

        def reply(self, status: int, headers: list[tuple[str, str]], content: bytes, cut: bool = False) -> None:
            self.send_response_only(status)
            for name, value in headers:
                if name.lower() not in _HOP_BY_HOP:
                    self.send_header(name, value)
            if status != 204:
                self.send_header("Content-Length", str(len(content)))
            if cut and not content:
                # Nothing but a head: it breaks off before the status.
                self.wfile.write(b"".join(self._headers_buffer)[:7])
                self._headers_buffer = []
                return
            self.end_headers()
            self.wfile.write(content[: len(content) // 2] if cut else content)

        def reset(self) -> None:
            # A linger time of 0 makes the close a reset.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            raise _Gone

        def wait_for_client(self) -> None:
            self.connection.settimeout(0.05)
            released = proxy.released
            while not released.is_set():
                with suppress(TimeoutError):
                    if self.connection.recv(1) == b"":
                        return

        def finish(self) -> None:
            with suppress(OSError, ValueError):
                super().finish()

    return Handler


def corrupted(content: bytes) -> bytes:
    """Return a body of the same length that is neither JSON nor UTF-8."""
    return content[: len(content) // 2] + b"\xff" * (len(content) - len(content) // 2)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: object, client_address: object) -> None: ...


@contextmanager
def proxied(org: str, expire: Callable[[], None]) -> Iterator[FaultProxy]:
    """Run a proxy before the org at this URL; `expire` ends the org's sessions."""
    proxy = FaultProxy("", expire)
    server = _Server(("127.0.0.1", 0), _handler(proxy, org))
    proxy.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        proxy.released.set()
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def closed_port() -> Iterator[int]:
    """Yield a port on loopback where nothing listens, held so that no other program gets it meanwhile."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield int(held.getsockname()[1])
