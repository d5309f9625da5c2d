"""The loopback address where the browser brings the answer of a login."""

from __future__ import annotations

import hmac
import os
import queue
import socketserver
import threading
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import parse_qsl, urlsplit

if TYPE_CHECKING:
    from types import TracebackType

# A browser sends its request at once; whoever connects and says nothing doesn't hold a thread for longer.
_REQUEST_SECONDS = 10
_PAGE = (
    '<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Salesforce login</title><body><p>{}</p></body></html>'
)
_DONE = "You can close this page and go back to the program that asked for the login."
_DENIED = "The login was not completed; the program that asked for it says why. You can close this page."
_STRANGE = "This is not the answer to a login that is under way."


class CallbackServer:
    """Listens on 127.0.0.1 while the `with` block runs, for one answer that carries `state`.

    Requests without it, from whatever page or program, are refused and waited past.
    """

    def __init__(self, port: int, path: str, state: str) -> None:
        self._answers: queue.SimpleQueue[dict[str, str]] = queue.SimpleQueue()
        try:
            self._server = _Server(("127.0.0.1", port), _handler(path, state, self._answers))
        except OSError as error:
            raise OSError(
                error.errno,
                f"can't listen on 127.0.0.1:{port} for the answer of the login: {error.strerror}. End what uses the "
                "port, or give another of the app's callback URLs as redirect_uri",
            ) from None
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, name="salesforce-login", daemon=True
        )

    def wait(self, seconds: float) -> dict[str, str] | None:
        """Return what the browser brought: ``code``, or ``error``; None if it didn't come in time."""
        try:
            return self._answers.get(timeout=seconds)
        except queue.Empty:
            return None

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(socketserver.ThreadingTCPServer):
    # On Windows the option would let another program listen on the same port.
    allow_reuse_address = os.name == "posix"
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Pass over a connection that broke: the default writes a traceback, and the answer may still come."""


def _handler(path: str, state: str, answers: queue.SimpleQueue[dict[str, str]]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = _REQUEST_SECONDS
        # One write an answer.
        wbufsize = -1

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            if parts.path != path:
                self._page(404, _STRANGE)
                return
            given = dict(parse_qsl(parts.query))
            if not hmac.compare_digest(given.get("state", "").encode(errors="replace"), state.encode()):
                self._page(400, _STRANGE)
                return
            self._page(200, _DONE if "code" in given else _DENIED)
            answers.put(given)

        def _page(self, status: int, text: str) -> None:
            body = _PAGE.format(text).encode()
            self.send_response(status)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Cache-Control", "no-store")
            self.send_header("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
            self.send_header("Referrer-Policy", "no-referrer")
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(body)
            # Before the program learns of the answer, and perhaps ends.
            self.wfile.flush()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing: the address holds the code."""

    return Handler
