"""Jobs of Bulk API 1.0 and their batches, each of which is worked off by itself.

Salesforce document: Bulk API 2.0 and Bulk API Developer Guide, "Bulk API: Work with Batches", "PK Chunking".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

from .csv_text import BadBatch, Upload
from .formats import RESULTS, ROWS, parse_json_records, parse_xml_records, results_text, rows_text
from .jobs import BATCH, Job
from .spool import CsvSpool, Spool
from .writing import Results

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .formats import Frame

MOST_RECORDS = 10_000
# Rows that one result of a query has. The platform cuts by size, at a gigabyte.
RESULT_ROWS = 100_000
_STATES = {"UploadComplete": "Queued", "JobComplete": "Completed", "Aborted": "NotProcessed"}


@dataclass(slots=True, kw_only=True)
class BatchJob:
    """A job: what its batches have in common."""

    id: str
    sobject: str
    operation: str
    content_type: str
    concurrency: str
    api_version: str
    created: str
    modified: str
    external_id: str | None = None
    state: str = "Open"
    batches: dict[str, Batch] = field(default_factory=dict)

    @property
    def is_query(self) -> bool:
        """Whether rows go out rather than in."""
        return self.operation in ("query", "queryAll")

    def close(self) -> None:
        """Give back what the batches hold."""
        for batch in self.batches.values():
            batch.close()


@dataclass(slots=True, kw_only=True)
class Batch(Job):
    """A part of a job; `content_type` is the form of its results."""

    job_id: str
    content_type: str

    @property
    def batch_state(self) -> str:
        """The state, as Bulk API 1.0 calls it."""
        return _STATES.get(self.state, self.state)


class Document:
    """A document that items are added to, and that is complete whenever it is read."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._spool = Spool()
        self._spool.write(frame.head)
        self._empty = True

    def add(self, text: str) -> None:
        """Add the text of some items."""
        if not text:
            return
        if not self._empty:
            self._spool.write(self._frame.between)
        self._spool.write(text.encode())
        self._empty = False

    def read(self) -> tuple[int, Iterator[bytes]]:
        """Return the size in bytes, and the pieces."""
        return self._spool.size + len(self._frame.tail), self._pieces()

    def close(self) -> None:
        """Give the memory or the file back."""
        self._spool.close()

    def _pieces(self) -> Iterator[bytes]:
        yield from self._spool.pieces(0, self._spool.size)
        yield self._frame.tail


@dataclass(slots=True, kw_only=True)
class IngestBatch(Batch):
    """Records on their way into the org."""

    request: Spool
    external_id: str | None = None
    results: Document | None = None

    def close(self) -> None:
        """Give back what the batch holds."""
        self.request.close()
        if self.results is not None:
            self.results.close()

    def _work(self) -> Iterator[None]:
        failure = self.faults.take_failure(self.sobject)
        self.state = "InProgress"
        yield
        if failure is not None:
            raise BadBatch("InternalServerError", failure.message)
        self.results = Document(RESULTS[self.content_type])
        for results in self._csv() if self.content_type == "CSV" else self._records():
            self.processed += len(results.ids)
            self.failed += len(results.errors)
            self.results.add(results_text(results, self.content_type))
            yield

    def _csv(self) -> Iterator[Results]:
        rows = Upload(self.request.file, ",")
        try:
            table = self.org.bulk_writer(self.sobject, self.operation, self.external_id, self.faults).table(rows.header)
            for batch in rows.batches(BATCH):
                _check_count(self.processed + len(batch))
                yield table.write(batch)
        finally:
            rows.release()

    def _records(self) -> Iterator[Results]:
        body = self.request.read(0, self.request.size)
        records = iter(parse_json_records(body) if self.content_type == "JSON" else parse_xml_records(body))
        writer = self.org.bulk_writer(self.sobject, self.operation, self.external_id, self.faults)
        while some := list(islice(records, BATCH)):
            _check_count(self.processed + len(some))
            results = Results()
            writer.write(some, results)
            yield results


@dataclass(slots=True, kw_only=True)
class QueryBatch(Batch):
    """Rows on their way out of the org, in one result or several."""

    soql: str
    ids: tuple[str, str | None] | None = None
    results: list[CsvSpool | Document] = field(default_factory=list)

    def close(self) -> None:
        """Give back what the batch holds."""
        for result in self.results:
            result.close()

    def _work(self) -> Iterator[None]:
        failure = self.faults.take_failure(self.sobject)
        self.state = "InProgress"
        yield
        if failure is not None:
            raise BadBatch("InternalServerError", failure.message)
        query = self.org.csv_query(self.soql, include_deleted=self.operation == "queryAll", ids=self.ids)
        if query.sobject.name != self.sobject:
            raise BadBatch("InvalidBatch", f"The query is for {query.sobject.name}, the job for {self.sobject}")
        size = min(BATCH, RESULT_ROWS)
        if self.content_type == "CSV":
            yield from self._tables(query.header, query.batches(size))
        else:
            yield from self._documents(query.records(size, self.api_version))

    def _tables(self, header: list[str], batches: Iterator[list[Sequence[str]]]) -> Iterator[None]:
        table = CsvSpool(header, *self._characters)
        self.results.append(table)
        for columns in batches:
            if table.rows + len(columns[0]) > RESULT_ROWS:
                table = CsvSpool(header, *self._characters)
                self.results.append(table)
            table.add(columns)
            self.processed += len(columns[0])
            yield

    def _documents(self, batches: Iterator[list[dict[str, Any]]]) -> Iterator[None]:
        made, rows = Document(ROWS[self.content_type]), 0
        self.results.append(made)
        for records in batches:
            if rows + len(records) > RESULT_ROWS:
                made, rows = Document(ROWS[self.content_type]), 0
                self.results.append(made)
            made.add(rows_text(records, self.content_type))
            rows += len(records)
            self.processed += len(records)
            yield


def _check_count(count: int) -> None:
    if count > MOST_RECORDS:
        raise BadBatch("InvalidBatch", f"A batch has up to {MOST_RECORDS} records. Split it into several batches")
