"""Waiting for the org: how often to ask, what to do when no answer comes, and when to give up."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, wait
from dataclasses import dataclass
from typing import TypeVar

from ..errors import SalesforceConnectionError, SalesforceError, ServerUnavailable

__all__ = ["Polling"]

T = TypeVar("T")
# What passes: the request may be made again, if it is one that may be repeated at all.
PASSING = (SalesforceConnectionError, ServerUnavailable)
SLICE = 1.0
"""Seconds of a wait that can't be interrupted."""


@dataclass(frozen=True, slots=True)
class Polling:
    """When to ask whether a job is done: at once, after `first` seconds, then in growing steps of at most `longest`.

    `timeout` is how many seconds to wait in all; None waits as long as the org lets the job run. `tries` is how often
    a question that got no answer is asked. `sleep` takes the place of `time.sleep` in tests.

    Example:
        >>> patient = Polling(first=1, longest=60, timeout=3_600)
        >>> sf.Contact.bulk.insert([{"LastName": "Smith"}], polling=patient).succeeded
        1
        >>> list(Polling(first=1, factor=2, timeout=5).delays())
        [1, 2, 2.0]
    """

    first: float = 0.1
    factor: float = 1.15
    longest: float = 10.0
    timeout: float | None = None
    tries: int = 5
    sleep: Callable[[float], None] | None = None

    def __post_init__(self) -> None:
        """Refuse what can't be waited for, before a job is made."""
        if self.timeout is not None and not self.timeout >= 0:
            raise ValueError(f"timeout={self.timeout}: give the seconds to wait, or None to wait for the job's end")

    def delays(self) -> Iterator[float]:
        """Yield the seconds to wait before each further question, none of them past the timeout."""
        delay, waited, begun = self.first, 0.0, time.monotonic()
        while self.timeout is None or waited < self.timeout:
            step = delay if self.timeout is None else min(delay, self.timeout - waited)
            yield step
            # The answers take their time, too.
            waited = max(waited + step, time.monotonic() - begun)
            delay = min(delay * self.factor, self.longest)

    def pause(self, seconds: float, stopped: Callable[[], bool] = lambda: False) -> None:
        """Sleep in slices, so that a run that is being stopped stops soon.

        Example:
            >>> Polling(sleep=print).pause(1.5)
            1.0
            0.5
        """
        sleep = self.sleep or time.sleep
        while seconds > 0 and not stopped():
            sleep(min(seconds, SLICE))
            seconds -= SLICE

    def repeat(self, ask: Callable[[], T], stopped: Callable[[], bool] = lambda: False) -> T:
        """Ask until an answer comes, at most `tries` times. For what may be repeated only.

        Example:
            >>> Polling().repeat(lambda: "an answer")
            'an answer'

        Raises:
            SalesforceError: the org refused, or the last try got no answer either.
        """
        delay = self.first
        for left in range(max(self.tries, 1) - 1, -1, -1):
            try:
                return ask()
            except PASSING:
                if not left or stopped():
                    raise
            self.pause(delay, stopped)
            delay = min(delay * self.factor, self.longest)
        raise AssertionError("unreachable")  # pragma: no cover


def result_of(future: Future[T]) -> T:
    """Return a future's result, or raise its error.

    In slices: on Windows, and where a library such as polars has a handler of its own, Ctrl-C doesn't end a wait.
    """
    while not future.done():
        wait([future], timeout=SLICE)
    return future.result()


def reason(error: BaseException) -> str:
    """Return what an error says, as part of a sentence."""
    text = str(error) if isinstance(error, SalesforceError) else f"{type(error).__name__}: {error}"
    return text.rstrip(". ")
