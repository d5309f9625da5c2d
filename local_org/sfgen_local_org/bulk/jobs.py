"""Jobs: what they are, how far they are, and what came of them.

A job's work is a generator that does a batch of rows at a time, so that requests are answered in between.

Salesforce document: Bulk API 2.0 and Bulk API Developer Guide, "Bulk API 2.0 Ingest", "Bulk API 2.0 Query", "Get
Information About an Ingest Job".
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from itertools import compress
from typing import TYPE_CHECKING, Any

from ..errors import OrgError
from .csv_text import DELIMITERS, LINE_ENDINGS, BadBatch, Upload
from .spool import CsvSpool
from .writing import error_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..org import Org
    from .faults import JobFaults
    from .spool import Spool

# Rows that are worked off before other requests get their turn.
BATCH = 1_000
FINISHED = frozenset({"JobComplete", "Failed", "Aborted"})


@dataclass(slots=True, kw_only=True)
class Job:
    """What all jobs have. `polls` is how many more polls find it in progress, because a test wants it so."""

    id: str
    org: Org
    faults: JobFaults
    sobject: str
    operation: str
    api_version: str
    created: str
    delimiter: str
    line_ending: str
    state: str
    modified: str = ""
    error: str = ""
    processed: int = 0
    failed: int = 0
    polls: int = 0
    milliseconds: int = 0
    work: Iterator[None] | None = field(default=None, repr=False)

    @property
    def finished(self) -> bool:
        """Whether nothing more will happen to the job."""
        return self.state in FINISHED

    def begin(self) -> None:
        """Take the job on: from now on `step` does its work."""
        self.polls = self.faults.take_polls(self.sobject)
        self.work = self._work()

    def step(self) -> bool:
        """Do a part of the work; tell whether there is more."""
        if self.work is None:
            return False
        started = time.perf_counter()
        try:
            next(self.work)
        except StopIteration:
            self.state = "JobComplete"
        except BadBatch as error:
            self._fail(str(error))
        except OrgError as error:
            self._fail(f"InvalidBatch : Failed to process query: {error.code}: {error.message}")
        except BaseException:
            self._fail("UnknownError : An unexpected error occurred in the local org; its log has the traceback.")
            raise
        finally:
            self.milliseconds += round((time.perf_counter() - started) * 1000)
        if self.finished:
            self.work = None
            self.modified = self.org.now()
        return self.work is not None

    def abort(self) -> None:
        """Stop; what is done stays done."""
        if self.work is not None:
            self.work.close()  # type: ignore[attr-defined]
            self.work = None
        self.state = "Aborted"
        self.modified = self.org.now()

    def close(self) -> None:
        """Give back what the job holds."""

    def _work(self) -> Iterator[None]:
        raise NotImplementedError

    def _fail(self, message: str) -> None:
        self.state = "Failed"
        self.error = message
        self.work = None

    @property
    def _characters(self) -> tuple[str, str]:
        return DELIMITERS[self.delimiter], LINE_ENDINGS[self.line_ending]


@dataclass(slots=True, kw_only=True)
class IngestJob(Job):
    """Rows on their way into the org."""

    external_id: str | None = None
    upload: Spool | None = None
    successes: CsvSpool | None = None
    failures: CsvSpool | None = None

    def unprocessed(self) -> Iterator[bytes]:
        """Yield the rows that a failed or aborted job didn't come to, as a CSV table."""
        if self.upload is None:
            return
        try:
            rows = Upload(self.upload.file, DELIMITERS[self.delimiter])
        except BadBatch:
            return
        table = CsvSpool(rows.header, *self._characters)
        try:
            skipped = 0
            for batch in rows.batches(BATCH):
                table.add(_columns(batch[max(self.processed - skipped, 0) :]))
                skipped += len(batch)
        except BadBatch:
            pass  # what follows is no row of this table
        finally:
            rows.release()
        yield from table.page(0, table.rows)[1]
        table.close()

    def close(self) -> None:
        """Give back what the job holds."""
        for held in (self.upload, self.successes, self.failures):
            if held is not None:
                held.close()

    def _work(self) -> Iterator[None]:
        failure = self.faults.take_failure(self.sobject)
        if self.upload is None or not self.upload.size:
            return
        self.state = "InProgress"
        yield
        rows = Upload(self.upload.file, DELIMITERS[self.delimiter], self.line_ending)
        try:
            writer = self.org.bulk_writer(self.sobject, self.operation, self.external_id, self.faults)
            table = writer.table(rows.header)
            self.successes = CsvSpool(["sf__Id", "sf__Created", *rows.header], *self._characters)
            self.failures = CsvSpool(["sf__Id", "sf__Error", *rows.header], *self._characters)
            for batch in rows.batches(BATCH):
                if failure is not None and self.processed + len(batch) > failure.after_rows:
                    batch = batch[: failure.after_rows - self.processed]
                results = table.write(batch)
                self._keep(batch, results)
                if failure is not None and self.processed >= failure.after_rows:
                    raise BadBatch("InternalServerError", failure.message)
                yield
        finally:
            rows.release()
        if failure is not None:
            raise BadBatch("InternalServerError", failure.message)
        self.upload.close()
        self.upload = None

    def _keep(self, batch: list[list[str]], results: Any) -> None:
        assert self.successes is not None  # noqa: S101 (for the type checker)
        assert self.failures is not None  # noqa: S101
        self.processed += len(batch)
        self.failed += len(results.errors)
        if results.errors:
            refused = sorted(results.errors.items())
            texts = [error_text(error) for _, error in refused]
            self.failures.add([[""] * len(texts), texts, *_columns([batch[number] for number, _ in refused])])
        written = [number not in results.errors for number in range(len(batch))]
        ids, created = list(compress(results.ids, written)), list(compress(results.created, written))
        flags = ["true" if new else "false" for new in created]
        self.successes.add([ids, flags, *_columns(list(compress(batch, written)))])


@dataclass(slots=True, kw_only=True)
class QueryJob(Job):
    """Rows on their way out of the org. What is selected is as it is when the job comes to it."""

    soql: str
    rows: CsvSpool | None = None

    def close(self) -> None:
        """Give back what the job holds."""
        if self.rows is not None:
            self.rows.close()

    def _work(self) -> Iterator[None]:
        failure = self.faults.take_failure(self.sobject)
        self.state = "InProgress"
        yield
        if failure is not None:
            raise BadBatch("InternalServerError", failure.message)
        query = self.org.csv_query(self.soql, include_deleted=self.operation == "queryAll")
        self.rows = CsvSpool(query.header, *self._characters)
        for batch in query.batches(BATCH):
            self.rows.add(batch)
            self.processed = self.rows.rows
            yield


def _columns(rows: Sequence[Sequence[str]]) -> Sequence[Sequence[str]]:
    return list(zip(*rows, strict=True))
