"""What a person agrees to in a browser: authorization codes (with PKCE) and device codes.

`/services/oauth2/authorize` agrees by itself, since it hands codes to this machine only; a device waits until somebody
allows or denies it at `/setup/connect`.
Salesforce document: "OAuth 2.0 Web Server Flow", "OAuth 2.0 Device Flow for IoT Integration".
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import html
import secrets
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlencode, urlsplit

from sfgen_local_org.http.call import Answer, Call
from sfgen_local_org.http.grants import RefusedGrantError, check_app, check_key, form_of
from sfgen_local_org.http.router import Route

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sfgen_local_org.http.site import Site

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_ALL_SCOPES = "refresh_token api"
# Seconds that a code is good for: what the platform documents.
_CODE_SECONDS = 15 * 60
_DEVICE_SECONDS = 10 * 60
# Without letters that look like digits, or spell words.
_USER_CODE_LETTERS = "BCDFGHJKLMNPQRSTVWXZ23456789"
_PAGE_HEADERS = {"Cache-Control": "no-store", "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'"}


@dataclass(frozen=True, slots=True)
class _Code:
    """An authorization code that was handed out; `challenge` is empty for an app that keeps a secret instead."""

    redirect_uri: str
    challenge: str
    scope: str
    expires: float


@dataclass(slots=True)
class _Device:
    """A device that waits for its user."""

    user_code: str
    scope: str
    expires: float
    asked: float
    state: Literal["pending", "allow", "deny"] = "pending"


class Consent:
    """The pages of a site where a person agrees, and the grants that come of it."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._codes: dict[str, _Code] = {}
        self._devices: dict[str, _Device] = {}

    def routes(self) -> list[Route]:
        """Return the endpoints."""
        return [
            Route("GET", "/services/oauth2/authorize", self.authorize, public=True),
            Route("GET", "/setup/connect", self.ask, public=True),
            Route("POST", "/setup/connect", self.decide, public=True),
        ]

    # -- in the browser

    def authorize(self, call: Call) -> Answer:
        """Send the browser back to the app with a code, as if the user had logged in and agreed."""
        asked, redirect_uri = call.query, call.query.get("redirect_uri", "")
        try:
            check_key(self._site, asked.get("client_id", ""))
            if not _is_loopback(redirect_uri):
                raise RefusedGrantError("redirect_uri_mismatch", "redirect_uri must match configuration")
        except RefusedGrantError as refused:
            return refused.answer
        state = {"state": asked["state"]} if "state" in asked else {}
        wrong = _what_is_wrong(asked)
        if wrong is not None:
            return _redirect(redirect_uri, {"error": wrong[0], "error_description": wrong[1], **state})
        # As the platform's: with characters that a query has to escape.
        code = f"aPrx{secrets.token_urlsafe(40)}=="
        self._codes = {key: kept for key, kept in self._codes.items() if kept.expires > time.monotonic()}
        self._codes[code] = _Code(
            redirect_uri,
            asked.get("code_challenge", ""),
            asked.get("scope") or _ALL_SCOPES,
            time.monotonic() + _CODE_SECONDS,
        )
        return _redirect(redirect_uri, {"code": code, **state})

    def ask(self, call: Call) -> Answer:
        """Show the page that asks whether a device may log in."""
        known = html.escape(call.query.get("user_code", ""), quote=True)
        return _page(
            "<p>This local org stands in for Salesforce. Enter the code that the device shows.</p>"
            f'<form method="post" action="/setup/connect"><input name="user_code" value="{known}" autofocus>'
            '<button name="decision" value="allow">Allow</button><button name="decision" value="deny">Deny</button>'
            "</form>"
        )

    def decide(self, call: Call) -> Answer:
        """Note what the user decided about a device."""
        form = form_of(call)
        code, decision = form.get("user_code", "").strip().upper(), form.get("decision")
        waiting = [device for device in self._waiting().values() if device.user_code == code]
        if not waiting or decision not in ("allow", "deny"):
            return _page("<p>No device waits with this code.</p>", 400)
        waiting[0].state = "allow" if decision == "allow" else "deny"
        return _page(f"<p>The device was {'allowed' if decision == 'allow' else 'denied'} to log in.</p>")

    # -- at the token endpoint

    def start_device(self, form: Mapping[str, str], call: Call) -> Answer:
        """Answer the codes that a device and its user need."""
        check_app(self._site, form, call, secret_needed=False)
        device = _Device(
            "".join(secrets.choice(_USER_CODE_LETTERS) for _ in range(8)),
            form.get("scope") or _ALL_SCOPES,
            time.monotonic() + _DEVICE_SECONDS,
            asked=float("-inf"),
        )
        device_code = secrets.token_urlsafe(48)
        self._devices = {**self._waiting(), device_code: device}
        return Answer(
            200,
            {
                "device_code": device_code,
                "user_code": device.user_code,
                "verification_uri": f"{self._site.url}/setup/connect",
                "interval": self._site.device_interval,
            },
        )

    def redeem_device(self, form: Mapping[str, str], call: Call) -> dict[str, str]:
        """Grant what the user allowed a device."""
        check_app(self._site, form, call, secret_needed=False)
        code, now = form.get("code", ""), time.monotonic()
        device = self._waiting().get(code)
        if device is None:
            raise RefusedGrantError("invalid_grant", "invalid or expired device code")
        too_soon, device.asked = now - device.asked < self._site.device_interval, now
        if too_soon:
            raise RefusedGrantError("slow_down", "polling too quickly")
        if device.state == "pending":
            raise RefusedGrantError("authorization_pending", "the user has not decided yet")
        del self._devices[code]
        if device.state == "deny":
            raise RefusedGrantError("access_denied", "end-user denied authorization")
        return self._granted(device.scope)

    def redeem_code(self, form: Mapping[str, str], call: Call) -> dict[str, str]:
        """Grant what an authorization code stands for; it is good once."""
        showed_secret = check_app(self._site, form, call, secret_needed=False)
        code = self._codes.pop(form.get("code", ""), None)
        if code is None or code.expires <= time.monotonic():
            raise RefusedGrantError("invalid_grant", "expired authorization code")
        if form.get("redirect_uri") != code.redirect_uri:
            raise RefusedGrantError("redirect_uri_mismatch", "redirect_uri must match configuration")
        if code.challenge and not _matches(form.get("code_verifier", ""), code.challenge):
            raise RefusedGrantError("invalid_grant", "invalid code verifier")
        if not code.challenge and not showed_secret:
            raise RefusedGrantError("invalid_client", "invalid client credentials")
        return self._granted(code.scope)

    def _granted(self, scope: str) -> dict[str, str]:
        renewable = not {"refresh_token", "offline_access"}.isdisjoint(scope.split())
        refresh = {"refresh_token": self._site.sessions.open_refresh()} if renewable else {}
        return {"scope": scope, **refresh}

    def _waiting(self) -> dict[str, _Device]:
        return {code: device for code, device in self._devices.items() if device.expires > time.monotonic()}


def _what_is_wrong(asked: Mapping[str, str]) -> tuple[str, str] | None:
    if asked.get("response_type") != "code":
        return "unsupported_response_type", "response type not supported"
    if asked.get("code_challenge_method", "S256") != "S256":
        return "invalid_request", "code_challenge_method must be S256"
    return None


def _matches(verifier: str, challenge: str) -> bool:
    digest = hashlib.sha256(verifier.encode(errors="surrogatepass")).digest()
    expected = base64.urlsafe_b64encode(digest).rstrip(b"=")
    return hmac.compare_digest(expected, challenge.encode(errors="surrogatepass"))


def _is_loopback(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    # What may stand in a header.
    if not url.isascii() or not url.isprintable():
        return False
    return parts.scheme == "http" and parts.hostname in _LOOPBACK and not parts.fragment


def _redirect(url: str, query: Mapping[str, str]) -> Answer:
    join = "&" if urlsplit(url).query else "?"
    return Answer(302, headers={"Location": f"{url}{join}{urlencode(query)}", "Cache-Control": "no-store"})


def _page(body: str, status: int = 200) -> Answer:
    text = (
        f'<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>sfgen local org</title><body>{body}</body></html>'
    )
    return Answer(status, headers=_PAGE_HEADERS, content=text.encode(), media_type="text/html;charset=UTF-8")
