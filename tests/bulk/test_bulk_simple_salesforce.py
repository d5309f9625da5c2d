"""``sf.bulk`` and ``sf.bulk2``: simple-salesforce's names and results, without its bugs."""

from __future__ import annotations

import csv
import datetime as dt
import importlib
import inspect
import io
import json
import re
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
from sfgen_local_org.server import LocalOrg
from sfgen_runtime import (
    Salesforce,
    SalesforceBulkV2LoadError,
    SalesforceError,
    SalesforceExpiredSession,
    SalesforceGeneralError,
    SalesforceMalformedRequest,
    SalesforceRefusedRequest,
    SalesforceResourceNotFound,
    bulk2,
)
from sfgen_runtime.bulk import (
    BulkInterrupted,
    ColumnDelimiter,
    JobState,
    LineEnding,
    Operation,
    SFBulk2Handler,
    SFBulkHandler,
)
from sfgen_runtime.bulk.batches import bodies


def dicts(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.mark.parametrize("count", [1, 2, 9_999, 10_000, 10_001, 20_000])
def test_automatic_batches_lose_no_record(count: int) -> None:
    rows = [{"N": number} for number in range(count)]
    batches = [json.loads(body) for body in bodies(rows, "auto")]
    assert [row for batch in batches for row in batch] == rows
    assert all(len(batch) <= 10_000 for batch in batches)


def test_automatic_batches_stay_below_ten_million_characters() -> None:
    rows = [{"N": "x" * 3_000_000} for _ in range(7)]
    found = list(bodies(rows, "auto"))
    assert [len(json.loads(body)) for body in found] == [3, 3, 1]
    assert all(len(body) <= 10_000_000 for body in found)


def test_insert_returns_what_scripts_expect(untyped: Salesforce) -> None:
    results = untyped.bulk2.Contact.insert(records=[{"LastName": "A"}, {"FirstName": "b"}], wait=0)
    (job,) = results
    assert job.keys() == {"numberRecordsFailed", "numberRecordsProcessed", "numberRecordsTotal", "job_id"}
    assert (job["numberRecordsFailed"], job["numberRecordsProcessed"], job["numberRecordsTotal"]) == (1, 2, 2)
    (failed,) = dicts(untyped.bulk2.Contact.get_failed_records(job["job_id"]))
    assert failed["sf__Error"].startswith("REQUIRED_FIELD_MISSING")
    (saved,) = dicts(untyped.bulk2.Contact.get_successful_records(job["job_id"]))
    assert saved["LastName"] == "A"


def test_values_are_written_as_the_org_takes_them(untyped: Salesforce) -> None:
    (job,) = untyped.bulk2.Contact.insert(
        records=[
            {"LastName": "A", "HasOptedOutOfEmail": True, "Birthdate": dt.date(2000, 1, 2), "Title": "t"},
        ]
    )
    (saved,) = dicts(untyped.bulk2.Contact.get_successful_records(job["job_id"]))
    assert (saved["HasOptedOutOfEmail"], saved["Birthdate"]) == ("true", "2000-01-02")
    untyped.bulk2.Contact.update(records=[{"Id": saved["sf__Id"], "Title": None, "Birthdate": ""}])
    record = untyped.Contact.get(saved["sf__Id"])
    assert (record["Title"], record["Birthdate"]) == (None, "2000-01-02")


@pytest.mark.parametrize("delimiter", ColumnDelimiter)
def test_all_results_keep_multi_line_values_and_each_its_file(
    untyped: Salesforce, tmp_path: Path, delimiter: ColumnDelimiter
) -> None:
    records = [{"LastName": "two\nlines"}, {"FirstName": "x\u2028y"}]
    (job,) = untyped.bulk2.Contact.insert(records=records, column_delimiter=delimiter, wait=0.01)
    found = untyped.bulk2.Contact.get_all_ingest_records(job["job_id"], file=tmp_path / "all.csv")
    assert [row["LastName"] for row in found["successfulRecords"]] == ["two\nlines"]
    assert [row["FirstName"] for row in found["failedRecords"]] == ["x\u2028y"]
    assert found["unprocessedRecords"] == []
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["all.failedResults.csv", "all.successfulResults.csv", "all.unprocessedRecords.csv"]


def test_files_delimiters_and_batches(untyped: Salesforce, tmp_path: Path) -> None:
    path = tmp_path / "contacts.csv"
    path.write_text("LastName|FirstName\r\nA|a\r\nB|b\r\nC|c\r\n", newline="")
    jobs = untyped.bulk2.Contact.insert(
        str(path), batch_size=2, concurrency=2, column_delimiter=ColumnDelimiter.PIPE, line_ending=LineEnding.CRLF
    )
    assert [job["numberRecordsTotal"] for job in jobs] == [2, 1]
    pages = list(untyped.bulk2.Contact.query("SELECT LastName FROM Contact ORDER BY LastName", max_records=2))
    assert [[row["LastName"] for row in dicts(page)] for page in pages] == [["A", "B"], ["C"]]
    downloaded = untyped.bulk2.Contact.download("SELECT LastName FROM Contact", str(tmp_path), max_records=2)
    assert sum(page["number_of_records"] for page in downloaded) == 3
    assert len({page["file"] for page in downloaded}) == 2


def test_deleting_takes_ids_alone(untyped: Salesforce) -> None:
    made = [untyped.Contact.create({"LastName": name}).id for name in "AB"]
    with pytest.raises(SalesforceBulkV2LoadError, match="only 'Id'"):
        untyped.bulk2.Contact.delete(records=[{"Id": made[0], "LastName": "A"}])
    (job,) = untyped.bulk2.Contact.delete(records=[{"Id": record_id} for record_id in made])
    assert job["numberRecordsFailed"] == 0
    deleted = list(untyped.bulk2.Contact.query_all("SELECT Id, IsDeleted FROM Contact"))
    assert {row["IsDeleted"] for page in deleted for row in dicts(page)} == {"true"}


REFUSALS = [
    (400, SalesforceMalformedRequest),
    (401, SalesforceExpiredSession),
    (403, SalesforceRefusedRequest),
    (404, SalesforceResourceNotFound),
    (500, SalesforceGeneralError),
    (503, SalesforceGeneralError),
]


@pytest.mark.parametrize(("status", "kind"), REFUSALS)
def test_a_job_that_is_refused_raises_the_error_of_its_status(
    untyped: Salesforce, server: LocalOrg, status: int, kind: type[SalesforceError]
) -> None:
    server.fail("*/jobs/ingest", status, code="SOME_CODE", message="why", method="POST")
    with pytest.raises(kind) as caught:
        untyped.bulk2.Contact.insert(records=[{"LastName": "A"}], wait=0)
    assert not isinstance(caught.value, SalesforceBulkV2LoadError)
    assert (caught.value.status, caught.value.error_code) == (status, "SOME_CODE")
    assert caught.value.url.endswith("/jobs/ingest")
    assert "row 0: not loaded; load them again" in caught.value.__notes__[0]


@pytest.mark.parametrize(("status", "kind"), REFUSALS)
def test_an_upload_that_is_refused_raises_the_error_of_its_status(
    untyped: Salesforce, server: LocalOrg, status: int, kind: type[SalesforceError]
) -> None:
    server.fail("*/batches", status, code="SOME_CODE", message="why", method="PUT")
    with pytest.raises(kind) as caught:
        untyped.bulk2.Contact.insert(records=[{"LastName": "A"}], wait=0)
    assert (caught.value.status, caught.value.error_code) == (status, "SOME_CODE")
    assert caught.value.url.endswith("/batches")
    assert re.search(r"row 0: not loaded, job 750\w+ was aborted; load them again", caught.value.__notes__[0])


@pytest.mark.parametrize(("status", "kind"), REFUSALS)
def test_bulk_1_raises_the_error_of_the_status(
    untyped: Salesforce, server: LocalOrg, status: int, kind: type[SalesforceError]
) -> None:
    server.fail("*/batch", status, code="SOME_CODE", message="why", method="POST")
    with pytest.raises(kind) as caught:
        untyped.bulk.Contact.insert([{"LastName": "A"}], wait=0)
    assert caught.value.status == status
    assert "0 of 1 batches" in caught.value.__notes__[0]


def test_nothing_to_load_and_two_sources_are_errors(untyped: Salesforce, tmp_path: Path) -> None:
    for arguments in ({}, {"records": []}, {"csv_file": str(tmp_path / "none.csv")}, {"csv_file": "x", "records": []}):
        with pytest.raises(SalesforceBulkV2LoadError):
            untyped.bulk2.Contact.insert(**arguments)  # type: ignore[arg-type]


def test_what_has_no_rows_is_told_as_it_is(untyped: Salesforce, server: LocalOrg, tmp_path: Path) -> None:
    path = tmp_path / "contacts.csv"
    path.write_text("LastName\n")
    assert untyped.bulk2.Contact.insert(str(path)) == []
    path.write_text("")
    with pytest.raises(SalesforceBulkV2LoadError, match="first line is to name the columns") as caught:
        untyped.bulk2.Contact.insert(str(path))
    assert not isinstance(caught.value, BulkInterrupted)
    assert not server.requests


@pytest.mark.parametrize("records", [{"Id": "x"}, "x.csv", 7, ["x"], [{"Id": "x"}, None]])
def test_what_is_no_list_of_dicts_is_refused_before_a_call(untyped: Salesforce, server: LocalOrg, records: Any) -> None:
    for load in (untyped.bulk2.Contact.insert, untyped.bulk2.Contact.delete, untyped.bulk.Contact.insert):
        keyword = "data" if "data" in inspect.signature(load).parameters else "records"
        asked = len(server.requests)
        with pytest.raises(TypeError, match="give a list of dicts"):
            load(**{keyword: records})
        assert len(server.requests) == asked


def test_a_file_that_is_not_in_utf_8_says_so(untyped: Salesforce, server: LocalOrg, tmp_path: Path) -> None:
    path = tmp_path / "latin.csv"
    for text in ("LastName\nMüller\n", "Größe\n1\n", "LastName\n" + "x\n" * 20_000 + "é\n"):
        path.write_bytes(text.encode("cp1252"))
        for load in (untyped.bulk2.Contact.insert, untyped.Contact.bulk.insert):
            with pytest.raises(ValueError, match=r"latin\.csv: the file is not in UTF-8.*save it as") as caught:
                load(str(path))
            assert not isinstance(caught.value, UnicodeDecodeError)
    assert not untyped.query_all("SELECT Id FROM Contact")["records"]
    assert [served for served in server.requests if "/jobs/" in served.path] == []


def test_jobs_are_deleted(untyped: Salesforce) -> None:
    (job,) = untyped.bulk2.Contact.insert(records=[{"LastName": "A"}])
    client = untyped.bulk2.Contact._client
    assert client.wait_for_job(job["job_id"], False) == JobState.job_complete
    assert client.delete_job(job["job_id"], False) is None


def test_handlers_are_made_by_hand(server: LocalOrg) -> None:
    handler = SFBulk2Handler(server.session_id, f"{server.url}/services/data/v62.0/jobs/")
    (job,) = handler.Contact.insert(records=[{"LastName": "A"}])
    assert job["numberRecordsProcessed"] == 1
    assert handler.bulk2_url == f"{server.url}/services/data/v62.0/jobs/"
    bulk = SFBulkHandler(server.session_id, f"{server.url}/services/async/62.0/")
    assert bulk.bulk_url == f"{server.url}/services/async/62.0/"


def test_an_expired_session_is_renewed(renewing: Salesforce, server: LocalOrg) -> None:
    handler = renewing.bulk2
    server.expire_sessions()
    assert handler.Contact.insert(records=[{"LastName": "A"}])[0]["numberRecordsProcessed"] == 1
    server.expire_sessions()
    assert len(list(handler.Contact.query("SELECT Id FROM Contact"))) == 1


def test_the_module_has_the_names_of_simple_salesforces() -> None:
    theirs = importlib.import_module("simple_salesforce.bulk2")
    own = {
        name
        for name, value in vars(theirs).items()
        if getattr(value, "__module__", "").startswith("simple_salesforce.") or name.isupper()
    }
    missing = own - vars(bulk2).keys()
    assert {"SFBulk2Handler", "QueryParameters", "DEFAULT_QUERY_PAGE_SIZE"} <= own
    assert {name for name in missing if not name.startswith("_")} == {"call_salesforce"}
    assert own >= set(bulk2.__all__)
    for kind in ("Operation", "JobState", "ColumnDelimiter", "LineEnding", "ResultsType"):
        told = [(member.name, member.value) for member in getattr(theirs, kind)]
        assert sorted((member.name, member.value) for member in getattr(bulk2, kind)) == sorted(told)


def test_null_bytes_are_filtered(untyped: Salesforce) -> None:
    client = untyped.bulk2.Contact._client
    assert isinstance(client, bulk2._Bulk2Client)
    assert (client.filter_null_bytes("a\0b\0"), client.filter_null_bytes(b"a\0b")) == ("ab", b"ab")
    with pytest.raises(TypeError, match="text or bytes, and not int"):
        client.filter_null_bytes(1)  # type: ignore[type-var]


def test_bulk_1_workers_return_the_results_of_a_batch(untyped: Salesforce) -> None:
    bulk = untyped.bulk.Contact
    (bypassed, job) = bulk.insert([{"LastName": "A"}], bypass_results=True)
    assert bypassed == {"bypass_results": True}
    (batch,) = bulk._get((job["job_id"], "batch"))["batchInfo"]
    assert [result["success"] for result in bulk.worker(batch, "insert", wait=0)] == [True]
    (detailed,) = bulk.worker(batch, "insert", wait=0, include_detailed_results=True)
    assert detailed["LastName"] == "A"
    assert bulk.worker(batch, "insert", bypass_results=True) == [bypassed | job]
    asking = bulk._create_job("query", False, None)
    asked = {"id": bulk._add_batch(asking, b"SELECT LastName FROM Contact"), "jobId": asking}
    pages = bulk.worker(asked, "query", wait=0)
    assert [record["LastName"] for page in pages for record in page] == ["A"]


def test_names_of_protocols_are_no_objects(untyped: Salesforce) -> None:
    for handler in (untyped.bulk, untyped.bulk2):
        with pytest.raises(AttributeError):
            _ = handler.__deepcopy__


def test_enums_have_the_apis_words() -> None:
    assert (Operation.hard_delete.value, JobState.job_complete.value) == ("hardDelete", "JobComplete")
    assert f"{Operation.query_all}" == "queryAll"


# ---- Bulk 1.0 ------------------------------------------------------------------------------------------------------


def test_bulk_1_refuses_nonsense_before_a_job_is_made(untyped: Salesforce, server: LocalOrg) -> None:
    with pytest.raises(ValueError, match="should not be empty"):
        untyped.bulk.Contact.insert([])
    with pytest.raises(ValueError, match="auto or an integer"):
        untyped.bulk.Contact.insert([{"LastName": "A"}], batch_size="many")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="no UTC offset"):
        untyped.bulk.Contact.insert([{"LastName": dt.datetime(2026, 1, 1)}])
    with pytest.raises(ValueError, match="none of insert"):
        untyped.bulk.submit_dml("Contact", "merge", [{"Id": "1"}])
    assert not [served for served in server.requests if "async" in served.path]


def test_bulk_1_answers_each_row_in_its_place(untyped: Salesforce) -> None:
    rows: list[dict[str, Any]] = [{"LastName": f"n{number}"} for number in range(25)]
    rows[7] = {"FirstName": "nobody"}
    results = untyped.bulk.Contact.insert(rows, batch_size=10)
    assert [result["success"] for result in results] == [number != 7 for number in range(25)]
    assert results[7]["errors"][0]["statusCode"] == "REQUIRED_FIELD_MISSING"
    names = {record["LastName"] for record in untyped.query_all("SELECT LastName FROM Contact")["records"]}
    assert names == {f"n{number}" for number in range(25) if number != 7}


def test_bulk_1_updates_upserts_and_deletes(untyped: Salesforce) -> None:
    made = untyped.bulk.Account.insert([{"Name": "A", "ERP_Id__c": "1"}, {"Name": "B"}], batch_size="auto")
    ids = [result["id"] for result in made]
    assert untyped.bulk.Account.update([{"Id": ids[1], "Name": "B2"}])[0]["success"]
    upserted = untyped.bulk.Account.upsert(
        [{"ERP_Id__c": "1", "Name": "A2"}, {"ERP_Id__c": "2", "Name": "C"}], "ERP_Id__c"
    )
    assert [result["created"] for result in upserted] == [False, True]
    detailed = untyped.bulk.Account.update([{"Id": ids[1], "Name": "B3"}], include_detailed_results=True)
    assert (detailed[0]["success"], detailed[0]["Name"]) == (True, "B3")
    assert untyped.bulk.submit_dml("Account", "delete", [{"Id": record_id} for record_id in ids])[0]["success"]
    found = untyped.bulk.Account.query("SELECT Name FROM Account")
    assert [record["Name"] for record in found] == ["C"]
    gone = untyped.bulk.Account.query_all("SELECT Name FROM Account WHERE IsDeleted = true", lazy_operation=True)
    assert sorted(record["Name"] for page in gone for record in page) == ["A2", "B3"]


def test_bulk_1_asks_for_the_status_of_a_batch_that_has_ended_no_more(untyped: Salesforce, server: LocalOrg) -> None:
    untyped.Contact.create({"LastName": "A"})
    for query in (untyped.bulk.Contact.query, untyped.bulk.Contact.query_all):
        asked = len(server.requests)
        assert [record["LastName"] for record in query("SELECT LastName FROM Contact")] == ["A"]
        paths = [served.path for served in list(server.requests)[asked:] if served.method == "GET"]
        assert len([path for path in paths if fnmatch(path, "*/batch/*") and not fnmatch(path, "*/result*")]) == 1


def test_bulk_1_tells_why_a_batch_failed(untyped: Salesforce, server: LocalOrg) -> None:
    with pytest.raises(SalesforceGeneralError, match=r"answered Failed: .*No such column 'Nope'") as caught:
        untyped.bulk.Contact.query("SELECT Nope FROM Contact")
    assert caught.value.status == "Failed"  # type: ignore[comparison-overlap]  # as simple-salesforce has it
    server.fail_job("it broke")
    with pytest.raises(SalesforceGeneralError, match="it broke"):
        untyped.bulk.Contact.insert([{"LastName": "A"}])


def test_bulk_1_chunks_by_primary_key(untyped: Salesforce) -> None:
    untyped.bulk2.Contact.insert(records=[{"LastName": f"n{number}"} for number in range(250)])
    found = untyped.bulk.Contact.query("SELECT LastName FROM Contact", pk_chunking=100)
    assert sorted(record["LastName"] for record in found) == sorted(f"n{number}" for number in range(250))


def test_bulk_1_renews_an_expired_session(renewing: Salesforce, server: LocalOrg) -> None:
    bulk = renewing.bulk
    server.expire_sessions()
    assert bulk.Contact.insert([{"LastName": "A"}])[0]["success"]
    server.expire_sessions()
    assert [record["LastName"] for record in bulk.Contact.query("SELECT LastName FROM Contact")] == ["A"]
