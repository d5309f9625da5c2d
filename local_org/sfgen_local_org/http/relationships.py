"""Records by the names of relationships: `sobjects/Contact/{id}/Account`, `sobjects/Account/{id}/Contacts`.

Salesforce document: REST API Developer Guide, "Traverse Relationships with Friendly URLs".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sfgen_local_org.http.errors import ApiError, not_found
from sfgen_local_org.ids import to_18

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sfgen_local_org.org import Org

_PATH = re.compile(r"[A-Za-z][\w.]*", re.ASCII)


def related(
    org: Org, sobject: str, record_id: str, name: str, fields: Sequence[str] | None, version: str
) -> dict[str, Any] | None:
    """Return the parent, or the first page of the children, that a record has by a relationship; None: no such name.

    Raises:
        ApiError: NOT_FOUND: the record has no such parent.
    """
    described, full = org.describe(sobject), to_18(record_id)
    if full is None or full[:3] != described.get("keyPrefix"):
        return None
    lookup = _named(described["fields"], name)
    if lookup is not None and lookup.get("referenceTo"):
        return _parent(org, described["name"], full, lookup, fields, version)
    child = _named(described.get("childRelationships") or (), name)
    if child is None or org.object_name(child["childSObject"]) is None:
        return None
    org.retrieve(described["name"], full, ["Id"])
    return org.query(_children(org, child, full, fields), version=version)


def _named(items: Sequence[Mapping[str, Any]], name: str) -> Mapping[str, Any] | None:
    return next((item for item in items if str(item.get("relationshipName") or "").lower() == name.lower()), None)


def _parent(
    org: Org, sobject: str, record_id: str, lookup: Mapping[str, Any], fields: Sequence[str] | None, version: str
) -> dict[str, Any]:
    parent_id = org.retrieve(sobject, record_id, [lookup["name"]])[lookup["name"]]
    targets = [target for target in lookup["referenceTo"] if org.object_name(target) is not None]
    fitting = [target for target in targets if parent_id and org.describe(target).get("keyPrefix") == parent_id[:3]]
    if not fitting:
        raise not_found()
    return org.retrieve(fitting[0], parent_id, fields, version=version)


def _children(org: Org, child: Mapping[str, Any], record_id: str, fields: Sequence[str] | None) -> str:
    names = fields or [field["name"] for field in org.describe(child["childSObject"])["fields"]]
    for name in names:
        if not _PATH.fullmatch(name):
            raise ApiError(400, "INVALID_FIELD", f"No such column '{name}' on sobject of type {child['childSObject']}")
    return f"SELECT {', '.join(names)} FROM {child['childSObject']} WHERE {child['field']} = '{record_id}'"
