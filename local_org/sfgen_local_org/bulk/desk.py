"""All jobs of an org, and what works them off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..ids import make_id
from .faults import JobFaults
from .runner import Runner

if TYPE_CHECKING:
    from .batches import BatchJob
    from .jobs import Job

# The key prefixes of jobs and of batches.
_JOB, _BATCH = "750", "751"


class BulkDesk:
    """The jobs, by id, in the order in which they were created: those of Bulk API 2.0, and those of 1.0."""

    def __init__(self) -> None:
        self.jobs: dict[str, Job] = {}
        self.batch_jobs: dict[str, BatchJob] = {}
        self.faults = JobFaults()
        self.runner = Runner()
        self._made = 0

    def new_id(self) -> str:
        """Return an id for another job."""
        self._made += 1
        return make_id(_JOB, self._made)

    def new_batch_id(self) -> str:
        """Return an id for another batch."""
        self._made += 1
        return make_id(_BATCH, self._made)

    def add(self, job: Job) -> None:
        """Keep a job."""
        self.jobs[job.id] = job

    def remove(self, job: Job) -> None:
        """Forget a job and give back what it holds."""
        if not job.finished:
            job.abort()
        del self.jobs[job.id]
        job.close()
