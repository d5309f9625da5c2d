from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from simple_salesforce import SalesforceMoreThanOneRecord, SFType

if TYPE_CHECKING:
    from local_org_client import Client


def test_create_retrieve_update_delete(client: Client) -> None:
    created = client.post("sobjects/Contact/", json={"LastName": "Smith", "Email": "s@example.com"})
    record_id = created.json()["id"]
    assert created.status_code == 201
    assert created.json() == {"id": record_id, "success": True, "errors": []}
    address = f"/services/data/v62.0/sobjects/Contact/{record_id}"
    assert created.headers["Location"] == address
    record = client.get(f"{address}?fields=LastName,Email").json()
    assert record["attributes"] == {"type": "Contact", "url": address}
    assert (record["LastName"], record["Email"]) == ("Smith", "s@example.com")
    assert "FirstName" not in record
    updated = client.patch(address, json={"FirstName": "Jo"})
    assert (updated.status_code, updated.content) == (204, b"")
    assert client.get(address[:-3]).json()["Name"] == "Jo Smith"
    deleted = client.delete(address)
    assert (deleted.status_code, deleted.content) == (204, b"")
    assert client.get(address).json()[0]["errorCode"] in ("NOT_FOUND", "ENTITY_IS_DELETED")


def test_addresses_have_the_version_of_the_call(client: Client) -> None:
    made = client.post("/services/data/v58.0/sobjects/account", json={"Name": "A"})
    assert made.headers["Location"].startswith("/services/data/v58.0/sobjects/Account/")
    record = client.get(made.headers["Location"]).json()
    assert record["attributes"]["url"] == made.headers["Location"]
    urls = client.get("/services/data/v58.0/sobjects/Account/describe").json()["urls"]
    assert urls["rowTemplate"] == "/services/data/v58.0/sobjects/Account/{ID}"


@pytest.mark.parametrize(
    ("fields", "code", "named"),
    [
        ({}, "REQUIRED_FIELD_MISSING", ["LastName"]),
        ({"LastName": "S", "Emial": "x"}, "INVALID_FIELD", None),
        ({"LastName": "S", "CreatedDate": "2020-01-01T00:00:00Z"}, "INVALID_FIELD_FOR_INSERT_UPDATE", ["CreatedDate"]),
        ({"LastName": "S", "Email": "no address"}, "INVALID_EMAIL_ADDRESS", ["Email"]),
        ({"LastName": "S", "AccountId": "x"}, "MALFORMED_ID", ["AccountId"]),
    ],
)
def test_refused_records(client: Client, fields: dict[str, str], code: str, named: list[str] | None) -> None:
    response = client.post("sobjects/Contact", json=fields)
    (error,) = response.json()
    assert (response.status_code, error["errorCode"]) == (400, code)
    assert error.get("fields", None) in (named, [] if named is None else named)


def test_global_describe(client: Client) -> None:
    described = client.get("sobjects").json()
    account = next(item for item in described["sobjects"] if item["name"] == "Account")
    assert (described["encoding"], described["maxBatchSize"]) == ("UTF-8", 200)
    assert "fields" not in account
    assert account["urls"]["describe"] == "/services/data/v62.0/sobjects/Account/describe"
    assert client.get("sobjects/Account/").json() == {"objectDescribe": account, "recentItems": []}


def test_describe_that_has_not_changed(client: Client) -> None:
    fresh = client.get("sobjects/Account/describe")
    modified = fresh.headers["Last-Modified"]
    same = client.get("sobjects/Account/describe", headers={"If-Modified-Since": modified})
    assert (same.status_code, same.content) == (304, b"")
    assert client.get("sobjects", headers={"If-Modified-Since": modified}).status_code == 304
    for other in ("Mon, 01 Jan 2001 00:00:00 GMT", "yesterday", "Mon, 99 Jan 2001 00:00:00 GMT", ""):
        again = client.get("sobjects/Account/describe", headers={"If-Modified-Since": other})
        assert again.json() == fresh.json()


def test_external_ids(client: Client) -> None:
    address = "sobjects/Account/ERP_Id__c/a%2Fb%20c"
    created = client.patch(address, json={"Name": "A"})
    assert created.status_code == 201
    record_id = created.json()["id"]
    assert created.json() == {"id": record_id, "success": True, "errors": [], "created": True}
    assert created.headers["Location"] == f"/services/data/v62.0/sobjects/Account/{record_id}"
    updated = client.patch(address, json={"Name": "B"})
    assert (updated.status_code, updated.json()["created"], updated.json()["id"]) == (200, False, record_id)
    assert client.patch(f"/services/data/v45.0/{address}", json={"Name": "C"}).status_code == 204
    record = client.get(address, params={"fields": "Name,ERP_Id__c"}).json()
    assert (record["Name"], record["ERP_Id__c"]) == ("C", "a/b c")
    assert client.delete(address).status_code == 204
    missing = client.get(address)
    assert (missing.status_code, missing.json()[0]["errorCode"]) == (404, "NOT_FOUND")


def test_upsert_by_id_lookup_field(client: Client) -> None:
    made = client.make("Contact", LastName="S", Email="jo@example.com")
    answer = client.patch("sobjects/Contact/Email/jo@example.com", json={"LastName": "T"})
    assert (answer.status_code, answer.json()["id"]) == (200, made)


def test_upsert_by_id(client: Client) -> None:
    account = client.make("Account", Name="A")
    assert client.patch(f"sobjects/Account/Id/{account}", json={"Name": "B"}).status_code == 200
    assert client.get(f"sobjects/Account/Id/{account}").json()["Name"] == "B"
    created = client.post("sobjects/Account/Id", json={"Name": "C"})
    assert created.status_code == 201
    assert client.post(f"sobjects/Account/{account}", json={"Name": "C"}).status_code == 405


def test_external_id_that_several_records_have(client: Client) -> None:
    fields = {"StageName": "Prospecting", "CloseDate": "2030-01-31", "Quote_Id__c": "Q1"}
    ids = [client.make("Opportunity", Name=name, **fields) for name in "ab"]
    response = client.get("sobjects/Opportunity/Quote_Id__c/Q1")
    assert response.status_code == 300
    assert sorted(response.json()) == [f"/services/data/v62.0/sobjects/Opportunity/{record_id}" for record_id in ids]
    assert client.patch("sobjects/Opportunity/Quote_Id__c/Q1", json={"Name": "c"}).status_code == 300
    assert client.delete("sobjects/Opportunity/Quote_Id__c/Q1").status_code == 300
    older = client.get("/services/data/v55.0/sobjects/Opportunity/Quote_Id__c/Q1").json()
    assert sorted(older) == [f"/services/data/v55.0/sobjects/Opportunity/{record_id}" for record_id in ids]
    record = {"attributes": {"type": "Opportunity"}, "Quote_Id__c": "Q1", "Name": "c"}
    (row,) = client.patch("composite/sobjects/Opportunity/Quote_Id__c", json={"records": [record]}).json()
    message = f"Quote Id: more than one record found for external id field: [{', '.join(ids)}]"
    assert row["errors"] == [{"statusCode": "DUPLICATE_EXTERNAL_ID", "message": message, "fields": ["Quote_Id__c"]}]


def test_a_parent_that_may_be_one_of_several(client: Client) -> None:
    for name in "ab":
        client.make("Contact", LastName=name, Email="twice@example.com")
    response = client.post("sobjects/Case", json={"Contact": {"Email": "twice@example.com"}})
    (error,) = response.json()
    assert (response.status_code, error["errorCode"]) == (400, "DUPLICATE_EXTERNAL_ID")


def test_simple_salesforce_gets_the_choices(client: Client) -> None:
    ids = [client.make("Contact", LastName=name, Email="twice@example.com") for name in "ab"]
    contact = SFType("Contact", client.server.session_id, "x", "62.0")
    contact.base_url = f"{client.server.url}/services/data/v62.0/sobjects/Contact/"
    for call in (
        lambda: contact.get_by_custom_id("Email", "twice@example.com"),
        lambda: contact.upsert("Email/twice@example.com", {"LastName": "c"}),
    ):
        with pytest.raises(SalesforceMoreThanOneRecord) as raised:
            call()
        assert [url.rpartition("/")[2] for url in raised.value.content] == ids


def test_changes(client: Client) -> None:
    kept, gone = client.make("Account", Name="A"), client.make("Account", Name="B")
    client.delete(f"sobjects/Account/{gone}")
    now = datetime.now(UTC)
    # The way simple-salesforce writes the address, with an unescaped plus sign in the offset.
    span = f"start={(now - timedelta(hours=1)).isoformat()}&end={(now + timedelta(hours=1)).isoformat()}"
    updated = client.get(f"sobjects/Account/updated/?{span}").json()
    assert (updated["ids"], "latestDateCovered" in updated) == ([kept], True)
    deleted = client.get(f"sobjects/Account/deleted/?{span.replace('+', '%2B')}").json()
    assert [row["id"] for row in deleted["deletedRecords"]] == [gone]
    assert {"earliestDateAvailable", "latestDateCovered"} <= deleted.keys()
    assert client.get("sobjects/Account/updated?start=soon&end=x").status_code == 400
    assert client.get("sobjects/Account/updated").json()[0]["errorCode"] == "MISSING_ARGUMENT"


def test_blob(client: Client) -> None:
    account = client.make("Account", Name="A")
    content = base64.b64encode(bytes(range(256))).decode()
    attachment = client.make("Attachment", Name="f.bin", ParentId=account, Body=content)
    response = client.get(f"sobjects/Attachment/{attachment}/Body")
    assert response.content == bytes(range(256))
    assert response.headers["Content-Type"] == "application/octet-stream"


def test_records_by_the_names_of_relationships(client: Client) -> None:
    account = client.make("Account", Name="Acme")
    contact = client.make("Contact", LastName="Smith", AccountId=account)
    client.make("Contact", LastName="Jones", AccountId=account)
    parent = client.get(f"sobjects/Contact/{contact}/Account", params={"fields": "Name,Id"}).json()
    assert (parent["attributes"]["type"], parent["Name"], parent["Id"]) == ("Account", "Acme", account)
    children = client.get(f"sobjects/Account/{account}/Contacts", params={"fields": "LastName"}).json()
    assert (children["totalSize"], children["done"]) == (2, True)
    assert {row["LastName"] for row in children["records"]} == {"Smith", "Jones"}
    assert client.get(f"sobjects/Account/{account}/contacts").json()["records"][0]["AccountId"] == account
    assert client.get(f"sobjects/Contact/{contact}/Owner", params={"fields": "Id"}).json()["Id"]


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("sobjects/Contact/{contact}/ReportsTo", 404, "NOT_FOUND"),
        ("sobjects/Contact/{contact}/Nothing", 404, "NOT_FOUND"),
        ("sobjects/Account/001000000000000AAA/Contacts", 404, "NOT_FOUND"),
        ("sobjects/Account/{account}/Contacts?fields=Nme", 400, "INVALID_FIELD"),
        ("sobjects/Account/{account}/Contacts?fields=Id%20FROM%20User", 400, "INVALID_FIELD"),
    ],
)
def test_relationships_that_lead_nowhere(client: Client, path: str, status: int, code: str) -> None:
    account = client.make("Account", Name="Acme")
    contact = client.make("Contact", LastName="Smith")
    response = client.get(path.format(account=account, contact=contact))
    assert (response.status_code, response.json()[0]["errorCode"]) == (status, code)
