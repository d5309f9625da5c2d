"""``sf.bulk2``: the Bulk API 2.0 under simple-salesforce's names, arguments and results.

`sfgen_runtime.bulk.resource` has the same for new code, with a result for every row.
"""

from __future__ import annotations

import csv
import io
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import SalesforceBulkV2ExtractError, SalesforceBulkV2LoadError, SalesforceError
from .bulk2_client import DEFAULT_QUERY_PAGE_SIZE, Bulk2Client, QueryResult, polling_of, succeeded
from .by_hand import client_of_url
from .cells import cell
from .enums import ColumnDelimiter, LineEnding, Operation, ResultsType
from .errors import BulkInterrupted, told
from .jobs import JobInfo
from .load import Load, LoadedJob, Target, wait_for_job
from .parts import CsvForm, Part, PartWriter
from .sources import dicts, in_utf8

if TYPE_CHECKING:
    import requests

    from ..client import SalesforceClient

MAX_INGEST_JOB_PARALLELISM = 10

Quoting = int


class SFBulk2Handler:
    """``sf.bulk2``: an object of the org as each attribute, ``sf.bulk2.Contact.insert(...)``.

    Made by hand it takes simple-salesforce's arguments, or a client.

    Example:
        >>> jobs = SFBulk2Handler(client=sf).Contact.insert(records=[{"LastName": "Smith"}])
        >>> jobs[0]["numberRecordsFailed"]
        0
        >>> sf.bulk2.session_id == sf.session_id, sf.bulk2.session is sf.session, sf.bulk2.bulk2_url == sf.bulk2_url
        (True, True, True)
    """

    def __init__(
        self,
        session_id: str | None = None,
        bulk2_url: str | None = None,
        proxies: MutableMapping[str, str] | None = None,
        session: requests.Session | None = None,
        *,
        client: SalesforceClient | None = None,
    ) -> None:
        self.client = client or client_of_url(session_id, bulk2_url, proxies, session)

    @property
    def session_id(self) -> str:
        """The session id in use."""
        return self.client.session_id

    @property
    def session(self) -> requests.Session:
        """The HTTP session in use."""
        return self.client.session

    @property
    def bulk2_url(self) -> str:
        """The root of the Bulk API 2.0."""
        return self.client.bulk2_url

    def __getattr__(self, name: str) -> SFBulk2Type:
        if name.startswith("_"):
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        return SFBulk2Type(name, client=self.client)


class SFBulk2Type:
    """One object of the org through the Bulk API 2.0.

    Each of `insert`, `update`, `upsert`, `delete` and `hard_delete` takes the path of a CSV file or a list of dicts,
    and returns for each job ``{"numberRecordsFailed", "numberRecordsProcessed", "numberRecordsTotal", "job_id"}``.
    In dicts None is null, bools, dates, Decimals and aware datetimes are written as the org takes them, and a key that
    is absent or ``""`` leaves the field as it is.

    Example:
        >>> [job["numberRecordsFailed"] for job in sf.bulk2.Contact.insert(records=[{"LastName": "Smith"}])]
        [0]
    """

    def __init__(
        self,
        object_name: str,
        bulk2_url: str | None = None,
        headers: Mapping[str, str] | None = None,
        session: requests.Session | None = None,
        *,
        client: SalesforceClient | None = None,
    ) -> None:
        if client is None:
            token = (headers or {}).get("Authorization", "").removeprefix("Bearer ")
            client = client_of_url(token, bulk2_url, None, session)
        self.object_name, self.client = object_name, client
        self._client = Bulk2Client(object_name, client)

    def delete(
        self,
        csv_file: str | Path | None = None,
        records: Iterable[Mapping[str, Any]] | None = None,
        batch_size: int | None = None,
        column_delimiter: ColumnDelimiter = ColumnDelimiter.COMMA,
        line_ending: LineEnding = LineEnding.LF,
        quoting: Quoting = csv.QUOTE_MINIMAL,
        external_id_field: str | None = None,
        wait: float = 5,
        concurrency: int = 1,
    ) -> list[dict[str, Any]]:
        """Move records to the recycle bin; the only column is ``Id``.

        Example:
            >>> sf.bulk2.Contact.delete(records=[{"Id": contact.id}])[0]["numberRecordsFailed"]
            0
        """
        form = (batch_size, column_delimiter, line_ending, quoting, wait, concurrency)
        return self._load(Operation.delete, csv_file, records, *form, external_id_field)

    def insert(
        self,
        csv_file: str | Path | None = None,
        records: Iterable[Mapping[str, Any]] | None = None,
        batch_size: int | None = None,
        concurrency: int = 1,
        column_delimiter: ColumnDelimiter = ColumnDelimiter.COMMA,
        line_ending: LineEnding = LineEnding.LF,
        quoting: Quoting = csv.QUOTE_MINIMAL,
        wait: float = 5,
    ) -> list[dict[str, Any]]:
        """Create records.

        Example:
            >>> sf.bulk2.Contact.insert("contacts.csv")[0]["numberRecordsProcessed"]
            2
        """
        form = (batch_size, column_delimiter, line_ending, quoting, wait, concurrency)
        return self._load(Operation.insert, csv_file, records, *form)

    def upsert(
        self,
        csv_file: str | Path | None = None,
        records: Iterable[Mapping[str, Any]] | None = None,
        external_id_field: str = "Id",
        batch_size: int | None = None,
        column_delimiter: ColumnDelimiter = ColumnDelimiter.COMMA,
        line_ending: LineEnding = LineEnding.LF,
        quoting: Quoting = csv.QUOTE_MINIMAL,
        wait: float = 5,
        concurrency: int = 1,
    ) -> list[dict[str, Any]]:
        """Update the records that have the external ids, and create those that don't exist.

        Example:
            >>> rows = [{"ERP_Id__c": "bulk2/1", "Name": "Acme"}]
            >>> sf.bulk2.Account.upsert(records=rows, external_id_field="ERP_Id__c")[0]["numberRecordsFailed"]
            0
        """
        form = (batch_size, column_delimiter, line_ending, quoting, wait, concurrency)
        return self._load(Operation.upsert, csv_file, records, *form, external_id_field)

    def update(
        self,
        csv_file: str | Path | None = None,
        records: Iterable[Mapping[str, Any]] | None = None,
        batch_size: int | None = None,
        column_delimiter: ColumnDelimiter = ColumnDelimiter.COMMA,
        line_ending: LineEnding = LineEnding.LF,
        quoting: Quoting = csv.QUOTE_MINIMAL,
        wait: float = 5,
        concurrency: int = 1,
    ) -> list[dict[str, Any]]:
        """Change records by ``Id``.

        Example:
            >>> sf.bulk2.Contact.update(records=[{"Id": contact.id, "FirstName": "Jo"}])[0]["numberRecordsProcessed"]
            1
        """
        form = (batch_size, column_delimiter, line_ending, quoting, wait, concurrency)
        return self._load(Operation.update, csv_file, records, *form)

    def hard_delete(
        self,
        csv_file: str | Path | None = None,
        records: Iterable[Mapping[str, Any]] | None = None,
        batch_size: int | None = None,
        column_delimiter: ColumnDelimiter = ColumnDelimiter.COMMA,
        line_ending: LineEnding = LineEnding.LF,
        quoting: Quoting = csv.QUOTE_MINIMAL,
        wait: float = 5,
        concurrency: int = 1,
    ) -> list[dict[str, Any]]:
        """Delete records for good; the only column is ``Id``.

        Example:
            >>> sf.bulk2.Contact.hard_delete(records=[{"Id": contact.id}])[0]["numberRecordsFailed"]
            0
        """
        form = (batch_size, column_delimiter, line_ending, quoting, wait, concurrency)
        return self._load(Operation.hard_delete, csv_file, records, *form)

    def _load(
        self,
        operation: Operation,
        csv_file: str | Path | None,
        records: Iterable[Mapping[str, Any]] | None,
        batch_size: int | None,
        column_delimiter: ColumnDelimiter,
        line_ending: LineEnding,
        quoting: Quoting,
        wait: float,
        concurrency: int,
        external_id_field: str | None = None,
    ) -> list[dict[str, Any]]:
        delimiter, ending = ColumnDelimiter(column_delimiter), LineEnding(line_ending)
        form = CsvForm(delimiter.char, ending.chars, quoting)
        # Unless it is asked for, a batch is as large as an upload can be, as users of this interface expect.
        rows = batch_size if batch_size is not None else 1 << 62
        target = Target(self.object_name, operation, external_id_field, delimiter, ending)
        load = Load(self.client, target, polling_of(wait), min(concurrency, MAX_INGEST_JOB_PARALLELISM))
        with tempfile.TemporaryDirectory(prefix="sfgen-bulk-") as folder:
            writer = PartWriter(lambda: Path(folder), form, max_rows=rows, write=_cell)
            loaded = _run(load, _parts(writer, csv_file, records, form, only_ids="elete" in operation))
        if not loaded and records is not None:
            raise SalesforceBulkV2LoadError("there are no rows to load: the records are empty")
        try:
            return [_statistics(one) for one in loaded]
        except SalesforceBulkV2LoadError as error:
            if len(loaded) > 1:
                error.add_note(told(tuple(one.fate for one in loaded)))
            raise

    def query(
        self,
        query: str,
        max_records: int = DEFAULT_QUERY_PAGE_SIZE,
        column_delimiter: ColumnDelimiter = ColumnDelimiter.COMMA,
        line_ending: LineEnding = LineEnding.LF,
        wait: float = 5,
    ) -> Iterator[str]:
        """Run a query; yield its results page by page, each CSV with a header.

        Example:
            >>> for page in sf.bulk2.Contact.query(f"SELECT LastName FROM Contact WHERE Id = '{contact.id}'"):
            ...     page.splitlines()
            ['"LastName"', '"Smith"']
        """
        for page in self._pages(Operation.query, query, max_records, column_delimiter, line_ending, wait):
            yield page.get("records", "")

    def query_all(
        self,
        query: str,
        max_records: int = DEFAULT_QUERY_PAGE_SIZE,
        column_delimiter: ColumnDelimiter = ColumnDelimiter.COMMA,
        line_ending: LineEnding = LineEnding.LF,
        wait: float = 5,
    ) -> Iterator[str]:
        """Run a query that finds deleted and archived records too; yield its results page by page.

        Example:
            >>> pages = sf.bulk2.Contact.query_all("SELECT Id FROM Contact LIMIT 5", max_records=3)
            >>> [len(page.splitlines()) - 1 for page in pages]
            [3, 2]
        """
        for page in self._pages(Operation.query_all, query, max_records, column_delimiter, line_ending, wait):
            yield page.get("records", "")

    def download(
        self,
        query: str,
        path: str,
        max_records: int = DEFAULT_QUERY_PAGE_SIZE,
        column_delimiter: ColumnDelimiter = ColumnDelimiter.COMMA,
        line_ending: LineEnding = LineEnding.LF,
        wait: float = 5,
        include_deleted: bool = False,
    ) -> list[QueryResult]:
        """Run a query and write each page of its results to a new file in the folder `path`.

        Example:
            >>> [page] = sf.bulk2.Contact.download("SELECT LastName FROM Contact LIMIT 5", path=".")
            >>> page["number_of_records"], page["file"].endswith(".csv")
            (5, True)
        """
        if not Path(path).is_dir():
            raise SalesforceBulkV2LoadError(f"Path does not exist: {path}")
        operation = Operation.query_all if include_deleted else Operation.query
        return list(self._pages(operation, query, max_records, column_delimiter, line_ending, wait, path))

    def _pages(
        self,
        operation: Operation,
        query: str,
        max_records: int,
        column_delimiter: ColumnDelimiter,
        line_ending: LineEnding,
        wait: float,
        path: str | None = None,
    ) -> Iterator[QueryResult]:
        job_id = self._client.create_job(operation, query, column_delimiter, line_ending)["id"]
        job = succeeded(wait_for_job(self.client, "query", JobInfo(job_id, ""), polling_of(wait)), is_query=True)
        locator, rows = "", 0
        while True:
            if path is None:
                page = self._client.get_query_results(job_id, locator, max_records)
            else:
                page = self._client.download_job_data(path, job_id, locator, max_records)
            rows += page["number_of_records"]
            yield page
            if page["locator"] in ("", locator):
                break
            locator = page["locator"]
        # A gateway may take out the headers that say where the next page is, and how many rows there are.
        if rows and job.processed and rows != job.processed:
            raise SalesforceBulkV2ExtractError(
                f"the pages of job {job_id} have {rows} rows, and the org said {job.processed}"
            )

    def get_failed_records(self, job_id: str, file: str | Path | None = None) -> str:
        """Return the rows that failed as CSV, with ``sf__Id`` and ``sf__Error``; or write them to `file`.

        Example:
            >>> job = sf.bulk2.Contact.insert(records=[{"FirstName": "Jo"}])[0]
            >>> "REQUIRED_FIELD_MISSING" in sf.bulk2.Contact.get_failed_records(job["job_id"])
            True
        """
        return self._results(job_id, ResultsType.failed, file)

    def get_unprocessed_records(self, job_id: str, file: str | Path | None = None) -> str:
        """Return the rows that were not tried as CSV; or write them to `file`.

        Example:
            >>> job = sf.bulk2.Contact.insert(records=[{"LastName": "Smith"}])[0]
            >>> sf.bulk2.Contact.get_unprocessed_records(job["job_id"]).splitlines()[1:]
            []
        """
        return self._results(job_id, ResultsType.unprocessed, file)

    def get_successful_records(self, job_id: str, file: str | Path | None = None) -> str:
        """Return the rows that were saved as CSV, with ``sf__Id`` and ``sf__Created``; or write them to `file`.

        Example:
            >>> job = sf.bulk2.Contact.insert(records=[{"LastName": "Smith"}])[0]
            >>> sf.bulk2.Contact.get_successful_records(job["job_id"]).splitlines()[0]
            '"sf__Id","sf__Created","LastName"'
        """
        return self._results(job_id, ResultsType.successful, file)

    def _results(self, job_id: str, kind: ResultsType, file: str | Path | None) -> str:
        if file is None:
            return self._client.get_ingest_results(job_id, kind)
        self._client.download_ingest_results(file, job_id, kind)
        return ""

    def get_all_ingest_records(self, job_id: str, file: str | Path | None = None) -> dict[str, list[Any]]:
        """Return the rows of all three result files as dicts.

        With `file` the three are also written, ``all.csv`` as ``all.successfulResults.csv`` and so on.

        Example:
            >>> job = sf.bulk2.Contact.insert(records=[{"LastName": "Smith"}, {"LastName": ""}])[0]
            >>> {kind: len(rows) for kind, rows in sf.bulk2.Contact.get_all_ingest_records(job["job_id"]).items()}
            {'successfulRecords': 1, 'failedRecords': 1, 'unprocessedRecords': 0}
        """
        found: dict[str, list[Any]] = {}
        delimiter = ","
        for kind in (ResultsType.successful, ResultsType.failed, ResultsType.unprocessed):
            text = self._client.get_ingest_results(job_id, kind)
            if file is not None:
                path = Path(file)
                path.with_name(f"{path.stem}.{kind}{path.suffix}").write_text(text, encoding="utf-8", newline="")
            if own := _OWN_COLUMN.match(text):
                delimiter = own[1]
            found[_RESULT_KEYS[kind]] = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter))
        return found


# What the org says of a row comes first, and tells what stands between the columns without another request.
_DELIMITERS = "".join(re.escape(delimiter.char) for delimiter in ColumnDelimiter)
_OWN_COLUMN = re.compile(rf'\ufeff?"?sf__[A-Za-z]+"?([{_DELIMITERS}])')
_RESULT_KEYS = {
    ResultsType.successful: "successfulRecords",
    ResultsType.failed: "failedRecords",
    ResultsType.unprocessed: "unprocessedRecords",
}


def _run(load: Load, parts: Iterator[Part]) -> list[LoadedJob]:
    """Load the parts. What the org or the source of the rows refuses is raised as it is, as scripts expect."""
    try:
        return load.run(parts)
    except BulkInterrupted as stopped:
        failure = stopped.__cause__
        if not isinstance(failure, SalesforceError) or not (failure.status or not stopped.jobs):
            raise
        failure.add_note(f"The bulk {load.target.operation} of {load.target.object_name} stopped. {told(stopped.jobs)}")
    # Outside of the handler: the error would be shown as caused by the one that it caused.
    raise failure


def _cell(value: Any) -> str:
    # Scripts write "#N/A" where they mean null, and "" where they mean nothing.
    return value if type(value) is str else cell(value)


def _parts(
    writer: PartWriter,
    csv_file: str | Path | None,
    records: Iterable[Mapping[str, Any]] | None,
    form: CsvForm,
    *,
    only_ids: bool,
) -> Iterator[Part]:
    if csv_file is not None and records is not None:
        raise SalesforceBulkV2LoadError("Cannot include both file and records")
    if csv_file is not None:
        yield from _parts_of_file(writer, Path(csv_file), form, only_ids=only_ids)
    elif records is not None:
        rows = dicts(records, "records=")
        yield from writer.of_records(map(_checked_ids, rows) if only_ids else rows)
    else:
        raise SalesforceBulkV2LoadError("Must include either file or records")


def _parts_of_file(writer: PartWriter, path: Path, form: CsvForm, *, only_ids: bool) -> Iterator[Part]:
    if not path.is_file():
        raise SalesforceBulkV2LoadError(f"{path} not found.")
    with path.open(encoding="utf-8-sig", newline="") as text:
        read = csv.reader(text, delimiter=form.delimiter, quoting=form.quoting)  # type: ignore[arg-type]
        rows = in_utf8(read, path)
        header = next(rows, None)
        if header is None:
            raise SalesforceBulkV2LoadError(f"{path} is empty: its first line is to name the columns")
        if only_ids:
            _check_ids(header)
        yield from writer.of_cells(tuple(header), rows)


def _checked_ids(record: Mapping[str, Any]) -> Mapping[str, Any]:
    _check_ids(record)
    return record


def _check_ids(columns: Iterable[str]) -> None:
    if list(columns) != ["Id"]:
        raise SalesforceBulkV2LoadError(
            f"InvalidBatch: The 'delete/hard_delete' batch must contain only 'Id', {list(columns)}"
        )


def _statistics(loaded: LoadedJob) -> dict[str, Any]:
    job = succeeded(loaded.info, is_query=False)
    return {
        "numberRecordsFailed": job.failed,
        "numberRecordsProcessed": job.processed,
        "numberRecordsTotal": loaded.part.rows,
        "job_id": job.id,
    }
