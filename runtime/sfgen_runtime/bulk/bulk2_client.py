"""The single steps of a Bulk 2.0 job, under simple-salesforce's names."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, AnyStr, Literal, NotRequired, TypedDict

from ..errors import SalesforceBulkV2ExtractError, SalesforceBulkV2LoadError
from ..json_codec import JsonReader
from . import jobs
from .enums import ColumnDelimiter, JobState, LineEnding, Operation
from .jobs import JobInfo, ResultPage
from .load import wait_for_job
from .parts import MAX_UPLOAD_BYTES
from .waiting import Polling

if TYPE_CHECKING:
    from ..client import SalesforceClient
    from ..http import Response

MAX_INGEST_JOB_FILE_SIZE = MAX_UPLOAD_BYTES
DEFAULT_QUERY_PAGE_SIZE = 50_000

_plain = JsonReader()
_any = _plain.if_any


class QueryParameters(TypedDict, total=False):
    """What a page of a query's results is asked for with.

    Example:
        >>> QueryParameters(maxRecords=500, locator="MTAwMA")
        {'maxRecords': 500, 'locator': 'MTAwMA'}
    """

    maxRecords: int
    locator: str


class QueryResult(TypedDict):
    """A page of a query: its CSV text as `records`, or the `file` that it was written to.

    Example:
        >>> page: QueryResult = sf.bulk2.Contact.download("SELECT Id FROM Contact LIMIT 5", path=".")[0]
        >>> page["number_of_records"]
        5
    """

    locator: str
    number_of_records: int
    records: NotRequired[str]
    file: NotRequired[str]


class Bulk2Client:
    """The single steps of a job.

    Example:
        >>> steps = Bulk2Client("Contact", sf)
        >>> job_id = steps.create_job(Operation.insert, line_ending=LineEnding.LF)["id"]
        >>> steps.upload_job_data(job_id, "LastName\\nSmith\\n")
        >>> steps.close_job(job_id)["state"]
        'UploadComplete'
        >>> steps.wait_for_job(job_id, is_query=False)
        <JobState.job_complete: 'JobComplete'>
        >>> steps.get_job(job_id, is_query=False)["numberRecordsProcessed"]
        1
        >>> steps.get_ingest_results(job_id, "failedResults").splitlines()
        ['"sf__Id","sf__Error","LastName"']
        >>> steps.delete_job(job_id, is_query=False)
    """

    def __init__(self, object_name: str, client: SalesforceClient) -> None:
        self.object_name, self.client = object_name, client

    def create_job(
        self,
        operation: Operation,
        query: str | None = None,
        column_delimiter: ColumnDelimiter = ColumnDelimiter.COMMA,
        line_ending: LineEnding = LineEnding.LF,
        external_id_field: str | None = None,
    ) -> Any:
        """Open an ingest job, or start a query job; return what the org says of it."""
        how: dict[str, Any] = {"delimiter": ColumnDelimiter(column_delimiter), "line_ending": LineEnding(line_ending)}
        if operation not in (Operation.query, Operation.query_all):
            call = jobs.create_ingest_job(self.object_name, operation, external_id_field, **how, parse=_plain)
            return self.client.execute(call)
        if not query:
            raise SalesforceBulkV2ExtractError("Query is required for query jobs")
        return self.client.execute(jobs.create_query_job(query, operation, **how, parse=_plain))

    def wait_for_job(self, job_id: str, is_query: bool, wait: float = 0.5) -> Literal[JobState.job_complete]:
        """Wait until the job is done, asking at least every `wait` seconds.

        Raises:
            SalesforceOperationError: it failed or was aborted.
        """
        kind: jobs.Kind = "query" if is_query else "ingest"
        succeeded(wait_for_job(self.client, kind, JobInfo(job_id, ""), polling_of(wait)), is_query)
        return JobState.job_complete

    def abort_job(self, job_id: str, is_query: bool) -> Any:
        """Abort a job; rows that it has processed stay as they are.

        Example:
            >>> steps = Bulk2Client("Contact", sf)
            >>> job_id = steps.create_job(Operation.insert)["id"]
            >>> steps.abort_job(job_id, is_query=False)["state"]
            'Aborted'
        """
        return self._set_state(job_id, is_query, JobState.aborted)

    def close_job(self, job_id: str) -> Any:
        """Tell that the upload is complete."""
        return self._set_state(job_id, False, JobState.upload_complete)

    def delete_job(self, job_id: str, is_query: bool) -> Any:
        """Delete a job that has ended; None, for the answer is empty."""
        return self.client.execute(jobs.delete_job("query" if is_query else "ingest", job_id))

    def get_job(self, job_id: str, is_query: bool) -> Any:
        """Return what the org says of a job."""
        return self.client.execute(jobs.get_job("query" if is_query else "ingest", job_id, parse=_plain))

    def _set_state(self, job_id: str, is_query: bool, state: JobState) -> Any:
        return self.client.execute(jobs.set_state("query" if is_query else "ingest", job_id, state, parse=_any))

    def filter_null_bytes(self, b: AnyStr) -> AnyStr:
        """Return text or bytes without the NULs that the org's exports may hold, and no CSV reader takes.

        Example:
            >>> Bulk2Client("Contact", sf).filter_null_bytes("Smi\\0th")
            'Smith'
        """
        if isinstance(b, str):
            return b.replace("\0", "")
        if isinstance(b, bytes):
            return b.replace(b"\0", b"")
        raise TypeError(f"text or bytes, and not {type(b).__name__}")

    def get_query_results(
        self, job_id: str, locator: str = "", max_records: int = DEFAULT_QUERY_PAGE_SIZE
    ) -> QueryResult:
        """Return one page of a query's results.

        Example:
            >>> steps = Bulk2Client("Contact", sf)
            >>> job_id = steps.create_job(Operation.query, "SELECT Id FROM Contact LIMIT 5")["id"]
            >>> steps.wait_for_job(job_id, is_query=True).value
            'JobComplete'
            >>> steps.get_query_results(job_id, max_records=3)["number_of_records"]
            3
        """
        locator = "" if locator == "null" else locator
        page = self.client.execute(jobs.query_results(job_id, locator, max_records, parse=ResultPage.read))
        return {"locator": page.locator, "number_of_records": max(page.rows, 0), "records": _text(page.content)}

    def download_job_data(
        self,
        path: str,
        job_id: str,
        locator: str = "",
        max_records: int = DEFAULT_QUERY_PAGE_SIZE,
        chunk_size: int = 1 << 16,
    ) -> QueryResult:
        """Write one page of a query's results to a new file in the folder `path`.

        Example:
            >>> steps = Bulk2Client("Contact", sf)
            >>> job_id = steps.create_job(Operation.query, "SELECT Id FROM Contact LIMIT 5")["id"]
            >>> steps.wait_for_job(job_id, is_query=True).value
            'JobComplete'
            >>> steps.download_job_data(".", job_id)["number_of_records"]
            5
        """
        if not Path(path).is_dir():
            raise SalesforceBulkV2LoadError(f"Path does not exist: {path}")
        locator = "" if locator == "null" else locator
        call = jobs.query_results(job_id, locator, max_records, streamed=True, parse=lambda response: response)
        response = self.client.execute(call)
        with tempfile.NamedTemporaryFile("wb", dir=path, suffix=".csv", delete=False) as file:
            try:
                _write(response, file.write, chunk_size)
            except BaseException:
                # Half a page would pass for one.
                Path(file.name).unlink()
                raise
        page = ResultPage.read(response)
        return {"locator": page.locator, "number_of_records": max(page.rows, 0), "file": file.name}

    def upload_job_data(self, job_id: str, data: str, content_url: str | None = None) -> None:
        """Upload the CSV of an open job. `content_url` is taken for compatibility: the job's id says where it goes."""
        if not data:
            raise SalesforceBulkV2LoadError("Data is required for ingest jobs")
        content = data.encode()
        if len(content) > MAX_INGEST_JOB_FILE_SIZE:
            raise SalesforceBulkV2LoadError(
                f"{len(content):,} bytes are more than the {MAX_INGEST_JOB_FILE_SIZE:,} that a Bulk 2.0 upload can "
                "have (100 MB in base64); split the data, as insert() and the others do"
            )
        self.client.execute(jobs.upload(job_id, content))

    def get_ingest_results(self, job_id: str, results_type: str) -> str:
        """Return a result file of an ingest job as text."""
        return self.client.execute(jobs.ingest_results(job_id, results_type, parse=lambda got: _text(got.content)))

    def download_ingest_results(
        self, file: str | Path, job_id: str, results_type: str, chunk_size: int = 1 << 16
    ) -> None:
        """Write a result file of an ingest job to `file`.

        Example:
            >>> job = sf.bulk2.Contact.insert(records=[{"LastName": "Smith"}])[0]
            >>> Bulk2Client("Contact", sf).download_ingest_results("saved.csv", job["job_id"], "successfulResults")
        """
        call = jobs.ingest_results(job_id, results_type, streamed=True, parse=lambda response: response)
        response = self.client.execute(call)
        with Path(file).open("wb") as out:
            _write(response, out.write, chunk_size)


def polling_of(wait: float) -> Polling:
    """Return when to ask, for scripts that say how many seconds to wait between two questions."""
    return Polling(first=min(0.2, wait), longest=max(wait, 0.01))


def succeeded(job: JobInfo, is_query: bool) -> JobInfo:
    """Return the job if it is complete, else raise what simple-salesforce does."""
    if job.state != JobState.job_complete:
        kind = SalesforceBulkV2ExtractError if is_query else SalesforceBulkV2LoadError
        told = f": {job.error_message}" if job.error_message else ""
        raise kind(f"Job failure. Job {job.id} is {job.state}{told}")
    return job


def _text(content: bytes) -> str:
    # The org's exports may hold NULs, which no CSV reader takes.
    return content.decode("utf-8").replace("\0", "")


def _write(response: Response, write: Callable[[bytes], Any], chunk_size: int) -> None:
    from .download import blocks

    for block in blocks(response, chunk_size):
        write(block.replace(b"\0", b""))
