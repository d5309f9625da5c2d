"""The running user and the organization: the two records that an org has from its first moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .defaults import person_name

if TYPE_CHECKING:
    from .schema import Schema
    from .seed import Seeder
    from .store import Store

_USER: dict[str, Any] = {
    "Username": "admin@example.com",
    "FirstName": "Ada",
    "LastName": "Admin",
    "Email": "admin@example.com",
    "Alias": "admin",
    "CommunityNickname": "admin",
    "IsActive": True,
    "UserType": "Standard",
    "TimeZoneSidKey": "Europe/London",
    "LocaleSidKey": "en_US",
    "LanguageLocaleKey": "en_US",
    "EmailEncodingKey": "UTF-8",
}
_ORGANIZATION: dict[str, Any] = {
    "Name": "Local Org",
    "OrganizationType": "Developer Edition",
    "InstanceName": "LOCAL",
    "IsSandbox": False,
    "LanguageLocaleKey": "en_US",
    "DefaultLocaleSidKey": "en_US",
    "TimeZoneSidKey": "Europe/London",
}


# Fields that describes of the two have besides those of the records above, and their types; the others are text.
_TYPES = {
    "Id": "id",
    "Name": "string",
    "ProfileId": "reference",
    "UserRoleId": "reference",
    "IsActive": "boolean",
    "IsSandbox": "boolean",
    "NamespacePrefix": "string",
    "TrialExpirationDate": "datetime",
    "CreatedDate": "datetime",
    "LastModifiedDate": "datetime",
    "SystemModstamp": "datetime",
}
_USER_FIELDS = ("Name", "ProfileId", "UserRoleId", *_USER)
_ORGANIZATION_FIELDS = ("NamespacePrefix", "TrialExpirationDate", *_ORGANIZATION)
_AUDIT = ("CreatedDate", "LastModifiedDate", "SystemModstamp")


def system_describes() -> list[dict[str, Any]]:
    """Return describes of User and Organization for orgs whose own describes lack them.

    Every org has the two, and clients read them: the Salesforce CLI at its login, queries as the owner of a record.
    """
    return [
        _describe("User", "005", _USER_FIELDS),
        _describe("Organization", "00D", _ORGANIZATION_FIELDS),
    ]


def _describe(name: str, prefix: str, fields: tuple[str, ...]) -> dict[str, Any]:
    fixed = dict.fromkeys(("createable", "updateable", "deletable", "undeletable", "searchable", "layoutable"), False)
    described = [_field(field) for field in ("Id", *fields, *_AUDIT)]
    return {"name": name, "label": name, "keyPrefix": prefix, "custom": False, "fields": described, **fixed}


def _field(name: str) -> dict[str, Any]:
    kind = _TYPES.get(name, "string")
    targets = [name.removesuffix("Id")] if kind == "reference" else []
    return {
        "name": name,
        "label": name,
        "type": kind,
        "length": {"id": 18, "reference": 18, "string": 255}.get(kind, 0),
        "nameField": name == "Name",
        "nillable": kind in ("string", "reference"),
        "createable": False,
        "updateable": False,
        "referenceTo": targets,
        "relationshipName": targets[0] if targets else None,
    }


def add_running_user(schema: Schema, store: Store, seeder: Seeder, org_id: str, user_id: str) -> None:
    """Make the user and the organization records that the org's describes allow, unless the database has them."""
    for name, record_id, values in (("User", user_id, _USER), ("Organization", org_id, _ORGANIZATION)):
        sobject = schema.get(name)
        if sobject is not None and store.row(sobject, record_id) is None:
            values = {"Name": person_name(values), **values}
            known = {key: value for key, value in values.items() if sobject.field(key) is not None}
            seeder.load([(name, {**known, "Id": record_id})])
