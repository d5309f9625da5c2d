"""Bulk API 1.0, under `/services/async`.

The answers about jobs have the format of the request; those about batches and their results that of the job.

Salesforce document: Bulk API 2.0 and Bulk API Developer Guide, "Bulk API", "Headers", "Bulk API Errors".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sfgen_local_org.bulk import formats
from sfgen_local_org.bulk.batches import Batch, BatchJob, Document, IngestBatch, QueryBatch
from sfgen_local_org.bulk.writing import OPERATIONS
from sfgen_local_org.http.call import Answer, Call
from sfgen_local_org.http.errors import ApiError
from sfgen_local_org.http.router import Route
from sfgen_local_org.ids import make_ids, number_of, to_18

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from sfgen_local_org.bulk.desk import BulkDesk
    from sfgen_local_org.org import Org

ROOT = "/services/async"
_JOB = ROOT + "/{version}/job"
_BATCH = _JOB + "/{id}/batch"
_RESULT = _BATCH + "/{batch}/result"
_CONTENT_TYPES = ("CSV", "JSON", "XML")
# Without a charset: clients of this API compare the header as a whole to tell what they got.
_MEDIA_TYPES = {"CSV": "text/csv", "JSON": "application/json", "XML": "application/xml"}
_LARGEST_BATCH = 10_000_000
_CHUNK = 100_000
# More results than a batch has: their ids are made of the batch's.
_MOST_RESULTS = 100_000
_LARGEST_CHUNK = 250_000
_CHUNK_SIZE = re.compile(r"chunkSize\s*=\s*(\d{1,7})", re.IGNORECASE)
# What the other APIs call what this one has names of its own for.
_CODES = {"INVALID_SESSION_ID": "InvalidSessionId", "NOT_FOUND": "InvalidUrl", "METHOD_NOT_ALLOWED": "InvalidUrl"}
_CODES |= {"REQUEST_LIMIT_EXCEEDED": "ExceededQuota", "REQUEST_TOO_LARGE": "InvalidBatch"}


class Bulk1:
    """The endpoints of Bulk API 1.0."""

    def __init__(self, org: Org, desk: BulkDesk) -> None:
        self._org = org
        self._desk = desk

    def routes(self) -> list[Route]:
        """Return the endpoints."""
        return [
            Route("POST", _JOB, self.create),
            Route("GET", _JOB + "/{id}", self.info),
            Route("POST", _JOB + "/{id}", self.close),
            Route("POST", _BATCH, self.add_batch, upload=True),
            Route("GET", _BATCH, self.batches),
            Route("GET", _BATCH + "/{batch}", self.batch),
            Route("GET", _BATCH + "/{batch}/request", self.request),
            Route("GET", _RESULT, self.result),
            Route("GET", _RESULT + "/{result}", self.query_result),
        ]

    # -- jobs

    def create(self, call: Call) -> Answer:
        """Open a job."""
        given = _fields(call)
        operation = str(given.get("operation", ""))
        if operation not in (*OPERATIONS, "query", "queryAll"):
            raise _refused("InvalidJob", f"Unknown operation: {operation}")
        content_type = str(given.get("contentType") or "XML").upper()
        if content_type not in _CONTENT_TYPES:
            raise _refused("InvalidJob", f"Unsupported content type: {content_type}. Supported: CSV, JSON, XML")
        sobject = self._org.object_name(str(given.get("object", "")))
        if sobject is None:
            raise _refused("InvalidJob", f"Unable to find object: {given.get('object')}")
        now = self._org.now()
        job = BatchJob(
            id=self._desk.new_id(),
            sobject=sobject,
            operation=operation,
            content_type=content_type,
            concurrency="Serial" if str(given.get("concurrencyMode")) in ("Serial", "1") else "Parallel",
            api_version=call.version,
            created=now,
            modified=now,
        )
        if operation == "upsert":
            job.external_id = self._org.external_id(sobject, str(given.get("externalIdFieldName")))
            if job.external_id is None:
                raise _refused("InvalidJob", "upsert needs externalIdFieldName: an external ID field of the object")
        self._desk.batch_jobs[job.id] = job
        return self._job_answer(call, job, 201)

    def info(self, call: Call) -> Answer:
        """Answer how far a job is."""
        return self._job_answer(call, self._job(call), 200)

    def close(self, call: Call) -> Answer:
        """Close a job, or abort it."""
        job = self._job(call)
        state = str(_fields(call).get("state"))
        if state not in ("Closed", "Aborted"):
            raise _refused("InvalidJobState", f"A job can be Closed or Aborted, not {state}")
        if job.state == "Open":
            job.state = state
            job.modified = self._org.now()
        elif job.state != state:
            raise _refused("InvalidJobState", f"The job is {job.state} already")
        if state == "Aborted":
            for batch in job.batches.values():
                if not batch.finished:
                    batch.abort()
        return self._job_answer(call, job, 200)

    # -- batches

    def add_batch(self, call: Call) -> Answer:
        """Take a batch and begin with it."""
        job = self._job(call)
        spool = call.upload
        if spool is None or not spool.size:
            raise _refused("InvalidBatch", "The request has no data")
        if job.state != "Open":
            raise _refused("InvalidJobState", f"The job takes no more batches: it is {job.state}")
        if spool.size > _LARGEST_BATCH:
            message = f"A batch has up to {_LARGEST_BATCH} bytes, not {spool.size}. Split it into several batches"
            raise _refused("InvalidBatch", message)
        if job.is_query:
            soql = spool.read(0, spool.size).decode(errors="replace").strip()
            spool.close()
            batch: Batch = QueryBatch(**self._common(job), soql=soql)
        else:
            _check_media_type(call, job)
            batch = IngestBatch(**self._common(job), request=spool, external_id=job.external_id)
        job.batches[batch.id] = batch
        answer = _batch_answer(job, batch, 201)
        if isinstance(batch, QueryBatch) and (chunk := _chunk_size(call)):
            self._begin_chunks(job, batch, chunk)
        else:
            self._begin(batch)
        return answer

    def batches(self, call: Call) -> Answer:
        """List the batches of a job."""
        job = self._job(call)
        infos = [_batch_info(batch) for batch in job.batches.values()]
        if job.content_type == "JSON":
            return _json({"batchInfo": infos})
        return _xml(formats.documents("batchInfoList", "batchInfo", infos))

    def batch(self, call: Call) -> Answer:
        """Answer how far a batch is."""
        job, batch = self._batch(call)
        self._desk.runner.poll(batch)
        return _batch_answer(job, batch, 200)

    def request(self, call: Call) -> Answer:
        """Answer the data of a batch as it was sent."""
        job, batch = self._batch(call)
        if isinstance(batch, IngestBatch):
            spool = batch.request
            return _stream(job.content_type, spool.size, spool.pieces(0, spool.size))
        return Answer(
            200, content=batch.soql.encode() if isinstance(batch, QueryBatch) else b"", media_type="text/plain"
        )

    def result(self, call: Call) -> Answer:
        """Answer what became of the records of a batch, or the ids of a query's results."""
        job, batch = self._finished(call)
        if isinstance(batch, IngestBatch) and batch.results is not None:
            return _stream(job.content_type, *batch.results.read())
        ids = _result_ids(batch)
        if job.content_type == "JSON":
            return _json(ids)
        return _xml(formats.texts("result-list", "result", ids))

    def query_result(self, call: Call) -> Answer:
        """Answer rows of a query."""
        job, batch = self._finished(call)
        ids = _result_ids(batch)
        if not isinstance(batch, QueryBatch) or call.args["result"] not in ids:
            raise _refused("InvalidBatch", f"The batch has no result {call.args['result']}")
        result = batch.results[ids.index(call.args["result"])]
        if isinstance(result, Document):
            return _stream(job.content_type, *result.read())
        if not result.rows:
            return Answer(200, content=b"Records not found for this query\n", media_type=_MEDIA_TYPES["CSV"])
        return _stream(job.content_type, *result.page(0, result.rows))

    # -- the rest

    def _common(self, job: BatchJob) -> dict[str, Any]:
        now = self._org.now()
        return {
            "id": self._desk.new_batch_id(),
            "job_id": job.id,
            "org": self._org,
            "faults": self._desk.faults,
            "sobject": job.sobject,
            "operation": job.operation,
            "content_type": job.content_type,
            "api_version": job.api_version,
            "created": now,
            "modified": now,
            "delimiter": "COMMA",
            "line_ending": "LF",
            "state": "UploadComplete",
        }

    def _begin(self, batch: Batch) -> None:
        batch.begin()
        self._desk.runner.start(batch)

    def _begin_chunks(self, job: BatchJob, whole: QueryBatch, size: int) -> None:
        """Leave the batch that came in alone and begin one for each chunk of ids instead."""
        query = self._org.csv_query(whole.soql, include_deleted=True)
        whole.state = "Aborted"
        for ids in query.chunks(size):
            batch = QueryBatch(**self._common(job), soql=whole.soql, ids=ids)
            job.batches[batch.id] = batch
            self._begin(batch)

    def _job(self, call: Call) -> BatchJob:
        job = self._desk.batch_jobs.get(to_18(call.args["id"]) or "")
        if job is None:
            raise _refused("InvalidJob", f"Invalid job id: {call.args['id']}")
        return job

    def _batch(self, call: Call) -> tuple[BatchJob, Batch]:
        job = self._job(call)
        batch = job.batches.get(to_18(call.args["batch"]) or "")
        if batch is None:
            raise _refused("InvalidBatch", f"The job has no batch {call.args['batch']}")
        return job, batch

    def _finished(self, call: Call) -> tuple[BatchJob, Batch]:
        job, batch = self._batch(call)
        self._desk.runner.start(batch)
        if not batch.finished:
            raise _refused("InvalidBatch", "Batch not completed")
        if batch.state == "Failed":
            raise _refused("InvalidBatch", f"Batch failed: {batch.error}")
        return job, batch

    def _job_answer(self, call: Call, job: BatchJob, status: int) -> Answer:
        info = self._job_info(job)
        return _json(info, status) if _wants_json(call.headers) else _xml(formats.document("jobInfo", info), status)

    def _job_info(self, job: BatchJob) -> dict[str, Any]:
        batches = list(job.batches.values())
        states = [batch.batch_state for batch in batches]
        milliseconds = sum(batch.milliseconds for batch in batches)
        return {
            "id": job.id,
            "operation": job.operation,
            "object": job.sobject,
            "createdById": self._org.user_id,
            "createdDate": job.created,
            "systemModstamp": job.modified,
            "state": job.state,
            "externalIdFieldName": job.external_id,
            "concurrencyMode": job.concurrency,
            "contentType": job.content_type,
            "numberBatchesQueued": states.count("Queued"),
            "numberBatchesInProgress": states.count("InProgress"),
            "numberBatchesCompleted": states.count("Completed"),
            "numberBatchesFailed": states.count("Failed"),
            "numberBatchesTotal": len(batches),
            "numberRecordsProcessed": sum(batch.processed for batch in batches),
            "numberRetries": 0,
            "apiVersion": float(job.api_version),
            "numberRecordsFailed": sum(batch.failed for batch in batches),
            "totalProcessingTime": milliseconds,
            "apiActiveProcessingTime": milliseconds,
            "apexProcessingTime": 0,
        }


def as_async_error(answer: Answer, headers: Mapping[str, str]) -> Answer:
    """Return a refusal in the words of Bulk API 1.0, as JSON for a client that speaks it, else as XML."""
    first = answer.body[0] if isinstance(answer.body, list) and answer.body else {}
    code = str(first.get("errorCode", "Unknown"))
    # An expired session is a bad request here: clients of this API look for it there.
    status = 400 if code == "INVALID_SESSION_ID" else answer.status
    body = {"exceptionCode": _CODES.get(code, code), "exceptionMessage": str(first.get("message", ""))}
    if _wants_json(headers):
        return Answer(status, body, answer.headers, media_type=_MEDIA_TYPES["JSON"])
    return Answer(status, None, answer.headers, formats.document("error", body), _MEDIA_TYPES["XML"])


def _fields(call: Call) -> dict[str, Any]:
    """Return what a request says of a job, in JSON or XML."""
    if _wants_json(call.headers):
        return call.json_object()
    root = formats.parse_xml(call.body)
    if root is None:
        raise _refused("InvalidJob", "The request is no XML document; JSON needs Content-Type: application/json")
    return dict(formats.flat(root))


def _wants_json(headers: Mapping[str, str]) -> bool:
    """Tell whether a client speaks JSON: its Content-Type says so, or where it has none, its Accept."""
    return "json" in (headers.get("content-type") or headers.get("accept", ""))


def _check_media_type(call: Call, job: BatchJob) -> None:
    sent = call.headers.get("content-type", "").lower()
    known = next((kind for kind in _CONTENT_TYPES if kind.lower() in sent), job.content_type)
    if known != job.content_type:
        raise _refused("InvalidBatch", f"The job's content type is {job.content_type}, the batch's is {sent}")


def _chunk_size(call: Call) -> int:
    """Return how many records a chunk has, 0 where the client doesn't ask for chunks."""
    wish = call.headers.get("sforce-enable-pkchunking", "false").strip()
    if wish.lower() in ("false", ""):
        return 0
    found = _CHUNK_SIZE.search(wish)
    return max(1, min(int(found[1]), _LARGEST_CHUNK)) if found else _CHUNK


def _batch_answer(job: BatchJob, batch: Batch, status: int) -> Answer:
    info = _batch_info(batch)
    if job.content_type == "JSON":
        return _json(info, status)
    return _xml(formats.document("batchInfo", info), status)


def _batch_info(batch: Batch) -> dict[str, Any]:
    return {
        "id": batch.id,
        "jobId": batch.job_id,
        "state": batch.batch_state,
        "stateMessage": batch.error or None,
        "createdDate": batch.created,
        "systemModstamp": batch.modified,
        "numberRecordsProcessed": batch.processed,
        "numberRecordsFailed": batch.failed,
        "totalProcessingTime": batch.milliseconds,
        "apiActiveProcessingTime": batch.milliseconds,
        "apexProcessingTime": 0,
    }


def _result_ids(batch: Batch) -> list[str]:
    """Return the ids of a query's results."""
    count = len(batch.results) if isinstance(batch, QueryBatch) else 0
    return make_ids("752", number_of(batch.id) * _MOST_RESULTS, count)


def _json(body: Any, status: int = 200) -> Answer:
    return Answer(status, body, media_type=_MEDIA_TYPES["JSON"])


def _xml(content: bytes, status: int = 200) -> Answer:
    return Answer(status, content=content, media_type=_MEDIA_TYPES["XML"])


def _stream(content_type: str, size: int, pieces: Iterable[bytes]) -> Answer:
    chunks: Iterator[bytes] = iter(pieces)
    headers = {"Content-Length": str(size)}
    return Answer(200, headers=headers, stream=chunks, media_type=_MEDIA_TYPES[content_type])


def _refused(code: str, message: str) -> ApiError:
    return ApiError(400, code, message)
