"""Faults that a test asks for: the org answers some requests with an error instead of doing them."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass, field
from fnmatch import translate
from typing import TYPE_CHECKING, TypeVar

from sfgen_local_org.http.call import Answer, Call

if TYPE_CHECKING:
    from collections.abc import Iterable

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
class Cut:
    """Requests of `method` (None: any) whose path matches a glob lose their answer after so many bytes."""

    path: re.Pattern[str]
    method: str | None
    after: int
    times: int | None = None


_Rule = TypeVar("_Rule", Fault, Cut)


@dataclass(slots=True)
class Faults:
    """The faults in force. Sub-requests of composite requests meet them as well."""

    _rules: list[Fault] = field(default_factory=list)
    _cuts: list[Cut] = field(default_factory=list)
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

    def cut(self, path: str, *, after: int, method: str | None, times: int | None) -> None:
        """Let answers break off after so many bytes of their body."""
        with self._lock:
            self._cuts.append(Cut(re.compile(translate(path)), method, after, times))

    def clear(self) -> None:
        """Drop every fault."""
        with self._lock:
            self._rules.clear()
            self._cuts.clear()

    def take(self, call: Call) -> Answer | None:
        """Return the answer of the first fault that this call meets, and count it; None where nothing is wrong."""
        if not self._rules:
            return None
        with self._lock:
            rule = _first(self._rules, call.method, call.path)
        return rule.answer if rule is not None else None

    def take_cut(self, method: str, path: str) -> int | None:
        """Return after how many bytes the answer to a request breaks off, and count it; None where it is whole."""
        if not self._cuts:
            return None
        with self._lock:
            rule = _first(self._cuts, method, path)
        return rule.after if rule is not None else None


def _first(rules: Iterable[_Rule], method: str, path: str) -> _Rule | None:
    """Return the first rule that a request meets, and count it."""
    path = path.removesuffix("/")
    for rule in rules:
        if rule.times != 0 and rule.method in (None, method) and rule.path.match(path):
            if rule.times is not None:
                rule.times -= 1
            return rule
    return None
