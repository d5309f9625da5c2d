"""What a client tells about its calls: events for a callback, and records of the logger ``sfgen``.

Neither has a token, a header, a query or a body: a path and what became of it.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

LOGGER = logging.getLogger("sfgen")
LOGGER.addHandler(logging.NullHandler())

EventKind = Literal["answered", "repeating", "failed", "session_renewed"]
_LEVELS: dict[EventKind, int] = {
    "answered": logging.DEBUG,
    "repeating": logging.WARNING,
    "failed": logging.INFO,
    "session_renewed": logging.INFO,
}


class CallEvent(NamedTuple):
    """Something that happened to a call.

    `kind` is ``answered`` (the org did what was asked), ``repeating`` (it failed, and is sent again after `wait`
    seconds), ``failed`` (the error is raised now) or ``session_renewed`` (the session had expired, a new login was
    made). `attempt` is the number of the try, 1 for the first. `status` is 0 where there was no answer. `seconds` is
    how long this try took. `reason` is the error code, or what broke. `path` has no query.

    Example:
        >>> print(CallEvent("answered", "GET", "/services/data/v62.0/limits/", status=200, seconds=0.05))
        GET /services/data/v62.0/limits/ (try 1): 200 in 0.050 s
    """

    kind: EventKind
    method: str
    path: str
    resource: str = ""
    status: int = 0
    attempt: int = 1
    seconds: float = 0.0
    wait: float = 0.0
    reason: str = ""
    request_id: str | None = None

    def __str__(self) -> str:
        about = f"{self.method} {self.path} (try {self.attempt})"
        took = f"in {self.seconds:.3f} s"
        match self.kind:
            case "answered":
                return f"{about}: {self.status} {took}"
            case "repeating":
                return f"{about}: {self.status or 'no answer'} {self.reason} {took}; sent again in {self.wait:.2f} s"
            case "failed":
                return f"{about}: {self.status or 'no answer'} {self.reason} {took}"
            case "session_renewed":
                return f"{about}: the session had expired; logged in again"


def wanted(kind: EventKind, on_event: Callable[[CallEvent], object] | None) -> bool:
    """Tell whether anyone wants an event of this kind, so that nobody makes it in vain."""
    return on_event is not None or LOGGER.isEnabledFor(_LEVELS[kind])


def tell(event: CallEvent, on_event: Callable[[CallEvent], object] | None) -> None:
    """Log an event and hand it to the callback. One that raises is logged: the call itself may have gone through."""
    LOGGER.log(_LEVELS[event.kind], "%s", event)
    if on_event is not None:
        try:
            on_event(event)
        except Exception:
            LOGGER.exception("on_event= raised at %r", event)
