"""Jobs that take longer than a request may: they go on in the background, survive a restart, and need little memory."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from bulk_over_http import Jobs, as_csv
from sfgen_local_org.bulk import jobs as jobs_module
from sfgen_local_org.bulk import runner
from sfgen_local_org.bulk.jobs import Job
from sfgen_local_org.demo import describes
from sfgen_local_org.server import LocalOrg

if TYPE_CHECKING:
    from collections.abc import Mapping

ROWS = 20_000
DATA = as_csv(["LastName"], ((f"L{number}",) for number in range(ROWS)))


def begin(jobs: Jobs) -> dict[str, object]:
    job = jobs.open()
    jobs.upload(job, DATA)
    jobs.close_job(job)
    return job


def finish(jobs: Jobs, job: Mapping[str, object]) -> list[dict[str, object]]:
    states = [jobs.state(job)]
    while states[-1]["state"] not in ("JobComplete", "Failed"):
        states.append(jobs.state(job))
    return states


@pytest.fixture(autouse=True)
def halfway(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Let jobs go on in the background, and none beyond half of its rows until this is set.

    Otherwise a job may have ended before a slow client asks for it.
    """
    monkeypatch.setattr(runner, "AT_ONCE", 0.0)
    monkeypatch.setattr(jobs_module, "BATCH", 100)
    passed, step = threading.Event(), Job.step

    def step_or_wait(job: Job) -> bool:
        waits = job.work is not None and job.processed >= ROWS // 2 and not passed.is_set()
        return waits or step(job)

    monkeypatch.setattr(Job, "step", step_or_wait)
    return passed


def test_the_org_answers_while_it_works(jobs: Jobs, halfway: threading.Event) -> None:
    first, second = begin(jobs), begin(jobs)
    states = [jobs.state(first)]
    halfway.set()
    states += finish(jobs, first)
    assert states[0]["state"] == "InProgress"
    seen = [int(str(state["numberRecordsProcessed"])) for state in states]
    assert seen == sorted(seen)
    assert seen[0] < seen[-1] == ROWS
    assert finish(jobs, second)[-1]["numberRecordsProcessed"] == ROWS
    assert len(jobs.query_more("SELECT Id FROM Contact")) == 2 * ROWS


def test_a_job_goes_on_without_being_asked(
    jobs: Jobs, halfway: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended, step = threading.Event(), Job.step

    def step_and_tell(job: Job) -> bool:
        more = step(job)
        if job.finished:
            ended.set()
        return more

    monkeypatch.setattr(Job, "step", step_and_tell)
    halfway.set()
    begin(jobs)
    assert ended.wait(timeout=60)


def test_an_aborted_job_keeps_what_it_did(jobs: Jobs) -> None:
    job = begin(jobs)
    assert jobs.state(job)["state"] == "InProgress"
    assert jobs.patch(f"ingest/{job['id']}", json={"state": "Aborted"}).json()["state"] == "Aborted"
    written, refused, rest = jobs.results(job)
    assert refused == []
    assert rest
    assert [row["LastName"] for row in (*written, *rest)] == [f"L{number}" for number in range(ROWS)]
    assert jobs.state(job)["numberRecordsProcessed"] == len(written)


def test_a_job_goes_on_after_a_restart(halfway: threading.Event) -> None:
    server = LocalOrg(describes().values())
    with server, Jobs(server) as jobs:
        job = begin(jobs)
        assert jobs.state(job)["state"] == "InProgress"
    halfway.set()
    with server, Jobs(server) as jobs:
        assert finish(jobs, job)[-1]["numberRecordsProcessed"] == ROWS
        assert len(jobs.rows(job, "successfulResults")) == ROWS


_MEASURE = """
import resource, sys
from pathlib import Path
from sfgen_local_org.bulk.desk import BulkDesk
from sfgen_local_org.bulk.jobs import IngestJob, QueryJob
from sfgen_local_org.bulk.spool import Spool
from sfgen_local_org.demo import describes
from sfgen_local_org.org import Org

org, desk, upload = Org(describes().values(), database=sys.argv[1]), BulkDesk(), Spool()
upload.write(b"LastName,Email\\n")
for start in range(0, int(sys.argv[2]), 1000):
    upload.write("".join(f"L{n},a{n}@example.com\\n" for n in range(start, start + 1000)).encode())
common = dict(id="750", org=org, faults=desk.faults, sobject="Contact", api_version="62.0", created="",
              delimiter="COMMA", line_ending="LF", state="UploadComplete")
for job in (IngestJob(**common, operation="insert", upload=upload),
            QueryJob(**common, operation="query", soql="SELECT Id, LastName, Email FROM Contact")):
    job.begin()
    while job.step():
        pass
    assert job.processed == int(sys.argv[2]), job
assert sum(map(len, job.rows.page(0, job.rows.rows)[1])) > 30 * int(sys.argv[2])
# Linux counts what the parent had in memory as this process's own; the high-water mark begins anew.
status = Path("/proc/self/status")
marks = status.read_text().partition("VmHWM:")[2].split() if status.exists() else []
print(marks[0] if marks else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.slow
def test_memory_does_not_grow_with_the_rows(tmp_path: Path) -> None:
    def peak(rows: int) -> int:
        arguments = [sys.executable, "-c", _MEASURE, str(tmp_path / f"{rows}.db"), str(rows)]
        return int(subprocess.run(arguments, check=True, capture_output=True, text=True).stdout)

    assert peak(200_000) < 1.2 * peak(20_000)
