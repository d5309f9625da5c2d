"""Turn an object as it is written down into its describe result: capabilities, child relationships, record types, urls.

Salesforce document: REST API Developer Guide, "sObject Describe"; SOAP API Developer Guide, "DescribeSObjectResult".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..ids import make_id
from .fields import Describe, describe_fields, is_custom
from .notation import NotationError, ObjectSource

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

API_VERSION = "65.0"
# The record type that every object has without defining one.
_MASTER_RECORD_TYPE = "012000000000000AAA"
_PAGES = "https://demo.my.salesforce.example"

_PLAIN: Describe = {
    "actionOverrides": [],
    "activateable": False,
    "associateEntityType": None,
    "associateParentEntity": None,
    "childRelationships": [],
    "compactLayoutable": True,
    "createable": True,
    "custom": False,
    "customSetting": False,
    "deepCloneable": False,
    "defaultImplementation": None,
    "deletable": True,
    "deprecatedAndHidden": False,
    "extendedBy": None,
    "extendsInterfaces": None,
    "feedEnabled": False,
    "fields": [],
    "hasSubtypes": False,
    "implementedBy": None,
    "implementsInterfaces": None,
    "isInterface": False,
    "isSubtype": False,
    "keyPrefix": None,
    "label": "",
    "labelPlural": "",
    "layoutable": True,
    "listviewable": None,
    "lookupLayoutable": None,
    "mergeable": False,
    "mruEnabled": True,
    "name": "",
    "namedLayoutInfos": [],
    "networkScopeFieldName": None,
    "queryable": True,
    "recordTypeInfos": [],
    "replicateable": True,
    "retrieveable": True,
    "searchLayoutable": True,
    "searchable": True,
    "sobjectDescribeOption": "FULL",
    "supportedScopes": [],
    "triggerable": True,
    "undeletable": True,
    "updateable": True,
    "urls": {},
}

_WORDS: Mapping[str, Mapping[str, Any]] = {
    "nocreate": {"createable": False},
    "noupdate": {"updateable": False},
    "nodelete": {"deletable": False},
    "noundelete": {"undeletable": False},
    "noretrieve": {"retrieveable": False},
    "nosearch": {"searchable": False, "searchLayoutable": False},
    "nolayout": {"layoutable": False, "compactLayoutable": False, "mruEnabled": False},
    "notrigger": {"triggerable": False},
    "noreplicate": {"replicateable": False},
    "nomru": {"mruEnabled": False},
    "merge": {"mergeable": True},
    "deepclone": {"deepCloneable": True},
    "feed": {"feedEnabled": True},
}


def describe_objects(sources: Iterable[ObjectSource]) -> dict[str, Describe]:
    """Return the describe results of the whole org by object name, in alphabetical order."""
    ordered = sorted(sources, key=lambda source: source.name)
    children = _child_relationships(ordered)
    ids = record_type_ids(ordered)
    return {source.name: _describe(source, children.get(source.name, []), ids) for source in ordered}


def record_type_ids(sources: Iterable[ObjectSource]) -> dict[tuple[str, str], str]:
    """Return the id of each record type, by object and developer name."""
    names = [(source.name, one.developer_name) for source in sources for one in source.record_types]
    return {name: make_id("012", number) for number, name in enumerate(sorted(names), 1)}


def _describe(source: ObjectSource, children: list[Describe], ids: Mapping[tuple[str, str], str]) -> Describe:
    if unknown := source.words - _WORDS.keys():
        raise NotationError(f"{source.name}: {', '.join(sorted(unknown))}: no such word")
    out = {**_PLAIN, "name": source.name, "label": source.label, "labelPlural": source.plural}
    out.update(keyPrefix=source.prefix, custom=is_custom(source.name), actionOverrides=[], namedLayoutInfos=[])
    for word, meaning in _WORDS.items():
        if word in source.words:
            out.update(meaning)
    out["fields"] = describe_fields(source.fields)
    out["childRelationships"] = children
    out["recordTypeInfos"] = _record_types(source, ids)
    out["supportedScopes"] = _scopes(source)
    out["urls"] = _urls(source, layouts=out["layoutable"])
    return out


def _child_relationships(sources: Iterable[ObjectSource]) -> dict[str, list[Describe]]:
    """Return for each object the lookups of all objects that point at it, by child and field name."""
    found: dict[str, list[Describe]] = {}
    for source in sources:
        lookups = [field for field in source.fields if field.type == "reference"]
        for field in sorted(lookups, key=lambda field: field.name):
            child: Describe = {
                "cascadeDelete": bool(field.words & {"cascade", "master"}),
                "childSObject": source.name,
                "deprecatedAndHidden": False,
                "field": field.name,
                "junctionIdListNames": [],
                "junctionReferenceTo": [],
                "relationshipName": field.options.get("children"),
                "restrictedDelete": "restrict" in field.words,
            }
            for target in field.size:
                found.setdefault(target, []).append(dict(child))
    return found


def _record_types(source: ObjectSource, ids: Mapping[tuple[str, str], str]) -> list[Describe]:
    """Return the object's record types and, last, the master that every object has."""
    default = next((one.developer_name for one in source.record_types if one.default), "Master")
    rows = [(one.developer_name, one.label, ids[source.name, one.developer_name]) for one in source.record_types]
    return [
        {
            "active": True,
            "available": True,
            "defaultRecordTypeMapping": developer_name == default,
            "developerName": developer_name,
            "master": row == _MASTER_RECORD_TYPE,
            "name": label,
            "recordTypeId": row,
            "urls": {"layout": f"{_path(source)}/describe/layouts/{row}"},
        }
        for developer_name, label, row in [*rows, ("Master", "Master", _MASTER_RECORD_TYPE)]
    ]


def _scopes(source: ObjectSource) -> list[Describe]:
    """Return the scopes that `USING SCOPE` takes: what has an owner can be mine, what a queue may own is not always."""
    plural = source.plural.lower()
    owners = next((field.size for field in source.fields if field.name == "OwnerId"), ())
    scopes = [("everything", f"All {plural}")]
    if owners:
        scopes += [("mine", f"My {plural}"), ("team", f"My team's {plural}")]
    if "Group" in owners:
        scopes += [("queue_owned", f"Queue owned {plural}"), ("user_owned", f"User owned {plural}")]
    return [{"label": label, "name": name} for name, label in sorted(scopes)]


def _path(source: ObjectSource) -> str:
    return f"/services/data/v{API_VERSION}/sobjects/{source.name}"


def _urls(source: ObjectSource, *, layouts: bool) -> Describe:
    path = _path(source)
    urls = {"describe": f"{path}/describe", "rowTemplate": f"{path}/{{ID}}", "sobject": path}
    if layouts:
        for name in ("approvalLayouts", "compactLayouts", "layouts"):
            urls[name] = f"{path}/describe/{name}"
        urls |= {"listviews": f"{path}/listviews", "quickActions": f"{path}/quickActions"}
        urls |= {
            "uiDetailTemplate": f"{_PAGES}/{{ID}}",
            "uiEditTemplate": f"{_PAGES}/{{ID}}/e",
            "uiNewRecord": f"{_PAGES}/{source.prefix}/e",
        }
    return dict(sorted(urls.items()))
