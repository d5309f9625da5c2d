"""Answers that are not what the Bulk API documents: none of them passes for rows, and none loses any in silence."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import requests
from bulk_support import SOON
from fault_proxy import Does, Fault, proxied
from sfgen_local_org.server import LocalOrg
from sfgen_runtime import Salesforce, SalesforceBulkV2ExtractError, SalesforceBulkV2LoadError, SalesforceGeneralError
from sfgen_runtime.bulk import BulkInterrupted, BulkJobFailed, BulkRowsFailed, waiting
from sfgen_runtime.bulk.jobs import JobInfo
from sfgen_runtime.bulk.load import wait_for_job
from sfgen_runtime.bulk.parts import PartWriter
from sfgen_runtime.bulk.waiting import Polling
from sfgen_runtime.errors import SalesforceConnectionError, ServerUnavailable

ROWS = [{"LastName": f"n{number}"} for number in range(30)]
SOQL = "SELECT LastName FROM Contact"


def watch(sf: Salesforce, path_has: str, do: Callable[[requests.Response], object]) -> None:
    """Show answers to requests whose path has a text, before the client reads them."""

    def hook(answer: requests.Response, **options: Any) -> None:
        if path_has in answer.url:
            do(answer)

    sf.session.hooks["response"].append(hook)


def test_a_failed_job_that_is_resumed_has_the_rows_that_were_not_tried(
    untyped: Salesforce, server: LocalOrg, tmp_path: Path
) -> None:
    server.fail_job("it broke", after_rows=12)
    with pytest.raises(BulkJobFailed) as caught:
        untyped.Contact.bulk.insert(ROWS, polling=SOON)
    assert caught.value.result is not None
    job_id = caught.value.result.jobs[0].id
    result = untyped.Contact.bulk.resume(job_id, polling=SOON)
    assert (len(result), result.succeeded, result.unprocessed) == (30, 12, 18)
    assert result.failures_to_csv(tmp_path / "rest.csv") == 18
    with pytest.raises(BulkRowsFailed, match="18 of 30 rows"):
        untyped.Contact.bulk.resume(job_id, polling=SOON, raise_on_error=True)


def test_a_web_page_is_no_result(untyped: Salesforce, server: LocalOrg) -> None:
    job_id = untyped.Contact.bulk.insert(ROWS, polling=SOON).jobs[0].id
    with proxied(server.url, server.expire_sessions) as proxy:
        sf = Salesforce(instance_url=proxy.url, session_id=server.session_id, retries=None)
        proxy.meet(Fault(Does.HTML), times=99, path_has="esults")
        with pytest.raises(BulkInterrupted, match="a web page came in place of the results"):
            list(sf.Contact.bulk.resume(job_id, polling=SOON))
        with pytest.raises(SalesforceBulkV2ExtractError, match="a web page came in place of the results"):
            sf.Contact.bulk.query(SOQL).options(polling=SOON).all()
        with pytest.raises(SalesforceGeneralError, match="a web page came in place of the results"):
            sf.bulk2.Contact.get_successful_records(job_id)
        with pytest.raises(SalesforceGeneralError, match="a web page came in place of the results"):
            list(sf.bulk2.Contact.query(SOQL, wait=0))


@pytest.mark.parametrize("lost", [["Sforce-Locator"], ["Sforce-Locator", "Sforce-NumberOfRecords"]])
def test_a_gateway_that_takes_out_where_the_next_page_is_cuts_no_query_short(
    untyped: Salesforce, lost: list[str]
) -> None:
    untyped.Contact.bulk.insert(ROWS, polling=SOON)
    watch(untyped, "/results", lambda answer: [answer.headers.pop(name) for name in lost])
    with pytest.raises(SalesforceBulkV2ExtractError, match="have 10 rows, and the org said 30"):
        untyped.Contact.bulk.query(SOQL).options(page_rows=10, polling=SOON).all()
    assert len(untyped.Contact.bulk.query(SOQL).options(page_rows=30, polling=SOON).all()) == 30


def test_simple_salesforces_query_is_cut_short_no_more(untyped: Salesforce) -> None:
    untyped.Contact.bulk.insert(ROWS, polling=SOON)
    watch(untyped, "/results", lambda answer: answer.headers.pop("Sforce-Locator"))
    with pytest.raises(SalesforceBulkV2ExtractError, match="have 10 rows, and the org said 30"):
        list(untyped.bulk2.Contact.query(SOQL, max_records=10, wait=0))


def test_pages_that_lead_in_a_circle_end(untyped: Salesforce) -> None:
    untyped.Contact.bulk.insert(ROWS, polling=SOON)
    seen: list[str] = []

    def lead_back(answer: requests.Response) -> None:
        seen.append(answer.headers["Sforce-Locator"])
        if len(seen) > 2:
            answer.headers["Sforce-Locator"] = seen[len(seen) % 2]

    watch(untyped, "/results", lead_back)
    with pytest.raises(SalesforceBulkV2ExtractError, match="is of one before"):
        untyped.Contact.bulk.query(SOQL).options(page_rows=5, polling=SOON).all()


def test_threads_that_read_one_result_download_it_once(untyped: Salesforce) -> None:
    result = untyped.Contact.bulk.insert(ROWS, rows_per_job=10, polling=SOON)
    asked: list[str] = []
    both = threading.Barrier(2)

    def meet(answer: requests.Response) -> None:
        asked.append(answer.url)
        # Two that download at once would meet here.
        with suppress(threading.BrokenBarrierError):
            both.wait(0.2)

    watch(untyped, "Results", meet)
    read: list[list[Any]] = []
    threads = [threading.Thread(target=lambda: read.append(list(result))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(asked) == 3
    assert [[row.sent for row in rows] for rows in read] == [ROWS, ROWS]


def test_many_small_jobs_keep_no_more_in_memory_than_one(tmp_path: Path) -> None:
    rows = ({"LastName": "x" * 1_000} for _ in range(5_000))
    parts = list(PartWriter(lambda: tmp_path, max_rows=200).of_records(rows))
    assert len(parts) == 25
    assert sum(len(part.content) for part in parts) < 1_100_000
    assert sum(1 for part in parts for _ in part.cells()) == 5_000


def test_a_carriage_return_ends_no_row(untyped: Salesforce, tmp_path: Path) -> None:
    untyped.bulk2.Contact.insert(records=[{"LastName": "x\ry"}, {"LastName": "z", "FirstName": ""}], wait=0)
    path = tmp_path / "rows.csv"
    path.write_bytes(b'LastName\n"v\rw"\n')
    untyped.bulk2.Contact.insert(str(path), wait=0)
    found = untyped.query_all(SOQL)["records"]
    assert sorted(record["LastName"] for record in found) == ["v\rw", "x\ry", "z"]


# ---- waiting ---------------------------------------------------------------------------------------------------------


def test_a_timeout_counts_the_time_that_answers_take(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([0.0, 30.0, 61.0])
    monkeypatch.setattr(waiting, "time", SimpleNamespace(monotonic=lambda: next(clock)))
    assert list(Polling(first=1, factor=1, timeout=60).delays()) == [1, 1]


def test_a_timeout_ends_questions_that_get_no_answer(untyped: Salesforce, server: LocalOrg) -> None:
    job_id = untyped.Contact.bulk.insert(ROWS, polling=SOON).jobs[0].id
    server.fail("*/jobs/ingest/750*", 503, method="GET")
    asked: list[str] = []
    watch(untyped, "/jobs/ingest/750", lambda answer: asked.append(answer.url))
    polling = Polling(first=0, longest=0, timeout=0.001, tries=50)
    with pytest.raises(ServerUnavailable):
        wait_for_job(untyped, "ingest", JobInfo(job_id, ""), polling)
    assert len(asked) < 50


@pytest.mark.parametrize("timeout", [-1, float("nan")])
def test_a_timeout_that_is_none_is_told_before_a_job_is_made(untyped: Salesforce, timeout: float) -> None:
    with pytest.raises(ValueError, match=f"timeout={timeout}: give the seconds to wait"):
        untyped.Contact.bulk.insert(ROWS, timeout=timeout)
    assert untyped.Contact.bulk.open_jobs() == []


# ---- the Bulk API 1.0 ------------------------------------------------------------------------------------------------

JOB = "*/job/750???????????????"


def test_bulk_1_returns_results_though_the_answer_to_closing_is_lost(untyped: Salesforce, server: LocalOrg) -> None:
    server.cut(JOB, method="POST")
    assert [row["success"] for row in untyped.bulk.Contact.insert(ROWS, wait=0)] == [True] * 30


def test_bulk_1_is_interrupted_at_once(untyped: Salesforce, server: LocalOrg, monkeypatch: pytest.MonkeyPatch) -> None:
    server.delay_job(400)
    asked: list[str] = []

    def interrupted(futures: object, timeout: float) -> None:
        # What Ctrl-C does to a thread that waits for a moment; whether it does to one that waits for long, depends.
        assert timeout <= 1
        raise KeyboardInterrupt

    watch(untyped, "/batch/751", lambda answer: asked.append(answer.url))
    monkeypatch.setattr("sfgen_runtime.bulk.waiting.wait", interrupted)
    with pytest.raises(KeyboardInterrupt) as caught:
        untyped.bulk.Contact.insert(ROWS, wait=0.01)
    assert "1 of 1 batches are in job 750" in caught.value.__notes__[0]
    assert len(asked) < 300


@pytest.mark.parametrize("body", [b'{"exceptionMessage": "x"}', b"null", b'"text"'])
@pytest.mark.parametrize("path", ["/result", "/batch/751", "/job/750"])
def test_bulk_1_takes_nothing_else_for_results(untyped: Salesforce, path: str, body: bytes) -> None:
    def alter(answer: requests.Response) -> None:
        answer._content = body

    watch(untyped, path, alter)
    with pytest.raises(SalesforceGeneralError, match="the answer is|no JSON object"):
        untyped.bulk.Contact.insert(ROWS, wait=0)


def test_bulk_1_tells_of_a_batch_that_a_gateway_lost_the_answer_to(server: LocalOrg) -> None:
    with proxied(server.url, server.expire_sessions) as proxy:
        sf = Salesforce(instance_url=proxy.url, session_id=server.session_id, retries=None)
        proxy.meet(Fault(Does.ANSWER, acted=True, status=502), path_has="/batch")
        with pytest.raises(ServerUnavailable) as caught:
            sf.bulk.Contact.insert(ROWS, batch_size=20, wait=0)
        assert "0 of 2 batches are in job 750" in caught.value.__notes__[0]
        assert "batch 1 may be in it too" in caught.value.__notes__[0]


# ---- the Bulk API 2.0 under simple-salesforce's names ----------------------------------------------------------------


def test_bulk_2_leaves_no_half_page_behind(untyped: Salesforce, server: LocalOrg, tmp_path: Path) -> None:
    untyped.Contact.bulk.insert(ROWS, polling=SOON)
    server.cut("*/results", after=20, times=9)
    with pytest.raises(SalesforceConnectionError):
        untyped.bulk2.Contact.download(SOQL, str(tmp_path), wait=0)
    assert list(tmp_path.iterdir()) == []


def test_bulk_2_tells_what_became_of_the_other_jobs_of_a_load(untyped: Salesforce, server: LocalOrg) -> None:
    server.fail_job("it broke")
    with pytest.raises(SalesforceBulkV2LoadError, match="Job failure") as caught:
        untyped.bulk2.Contact.insert(records=ROWS, batch_size=10, wait=0)
    assert "rows 10 to 19: loaded by job 750" in caught.value.__notes__[0]
