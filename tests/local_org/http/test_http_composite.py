from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from local_org_client import Client

DATA = "/services/data/v62.0"


def sub(method: str, url: str, reference: str, **more: Any) -> dict[str, Any]:
    return {"method": method, "url": f"{DATA}/{url}", "referenceId": reference, **more}


def composite(client: Client, *requests: dict[str, Any], **options: bool) -> list[dict[str, Any]]:
    response = client.post("composite", json={"compositeRequest": list(requests), **options})
    assert response.status_code == 200, response.text
    results: list[dict[str, Any]] = response.json()["compositeResponse"]
    return results


def collection(*records: tuple[str, dict[str, Any]], all_or_none: bool = False) -> dict[str, Any]:
    rows = [{"attributes": {"type": sobject}, **fields} for sobject, fields in records]
    return {"allOrNone": all_or_none, "records": rows}


class TestComposite:
    def test_references(self, client: Client) -> None:
        results = composite(
            client,
            sub("POST", "sobjects/Account", "acc", body={"Name": "A & B"}),
            sub("POST", "sobjects/Contact", "con", body={"LastName": "L", "AccountId": "@{acc.id}"}),
            sub("GET", "sobjects/Contact/@{con.id}?fields=AccountId,LastName", "got"),
            sub("GET", "query?q=SELECT Id, Name FROM Account WHERE Id = '@{got.AccountId}'", "rows"),
            sub("PATCH", "sobjects/Contact/@{con.id}", "name", body={"FirstName": "of @{rows.records[0].Name}"}),
            collateSubrequests=True,
        )
        assert [result["httpStatusCode"] for result in results] == [201, 201, 200, 200, 204]
        assert results[0]["httpHeaders"] == {"Location": f"{DATA}/sobjects/Account/{results[0]['body']['id']}"}
        assert results[2]["body"]["AccountId"] == results[0]["body"]["id"]
        assert results[4] == {"body": None, "httpHeaders": {}, "httpStatusCode": 204, "referenceId": "name"}
        assert client.rows("SELECT FirstName FROM Contact")[0]["FirstName"] == "of A & B"

    def test_reference_in_an_address_stays_one_segment(self, client: Client) -> None:
        client.make("Account", Name="x/../../Contact?a=b", ERP_Id__c="e")
        results = composite(
            client,
            sub("GET", "sobjects/Account/ERP_Id__c/e", "acc"),
            sub("PATCH", "sobjects/Account/ERP_Id__c/@{acc.Name}", "up", body={"Name": "made"}),
        )
        assert results[1]["httpStatusCode"] in (201, 400)
        assert client.last().path == f"{DATA}/composite"
        assert {row["Name"] for row in client.rows("SELECT Name FROM Account")} >= {"x/../../Contact?a=b"}

    def test_all_or_none_undoes_everything(self, client: Client) -> None:
        results = composite(
            client,
            sub("POST", "sobjects/Account", "acc", body={"Name": "A"}),
            sub("POST", "sobjects/Contact", "con", body={}),
            sub("POST", "sobjects/Account", "later", body={"Name": "B"}),
            allOrNone=True,
        )
        assert [result["httpStatusCode"] for result in results] == [400, 400, 400]
        codes = [result["body"][0]["errorCode"] for result in results]
        assert codes == ["PROCESSING_HALTED", "REQUIRED_FIELD_MISSING", "PROCESSING_HALTED"]
        assert client.rows("SELECT Id FROM Account") == []

    def test_without_it_only_what_depends_on_the_failure_fails(self, client: Client) -> None:
        results = composite(
            client,
            sub("POST", "sobjects/Contact", "con", body={}),
            sub("GET", "sobjects/Contact/@{con.id}", "dependent"),
            sub("POST", "sobjects/Account", "acc", body={"Name": "B"}),
        )
        assert [result["httpStatusCode"] for result in results] == [400, 400, 201]
        assert results[1]["body"][0]["errorCode"] == "PROCESSING_HALTED"
        assert "con.id" in results[1]["body"][0]["message"]

    def test_conditional_describe(self, client: Client) -> None:
        modified = client.get("sobjects/Account/describe").headers["Last-Modified"]
        (result,) = composite(
            client, sub("GET", "sobjects/Account/describe", "d", httpHeaders={"If-Modified-Since": modified})
        )
        assert (result["httpStatusCode"], result["body"]) == (304, None)

    def test_too_many(self, client: Client) -> None:
        requests = [sub("GET", "limits", f"r{number}") for number in range(26)]
        response = client.post("composite", json={"compositeRequest": requests})
        assert response.status_code == 400
        assert response.json()["compositeResponse"][0]["body"][0]["errorCode"] == "LIMIT_EXCEEDED"

    @pytest.mark.parametrize(
        "request_",
        [
            sub("POST", "composite", "a", body={}),
            sub("POST", "composite/batch/", "a", body={}),
            {"method": "GET", "url": "/services/oauth2/userinfo", "referenceId": "a"},
            {"method": "GET", "url": "http://127.0.0.1/services/data/v62.0/limits", "referenceId": "a"},
            {"method": "GET", "url": 7, "referenceId": "a"},
            {"url": f"{DATA}/limits", "referenceId": "a"},
        ],
    )
    def test_no_part_of_a_composite(self, client: Client, request_: dict[str, Any]) -> None:
        (result,) = composite(client, request_)
        assert (result["httpStatusCode"], result["body"][0]["errorCode"]) == (400, "INVALID_INPUT")

    @pytest.mark.parametrize(
        "body", [{}, {"compositeRequest": {}}, {"compositeRequest": []}, {"compositeRequest": [1]}]
    )
    def test_no_requests(self, client: Client, body: dict[str, Any]) -> None:
        response = client.post("composite", json=body)
        assert (response.status_code, response.json()[0]["errorCode"]) == (400, "JSON_PARSER_ERROR")

    def test_reference_ids_are_unique_words(self, client: Client) -> None:
        for names in (["a", "a"], ["a b"], [None], [""]):
            requests = [{**sub("GET", "limits", ""), "referenceId": name} for name in names]
            assert client.post("composite", json={"compositeRequest": requests}).status_code == 400


class TestBatch:
    def test_independent(self, client: Client) -> None:
        account = client.make("Account", Name="A")
        requests = [
            {"method": "PATCH", "url": f"v62.0/sobjects/Account/{account}", "richInput": {"Name": "B"}},
            {"method": "GET", "url": "v62.0/sobjects/Nope/describe"},
            {"method": "GET", "url": f"v62.0/sobjects/Account/{account}?fields=Name"},
        ]
        body = client.post("composite/batch", json={"batchRequests": requests}).json()
        assert body["hasErrors"] is True
        assert [result["statusCode"] for result in body["results"]] == [204, 404, 200]
        assert body["results"][0]["result"] is None
        assert body["results"][2]["result"]["Name"] == "B"

    def test_halt_on_error(self, client: Client) -> None:
        requests = [{"method": "GET", "url": url} for url in ("v62.0/limits", "v62.0/nope", "v62.0/limits")]
        body = client.post("composite/batch", json={"haltOnError": True, "batchRequests": requests}).json()
        assert [result["statusCode"] for result in body["results"]] == [200, 404, 412]
        assert body["results"][2]["result"][0]["errorCode"] == "BATCH_PROCESSING_HALTED"

    def test_too_many(self, client: Client) -> None:
        requests = [{"method": "GET", "url": "v62.0/limits"}] * 26
        response = client.post("composite/batch", json={"batchRequests": requests})
        assert (response.status_code, response.json()[0]["errorCode"]) == (400, "LIMIT_EXCEEDED")


class TestCollections:
    def test_create_update_retrieve_delete(self, client: Client) -> None:
        made = client.post("composite/sobjects/", json=collection(("Account", {"Name": "A"}), ("Contact", {})))
        assert made.status_code == 200
        account, refused = made.json()
        assert account == {"id": account["id"], "success": True, "errors": []}
        assert refused["success"] is False
        assert refused["errors"][0]["statusCode"] == "REQUIRED_FIELD_MISSING"
        assert refused["errors"][0]["fields"] == ["LastName"]
        rows = collection(("Account", {"id": account["id"], "Name": "B"}), ("Account", {"Name": "no id"}))
        updated = client.patch("composite/sobjects/", json=rows).json()
        assert [row["success"] for row in updated] == [True, False]
        assert updated[1]["errors"][0]["statusCode"] == "MISSING_ARGUMENT"
        wanted = {"ids": [account["id"], "001000000000000AAA"], "fields": ["Name"]}
        (found, missing) = client.post("composite/sobjects/Account", json=wanted).json()
        assert (found["Name"], missing) == ("B", None)
        (again,) = client.get("composite/sobjects/Account", params={"ids": account["id"], "fields": "Name"}).json()
        assert again == found
        ids = f"{account['id']},001000000000000AAA,zzz"
        gone = client.delete("composite/sobjects", params={"ids": ids}).json()
        assert [row["success"] for row in gone] == [True, False, False]
        assert gone[2]["errors"][0]["statusCode"] == "MALFORMED_ID"

    def test_all_or_none(self, client: Client) -> None:
        rows = collection(("Account", {"Name": "A"}), ("Contact", {}), all_or_none=True)
        results = client.post("composite/sobjects", json=rows).json()
        codes = [row["errors"][0]["statusCode"] for row in results]
        assert codes == ["ALL_OR_NONE_OPERATION_ROLLED_BACK", "REQUIRED_FIELD_MISSING"]
        assert client.rows("SELECT Id FROM Account") == []
        kept = client.make("Account", Name="kept")
        ids = f"{kept},001000000000000AAA"
        client.delete("composite/sobjects", params={"ids": ids, "allOrNone": "true"})
        assert [row["Id"] for row in client.rows("SELECT Id FROM Account")] == [kept]

    def test_upsert(self, client: Client) -> None:
        address = "composite/sobjects/Account/ERP_Id__c"
        first = client.patch(address, json=collection(("Account", {"Name": "A", "ERP_Id__c": "1"}))).json()
        rows = collection(
            ("Account", {"Name": "B", "erp_id__c": "1"}),
            ("Account", {"Name": "C", "ERP_Id__c": "2"}),
            ("Account", {"Name": "D"}),
            ("Contact", {"LastName": "E"}),
        )
        second = client.patch(address, json=rows).json()
        assert [row.get("created") for row in (*first, *second)] == [True, False, True, None, None]
        assert second[0]["id"] == first[0]["id"]

    def test_too_many(self, client: Client) -> None:
        rows = collection(*[("Account", {"Name": "A"})] * 201)
        for response in (
            client.post("composite/sobjects", json=rows),
            client.patch("composite/sobjects", json=rows),
            client.patch("composite/sobjects/Account/ERP_Id__c", json=rows),
            client.delete("composite/sobjects", params={"ids": ",".join(["001000000000000AAA"] * 201)}),
        ):
            assert (response.status_code, response.json()[0]["errorCode"]) == (400, "EXCEEDED_ID_LIMIT")
        assert client.rows("SELECT Id FROM Account") == []

    def test_no_type(self, client: Client) -> None:
        (row,) = client.post("composite/sobjects", json={"records": [{"Name": "A"}]}).json()
        assert row["errors"][0]["statusCode"] == "INVALID_INPUT"
        assert client.post("composite/sobjects", json={"records": 1}).status_code == 400


def node(sobject: str, reference: str, **fields: Any) -> dict[str, Any]:
    return {"attributes": {"type": sobject, "referenceId": reference}, **fields}


class TestTree:
    def test_children(self, client: Client) -> None:
        records = [
            node(
                "Account",
                "a",
                Name="A",
                Contacts={"records": [node("Contact", "c", LastName="C"), node("Contact", "d", LastName="D")]},
            ),
            node("Account", "b", Name="B"),
        ]
        response = client.post("composite/tree/Account/", json={"records": records})
        assert (response.status_code, response.json()["hasErrors"]) == (201, False)
        ids = {row["referenceId"]: row["id"] for row in response.json()["results"]}
        assert list(ids) == ["a", "b", "c", "d"]
        assert {row["AccountId"] for row in client.rows("SELECT AccountId FROM Contact")} == {ids["a"]}

    def test_all_or_nothing(self, client: Client) -> None:
        records = [node("Account", "a", Name="A", Contacts={"records": [node("Contact", "c")]})]
        response = client.post("composite/tree/Account", json={"records": records})
        assert (response.status_code, response.json()["hasErrors"]) == (400, True)
        (result,) = response.json()["results"]
        assert (result["referenceId"], result["errors"][0]["statusCode"]) == ("c", "REQUIRED_FIELD_MISSING")
        assert client.rows("SELECT Id FROM Account") == []

    @pytest.mark.parametrize(
        "records",
        [
            [node("Contact", "a", LastName="A")],
            [node("Account", "a", Name="A"), node("Account", "a", Name="B")],
            [{"attributes": {"type": "Account"}, "Name": "A"}],
            [{"Name": "A"}],
            [{"attributes": "Account", "Name": "A"}],
        ],
    )
    def test_refused_trees(self, client: Client, records: list[dict[str, Any]]) -> None:
        response = client.post("composite/tree/Account", json={"records": records})
        assert (response.status_code, response.json()[0]["errorCode"]) == (400, "INVALID_INPUT")

    def test_too_deep(self, client: Client) -> None:
        tree = node("Account", "r0", Name="A")
        for number in range(1, 6):
            tree = node("Account", f"r{number}", Name="A", ChildAccounts={"records": [tree]})
        assert client.post("composite/tree/Account", json={"records": [tree]}).status_code == 400


def test_rows_of_an_upsert_with_the_same_key_are_refused(client: Client) -> None:
    records = [
        {"attributes": {"type": "Account"}, "ERP_Id__c": key, "Name": name}
        for key, name in (("a", "A"), ("b", "B"), ("A", "C"))
    ]
    results = client.patch("composite/sobjects/Account/ERP_Id__c", json={"records": records}).json()
    assert [result["success"] for result in results] == [False, True, False]
    assert results[0]["errors"] == [
        {
            "statusCode": "DUPLICATE_VALUE",
            "message": "Duplicate external id specified: a",
            "fields": ["ERP_Id__c"],
        }
    ]


def test_rows_of_records_and_objects_that_are_not_there(client: Client) -> None:
    """A row is no address: its status is none of addresses."""
    gone = "001000000000000AAA"
    records = [{"attributes": {"type": "Account"}, "Id": gone, "Name": "A"}]
    for results in (
        client.patch("composite/sobjects", json={"records": records}).json(),
        client.delete("composite/sobjects", params={"ids": gone}).json(),
    ):
        assert results[0]["errors"][0]["statusCode"] == "INVALID_CROSS_REFERENCE_KEY"
    for wrong in ("xyz", "003000000000000AAA"):
        records = [{"attributes": {"type": "Account"}, "Id": wrong, "Name": "A"}]
        (result,) = client.patch("composite/sobjects", json={"records": records}).json()
        message = f"Account ID: id value of incorrect type: {wrong}"
        assert result["errors"] == [{"statusCode": "MALFORMED_ID", "message": message, "fields": ["Id"]}]
    records = [{"attributes": {"type": "Acount"}, "Name": "A"}]
    (result,) = client.post("composite/sobjects", json={"records": records}).json()
    assert result["errors"][0]["statusCode"] == "INVALID_TYPE"
