"""When a request is sent again, how long to wait before that, and when to give up.

What may be repeated is decided by what failed and by what was asked:

* no connection, so surely nothing was sent: any request;
* the connection broke, no whole answer: requests that are idempotent; for others `OutcomeUnknown` is raised;
* 502, 503, 504 and 429: requests that are idempotent, after what Retry-After says; for others the error is raised,
  `OutcomeUnknown` where it is a gateway's and not the org's own;
* UNABLE_TO_LOCK_ROW: any request, since the org rolled it back;
* no answer in time: never, since the caller's own limit has passed; for what isn't idempotent `OutcomeUnknown`;
* REQUEST_LIMIT_EXCEEDED: never, since a day must pass.

An expired session is not a matter of this policy: it logs in again, whatever the request.

The arithmetic of Retry-After is urllib3's. Its `Retry` as a whole, and tenacity, know statuses and exceptions; here the
error code in the body decides, and whether an earlier try may have been acted on.
"""

from __future__ import annotations

import random
import threading
import time
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Final

from urllib3.exceptions import InvalidHeader
from urllib3.util import Retry

from .error_bodies import from_gateway
from .error_codes import UnableToLockRow
from .errors import SalesforceConnectionError, SalesforceTimeout, ServerUnavailable, TooManyRequests

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .errors import SalesforceError
    from .http import Request

_READS_RETRY_AFTER = Retry(0)
# Calls that must go through for one more repeat: in the long run one call in ten may be sent twice.
_REPEAT_COSTS = 10
# Longer waits are all the same; a number off the wire may have any number of digits.
_LONGEST_WAIT = 1e9
# With these headers a write depends on what the record is now, which the first try may have changed.
_CONDITIONS = frozenset({"if-match", "if-none-match", "if-modified-since", "if-unmodified-since"})


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often and how patiently a client repeats what may be repeated; ``retries=None`` repeats nothing.

    `attempts` counts all tries of a call, the first one too. Before try n+1 it waits a random time between 0 and
    `base` * 2**(n-1) seconds, at most `cap`; where the org says ``Retry-After``, that long and up to `base` more.
    A call waits `patience` seconds at most, all its waits together; a longer Retry-After raises the error at once.
    `budget` is how many repeats a client may make beyond one in ten calls, so that an org in trouble isn't flooded.

    `sleep` and `uniform` are there for tests.

    Example:
        >>> from sfgen_runtime import RetryPolicy
        >>> RetryPolicy(attempts=6, patience=300)
        RetryPolicy(attempts=6, base=0.5, cap=20.0, patience=300, budget=50)
    """

    attempts: int = 4
    base: float = 0.5
    cap: float = 20.0
    patience: float = 60.0
    budget: int = 50
    sleep: Callable[[float], None] = field(default=time.sleep, repr=False)
    uniform: Callable[[float, float], float] = field(default=random.uniform, repr=False)

    def __post_init__(self) -> None:
        if self.attempts < 1 or min(self.base, self.cap, self.patience, self.budget) < 0:
            raise ValueError(
                "a RetryPolicy has at least one attempt and no negative times; retries=None repeats nothing"
            )

    def wait_before(self, number: int, retry_after: float | None = None) -> float:
        """Return how many seconds to wait before the try of this number, 2 for the first repeat.

        Example:
            >>> RetryPolicy(base=0.5, cap=20).wait_before(3) <= 1.0
            True
        """
        if retry_after is not None:
            # Not on the second, or all who were sent away come back at once.
            return retry_after + self.uniform(0, self.base)
        # The exponent is bounded: a float has no room for any number of attempts.
        return self.uniform(0, min(self.cap, self.base * 2.0 ** min(number - 2, 60)))


DEFAULT_RETRIES = RetryPolicy()


def checked_policy(retries: object) -> RetryPolicy | None:
    """Return what was given as ``retries=``.

    Example:
        >>> checked_policy(RetryPolicy(attempts=2)).attempts
        2

    Raises:
        TypeError: it is neither a policy nor None.
    """
    if retries is not None and not isinstance(retries, RetryPolicy):
        raise TypeError(
            f"retries= is a RetryPolicy, such as RetryPolicy(attempts=3), or None for no repeats, and not {retries!r}"
        )
    return retries


class Unset(Enum):
    """A retry policy that isn't given: the client's own is meant, where None means to repeat nothing."""

    UNSET = "unset"


UNSET: Final = Unset.UNSET


class RetryBudget:
    """How many repeats a client has left; one for all its threads."""

    def __init__(self, size: int) -> None:
        # Counted in calls that went through, of which a repeat costs some.
        self._full = size * _REPEAT_COSTS
        self._left = self._full
        self._lock = threading.Lock()

    def take(self) -> bool:
        """Use up one repeat; False if there is none left."""
        with self._lock:
            if self._left < _REPEAT_COSTS:
                return False
            self._left -= _REPEAT_COSTS
            return True

    def refund(self) -> None:
        """Note a call that went through."""
        # Full nearly always: then no lock is needed.
        if self._left < self._full:
            with self._lock:
                self._left = min(self._full, self._left + 1)

    def __reduce__(self) -> tuple[type[RetryBudget], tuple[int]]:
        # A lock doesn't pickle; a client in another process has a budget of its own.
        return RetryBudget, (self._full // _REPEAT_COSTS,)


class Tries:
    """The tries of one piece of work, and whether there may be another. `number` is the try under way.

    For composite work: where rows of an answer failed for a passing reason (`passing_row`), ``again()`` says whether to
    send them once more, after it has waited.

    Example:
        >>> tries = sf.tries(retries=RetryPolicy(attempts=2, base=0))
        >>> tries.again(), tries.again(), tries.number
        (True, False, 2)
    """

    def __init__(self, policy: RetryPolicy | None, budget: RetryBudget) -> None:
        self.number = 1
        self.waited = 0.0
        self.refusal = ""
        self._policy = policy
        self._budget = budget

    def again(self, retry_after: float | None = None, tell: Callable[[float], None] | None = None) -> bool:
        """Wait and count a further try; False if there may be none, for which `refusal` has the reason.

        `tell` hears how long the wait is, before it.
        """
        policy = self._policy
        self.refusal = ""
        if policy is None or self.number >= policy.attempts:
            return False
        wait = policy.wait_before(self.number + 1, retry_after)
        if self.waited + wait > policy.patience:
            self.refusal = f"a wait of {wait:.0f} s more would be longer than the policy's patience"
            return False
        if not self._budget.take():
            self.refusal = "the client's budget of repeats is used up"
            return False
        if tell is not None:
            tell(wait)
        policy.sleep(wait)
        self.number += 1
        self.waited += wait
        return True


def passing_row(code: str) -> bool:
    """Tell whether a row of a composite answer failed for a reason that passes, nothing of it having been saved.

    Example:
        >>> passing_row("UNABLE_TO_LOCK_ROW"), passing_row("REQUIRED_FIELD_MISSING")
        (True, False)
    """
    return code == "UNABLE_TO_LOCK_ROW"


def may_have_acted(failure: SalesforceError) -> bool:
    """Tell whether the org may have done what was asked, though the answer is an error or none."""
    if isinstance(failure, SalesforceConnectionError):
        return failure.was_sent
    # What the org itself refuses, it rolls back. A gateway doesn't know what happened behind it.
    return (failure.status >= 500 or failure.status < 300) and from_gateway(failure.content)


def may_repeat(request: Request, failure: SalesforceError) -> bool:
    """Tell whether a request may be sent again after this failure, as the table above has it."""
    if isinstance(failure, UnableToLockRow):
        return True
    if isinstance(failure, SalesforceTimeout):
        return False
    if isinstance(failure, SalesforceConnectionError):
        return failure.passing and (not failure.was_sent or is_repeatable(request))
    return isinstance(failure, (ServerUnavailable, TooManyRequests)) and is_repeatable(request)


def is_repeatable(request: Request) -> bool:
    """Tell whether sending a request twice leaves the org as sending it once does."""
    if request.method in ("GET", "HEAD"):
        return True
    return request.idempotent and not any(name.lower() in _CONDITIONS for name in request.headers)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that a ``Retry-After`` header asks to wait, given as seconds or as a date; None without."""
    text = headers.get("Retry-After")
    if text is None:
        return None
    try:
        return min(_READS_RETRY_AFTER.parse_retry_after(text), _LONGEST_WAIT)
    except (InvalidHeader, ValueError, OverflowError):
        return None
