"""Describes of a made-up org: any number of objects of 60 fields, the same ones on every run.

The mix of types is near that of real orgs' objects: the platform's own fields, six lookups (one in ten objects has a
polymorphic one), text, numbers, dates, and picklists of which a third are restricted.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sfgen.describe import ObjectDescribe, read_object

FIELDS = 60
_USER = 0  # the object that plays User: what owners and creators point to

# Type and how many of it, beside the platform's fields and the lookups.
_COUNTS = {
    "string": 12,
    "boolean": 7,
    "picklist": 6,
    "date": 4,
    "currency": 3,
    "double": 3,
    "datetime": 3,
    "textarea": 3,
    "int": 2,
    "email": 1,
    "phone": 1,
    "url": 1,
    "percent": 1,
    "multipicklist": 1,
}
_FLAGS = {"filterable": True, "sortable": True, "groupable": True, "aggregatable": True}


def object_name(number: int) -> str:
    """Return the API name of an object of the made-up org."""
    return f"Object_{number}__c"


def make_describes(count: int) -> list[ObjectDescribe]:
    """Return describes of `count` objects that refer to one another."""
    objects = [_object(number, count) for number in range(count)]
    children: dict[str, list[dict[str, Any]]] = {one["name"]: [] for one in objects}
    for one in objects:
        # Real objects have no child relationship for who created and changed a record.
        for field in one["fields"]:
            if field["type"] == "reference" and field["custom"]:
                relationship = f"{one['name'].removesuffix('__c')}_{field['name'].removesuffix('__c')}__r"
                for target in field["referenceTo"]:
                    children[target].append(
                        {"relationshipName": relationship, "childSObject": one["name"], "field": field["name"]}
                    )
    return [read_object({**one, "childRelationships": children[one["name"]]})[0] for one in objects]


def _object(number: int, count: int) -> dict[str, Any]:
    fields = [*_platform_fields(number), *_lookups(number, count), *_plain_fields(number)]
    assert len(fields) == FIELDS
    return {
        "name": object_name(number),
        "label": f"Object {number}",
        "labelPlural": f"Objects {number}",
        "keyPrefix": f"a{number:02d}"[:3],
        "custom": True,
        "fields": fields,
    }


def _field(name: str, kind: str, **more: Any) -> dict[str, Any]:
    writable = {"createable": True, "updateable": True, "nillable": kind != "boolean", "defaultedOnCreate": False}
    label = name.removesuffix("__c").replace("_", " ")
    return {"name": name, "type": kind, "label": label, "custom": name.endswith("__c"), **_FLAGS, **writable, **more}


def _platform_fields(number: int) -> Iterator[dict[str, Any]]:
    read_only = {"createable": False, "updateable": False, "nillable": False}
    user = {"referenceTo": [object_name(_USER)]}
    yield _field("Id", "id", length=18, idLookup=True, **read_only)
    yield _field("Name", "string", length=80, idLookup=number % 2 == 0)
    yield _field("IsDeleted", "boolean", **read_only)
    for name in ("CreatedDate", "LastModifiedDate", "SystemModstamp"):
        yield _field(name, "datetime", **read_only)
    yield _field("OwnerId", "reference", **user, relationshipName="Owner", nillable=False, defaultedOnCreate=True)
    yield _field("CreatedById", "reference", **user, relationshipName="CreatedBy", **read_only)
    yield _field("LastModifiedById", "reference", **user, relationshipName="LastModifiedBy", **read_only)


def _lookups(number: int, count: int) -> Iterator[dict[str, Any]]:
    near, far, shared = (number * 7 + 1) % count, (number * 13 + 5) % count, number % 20 % count
    targets = [[near], [far], [shared] if number % 10 else list(dict.fromkeys((shared, near)))]
    for at, numbers in enumerate(targets):
        yield _field(
            f"Lookup_{at}__c",
            "reference",
            length=18,
            referenceTo=[object_name(target) for target in numbers],
            relationshipName=f"Lookup_{at}__r",
            nillable=at > 0,
        )


def _plain_fields(number: int) -> Iterator[dict[str, Any]]:
    for kind, many in _COUNTS.items():
        for at in range(many):
            yield _field(f"{kind.title()}_{at}__c", kind, **_details(kind, at, number))


def _details(kind: str, at: int, number: int) -> dict[str, Any]:
    help_text = f"What the {kind} is for, as the admin of the org explains it." if at % 3 == 0 else None
    details: dict[str, Any] = {"inlineHelpText": help_text}
    if kind == "string":
        # The first is what records are found by, the second what a create must have.
        details |= {"length": 255, "externalId": at == 0, "idLookup": at == 0, "nillable": at != 1}
    elif kind in ("currency", "double", "percent"):
        details |= {"precision": 18, "scale": 2, "groupable": False}
    elif kind == "datetime":
        details |= {"groupable": False}
    elif kind == "textarea":
        details |= {"length": 32000 if at else 255, "filterable": not at, "sortable": not at, "groupable": not at}
    elif kind in ("picklist", "multipicklist"):
        values = [{"value": f"Value {number} {at} {one}", "label": f"{one}"} for one in range(4 + at)]
        details |= {"picklistValues": values, "restrictedPicklist": at % 3 == 0, "sortable": kind == "picklist"}
        details["groupable"] = kind == "picklist"
    return details
