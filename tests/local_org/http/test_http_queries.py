from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from local_org_client import Client


@pytest.fixture
def accounts(client: Client) -> list[str]:
    return [client.make("Account", Name=f"Account {number}") for number in range(5)]


def test_pages(client: Client, accounts: list[str]) -> None:
    headers = {"Sforce-Query-Options": "batchSize=2"}
    page = client.get("query/", params={"q": "SELECT Id FROM Account ORDER BY Name"}, headers=headers).json()
    seen = [row["Id"] for row in page["records"]]
    assert (page["totalSize"], page["done"], len(seen)) == (5, False, 2)
    while not page["done"]:
        assert page["nextRecordsUrl"].startswith("/services/data/v62.0/query/01g")
        page = client.get(page["nextRecordsUrl"]).json()
        seen += [row["Id"] for row in page["records"]]
    assert seen == accounts
    assert page.keys() == {"totalSize", "done", "records"}


@pytest.mark.parametrize("option", ["batchSize=0", "batchSize=99999999", "batchSize=-1", "batchSize=x", "", "a=b"])
def test_page_size_is_a_wish(client: Client, accounts: list[str], option: str) -> None:
    headers = {"Sforce-Query-Options": option}
    page = client.get("query", params={"q": "SELECT Id FROM Account"}, headers=headers).json()
    assert page["totalSize"] == 5


def test_query_all_sees_deleted_rows(client: Client, accounts: list[str]) -> None:
    client.delete(f"sobjects/Account/{accounts[0]}")
    soql = "SELECT Id, IsDeleted FROM Account"
    assert len(client.rows(soql)) == 4
    rows = client.get("queryAll/", params={"q": soql}).json()["records"]
    assert [row["Id"] for row in rows if row["IsDeleted"]] == [accounts[0]]


@pytest.mark.parametrize(
    ("soql", "code"),
    [
        ("", "MALFORMED_QUERY"),
        ("SELECT FROM", "MALFORMED_QUERY"),
        ("SELECT Nope FROM Account", "INVALID_FIELD"),
        ("SELECT Id FROM Nope", "INVALID_TYPE"),
    ],
)
def test_refused_queries(client: Client, soql: str, code: str) -> None:
    response = client.get("query", params={"q": soql})
    assert (response.status_code, response.json()[0]["errorCode"]) == (400, code)
    assert client.get("query").status_code == 400
    assert client.get("query/01gxx-2000").json()[0]["errorCode"] == "INVALID_QUERY_LOCATOR"


def test_column_metadata_for_the_cli(client: Client, accounts: list[str]) -> None:
    soql = "SELECT Name, Owner.Name FROM Account"
    answer = client.get("query", params={"q": soql, "columns": "true"}).json()
    assert [column["columnName"] for column in answer["columnMetadata"]] == ["Name", "Owner"]


def test_tooling(client: Client, accounts: list[str]) -> None:
    empty = client.get("tooling/query/", params={"q": "SELECT Id, Name FROM ApexClass"}).json()
    assert empty == {
        "size": 0,
        "totalSize": 0,
        "done": True,
        "queryLocator": None,
        "entityTypeName": "ApexClass",
        "records": [],
    }
    assert client.get("tooling/query", params={"q": "SELECT Id FROM Account"}).json()["size"] == 5
    refused = client.get("tooling/query", params={"q": "SELECT Id FROM Nope"})
    assert (refused.status_code, refused.json()[0]["errorCode"]) == (400, "INVALID_TYPE")


def test_explain(client: Client, accounts: list[str]) -> None:
    soql = "SELECT Id FROM account WHERE Name LIKE '%a%' LIMIT 3"
    answer = client.get("query/", params={"explain": soql}).json()
    assert answer["sourceQuery"] == soql
    (plan,) = answer["plans"]
    assert (plan["sobjectType"], plan["sobjectCardinality"]) == ("Account", 5)
    assert plan["cardinality"] == len(client.rows(soql))
    view = client.get("sobjects/Account/listviews").json()["listviews"][0]
    explained = client.get("query", params={"explain": view["id"]}).json()
    assert explained["sourceQuery"] == client.get(view["describeUrl"]).json()["query"]
    for wrong in ("", "SELECT", "00B000000000000AAA"):
        response = client.get("query", params={"explain": wrong})
        assert (response.status_code, response.json()[0]["errorCode"]) == (400, "MALFORMED_QUERY")
