from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import requests
from bulk_over_http import Jobs, as_csv

if TYPE_CHECKING:
    from sfgen_local_org.server import LocalOrg

ROWS = as_csv(["LastName"], [(f"L{number}",) for number in range(10)])


def test_a_job_that_fails(server: LocalOrg, jobs: Jobs) -> None:
    server.fail_job("out of disk", sobject="Contact", after_rows=4)
    job = jobs.load(ROWS)
    assert job["state"] == "Failed"
    assert job["errorMessage"] == "InternalServerError : out of disk"
    assert job["numberRecordsProcessed"] == 4
    written, refused, rest = jobs.results(job)
    assert [row["LastName"] for row in written] == ["L0", "L1", "L2", "L3"]
    assert [row["LastName"] for row in rest] == ["L4", "L5", "L6", "L7", "L8", "L9"]
    assert refused == []
    assert jobs.load(ROWS)["state"] == "JobComplete"


def test_a_query_that_fails(server: LocalOrg, jobs: Jobs) -> None:
    server.fail_job("too slow")
    job = jobs.query_job("SELECT Id FROM Contact")
    assert (job["state"], job["errorMessage"]) == ("Failed", "InternalServerError : too slow")
    assert jobs.get(f"query/{job['id']}/results").json()[0]["errorCode"] == "INVALIDJOBSTATE"


def test_a_job_that_stays_in_progress(server: LocalOrg, jobs: Jobs) -> None:
    server.delay_job(3)
    job = jobs.open()
    jobs.upload(job, ROWS)
    jobs.close_job(job)
    states = [jobs.state(job)["state"] for _ in range(4)]
    assert states == ["InProgress"] * 3 + ["JobComplete"]
    assert jobs.state(job)["numberRecordsProcessed"] == 10


def test_a_job_that_is_aborted_while_it_is_in_progress(server: LocalOrg, jobs: Jobs) -> None:
    server.delay_job(100)
    job = jobs.open()
    jobs.upload(job, ROWS)
    jobs.close_job(job)
    assert jobs.state(job)["state"] == "InProgress"
    assert jobs.get(f"ingest/{job['id']}/failedResults").status_code == 400
    jobs.patch(f"ingest/{job['id']}", json={"state": "Aborted"})
    assert jobs.state(job)["state"] == "Aborted"
    assert len(jobs.results(job)[2]) == 10


def test_a_row_that_fails(server: LocalOrg, jobs: Jobs) -> None:
    server.fail_row(
        "UNABLE_TO_LOCK_ROW", "unable to obtain exclusive access", where=lambda record: record["LastName"] == "L7"
    )
    job = jobs.load(ROWS)
    written, refused, _ = jobs.results(job)
    assert [row["LastName"] for row in refused] == ["L7"]
    assert refused[0]["sf__Error"] == "UNABLE_TO_LOCK_ROW:unable to obtain exclusive access:--"
    assert len(written) == 9
    assert jobs.load(ROWS)["numberRecordsFailed"] == 0


def test_requests_that_fail(server: LocalOrg, jobs: Jobs) -> None:
    job = jobs.open()
    server.fail("*/batches", 503, method="PUT", times=1)
    assert jobs.upload(job, ROWS).status_code == 503
    assert jobs.upload(job, ROWS).status_code == 201  # the refused one left nothing
    server.fail("*/jobs/ingest/*", 429, method="GET", times=1, headers={"Retry-After": "1"})
    assert jobs.get(f"ingest/{job['id']}").headers["Retry-After"] == "1"
    assert jobs.state(job)["state"] == "Open"


def test_an_expired_session_takes_no_data(server: LocalOrg, jobs: Jobs) -> None:
    job = jobs.open()
    server.expire_sessions()
    response = jobs.upload(job, ROWS)
    assert (response.status_code, response.json()[0]["errorCode"]) == (401, "INVALID_SESSION_ID")


def test_answers_that_break_off(server: LocalOrg, jobs: Jobs) -> None:
    job = jobs.load(ROWS)
    path = f"ingest/{job['id']}/successfulResults"
    whole = jobs.get(path).content
    server.cut("*/successfulResults", after=100)
    with pytest.raises((requests.exceptions.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        _ = jobs.get(path).content
    server.cut("*/successfulResults", after=100)
    with jobs.get(path, stream=True) as response:
        assert response.raw.read(100) == whole[:100]
    assert jobs.get(path).content == whole
    server.cut("*/jobs/ingest/*", method="GET")
    with pytest.raises((requests.exceptions.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        jobs.state(job)
    assert jobs.state(job)["state"] == "JobComplete"


def test_faults_are_cleared(server: LocalOrg, jobs: Jobs) -> None:
    server.fail_job(times=None)
    server.delay_job(5, times=None)
    server.fail_row("X", "y", times=None)
    server.cut("*", times=None)
    server.clear_faults()
    assert (jobs.load(ROWS)["state"], jobs.load(ROWS)["numberRecordsFailed"]) == ("JobComplete", 0)
