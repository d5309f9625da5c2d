"""OAuth refresh token: a session without asking the user again.

Salesforce document: Salesforce Help, "OAuth 2.0 Refresh Token Flow for Renewed Sessions".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from ..errors import SalesforceAuthenticationFailed

if TYPE_CHECKING:
    from ..session import Grant
    from .app import App

_ENDED = (
    "the refresh token has expired, was revoked, or belongs to another app: the user has to log in again, for instance "
    "by Salesforce.from_web_login(consumer_key=...)"
)


@dataclass(slots=True)
class RefreshToken:
    """An app logs in with the refresh token that a user's earlier login gave it.

    Orgs may let each use of a refresh token replace it: `on_rotation` is called with the new one, to store it.

    Example:
        >>> app = App(new_http_session(), server.url, "3MVG9...")
        >>> sf = Salesforce(login=RefreshToken(app, kept, on_rotation=remember))
    """

    auth_type: ClassVar[str] = "refresh-token"

    app: App
    refresh_token: str = field(repr=False)
    on_rotation: Callable[[str], object] | None = field(default=None, repr=False)

    def __call__(self) -> Grant:
        """Log in.

        Raises:
            SalesforceAuthenticationFailed: the refresh token is no longer good; the message says what to do.
        """
        used = self.refresh_token
        try:
            answer = self.app.token({"grant_type": "refresh_token", "refresh_token": used}, used)
        except SalesforceAuthenticationFailed as error:
            if error.code != "invalid_grant":
                raise
            raise SalesforceAuthenticationFailed(
                error.code, f"{error.auth_message.rstrip('.')}. Remedy: {_ENDED}"
            ) from None
        if answer.refresh_token is not None and answer.refresh_token != used:
            self.refresh_token = answer.refresh_token
            if self.on_rotation is not None:
                self.on_rotation(answer.refresh_token)
        return answer.grant
