"""OAuth in the user's browser: authorization code with PKCE, answered to a loopback address.

Salesforce document: Salesforce Help, "OAuth 2.0 Web Server Flow for Web App Integration"; RFC 8252, RFC 7636.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from ..errors import SalesforceAuthenticationFailed
from .callback import CallbackServer
from .interactive import DEFAULT_REDIRECT_URI, DEFAULT_SCOPE, tell

if TYPE_CHECKING:
    from .app import App
    from .oauth import TokenAnswer

_LISTENED = ("localhost", "127.0.0.1")


def open_in_browser(url: str) -> object:
    """Open a page in the user's browser; whoever has none opens it by hand."""
    import webbrowser  # it looks for browsers when it's imported

    return webbrowser.open(url)


@dataclass(frozen=True, slots=True)
class WebFlow:
    """Sends a person to the login page and waits, `wait` seconds at most, for the browser to come back with a code.

    `redirect_uri` is a callback URL of the app, on this machine; port 0 takes a free one, for servers that let any
    port pass. Only 127.0.0.1 is listened on.
    """

    app: App
    redirect_uri: str = DEFAULT_REDIRECT_URI
    scope: str = DEFAULT_SCOPE
    wait: float = 300.0
    open_browser: Callable[[str], object] = field(default=open_in_browser, repr=False)
    show: Callable[[str], object] = field(default=tell, repr=False)

    def __post_init__(self) -> None:
        try:
            parts = urlsplit(self.redirect_uri)
            on_this_machine = parts.scheme == "http" and parts.hostname in _LISTENED and parts.port != -1
            usable = on_this_machine and not (parts.query or parts.fragment)
        except ValueError:
            usable = False
        if not usable:
            raise ValueError(
                f"redirect_uri {self.redirect_uri!r} can't be listened on; give the app a callback URL on this machine "
                f"such as {DEFAULT_REDIRECT_URI}"
            )

    def __call__(self) -> TokenAnswer:
        """Log in.

        Raises:
            SalesforceAuthenticationFailed: the user denied it, or didn't decide in time.
            OSError: the port of the callback URL is taken.
        """
        state, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(64)
        parts = urlsplit(self.redirect_uri)
        with CallbackServer(parts.port if parts.port is not None else 80, parts.path or "/", state) as callback:
            redirect_uri = f"http://{parts.hostname}:{callback.port}{parts.path}"
            url = self._authorize_url(redirect_uri, state, verifier)
            self.show(f"Log in to Salesforce in your browser. If none opens, open this address:\n{url}")
            self.open_browser(url)
            answer = callback.wait(self.wait)
        if answer is None:
            raise SalesforceAuthenticationFailed(
                "LOGIN_TIMEOUT",
                f"nobody logged in within {self.wait:g} seconds. If the browser said redirect_uri_mismatch, "
                f"add {redirect_uri} to the app's callback URLs",
            )
        if "code" not in answer:
            raise SalesforceAuthenticationFailed(
                answer.get("error") or "UNUSABLE_ANSWER", answer.get("error_description") or "the answer has no code"
            )
        form = {
            "grant_type": "authorization_code",
            "code": answer["code"],
            "redirect_uri": redirect_uri,
            "code_verifier": verifier,
        }
        return self.app.token(form, answer["code"], verifier)

    def _authorize_url(self, redirect_uri: str, state: str, verifier: str) -> str:
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        query = {
            "response_type": "code",
            "client_id": self.app.consumer_key,
            "redirect_uri": redirect_uri,
            "scope": self.scope,
            "state": state,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return f"{self.app.site}/services/oauth2/authorize?{urlencode(query)}"
