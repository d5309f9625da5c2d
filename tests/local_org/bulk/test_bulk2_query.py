from __future__ import annotations

import pytest
from bulk_over_http import Jobs, as_csv, read_csv


@pytest.fixture
def filled(jobs: Jobs) -> Jobs:
    jobs.load(as_csv(["LastName"], [(f"L{number:03}",) for number in range(250)]))
    return jobs


def test_pages_by_locator(filled: Jobs) -> None:
    job = filled.query_job("SELECT LastName FROM Contact ORDER BY LastName")
    assert (job["state"], job["numberRecordsProcessed"]) == ("JobComplete", 250)
    seen: list[str] = []
    locator, pages = "", 0
    while locator != "null":
        page = filled.get(f"query/{job['id']}/results", params={"maxRecords": 100, "locator": locator})
        assert page.headers["Content-Type"].startswith("text/csv")
        rows = read_csv(page.content)  # each page has the header
        assert page.headers["Sforce-NumberOfRecords"] == str(len(rows))
        seen += [row["LastName"] for row in rows]
        locator = page.headers["Sforce-Locator"]
        pages += 1
    assert pages == 3
    assert seen == [f"L{number:03}" for number in range(250)]


def test_result_pages_can_be_read_side_by_side(filled: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sfgen_local_org.http.bulk2._PAGE", 30)
    job = filled.query_job("SELECT LastName FROM Contact ORDER BY LastName")
    url = f"/services/data/v62.0/jobs/query/{job['id']}/resultPages"
    urls: list[str] = []
    while url:
        answer = filled.get(url).json()
        urls += [page["resultUrl"] for page in answer["resultPages"]]
        assert len(answer["resultPages"]) <= 5
        assert answer["done"] == ("nextRecordUrl" not in answer)
        url = answer.get("nextRecordUrl", "")
    assert len(urls) == 9
    rows = [row["LastName"] for url in reversed(urls) for row in read_csv(filled.get(url).content)]
    assert sorted(rows) == [f"L{number:03}" for number in range(250)]


@pytest.mark.parametrize(
    "params", [{"locator": "zzz"}, {"locator": "OTk5OQ"}, {"maxRecords": "0"}, {"maxRecords": "x"}]
)
def test_pages_that_are_not_there(filled: Jobs, params: dict[str, str]) -> None:
    job = filled.query_job("SELECT Id FROM Contact")
    assert filled.get(f"query/{job['id']}/results", params=params).status_code == 400


def test_no_rows(jobs: Jobs) -> None:
    job = jobs.query_job("SELECT Id, Account.Name FROM Contact")
    page = jobs.get(f"query/{job['id']}/results?locator=")
    assert page.text == '"Id","Account.Name"\n'
    assert (page.headers["Sforce-Locator"], page.headers["Sforce-NumberOfRecords"]) == ("null", "0")


def test_values_of_every_type(jobs: Jobs) -> None:
    header = ["LastName", "Birthdate", "HasOptedOutOfEmail", "MailingLatitude", "EmailBouncedDate", "Description"]
    row = ("S", "2001-02-03", "true", "12.345", "2024-05-06T07:08:09.000+02:00", 'a "b",\r\nc')
    jobs.load(as_csv(header, [row]))
    (found,) = jobs.query_rows(f"SELECT {', '.join(header)}, Account.Name, DoNotCall FROM Contact")
    assert found == {
        "LastName": "S",
        "Birthdate": "2001-02-03",
        "HasOptedOutOfEmail": "true",
        "MailingLatitude": "12.345",
        "EmailBouncedDate": "2024-05-06T05:08:09.000Z",
        "Description": 'a "b",\r\nc',
        "Account.Name": "",
        "DoNotCall": "false",
    }


def test_columns_come_in_the_order_of_the_query(jobs: Jobs) -> None:
    job = jobs.query_job("SELECT c.Account.Name, c.LastName, c.Account.Id, c.Owner.Name FROM Contact c")
    page = jobs.get(f"query/{job['id']}/results")
    assert sorted(page.text.strip().replace('"', "").split(",")) == [
        "Account.Id",
        "Account.Name",
        "LastName",
        "Owner.Name",
    ]
    job = jobs.query_job("SELECT account.name, LASTNAME, Account.Id FROM Contact")
    assert jobs.get(f"query/{job['id']}/results").text == '"Account.Name","LastName","Account.Id"\n'


def test_deleted_rows_are_for_query_all(jobs: Jobs) -> None:
    (row,), _, _ = jobs.results(jobs.load(as_csv(["LastName"], [("S",)])))
    jobs.load(as_csv(["Id"], [(row["sf__Id"],)]), operation="delete")
    assert jobs.query_rows("SELECT Id FROM Contact") == []
    assert jobs.query_rows("SELECT Id, IsDeleted FROM Contact", operation="queryAll") == [
        {"Id": row["sf__Id"], "IsDeleted": "true"}
    ]


def test_delimiter_and_line_ending(filled: Jobs) -> None:
    job = filled.query_job("SELECT Id, LastName FROM Contact LIMIT 1", columnDelimiter="TAB", lineEnding="CRLF")
    assert filled.get(f"query/{job['id']}/results").text.startswith('"Id"\t"LastName"\r\n')


@pytest.mark.parametrize(
    ("soql", "code"),
    [
        ("SELECT Nope FROM Contact", "INVALID_FIELD"),
        ("SELECT Id FROM Nope", "INVALID_TYPE"),
        ("SELEC Id FROM Contact", "MALFORMED_QUERY"),
        ("SELECT COUNT() FROM Contact", "FUNCTIONALITY_NOT_ENABLED"),
        ("SELECT COUNT(Id) FROM Contact", "FUNCTIONALITY_NOT_ENABLED"),
        ("SELECT LastName FROM Contact GROUP BY LastName", "FUNCTIONALITY_NOT_ENABLED"),
        ("SELECT Id FROM Contact OFFSET 1", "FUNCTIONALITY_NOT_ENABLED"),
        ("SELECT Id, (SELECT Id FROM Contacts) FROM Account", "FUNCTIONALITY_NOT_ENABLED"),
        ("SELECT MailingAddress FROM Contact", "FUNCTIONALITY_NOT_ENABLED"),
        ("SELECT TYPEOF Who WHEN Contact THEN Name END FROM Task", "FUNCTIONALITY_NOT_ENABLED"),
    ],
)
def test_queries_that_are_refused(jobs: Jobs, soql: str, code: str) -> None:
    response = jobs.post("query", json={"operation": "query", "query": soql})
    assert response.status_code == 400
    assert response.json()[0]["errorCode"] == code


def test_delete_and_abort(filled: Jobs) -> None:
    job = filled.query_job("SELECT Id FROM Contact")
    assert filled.patch(f"query/{job['id']}", json={"state": "Aborted"}).status_code == 400
    assert filled.delete(f"query/{job['id']}").status_code == 204
    assert filled.get(f"query/{job['id']}/results").status_code == 404
    # An ingest job is no query job.
    assert filled.get(f"query/{filled.open()['id']}").status_code == 404
