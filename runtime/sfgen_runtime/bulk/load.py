"""Loading parts: a job each, uploaded in parallel, waited for, and never left open in silence.

What is safe to repeat is repeated. An upload whose connection broke is not known to have arrived: its job is aborted,
which loads nothing, and the rows go into a new one. Once a job's upload is closed, the org loads its rows whatever
becomes of us: from there on only questions are repeated.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NoReturn

from ..errors import SalesforceError
from . import jobs
from .enums import ColumnDelimiter, JobState, LineEnding, Operation
from .errors import BulkInterrupted, BulkTimeout, JobFate, told
from .jobs import JobInfo
from .progress import Progress
from .waiting import PASSING, SLICE, Polling, reason

if TYPE_CHECKING:
    from ..client import SalesforceClient
    from .parts import Part

_log = logging.getLogger("sfgen_runtime.bulk")
_UPLOADS = 3


@dataclass(slots=True)
class LoadedJob:
    """A part and what its job came to. `job` is None until the org has made one."""

    part: Part
    job: JobInfo | None = None

    @property
    def info(self) -> JobInfo:
        """The job of a run that came to its end, where every part has one."""
        if self.job is None:
            raise RuntimeError("the part has no job: its run has not come to its end")
        return self.job

    @property
    def fate(self) -> JobFate:
        """What became of the rows."""
        job = self.job
        return JobFate(job.id if job else None, self.part.first, self.part.rows, job.state if job else JobState.aborted)


@dataclass(frozen=True, slots=True)
class Target:
    """What a load does: `operation` on an object, and how its CSV is written."""

    object_name: str
    operation: Operation
    external_id_field: str | None = None
    delimiter: ColumnDelimiter = ColumnDelimiter.COMMA
    line_ending: LineEnding = LineEnding.CRLF


class _Stopped(Exception):
    """Another job of the run went wrong."""


@dataclass(slots=True)
class Load:
    """One run. `concurrency` jobs at most are under way at a time."""

    client: SalesforceClient
    target: Target
    polling: Polling = field(default_factory=Polling)
    concurrency: int = 4
    report: Callable[[Progress], None] | None = None
    loaded: list[LoadedJob] = field(default_factory=list)
    _stop: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def run(self, parts: Iterator[Part]) -> list[LoadedJob]:
        """Load all parts and return them with their jobs, in the order of the rows; a job may have failed.

        Raises:
            BulkInterrupted: the run stopped early; the error says what became of which rows.
        """
        if self.concurrency < 1:
            raise ValueError(f"concurrency={self.concurrency}: give at least 1")
        pool = ThreadPoolExecutor(self.concurrency, thread_name_prefix="sfgen-bulk")
        running: set[Future[None]] = set()
        try:
            for part in parts:
                loaded = LoadedJob(part)
                self.loaded.append(loaded)
                running.add(pool.submit(self._load, loaded))
                self._tell()
                running = self._settle(running, self.concurrency)
            while running:
                running = self._settle(running, 1)
        except BaseException as error:
            self._stop.set()
            pool.shutdown(wait=True, cancel_futures=True)
            self._raise(error)
        pool.shutdown(wait=True)
        self._tell(done=True)
        return self.loaded

    def _settle(self, running: set[Future[None]], limit: int) -> set[Future[None]]:
        """Wait until fewer than `limit` jobs are under way, and raise what any of them raised."""
        while len(running) >= limit:
            done, running = wait(running, timeout=SLICE, return_when=FIRST_COMPLETED)
            for future in done:
                future.result()
            self._tell()
        return running

    def _raise(self, error: BaseException) -> NoReturn:
        fates = tuple(loaded.fate for loaded in self.loaded)
        what = f"the bulk {self.target.operation} of {self.target.object_name} stopped"
        if isinstance(error, SalesforceError):
            kind = BulkTimeout if isinstance(error, BulkTimeout) else BulkInterrupted
            raise kind(f"{what}: {reason(error)}.\n{told(fates)}", fates, error) from error
        # An error of the caller's own input or an interrupt stays what it is.
        error.add_note(f"{what}. {told(fates)}")
        raise error

    # ---- one job -----------------------------------------------------------------------------------------------------

    def _load(self, loaded: LoadedJob) -> None:
        for left in range(_UPLOADS - 1, -1, -1):
            self._check()
            job = self._create()
            loaded.job = job
            # Who is killed can't say more: the log is where the job can be found.
            _log.info("job %s takes %s of the %s of %s", job.id, loaded.fate.range, *self._named)
            try:
                self._check()
                self.client.execute(jobs.upload(job.id, loaded.part.body()))
                self._check()
                # Until the org has answered, nobody knows.
                loaded.job = replace(job, state="Unknown")
                loaded.job = job = self._close(job)
                break
            except BaseException as error:
                loaded.job = state = self._state_after(loaded.job)
                if state.state != JobState.aborted or not left or not isinstance(error, PASSING):
                    raise
                _log.warning("job %s was aborted, its rows go into a new one: %s", job.id, reason(error))
                loaded.job = None
                self.polling.pause(self.polling.first, self._stop.is_set)
        self._tell()
        loaded.job = wait_for_job(self.client, "ingest", loaded.info, self.polling, self._check, loaded)

    @property
    def _named(self) -> tuple[str, str]:
        return self.target.operation.value, self.target.object_name

    def _check(self) -> None:
        if self._stop.is_set():
            raise _Stopped

    def _create(self) -> JobInfo:
        target = self.target
        call = jobs.create_ingest_job(
            target.object_name,
            target.operation,
            target.external_id_field,
            delimiter=target.delimiter,
            line_ending=target.line_ending,
            parse=JobInfo.read,
        )

        def create() -> JobInfo:
            try:
                return self.client.execute(call)
            except PASSING as error:
                if getattr(error, "was_sent", False):
                    _log.warning("the org may hold an open job of no rows, see Setup > Bulk Data Load Jobs: %s", error)
                raise

        return self.polling.repeat(create, self._stop.is_set)

    def _close(self, job: JobInfo) -> JobInfo:
        """Tell the org that the upload is complete. Telling it twice does no harm."""
        call = jobs.set_state("ingest", job.id, JobState.upload_complete, parse=JobInfo.read)

        def close() -> JobInfo:
            try:
                return self.client.execute(call)
            except SalesforceError:
                # The answer may have been lost and not the question; asked again, the org says that it is closed.
                now = self.client.execute(jobs.get_job("ingest", job.id, parse=JobInfo.read))
                if now.state != JobState.open:
                    return now
                raise

        return self.polling.repeat(close, self._stop.is_set)

    def _state_after(self, job: JobInfo) -> JobInfo:
        """Abort a job whose upload isn't known to be closed; return how it stands, as far as one can know."""
        abort = jobs.set_state("ingest", job.id, JobState.aborted, parse=JobInfo.read)
        look = jobs.get_job("ingest", job.id, parse=JobInfo.read)
        try:
            now = self.polling.repeat(lambda: self.client.execute(look))
            if now.state != JobState.open:
                return now
            try:
                return self.client.execute(abort)
            except SalesforceError:
                # As with closing: it may have been heard.
                return self.polling.repeat(lambda: self.client.execute(look))
        except SalesforceError:
            return job

    def _tell(self, *, done: bool = False) -> None:
        if self.report is None:
            return
        with self._lock:
            infos = [(loaded.part.rows, loaded.job) for loaded in self.loaded]
            known = [(rows, job) for rows, job in infos if job is not None]
            self.report(
                Progress(
                    rows=sum(rows for rows, _ in infos),
                    uploaded=sum(rows for rows, job in known if job.state not in (JobState.open, JobState.aborted)),
                    processed=sum(job.processed for _, job in known),
                    failed=sum(job.failed for _, job in known),
                    jobs=len(infos),
                    jobs_done=sum(job.ended for _, job in known),
                    done=done,
                )
            )


def wait_for_job(
    client: SalesforceClient,
    kind: jobs.Kind,
    job: JobInfo,
    polling: Polling,
    check: Callable[[], None] = lambda: None,
    loaded: LoadedJob | None = None,
) -> JobInfo:
    """Ask until the job has ended; return how.

    Raises:
        BulkTimeout: it has not ended within the policy's timeout.
        SalesforceError: the org can't be asked.
    """
    call: jobs.JobCall[Any] = jobs.get_job(kind, job.id, parse=JobInfo.read)
    delays = polling.delays()
    begun = time.monotonic()

    def stopped() -> bool:
        # An org that doesn't answer is not asked for longer than it is to be waited for.
        late = polling.timeout is not None and time.monotonic() - begun >= polling.timeout
        return late or _raises(check)

    while True:
        check()
        job = polling.repeat(lambda: client.execute(call), stopped)
        if loaded is not None:
            loaded.job = job
        if job.ended:
            return job
        delay = next(delays, None)
        if delay is None:
            raise BulkTimeout(
                f"job {job.id} is {job.state} after {polling.timeout:g} seconds; give timeout= more seconds"
            )
        polling.pause(delay, stopped)


def _raises(check: Callable[[], None]) -> bool:
    try:
        check()
    except _Stopped:
        return True
    return False
