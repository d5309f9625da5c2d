"""Every seed record against the describe of its object."""

import base64
import itertools
import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sfgen_local_org import demo
from sfgen_local_org.ids import with_checksum

DESCRIBES = demo.describes()
RECORDS = list(demo.records())
IDS = {record["Id"]: name for name, record in RECORDS}
AUDIT = {"CreatedById", "LastModifiedById"}
COMPOUND = {"address", "location"}
PATTERNS = {
    "date": r"\d{4}-\d\d-\d\d",
    "datetime": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000\+0000",
    "time": r"\d\d:\d\d:00\.000Z",
    "email": r"[a-z0-9]+@[a-z]+\.example",
    "url": r"https://\S+\.example\S*",
}


def cells() -> list[tuple[str, dict[str, Any], dict[str, Any], Any]]:
    """Each value that is not null: object, record, field, value."""
    fields = {name: {field["name"]: field for field in one["fields"]} for name, one in DESCRIBES.items()}
    return [
        (name, record, fields[name][field], value)
        for name, record in RECORDS
        for field, value in record.items()
        if value is not None
    ]


CELLS = cells()


def where(name: str, record: dict[str, Any], field: dict[str, Any], value: object) -> str:
    return f"{name} {record['Id']} {field['name']}: {value!r}"


def test_there_are_as_many_as_promised() -> None:
    count = {name: sum(1 for _ in rows) for name, rows in itertools.groupby(sorted(name for name, _ in RECORDS))}
    assert 2_500 < len(RECORDS) < 4_000
    assert (count["User"], count["Account"], count["Contact"]) == (5, 300, 900)
    assert {"Site__c", "Installation__c", "Reading__c", "Lead", "Case", "Task", "Event", "CampaignMember"} <= set(count)


def test_are_the_same_each_time() -> None:
    assert list(demo.records()) == RECORDS


def test_have_the_fields_of_their_describe() -> None:
    for name, record in RECORDS:
        fields = {field["name"] for field in DESCRIBES[name]["fields"] if field["type"] not in COMPOUND}
        assert set(record) == fields, name


def test_nothing_that_must_not_be_null_is_null() -> None:
    required = {
        name: [field["name"] for field in one["fields"] if not field["nillable"]] for name, one in DESCRIBES.items()
    }
    missing = [(name, field) for name, record in RECORDS for field in required[name] if record[field] is None]
    assert not missing


def test_ids_are_unique_and_well_formed() -> None:
    assert len(IDS) == len(RECORDS)
    for name, record in RECORDS:
        row = record["Id"]
        assert re.fullmatch(r"[0-9A-Za-z]{18}", row)
        assert row[:3] == DESCRIBES[name]["keyPrefix"]
        assert row == with_checksum(row[:15])


def test_references_lead_to_an_earlier_record_of_a_target() -> None:
    seen: set[str] = set()
    for name, record in RECORDS:
        seen.add(record["Id"])
        for field in DESCRIBES[name]["fields"]:
            row = record.get(field["name"])
            if field["type"] != "reference" or row is None or field["name"] == "UserLicenseId":
                continue
            assert row in (IDS if field["name"] in AUDIT else seen), where(name, record, field, row)
            assert IDS[row] in field["referenceTo"], where(name, record, field, row)


def test_texts_fit() -> None:
    kinds = {"string", "textarea", "picklist", "combobox", "email", "phone", "url", "encryptedstring", "multipicklist"}
    for cell in CELLS:
        if cell[2]["type"] in kinds:
            assert isinstance(cell[3], str), where(*cell)
            assert 0 < len(cell[3]) <= cell[2]["length"], where(*cell)
            assert cell[3] == cell[3].strip(), where(*cell)


def test_numbers_fit() -> None:
    for cell in CELLS:
        field, value = cell[2], cell[3]
        if field["type"] in ("double", "currency", "percent"):
            assert isinstance(value, int | float), where(*cell)
            assert not isinstance(value, bool), where(*cell)
            number = Decimal(str(value))
            assert round(number, field["scale"]) == number, where(*cell)
            assert abs(number) < 10 ** (field["precision"] - field["scale"]), where(*cell)
        elif field["type"] == "int":
            assert type(value) is int, where(*cell)
            assert abs(value) < 10 ** field["digits"], where(*cell)
        elif field["type"] == "long":
            assert type(value) is int, where(*cell)
            assert 2**31 < value < 2**63, where(*cell)


def test_booleans_dates_and_addresses_are_written_as_the_api_writes_them() -> None:
    for cell in CELLS:
        kind, value = cell[2]["type"], cell[3]
        if kind == "boolean":
            assert isinstance(value, bool), where(*cell)
        elif kind in PATTERNS:
            assert re.fullmatch(PATTERNS[kind], value), where(*cell)
            if kind == "date":
                date.fromisoformat(value)
        elif kind == "base64":
            assert len(base64.b64decode(value, validate=True)) == cell[1]["BodyLength"]


def valid_for(value: dict[str, Any], index: int) -> bool:
    bits = base64.b64decode(value["validFor"])
    return bool(bits[index >> 3] & (0x80 >> (index & 7)))


def test_picklists_hold_active_values_that_their_controller_allows() -> None:
    dependent = 0
    for cell in CELLS:
        name, record, field, value = cell
        if field["type"] not in ("picklist", "multipicklist"):
            continue
        known = {one["value"]: one for one in field["picklistValues"]}
        for part in value.split(";") if field["type"] == "multipicklist" else [value]:
            assert part in known, where(*cell)
            # The discontinued product keeps the value that was retired after it.
            assert known[part]["active"] or part == "Oil burner", where(*cell)
        if field["controllerName"]:
            dependent += 1
            controller = next(one for one in DESCRIBES[name]["fields"] if one["name"] == field["controllerName"])
            controlling = record[controller["name"]]
            order = [one["value"] for one in controller["picklistValues"]] or [False, True]
            assert valid_for(known[value], order.index(controlling)), where(*cell)
    assert dependent > 200


def test_unique_fields_are_unique() -> None:
    seen: set[tuple[str, str, str]] = set()
    for cell in CELLS:
        if cell[2]["unique"] or cell[2]["name"] == "Username":
            key = (cell[0], cell[2]["name"], str(cell[3]).lower())
            assert key not in seen, where(*cell)
            seen.add(key)
    assert len(seen) > 500


@pytest.mark.parametrize(
    ("parent", "rollup", "child", "lookup", "summed"),
    [
        ("Site__c", "Total_Power__c", "Installation__c", "Site__c", "Power__c"),
        ("Installation__c", "Reading_Count__c", "Reading__c", "Installation__c", None),
        ("Campaign", "NumberOfContacts", "CampaignMember", "CampaignId", None),
    ],
)
def test_roll_ups_add_up(parent: str, rollup: str, child: str, lookup: str, summed: str | None) -> None:
    totals: dict[str, float] = {}
    for name, record in RECORDS:
        if name == child and (child != "CampaignMember" or record["ContactId"]):
            totals[record[lookup]] = totals.get(record[lookup], 0) + (record[summed] if summed else 1)
    for name, record in RECORDS:
        if name == parent:
            assert record[rollup] == pytest.approx(totals.get(record["Id"], 0))


def test_no_cycle_in_hierarchies_and_some_depth() -> None:
    parents = {record["Id"]: record["ParentId"] for name, record in RECORDS if name == "Account"}

    def depth(row: str | None) -> int:
        return 0 if row is None else 1 + depth(parents[row])

    assert max(map(depth, parents)) >= 3


def test_the_seed_has_what_examples_look_for() -> None:
    accounts = [record for name, record in RECORDS if name == "Account"]
    assert 0 < sum(1 for one in accounts if one["ERP_Id__c"] is None) < 40
    assert any("'" in record["LastName"] for name, record in RECORDS if name == "Contact")
    assert any(not record["LastName"].isascii() for name, record in RECORDS if name == "Contact")
    assert {IDS[record["WhatId"]][:4] for name, record in RECORDS if name == "Task" and record["WhatId"]} >= {
        "Acco",
        "Case",
        "Site",
    }
