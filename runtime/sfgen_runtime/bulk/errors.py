"""What can go wrong with bulk jobs, told so that nobody loads a row twice or forgets one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..errors import SalesforceBulkV2LoadError, SalesforceError

if TYPE_CHECKING:
    from .results import BulkResult

_SHOWN = 10


@dataclass(frozen=True, slots=True)
class JobFate:
    """What became of the rows `first` to `first + rows - 1` of the input.

    `state` is the job's last known state, or ``Aborted`` if the rows never got into a job.

    Example:
        >>> fate = JobFate("750000000000001AAA", first=0, rows=50_000, state="JobComplete")
        >>> fate.range
        'rows 0 to 49999'
        >>> fate.told()
        'rows 0 to 49999: loaded by job 750000000000001AAA'
    """

    job_id: str | None
    first: int
    rows: int
    state: str

    @property
    def range(self) -> str:
        """The rows, counted from 0."""
        return f"rows {self.first} to {self.first + self.rows - 1}" if self.rows > 1 else f"row {self.first}"

    def told(self) -> str:
        """Say what became of the rows, and what to do about them."""
        match self.state:
            case "JobComplete":
                return f"{self.range}: loaded by job {self.job_id}"
            case "Aborted" if self.job_id is None:
                return f"{self.range}: not loaded; load them again"
            case "Aborted":
                return f"{self.range}: not loaded, job {self.job_id} was aborted; load them again"
            case "Failed":
                return f"{self.range}: job {self.job_id} failed; .bulk.resume({self.job_id!r}) says what it loaded"
            case "Open":
                return (
                    f"{self.range}: not loaded, and job {self.job_id} could not be aborted and is still open; "
                    f"call .bulk.abort({self.job_id!r}), then load them again"
                )
            case _:
                return (
                    f"{self.range}: the org may still be processing job {self.job_id}; don't load them again, "
                    f"get their results with .bulk.resume({self.job_id!r})"
                )


class BulkInterrupted(SalesforceBulkV2LoadError):
    """A load stopped before its end, or its results can't be read. `jobs` says of each range of rows what became of it.

    `status`, `error_code`, `errors`, `url` and `content` are those of the error that stopped it, its ``__cause__``.

    Example:
        >>> try:
        ...     sf.Contact.bulk.insert([{"LastName": "Smith"}])
        ... except BulkInterrupted as error:
        ...     error.status, [fate.range for fate in error.jobs]
        (503, ['row 0'])
    """

    def __init__(
        self, message: str = "", jobs: tuple[JobFate, ...] = (), failure: SalesforceError | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.jobs = jobs
        if failure is not None:
            self.url, self.method, self.resource_name = failure.url, failure.method, failure.resource_name
            self.status, self.content, self.errors = failure.status, failure.content, failure.errors
            self.request_id, self.retry_after, self.tries = failure.request_id, failure.retry_after, failure.tries

    def __str__(self) -> str:
        return self.message


class BulkTimeout(BulkInterrupted):
    """The org didn't finish a job in the time that the caller gave it.

    Example:
        >>> try:
        ...     sf.Contact.bulk.insert([{"LastName": "Smith"}], timeout=0)
        ... except BulkTimeout as error:
        ...     waiting = error.jobs
        >>> sf.Contact.bulk.resume(waiting[0].job_id).succeeded
        1
    """


class BulkJobFailed(SalesforceBulkV2LoadError):
    """The org gave up a job, as a whole. `result` has the rows that it processed before, and those that it did not.

    Example:
        >>> try:
        ...     sf.Contact.bulk.insert([{"LastName": "Smith"}, {"LastName": "Jones"}])
        ... except BulkJobFailed as error:
        ...     error.result.succeeded, error.result.unprocessed
        (1, 1)
    """

    def __init__(self, message: str = "", result: BulkResult[Any] | None = None) -> None:
        super().__init__(message)
        self.result = result


class BulkRowsFailed(SalesforceBulkV2LoadError):
    """Some rows failed, and `raise_on_error` was asked for. `result` has all rows.

    Example:
        >>> try:
        ...     sf.Contact.bulk.insert([{"LastName": "Smith"}, {"FirstName": "Jo"}], raise_on_error=True)
        ... except BulkRowsFailed as error:
        ...     [row.error_code for row in error.result.failures()]
        ['REQUIRED_FIELD_MISSING']
    """

    def __init__(self, message: str = "", result: BulkResult[Any] | None = None) -> None:
        super().__init__(message)
        self.result = result


def told(fates: tuple[JobFate, ...]) -> str:
    """Say what became of all rows, in lines."""
    if not fates:
        return "No row was sent."
    lines = ["Of its rows, counted from 0:", *(f"  {fate.told()}" for fate in fates[:_SHOWN])]
    if len(fates) > _SHOWN:
        lines.append(f"  ... and {len(fates) - _SHOWN} more jobs, in the error's .jobs")
    lines.append("Rows that are not listed were not sent.")
    return "\n".join(lines)


def missing_extra(extra: str, library: str, error: ImportError) -> ImportError:
    """Return the error that tells how to install a library that is an extra of sfgen."""
    return ImportError(f'this needs {library}, which is not installed: pip install "sfgen[{extra}]"', name=error.name)
