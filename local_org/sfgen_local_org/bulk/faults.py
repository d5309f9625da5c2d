"""What a test asks of the jobs to come: to fail, to take their time, to refuse a row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..errors import OrgError

RowTest = Callable[[Mapping[str, Any]], bool]


@dataclass(slots=True)
class _Rule:
    """Holds for jobs of one object (None: any), so many times (None: always)."""

    sobject: str | None
    times: int | None


@dataclass(slots=True)
class JobFailure(_Rule):
    """A job fails with this message after some rows."""

    message: str = ""
    after_rows: int = 0


@dataclass(slots=True)
class JobDelay(_Rule):
    """A job answers InProgress to so many polls."""

    polls: int = 0


@dataclass(slots=True)
class RowFailure(_Rule):
    """A row for which `where` holds is refused; it counts rows, not jobs."""

    error: OrgError = field(default_factory=lambda: OrgError(400, "UNKNOWN_EXCEPTION", ""))
    where: RowTest = lambda record: True


@dataclass(slots=True)
class JobFaults:
    """The faults in force."""

    failures: list[JobFailure] = field(default_factory=list)
    delays: list[JobDelay] = field(default_factory=list)
    rows: list[RowFailure] = field(default_factory=list)

    def clear(self) -> None:
        """Drop every fault."""
        self.failures.clear()
        self.delays.clear()
        self.rows.clear()

    def take_failure(self, sobject: str) -> JobFailure | None:
        """Return the failure that a job of this object meets, and count it."""
        return next((rule for rule in self.failures if _take(rule, sobject)), None)

    def take_polls(self, sobject: str) -> int:
        """Return how many polls a job of this object answers with InProgress, and count it."""
        return next((rule.polls for rule in self.delays if _take(rule, sobject)), 0)

    def concern(self, sobject: str) -> bool:
        """Tell whether any row of this object may be refused."""
        return any(_holds(rule, sobject) for rule in self.rows)

    def take_row_error(self, sobject: str, record: Mapping[str, Any]) -> OrgError | None:
        """Return the error that a row meets, and count it."""
        for rule in self.rows:
            if _holds(rule, sobject) and rule.where(record):
                _take(rule, sobject)
                return rule.error
        return None


def _holds(rule: _Rule, sobject: str) -> bool:
    return rule.times != 0 and rule.sobject in (None, sobject)


def _take(rule: _Rule, sobject: str) -> bool:
    if not _holds(rule, sobject):
        return False
    if rule.times is not None:
        rule.times -= 1
    return True
