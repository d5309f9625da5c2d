"""Faults that a test asks for: the org answers some requests with an error instead of doing them."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass, field
from fnmatch import translate

from sfgen_local_org.http.call import Answer, Call

_USUAL_CODES = {
    400: ("UNKNOWN_EXCEPTION", "The request was refused"),
    401: ("INVALID_SESSION_ID", "Session expired or invalid"),
    403: ("INSUFFICIENT_ACCESS", "insufficient access rights on cross-reference id"),
    404: ("NOT_FOUND", "The requested resource does not exist"),
    429: ("REQUEST_LIMIT_EXCEEDED", "Too many requests"),
    500: ("UNKNOWN_EXCEPTION", "An unexpected error occurred"),
    503: ("SERVER_UNAVAILABLE", "The server is temporarily unavailable"),
}


@dataclass(slots=True)
class Fault:
    """Requests of `method` (None: any) whose path matches a glob get this answer, `times` times (None: always)."""

    path: re.Pattern[str]
    method: str | None
    answer: Answer
    times: int | None = None


@dataclass(slots=True)
class Faults:
    """The faults in force. Sub-requests of composite requests meet them as well."""

    _rules: list[Fault] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(
        self,
        path: str,
        status: int,
        *,
        method: str | None = None,
        code: str | None = None,
        message: str | None = None,
        headers: dict[str, str] | None = None,
        times: int | None = None,
    ) -> None:
        """Let requests fail: `path` is a glob over the undecoded path, such as `*/sobjects/Case/describe`."""
        usual_code, usual_message = _USUAL_CODES.get(status, ("UNKNOWN_EXCEPTION", "The request failed"))
        body = [{"message": message or usual_message, "errorCode": code or usual_code}]
        rule = Fault(re.compile(translate(path)), method, Answer(status, body, headers or {}), times)
        with self._lock:
            self._rules.append(rule)

    def clear(self) -> None:
        """Drop every fault."""
        with self._lock:
            self._rules.clear()

    def take(self, call: Call) -> Answer | None:
        """Return the answer of the first fault that this call meets, and count it; None where nothing is wrong."""
        if not self._rules:
            return None
        path = call.path.removesuffix("/")
        with self._lock:
            for rule in self._rules:
                if rule.times != 0 and rule.method in (None, call.method) and rule.path.match(path):
                    if rule.times is not None:
                        rule.times -= 1
                    return rule.answer
        return None
