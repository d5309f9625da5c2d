"""Logins where a person agrees once, and what is kept of it so that nobody is asked again."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from ..errors import SalesforceAuthenticationFailed
from .refresh import RefreshToken

if TYPE_CHECKING:
    from ..session import Grant
    from .app import App
    from .oauth import TokenAnswer
    from .token_store import TokenStore

# What the app asks for: the APIs, and to stay logged in.
DEFAULT_SCOPE = "api refresh_token"
# The callback URL that the Salesforce CLI uses, and so the one that most apps for developers have.
DEFAULT_REDIRECT_URI = "http://localhost:1717/OauthRedirect"
Ask = Callable[[], "TokenAnswer"]


class InteractiveLogin:
    """Asks a person at the first call; from then on, and in later runs if there is a store, uses the refresh token.

    A session that expires in the middle of a run never opens a browser: without a refresh token that is an error.
    """

    def __init__(self, auth_type: str, app: App, ask: Ask, store: TokenStore | None = None) -> None:
        self.auth_type = auth_type
        self._app = app
        self._ask: Ask | None = ask
        self._store = store
        self._renewal: RefreshToken | None = None

    def __repr__(self) -> str:
        return f"<InteractiveLogin {self.auth_type} at {self._app.site}>"

    def __call__(self) -> Grant:
        """Log in.

        Raises:
            SalesforceAuthenticationFailed: nobody agreed in time, or the session can't be renewed.
        """
        if self._renewal is not None:
            return self._renewal()
        if self._ask is None:
            raise SalesforceAuthenticationFailed(
                "NO_REFRESH_TOKEN",
                "the session has expired, and the app was given no refresh token to renew it: let its scopes include "
                "refresh_token, or log in again",
            )
        grant = self._from_store()
        return grant if grant is not None else self._from_person(self._ask)

    def _from_store(self) -> Grant | None:
        if self._store is None:
            return None
        stored = self._store.load(self._app.account)
        if stored is None:
            return None
        renewal = self._renewal_by(stored)
        try:
            grant = renewal()
        except SalesforceAuthenticationFailed as error:
            if error.code != "invalid_grant":
                raise
            # It has run out: ask, as if there had been none.
            self._store.delete(self._app.account)
            return None
        self._renewal, self._ask = renewal, None
        return grant

    def _from_person(self, ask: Ask) -> Grant:
        answer = ask()
        self._ask = None
        if answer.refresh_token is not None:
            self._renewal = self._renewal_by(answer.refresh_token)
            self._keep(answer.refresh_token)
        return answer.grant

    def _renewal_by(self, refresh_token: str) -> RefreshToken:
        return RefreshToken(self._app, refresh_token, self._keep)

    def _keep(self, refresh_token: str) -> None:
        if self._store is not None:
            self._store.save(self._app.account, refresh_token)


def tell(text: str) -> None:
    """Tell the person at the terminal; on stderr, since stdout may be a program's data."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()
