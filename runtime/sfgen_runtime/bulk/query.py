"""Bulk queries: the org runs the query as a job, and its results come page by page, the next while one is read.

Salesforce document: Bulk API 2.0 and Bulk API Developer Guide, "Bulk API 2.0 Query".
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from importlib import import_module
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from ..errors import SalesforceBulkV2ExtractError, SalesforceError
from . import jobs
from .enums import JobState, Operation
from .errors import missing_extra
from .jobs import JobInfo
from .load import wait_for_job
from .pages import Page, downloaded
from .progress import Progress, Report, reporting
from .waiting import Polling, reason

if TYPE_CHECKING:
    import pandas
    import pyarrow

    from ..client import SalesforceClient

    # mypy takes this for true, other type checkers read what it says. Polars brings 450 modules with it, which mypy
    # would check for everybody who imports a generated client: seconds of every cold run. Others look only where asked.
    MYPY = False
    if MYPY:
        from typing import Any as PolarsFrame
    else:
        from polars import DataFrame as PolarsFrame

T = TypeVar("T")
ReadRows = Callable[[list[list[str]]], Iterable[T]]
"""Makes the results of some rows, of which it gets the cells."""
Reader = Callable[[list[str]], ReadRows[T]]
"""Given the names of the columns, what reads rows."""
_ROWS_AT_ONCE = 500
# What cells raise that are not of their column's type: Decimal's own errors are no ValueErrors.
_UNREADABLE = (ValueError, KeyError, ArithmeticError)


def as_text(names: list[str]) -> ReadRows[dict[str, Any]]:
    """Read rows as dicts of text; an empty cell is null."""

    def read(rows: list[list[str]]) -> list[dict[str, Any]]:
        return [{name: cell or None for name, cell in zip(names, cells, strict=True)} for cells in rows]

    return read


def _results(read: ReadRows[T], rows: list[list[str]]) -> Iterable[T]:
    """Read rows. Where one of them can't be read, those before it come first."""
    try:
        return read(rows)
    except _UNREADABLE:
        return chain.from_iterable(read([cells]) for cells in rows)


class BulkQuery(Generic[T]):
    """A query that runs as a job when it is iterated or written somewhere.

    At no time is more than a page in memory, whatever the query finds.

    Example:
        >>> query = sf.Contact.select(Contact.LastName, Contact.Account.Name).bulk()
        >>> names = [(contact.LastName, contact.Account and contact.Account.Name) for contact in query]
        >>> query.to_csv("contacts.csv") == len(names)
        True
    """

    def __init__(
        self,
        client: SalesforceClient,
        soql: str,
        reader: Reader[T],
        *,
        include_deleted: bool = False,
        fields: Callable[[str], Any] | None = None,
        own_columns: int | None = None,
    ) -> None:
        self.soql = soql
        self._client, self._reader, self._include_deleted = client, reader, include_deleted
        # Of a column's name, its describe: what an Arrow schema is made of. Columns after the first `own_columns` were
        # added for the sake of reading.
        self._fields, self._own_columns = fields or (lambda name: None), own_columns
        self._page_rows: int | None = None
        self._polling = Polling()
        self._progress: Report | bool | None = None
        self._started: str | None = None
        self.job_id: str | None = None
        """The id of the job that was started last."""

    def __repr__(self) -> str:
        return f"<bulk query {self.soql}>"

    def options(
        self,
        *,
        page_rows: int | None = None,
        timeout: float | None = None,
        progress: Report | bool | None = None,
        polling: Polling | None = None,
    ) -> BulkQuery[T]:
        """Return the same query with other settings.

        `page_rows` is how many rows to ask for at a time, one page after the other; if it isn't given, the org chooses,
        and where it tells the places of its pages they are downloaded side by side. `timeout` is for how many seconds
        to wait for the job; `progress` is called with a `Progress` after each page, False shows no bar on a
        terminal either.

        Example:
            >>> query = sf.Contact.select(Contact.LastName).limit(5).bulk().options(page_rows=3, timeout=600)
            >>> len(list(query.pages()))
            2
        """
        query: BulkQuery[T] = object.__new__(BulkQuery)
        query.__dict__.update(self.__dict__)
        if page_rows is not None:
            if page_rows < 1:
                raise ValueError(f"page_rows={page_rows}: give at least 1")
            query._page_rows = page_rows
        if progress is not None:
            query._progress = progress
        base = polling or self._polling
        query._polling = (
            base if timeout is None else Polling(base.first, base.factor, base.longest, timeout, base.tries, base.sleep)
        )
        return query

    # ---- records -----------------------------------------------------------------------------------------------------

    def __iter__(self) -> Iterator[T]:
        for page in self._pages():
            with _opened(page) as rows:
                count = 0
                try:
                    read = self._reader(next(rows, []))
                    while some := list(islice(rows, _ROWS_AT_ONCE)):
                        yield from _results(read, some)
                        count += len(some)
                except _UNREADABLE as error:
                    what = "a cell that should be a number is none" if isinstance(error, ArithmeticError) else error
                    raise SalesforceBulkV2ExtractError(
                        f"a row of job {self.job_id} doesn't fit {self.soql:.200}: {what}. If the object has changed "
                        "since it was generated, run `sfgen generate` again"
                    ) from error
            if page.rows != count:
                raise SalesforceBulkV2ExtractError(
                    f"a page of job {self.job_id} has {count} rows, and the org said {page.rows}: "
                    f".resume({self.job_id!r}) of the query reads them again"
                )

    def all(self) -> list[T]:
        """Return all results.

        Example:
            >>> sf.Contact.select(Contact.LastName).where(Contact.Id == contact.id).bulk().all()
            [Contact(LastName='Smith')]
        """
        return list(self)

    # ---- pages and files ---------------------------------------------------------------------------------------------

    def pages(self) -> Iterator[bytes]:
        """Yield the results as the org writes them: CSV in UTF-8, a header in each page.

        Example:
            >>> next(sf.Contact.select(Contact.LastName).where(Contact.Id == contact.id).bulk().pages())
            b'"LastName"\\n"Smith"\\n'

        Raises:
            SalesforceBulkV2ExtractError: the job failed, or its results could not be read; the message tells how to
                go on.
        """
        for page in self._pages():
            yield page.path.read_bytes()

    def resume(self, job_id: str) -> BulkQuery[T]:
        """Return the query that reads the results of a job which was started before, in place of starting one.

        The org keeps results for seven days.

        Example:
            >>> query = sf.Contact.select(Contact.LastName).where(Contact.Id == contact.id).bulk()
            >>> found = query.all()
            >>> query.resume(query.job_id).all() == found
            True
        """
        query = self.options()
        query._started = job_id
        return query

    def _pages(self) -> Iterator[Page]:
        with reporting(self._progress, "query") as report:
            job = self._run()
            count = 0
            for page in downloaded(self._client, job, self._page_rows, self._polling):
                yield page
                count += page.rows
                if report is not None:
                    report(Progress(rows=max(job.processed, count), uploaded=0, processed=count, jobs=1, jobs_done=0))
            if report is not None:
                report(Progress(rows=count, processed=count, jobs=1, jobs_done=1, done=True))

    def _run(self) -> JobInfo:
        operation = Operation.query_all if self._include_deleted else Operation.query
        call = jobs.create_query_job(self.soql, operation, parse=JobInfo.read)
        # Asking for the same query twice changes nothing in the org.
        started = (
            JobInfo(self._started, "") if self._started else self._polling.repeat(lambda: self._client.execute(call))
        )
        self.job_id = started.id
        try:
            job = wait_for_job(self._client, "query", started, self._polling)
        except BaseException as error:
            if not self._started:
                self._abandon(started, error)
            raise
        if job.state != JobState.job_complete:
            raise SalesforceBulkV2ExtractError(
                f"the bulk query failed: job {job.id} is {job.state}: {job.error_message or 'no reason given'}. "
                f"The query was {self.soql:.500}"
            )
        return job

    def _abandon(self, job: JobInfo, error: BaseException) -> None:
        """Stop a job that nobody waits for any more."""
        try:
            self._client.execute(jobs.set_state("query", job.id, JobState.aborted, parse=lambda response: None))
            error.add_note(f"the query's job {job.id} was aborted")
        except SalesforceError as failure:
            error.add_note(
                f"the query's job {job.id} could not be aborted ({reason(failure)}); when it has ended, "
                f".resume({job.id!r}) of the query reads its results"
            )

    def to_csv(self, path: str | Path) -> int:
        """Write the results to a CSV file as the org has them, with one header; return how many rows there are.

        Example:
            >>> sf.Contact.select(Contact.LastName).limit(5).bulk().to_csv("contacts.csv")
            5
        """
        count, writer = 0, None
        with ExitStack() as stack:
            for page in self._pages():
                with _opened(page) as rows:
                    header = next(rows, None)
                    if writer is None:
                        # Not before: a query that fails leaves the file that was there.
                        writer = csv.writer(stack.enter_context(Path(path).open("w", encoding="utf-8", newline="")))
                        if header is not None:
                            writer.writerow(header[: self._own_columns])
                    for row in rows:
                        writer.writerow(row[: self._own_columns])
                        count += 1
        return count

    # ---- Arrow and what understands it -------------------------------------------------------------------------------

    def to_batches(self) -> Iterator[pyarrow.RecordBatch]:
        """Yield Arrow record batches, page by page; needs ``sfgen[arrow]``.

        Types follow describe: currency is decimal128 with the field's precision and scale, a datetime a timestamp in
        UTC, a multi-select picklist a list of text. Columns that describe doesn't know are text.

        Example:
            >>> sum(batch.num_rows for batch in sf.Contact.select(Contact.LastName).limit(5).bulk().to_batches())
            5
        """
        try:
            from .arrow import batches
        except ImportError as error:
            raise missing_extra("arrow", "pyarrow", error) from error
        return batches(self.pages(), self._fields, self._own_columns)

    def to_arrow(self) -> pyarrow.Table:
        """Return the results as an Arrow table; needs ``sfgen[arrow]``.

        Example:
            >>> sf.Opportunity.select(Opportunity.Amount, Opportunity.CloseDate).bulk().to_arrow().schema.types
            [Decimal128Type(decimal128(18, 2)), DataType(date32[day])]
        """
        try:
            from .arrow import table
        except ImportError as error:
            raise missing_extra("arrow", "pyarrow", error) from error
        return table(self.pages(), self._fields, self._own_columns)

    def to_parquet(self, path: str | Path) -> int:
        """Write the results to a Parquet file, page by page; return how many rows there are. Needs ``sfgen[arrow]``.

        Example:
            >>> sf.Contact.select(Contact.LastName).limit(5).bulk().to_parquet("contacts.parquet")
            5
        """
        try:
            from .arrow import write_parquet
        except ImportError as error:
            raise missing_extra("arrow", "pyarrow", error) from error
        return write_parquet(self.pages(), self._fields, self._own_columns, Path(path))

    def to_pandas(self) -> pandas.DataFrame:
        """Return the results as a pandas frame of Arrow's types, which tell null from NaN; needs ``sfgen[pandas]``.

        Example:
            >>> list(sf.Contact.select(Contact.LastName).where(Contact.Id == contact.id).bulk().to_pandas()["LastName"])
            ['Smith']
        """
        try:
            import pandas
        except ImportError as error:
            raise missing_extra("pandas", "pandas", error) from error
        return self.to_arrow().to_pandas(types_mapper=pandas.ArrowDtype)

    def to_polars(self) -> PolarsFrame:
        """Return the results as a polars frame; needs ``sfgen[polars]``.

        Example:
            >>> sf.Contact.select(Contact.LastName).limit(5).bulk().to_polars().shape
            (5, 1)
        """
        try:
            polars = import_module("polars")
        except ImportError as error:
            raise missing_extra("polars", "polars", error) from error
        return cast("PolarsFrame", polars.from_arrow(self.to_arrow()))


@contextmanager
def _opened(page: Page) -> Iterator[Iterator[list[str]]]:
    with page.path.open(encoding="utf-8-sig", newline="") as text:
        yield csv.reader(text)
