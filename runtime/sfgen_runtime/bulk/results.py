"""What a load came to: counts at once, the result of each row when it is asked for."""

from __future__ import annotations

import csv
import shutil
import tempfile
import threading
import weakref
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, Self, SupportsIndex, TypeVar, cast, overload

from ..errors import SalesforceError
from . import jobs
from .enums import JobState, ResultsType
from .errors import BulkInterrupted, BulkRowsFailed
from .jobs import JobInfo
from .rows import RowFailed, RowResult, RowSaved, RowUnprocessed
from .waiting import reason

if TYPE_CHECKING:
    from ..client import SalesforceClient
    from ..http import Response
    from .join import Files
    from .load import LoadedJob
    from .waiting import Polling

M = TypeVar("M")
_SHOWN = 3
# So many rows stay in memory once one of them was asked for by its place.
_KEPT = 10_000


class Workspace:
    """A temporary folder, made when first used, gone when its owner is or is closed."""

    def __init__(self) -> None:
        self._path: Path | None = None
        self._finalizer: weakref.finalize[[str], Any] | None = None
        self._lock = threading.Lock()

    @property
    def path(self) -> Path:
        """The folder."""
        with self._lock:
            if self._path is None:
                self._path = Path(tempfile.mkdtemp(prefix="sfgen-bulk-"))
                self._finalizer = weakref.finalize(self, _remove, str(self._path))
            return self._path

    def close(self) -> None:
        """Remove the folder and all that is in it."""
        with self._lock:
            if self._finalizer is not None:
                self._finalizer()
            self._path = self._finalizer = None


def _remove(path: str) -> None:
    shutil.rmtree(path, ignore_errors=True)


class BulkResult(Generic[M]):
    """The rows of a load in the order of the input; iterating downloads the results, a job at a time.

    What can't be downloaded raises `BulkInterrupted`, which says how to go on: the rows are loaded all the same.

    `len` is how many rows there are, so that ``zip(records, result)`` pairs each record with what became of it. Rows
    and results are kept in a temporary folder until the result is closed or forgotten.

    Example:
        >>> result = untyped.Contact.bulk.insert([{"LastName": "Smith"}, {"FirstName": "Jo"}])
        >>> result
        <bulk insert of Contact: 1 saved, 1 failed>
        >>> for row in result:
        ...     match row:
        ...         case RowSaved():
        ...             print(row.index, row.created)
        ...         case RowFailed():
        ...             print(row.index, row.error_code, row.fields)
        0 True
        1 REQUIRED_FIELD_MISSING ('LastName',)
    """

    def __init__(
        self,
        client: SalesforceClient,
        what: str,
        loaded: list[LoadedJob],
        workspace: Workspace,
        polling: Polling,
        *,
        in_order: bool = True,
    ) -> None:
        self._client, self._what, self._loaded = client, what, loaded
        self._workspace, self._polling, self._in_order = workspace, polling, in_order
        self._files: dict[str, Files] = {}
        # Threads that read one result share its files.
        self._downloading = threading.Lock()
        self._kept: list[RowResult[M]] | None = None

    # ---- counts ------------------------------------------------------------------------------------------------------

    @property
    def jobs(self) -> tuple[JobInfo, ...]:
        """The jobs, in the order of the rows that they took.

        Example:
            >>> result = sf.Contact.bulk.insert([{"LastName": f"Smith {n}"} for n in range(5)], rows_per_job=2)
            >>> [(job.state, job.processed) for job in result.jobs]
            [('JobComplete', 2), ('JobComplete', 2), ('JobComplete', 1)]
        """
        return tuple(loaded.info for loaded in self._loaded)

    @property
    def succeeded(self) -> int:
        """How many rows were saved.

        Example:
            >>> result = untyped.Contact.bulk.insert([{"LastName": "Smith"}, {"FirstName": "Jo"}])
            >>> result.succeeded, result.failed, result.unprocessed
            (1, 1, 0)
        """
        return sum(job.processed - job.failed for job in self.jobs)

    @property
    def failed(self) -> int:
        """How many rows the org refused.

        Example:
            >>> untyped.Contact.bulk.insert([{"LastName": "Smith"}, {"FirstName": "Jo"}]).failed
            1
        """
        return sum(job.failed for job in self.jobs)

    @property
    def unprocessed(self) -> int:
        """How many rows the org did not try.

        Example:
            >>> sf.Contact.bulk.insert([{"LastName": "Smith"}]).unprocessed
            0
        """
        return len(self) - self.succeeded - self.failed

    def __len__(self) -> int:
        return sum(loaded.part.rows for loaded in self._loaded)

    def __bool__(self) -> bool:
        # An empty load is a result as well.
        return True

    def __repr__(self) -> str:
        parts = [f"{self.succeeded:,} saved", *([f"{self.failed:,} failed"] if self.failed else [])]
        if self.unprocessed:
            parts.append(f"{self.unprocessed:,} unprocessed")
        return f"<bulk {self._what}: {', '.join(parts)}>"

    # ---- rows --------------------------------------------------------------------------------------------------------

    def __iter__(self) -> Iterator[RowResult[M]]:
        for loaded in self._loaded:
            yield from self._rows_of(loaded)

    @overload
    def __getitem__(self, index: SupportsIndex) -> RowResult[M]: ...
    @overload
    def __getitem__(self, index: slice) -> list[RowResult[M]]: ...
    def __getitem__(self, index: SupportsIndex | slice) -> RowResult[M] | list[RowResult[M]]:
        """Return the result of a row of the input, or of some rows.

        For all of many rows iterate: above 10,000 rows, each call reads those of a job up to the row.

        Example:
            >>> result = untyped.Contact.bulk.insert([{"LastName": "Smith"}, {"FirstName": "Jo"}])
            >>> result[0].success, result[-1].success, len(result[:1])
            (True, False, 1)
        """
        at = range(len(self))[index]
        if len(self) <= _KEPT:
            if self._kept is None:
                self._kept = list(self)
            return self._kept[index]
        if isinstance(at, range):
            return [self[one] for one in at] if at.step != 1 else list(islice(self, at.start, at.stop))
        loaded = next(one for one in self._loaded if at < one.part.first + one.part.rows)
        return next(islice(self._rows_of(loaded), at - loaded.part.first, None))

    def _rows_of(self, loaded: LoadedJob) -> Iterator[RowResult[M]]:
        from .join import joined, unjoined  # reading results needs more than loading

        with self._downloading:
            files = self._downloaded(loaded.info)
        rows = joined(loaded, files) if self._in_order else unjoined(loaded, files)
        return cast("Iterator[RowResult[M]]", rows)

    def saved(self) -> Iterator[RowSaved[M]]:
        """Yield the rows that were saved, in their order.

        Example:
            >>> result = untyped.Contact.bulk.insert([{"LastName": "Smith"}, {"FirstName": "Jo"}])
            >>> [row.index for row in result.saved()]
            [0]
        """
        return (row for row in self if isinstance(row, RowSaved))

    def failures(self) -> Iterator[RowFailed[M] | RowUnprocessed[M]]:
        """Yield the rows that were not saved, in their order.

        Example:
            >>> result = untyped.Contact.bulk.insert([{"LastName": "Smith"}, {"FirstName": "Jo"}])
            >>> [(row.index, row.error_code) for row in result.failures()]
            [(1, 'REQUIRED_FIELD_MISSING')]
        """
        if self.failed or self.unprocessed:
            yield from (row for row in self if not isinstance(row, RowSaved))

    def failures_to_csv(self, path: str | Path) -> int:
        """Write the rows that were not saved to a CSV file, as they were sent; return how many.

        The file can be corrected and loaded again: ``sf.Contact.bulk.insert(path)``.

        Example:
            >>> result = untyped.Contact.bulk.insert([{"LastName": "Smith"}, {"FirstName": "Jo"}])
            >>> result.failures_to_csv("again.csv")
            1
        """
        header: dict[str, None] = {}
        for loaded in self._loaded:
            header.update(dict.fromkeys(loaded.part.header))
        rows = self.failures()
        if not header:
            first = next(rows, None)
            if first is not None:
                header.update(dict.fromkeys(first.header))
                rows = self.failures()
        count = 0
        with Path(path).open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(header)
            for count, row in enumerate(rows, 1):  # noqa: B007  # it is the count that is wanted
                cells = dict(zip(row.header, row.cells, strict=True))
                writer.writerow([cells.get(name, "") for name in header])
        return count

    def raise_for_errors(self) -> Self:
        """Return the result itself if all rows were saved.

        Example:
            >>> sf.Contact.bulk.insert([{"LastName": "Smith"}]).raise_for_errors().succeeded
            1

        Raises:
            BulkRowsFailed: some were not; the message quotes the first of them.
        """
        lost = self.failed + self.unprocessed
        if lost:
            quoted = "".join(f"\n  {row}" for row in islice(self.failures(), _SHOWN))
            raise BulkRowsFailed(
                f"{lost:,} of {len(self):,} rows were not saved in the bulk {self._what}:{quoted}\n"
                "All are in the error's .result; .result.failures_to_csv(path) writes them to a file that can be "
                "loaded again",
                self,
            )
        return self

    def _downloaded(self, job: JobInfo) -> Files:
        if job.id in self._files:
            return self._files[job.id]
        from .download import to_file

        wanted = []
        if job.processed > job.failed:
            wanted.append(ResultsType.successful)
        if job.failed:
            wanted.append(ResultsType.failed)
        if job.state != JobState.job_complete:
            wanted.append(ResultsType.unprocessed)
        files: Files = {}
        for kind in wanted:
            path = self._workspace.path / f"{len(self._files)}-{kind}.csv"
            call: jobs.JobCall[Response] = jobs.ingest_results(job.id, kind, streamed=True, parse=lambda got: got)
            try:
                to_file(self._client, call, path, self._polling)
            except SalesforceError as error:
                raise self._unread(job, kind, error) from error
            files[kind] = path
        self._files[job.id] = files
        return files

    def _unread(self, job: JobInfo, kind: ResultsType, error: SalesforceError) -> BulkInterrupted:
        return BulkInterrupted(
            f"the {kind} of job {job.id} could not be read: {reason(error)}.\nThe org has processed the rows of the "
            f"bulk {self._what}; don't load them again. Ask the result once more, or get the job's results in another "
            f"run with .bulk.resume({job.id!r})",
            tuple(loaded.fate for loaded in self._loaded),
            error,
        )

    # ---- the temporary folder ----------------------------------------------------------------------------------------

    def close(self) -> None:
        """Remove the temporary files; counts stay, rows can't be read any more.

        Example:
            >>> with sf.Contact.bulk.insert([{"LastName": "Smith"}]) as result:
            ...     ids = [row.id for row in result.saved()]
            >>> result.close()
        """
        self._files.clear()
        self._kept = None
        self._workspace.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()
