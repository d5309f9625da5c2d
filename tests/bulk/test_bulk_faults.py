"""Faults: whatever breaks, no row is lost or doubled, no job stays open in silence, and a message says how to go on."""

from __future__ import annotations

import os
import pickle
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from acme_org import Contact
from acme_org import Salesforce as Acme
from bulk_support import SOON
from fault_proxy import Does, Fault, proxied
from sfgen_local_org.server import LocalOrg
from sfgen_runtime import Salesforce, SalesforceBulkV2ExtractError, SalesforceBulkV2LoadError
from sfgen_runtime.bulk import BulkInterrupted, BulkJobFailed, BulkTimeout, waiting
from sfgen_runtime.bulk.bulk2_client import Bulk2Client
from sfgen_runtime.bulk.enums import Operation
from sfgen_runtime.bulk.rows import RowFailed, RowSaved, RowUnprocessed
from sfgen_runtime.bulk.waiting import Polling
from sfgen_runtime.errors import ServerUnavailable

ROWS = [{"LastName": f"n{number}"} for number in range(30)]


def found(sf: Salesforce) -> list[str]:
    return [record["LastName"] for record in sf.query_all("SELECT LastName FROM Contact")["records"]]


def states(sf: Salesforce) -> list[str]:
    jobs = sf.restful("jobs/ingest")
    assert jobs is not None
    return [job["state"] for job in jobs["records"]]


def all_there_once(sf: Salesforce) -> None:
    assert sorted(found(sf)) == sorted(row["LastName"] for row in ROWS)
    assert "Open" not in states(sf)


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize(
    ("path", "method"),
    [
        ("*/jobs/ingest", "POST"),
        ("*/jobs/ingest/750*", "PATCH"),
        ("*/jobs/ingest/750*", "GET"),
        ("*/successfulResults", "GET"),
    ],
)
def test_a_lost_answer_loses_and_doubles_nothing(
    untyped: Salesforce, server: LocalOrg, path: str, method: str, times: int
) -> None:
    server.cut(path, method=method, times=times)
    result = untyped.Contact.bulk.insert(ROWS, rows_per_job=10, concurrency=1, polling=SOON)
    assert [row.sent["LastName"] for row in result] == [row["LastName"] for row in ROWS]
    assert all(isinstance(row, RowSaved) for row in result)
    server.clear_faults()
    assert sorted(found(untyped)) == sorted(row["LastName"] for row in ROWS)
    # A job whose very creation went unanswered is the one thing nobody knows the id of: it has no rows.
    assert states(untyped).count("Open") == (times if path.endswith("ingest") else 0)


def test_results_that_break_off_are_read_again_from_the_start(untyped: Salesforce, server: LocalOrg) -> None:
    server.cut("*/successfulResults", after=100, times=2)
    result = untyped.Contact.bulk.insert(ROWS, polling=SOON)
    assert [row.sent["LastName"] for row in result] == [row["LastName"] for row in ROWS]


@pytest.mark.parametrize("raise_on_error", [False, True])
def test_results_that_never_come_say_that_the_rows_are_loaded(
    untyped: Salesforce, server: LocalOrg, raise_on_error: bool
) -> None:
    server.fail("*Results", 503)
    rows = [*ROWS, {"FirstName": "no last name"}]
    with pytest.raises(BulkInterrupted, match=r"don't load them again.*\.bulk\.resume\('750\w+'\)") as caught:
        list(untyped.Contact.bulk.insert(rows, polling=SOON, raise_on_error=raise_on_error))
    assert caught.value.status == 503
    server.clear_faults()
    (fate,) = caught.value.jobs
    assert (fate.state, fate.rows) == ("JobComplete", 31)
    resumed = untyped.Contact.bulk.resume(str(fate.job_id), rows)
    assert [row.success for row in resumed] == [True] * 30 + [False]
    all_there_once(untyped)


@pytest.mark.parametrize("arrived", [True, False])
def test_a_connection_lost_in_an_upload_makes_a_new_job_of_the_rows(server: LocalOrg, arrived: bool) -> None:
    with proxied(server.url, server.expire_sessions) as proxy:
        sf = Salesforce(instance_url=proxy.url, session_id=server.session_id, retries=None)
        proxy.meet(Fault(Does.RESET, acted=arrived), times=2, path_has="/batches")
        result = sf.Contact.bulk.insert(ROWS, polling=SOON)
        assert result.succeeded == 30
        assert sorted(states(sf)) == ["Aborted", "Aborted", "JobComplete"]
        all_there_once(sf)


def test_an_upload_that_never_gets_through_leaves_no_job_open(server: LocalOrg) -> None:
    with proxied(server.url, server.expire_sessions) as proxy:
        sf = Salesforce(instance_url=proxy.url, session_id=server.session_id, retries=None)
        proxy.meet(Fault(Does.RESET), times=99, path_has="/batches")
        with pytest.raises(BulkInterrupted, match=r"rows 0 to 29: not loaded, job 750\w+ was aborted; load them again"):
            sf.Contact.bulk.insert(ROWS, polling=SOON)
        assert set(states(sf)) == {"Aborted"}
        assert found(sf) == []


def test_a_run_that_loses_the_org_while_polling_says_how_to_resume(untyped: Salesforce, server: LocalOrg) -> None:
    server.fail("*/jobs/ingest/750*", 503, method="GET")
    with pytest.raises(BulkInterrupted, match=r"get their results with .bulk.resume\('750") as caught:
        untyped.Contact.bulk.insert(ROWS, polling=SOON)
    server.clear_faults()
    (fate,) = caught.value.jobs
    assert (fate.first, fate.rows) == (0, 30)
    assert fate.job_id is not None
    resumed = untyped.Contact.bulk.resume(fate.job_id, ROWS)
    assert [row.sent["LastName"] for row in resumed] == [row["LastName"] for row in ROWS]
    all_there_once(untyped)


def test_a_job_that_stays_in_progress_runs_into_the_timeout_and_is_resumed(
    untyped: Salesforce, server: LocalOrg, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.delay_job(100)
    slept: list[float] = []
    # On this clock only sleeping takes time: that answers take theirs is another test's matter.
    monkeypatch.setattr(waiting, "time", SimpleNamespace(monotonic=lambda: sum(slept)))
    with pytest.raises(BulkTimeout, match="after 60 seconds") as caught:
        untyped.Contact.bulk.insert(ROWS, timeout=60, polling=Polling(sleep=slept.append))
    assert sum(slept) == pytest.approx(60)
    # In slices of a second at most, so that a run that is being stopped stops soon.
    assert slept[0] < max(slept) <= 1
    assert "resume" in str(caught.value)
    job_id = caught.value.jobs[0].job_id
    assert job_id is not None
    assert untyped.Contact.bulk.resume(job_id, polling=SOON).succeeded == 30
    all_there_once(untyped)


def test_a_failed_job_keeps_what_it_did_and_what_it_did_not(
    untyped: Salesforce, server: LocalOrg, tmp_path: Any
) -> None:
    server.fail_job("it broke", after_rows=12)
    with pytest.raises(BulkJobFailed, match=r"is Failed: .*it broke") as caught:
        untyped.Contact.bulk.insert(ROWS)
    result = caught.value.result
    assert result is not None
    assert (result.succeeded, result.failed, result.unprocessed) == (12, 0, 18)
    assert [type(row) for row in result] == [RowSaved] * 12 + [RowUnprocessed] * 18
    assert result.failures_to_csv(tmp_path / "rest.csv") == 18
    untyped.Contact.bulk.insert(tmp_path / "rest.csv", raise_on_error=True)
    all_there_once(untyped)


def test_a_failed_row_stands_where_it_was_sent(untyped: Salesforce, server: LocalOrg) -> None:
    server.fail_row(
        "UNABLE_TO_LOCK_ROW", "unable to obtain exclusive access", where=lambda row: row["LastName"] == "n7"
    )
    result = untyped.Contact.bulk.insert(ROWS)
    (failure,) = result.failures()
    assert isinstance(failure, RowFailed)
    assert (failure.index, failure.error_code) == (7, "UNABLE_TO_LOCK_ROW")
    assert [row.index for row in result.saved()] == [number for number in range(30) if number != 7]


def test_an_expired_session_is_renewed_in_the_middle(renewing: Salesforce, server: LocalOrg) -> None:
    def rows() -> Iterator[dict[str, str]]:
        for number, row in enumerate(ROWS):
            if number in (5, 25):
                server.expire_sessions()
            yield row

    result = renewing.Contact.bulk.insert(rows(), rows_per_job=10, concurrency=2)
    server.expire_sessions()
    assert [row.sent["LastName"] for row in result] == [row["LastName"] for row in ROWS]
    all_there_once(renewing)


def test_a_large_upload_is_sent_whole_again_after_the_session_expired(
    renewing: Salesforce, server: LocalOrg, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.fail("*/batches", 401, times=1)
    rows = [{"LastName": f"n{number}", "Description": "x" * 20_000} for number in range(120)]
    assert renewing.Contact.bulk.insert(rows, raise_on_error=True).succeeded == 120
    assert [served.status for served in server.requests if served.path.endswith("/batches")] == [401, 201]


def test_an_expired_session_that_cannot_be_renewed_tells_of_the_rows(untyped: Salesforce, server: LocalOrg) -> None:
    def rows() -> Iterator[dict[str, str]]:
        yield from ROWS
        server.expire_sessions()

    with pytest.raises(BulkInterrupted, match="Log in again"):
        untyped.Contact.bulk.insert(rows(), rows_per_job=10, concurrency=1, polling=SOON)


def test_a_load_that_is_refused_knows_the_answer(untyped: Salesforce, server: LocalOrg) -> None:
    server.fail("*/jobs/ingest", 403, code="REQUEST_LIMIT_EXCEEDED", message="no more today", method="POST")
    with pytest.raises(BulkInterrupted, match="no more today") as caught:
        untyped.Contact.bulk.insert(ROWS, polling=SOON)
    for error in (caught.value, pickle.loads(pickle.dumps(caught.value))):
        assert (error.status, error.error_code) == (403, "REQUEST_LIMIT_EXCEEDED")
        assert [detail.message for detail in error.errors] == ["no more today"]
        assert error.url.endswith("/jobs/ingest")
        assert error.content[0]["message"] == "no more today"
        assert str(error).startswith("the bulk insert of Contact stopped: POST http")
        assert error.jobs[0].rows == 30


def test_an_input_that_breaks_off_says_what_was_loaded(untyped: Salesforce) -> None:
    def rows() -> Iterator[dict[str, str]]:
        yield from ROWS * 40
        raise OSError("the disk went away")

    with pytest.raises(OSError, match="disk") as caught:
        untyped.Contact.bulk.insert(rows(), rows_per_job=500, polling=SOON)
    (row, note) = caught.value.__notes__
    assert row == f"in row {len(ROWS) * 40} of the input, counted from 0"
    assert "rows 0 to 499" in note
    assert "Open" not in states(untyped)


def test_an_interrupt_leaves_no_job_open(untyped: Salesforce) -> None:
    def rows() -> Iterator[dict[str, str]]:
        yield from ROWS * 40
        raise KeyboardInterrupt

    before = set(threading.enumerate())
    with pytest.raises(KeyboardInterrupt) as caught:
        untyped.Contact.bulk.insert(rows(), rows_per_job=500, polling=SOON)
    assert "stopped" in caught.value.__notes__[0]
    assert "Open" not in states(untyped)
    left = set(threading.enumerate()) - before
    assert [thread for thread in left if thread.name.startswith("sfgen-bulk")] == []


def test_a_job_that_a_killed_program_left_open_is_found_and_aborted(server: LocalOrg, sf: Acme, tmp_path: Path) -> None:
    program = f"""
import logging, os, signal, sys
from sfgen_runtime import Salesforce
from sfgen_runtime.bulk.parts import FileBody

def half(body):
    yield b"LastName\\r\\n"
    os.kill(os.getpid(), signal.SIGKILL)

logging.basicConfig(level=logging.INFO, stream=sys.stdout)
FileBody.__iter__ = half
sf = Salesforce(instance_url={server.url!r}, session_id={server.session_id!r})
sf.Contact.bulk.insert({{"LastName": "Smith", "Description": "d" * 2000}} for _ in range(1000))
"""
    # It can't remove its temporary folder any more: pytest does.
    temporary = os.environ | {"TMPDIR": str(tmp_path)}
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, env=temporary)
    assert ran.returncode == -signal.SIGKILL, ran.stderr
    assert sf.Account.bulk.open_jobs() == []
    (left,) = sf.Contact.bulk.open_jobs()
    assert f"job {left.id} takes rows 0 to 999 of the insert of Contact" in ran.stdout
    assert sf.Contact.bulk.abort(left.id).state == "Aborted"
    assert sf.Contact.bulk.open_jobs() == []


def test_open_jobs_are_found_on_every_page(untyped: Salesforce, server: LocalOrg) -> None:
    made = [Bulk2Client("Contact", untyped).create_job(Operation.insert)["id"] for _ in range(1200)]
    assert [job.id for job in untyped.Contact.bulk.open_jobs()] == made
    assert sum(served.path.endswith("/jobs/ingest") and served.method == "GET" for served in server.requests) == 2


def test_an_open_job_is_not_resumed_but_aborted(untyped: Salesforce) -> None:
    opened = untyped.bulk2.Contact._client.create_job("insert")  # type: ignore[arg-type]
    with pytest.raises(Exception, match="is open: its upload was never completed"):
        untyped.Contact.bulk.resume(opened["id"])
    assert untyped.Contact.bulk.abort(opened["id"]).state == "Aborted"


@pytest.mark.parametrize("arrived", [True, False])
def test_a_batch_of_bulk_1_that_went_unanswered_is_neither_sent_again_nor_forgotten(
    server: LocalOrg, arrived: bool
) -> None:
    with proxied(server.url, server.expire_sessions) as proxy:
        sf = Salesforce(instance_url=proxy.url, session_id=server.session_id, retries=None)
        proxy.meet(Fault(Does.RESET, acted=arrived), times=1, path_has="/batch")
        with pytest.raises(
            SalesforceBulkV2LoadError, match=r"0 of 3 batches are in job 750\w+.*batch 1 may be in it too"
        ):
            sf.bulk.Contact.insert(ROWS, batch_size=10, wait=0)
        assert len(found(sf)) == (10 if arrived else 0)


# ---- queries ---------------------------------------------------------------------------------------------------------


def test_a_lost_page_of_a_query_is_asked_for_again(sf: Acme, server: LocalOrg) -> None:
    sf.Contact.bulk.insert([Contact(LastName=f"n{number}") for number in range(30)])
    server.cut("*/results", after=50, times=2)
    query = sf.Contact.select(Contact.LastName).bulk().options(page_rows=7, polling=SOON)
    assert sorted(contact.LastName for contact in query) == sorted(row["LastName"] for row in ROWS)


def test_a_query_whose_results_are_lost_is_resumed(sf: Acme, server: LocalOrg) -> None:
    sf.Contact.bulk.insert([Contact(LastName=f"n{number}") for number in range(30)])
    server.fail("*/results", 503)
    query = sf.Contact.select(Contact.LastName).bulk().options(page_rows=7, polling=SOON)
    with pytest.raises(SalesforceBulkV2ExtractError, match=r"\.resume\('750"):
        query.all()
    server.clear_faults()
    assert query.job_id is not None
    created = [served for served in server.requests if served.method == "POST" and served.path.endswith("/query")]
    assert len(query.resume(query.job_id).all()) == 30
    again = [served for served in server.requests if served.method == "POST" and served.path.endswith("/query")]
    assert len(again) == len(created) == 1


def test_a_query_that_loses_the_org_while_polling_is_resumed(sf: Acme, server: LocalOrg) -> None:
    sf.Contact.bulk.insert([Contact(LastName=f"n{number}") for number in range(30)])
    server.fail("*/jobs/query/750*", 503, method="GET")
    server.fail("*/jobs/query/750*", 503, method="PATCH")
    query = sf.Contact.select(Contact.LastName).bulk().options(polling=SOON)
    with pytest.raises(ServerUnavailable) as caught:
        query.all()
    server.clear_faults()
    (note,) = caught.value.__notes__
    (job_id,) = re.findall(r"\.resume\('(750\w+)'\) of the query", note)
    assert len(query.resume(job_id).all()) == 30


def test_a_failed_query_says_why(sf: Acme, server: LocalOrg) -> None:
    server.fail_job("too many locks")
    with pytest.raises(SalesforceBulkV2ExtractError, match="too many locks"):
        sf.Contact.select(Contact.LastName).bulk().all()


def test_a_query_that_takes_too_long_is_aborted(sf: Acme, server: LocalOrg) -> None:
    server.delay_job(100)
    query = sf.Contact.select(Contact.LastName).bulk().options(timeout=30, polling=Polling(sleep=lambda seconds: None))
    with pytest.raises(BulkTimeout, match="after 30 seconds") as caught:
        query.all()
    assert "was aborted" in caught.value.__notes__[0]
