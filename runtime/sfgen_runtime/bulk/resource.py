"""``sf.Contact.bulk``: many records of one object at a time, with a result for every row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Generic, TypedDict, TypeVar, Unpack

from ..errors import SalesforceBulkV2LoadError
from . import jobs
from .enums import JobState, Operation
from .errors import BulkJobFailed
from .jobs import JobInfo
from .load import Load, LoadedJob, Target, wait_for_job
from .parts import ROWS_A_JOB, CsvForm, Part, PartWriter
from .progress import Report, reporting
from .results import BulkResult, Workspace
from .sources import ArrowBatch, Table, check_iterable, csv_rows, frame_rows, is_csv, records_of
from .waiting import Polling

if TYPE_CHECKING:
    from ..client import SalesforceClient
    from .query import BulkQuery

M = TypeVar("M")


class LoadOptions(TypedDict, total=False):
    """What every load takes.

    `raise_on_error` raises `BulkRowsFailed` if a row was not saved. `concurrency` is how many jobs are under way at a
    time, 4 if not given; 1 for records that lock the same parents. `rows_per_job` is at most how many rows go in one
    job, 50,000 if not given. `timeout` is for how many seconds to wait for a job. `progress` is called with a
    `Progress` whenever there is one; without it a bar is shown on a terminal if rich is installed, and False shows
    none. `polling` says when to ask how far jobs are.
    """

    raise_on_error: bool
    concurrency: int
    rows_per_job: int
    timeout: float | None
    progress: Report | bool | None
    polling: Polling


@dataclass(frozen=True, slots=True)
class Rows:
    """How a load's rows are made: `encode` a record, and `check` the columns of a file."""

    encode: Callable[[Any], Mapping[str, Any]]
    check: Callable[[tuple[str, ...]], None] = lambda header: None


def as_it_is(record: Any) -> Mapping[str, Any]:
    """Take a record as a mapping of API names."""
    if not isinstance(record, Mapping):
        raise TypeError(f"a record is a mapping of API names to values, and not {type(record).__name__}")
    return record


def id_alone(record: Any) -> Mapping[str, Any]:
    """Take an id, or the id of a record."""
    if hasattr(record, "as_py"):
        # What iterating over a column of an Arrow table gives.
        record = record.as_py()
    if isinstance(record, str):
        return {"Id": record}
    record_id = record.get("Id") if isinstance(record, Mapping) else getattr(record, "Id", None)
    if not isinstance(record_id, str) or not record_id:
        raise TypeError(f"to delete takes ids or records with an Id, and not {record!r:.80}")
    return {"Id": record_id}


def id_column(header: tuple[str, ...]) -> None:
    """Refuse a file for deleting that has more than ids, before it is half read."""
    if header != ("Id",):
        raise ValueError(f"a file of records to delete has the one column Id, and this has {', '.join(header)}")


def need_column(name: str) -> Callable[[tuple[str, ...]], None]:
    """Return a check that a file has a column."""

    def check(header: tuple[str, ...]) -> None:
        if name not in header:
            raise ValueError(f"the file has no column {name}, which says what record a row is for")

    return check


def needing(name: str, encode: Callable[[Any], Mapping[str, Any]]) -> Callable[[Any], Mapping[str, Any]]:
    """Return the encoder of records that must have a value in a field."""

    def encoded(record: Any) -> Mapping[str, Any]:
        row = encode(record)
        if row.get(name) in (None, ""):
            raise ValueError(f"{name} has no value, so nothing says what record this row is for")
        return row

    return encoded


class BulkJobs(Generic[M]):
    """What can be done in bulk whatever the records are: queries, and jobs by their id."""

    def __init__(self, client: SalesforceClient, object_name: str) -> None:
        self.client, self.name = client, object_name

    def __repr__(self) -> str:
        return f"<bulk {self.name} of {self.client.sf_instance}>"

    def query(self, soql: str, *, include_deleted: bool = False) -> BulkQuery[dict[str, Any]]:
        """Return a query, to be run by the Bulk API when it is iterated: records as dicts of text, null as None.

        Example:
            >>> query = sf.Contact.bulk.query(f"SELECT LastName, Account.Name FROM Contact WHERE Id = '{contact.id}'")
            >>> query.all()
            [{'LastName': 'Smith', 'Account.Name': None}]
        """
        from .query import BulkQuery, as_text

        return BulkQuery(self.client, soql, as_text, include_deleted=include_deleted)

    # ---- jobs by id --------------------------------------------------------------------------------------------------

    def resume(
        self, job_id: str, records: Iterable[Any] | Table | None = None, **options: Unpack[LoadOptions]
    ) -> BulkResult[M]:
        """Wait for a job of an earlier run, and return what it came to.

        Rows come as the org's result files have them: the saved ones first, `index` counting those. With the `records`
        of the job, the same in the same order, results are joined to them again.

        Example:
            >>> records = [{"LastName": "Smith"}]
            >>> job = sf.Contact.bulk.insert(records).jobs[0]
            >>> [(row.index, row.success) for row in sf.Contact.bulk.resume(job.id, records)]
            [(0, True)]

        Raises:
            SalesforceBulkV2LoadError: the job is open, so that its rows never reached the org.
            BulkTimeout: it has not ended within `timeout` seconds.
            ValueError: the job is another object's, or the records aren't those of one job.
        """
        polling = _polling(options)
        job = polling.repeat(lambda: self.client.execute(jobs.get_job("ingest", job_id, parse=JobInfo.read)))
        if job.object and job.object.lower() != self.name.lower():
            raise ValueError(f"job {job_id} is of {job.object} and not of {self.name}: sf.{job.object}.bulk resumes it")
        if job.state == JobState.open:
            raise SalesforceBulkV2LoadError(
                f"job {job_id} is open: its upload was never completed, so the org has loaded nothing of it. "
                f"Abort it with .bulk.abort({job_id!r}) and load its rows again"
            )
        workspace = Workspace()
        part = Part(0, 0, (), b"", None, job.delimiter.char)
        if records is not None:
            part = self._part(job, records, workspace)
        job = wait_for_job(self.client, "ingest", job, polling)
        if records is None:
            part = replace(part, rows=job.processed)
        loaded = [LoadedJob(part, job)]
        what = f"{job.operation or 'load'} of {job.object or self.name}"
        result: BulkResult[M] = BulkResult(self.client, what, loaded, workspace, polling, in_order=records is not None)
        if records is None and job.state != JobState.job_complete:
            # The org counts the rows that it tried; those that it did not are in a file of theirs.
            loaded[0].part = replace(part, rows=sum(1 for _ in result))
        return result.raise_for_errors() if options.get("raise_on_error") else result

    def _part(self, job: JobInfo, records: Iterable[Any] | Table, workspace: Workspace) -> Part:
        """Write the records of a job once more, as they were sent."""
        writer = PartWriter(lambda: workspace.path, CsvForm(job.delimiter.char), max_rows=1 << 62)
        with ExitStack() as stack:
            written = list(_parts(writer, records, Rows(self._encoder(job)), stack, f"{job.operation} of {self.name}"))
        if len(written) != 1:
            raise ValueError("records of one job have the same columns; give those of this job, and all of them")
        return written[0]

    def abort(self, job_id: str) -> JobInfo:
        """Abort a job; rows that it has processed stay as they are.

        Example:
            >>> from sfgen_runtime.bulk.bulk2_client import Bulk2Client
            >>> job_id = Bulk2Client("Contact", sf).create_job("insert")["id"]
            >>> sf.Contact.bulk.abort(job_id).state
            'Aborted'
        """
        return self.client.execute(jobs.set_state("ingest", job_id, JobState.aborted, parse=JobInfo.read))

    def job(self, job_id: str) -> JobInfo:
        """Return how far a job is.

        Example:
            >>> job = sf.Contact.bulk.insert([{"LastName": "Smith"}]).jobs[0]
            >>> sf.Contact.bulk.job(job.id).state
            'JobComplete'
        """
        return self.client.execute(jobs.get_job("ingest", job_id, parse=JobInfo.read))

    def open_jobs(self) -> list[JobInfo]:
        """Return the jobs of this object that are open: nothing of them has been loaded.

        A load that is under way in another program has such jobs while it uploads; one that was killed, or whose
        machine went down, may have left some behind. `abort` ends them.

        Example:
            >>> from sfgen_runtime.bulk.bulk2_client import Bulk2Client
            >>> left = Bulk2Client("Contact", sf).create_job("insert")["id"]
            >>> for job in sf.Contact.bulk.open_jobs():
            ...     sf.Contact.bulk.abort(job.id).id == left
            True
        """
        found: list[JobInfo] = []
        locator, asked = "", {""}
        while True:
            listed = self.client.execute(jobs.list_ingest_jobs(locator, parse=jobs.JobList.read))
            found += [job for job in listed.jobs if job.state == JobState.open and job.object == self.name]
            locator = listed.following
            if not locator or locator in asked:
                return found
            asked.add(locator)

    # ---- running -----------------------------------------------------------------------------------------------------

    def _encoder(self, job: JobInfo) -> Callable[[Any], Mapping[str, Any]]:
        return id_alone if job.operation in (Operation.delete, Operation.hard_delete) else as_it_is

    def _load(
        self,
        operation: Operation,
        source: Iterable[Any] | Table,
        rows: Rows,
        options: LoadOptions,
        external_id_field: str | None = None,
    ) -> BulkResult[M]:
        workspace = Workspace()
        polling = _polling(options)
        what = f"{operation} of {self.name}"
        writer = PartWriter(lambda: workspace.path, max_rows=options.get("rows_per_job", ROWS_A_JOB))
        try:
            with ExitStack() as stack:
                report = stack.enter_context(reporting(options.get("progress"), what))
                parts = _parts(writer, source, rows, stack, what)
                target = Target(self.name, operation, external_id_field)
                load = Load(self.client, target, polling, options.get("concurrency", 4), report)
                loaded = load.run(parts)
        except BaseException:
            workspace.close()
            raise
        result: BulkResult[M] = BulkResult(self.client, what, loaded, workspace, polling)
        _raise_if_failed(result)
        return result.raise_for_errors() if options.get("raise_on_error") else result


class BulkObject(BulkJobs[Any]):
    """Many records of one object through the Bulk API 2.0.

    Records are mappings of API names to values, from any iterable; or a CSV file, by its path or open, an Arrow table
    or record batches, or a pandas or polars frame. They are written to CSV as they are read, split into jobs, uploaded
    in parallel and waited for. None is null; a field that a record doesn't have stays as it is.

    Example:
        >>> result = sf.sobject("Contact").bulk.insert({"LastName": f"Smith {n}"} for n in range(1_000))
        >>> result.succeeded, result.failed
        (1000, 0)
        >>> import polars
        >>> sf.Contact.bulk.insert(polars.DataFrame({"LastName": ["Smith", "Jones"]}))
        <bulk insert of Contact: 2 saved>
    """

    def insert(
        self, records: Iterable[Mapping[str, Any] | ArrowBatch] | Table, **options: Unpack[LoadOptions]
    ) -> BulkResult[Any]:
        """Create records.

        Example:
            >>> sf.Contact.bulk.insert("contacts.csv")
            <bulk insert of Contact: 2 saved>

        Raises:
            BulkInterrupted: the load stopped early; the error says which rows are in, and how to go on.
            BulkJobFailed: the org gave up a job.
            BulkRowsFailed: `raise_on_error`, and a row was not saved.
        """
        return self._load(Operation.insert, records, Rows(as_it_is), options)

    def update(
        self, records: Iterable[Mapping[str, Any] | ArrowBatch] | Table, **options: Unpack[LoadOptions]
    ) -> BulkResult[Any]:
        """Change records, each with its ``Id``. Raises what `insert` does.

        Example:
            >>> sf.Contact.bulk.update([{"Id": contact.id, "FirstName": "Jo"}]).succeeded
            1
        """
        rows = Rows(needing("Id", as_it_is), need_column("Id"))
        return self._load(Operation.update, records, rows, options)

    def upsert(
        self, records: Iterable[Mapping[str, Any] | ArrowBatch] | Table, field: str, **options: Unpack[LoadOptions]
    ) -> BulkResult[Any]:
        """Update the records that have the external ids in `field`, create the others. Raises what `insert` does.

        Example:
            >>> [row.created for row in sf.Account.bulk.upsert([{"ERP_Id__c": "bulk/2", "Name": "Acme"}], "ERP_Id__c")]
            [True]
        """
        rows = Rows(needing(field, as_it_is), need_column(field))
        return self._load(Operation.upsert, records, rows, options, field)

    def delete(self, records: Iterable[Any] | Table, **options: Unpack[LoadOptions]) -> BulkResult[Any]:
        """Move records to the recycle bin: ids, or records with an ``Id``. Raises what `insert` does.

        Example:
            >>> sf.Contact.bulk.delete([contact.id]).succeeded
            1
        """
        return self._load(Operation.delete, records, Rows(id_alone, id_column), options)

    def hard_delete(self, records: Iterable[Any] | Table, **options: Unpack[LoadOptions]) -> BulkResult[Any]:
        """Delete records for good, which needs the permission Bulk API Hard Delete. Raises what `insert` does.

        Example:
            >>> sf.Contact.bulk.hard_delete([contact.id]).succeeded
            1
        """
        return self._load(Operation.hard_delete, records, Rows(id_alone, id_column), options)


def _polling(options: LoadOptions) -> Polling:
    # What is misspelt would be left undone in silence.
    if unknown := options.keys() - LoadOptions.__annotations__.keys():
        known = ", ".join(sorted(LoadOptions.__annotations__))
        raise TypeError(f"unexpected keyword argument {min(unknown)!r}; a load takes {known}")
    polling = options.get("polling") or Polling()
    timeout = options.get("timeout")
    return polling if timeout is None else replace(polling, timeout=timeout)


def _parts(
    writer: PartWriter, source: Iterable[Any] | Table, rows: Rows, stack: ExitStack, what: str
) -> Iterator[Part]:
    if is_csv(source):
        header, cells = csv_rows(source, stack)
        rows.check(header)
        return writer.of_cells(header, cells)
    if (framed := frame_rows(source)) is not None:
        return writer.of_records(_encoded(framed, rows.encode))
    check_iterable(source, f"a bulk {what}")
    return writer.of_records(_encoded(records_of(source), rows.encode))  # type: ignore[arg-type]


def _encoded(records: Iterable[Any], encode: Callable[[Any], Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    # Counted when a record is done: what the source itself raises is about the record after those.
    row = 0
    try:
        for record in records:
            yield encode(record)
            row += 1
    except Exception as error:
        error.add_note(f"in row {row} of the input, counted from 0")
        raise


def _raise_if_failed(result: BulkResult[Any]) -> None:
    failed = [job for job in result.jobs if job.state != JobState.job_complete]
    if failed:
        told = "; ".join(f"job {job.id} is {job.state}: {job.error_message or 'no reason given'}" for job in failed[:3])
        raise BulkJobFailed(
            f"the org gave up {len(failed)} of {len(result.jobs)} jobs: {told}. {result.succeeded:,} rows were saved, "
            f"{result.failed:,} failed and {result.unprocessed:,} were not tried; they are in the error's .result, and "
            ".result.failures_to_csv(path) writes what was not saved to a file that can be loaded again",
            result,
        )
