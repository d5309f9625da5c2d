"""One call's way through its failures: what is waited for, what is told, and which error is raised in the end."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING, NoReturn
from urllib.parse import urlsplit

from .error_bodies import from_gateway, without_secrets_in_url
from .errors import (
    SalesforceConnectionError,
    SalesforceExpiredSession,
    SalesforceResourceNotFound,
    outcome_unknown,
)
from .events import CallEvent, EventKind, tell, wanted
from .retries import is_repeatable, may_have_acted, may_repeat

if TYPE_CHECKING:
    from collections.abc import Callable

    from .errors import SalesforceError
    from .http import Request, Response
    from .retries import Tries

# Logins of other threads that one call outlives: each has been ended by an expiry before this call was sent again.
_LOGINS_OF_OTHERS = 5


class Call:
    """A request that has failed at least once.

    `in_doubt` says that the org may have acted on one of its tries.
    """

    def __init__(self, request: Request, tries: Tries, on_event: Callable[[CallEvent], object] | None) -> None:
        self.request = request
        self.tries = tries
        self.in_doubt = False
        self._on_event = on_event
        self._logged_in = False
        self._other_logins = 0

    @property
    def may_log_in(self) -> bool:
        """Whether a new login may help: one of its own did not, so the org refuses what it has just granted."""
        return not self._logged_in and self._other_logins < _LOGINS_OF_OTHERS

    def note_login(self, *, made_here: bool) -> None:
        """Note that the session was renewed, by this call or by another one meanwhile."""
        self._logged_in = self._logged_in or made_here
        self._other_logins += not made_here
        if made_here:
            self._tell("session_renewed", None, 0.0)

    def has_deleted(self, failure: SalesforceError) -> bool:
        """Tell whether a delete finds that nothing is left because an earlier try of it was acted on."""
        return (
            self.in_doubt
            and self.request.method == "DELETE"
            and isinstance(failure, SalesforceResourceNotFound)
            and not from_gateway(failure.content)
        )

    def wait_or_raise(self, failure: SalesforceError, seconds: float, *, resendable: bool) -> None:
        """Wait until the request is to be sent again, or raise what the failure means.

        `seconds` is how long the try took; `resendable` that the body is still there to be sent.
        """
        doubt = may_have_acted(failure)
        if doubt and not is_repeatable(self.request):
            self._raise(outcome_unknown(failure, self.request), seconds)
        self.in_doubt = self.in_doubt or doubt

        def say(wait: float) -> None:
            self._tell("repeating", failure, seconds, wait)

        if not (resendable and may_repeat(self.request, failure) and self.tries.again(failure.retry_after, say)):
            self._raise(failure, seconds)

    def _raise(self, error: SalesforceError, seconds: float) -> NoReturn:
        error.tries = self.tries.number
        error.cause = "; ".join(part for part in (error.cause, self.tries.refusal) if part)
        if isinstance(error, SalesforceConnectionError) and self.in_doubt:
            error.was_sent = True
        if isinstance(error, SalesforceExpiredSession):
            error.renewed = self._logged_in
        self._tell("failed", error, seconds)
        raise error

    def _tell(self, kind: EventKind, failure: SalesforceError | None, seconds: float, wait: float = 0.0) -> None:
        if not wanted(kind, self._on_event):
            return
        reason = ""
        if failure is not None:
            reason = failure.error_code or (type(failure).__name__ if failure.status == 0 else "")
        event = CallEvent(
            kind,
            self.request.method,
            path_of(self.request),
            self.request.resource,
            0 if failure is None else failure.status,
            self.tries.number,
            seconds,
            wait,
            reason,
            None if failure is None else failure.request_id,
        )
        tell(event, self._on_event)


def answered(request: Request, response: Response, number: int, start: float, request_id: str | None) -> CallEvent:
    """Return the event of a try that went through, begun at `start` on the clock of `perf_counter`."""
    return CallEvent(
        "answered",
        request.method,
        path_of(request),
        request.resource,
        response.status,
        number,
        perf_counter() - start,
        request_id=request_id,
    )


def path_of(request: Request) -> str:
    """Return a request's path without its query, which holds what was searched for, and without its host."""
    try:
        return without_secrets_in_url(urlsplit(request.url).path)
    except ValueError:
        return ""
