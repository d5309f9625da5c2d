"""The session with an org: which org, which token, and how to get another when it expires."""

from __future__ import annotations

import copy
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, SupportsIndex

from .errors import SalesforceAuthenticationFailed, SalesforceConnectionError
from .instance import host_of, origin_of

_TOKEN = re.compile(r"[!-~]+")


@dataclass(frozen=True, slots=True)
class Grant:
    """What a login gives: the token, and the origin of the org that it is for; of a whole URL the origin is kept.

    Example:
        >>> Grant("00D...!...", "https://acme.my.salesforce.com/services/data")
        Grant(origin='https://acme.my.salesforce.com')

    Raises:
        ValueError: no token, no URL of an org, or http to another machine.
    """

    session_id: str = field(repr=False)
    origin: str

    def __post_init__(self) -> None:
        if not isinstance(self.session_id, str):
            raise TypeError(f"the session id is a str, and this is a {type(self.session_id).__name__}")
        # Else the HTTP library refuses the header, with a message that quotes it.
        if not _TOKEN.fullmatch(self.session_id):
            raise ValueError("the session id is empty or has characters that no token has; check how it was read")
        object.__setattr__(self, "origin", origin_of(self.origin))


Login = Callable[[], Grant]


class Headers(dict[str, str]):
    """Headers that every call sends; callers may change them. Shown without the token."""

    def __repr__(self) -> str:
        return repr({name: "***" if name.lower() == "authorization" else value for name, value in self.items()})


class OrgSession:
    """The token in use, safe to share between threads.

    `login` renews it; None for a session id that the caller brought.

    Example:
        >>> session = OrgSession.begin(Grant("00D...!old", "https://acme.my.salesforce.com"), None, None)
        >>> session.use(Grant("00D...!new", session.origin))
        >>> session.session_id, session.token_to_send, session.renewable, session.logins
        ('00D...!new', '00D...!new', False, 0)
    """

    def __init__(self, grant: Grant, login: Login | None = None) -> None:
        self._grant = grant
        self._login = login
        self._logins = 0
        self._failure: SalesforceAuthenticationFailed | SalesforceConnectionError | None = None
        self._lock = threading.Lock()
        self.headers = Headers({"Content-Type": "application/json", "Authorization": ""})
        self.use(grant)

    @classmethod
    def begin(cls, grant: Grant | None, login: Login | None, renewal: Login | None) -> OrgSession:
        """Start with the token that there is, or log in for one; `renewal` is the login for later."""
        if grant is None:
            if login is None:
                raise TypeError("a session needs a token or a login")
            grant = login()
        return cls(grant, renewal)

    def __repr__(self) -> str:
        return f"<OrgSession of {host_of(self.origin)}>"

    @property
    def origin(self) -> str:
        """The org's scheme, host and port: the only place that the token goes to."""
        return self._grant.origin

    @property
    def session_id(self) -> str:
        """The token in use."""
        return self._grant.session_id

    @property
    def token_to_send(self) -> str:
        """The token that stands in the headers, where a caller may have put another one."""
        return self.headers.get("Authorization", "").removeprefix("Bearer ")

    @property
    def renewable(self) -> bool:
        """Whether an expired token can be replaced."""
        return self._login is not None

    @property
    def logins(self) -> int:
        """How many renewals have ended, well or not; note it before a request and give it to `renew`."""
        return self._logins

    def use(self, grant: Grant) -> None:
        """Use this token from now on.

        Raises:
            TypeError: a login of the caller's own gave something else than a `Grant`.
        """
        _check_grant(grant)
        self._grant = grant
        self.headers["Authorization"] = f"Bearer {grant.session_id}"

    def renew(self, stale: str, logins: int) -> bool:
        """Replace the token `stale`, unless another thread has done so or failed at it meanwhile; True if it was here.

        `logins` is the count noted before the request that found the token stale: of many threads whose token expires
        at once one logs in, and if that fails all learn of it, for a user with ten failed logins gets locked out.

        Example:
            >>> session = OrgSession(Grant("00D...!old", server.url), lambda: Grant("00D...!new", server.url))
            >>> session.renew("00D...!old", session.logins), session.session_id
            (True, '00D...!new')

        Raises:
            SalesforceAuthenticationFailed: the credentials no longer work.
            SalesforceConnectionError: the login service doesn't answer.
        """
        if self._login is None:
            raise RuntimeError("a session that was made from a session id can't be renewed")
        with self._lock:
            if self._grant.session_id != stale:
                return False
            if self._logins != logins and self._failure is not None:
                raise copy.copy(self._failure)
            self._failure = None
            try:
                self.use(self._login())
            except (SalesforceAuthenticationFailed, SalesforceConnectionError) as error:
                self._failure = error
                raise
            finally:
                # Only now: a request that is begun while the login is under way learns how it ended.
                self._logins += 1
            return True

    def __reduce_ex__(self, protocol: SupportsIndex) -> tuple[Any, ...]:
        # A lock doesn't pickle; the copy in another process has its own.
        return _restored, (type(self), self._grant, self._login, dict(self.headers))


def _check_grant(grant: object) -> None:
    # By type alone: what came instead may hold a token, and has no place in a message.
    if not isinstance(grant, Grant):
        kind = type(grant).__name__
        raise TypeError(f"login= gave a {kind}; it has to be a function that returns Grant(session_id, instance_url)")


def _restored(kind: type[OrgSession], grant: Grant, login: Login | None, headers: dict[str, str]) -> OrgSession:
    session = kind(grant, login)
    session.headers.update(headers)
    return session
