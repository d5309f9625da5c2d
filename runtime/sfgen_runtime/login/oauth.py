"""OAuth 2.0 logins that need no browser: client credentials, username-password, JWT bearer.

Salesforce document: Salesforce Help, "OAuth Authorization Flows".
"""

from __future__ import annotations

import base64
import json
import time
import warnings
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import quote, quote_plus

from ..error_bodies import excerpt
from ..errors import SalesforceAuthenticationFailed
from ..instance import origin_of
from ..session import Grant
from ..transport import exchange, scrubbed

if TYPE_CHECKING:
    from collections.abc import Mapping

    import requests

    from ..http import Timeout

# The platform takes assertions that expire within five minutes; less leaves room for clocks that differ.
_ASSERTION_SECONDS = 180


@dataclass(frozen=True, slots=True)
class ClientCredentials:
    """An app logs in as the user that its admin chose to run it."""

    repeatable: ClassVar[bool] = True

    http: requests.Session = field(repr=False)
    site: str
    consumer_key: str
    consumer_secret: str = field(repr=False)
    timeout: Timeout | None = None

    def __call__(self) -> Grant:
        """Log in."""
        pair = f"{self.consumer_key}:{self.consumer_secret}".encode()
        basic = {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}
        form = {"grant_type": "client_credentials"}
        secrets = (basic["Authorization"].removeprefix("Basic "), self.consumer_secret)
        return token_login(self.http, self.site, form, self.timeout, headers=basic, secrets=secrets).grant


@dataclass(frozen=True, slots=True)
class OAuthPassword:
    """An app logs in with a user's password, the security token appended. Orgs may have this flow switched off."""

    repeatable: ClassVar[bool] = True

    http: requests.Session = field(repr=False)
    site: str
    consumer_key: str
    consumer_secret: str = field(repr=False)
    username: str
    password: str = field(repr=False)
    timeout: Timeout | None = None

    def __call__(self) -> Grant:
        """Log in."""
        form = {
            "grant_type": "password",
            "client_id": self.consumer_key,
            "client_secret": self.consumer_secret,
            "username": self.username,
            "password": self.password,
        }
        secrets = (self.consumer_secret, self.password)
        return token_login(self.http, self.site, form, self.timeout, secrets=secrets).grant


@dataclass(frozen=True, slots=True)
class JwtBearer:
    """An app logs in as a user who approved it, by a token that it signs with its private key."""

    repeatable: ClassVar[bool] = True

    http: requests.Session = field(repr=False)
    site: str
    audience: str
    consumer_key: str
    username: str
    privatekey_file: str | None = None
    privatekey: str | None = field(default=None, repr=False)
    timeout: Timeout | None = None

    def __call__(self) -> Grant:
        """Log in."""
        assertion = self._assertion()
        form = {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": assertion}
        try:
            return token_login(self.http, self.site, form, self.timeout, secrets=(assertion,)).grant
        except SalesforceAuthenticationFailed as error:
            if error.auth_message == "user hasn't approved this consumer":
                self._warn_of_approval()
            raise

    def _assertion(self) -> str:
        # PyJWT brings cryptography: a cost that only this login pays.
        import jwt

        key = Path(self.privatekey_file).read_bytes() if self.privatekey_file else self.privatekey
        claims = {
            "iss": self.consumer_key,
            "sub": self.username,
            "aud": self.audience,
            "exp": int(time.time()) + _ASSERTION_SECONDS,
        }
        try:
            return jwt.encode(claims, key or "", algorithm="RS256")
        except (ValueError, TypeError, jwt.PyJWTError):
            # The library's message may quote the key.
            raise ValueError("the private key is no RSA key in PEM format without a password") from None

    def _warn_of_approval(self) -> None:
        where = f"{self.audience}/services/oauth2/authorize?response_type=code&client_id={quote(self.consumer_key)}"
        warnings.warn(
            f"{self.username} has not approved this app. Pre-authorize the user in the app's policies, or let them "
            f"open {where}&redirect_uri=<the app's callback URL>",
            stacklevel=2,
        )


@dataclass(frozen=True, slots=True)
class TokenAnswer:
    """What a token endpoint grants: a session, and where the app may have one the token that renews it.

    Example:
        >>> app = App(new_http_session(), server.url, "3MVG9...", "SECRET")
        >>> app.token({"grant_type": "client_credentials"})
        TokenAnswer(grant=Grant(origin='http://127.0.0.1:...'))
    """

    grant: Grant
    refresh_token: str | None = field(default=None, repr=False)


def token_login(
    http: requests.Session,
    site: str,
    form: Mapping[str, str],
    timeout: Timeout | None,
    *,
    headers: Mapping[str, str] | None = None,
    secrets: tuple[str, ...] = (),
) -> TokenAnswer:
    """Ask a token endpoint for a token.

    Raises:
        SalesforceAuthenticationFailed: it refused, or answered something else than a token.
    """
    secrets = as_sent(secrets)
    status, data = post_for_token(http, site, form, timeout, headers=headers, secrets=secrets)
    token, where = data.get("access_token"), data.get("instance_url")
    if status == 200 and isinstance(token, str) and token and isinstance(where, str):
        refresh = data.get("refresh_token")
        return TokenAnswer(_grant(token, where), refresh if isinstance(refresh, str) and refresh else None)
    raise refusal(status, data, "the answer has no access_token or no instance_url", secrets)


def refusal(
    status: int, data: Mapping[str, Any], otherwise: str, secrets: tuple[str, ...]
) -> SalesforceAuthenticationFailed:
    """Return the error that a token endpoint's answer means; `otherwise` is what's wrong where it names none."""
    code = data.get("error")
    message = data.get("error_description") or ("" if code else otherwise)
    return SalesforceAuthenticationFailed(code if isinstance(code, str) else status, scrubbed(str(message), secrets))


def as_sent(secrets: tuple[str, ...]) -> tuple[str, ...]:
    """Return the secrets as they are and as a form has them: a gateway's error page may quote the request."""
    return tuple(dict.fromkeys((*secrets, *map(quote_plus, secrets))))


def post_for_token(
    http: requests.Session,
    site: str,
    form: Mapping[str, str],
    timeout: Timeout | None,
    *,
    headers: Mapping[str, str] | None = None,
    secrets: tuple[str, ...] = (),
) -> tuple[int, dict[str, Any]]:
    """Send a form to a token endpoint and return the status and the JSON object that it answers.

    Raises:
        SalesforceAuthenticationFailed: it answered something else.
    """
    secrets = as_sent(secrets)
    answer = exchange(
        http,
        "POST",
        f"{site}/services/oauth2/token",
        resource="login",
        secrets=secrets,
        data=dict(form),
        headers={"Accept": "application/json", **(headers or {})},
        timeout=timeout,
    )
    try:
        data: Any = json.loads(answer.content)
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict):
        # Scrubbed first: an excerpt has blanks and tags taken out, and secrets may hold such.
        said = excerpt(scrubbed(answer.content.decode("utf-8", "replace"), secrets)) or "an empty body"
        raise SalesforceAuthenticationFailed(answer.status_code, said)
    return answer.status_code, data


def _grant(token: str, instance_url: str) -> Grant:
    try:
        return Grant(token, origin_of(instance_url))
    except ValueError as error:
        raise SalesforceAuthenticationFailed("UNUSABLE_ANSWER", str(error)) from None
