"""Each field type: what a write accepts, what the org answers, and what it refuses."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sfgen_local_org import ids
from sfgen_local_org.org import Org, OrgError


@pytest.mark.parametrize(
    ("name", "sent", "answered"),
    [
        ("Name", "  padded ", "padded"),
        ("Text__c", " kept \n", " kept \n"),
        ("Text__c", "", None),
        ("Flag__c", False, False),
        ("Flag__c", "true", True),
        ("Whole__c", "12", 12),
        ("Whole__c", 12.0, 12),
        ("Double__c", "1.5", 1.5),
        ("Double__c", 2, 2.0),
        ("Double__c", 1.0005, 1.001),
        ("Double__c", "", None),
        ("Percent__c", 99.95, 100.0),
        ("Date__c", "2024-02-29", "2024-02-29"),
        ("Date__c", "2024-02-29T10:00:00Z", "2024-02-29"),
        ("Moment__c", "2024-01-01T00:30:00+01:00", "2023-12-31T23:30:00.000+0000"),
        ("Moment__c", "2024-01-01T00:30:00.123+0000", "2024-01-01T00:30:00.000+0000"),
        ("Moment__c", "2024-01-01T00:30:00Z", "2024-01-01T00:30:00.000+0000"),
        ("Time__c", "14:05:00.250Z", "14:05:00.250Z"),
        ("Time__c", "14:05", "14:05:00.000Z"),
        ("Stage__c", "three", "Three"),
        ("Colors__c", "Blue;Red;Blue", "Red;Blue"),
        ("Number__c", "123456789", 123456789.0),
        ("Url__c", "https://example.com", "https://example.com"),
    ],
)
def test_a_value_comes_back_as_the_api_writes_it(org: Org, name: str, sent: Any, answered: Any) -> None:
    record_id = org.create("Thing__c", {"Name": "x", name: sent})
    found = org.retrieve("Thing__c", record_id, [name])[name]
    assert (found, type(found)) == (answered, type(answered))


@pytest.mark.parametrize(
    ("name", "sent", "code"),
    [
        ("Flag__c", "maybe", "JSON_PARSER_ERROR"),
        ("Flag__c", None, "INVALID_TYPE_ON_FIELD_IN_RECORD"),
        ("Whole__c", "many", "JSON_PARSER_ERROR"),
        ("Whole__c", 1.5, "JSON_PARSER_ERROR"),
        ("Whole__c", True, "JSON_PARSER_ERROR"),
        ("Whole__c", 1_000_000, "NUMBER_OUTSIDE_VALID_RANGE"),
        ("Double__c", 12345678, "NUMBER_OUTSIDE_VALID_RANGE"),
        ("Double__c", "NaN", "JSON_PARSER_ERROR"),
        ("Double__c", "1e400", "NUMBER_OUTSIDE_VALID_RANGE"),
        ("Whole__c", "1e999999", "NUMBER_OUTSIDE_VALID_RANGE"),
        ("Date__c", "29.02.2024", "JSON_PARSER_ERROR"),
        ("Date__c", "2023-02-29", "JSON_PARSER_ERROR"),
        ("Moment__c", "2024-01-01T00:30:00", "JSON_PARSER_ERROR"),
        ("Moment__c", "0001-01-01T00:00:00+14:00", "JSON_PARSER_ERROR"),
        ("Time__c", "25:00", "JSON_PARSER_ERROR"),
        ("Text__c", "x" * 101, "STRING_TOO_LONG"),
        ("Text__c", ["x"], "JSON_PARSER_ERROR"),
        ("Stage__c", "Four", "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"),
        ("Colors__c", "Red;Grey", "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"),
        ("Body__c", "not base64!", "JSON_PARSER_ERROR"),
    ],
)
def test_a_value_that_does_not_fit_is_refused(org: Org, name: str, sent: Any, code: str) -> None:
    with pytest.raises(OrgError) as caught:
        org.create("Thing__c", {"Name": "x", name: sent})
    assert caught.value.code == code
    assert caught.value.fields == ([] if code == "JSON_PARSER_ERROR" else [name])


def test_compounds_are_put_together(org: Org) -> None:
    account = org.create("Account", {"Name": "x", "BillingCity": "Leeds"})
    address = org.retrieve("Account", account, ["BillingAddress"])["BillingAddress"]
    assert (address["city"], address["street"]) == ("Leeds", None)
    thing = org.create("Thing__c", {"Name": "x", "Place__Latitude__s": 1.5, "Place__Longitude__s": -2})
    found = org.query("SELECT Place__c FROM Thing__c")["records"][0]["Place__c"]
    assert found == {"latitude": 1.5, "longitude": -2.0}
    org.update("Thing__c", thing, {"Place__Latitude__s": None, "Place__Longitude__s": None})
    assert org.retrieve("Thing__c", thing, ["Place__c"])["Place__c"] is None


def test_content_is_answered_by_its_address(org: Org) -> None:
    thing = org.create("Thing__c", {"Name": "x", "Body__c": "aGVsbG8="})
    path = f"/services/data/v62.0/sobjects/Thing__c/{thing}/Body__c"
    assert org.retrieve("Thing__c", thing, ["Body__c"])["Body__c"] == path
    assert org.blob("Thing__c", thing, "Body__c") == b"hello"


def test_an_open_picklist_takes_any_value(org: Org) -> None:
    account = org.create("Account", {"Name": "x", "Industry": "Fishing"})
    assert org.retrieve("Account", account, ["Industry"])["Industry"] == "Fishing"


def test_ids_have_the_published_checksum() -> None:
    # The examples of Salesforce's own documentation and of many an org.
    assert ids.to_18("001D000000IRFma") == "001D000000IRFmaIAH"
    assert ids.to_18("001D000000IRFmaIAH") == "001D000000IRFmaIAH"
    assert ids.to_18("001D000000IRFmaIAA") is None
    assert ids.to_18("001D000000IRFm!") is None
    assert ids.to_18("001D000000IRFmé") is None


@given(st.integers(0, 62**9 - 1))
def test_ids_are_made_and_read(number: int) -> None:
    record_id = ids.make_id("001", number)
    assert ids.to_18(record_id) == ids.to_18(record_id[:15]) == record_id
    assert ids.number_of(record_id) == number
