from __future__ import annotations

import gzip
from typing import TYPE_CHECKING, Any

import pytest
from bulk_over_http import Jobs, as_csv

if TYPE_CHECKING:
    from collections.abc import Iterator


def people(*rows: tuple[object, ...]) -> bytes:
    return as_csv(["FirstName", "LastName"], rows)


def test_a_job_from_start_to_end(jobs: Jobs) -> None:
    job = jobs.open(externalIdFieldName=None)
    assert set(job) >= {"id", "operation", "object", "createdById", "createdDate", "systemModstamp", "state"}
    assert set(job) >= {"concurrencyMode", "contentType", "apiVersion", "contentUrl", "lineEnding", "columnDelimiter"}
    assert job["state"] == "Open"
    assert job["contentUrl"] == f"services/data/v62.0/jobs/ingest/{job['id']}/batches"
    jobs.upload(job, people(("Ada", "Byron"), ("Al", "")))
    assert jobs.state(job)["state"] == "Open"
    assert jobs.close_job(job).json()["state"] == "UploadComplete"
    done = jobs.state(job)
    assert (done["state"], done["numberRecordsProcessed"], done["numberRecordsFailed"]) == ("JobComplete", 2, 1)
    written, refused, rest = jobs.results(job)
    assert list(written[0]) == ["sf__Id", "sf__Created", "FirstName", "LastName"]
    assert written[0] | {"sf__Id": ""} == {"sf__Id": "", "sf__Created": "true", "FirstName": "Ada", "LastName": "Byron"}
    assert refused == [
        {
            "sf__Id": "",
            "sf__Error": "REQUIRED_FIELD_MISSING:Required fields are missing: [LastName]:LastName --",
            "FirstName": "Al",
            "LastName": "",
        }
    ]
    assert rest == []
    assert jobs.query_rows("SELECT Id, Name FROM Contact") == [{"Id": written[0]["sf__Id"], "Name": "Ada Byron"}]


@pytest.mark.parametrize("way", ["plain", "chunked", "gzip", "chunked gzip"])
def test_ways_to_send_the_data(jobs: Jobs, way: str) -> None:
    data = people(*((f"F{number}", "L") for number in range(3000)))
    headers = {"Content-Encoding": "gzip"} if "gzip" in way else {}
    body: Any = gzip.compress(data) if "gzip" in way else data

    def pieces() -> Iterator[bytes]:
        for start in range(0, len(body), 999):
            yield body[start : start + 999]

    job = jobs.open()
    response = jobs.upload(job, pieces() if "chunked" in way else body, **headers)
    assert response.status_code == 201
    jobs.close_job(job)
    assert jobs.state(job)["numberRecordsProcessed"] == 3000


def test_data_that_is_not_what_it_says(jobs: Jobs) -> None:
    job = jobs.open()
    for encoding, status in (("gzip", 400), ("br", 415)):
        response = jobs.upload(job, people(("A", "B")), **{"Content-Encoding": encoding})
        assert response.status_code == status
    assert (
        jobs.put("/" + job["contentUrl"], data=b"{}", headers={"Content-Type": "application/json"}).status_code == 415
    )
    # None of them counts as the job's one upload.
    assert jobs.upload(job, people(("A", "B"))).status_code == 201


def test_null_and_untouched(jobs: Jobs) -> None:
    (made,), _, _ = jobs.results(jobs.load(as_csv(["LastName", "Phone", "Title"], [("S", "1", "T")])))
    data = as_csv(["Id", "Phone", "Title"], [(made["sf__Id"], "#N/A", "")])
    job = jobs.load(data, operation="update")
    (written,), _, _ = jobs.results(job)
    assert written["sf__Created"] == "false"
    assert jobs.query_rows("SELECT Phone, Title FROM Contact") == [{"Phone": "", "Title": "T"}]


def test_upsert_by_external_id(jobs: Jobs) -> None:
    fields = ["Portal_User_Id__c", "LastName"]
    data = as_csv(fields, [("p1", "One"), ("p2", "Two"), ("", "None")])
    job = jobs.load(data, operation="upsert", externalIdFieldName="portal_user_id__c")
    assert job["externalIdFieldName"] == "Portal_User_Id__c"
    written, refused, _ = jobs.results(job)
    assert [row["sf__Created"] for row in written] == ["true", "true"]
    assert [row["sf__Error"] for row in refused] == ["MISSING_ARGUMENT:Portal_User_Id__c not specified:--"]
    data = as_csv(fields, [("p1", "Uno"), ("p3", "Three"), ("p2", "Due"), ("P3", "Tre"), ("p3", "Tri")])
    again, refused, _ = jobs.results(jobs.load(data, operation="upsert", externalIdFieldName="Portal_User_Id__c"))
    assert [row["sf__Id"] for row in again[:2]] == [row["sf__Id"] for row in written]
    assert {row["sf__Error"].partition(" --")[0] for row in refused} == {
        "DUPLICATE_VALUE:Duplicate external id specified: p3:Portal_User_Id__c"
    }


def test_parents_by_external_id(jobs: Jobs) -> None:
    jobs.load(as_csv(["Portal_User_Id__c", "LastName"], [("boss", "Boss")]))
    data = as_csv(["LastName", "ReportsTo.Portal_User_Id__c"], [("A", "boss"), ("B", ""), ("C", "nobody")])
    written, refused, _ = jobs.results(jobs.load(data))
    assert [row["LastName"] for row in written] == ["A", "B"]
    assert refused[0]["sf__Error"].startswith("INVALID_FIELD:Foreign key external ID: nobody not found")
    rows = jobs.query_rows("SELECT ReportsTo.LastName, LastName FROM Contact WHERE LastName IN ('A', 'B')")
    assert rows == [{"ReportsTo.LastName": "Boss", "LastName": "A"}, {"ReportsTo.LastName": "", "LastName": "B"}]


def test_polymorphic_parents_by_external_id(jobs: Jobs) -> None:
    jobs.load(as_csv(["Portal_User_Id__c", "LastName"], [("c1", "Byron")]))
    job = jobs.load(as_csv(["Subject", "Contact:Who.Portal_User_Id__c"], [("Call", "c1")]), sobject="Task")
    assert job["numberRecordsFailed"] == 0, jobs.results(job)
    assert jobs.query_rows("SELECT Who.Name FROM Task") == [{"Who.Name": "Byron"}]


def test_delete_and_hard_delete(jobs: Jobs) -> None:
    written, _, _ = jobs.results(jobs.load(people(("A", "A"), ("B", "B"))))
    first, second = (row["sf__Id"] for row in written)
    job = jobs.load(as_csv(["Id"], [(first,), ("003000000000000AAA",), ("x",)]), operation="delete")
    _, refused, _ = jobs.results(job)
    assert [row["sf__Error"] for row in refused] == [
        "INVALID_CROSS_REFERENCE_KEY:invalid cross reference id:--",
        "MALFORMED_ID:bad id x:Id --",
    ]
    job = jobs.load(as_csv(["Id"], [(second[:15],), (first,)]), operation="hardDelete")
    assert job["numberRecordsFailed"] == 0
    assert jobs.query_rows("SELECT Id FROM Contact", operation="queryAll") == []


@pytest.mark.parametrize(
    "delimiter", [("BACKQUOTE", "`"), ("CARET", "^"), ("PIPE", "|"), ("SEMICOLON", ";"), ("TAB", "\t")]
)
def test_delimiters_and_line_endings(jobs: Jobs, delimiter: tuple[str, str]) -> None:
    name, character = delimiter
    text = f"a{character}b\r\n\"c\", 'd'\né"
    data = as_csv(["LastName", "Description"], [("x", text)], delimiter=character, lineterminator="\r\n")
    job = jobs.load(data, columnDelimiter=name, lineEnding="CRLF")
    assert jobs.rows(job, "successfulResults", delimiter=character)[0]["Description"] == text
    raw = jobs.get(f"ingest/{job['id']}/successfulResults").content
    assert raw.endswith(b'"\r\n')
    assert jobs.query_rows("SELECT Description FROM Contact") == [{"Description": text}]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "JobComplete"),
        (b"\n", "Unable to read the header"),
        (b"LastName\r\nA\r\n", "LineEnding is invalid on user data. Current LineEnding setting is LF"),
        (b"LastNme\nA\n", "Field name not found : LastNme"),
        (b"Nope.Name\nA\n", "Field name not found : Nope.Name"),
        (b"LastName,lastname\nA,B\n", "Duplicate column"),
        (b"LastName\nA\xff\n", "is not UTF-8 text"),
        (b"LastName,FirstName\nA\n", "Row 2 has 1 cells where the header has 2"),
        (b'LastName\n"A"B\n', "Row 2 is no CSV"),
    ],
)
def test_uploads_that_fail_as_a_whole(jobs: Jobs, data: bytes, message: str) -> None:
    job = jobs.load(data)
    if message == "JobComplete":
        assert (job["state"], job["numberRecordsProcessed"]) == ("JobComplete", 0)
    else:
        assert job["state"] == "Failed"
        assert message in job["errorMessage"]
    written, refused, _ = jobs.results(job)
    assert written == refused == []


def test_rows_before_a_broken_one_are_written_and_the_rest_is_unprocessed(jobs: Jobs) -> None:
    job = jobs.load(b"LastName,FirstName\nA,a\nB,b\nC\nD,d\n")
    assert (job["state"], job["numberRecordsProcessed"]) == ("Failed", 2)
    assert len(jobs.query_rows("SELECT Id FROM Contact")) == 2


def test_wrong_cells(jobs: Jobs) -> None:
    header = ["LastName", "Birthdate", "Email", "HasOptedOutOfEmail", "Level__c", "ReportsToId", "MailingLatitude"]
    rows = [
        ("ok", "2001-02-03", "a@example.com", "YES", "Primary", "", "1.5"),
        ("day", "3.2.2001", "", "", "", "", ""),
        ("mail", "", "nope", "", "", "", ""),
        ("bool", "", "", "maybe", "", "", ""),
        ("nobool", "", "", "#N/A", "", "", ""),
        ("ref", "", "", "", "", "001000000000000AAA", ""),
        ("number", "", "", "", "", "", "1,5"),
        ("x" * 81, "", "", "", "", "", ""),
    ]
    written, refused, _ = jobs.results(jobs.load(as_csv(header, rows)))
    assert [row["LastName"] for row in written] == ["ok"]
    codes = {row["LastName"]: row["sf__Error"].partition(":")[0] for row in refused}
    assert codes == {
        "day": "INVALID_TYPE_ON_FIELD_IN_RECORD",
        "mail": "INVALID_EMAIL_ADDRESS",
        "bool": "INVALID_TYPE_ON_FIELD_IN_RECORD",
        "nobool": "INVALID_TYPE_ON_FIELD_IN_RECORD",
        "ref": "FIELD_INTEGRITY_EXCEPTION",
        "number": "INVALID_TYPE_ON_FIELD_IN_RECORD",
        "x" * 81: "STRING_TOO_LONG",
    }


def test_a_job_takes_one_upload_while_it_is_open(jobs: Jobs) -> None:
    job = jobs.open()
    jobs.upload(job, people(("A", "B")))
    again = jobs.upload(job, people(("A", "B")))
    assert again.status_code == 400
    assert "Found multiple contents for job" in again.json()[0]["message"]
    jobs.close_job(job)
    late = jobs.upload(job, people(("A", "B")))
    assert late.json()[0]["errorCode"] == "INVALIDJOBSTATE"
    assert jobs.close_job(job).status_code == 400
    assert jobs.state(job)["numberRecordsProcessed"] == 1


def test_abort_and_delete(jobs: Jobs) -> None:
    job = jobs.open()
    jobs.upload(job, people(("A", "B")))
    assert jobs.delete(f"ingest/{job['id']}").json()[0]["errorCode"] == "INVALIDJOBSTATE"
    assert jobs.get(f"ingest/{job['id']}/successfulResults").status_code == 400
    aborted = jobs.patch(f"ingest/{job['id']}", json={"state": "Aborted"})
    assert aborted.json()["state"] == "Aborted"
    assert jobs.results(job) == ([], [], [{"FirstName": "A", "LastName": "B"}])
    deleted = jobs.delete(f"ingest/{job['id']}")
    assert (deleted.status_code, deleted.content) == (204, b"")
    assert jobs.get(f"ingest/{job['id']}").status_code == 404
    assert jobs.query_rows("SELECT Id FROM Contact") == []


def test_listing_jobs(jobs: Jobs) -> None:
    made = [jobs.open()["id"] for _ in range(3)]
    jobs.query_job("SELECT Id FROM Contact")
    answer = jobs.get("ingest").json()
    assert answer["done"] is True
    assert [job["id"] for job in answer["records"]] == made
    assert len(jobs.get("query").json()["records"]) == 1


def test_many_jobs_are_listed_by_pages(jobs: Jobs) -> None:
    for _ in range(1001):
        jobs.open()
    first = jobs.get("ingest").json()
    assert (len(first["records"]), first["done"]) == (1000, False)
    second = jobs.get(first["nextRecordsUrl"]).json()
    assert (len(second["records"]), second["done"], second["nextRecordsUrl"]) == (1, True, None)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"object": "Nope", "operation": "insert"}, "Unable to find object: Nope"),
        ({"object": "Contact", "operation": "merge"}, "operation must be one of"),
        ({"operation": "insert"}, "object is required"),
        ({"object": "Contact", "operation": "upsert"}, "externalIdFieldName is required"),
        ({"object": "Contact", "operation": "upsert", "externalIdFieldName": "LastName"}, "is no external ID"),
        ({"object": "Contact", "operation": "insert", "contentType": "XML"}, "contentType must be one of"),
        ({"object": "Contact", "operation": "insert", "lineEnding": "CR"}, "lineEnding must be one of"),
    ],
)
def test_jobs_that_are_refused(jobs: Jobs, body: dict[str, str], message: str) -> None:
    response = jobs.post("ingest", json=body)
    assert response.status_code == 400
    assert response.json()[0]["errorCode"] == "INVALIDJOB"
    assert message in response.json()[0]["message"]


@pytest.mark.slow
def test_an_upload_has_a_limit(jobs: Jobs) -> None:
    job = jobs.open()
    row = b"x" * 79 + b"\n"
    response = jobs.upload(job, b"LastName\n" + row * (113_000_000 // 80))
    assert response.status_code == 400
    assert "Split it into several jobs" in response.json()[0]["message"]
    assert jobs.upload(job, b"LastName\n" + row).status_code == 201
