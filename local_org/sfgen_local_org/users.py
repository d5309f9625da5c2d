"""The running user and the organization: the two records that an org has from its first moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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


def add_running_user(schema: Schema, store: Store, seeder: Seeder, org_id: str, user_id: str) -> None:
    """Make the user and the organization records that the org's describes allow, unless the database has them."""
    for name, record_id, values in (("User", user_id, _USER), ("Organization", org_id, _ORGANIZATION)):
        sobject = schema.get(name)
        if sobject is not None and store.row(sobject, record_id) is None:
            known = {key: value for key, value in values.items() if sobject.field(key) is not None}
            seeder.load([(name, {**known, "Id": record_id})])


def synthetic_user(user_id: str) -> dict[str, Any]:
    """Return the running user of an org that has no describe of User."""
    name = f"{_USER['FirstName']} {_USER['LastName']}"
    return {"attributes": {"type": "User"}, "Id": user_id, "Name": name, **_USER}
