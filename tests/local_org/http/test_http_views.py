"""List views, recently used records and record counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from simple_salesforce import SFType

if TYPE_CHECKING:
    from local_org_client import Client


def view(client: Client, label: str, sobject: str = "Account") -> dict[str, Any]:
    listed = client.get(f"sobjects/{sobject}/listviews").json()
    assert (listed["done"], listed["size"], listed["sobjectType"]) == (True, len(listed["listviews"]), sobject)
    found: dict[str, Any] = next(each for each in listed["listviews"] if each["label"] == label)
    return found


def rows(answer: dict[str, Any]) -> list[dict[str, Any]]:
    return [{cell["fieldNameOrPath"]: cell["value"] for cell in row["columns"]} for row in answer["records"]]


def test_list_views(client: Client) -> None:
    for number in range(5):
        client.make("Account", Name=f"Name {number}", Rating="Hot")
    entry = view(client, "All Accounts")
    assert entry["developerName"] == "AllAccounts"
    assert client.get(entry["url"]).json() == entry
    described = client.get(entry["describeUrl"]).json()
    assert (described["id"], described["scope"], described["sobjectType"]) == (entry["id"], "everything", "Account")
    assert next(column["fieldNameOrPath"] for column in described["columns"] if not column["hidden"]) == "Name"
    queried = client.rows(described["query"])
    first = client.get(f"{entry['resultsUrl']}?limit=2").json()
    assert [row["Name"] for row in rows(first)] == ["Name 0", "Name 1"]
    assert (first["done"], first["size"], first["label"]) == (False, 2, "All Accounts")
    last = client.get(f"{entry['resultsUrl']}?limit=2000&offset=4").json()
    assert [row["Name"] for row in rows(last)] == ["Name 3", "Name 4"]
    assert last["done"]
    assert [row["Id"] for row in rows(client.get(entry["resultsUrl"]).json())] == [row["Id"] for row in queried]


def test_my_records(client: Client) -> None:
    client.server.org.seed([("Account", {"Name": "Theirs", "OwnerId": "005Lc00000000zz"})])
    client.make("Account", Name="Mine")
    entry = view(client, "My Accounts")
    assert [row["Name"] for row in rows(client.get(entry["resultsUrl"]).json())] == ["Mine"]
    described = client.get(entry["describeUrl"]).json()
    assert [row["Name"] for row in client.rows(described["query"])] == ["Mine"]


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("sobjects/Nope/listviews", 404, "NOT_FOUND"),
        ("sobjects/Profile/listviews", 404, "NOT_FOUND"),
        ("sobjects/Account/listviews/00B000000000001", 404, "NOT_FOUND"),
        ("sobjects/Account/listviews/nonsense/results", 404, "NOT_FOUND"),
        ("sobjects/Account/listviews/{}/results?limit=0", 400, "NUMBER_OUTSIDE_VALID_RANGE"),
        ("sobjects/Account/listviews/{}/results?limit=2001", 400, "NUMBER_OUTSIDE_VALID_RANGE"),
        ("sobjects/Account/listviews/{}/results?offset=x", 400, "NUMBER_OUTSIDE_VALID_RANGE"),
        ("recent?limit=-1", 400, "NUMBER_OUTSIDE_VALID_RANGE"),
    ],
)
def test_what_is_refused(shared_client: Client, path: str, status: int, code: str) -> None:
    response = shared_client.get(path.format(view(shared_client, "All Accounts")["id"]))
    assert (response.status_code, response.json()[0]["errorCode"]) == (status, code)


def test_every_object_with_pages_has_views_that_answer(shared_client: Client) -> None:
    for described in shared_client.get("sobjects").json()["sobjects"]:
        response = shared_client.get(f"sobjects/{described['name']}/listviews")
        assert response.status_code == (200 if described["layoutable"] else 404)
        for entry in response.json()["listviews"] if described["layoutable"] else []:
            assert shared_client.get(entry["resultsUrl"]).status_code == 200


def test_recent_records(client: Client) -> None:
    first = client.make("Account", Name="First")
    second = client.make("Account", Name="Second")
    case = client.make("Case", Subject="x")
    client.server.org.seed([("Account", {"Name": "Theirs", "LastModifiedById": "005Lc00000000zz"})])
    client.delete(f"sobjects/Account/{client.make('Account', Name='Gone')}")
    basic = client.get("sobjects/Account").json()
    assert basic["recentItems"] == [
        {
            "attributes": {"type": "Account", "url": f"/services/data/v62.0/sobjects/Account/{record_id}"},
            "Id": record_id,
            "Name": name,
        }
        for record_id, name in ((second, "Second"), (first, "First"))
    ]
    recent = client.get("recent").json()
    assert {first, second, case} <= {record["Id"] for record in recent}
    assert len(client.get("recent?limit=2").json()) == 2
    contact = SFType("Account", client.server.session_id, "x", "62.0")
    contact.base_url = f"{client.server.url}/services/data/v62.0/sobjects/Account/"
    assert contact.metadata()["recentItems"][0]["Name"] == "Second"


def test_record_counts(client: Client) -> None:
    for name in "ab":
        client.make("Account", Name=name)
    client.delete(f"sobjects/Account/{client.make('Account', Name='c')}")
    counted = client.get("limits/recordCount", params={"sObjects": "account, Contact,Nope"}).json()
    assert counted == {"sObjects": [{"count": 2, "name": "Account"}, {"count": 0, "name": "Contact"}]}
    everything = client.get("limits/recordCount").json()["sObjects"]
    assert {"count": 2, "name": "Account"} in everything
    assert len(everything) == len(client.get("sobjects").json()["sobjects"])
