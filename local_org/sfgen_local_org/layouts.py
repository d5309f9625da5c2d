"""Page layouts, made from an object's describe: an org of describes has none of its own.

Every object has one layout, with sections for its fields, its addresses, its long texts and the system's fields; all
its record types share it. Which values of a picklist a record type has is no part of a describe: each has all that are
active.

Salesforce document: REST API Developer Guide, "sObject Layouts", "sObject CompactLayouts", "sObject ApprovalLayouts";
SOAP API Developer Guide, "DescribeLayoutResult".
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .ids import make_id, to_18
from .schema import COMPOUND_TYPES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

Json = dict[str, Any]

MASTER_RECORD_TYPE = "012000000000000AAA"
# Fields that no page shows, and types whose values can't be shown.
_HIDDEN = frozenset({"Id", "IsDeleted", "SystemModstamp", "MasterRecordId"})
_HIDDEN_TYPES = frozenset({"id", "base64", "anyType", "complexvalue", "json"})
_AUDIT = {"CreatedById": "CreatedDate", "LastModifiedById": "LastModifiedDate"}
_LONG_TEXT = 256  # characters from which a text area has a row of its own
_NAME_PARTS = frozenset({"Salutation", "FirstName", "MiddleName", "LastName", "Suffix"})


def tidy(described: Mapping[str, Any]) -> Json:
    """Return a describe without the entries that can't be read: some tools store less than the API gives."""
    return {
        **described,
        "fields": [
            {**field, "length": _whole(field.get("length")), "picklistValues": _mappings(field.get("picklistValues"))}
            for field in _mappings(described.get("fields"), "name", "type")
        ],
        "childRelationships": _mappings(described.get("childRelationships"), "childSObject", "field"),
        "recordTypeInfos": _mappings(described.get("recordTypeInfos")),
        "namedLayoutInfos": _mappings(described.get("namedLayoutInfos")),
    }


def _mappings(entries: object, *keys: str) -> list[Mapping[str, Any]]:
    """Return the entries of a list that are mappings with text under these keys."""
    found = [entry for entry in entries if isinstance(entry, Mapping)] if isinstance(entries, list) else []
    return [entry for entry in found if all(isinstance(entry.get(key), str) for key in keys)]


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0


def describe_layouts(described: Mapping[str, Any], describe: Callable[[str], Mapping[str, Any] | None]) -> Json:
    """Return what `describe/layouts` answers; `describe` finds other objects, for the columns of related lists."""
    infos = record_type_infos(described)
    return {
        # An object with several record types names its layouts only: each has to be asked for.
        "layouts": [layout(described, describe)] if len(infos) == 1 else None,
        "recordTypeMappings": [_mapping(described, info) for info in infos],
        "recordTypeSelectorRequired": [sum(1 for info in infos if not info.get("master")) > 1],
    }


def record_type_infos(described: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the record types of a describe: at least the master that every object has."""
    return described["recordTypeInfos"] or [
        {
            "active": True,
            "available": True,
            "defaultRecordTypeMapping": True,
            "developerName": "Master",
            "master": True,
            "name": "Master",
            "recordTypeId": MASTER_RECORD_TYPE,
        }
    ]


def is_record_type(described: Mapping[str, Any], record_type_id: str) -> bool:
    """Tell whether an id of 15 or 18 characters is that of one of the object's record types."""
    wanted = to_18(record_type_id)
    known = {to_18(str(info.get("recordTypeId"))) for info in record_type_infos(described)}
    return wanted is not None and wanted in known | {MASTER_RECORD_TYPE}


def layout(described: Mapping[str, Any], describe: Callable[[str], Mapping[str, Any] | None]) -> Json:
    """Return the object's page layout."""
    sections = _Sections(described)
    buttons = [name for name, key in (("Edit", "updateable"), ("Delete", "deletable")) if described.get(key, True)]
    return {
        "buttonLayoutSection": {"detailButtons": [_button(name) for name in buttons]},
        "detailLayoutSections": sections.make(editing=False),
        "editLayoutSections": sections.make(editing=True),
        "feedView": None,
        "highlightsPanelLayoutSection": None,
        "id": _id("00h", described),
        "multirowEditLayoutSections": [],
        "offlineLinks": [],
        "quickActionList": {"quickActionListItems": []},
        "relatedContent": None,
        "relatedLists": list(_related_lists(described, describe)),
        "saveOptions": [],
    }


def describe_compact_layouts(described: Mapping[str, Any], url: str) -> Json:
    """Return what `describe/compactLayouts` answers; `url` is the address of that."""
    return {
        "compactLayouts": [compact_layout(described)],
        "defaultCompactLayoutId": None,
        "recordTypeCompactLayoutMappings": [
            {
                "available": info.get("available", True),
                "compactLayoutId": None,
                "compactLayoutName": "SYSTEM",
                "recordTypeId": info.get("recordTypeId"),
                "recordTypeName": info.get("developerName") or info.get("name"),
                "urls": {"compactLayout": f"{url}/{info.get('recordTypeId')}"},
            }
            for info in record_type_infos(described)
        ],
        "urls": {"primary": f"{url}/primary"},
    }


def compact_layout(described: Mapping[str, Any]) -> Json:
    """Return the compact layout that every object has from the start: its name field alone."""
    fields = described["fields"]
    named = next((field for field in fields if field.get("nameField")), None)
    return {
        "actions": [],
        "fieldItems": [_Sections(described).item(named, 1)] if named is not None else [],
        "id": None,
        "imageItems": None,
        "label": "System Default",
        "name": "SYSTEM",
        "objectType": described["name"],
    }


class _Sections:
    """Distributes the fields of a describe over the sections of its layout."""

    def __init__(self, described: Mapping[str, Any]) -> None:
        self._described = described
        self._fields: Sequence[Mapping[str, Any]] = described["fields"]
        self._by_name = {field["name"]: field for field in self._fields}
        self._tab = 0

    def make(self, *, editing: bool) -> list[Json]:
        """Return the sections, those without a field left out; `editing` leaves out what the system writes."""
        self._tab = 0
        shown = [field for field in self._fields if self._is_shown(field)]
        texts = [field for field in shown if field["type"] == "textarea" and field["length"] >= _LONG_TEXT]
        addresses = [field for field in shown if field["type"] in COMPOUND_TYPES]
        audit = [field for field in shown if field["name"] in _AUDIT]
        apart = [field["name"] for field in (*texts, *addresses, *audit)]
        main = [field for field in shown if field["name"] not in apart]
        label = self._described.get("label") or self._described["name"]
        planned = [
            (f"{label} Information", main, 2),
            ("Address Information", addresses, 2),
            ("Description Information", texts, 1),
            ("System Information", [] if editing else audit, 2),
        ]
        return [
            self._section(number, heading, fields, columns)
            for number, (heading, fields, columns) in enumerate(planned)
            if fields
        ]

    def _is_shown(self, field: Mapping[str, Any]) -> bool:
        name, kind = field["name"], field["type"]
        if name in _HIDDEN or kind in _HIDDEN_TYPES or self._compound_of(field) is not None:
            return False
        written = field.get("createable", True) or field.get("updateable", True)
        made = field.get("calculated") or field.get("autoNumber") or field.get("nameField") or kind in COMPOUND_TYPES
        return bool(written or made or name in _AUDIT)

    def _compound_of(self, field: Mapping[str, Any]) -> str | None:
        """Return the compound field that shows this one as a part, such as MailingAddress, or a person's Name."""
        whole = field.get("compoundFieldName")
        if whole is None and field["name"] in _NAME_PARTS and "LastName" in self._by_name:
            whole = "Name"
        return whole if whole in self._by_name and whole != field["name"] else None

    def _section(self, number: int, heading: str, fields: Sequence[Mapping[str, Any]], columns: int) -> Json:
        height = -(-len(fields) // columns)
        rows = []
        for at in range(height):
            row = [fields[place] if place < len(fields) else None for place in range(at, height * columns, height)]
            items = [self.item(field) if field is not None else _item("", [], placeholder=True) for field in row]
            rows.append({"layoutItems": items, "numItems": len(items)})
        return {
            "collapsed": False,
            "columns": columns,
            "heading": heading,
            "layoutRows": rows,
            "layoutSectionId": _id("01B", self._described, number),
            "parentLayoutId": _id("00h", self._described),
            "rows": height,
            "tabOrder": "TopToBottom",
            "useCollapsibleSection": True,
            "useHeading": True,
        }

    def item(self, field: Mapping[str, Any], tab: int | None = None) -> Json:
        """Return a field as one item of a page, with its parts or with the date that stands beside a user."""
        components = [self._component(field, tab)]
        beside = self._by_name.get(_AUDIT.get(field["name"], ""))
        if beside is not None:
            separator = {"details": None, "displayLines": 1, "tabOrder": self._tab, "type": "Separator", "value": ", "}
            components += [separator, self._component(beside, tab)]
        parts = [part for part in self._fields if self._compound_of(part) == field["name"]]
        written = parts or [field]
        new = any(part.get("createable", True) for part in written)
        update = any(part.get("updateable", True) for part in written)
        required = any(_is_required(part) for part in written)
        return _item(_label(field), components, new=new, update=update, required=required)

    def _component(self, field: Mapping[str, Any], tab: int | None = None) -> Json:
        self._tab += 1
        parts = [part for part in self._fields if self._compound_of(part) == field["name"]]
        component = {
            "details": dict(field),
            "displayLines": 6 if field["length"] >= _LONG_TEXT and field["type"] == "textarea" else 1,
            "tabOrder": self._tab if tab is None else tab,
            "type": "Field",
            "value": field["name"],
        }
        if parts:
            component |= {"components": [self._component(part, tab) for part in parts], "fieldType": field["type"]}
        return component


def _item(
    label: str,
    components: list[Json],
    *,
    new: bool = False,
    update: bool = False,
    required: bool = False,
    placeholder: bool = False,
) -> Json:
    return {
        "editableForNew": new,
        "editableForUpdate": update,
        "label": label,
        "layoutComponents": components,
        "placeholder": placeholder,
        "required": required,
    }


def _is_required(field: Mapping[str, Any]) -> bool:
    may_be_left_out = field.get("nillable", True) or field.get("defaultedOnCreate") or field["type"] == "boolean"
    return bool(field.get("createable", True)) and not may_be_left_out


def _label(field: Mapping[str, Any]) -> str:
    label = str(field.get("label") or field["name"])
    # A page names the record that a lookup points at, not the lookup.
    return label.removesuffix(" ID") if field["type"] == "reference" else label


def _mapping(described: Mapping[str, Any], info: Mapping[str, Any]) -> Json:
    picklists = [field for field in described["fields"] if field["type"] in ("picklist", "multipicklist")]
    keys = ("active", "available", "defaultRecordTypeMapping", "developerName", "master", "name", "recordTypeId")
    return {
        **{key: info.get(key) for key in keys},
        "layoutId": _id("00h", described),
        "picklistsForRecordType": [
            {
                "picklistName": field["name"],
                "picklistValues": [dict(value) for value in field["picklistValues"] if value.get("active")],
            }
            for field in picklists
        ],
        "urls": {"layout": _layout_url(described, info)},
    }


def _layout_url(described: Mapping[str, Any], info: Mapping[str, Any]) -> str:
    return f"sobjects/{described['name']}/describe/layouts/{info.get('recordTypeId')}"


def _related_lists(described: Mapping[str, Any], describe: Callable[[str], Mapping[str, Any] | None]) -> Iterable[Json]:
    for relationship in described["childRelationships"]:
        child = describe(relationship["childSObject"]) if relationship.get("relationshipName") else None
        if child is None or not child.get("layoutable", True):
            continue
        named = next((field for field in child["fields"] if field.get("nameField")), None)
        yield {
            "accessLevelRequiredForCreate": None,
            "buttons": [],
            "columns": [] if named is None else [_column(child["name"], named)],
            "custom": bool(child.get("custom")),
            "field": f"{child['name']}.{relationship['field']}",
            "label": child.get("labelPlural") or child["name"],
            "limitRows": 5,
            "name": relationship["relationshipName"],
            "sobject": child["name"],
            "sort": [],
        }


def _column(sobject: str, field: Mapping[str, Any]) -> Json:
    return {
        "field": f"{sobject}.{field['name']}",
        "fieldApiName": field["name"],
        "format": None,
        "label": field.get("label") or field["name"],
        "lookupId": "Id",
        "name": field["name"],
        "sortable": bool(field.get("sortable", True)),
    }


def _button(name: str) -> Json:
    texts = ("behavior", "content", "contentSource", "encoding", "height", "url", "width", "windowPosition")
    flags = ("custom", "menubar", "overridden", "resizeable", "scrollbars", "showsLocation", "showsStatus", "toolbar")
    return dict.fromkeys(texts) | dict.fromkeys(flags, False) | {"label": name, "name": name}


def _id(prefix: str, described: Mapping[str, Any], number: int = 0) -> str:
    """Return an id that stays the same for an object, in every org and on every machine."""
    return make_id(prefix, zlib.crc32(described["name"].encode()) * 10 + number)
