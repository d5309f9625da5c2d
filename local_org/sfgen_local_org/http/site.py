"""What the endpoints share about the server: its address, who may log in, and which sessions are open."""

from __future__ import annotations

import hmac
import secrets
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sfgen_local_org.org import Org

__all__ = ["Credentials"]

# What the API calls its usage limit for a Developer Edition org.
DAILY_API_REQUESTS = 15_000


@dataclass(slots=True)
class Credentials:
    """The one user and the one connected app that may log in. Secrets stay out of the repr.

    The password changes where a client sets another one.

    Example:
        >>> credentials = Credentials.make("jo@acme.example")
        >>> LocalOrg(describes(), credentials=credentials).username
        'jo@acme.example'
        >>> credentials.is_user("jo@acme.example", "wrong"), credentials.is_app_secret(credentials.consumer_secret)
        (False, True)
    """

    username: str
    password: str = field(repr=False)
    security_token: str = field(repr=False)
    consumer_key: str
    consumer_secret: str = field(repr=False)

    @classmethod
    def make(cls, username: str) -> Credentials:
        """Return credentials with new random secrets: other users of the machine reach loopback too."""
        return cls(
            username=username,
            # With a letter and a digit, as the org itself asks of a password.
            password=f"{secrets.token_urlsafe(12)}a1",
            security_token=secrets.token_hex(12),
            consumer_key=f"3MVG9{secrets.token_hex(20)}",
            consumer_secret=secrets.token_hex(32).upper(),
        )

    def is_user(self, username: str, password: str) -> bool:
        """Tell whether a login is right. The password may go without the security token: loopback is trusted."""
        right = [self.password, self.password + self.security_token]
        known = username.lower() == self.username.lower()
        # Every comparison is made, whatever the outcome of the others, so that the time tells nothing.
        matches = [_same(password, candidate) for candidate in right]
        return known and any(matches)

    def is_app_secret(self, secret: str) -> bool:
        """Tell whether this is the connected app's consumer secret."""
        return _same(secret, self.consumer_secret)


def _same(left: str, right: str) -> bool:
    return hmac.compare_digest(left.encode(errors="surrogatepass"), right.encode())


class Sessions:
    """Access tokens and refresh tokens that are valid now. Safe to use from several threads."""

    def __init__(self, org_id: str) -> None:
        self._org_id = org_id
        self._open: set[str] = set()
        self._refresh: set[str] = set()
        self._lock = threading.Lock()

    def open(self) -> str:
        """Return a new access token, of the form `00D...!...`."""
        token = f"{self._org_id[:15]}!AQEA{secrets.token_hex(46)}"
        with self._lock:
            self._open.add(token)
        return token

    def open_refresh(self) -> str:
        """Return a new refresh token; it outlives the access tokens."""
        token = f"5Aep861{secrets.token_hex(38)}"
        with self._lock:
            self._refresh.add(token)
        return token

    def is_open(self, token: str) -> bool:
        """Tell whether an access token is valid."""
        return token in self._open

    def is_refresh(self, token: str) -> bool:
        """Tell whether a refresh token is valid."""
        return token in self._refresh

    def revoke(self, token: str) -> bool:
        """End an access or refresh token; tell whether it was valid."""
        with self._lock:
            known = token in self._open or token in self._refresh
            self._open.discard(token)
            self._refresh.discard(token)
        return known

    def expire_all(self) -> None:
        """End every access token; refresh tokens stay."""
        with self._lock:
            self._open.clear()


@dataclass(slots=True)
class Usage:
    """How many API requests were used up today, of how many."""

    used: int = 0
    limit: int = DAILY_API_REQUESTS


@dataclass(frozen=True, slots=True)
class Site:
    """The org and the address under which it is served; `url` has no slash at its end.

    `device_interval` is how many seconds a device has to wait between two polls.
    """

    url: str
    org: Org
    credentials: Credentials
    sessions: Sessions
    usage: Usage = field(default_factory=Usage)
    device_interval: int = 5

    @property
    def identity_url(self) -> str:
        """The address that identifies the running user."""
        return f"{self.url}/id/{self.org.id}/{self.org.user_id}"
