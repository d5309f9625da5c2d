"""Bulk API 2.0: ingest jobs and query jobs.

Salesforce document: Bulk API 2.0 and Bulk API Developer Guide, "Bulk API 2.0 Ingest", "Bulk API 2.0 Query".
"""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Any, TypeVar

from sfgen_local_org.bulk.csv_text import DELIMITERS, LINE_ENDINGS
from sfgen_local_org.bulk.jobs import IngestJob, Job, QueryJob
from sfgen_local_org.bulk.writing import OPERATIONS
from sfgen_local_org.http.call import Answer, Call
from sfgen_local_org.http.errors import ApiError, not_found
from sfgen_local_org.http.router import Route
from sfgen_local_org.ids import to_18

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sfgen_local_org.bulk.desk import BulkDesk
    from sfgen_local_org.bulk.spool import CsvSpool
    from sfgen_local_org.org import Org

_JOBS = "/services/data/v{version}/jobs"
# What one upload may have, in bytes after base64, as the API counts.
_LARGEST_UPLOAD = 150_000_000
_PAGE = 50_000
_LISTED = 1_000
_PARALLEL_PAGES = 5
_CSV = "text/csv; charset=UTF-8"

_JobT = TypeVar("_JobT", bound=Job)


class Bulk2:
    """The endpoints of Bulk API 2.0."""

    def __init__(self, org: Org, desk: BulkDesk) -> None:
        self._org = org
        self._desk = desk

    def routes(self) -> list[Route]:
        """Return the endpoints."""
        ingest, query = f"{_JOBS}/ingest", f"{_JOBS}/query"
        return [
            Route("POST", ingest, self.create_ingest),
            Route("GET", ingest, self.list_ingest),
            Route("GET", ingest + "/{id}", self.ingest_info),
            Route("PATCH", ingest + "/{id}", self.close_ingest),
            Route("DELETE", ingest + "/{id}", self.delete_ingest),
            Route("PUT", ingest + "/{id}/batches", self.upload, upload=True),
            Route("GET", ingest + "/{id}/successfulResults", self.successes),
            Route("GET", ingest + "/{id}/failedResults", self.failures),
            Route("GET", ingest + "/{id}/unprocessedrecords", self.unprocessed),
            Route("GET", ingest + "/{id}/unprocessedRecords", self.unprocessed),
            Route("POST", query, self.create_query),
            Route("GET", query, self.list_query),
            Route("GET", query + "/{id}", self.query_info),
            Route("PATCH", query + "/{id}", self.abort_query),
            Route("DELETE", query + "/{id}", self.delete_query),
            Route("GET", query + "/{id}/results", self.results),
            Route("GET", query + "/{id}/resultPages", self.result_pages),
        ]

    # -- ingest

    def create_ingest(self, call: Call) -> Answer:
        """Open an ingest job."""
        body = call.json_object()
        operation = _one_of(body, "operation", OPERATIONS)
        sobject = self._writable(_text(body, "object"))
        external_id = body.get("externalIdFieldName")
        if operation == "upsert" and not isinstance(external_id, str):
            raise _invalid_job("externalIdFieldName is required for an upsert job")
        _one_of(body, "contentType", ("CSV",), "CSV")
        job = IngestJob(**self._common(call, body), sobject=sobject, operation=operation, state="Open")
        if operation == "upsert":
            job.external_id = self._external_id(sobject, str(external_id))
        self._desk.add(job)
        return Answer(200, _ingest_info(job))

    def list_ingest(self, call: Call) -> Answer:
        """List the ingest jobs, a page at a time."""
        return self._list(call, IngestJob)

    def ingest_info(self, call: Call) -> Answer:
        """Answer how far an ingest job is."""
        job = self._job(call, IngestJob)
        self._desk.runner.poll(job)
        return Answer(200, _ingest_info(job) | _progress(job))

    def upload(self, call: Call) -> Answer:
        """Take the data of a job."""
        job = self._job(call, IngestJob)
        spool = call.upload
        if spool is None:
            raise ApiError(400, "INVALIDREQUEST", "The request has no CSV data")
        _check_upload(job, call, spool.size)
        job.upload = spool
        job.modified = self._org.now()
        return Answer(201)

    def close_ingest(self, call: Call) -> Answer:
        """Hand an ingest job over for processing, or abort it."""
        job = self._job(call, IngestJob)
        state = _one_of(call.json_object(), "state", ("UploadComplete", "Aborted"))
        if state == "Aborted":
            self._abort(job)
            return Answer(200, _ingest_info(job))
        if job.state != "Open":
            raise _invalid_state(job, "UploadComplete")
        job.state = "UploadComplete"
        job.modified = self._org.now()
        answer = Answer(200, _ingest_info(job))
        job.begin()
        self._desk.runner.start(job)
        return answer

    def delete_ingest(self, call: Call) -> Answer:
        """Forget an ingest job and its data."""
        return self._delete(self._job(call, IngestJob))

    def successes(self, call: Call) -> Answer:
        """Answer the rows that were written, each with the id of its record."""
        return self._ingest_rows(self._job(call, IngestJob), "successes", ["sf__Id", "sf__Created"])

    def failures(self, call: Call) -> Answer:
        """Answer the rows that were refused, each with its error."""
        return self._ingest_rows(self._job(call, IngestJob), "failures", ["sf__Id", "sf__Error"])

    def unprocessed(self, call: Call) -> Answer:
        """Answer the rows that a failed or aborted job didn't come to."""
        job = self._job(call, IngestJob)
        self._must_be_finished(job)
        return Answer(200, stream=job.unprocessed(), media_type=_CSV)

    def _ingest_rows(self, job: IngestJob, which: str, header: list[str]) -> Answer:
        self._must_be_finished(job)
        table: CsvSpool | None = getattr(job, which)
        if table is None:
            line = DELIMITERS[job.delimiter].join(f'"{name}"' for name in header) + LINE_ENDINGS[job.line_ending]
            return Answer(200, content=line.encode(), media_type=_CSV)
        return _csv(*table.page(0, table.rows))

    def _must_be_finished(self, job: Job) -> None:
        self._desk.runner.start(job)
        if not job.finished:
            raise ApiError(400, "INVALIDJOBSTATE", f"Results are there when the job is finished: it is {job.state}")

    # -- queries

    def create_query(self, call: Call) -> Answer:
        """Start a query job."""
        body = call.json_object()
        operation = _one_of(body, "operation", ("query", "queryAll"))
        soql = _text(body, "query")
        _one_of(body, "contentType", ("CSV",), "CSV")
        query = self._org.csv_query(soql, include_deleted=operation == "queryAll")
        job = QueryJob(
            **self._common(call, body),
            sobject=query.sobject.name,
            operation=operation,
            state="UploadComplete",
            soql=soql,
        )
        self._desk.add(job)
        answer = Answer(200, _info(job))
        job.begin()
        self._desk.runner.start(job)
        return answer

    def list_query(self, call: Call) -> Answer:
        """List the query jobs, a page at a time."""
        return self._list(call, QueryJob)

    def query_info(self, call: Call) -> Answer:
        """Answer how far a query job is."""
        job = self._job(call, QueryJob)
        self._desk.runner.poll(job)
        return Answer(200, _info(job) | _progress(job) | {"isPkChunkingSupported": True})

    def abort_query(self, call: Call) -> Answer:
        """Abort a query job."""
        job = self._job(call, QueryJob)
        _one_of(call.json_object(), "state", ("Aborted",))
        self._abort(job)
        return Answer(200, _info(job))

    def delete_query(self, call: Call) -> Answer:
        """Forget a query job and its rows."""
        return self._delete(self._job(call, QueryJob))

    def results(self, call: Call) -> Answer:
        """Answer a page of rows; `Sforce-Locator` leads to the next one."""
        job = self._job(call, QueryJob)
        rows = self._rows(job)
        first = _row_of(call.query.get("locator", ""), rows)
        count = min(_count(call), rows.rows - first)
        following = first + count
        locator = "null" if following >= rows.rows else _locator(following)
        headers = {"Sforce-Locator": locator, "Sforce-NumberOfRecords": str(count)}
        return _csv(*rows.page(first, count), headers)

    def result_pages(self, call: Call) -> Answer:
        """Answer the addresses of up to five pages, to be read side by side."""
        job = self._job(call, QueryJob)
        rows = self._rows(job)
        first = _row_of(call.query.get("locator", ""), rows)
        starts = range(first, max(rows.rows, 1), _PAGE)
        base = call.data_url(f"jobs/query/{job.id}")
        urls = [f"{base}/results" + (f"?locator={_locator(start)}" if start else "") for start in starts]
        more = len(urls) > _PARALLEL_PAGES
        answer: dict[str, Any] = {"resultPages": [{"resultUrl": url} for url in urls[:_PARALLEL_PAGES]]}
        if more:
            answer["nextRecordUrl"] = f"{base}/resultPages?locator={_locator(starts[_PARALLEL_PAGES])}"
        return Answer(200, answer | {"done": not more})

    def _rows(self, job: QueryJob) -> CsvSpool:
        self._desk.runner.start(job)
        if job.state != "JobComplete" or job.rows is None:
            raise ApiError(400, "INVALIDJOBSTATE", f"Results are there when the job is complete: it is {job.state}")
        return job.rows

    # -- both

    def _common(self, call: Call, body: dict[str, Any]) -> dict[str, Any]:
        now = self._org.now()
        return {
            "id": self._desk.new_id(),
            "org": self._org,
            "faults": self._desk.faults,
            "api_version": call.version,
            "created": now,
            "modified": now,
            "delimiter": _one_of(body, "columnDelimiter", tuple(DELIMITERS), "COMMA"),
            "line_ending": _one_of(body, "lineEnding", tuple(LINE_ENDINGS), "LF"),
        }

    def _writable(self, name: str) -> str:
        found = self._org.object_name(name)
        if found is None:
            raise _invalid_job(f"Unable to find object: {name}")
        return found

    def _external_id(self, sobject: str, name: str) -> str:
        field = self._org.external_id(sobject, name)
        if field is None:
            raise _invalid_job(f"External ID field {name} doesn't exist on {sobject} or is no external ID")
        return field

    def _job(self, call: Call, kind: type[_JobT]) -> _JobT:
        full = to_18(call.args["id"])
        job = self._desk.jobs.get(full or "")
        if not isinstance(job, kind):
            raise not_found()
        return job

    def _abort(self, job: Job) -> None:
        if job.finished:
            raise _invalid_state(job, "Aborted")
        job.abort()

    def _delete(self, job: Job) -> Answer:
        if not job.finished and job.state != "UploadComplete":
            raise ApiError(400, "INVALIDJOBSTATE", f"Abort the job before you delete it: it is {job.state}")
        self._desk.remove(job)
        return Answer(204)

    def _list(self, call: Call, kind: type[Job]) -> Answer:
        jobs = [job for job in self._desk.jobs.values() if isinstance(job, kind)]
        start = _decoded(call.query.get("queryLocator", "")) or 0
        page = jobs[start : start + _LISTED]
        done = start + _LISTED >= len(jobs)
        url = None
        if not done:
            url = call.data_url(
                f"jobs/{call.path.rstrip('/').rpartition('/')[2]}?queryLocator={_locator(start + _LISTED)}"
            )
        records = [_ingest_info(job) if isinstance(job, IngestJob) else _info(job) for job in page]
        return Answer(200, {"done": done, "records": records, "nextRecordsUrl": url})


def _info(job: Job) -> dict[str, Any]:
    return {
        "id": job.id,
        "operation": job.operation,
        "object": job.sobject,
        "createdById": job.org.user_id,
        "createdDate": job.created,
        "systemModstamp": job.modified,
        "state": job.state,
        "concurrencyMode": "Parallel",
        "contentType": "CSV",
        "apiVersion": float(job.api_version),
        "jobType": "V2Ingest" if isinstance(job, IngestJob) else "V2Query",
        "lineEnding": job.line_ending,
        "columnDelimiter": job.delimiter,
    }


def _ingest_info(job: IngestJob) -> dict[str, Any]:
    info = _info(job)
    if job.external_id is not None:
        info["externalIdFieldName"] = job.external_id
    # Relative to the org's address and without a slash at its start, as the API gives it.
    return info | {"contentUrl": f"services/data/v{job.api_version}/jobs/ingest/{job.id}/batches"}


def _progress(job: Job) -> dict[str, Any]:
    progress: dict[str, Any] = {
        "numberRecordsProcessed": job.processed,
        "retries": 0,
        "totalProcessingTime": job.milliseconds,
    }
    if isinstance(job, IngestJob):
        progress |= {
            "numberRecordsFailed": job.failed,
            "apiActiveProcessingTime": job.milliseconds,
            "apexProcessingTime": 0,
        }
    return progress | ({"errorMessage": job.error} if job.error else {})


def _csv(size: int, pieces: Iterator[bytes], headers: dict[str, str] | None = None) -> Answer:
    return Answer(200, headers={"Content-Length": str(size), **(headers or {})}, stream=pieces, media_type=_CSV)


def _check_upload(job: IngestJob, call: Call, size: int) -> None:
    media_type = call.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in ("text/csv", ""):
        raise ApiError(415, "UNSUPPORTED_MEDIA_TYPE", f"The data of a job is text/csv, not {media_type}")
    if job.state != "Open":
        raise ApiError(400, "INVALIDJOBSTATE", f"Data is taken while the job is Open: it is {job.state}")
    if job.upload is not None:
        raise ApiError(
            400,
            "INVALIDJOB",
            f"Found multiple contents for job: <{job.id}>. Upload the data of a job in one PUT; abort the job, create "
            "another one for the rest.",
        )
    encoded = -(-size // 3) * 4
    if encoded > _LARGEST_UPLOAD:
        raise ApiError(
            400,
            "CLIENTINPUTERROR",
            f"The data has {size} bytes, {encoded} in base64: a job takes up to {_LARGEST_UPLOAD} bytes in base64. "
            "Split it into several jobs.",
        )


def _text(body: dict[str, Any], key: str) -> str:
    value = body.get(key)
    if not isinstance(value, str) or not value.strip():
        raise _invalid_job(f"{key} is required")
    return value


def _one_of(body: dict[str, Any], key: str, allowed: tuple[str, ...], default: str | None = None) -> str:
    value = body.get(key)
    if value is None and default is not None:
        return default
    if value not in allowed:
        raise _invalid_job(f"{key} must be one of {', '.join(allowed)}, not {value!r}")
    return str(value)


def _count(call: Call) -> int:
    text = call.query.get("maxRecords", "")
    if not text:
        return _PAGE
    if not (text.isascii() and text.isdigit() and int(text[:10]) > 0):
        raise ApiError(400, "INVALIDREQUEST", f"maxRecords must be a positive number, not {text[:40]!r}")
    return int(text[:10])


def _locator(row: int) -> str:
    return base64.urlsafe_b64encode(str(row).encode()).decode().rstrip("=")


def _decoded(locator: str) -> int | None:
    """Return the row of a locator; 0 for an empty one, None for what is none."""
    if not locator:
        return 0
    try:
        text = base64.urlsafe_b64decode(locator + "=" * (-len(locator) % 4)).decode("ascii")
    except (binascii.Error, ValueError):
        return None
    return int(text) if text.isdigit() and len(text) <= 15 and _locator(int(text)) == locator else None


def _row_of(locator: str, rows: CsvSpool) -> int:
    row = _decoded(locator)
    if row is None or (row and row >= rows.rows):
        raise ApiError(400, "INVALIDREQUEST", f"Invalid locator: {locator[:100]!r}")
    return row


def _invalid_job(message: str) -> ApiError:
    return ApiError(400, "INVALIDJOB", message)


def _invalid_state(job: Job, state: str) -> ApiError:
    return ApiError(400, "INVALIDJOBSTATE", f"Invalid state transition: the job is {job.state}, it can't be {state}")
