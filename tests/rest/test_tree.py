"""Records with their children in one request."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
from sfgen_runtime import InvalidRecord, OutcomeUnknown, Salesforce
from sfgen_runtime.composite.collections import results_before

if TYPE_CHECKING:
    from acme_org import Salesforce as AcmeOrg
    from sfgen_local_org.server import LocalOrg


def contact(name: str) -> dict[str, Any]:
    return {"attributes": {"type": "Contact"}, "LastName": name}


def test_trees_are_split_and_ordered(sf: Salesforce, server: LocalOrg) -> None:
    trees = [{"Name": f"Tree {n}", "Contacts": [contact(f"C {n} {m}") for m in range(9)]} for n in range(45)]
    results = sf.Account.create_tree(trees)
    assert results.ok
    assert len(results) == 450
    assert [request.method for request in server.requests if "tree" in request.path] == ["POST"] * 3
    last = sf.Contact.get(results[449].id)
    assert (last["LastName"], last["AccountId"]) == ("C 44 8", results[440].id)


def test_a_request_is_created_whole_or_not(sf: Salesforce) -> None:
    bad = {"attributes": {"type": "Contact"}, "FirstName": "no last name"}
    results = sf.Account.create_tree([{"Name": "Whole", "Contacts": [contact("good"), bad]}])
    codes = [result.errors[0]["statusCode"] for result in results]
    assert codes == ["ALL_OR_NONE_OPERATION_ROLLED_BACK"] * 2 + ["REQUIRED_FIELD_MISSING"]
    assert sf.query("SELECT COUNT() FROM Account WHERE Name = 'Whole'").totalSize == 0


def test_a_request_that_fails_tells_what_was_created_before(sf: Salesforce, server: LocalOrg) -> None:
    execute, calls = sf.execute, count(1)

    def loses_the_second(operation: Any, **call: Any) -> Any:
        if next(calls) == 2:
            server.cut("*/composite/tree/Account", method="POST")
        return execute(operation, **call)

    sf.execute = loses_the_second  # type: ignore[method-assign]
    with pytest.raises(OutcomeUnknown, match="composite/tree/Account") as lost:
        sf.Account.create_tree([{"Name": f"Lost {number}"} for number in range(250)])
    assert "Of 250 records 200 were answered before this, 200 of them saved" in lost.value.__notes__[0]
    assert sf.Account.get(results_before(lost.value)[199].id)["Name"] == "Lost 199"


def test_refusals(sf: Salesforce) -> None:
    with pytest.raises(ValueError, match="needs its object"):
        sf.Account.create_tree([{"Name": "x", "Contacts": [{"LastName": "x"}]}])
    with pytest.raises(ValueError, match="this one has 201"):
        sf.Account.create_tree([{"Name": "x", "Contacts": [contact("x") for _ in range(200)]}])


def test_typed_trees(acme: AcmeOrg, server: LocalOrg) -> None:
    # Two levels below, each child with a required lookup to its parent that only the org can fill in.
    plant = {"Serial_Number__c": "tree-1", "System__c": "Solar", "Power__c": 9.9}
    site = {"Name": "Roof", "Site_Code__c": "tree-1", "Installations__r": [plant]}
    results = acme.Account.create_tree([{"Name": "Typed", "Contacts": [{"LastName": "Smith"}], "Sites__r": [site]}])
    assert [result.errors for result in results] == [[]] * 4
    assert acme.Contact.get(results[1].id).AccountId == results[0].id
    assert acme.Installation__c.get(results[3].id).Site__c == results[2].id
    server.requests.clear()
    with pytest.raises(InvalidRecord, match="LastName"):
        acme.Account.create_tree([{"Name": "Typed", "Contacts": [{"FirstName": "x"}]}])
    assert not server.requests
