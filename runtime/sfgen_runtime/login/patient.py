"""Renewals that are tried again when the login service fails for a reason that passes.

A client's first login isn't one of them: whoever starts a program sees at once that it doesn't get in, while a run
under way should outlast a service that is out of order for a moment.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..errors import SalesforceAuthenticationFailed, SalesforceConnectionError, SalesforceTimeout
from ..retries import RetryBudget, RetryPolicy, Tries

if TYPE_CHECKING:
    from ..session import Grant, Login

# A refusal is never among them: a user whose login is refused ten times is locked out.
_PASSING = frozenset({429, 502, 503, 504, "SERVER_UNAVAILABLE"})


@dataclass(frozen=True, slots=True, eq=False)
class PatientLogin:
    """Does a login that may be done twice, by the client's retry policy."""

    login: Login
    policy: RetryPolicy
    _budget: RetryBudget = field(repr=False)

    def __call__(self) -> Grant:
        """Log in.

        Raises:
            SalesforceAuthenticationFailed: the login was refused, or the service is out of order for longer.
            SalesforceConnectionError: the service doesn't answer.
        """
        tries = Tries(self.policy, self._budget)
        while True:
            failure: SalesforceAuthenticationFailed | SalesforceConnectionError
            try:
                grant = self.login()
            except (SalesforceAuthenticationFailed, SalesforceConnectionError) as error:
                failure = error
            else:
                self._budget.refund()
                return grant
            if not _passes(failure) or not tries.again():
                raise failure


def patient(login: Login | None, policy: RetryPolicy | None) -> Login | None:
    """Return the login, tried again by the policy if doing it twice is as good as once; its class says so.

    Example:
        >>> app = {"consumer_key": "3MVG9...", "consumer_secret": "SECRET"}
        >>> chosen = choose_login(new_http_session(), **app, domain="acme.my")
        >>> patient(chosen.login, RetryPolicy(attempts=3))().origin == server.url
        True
    """
    if login is None or policy is None or not getattr(login, "repeatable", False):
        return login
    return PatientLogin(login, policy, RetryBudget(policy.budget))


def _passes(failure: SalesforceAuthenticationFailed | SalesforceConnectionError) -> bool:
    if isinstance(failure, SalesforceAuthenticationFailed):
        return failure.code in _PASSING
    # The limit of a timeout is the caller's own.
    return failure.passing and not (failure.was_sent and isinstance(failure, SalesforceTimeout))
