"""Bulk 2.0 jobs as operations: what is asked, and how the answer is read, without any I/O.

Salesforce document: Bulk API 2.0 and Bulk API Developer Guide, "Bulk API 2.0 Ingest" and "Bulk API 2.0 Query".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar
from urllib.parse import parse_qs, urlsplit

from ..http import Request, Response
from ..json_codec import JsonReader, encode_json, unreadable
from ..paths import segment
from .enums import ColumnDelimiter, JobState, LineEnding, Operation, ResultsType

T = TypeVar("T")
Kind = Literal["ingest", "query"]

CSV = "text/csv; charset=UTF-8"
JSON = "application/json"
ENDS = frozenset({JobState.job_complete, JobState.failed, JobState.aborted})
_json = JsonReader()


@dataclass(frozen=True, slots=True)
class JobCall(Generic[T]):
    """An operation on a job."""

    sent: Request
    parse: Callable[[Response], T]

    def request(self) -> Request:
        """Return the request to send."""
        return self.sent


@dataclass(frozen=True, slots=True)
class JobInfo:
    """A job as the org told of it. `processed` counts rows that were tried, `failed` those of them that failed.

    Example:
        >>> job = sf.Contact.bulk.insert([{"LastName": "Smith"}]).jobs[0]
        >>> job.state, job.processed, job.failed, job.ended
        ('JobComplete', 1, 0, True)
    """

    id: str
    state: str
    object: str = ""
    operation: str = ""
    processed: int = 0
    failed: int = 0
    error_message: str = ""
    external_id_field: str = ""
    delimiter: ColumnDelimiter = ColumnDelimiter.COMMA

    @property
    def ended(self) -> bool:
        """Whether the org does no more with it."""
        return self.state in ENDS

    @classmethod
    def read(cls, response: Response) -> JobInfo:
        """Read an answer about a job.

        Example:
            >>> job_id = sf.Contact.bulk.insert([{"LastName": "Smith"}]).jobs[0].id
            >>> JobInfo.read(sf.send(get_job("ingest", job_id, parse=JobInfo.read).request())).operation
            'insert'

        Raises:
            SalesforceGeneralError: it is no such answer.
        """
        return cls._of(_json.of_object(response), response)

    @classmethod
    def _of(cls, job: Any, response: Response) -> JobInfo:
        named = isinstance(job, dict) and isinstance(job.get("id"), str) and isinstance(job.get("state"), str)
        if not named:
            raise unreadable(response, "the answer is about no job: it lacks an id or a state")
        return cls(
            job["id"],
            job["state"],
            str(job.get("object") or ""),
            str(job.get("operation") or ""),
            _count(job.get("numberRecordsProcessed")),
            _count(job.get("numberRecordsFailed")),
            str(job.get("errorMessage") or ""),
            str(job.get("externalIdFieldName") or ""),
            _delimiter(job.get("columnDelimiter")),
        )


@dataclass(frozen=True, slots=True)
class JobList:
    """Some of the org's jobs. `following` asks for those after them."""

    jobs: tuple[JobInfo, ...]
    following: str

    @classmethod
    def read(cls, response: Response) -> JobList:
        """Read an answer. Of the address of the next the locator alone is taken."""
        answer: Any = _json.of_object(response)
        records = answer.get("records")
        found = tuple(JobInfo._of(job, response) for job in records) if isinstance(records, list) else ()
        return cls(found, "" if answer.get("done") is True else _locator(answer.get("nextRecordsUrl"), "queryLocator"))


def _delimiter(value: Any) -> ColumnDelimiter:
    try:
        return ColumnDelimiter(value or ColumnDelimiter.COMMA)
    except ValueError:
        return ColumnDelimiter.COMMA


def _count(value: Any) -> int:
    try:
        return int(value or 0)
    except (TypeError, ValueError):
        return 0


def _path(kind: Kind, job_id: str | None = None, *rest: str) -> str:
    parts = [] if job_id is None else [segment(job_id, "the job id"), *rest]
    return "/".join(["jobs", kind, *parts])


def create_ingest_job(
    object_name: str,
    operation: Operation,
    external_id_field: str | None = None,
    *,
    delimiter: ColumnDelimiter = ColumnDelimiter.COMMA,
    line_ending: LineEnding = LineEnding.CRLF,
    parse: Callable[[Response], T],
) -> JobCall[T]:
    """Open a job that takes rows: ``POST jobs/ingest``."""
    job: dict[str, Any] = {
        "operation": operation,
        "object": object_name,
        "contentType": "CSV",
        "columnDelimiter": delimiter,
        "lineEnding": line_ending,
    }
    if external_id_field:
        job["externalIdFieldName"] = external_id_field
    return JobCall(
        Request("POST", _path("ingest"), headers={"Content-Type": JSON}, body=encode_json(job), resource=object_name),
        parse,
    )


def create_query_job(
    soql: str,
    operation: Operation = Operation.query,
    *,
    delimiter: ColumnDelimiter = ColumnDelimiter.COMMA,
    line_ending: LineEnding = LineEnding.LF,
    parse: Callable[[Response], T],
) -> JobCall[T]:
    """Start a job that runs a query: ``POST jobs/query``."""
    job = {"operation": operation, "query": soql, "columnDelimiter": delimiter, "lineEnding": line_ending}
    return JobCall(
        Request("POST", _path("query"), headers={"Content-Type": JSON}, body=encode_json(job), resource="a bulk query"),
        parse,
    )


def upload(job_id: str, body: bytes | Iterable[bytes]) -> JobCall[int]:
    """Give an open job its rows: ``PUT jobs/ingest/{id}/batches``. A job takes one upload."""
    request = Request(
        "PUT", _path("ingest", job_id, "batches"), headers={"Content-Type": CSV}, body=body, resource=f"job {job_id}"
    )
    return JobCall(request, lambda response: response.status)


def get_job(kind: Kind, job_id: str, *, parse: Callable[[Response], T]) -> JobCall[T]:
    """Ask how far a job is: ``GET jobs/{kind}/{id}``."""
    return JobCall(Request("GET", _path(kind, job_id), idempotent=True, resource=f"job {job_id}"), parse)


def set_state(kind: Kind, job_id: str, state: JobState, *, parse: Callable[[Response], T]) -> JobCall[T]:
    """Close the upload of a job, or abort it: ``PATCH jobs/{kind}/{id}``."""
    request = Request(
        "PATCH",
        _path(kind, job_id),
        headers={"Content-Type": JSON},
        body=encode_json({"state": state}),
        idempotent=True,
        resource=f"job {job_id}",
    )
    return JobCall(request, parse)


def list_ingest_jobs(locator: str, *, parse: Callable[[Response], T]) -> JobCall[T]:
    """Ask for the jobs of the Bulk API 2.0 that the user may see: ``GET jobs/ingest``."""
    params = {"jobType": "V2Ingest"} | ({"queryLocator": locator} if locator else {})
    return JobCall(Request("GET", _path("ingest"), params=params, idempotent=True, resource="bulk jobs"), parse)


def delete_job(kind: Kind, job_id: str) -> JobCall[Any]:
    """Delete a job that has ended, with its data: ``DELETE jobs/{kind}/{id}``; the answer is empty."""
    request = Request("DELETE", _path(kind, job_id), idempotent=True, resource=f"job {job_id}")
    return JobCall(request, _json.if_any)


def _of_csv(parse: Callable[[Response], T]) -> Callable[[Response], T]:
    """Return what reads an answer of CSV; a web page that a network sends in its place would pass for rows."""

    def read(response: Response) -> T:
        if "html" in response.headers.get("Content-Type", "").lower():
            response.raw.close()
            raise unreadable(
                response, "a web page came in place of the results, so something else than the org answered"
            )
        return parse(response)

    return read


def ingest_results(job_id: str, results: str, *, streamed: bool = False, parse: Callable[[Response], T]) -> JobCall[T]:
    """Read one result file of an ingest job: ``GET jobs/ingest/{id}/{successfulResults|...}``."""
    request = Request(
        "GET",
        _path("ingest", job_id, ResultsType(results).value),
        headers={"Accept": CSV},
        idempotent=True,
        resource=f"job {job_id}",
        streamed=streamed,
    )
    return JobCall(request, _of_csv(parse))


@dataclass(frozen=True, slots=True)
class ResultPage:
    """A page of a query's results: CSV with a header. `locator` is where the next page is, empty after the last."""

    content: bytes
    locator: str
    rows: int

    @classmethod
    def read(cls, response: Response) -> ResultPage:
        """Read a page; `rows` is -1 where the org doesn't say how many it has."""
        return cls(response.content, *cls.read_headers(response))

    @staticmethod
    def read_headers(response: Response) -> tuple[str, int]:
        """Return `locator` and `rows` of a page whose content was read already."""
        headers: Mapping[str, str] = response.headers
        locator = headers.get("Sforce-Locator", "")
        rows = headers.get("Sforce-NumberOfRecords", "")
        return "" if locator == "null" else locator, int(rows) if rows.isdecimal() and len(rows) < 19 else -1


def query_results(
    job_id: str, locator: str, max_records: int | None, *, streamed: bool = False, parse: Callable[[Response], T]
) -> JobCall[T]:
    """Read a page of a query's results: ``GET jobs/query/{id}/results``."""
    params: dict[str, Any] = {}
    if max_records:
        params["maxRecords"] = max_records
    if locator:
        params["locator"] = locator
    request = Request(
        "GET",
        _path("query", job_id, "results"),
        params=params,
        headers={"Accept": CSV},
        idempotent=True,
        resource=f"job {job_id}",
        streamed=streamed,
    )
    return JobCall(request, _of_csv(parse))


@dataclass(frozen=True, slots=True)
class PagePlaces:
    """The locators of some pages, in order; the first page's may be empty. `following` asks for more of them."""

    locators: tuple[str, ...]
    following: str

    @classmethod
    def read(cls, response: Response) -> PagePlaces:
        """Read an answer. Of each address in it the locator alone is taken: a session goes to its own org only."""
        answer: Any = _json.of_object(response)
        pages = answer.get("resultPages")
        found = [page.get("resultUrl") for page in pages if isinstance(page, dict)] if isinstance(pages, list) else []
        following = answer.get("nextRecordsUrl") or answer.get("nextRecordUrl") or ""
        return cls(tuple(map(_locator, found)), "" if answer.get("done") is True else _locator(following))


def _locator(url: object, parameter: str = "locator") -> str:
    try:
        found = parse_qs(urlsplit(url).query).get(parameter) if isinstance(url, str) else None
    except ValueError:
        return ""  # no address at all
    return found[0] if found else ""


def result_pages(job_id: str, locator: str, *, parse: Callable[[Response], T]) -> JobCall[T]:
    """Ask for the places of up to five pages: ``GET jobs/query/{id}/resultPages``, from version 58 on."""
    request = Request(
        "GET",
        _path("query", job_id, "resultPages"),
        params={"locator": locator} if locator else {},
        idempotent=True,
        resource=f"job {job_id}",
    )
    return JobCall(request, parse)
