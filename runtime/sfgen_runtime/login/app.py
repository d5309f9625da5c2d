"""The connected app that OAuth logins belong to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .oauth import TokenAnswer, as_sent, post_for_token, refusal, token_login

if TYPE_CHECKING:
    from collections.abc import Mapping

    import requests

    from ..http import Timeout


@dataclass(frozen=True, slots=True)
class App:
    """A connected app or external client app, and the origin where its users log in.

    Apps on people's own machines keep no secret: `consumer_secret` is for those that have one to send.

    Example:
        >>> app = App(new_http_session(), server.url, "3MVG9...", "SECRET")
        >>> app
        App(site='http://127.0.0.1:...', consumer_key='3MVG9...', timeout=None)
        >>> app.account == f"{server.url} 3MVG9..."
        True
    """

    http: requests.Session = field(repr=False)
    site: str
    consumer_key: str
    consumer_secret: str | None = field(default=None, repr=False)
    timeout: Timeout | None = None

    @property
    def account(self) -> str:
        """What a token of this app is filed under: a token goes only to the site that it came from."""
        return f"{self.site} {self.consumer_key}"

    def token(self, form: Mapping[str, str], *secrets: str) -> TokenAnswer:
        """Exchange a grant, such as a refresh token, for a session.

        Example:
            >>> app = App(new_http_session(), server.url, "3MVG9...", "SECRET")
            >>> app.token({"grant_type": "refresh_token", "refresh_token": kept}, kept).grant.session_id[:3]
            '00D'

        Raises:
            SalesforceAuthenticationFailed: it was refused; `secrets` don't stand in the message.
        """
        return token_login(self.http, self.site, self._form(form), self.timeout, secrets=self._secrets(secrets))

    def post(self, form: Mapping[str, str]) -> dict[str, Any]:
        """Send another form to the token endpoint and return what it answers.

        Example:
            >>> app = App(new_http_session(), server.url, "3MVG9...")
            >>> sorted(app.post({"response_type": "device_code"}))
            ['device_code', 'interval', 'user_code', 'verification_uri']

        Raises:
            SalesforceAuthenticationFailed: it refused, or answered something else than a JSON object.
        """
        secrets = self._secrets(())
        status, data = post_for_token(self.http, self.site, self._form(form), self.timeout, secrets=secrets)
        if status != 200 or "error" in data:
            raise refusal(status, data, "the answer says neither yes nor no", as_sent(secrets))
        return data

    def _form(self, form: Mapping[str, str]) -> dict[str, str]:
        secret = {} if self.consumer_secret is None else {"client_secret": self.consumer_secret}
        return {**form, "client_id": self.consumer_key, **secret}

    def _secrets(self, more: tuple[str, ...]) -> tuple[str, ...]:
        return more if self.consumer_secret is None else (*more, self.consumer_secret)
