"""simple-salesforce's bulk and bulk2, unpatched: all they get is a transport that takes https to the local org."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
import requests
from requests.adapters import HTTPAdapter

simple_salesforce = pytest.importorskip("simple_salesforce")

if TYPE_CHECKING:
    from pathlib import Path

    from sfgen_local_org.server import LocalOrg


class ToLocalOrg(HTTPAdapter):
    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        assert request.url is not None
        parts = urlsplit(request.url)
        request.url = self.url + parts.path + (f"?{parts.query}" if parts.query else "")
        return super().send(request, *args, **kwargs)


@pytest.fixture
def sf(server: LocalOrg) -> Any:
    session = requests.Session()
    session.mount("https://", ToLocalOrg(server.url))
    return simple_salesforce.Salesforce(session_id=server.session_id, instance="local.example", session=session)


def test_bulk(sf: Any) -> None:
    made = sf.bulk.Contact.insert(
        [{"LastName": f"L{number}"} for number in range(5)] + [{"FirstName": "x"}], batch_size=2
    )
    assert [row["success"] for row in made] == [True] * 5 + [False]
    assert made[5]["errors"][0]["statusCode"] == "REQUIRED_FIELD_MISSING"
    rows = [{"Id": row["id"], "Title": "T"} for row in made[:2]]
    assert all(row["success"] and not row["created"] for row in sf.bulk.Contact.update(rows))
    keyed = [{"Portal_User_Id__c": "p", "LastName": "P"}]
    assert sf.bulk.Contact.upsert(keyed, "Portal_User_Id__c")[0]["created"] is True
    assert sf.bulk.Contact.upsert(keyed, "Portal_User_Id__c")[0]["created"] is False
    detailed = sf.bulk.Contact.update([{"Id": made[0]["id"], "Title": "U"}], include_detailed_results=True)
    assert detailed[0]["Title"] == "U"
    assert sf.bulk.Contact.delete([{"Id": made[3]["id"]}])[0]["success"] is True
    assert sf.bulk.Contact.hard_delete([{"Id": made[4]["id"]}])[0]["success"] is True
    found = sf.bulk.Contact.query("SELECT LastName, Title FROM Contact ORDER BY LastName")
    assert [(row["LastName"], row["Title"]) for row in found] == [
        ("L0", "U"),
        ("L1", "T"),
        ("L2", None),
        ("P", None),
    ]
    lazy = sf.bulk.Contact.query_all("SELECT LastName, IsDeleted FROM Contact", lazy_operation=True)
    assert sum(row["IsDeleted"] for page in lazy for row in page) == 1
    with pytest.raises(simple_salesforce.SalesforceGeneralError):
        sf.bulk.Contact.query("SELECT Nope FROM Contact")


def test_bulk2(sf: Any, tmp_path: Path) -> None:
    contact = sf.bulk2.Contact
    records = [{"LastName": f"L{number}", "Title": 'a "b",\nc'} for number in range(5)] + [
        {"LastName": "", "Title": "T"}
    ]
    jobs = contact.insert(records=records, batch_size=4, concurrency=2, wait=0)
    counts = sorted((job["numberRecordsProcessed"], job["numberRecordsFailed"]) for job in jobs)
    assert counts == [(2, 1), (4, 0)]
    with_failure = next(job["job_id"] for job in jobs if job["numberRecordsFailed"])
    (refused,) = csv.DictReader(io.StringIO(contact.get_failed_records(with_failure)))
    assert (refused["Title"], refused["sf__Error"].partition(":")[0]) == ("T", "REQUIRED_FIELD_MISSING")
    pages = list(contact.query("SELECT Id, LastName, Title FROM Contact", max_records=2, wait=0))
    rows = [row for page in pages for row in csv.DictReader(io.StringIO(page, newline=""))]
    assert len(pages) == 3
    assert {row["LastName"] for row in rows} == {f"L{number}" for number in range(5)}
    assert {row["Title"] for row in rows} == {'a "b",\nc'}
    (changed,) = contact.update(records=[{"Id": rows[0]["Id"], "Title": "New"}], wait=0)
    assert changed["numberRecordsFailed"] == 0
    path = tmp_path / "upsert.csv"
    path.write_text("Portal_User_Id__c,LastName\np1,One\n")
    (upserted,) = contact.upsert(csv_file=str(path), external_id_field="Portal_User_Id__c", wait=0)
    assert upserted["numberRecordsProcessed"] == 1
    contact.delete(records=[{"Id": rows[0]["Id"]}], wait=0)
    contact.hard_delete(records=[{"Id": rows[1]["Id"]}], wait=0)
    files = contact.download("SELECT Id FROM Contact", path=str(tmp_path), wait=0)
    assert sum(file["number_of_records"] for file in files) == 4
    everything = "".join(contact.query_all("SELECT Id FROM Contact", wait=0))
    assert len(everything.splitlines()) == 6


def test_bulk2_failures(server: LocalOrg, sf: Any) -> None:
    from simple_salesforce.exceptions import SalesforceOperationError

    server.fail_job("boom")
    with pytest.raises(SalesforceOperationError, match="boom"):
        sf.bulk2.Contact.insert(records=[{"LastName": "A"}], wait=0)
    server.delay_job(2)
    (job,) = sf.bulk2.Contact.insert(records=[{"LastName": "A"}], wait=0)
    assert job["numberRecordsProcessed"] == 1
    with pytest.raises(SalesforceOperationError, match="Field name not found : Nope"):
        sf.bulk2.Contact.insert(records=[{"Nope": "A"}], wait=0)
    server.expire_sessions()
    with pytest.raises(simple_salesforce.SalesforceExpiredSession):
        sf.bulk2.Contact.insert(records=[{"LastName": "A"}], wait=0)


def test_apex(server: LocalOrg, sf: Any) -> None:
    server.apex("/activity/{id}", "POST")(lambda request: {"id": request.args["id"], **request.json()})
    assert sf.apexecute("activity/7", method="POST", data={"x": 1}) == {"id": "7", "x": 1}
