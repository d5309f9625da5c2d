"""Describe results as values: what the REST API says of an sObject, read with stated defaults.

The answer of ``GET /services/data/vXX.0/sobjects/{Object}/describe`` differs between API versions and between
tools that store it. A key that is missing gets the default written beside it here, never a crash: an unknown flag
takes the value that makes sfgen accept what the org might accept, so that nothing is refused for want of metadata.

Salesforce document: REST API Developer Guide, "sObject Describe"; SOAP API Developer Guide, "DescribeSObjectResult".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar, cast

JsonObject = Mapping[str, Any]
# An API version as paths, the configuration and snapshots write it, such as 62.0.
API_VERSION = re.compile(r"[1-9][0-9]{1,2}\.0")

# Fields that the platform writes: without a `createable` key these are still read-only.
SYSTEM_FIELDS = frozenset(
    {
        "Id",
        "IsDeleted",
        "CreatedDate",
        "CreatedById",
        "LastModifiedDate",
        "LastModifiedById",
        "SystemModstamp",
        "LastViewedDate",
        "LastReferencedDate",
        "LastActivityDate",
        "MasterRecordId",
    }
)
# No number of the platform has more; a hostile describe could ask for work without end.
_MOST_DIGITS = 64
_COMPOUND_TYPES = frozenset({"address", "location"})


class Level(StrEnum):
    """How much a `Problem` matters."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with the metadata, kept as a value so that one broken object doesn't stop the others."""

    level: Level
    object: str
    field: str
    message: str

    def __str__(self) -> str:
        where = ".".join(part for part in (self.object, self.field) if part)
        return f"{self.level.value}: {where + ': ' if where else ''}{self.message}"


class NotADescribe(ValueError):
    """The JSON is not a describe result; the message says what it lacks."""


@dataclass(frozen=True, slots=True)
class PicklistValue:
    """One entry of a picklist. `valid_for` is the base64 bitmap of controlling values, or None."""

    value: str
    label: str
    active: bool
    default: bool
    valid_for: str | None


@dataclass(frozen=True, slots=True)
class FieldDescribe:
    """One field of an sObject. Lengths are characters; `precision` counts all digits, `scale` those after the point."""

    name: str
    type: str
    label: str
    help_text: str | None
    custom: bool
    nillable: bool
    createable: bool
    updateable: bool
    defaulted_on_create: bool
    filterable: bool
    sortable: bool
    groupable: bool
    aggregatable: bool
    unique: bool
    external_id: bool
    id_lookup: bool
    case_sensitive: bool
    calculated: bool
    formula: str | None
    auto_number: bool
    length: int
    precision: int
    scale: int
    digits: int
    soap_type: str | None
    name_field: bool
    html: bool
    encrypted: bool
    deprecated: bool
    default_value: Any
    compound_field: str | None
    reference_to: tuple[str, ...]
    relationship_name: str | None
    cascade_delete: bool
    restricted_delete: bool
    restricted_picklist: bool
    dependent_picklist: bool
    controller: str | None
    picklist_values: tuple[PicklistValue, ...]

    @property
    def required_on_create(self) -> bool:
        """Whether a create without this field is refused: createable, not nillable, no default of the org's."""
        # A boolean is never null: the platform takes false for one that is absent.
        return self.createable and not self.nillable and not self.defaulted_on_create and self.type != "boolean"


@dataclass(frozen=True, slots=True)
class ChildRelationship:
    """A lookup of another object that points here. `name` is None where SOQL can't follow it."""

    name: str | None
    child: str
    field: str
    cascade_delete: bool
    restricted_delete: bool


@dataclass(frozen=True, slots=True)
class RecordTypeInfo:
    """A record type of the object, as the user who described it sees it."""

    developer_name: str
    name: str
    id: str
    active: bool
    available: bool
    default: bool
    master: bool


@dataclass(frozen=True, slots=True)
class ObjectDescribe:
    """One sObject, with the capabilities that the describing user has on it."""

    name: str
    label: str
    label_plural: str
    key_prefix: str | None
    custom: bool
    custom_setting: bool
    queryable: bool
    createable: bool
    updateable: bool
    deletable: bool
    undeletable: bool
    retrieveable: bool
    searchable: bool
    fields: tuple[FieldDescribe, ...]
    children: tuple[ChildRelationship, ...]
    record_types: tuple[RecordTypeInfo, ...]

    def field(self, name: str) -> FieldDescribe | None:
        """Return the field with exactly this API name, or None."""
        return next((field for field in self.fields if field.name == name), None)


_T = TypeVar("_T")


def _get(data: JsonObject, key: str, kind: type[_T], default: _T) -> _T:
    """Return `data[key]` if it is of the expected kind, else the default: null and absence are alike in describes."""
    value = data.get(key)
    # bool is an int in Python, but `true` is no length.
    if isinstance(value, kind) and not (kind is int and isinstance(value, bool)):
        return value
    return default


def _text(data: JsonObject, key: str) -> str | None:
    value = data.get(key)
    return value if isinstance(value, str) and value else None


def _items(data: JsonObject, key: str) -> list[JsonObject]:
    value = data.get(key)
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def is_describe(data: object) -> bool:
    """Tell whether JSON looks like the describe result of one sObject."""
    return isinstance(data, Mapping) and isinstance(data.get("name"), str) and isinstance(data.get("fields"), list)


def read_object(data: object) -> tuple[ObjectDescribe, list[Problem]]:
    """Read one describe result; fields that can't be read are left out and reported.

    Raises:
        NotADescribe: the JSON has no `name` or no `fields`.
    """
    if not is_describe(data):
        raise NotADescribe("not a describe result: it needs a string 'name' and a list 'fields'")
    data = cast(JsonObject, data)
    problems: list[Problem] = []
    name = data["name"]

    def take(key: str, read: Callable[[JsonObject], _T]) -> tuple[_T, ...]:
        found: list[_T] = []
        for item in _items(data, key):
            try:
                found.append(read(item))
            except (KeyError, TypeError, ValueError) as error:
                who = str(item.get("name") or item.get("developerName") or item.get("childSObject") or "?")
                problems.append(Problem(Level.WARNING, name, who, f"left out of {key}: {_why(error)}"))
        return tuple(found)

    fields = _first_of_each_name(take("fields", _read_field), name, problems)
    described = ObjectDescribe(
        name=name,
        label=_get(data, "label", str, name),
        label_plural=_get(data, "labelPlural", str, _get(data, "label", str, name)),
        key_prefix=_text(data, "keyPrefix"),
        custom=_get(data, "custom", bool, name.endswith("__c")),
        custom_setting=_get(data, "customSetting", bool, False),
        queryable=_get(data, "queryable", bool, True),
        createable=_get(data, "createable", bool, True),
        updateable=_get(data, "updateable", bool, True),
        deletable=_get(data, "deletable", bool, True),
        undeletable=_get(data, "undeletable", bool, True),
        retrieveable=_get(data, "retrieveable", bool, True),
        searchable=_get(data, "searchable", bool, True),
        fields=fields,
        children=take("childRelationships", _read_child),
        record_types=take("recordTypeInfos", _read_record_type),
    )
    return described, problems


def _why(error: Exception) -> str:
    return f"no {error.args[0]!r}" if isinstance(error, KeyError) else str(error)


def _first_of_each_name(
    fields: Iterable[FieldDescribe], name: str, problems: list[Problem]
) -> tuple[FieldDescribe, ...]:
    seen: dict[str, FieldDescribe] = {}
    for field in fields:
        if field.name in seen:
            problems.append(Problem(Level.WARNING, name, field.name, "the describe lists this field twice"))
        else:
            seen[field.name] = field
    return tuple(seen.values())


def _required_text(data: JsonObject, key: str) -> str:
    value = data[key]
    if not isinstance(value, str) or not value:
        raise ValueError(f"{key!r} is no text")
    return value


def _read_field(data: JsonObject) -> FieldDescribe:
    name, kind = _required_text(data, "name"), _required_text(data, "type")
    custom = _get(data, "custom", bool, name.endswith("__c"))
    calculated = _get(data, "calculated", bool, False)
    auto_number = _get(data, "autoNumber", bool, False)
    precision = _precision(data)
    writable = not (
        calculated or auto_number or kind in _COMPOUND_TYPES or kind == "id" or (not custom and name in SYSTEM_FIELDS)
    )
    return FieldDescribe(
        name=name,
        type=kind,
        label=_get(data, "label", str, name),
        help_text=_text(data, "inlineHelpText"),
        custom=custom,
        nillable=_get(data, "nillable", bool, True),
        createable=_get(data, "createable", bool, writable),
        updateable=_get(data, "updateable", bool, writable),
        # Where nothing says whether the org has a default, assume that it has: never demand what may be optional.
        defaulted_on_create=_get(data, "defaultedOnCreate", bool, "createable" not in data),
        filterable=_get(data, "filterable", bool, True),
        sortable=_get(data, "sortable", bool, True),
        groupable=_get(data, "groupable", bool, True),
        aggregatable=_get(data, "aggregatable", bool, True),
        unique=_get(data, "unique", bool, False),
        external_id=_get(data, "externalId", bool, False),
        id_lookup=_get(data, "idLookup", bool, kind == "id"),
        case_sensitive=_get(data, "caseSensitive", bool, False),
        calculated=calculated,
        formula=_text(data, "calculatedFormula"),
        auto_number=auto_number,
        length=_get(data, "length", int, 0),
        precision=precision,
        scale=_get(data, "scale", int, 0) if precision else 0,
        digits=_get(data, "digits", int, 0),
        soap_type=_text(data, "soapType"),
        name_field=_get(data, "nameField", bool, False),
        html=_get(data, "htmlFormatted", bool, False),
        encrypted=_get(data, "encrypted", bool, kind == "encryptedstring"),
        deprecated=_get(data, "deprecatedAndHidden", bool, False),
        default_value=data.get("defaultValue"),
        compound_field=_text(data, "compoundFieldName"),
        reference_to=tuple(target for target in data.get("referenceTo") or () if isinstance(target, str)),
        relationship_name=_text(data, "relationshipName"),
        cascade_delete=_get(data, "cascadeDelete", bool, False),
        restricted_delete=_get(data, "restrictedDelete", bool, False),
        restricted_picklist=_get(data, "restrictedPicklist", bool, False),
        dependent_picklist=_get(data, "dependentPicklist", bool, False),
        controller=_text(data, "controllerName"),
        picklist_values=tuple(_read_picklist_value(item) for item in _items(data, "picklistValues")),
    )


def _precision(data: JsonObject) -> int:
    """Return how many digits a number may have, or 0, which says nothing, where the describe can't be meant so."""
    precision, scale = _get(data, "precision", int, 0), _get(data, "scale", int, 0)
    return precision if 0 <= scale <= precision <= _MOST_DIGITS else 0


def _read_picklist_value(data: JsonObject) -> PicklistValue:
    value = _get(data, "value", str, "")
    return PicklistValue(
        value=value,
        label=_get(data, "label", str, value),
        active=_get(data, "active", bool, True),
        default=_get(data, "defaultValue", bool, False),
        valid_for=_text(data, "validFor"),
    )


def _read_child(data: JsonObject) -> ChildRelationship:
    return ChildRelationship(
        name=_text(data, "relationshipName"),
        child=_required_text(data, "childSObject"),
        field=_required_text(data, "field"),
        cascade_delete=_get(data, "cascadeDelete", bool, False),
        restricted_delete=_get(data, "restrictedDelete", bool, False),
    )


def _read_record_type(data: JsonObject) -> RecordTypeInfo:
    name = _get(data, "name", str, "")
    return RecordTypeInfo(
        developer_name=_get(data, "developerName", str, name),
        name=name,
        id=_required_text(data, "recordTypeId"),
        active=_get(data, "active", bool, True),
        available=_get(data, "available", bool, True),
        default=_get(data, "defaultRecordTypeMapping", bool, False),
        master=_get(data, "master", bool, False),
    )
