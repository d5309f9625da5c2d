"""Creating, changing, deleting and reading records, under the rules of describe and with the codes of the API."""

from typing import Any

import pytest
from sfgen_local_org.org import Org, OrgError


def refusal(call: Any, *arguments: Any) -> tuple[int, str, list[str]]:
    with pytest.raises(OrgError) as caught:
        call(*arguments)
    return caught.value.status, caught.value.code, caught.value.fields


def test_a_record_is_created_read_changed_and_deleted(org: Org) -> None:
    record_id = org.create("Contact", {"LastName": "Smith", "FirstName": "Jo"})
    assert len(record_id) == 18
    record = org.retrieve("Contact", record_id)
    assert record["attributes"] == {"type": "Contact", "url": f"/services/data/v62.0/sobjects/Contact/{record_id}"}
    assert (record["Name"], record["OwnerId"], record["IsDeleted"]) == ("Jo Smith", org.user_id, False)
    assert record["CreatedDate"] == record["SystemModstamp"] == "2024-05-15T12:00:00.000+0000"
    org.update("Contact", record_id[:15], {"FirstName": None})
    assert org.retrieve("Contact", record_id, ["name", "FIRSTNAME"], version="51.0") == {
        "attributes": {"type": "Contact", "url": f"/services/data/v51.0/sobjects/Contact/{record_id}"},
        "Name": "Smith",
        "FirstName": None,
    }
    org.delete("Contact", record_id)
    for call in (lambda: org.delete("Contact", record_id), lambda: org.update("Contact", record_id, {})):
        assert refusal(call)[:2] == (404, "ENTITY_IS_DELETED")
    assert org.query("SELECT COUNT() FROM Contact")["totalSize"] == 0
    assert org.query("SELECT Id FROM Contact WHERE IsDeleted = true", include_deleted=True)["totalSize"] == 1


def test_names_have_no_case(org: Org) -> None:
    record_id = org.create("account", {"name": "Acme", "ANNUALREVENUE": 5})
    assert org.retrieve("ACCOUNT", record_id, ["Name", "AnnualRevenue"])["AnnualRevenue"] == 5.0


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ({}, (400, "REQUIRED_FIELD_MISSING", ["LastName"])),
        ({"LastName": "  "}, (400, "REQUIRED_FIELD_MISSING", ["LastName"])),
        ({"LastNme": "x"}, (400, "INVALID_FIELD", [])),
        ({"LastName": "x", "Name": "x"}, (400, "INVALID_FIELD_FOR_INSERT_UPDATE", ["Name"])),
        ({"LastName": "x", "CreatedDate": None}, (400, "INVALID_FIELD_FOR_INSERT_UPDATE", ["CreatedDate"])),
        ({"LastName": "x" * 81}, (400, "STRING_TOO_LONG", ["LastName"])),
        ({"LastName": 5}, (400, "JSON_PARSER_ERROR", [])),
        ({"LastName": {"a": 1}}, (400, "JSON_PARSER_ERROR", [])),
        ({"LastName": "x", "Email": "no address"}, (400, "INVALID_EMAIL_ADDRESS", ["Email"])),
        ({"LastName": "x", "Level__c": "Medium"}, (400, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", ["Level__c"])),
        ({"LastName": "x", "Level__c": "Old"}, (400, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", ["Level__c"])),
        ({"LastName": "x", "AccountId": "nonsense"}, (400, "MALFORMED_ID", ["AccountId"])),
        ({"LastName": "x", "AccountId": "001000000000001AAB"}, (400, "MALFORMED_ID", ["AccountId"])),
        ({"LastName": "x", "AccountId": "003000000000001"}, (400, "FIELD_INTEGRITY_EXCEPTION", ["AccountId"])),
        ({"LastName": "x", "AccountId": "001000000000001"}, (400, "INVALID_CROSS_REFERENCE_KEY", [])),
        ({"LastName": "x", "Id": "003000000000001"}, (400, "INVALID_FIELD_FOR_INSERT_UPDATE", ["Id"])),
        ({"LastName": "x", "Account": {"Ext__c": "none"}}, (400, "INVALID_FIELD", [])),
        ({"LastName": "x", "Account": {"Name": "none"}}, (400, "INVALID_FIELD", [])),
        ({"LastName": "x", "Account": {"Ext__c": "a", "Loose__c": "b"}}, (400, "INVALID_FIELD", [])),
        ({"LastName": "x", "Account": "none"}, (400, "JSON_PARSER_ERROR", [])),
    ],
)
def test_a_create_that_describe_forbids_is_refused(
    org: Org, record: dict[str, Any], expected: tuple[int, str, list[str]]
) -> None:
    assert refusal(org.create, "Contact", record) == expected
    assert org.query("SELECT COUNT() FROM Contact")["totalSize"] == 0


def test_messages_are_those_of_the_api(org: Org) -> None:
    def message(*arguments: Any) -> Any:
        with pytest.raises(OrgError) as caught:
            org.create(*arguments)
        return caught.value.as_json()

    assert message("Contact", {}) == {
        "message": "Required fields are missing: [LastName]",
        "errorCode": "REQUIRED_FIELD_MISSING",
        "fields": ["LastName"],
    }
    assert message("Contact", {"LastNme": "x"}) == {
        "message": "No such column 'LastNme' on sobject of type Contact",
        "errorCode": "INVALID_FIELD",
    }
    first = org.create("Account", {"Name": "a", "Ext__c": "e"})
    assert message("Account", {"Name": "b", "Ext__c": "E"}) == {
        "message": f"duplicate value found: Ext__c duplicates value on record with id: {first[:15]}",
        "errorCode": "DUPLICATE_VALUE",
        "fields": [],
    }


def test_an_update_keeps_the_rules(org: Org) -> None:
    first = org.create("Account", {"Name": "a", "Ext__c": "1"})
    second = org.create("Account", {"Name": "b", "Ext__c": "2"})
    assert refusal(org.update, "Account", second, {"Ext__c": "1"})[1] == "DUPLICATE_VALUE"
    assert refusal(org.update, "Account", second, {"Name": None}) == (400, "REQUIRED_FIELD_MISSING", ["Name"])
    assert refusal(org.update, "Account", second, {"Id": first})[1] == "INVALID_FIELD"
    assert refusal(org.update, "Account", "001000000000009", {"Name": "x"})[:2] == (404, "NOT_FOUND")
    assert refusal(org.update, "Account", "rubbish", {"Name": "x"})[:2] == (404, "NOT_FOUND")
    org.update("Account", second, {"Ext__c": "2", "attributes": {"type": "Account"}})
    org.update("Account", first, {"Ext__c": None})
    org.update("Account", second, {"Ext__c": "1"})


def test_objects_that_take_no_records(org: Org) -> None:
    assert refusal(org.create, "Frozen", {"Name": "x"})[1] == "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY"
    assert refusal(org.create, "Nothing", {"Name": "x"})[:2] == (404, "NOT_FOUND")
    org.seed([("Frozen", {"Name": "x"})])
    frozen = org.query("SELECT Id FROM Frozen")["records"][0]["Id"]
    assert refusal(org.update, "Frozen", frozen, {"Name": "y"})[1] == "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY"
    assert refusal(org.delete, "Frozen", frozen)[1] == "INSUFFICIENT_ACCESS_OR_READONLY"


def test_defaults_are_filled_in(org: Org) -> None:
    first, second = (org.retrieve("Thing__c", org.create("Thing__c", {"Name": "x"})) for _ in range(2))
    assert (first["Flag__c"], first["Stage__c"]) == (True, "Two")
    assert (first["Serial__c"], second["Serial__c"]) == ("00000001", "00000002")
    assert org.retrieve("Thing__c", org.create("Thing__c", {"Name": "x", "Stage__c": None}))["Stage__c"] is None


def test_upsert_creates_then_updates(org: Org) -> None:
    record_id, created = org.upsert("Account", "ext__c", "E 1/2", {"Name": "first"})
    assert created
    assert org.upsert("Account", "Ext__c", "e 1/2", {"Name": "second"}) == (record_id, False)
    assert org.retrieve("Account", record_id, ["Name", "Ext__c"])["Name"] == "second"
    assert org.find_by_field("Account", "Ext__c", "E 1/2") == record_id
    assert org.upsert("Account", "Id", record_id[:15], {"Name": "third"}) == (record_id, False)
    assert refusal(org.upsert, "Account", "Ext__c", "E 1/2", {"Ext__c": "x"})[1] == "INVALID_FIELD"
    assert refusal(org.upsert, "Account", "Name", "x", {})[:2] == (404, "NOT_FOUND")
    assert refusal(org.upsert, "Account", "Ext__c", "new", {})[1] == "REQUIRED_FIELD_MISSING"
    assert refusal(org.find_by_field, "Account", "Ext__c", "new")[:2] == (404, "NOT_FOUND")
    assert refusal(org.upsert, "Account", "Id", "001000000000009", {"Name": "x"})[:2] == (404, "NOT_FOUND")
    assert refusal(org.upsert, "Account", "Ext__c", " ", {"Name": "x"})[1] == "MISSING_ARGUMENT"


def test_upsert_by_a_number_and_by_an_email(org: Org) -> None:
    record_id, _ = org.upsert("Thing__c", "Number__c", "42", {"Name": "x"})
    assert org.upsert("Thing__c", "Number__c", "42.0", {"Name": "y"}) == (record_id, False)
    assert refusal(org.upsert, "Thing__c", "Number__c", "many", {"Name": "x"})[1] == "JSON_PARSER_ERROR"
    contact = org.create("Contact", {"LastName": "x", "Email": "a@example.com"})
    assert org.upsert("Contact", "Email", "A@example.com", {"FirstName": "Al"}) == (contact, False)


def test_an_external_id_that_is_not_unique_has_choices(org: Org) -> None:
    ids = [org.create("Account", {"Name": "x", "Loose__c": "same"}) for _ in range(2)]
    for call in (org.upsert, org.find_by_field):
        with pytest.raises(OrgError) as caught:
            call("Account", "Loose__c", "same", *([{}] if call == org.upsert else []))
        assert caught.value.status == 300
        assert caught.value.choices == [f"/services/data/v62.0/sobjects/Account/{record_id}" for record_id in ids]


def test_case_sensitive_external_ids_differ_by_case(org: Org) -> None:
    lower, upper = (org.create("Thing__c", {"Name": "x", "Code__c": code}) for code in ("abc", "ABC"))
    assert org.find_by_field("Thing__c", "Code__c", "ABC") == upper != lower


def test_a_parent_may_be_given_by_its_external_id(org: Org) -> None:
    account = org.create("Account", {"Name": "a", "Ext__c": "e"})
    contact = org.create("Contact", {"LastName": "x", "account": {"attributes": {"type": "Account"}, "Ext__c": "E"}})
    assert org.retrieve("Contact", contact, ["AccountId"])["AccountId"] == account
    org.update("Contact", contact, {"Account": None})
    assert org.retrieve("Contact", contact, ["AccountId"])["AccountId"] is None


def test_a_polymorphic_lookup_takes_each_of_its_types(org: Org) -> None:
    account, thing = org.create("Account", {"Name": "a"}), org.create("Thing__c", {"Name": "t"})
    contact = org.create("Contact", {"LastName": "c"})
    for target in (account, thing):
        org.create("Task", {"WhatId": target[:15]})
    assert refusal(org.create, "Task", {"WhatId": contact})[1] == "FIELD_INTEGRITY_EXCEPTION"
    org.create("Task", {"WhoId": "00Q000000000001"})  # a Lead, of which the org has no describe


def test_a_delete_follows_the_relationships(org: Org) -> None:
    parent = org.create("Account", {"Name": "parent"})
    subsidiary = org.create("Account", {"Name": "subsidiary", "ParentId": parent})
    contact = org.create("Contact", {"LastName": "x", "AccountId": parent})
    thing = org.create("Thing__c", {"Name": "x", "Account__c": parent})
    contract = org.create("Contract", {"AccountId": parent})
    assert refusal(org.delete, "Account", parent)[:2] == (400, "DELETE_FAILED")
    assert org.retrieve("Contact", contact, ["AccountId"])["AccountId"] == parent, "the refused delete left its marks"
    org.delete("Contract", contract)
    org.delete("Account", parent)
    assert refusal(org.retrieve, "Contact", contact)[1] == "ENTITY_IS_DELETED"
    assert org.retrieve("Thing__c", thing, ["Account__c"])["Account__c"] is None
    assert org.retrieve("Account", subsidiary, ["ParentId"])["ParentId"] is None
    assert refusal(org.create, "Contact", {"LastName": "x", "AccountId": parent})[1] == "ENTITY_IS_DELETED"


def test_records_that_own_each_other_can_be_deleted(org: Org) -> None:
    first = org.create("Account", {"Name": "a"})
    second = org.create("Account", {"Name": "b", "ParentId": first})
    org.update("Account", first, {"ParentId": second})
    org.delete("Account", first)
    assert org.retrieve("Account", second, ["ParentId"])["ParentId"] is None


def test_retrieve_refuses_what_is_not_there(org: Org) -> None:
    contact = org.create("Contact", {"LastName": "x"})
    assert refusal(org.retrieve, "Contact", "rubbish")[:2] == (404, "NOT_FOUND")
    assert refusal(org.retrieve, "Account", contact)[:2] == (404, "NOT_FOUND")
    assert refusal(org.retrieve, "Contact", contact[:15] + "AAA")[:2] == (404, "NOT_FOUND")
    assert refusal(org.retrieve, "Contact", contact, ["Nothing"])[1] == "INVALID_FIELD"
