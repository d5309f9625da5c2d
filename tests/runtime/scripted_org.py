"""A Salesforce-like HTTP server on loopback, scripted by each test."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from requests.structures import CaseInsensitiveDict
from sfgen_runtime import Salesforce

TOKEN = "00Dxx0000000001!SECRET.session.token"


@dataclass(frozen=True)
class Asked:
    """One request that reached the server; `path` is as it came over the wire."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    body: bytes

    @property
    def token(self) -> str:
        return (self.headers.get("Authorization") or "").removeprefix("Bearer ")

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Answer:
    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def content(self) -> bytes:
        if self.body is None:
            return b""
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


Responder = Callable[[Asked], Answer]


@dataclass
class Org:
    """The scripted server: `respond` decides, `asked` remembers."""

    url: str
    respond: Responder
    asked: list[Asked] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def client(self, **kwargs: Any) -> Salesforce:
        return Salesforce(**{"session_id": TOKEN, "instance_url": self.url, **kwargs})


def not_found(asked: Asked) -> Answer:
    return Answer(404, [{"errorCode": "NOT_FOUND", "message": f"nothing at {asked.path}"}])


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # As many as any test's threads: a connection that finds no room is made again by the kernel, a second later.
    request_queue_size = 64


@contextmanager
def serve(respond: Responder = not_found) -> Iterator[Org]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Head and body in one packet, else each answer waits for an acknowledgement.
        wbufsize = -1

        def log_message(self, *args: object) -> None: ...

        def handle_one(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            query = parse_qs(parts.query, keep_blank_values=True)
            asked = Asked(self.command, parts.path, query, CaseInsensitiveDict(self.headers.items()), body)
            with org.lock:
                org.asked.append(asked)
            answer = org.respond(asked)
            content = answer.content()
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            if "Content-Type" not in answer.headers:
                self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = handle_one

    server = _Server(("127.0.0.1", 0), Handler)
    org = Org(f"http://127.0.0.1:{server.server_port}", respond)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield org
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
