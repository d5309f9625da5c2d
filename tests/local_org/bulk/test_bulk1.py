from __future__ import annotations

from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import pytest
import requests
from bulk_over_http import as_csv, read_csv

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sfgen_local_org.server import LocalOrg

SPACE = "{http://www.force.com/2009/06/asyncapi/dataload}"
DATALOAD = SPACE.strip("{}")


class Async(requests.Session):
    def __init__(self, server: LocalOrg, content_type: str) -> None:
        super().__init__()
        self.server = server
        self.headers.update({"X-SFDC-Session": server.session_id, "Content-Type": content_type})

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> requests.Response:  # type: ignore[override]
        return super().request(method, f"{self.server.url}/services/async/59.0/{url}", *args, **kwargs)

    def job(self, operation: str = "insert", kind: str = "JSON", **more: object) -> str:
        body = {"operation": operation, "object": "Contact", "contentType": kind, **more}
        response = self.post("job", json=body, headers={"Content-Type": "application/json"})
        assert response.status_code == 201, response.text
        return str(response.json()["id"])

    def query(self, soql: str, kind: str = "JSON", **headers: str) -> tuple[str, str]:
        job = self.job("query", kind)
        return job, self.post(f"job/{job}/batch", data=soql, headers=headers).json()["id"] if kind == "JSON" else ""


@pytest.fixture
def json_client(server: LocalOrg) -> Iterator[Async]:
    with Async(server, "application/json") as client:
        yield client


@pytest.fixture
def xml_client(server: LocalOrg) -> Iterator[Async]:
    with Async(server, "application/xml") as client:
        yield client


def child(data: bytes, name: str) -> str | None:
    return ElementTree.fromstring(data).findtext(SPACE + name)


def test_json_from_start_to_end(json_client: Async) -> None:
    job = json_client.post("job", json={"operation": "insert", "object": "contact", "contentType": "JSON"}).json()
    assert (job["state"], job["object"], job["concurrencyMode"]) == ("Open", "Contact", "Parallel")
    base = f"job/{job['id']}/batch"
    batch = json_client.post(base, json=[{"LastName": "A", "HasOptedOutOfEmail": True}, {"FirstName": "B"}]).json()
    assert (batch["state"], batch["jobId"]) == ("Queued", job["id"])
    done = json_client.get(f"{base}/{batch['id']}").json()
    assert (done["state"], done["numberRecordsProcessed"], done["numberRecordsFailed"]) == ("Completed", 2, 1)
    good, bad = json_client.get(f"{base}/{batch['id']}/result").json()
    assert good["success"] is good["created"] is True
    assert len(good["id"]) == 18
    assert (bad["success"], bad["created"], bad["id"]) == (False, False, None)
    assert bad["errors"][0]["statusCode"] == "REQUIRED_FIELD_MISSING"
    assert bad["errors"][0]["fields"] == ["LastName"]
    sent = json_client.get(f"{base}/{batch['id']}/request").json()
    assert sent == [{"LastName": "A", "HasOptedOutOfEmail": True}, {"FirstName": "B"}]
    closed = json_client.post(f"job/{job['id']}", json={"state": "Closed"}).json()
    assert (closed["state"], closed["numberBatchesTotal"], closed["numberRecordsProcessed"]) == ("Closed", 1, 2)
    late = json_client.post(base, json=[{"LastName": "A"}])
    assert (late.status_code, late.json()["exceptionCode"]) == (400, "InvalidJobState")


def test_json_operations(json_client: Async) -> None:
    def run(operation: str, records: object, **more: object) -> list[dict[str, Any]]:
        job = json_client.job(operation, **more)
        batch = json_client.post(f"job/{job}/batch", json=records).json()["id"]
        results: list[dict[str, Any]] = json_client.get(f"job/{job}/batch/{batch}/result").json()
        return results

    records = [{"Portal_User_Id__c": "p", "LastName": "A", "Phone": "1"}, {"LastName": "B"}]
    first, second = run("insert", records)
    (changed,) = run("update", [{"Id": first["id"], "Phone": None}])
    assert (changed["success"], changed["created"], changed["id"]) == (True, False, first["id"])
    upserted = run("upsert", [{"Portal_User_Id__c": "p", "Title": "T"}], externalIdFieldName="Portal_User_Id__c")
    assert (upserted[0]["created"], upserted[0]["id"]) == (False, first["id"])
    linked = run("insert", [{"LastName": "C", "ReportsTo": {"Portal_User_Id__c": "p"}}])
    assert linked[0]["success"] is True
    assert run("delete", [{"id": linked[0]["id"]}])[0]["success"] is True
    assert run("hardDelete", [{"Id": linked[0]["id"]}, {"Id": second["id"]}])[1]["success"] is True
    job, batch = json_client.query("SELECT LastName, Phone, Title FROM Contact", kind="JSON")
    (result,) = json_client.get(f"job/{job}/batch/{batch}/result").json()
    (row,) = json_client.get(f"job/{job}/batch/{batch}/result/{result}").json()
    attributes = row.pop("attributes")
    assert attributes == {"type": "Contact", "url": f"/services/data/v59.0/sobjects/Contact/{first['id']}"}
    assert row == {"LastName": "A", "Phone": None, "Title": "T"}


def test_xml_from_start_to_end(xml_client: Async) -> None:
    info = f'<jobInfo xmlns="{DATALOAD}"><operation>insert</operation><object>Contact</object></jobInfo>'
    response = xml_client.post("job", data=info)
    assert response.headers["Content-Type"].startswith("application/xml")
    job = child(response.content, "id")
    assert child(response.content, "contentType") == "XML"
    records = (
        f'<sObjects xmlns="{DATALOAD}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        '<sObject><LastName>A &amp; B</LastName><Phone xsi:nil="true"/></sObject>'
        "<sObject><FirstName>x</FirstName></sObject>"
        "</sObjects>"
    )
    batch = child(xml_client.post(f"job/{job}/batch", data=records).content, "id")
    assert child(xml_client.get(f"job/{job}/batch/{batch}").content, "state") == "Completed"
    results = ElementTree.fromstring(xml_client.get(f"job/{job}/batch/{batch}/result").content)
    assert [each.findtext(SPACE + "success") for each in results] == ["true", "false"]
    assert results[1].findtext(f"{SPACE}errors/{SPACE}statusCode") == "REQUIRED_FIELD_MISSING"
    closed = xml_client.post(f"job/{job}", data=f'<jobInfo xmlns="{DATALOAD}"><state>Closed</state></jobInfo>')
    assert child(closed.content, "state") == "Closed"
    info = info.replace("insert", "query")
    job = child(xml_client.post("job", data=info).content, "id")
    batch = child(xml_client.post(f"job/{job}/batch", data="SELECT LastName, Owner.Name FROM Contact").content, "id")
    result = child(xml_client.get(f"job/{job}/batch/{batch}/result").content, "result")
    rows = ElementTree.fromstring(xml_client.get(f"job/{job}/batch/{batch}/result/{result}").content)
    assert [row.findtext(SPACE + "LastName") for row in rows] == ["A & B"]
    assert rows[0].findtext(f"{SPACE}Owner/{SPACE}Name")


def test_csv_job_made_in_json_answers_batches_in_xml(server: LocalOrg) -> None:
    """As tap-salesforce has it: what is about the job follows the request, what is about a batch follows the job."""
    with Async(server, "application/json") as client:
        job = client.job("insert", "CSV")
        data = as_csv(["LastName", "Phone"], [("A", "1"), ("", "2")])
        added = client.post(f"job/{job}/batch", data=data, headers={"Content-Type": "text/csv"})
        batch = child(added.content, "id")
        assert child(client.get(f"job/{job}/batch/{batch}").content, "state") == "Completed"
        result = client.get(f"job/{job}/batch/{batch}/result")
        assert result.headers["Content-Type"].startswith("text/csv")
        good, bad = read_csv(result.content)
        assert (good["Success"], good["Created"], good["Error"]) == ("true", "true", "")
        assert (bad["Id"], bad["Success"]) == ("", "false")
        assert bad["Error"].startswith("REQUIRED_FIELD_MISSING:")
        assert client.get(f"job/{job}").json()["numberRecordsFailed"] == 1

        job = client.job("queryAll", "CSV")
        soql = {"data": "SELECT Id, LastName FROM Contact", "headers": {"Content-Type": "text/csv"}}
        batch = child(client.post(f"job/{job}/batch", **soql).content, "id")  # type: ignore[arg-type]
        ids = [each.text for each in ElementTree.fromstring(client.get(f"job/{job}/batch/{batch}/result").content)]
        rows = read_csv(client.get(f"job/{job}/batch/{batch}/result/{ids[0]}").content)
        assert [row["LastName"] for row in rows] == ["A"]


def test_a_query_with_several_results(json_client: Async, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sfgen_local_org.bulk.batches.RESULT_ROWS", 4)
    job = json_client.job()
    json_client.post(f"job/{job}/batch", json=[{"LastName": f"L{number}"} for number in range(10)])
    for kind in ("JSON", "CSV"):
        job = json_client.job("query", kind)
        answer = json_client.post(f"job/{job}/batch", data="SELECT LastName FROM Contact").content
        if kind == "JSON":
            batch = json_client.get(f"job/{job}/batch").json()["batchInfo"][0]["id"]
            ids = json_client.get(f"job/{job}/batch/{batch}/result").json()
        else:
            batch = child(answer, "id")
            found = ElementTree.fromstring(json_client.get(f"job/{job}/batch/{batch}/result").content)
            ids = [each.text for each in found]
        assert len(set(ids)) == 3
        names = []
        for result in ids:
            response = json_client.get(f"job/{job}/batch/{batch}/result/{result}")
            names += [row["LastName"] for row in (response.json() if kind == "JSON" else read_csv(response.content))]
        assert names == [f"L{number}" for number in range(10)]


def test_pk_chunking(json_client: Async) -> None:
    job = json_client.job()
    json_client.post(f"job/{job}/batch", json=[{"LastName": f"L{number}"} for number in range(25)])
    job, first = json_client.query(
        "SELECT LastName FROM Contact WHERE LastName != 'L7'",
        **{"Sforce-Enable-PKChunking": "chunkSize=10; startRow=0"},
    )
    batches = json_client.get(f"job/{job}/batch").json()["batchInfo"]
    states = [(batch["id"] == first, batch["state"], batch["numberRecordsProcessed"]) for batch in batches]
    assert states == [
        (True, "NotProcessed", 0),
        (False, "Completed", 9),
        (False, "Completed", 10),
        (False, "Completed", 5),
    ]


def test_no_rows(json_client: Async) -> None:
    job, batch = json_client.query("SELECT Id FROM Contact")
    (result,) = json_client.get(f"job/{job}/batch/{batch}/result").json()
    assert json_client.get(f"job/{job}/batch/{batch}/result/{result}").json() == []


@pytest.mark.parametrize(
    "soql", ["SELECT Nope FROM Contact", "SELECT", "SELECT Id FROM Account", "SELECT COUNT(Id) FROM Contact"]
)
def test_a_query_that_fails(json_client: Async, soql: str) -> None:
    job, batch = json_client.query(soql)
    info = json_client.get(f"job/{job}/batch/{batch}").json()
    assert info["state"] == "Failed"
    assert info["stateMessage"].startswith("InvalidBatch : ")
    assert json_client.get(f"job/{job}/batch/{batch}/result").status_code == 400


@pytest.mark.parametrize("body", [b"{", b'{"LastName": "A"}', b"[1]", b"[" * 100_000])
def test_batches_that_are_not_json(json_client: Async, body: bytes) -> None:
    job = json_client.job()
    batch = json_client.post(f"job/{job}/batch", data=body).json()["id"]
    info = json_client.get(f"job/{job}/batch/{batch}").json()
    assert info["state"] == "Failed"
    assert "Failed to parse JSON" in info["stateMessage"]


def test_batches_that_are_not_xml(xml_client: Async) -> None:
    job = xml_client.job(kind="XML")
    deep = "<a>" * 50 + "x" + "</a>" * 50
    for body in (
        "<",
        "<x/>",
        '<!DOCTYPE x [<!ENTITY e "e">]><sObjects/>',
        f"<sObjects><sObject>{deep}</sObject></sObjects>",
    ):
        batch = child(xml_client.post(f"job/{job}/batch", data=body).content, "id")
        info = xml_client.get(f"job/{job}/batch/{batch}").content
        assert child(info, "state") == "Failed"
        assert "Failed to parse XML" in str(child(info, "stateMessage"))


def test_a_batch_has_limits(json_client: Async) -> None:
    job = json_client.job("delete")
    batch = json_client.post(f"job/{job}/batch", json=[{"Id": "x"}] * 10_001).json()["id"]
    while (info := json_client.get(f"job/{job}/batch/{batch}").json())["state"] in ("Queued", "InProgress"):
        pass
    assert (info["state"], info["numberRecordsFailed"]) == ("Failed", 10_000)
    assert "Split it" in info["stateMessage"]
    large = json_client.post(f"job/{job}/batch", data=b" " * 10_000_001)
    assert "Split it" in large.json()["exceptionMessage"]


def test_abort(server: LocalOrg, json_client: Async) -> None:
    server.delay_job(1)
    job = json_client.job()
    batch = json_client.post(f"job/{job}/batch", json=[{"LastName": "A"}]).json()["id"]
    assert json_client.post(f"job/{job}", json={"state": "Aborted"}).json()["state"] == "Aborted"
    assert json_client.get(f"job/{job}/batch/{batch}").json()["state"] == "NotProcessed"


def test_faults(server: LocalOrg, json_client: Async) -> None:
    server.delay_job(2)
    job = json_client.job()
    batch = json_client.post(f"job/{job}/batch", json=[{"LastName": "A"}]).json()["id"]
    states = [json_client.get(f"job/{job}/batch/{batch}").json()["state"] for _ in range(3)]
    assert states == ["InProgress", "InProgress", "Completed"]
    server.fail_job("boom")
    batch = json_client.post(f"job/{job}/batch", json=[{"LastName": "A"}]).json()["id"]
    assert json_client.get(f"job/{job}/batch/{batch}").json()["stateMessage"] == "InternalServerError : boom"
    server.fail("*/job/*", 503, times=1)
    response = json_client.get(f"job/{job}")
    assert (response.status_code, response.json()["exceptionCode"]) == (503, "SERVER_UNAVAILABLE")


def test_sessions(server: LocalOrg, json_client: Async, xml_client: Async) -> None:
    assert json_client.job()
    bearer = {"X-SFDC-Session": "", "Authorization": f"Bearer {server.session_id}"}
    assert json_client.get(f"job/{json_client.job()}", headers=bearer).status_code == 200
    # The header counts on this API alone.
    only = {"X-SFDC-Session": server.session_id}
    assert requests.get(f"{server.url}/services/data/v62.0/limits", headers=only, timeout=60).status_code == 401
    server.expire_sessions()
    expired = json_client.get("job/750000000000000AAA")
    assert (expired.status_code, expired.json()["exceptionCode"]) == (400, "InvalidSessionId")
    expired = xml_client.get("job/750000000000000AAA")
    assert (expired.status_code, child(expired.content, "exceptionCode")) == (400, "InvalidSessionId")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"operation": "merge", "object": "Contact"}, "Unknown operation: merge"),
        ({"operation": "insert", "object": "Nope"}, "Unable to find object: Nope"),
        ({"operation": "insert", "object": "Contact", "contentType": "ZIP_CSV"}, "Unsupported content type"),
        ({"operation": "upsert", "object": "Contact"}, "externalIdFieldName"),
    ],
)
def test_jobs_that_are_refused(json_client: Async, body: dict[str, str], message: str) -> None:
    response = json_client.post("job", json=body)
    assert (response.status_code, response.json()["exceptionCode"]) == (400, "InvalidJob")
    assert message in response.json()["exceptionMessage"]


def test_what_is_not_there(json_client: Async) -> None:
    assert json_client.get("job/750000000000000AAA").json()["exceptionCode"] == "InvalidJob"
    job, batch = json_client.query("SELECT Id FROM Contact")
    for url in (f"job/{job}/batch/751000000000000AAA", f"job/{job}/batch/{batch}/result/752000000000000AAA"):
        assert json_client.get(url).json()["exceptionCode"] == "InvalidBatch"


@pytest.mark.parametrize(
    ("kind", "media_type", "data"),
    [
        ("CSV", "text/csv", b"LastName\nJos\xc3\xa9\n"),
        ("JSON", "application/json", b'[{"LastName": "A"}]'),
        (
            "XML",
            "application/xml",
            f'<sObjects xmlns="{DATALOAD}"><sObject><LastName>A</LastName></sObject></sObjects>',
        ),
    ],
)
def test_media_types_stand_alone(server: LocalOrg, kind: str, media_type: str, data: bytes | str) -> None:
    """salesforce-bulk compares the whole header: a charset leaves it without a result."""
    with Async(server, "application/json") as client:
        job = client.job("insert", kind)
        assert client.get(f"job/{job}").headers["Content-Type"] == "application/json"
        added = client.post(f"job/{job}/batch", data=data, headers={"Content-Type": media_type})
        about_batches = "application/json" if kind == "JSON" else "application/xml"
        assert added.headers["Content-Type"] == about_batches
        batch = added.json()["id"] if kind == "JSON" else child(added.content, "id")
        for path in ("", f"/{batch}"):
            assert client.get(f"job/{job}/batch{path}").headers["Content-Type"] == about_batches
        result = client.get(f"job/{job}/batch/{batch}/result")
        assert (result.status_code, result.headers["Content-Type"]) == (200, media_type)
        assert client.get("job/750000000000000AAA").headers["Content-Type"] == "application/json"
