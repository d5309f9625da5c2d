"""Records as an org would answer them, made of describes alone: every field has a value of its type."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sfgen.describe import FieldDescribe, ObjectDescribe, read_object
from sfgen.snapshot import read_snapshot

REAL = Path(__file__).resolve().parents[2] / ".." / "shared" / "real_describes"
REAL_FOLDERS = ("care_home_v65", "dreamhouse_v44", "nonprofit")
needs_real = pytest.mark.skipif(not REAL.is_dir(), reason="the real describes are not beside the checkout")

_ADDRESS = {
    "street": "1 Main St",
    "city": "Ghent",
    "state": None,
    "stateCode": None,
    "postalCode": "9000",
    "country": "Belgium",
    "countryCode": "BE",
    "latitude": 51.05,
    "longitude": 3.72,
    "geocodeAccuracy": None,
}
_VALUES: dict[str, Any] = {
    "boolean": True,
    "int": 7,
    "long": 7,
    "double": 1.5,
    "percent": 12.5,
    "currency": 1234.5,
    "date": "2024-02-29",
    "datetime": "2024-02-29T10:20:30.000+0000",
    "time": "10:20:30.000Z",
    "id": "001000000000001AAA",
    "reference": "005000000000001AAA",
    "address": _ADDRESS,
    "location": {"latitude": 51.05, "longitude": 3.72},
    "anyType": {"any": ["thing"]},
    "complexvalue": "text",
    "json": "text",
}


def raw_describes(folder: str) -> list[dict[str, Any]]:
    """Return the describe results of a folder as the REST API gave them."""
    return [json.loads(file.read_text(encoding="utf-8")) for file in sorted((REAL / folder).glob("*.json"))]


def record_of(described: ObjectDescribe) -> dict[str, Any]:
    """Return a record with a value in every field."""
    name = described.name
    attributes = {"type": name, "url": f"/services/data/v62.0/sobjects/{name}/001000000000001AAA"}
    return {"attributes": attributes, **{field.name: value_of(field) for field in described.fields}}


def value_of(field: FieldDescribe) -> Any:
    """Return what an org may answer for a field."""
    if field.type in _VALUES:
        return _VALUES[field.type]
    if field.picklist_values and field.restricted_picklist:
        return field.picklist_values[-1].value
    return "text"[: field.length or 4]


def empty_record_of(described: ObjectDescribe) -> dict[str, Any]:
    """Return a record with null wherever that may be."""
    return {field.name: None for field in described.fields if field.nillable}


def objects_of(folder: str) -> list[ObjectDescribe]:
    """Return the described objects of one of the real orgs."""
    return [read_object(describe)[0] for describe in read_snapshot(REAL / folder).describes.values()]
