"""From describes to JSON Schema, draft 2020-12: one definition an object, as its records come from the REST API.

No property is required, since a query may select any of them; `readOnly` says what no call may set. Keys are API names
exactly. Numbers of type currency have the format ``decimal``: as numbers, which is what the API sends, or as strings,
for tools whose numbers are binary floats.

Salesforce document: SOAP API Developer Guide, "Field Types". JSON Schema: https://json-schema.org/draft/2020-12.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sfgen.describe import FieldDescribe, ObjectDescribe

DRAFT = "https://json-schema.org/draft/2020-12/schema"

JsonSchema = dict[str, Any]

# Definitions beside those of the objects.
_ATTRIBUTES, _ADDRESS, _LOCATION = "RecordAttributes", "CompoundAddress", "CompoundLocation"
_ID_LENGTHS = {"minLength": 15, "maxLength": 18}


class Decimals(StrEnum):
    """How a currency amount is written: as the JSON number that the API sends, or as a string of its digits."""

    NUMBER = "number"
    STRING = "string"


class Relationships(StrEnum):
    """Which relationships the definitions have: none, the parents of lookups, or also the lists of children."""

    NONE = "none"
    PARENTS = "parents"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class SchemaOptions:
    """What may be chosen. A closed picklist of more than `max_enum` values is plain text."""

    decimals: Decimals = Decimals.NUMBER
    relationships: Relationships = Relationships.NONE
    max_enum: int = 200


def json_schema(objects: Iterable[ObjectDescribe], options: SchemaOptions = SchemaOptions()) -> JsonSchema:
    """Return the JSON Schema document of some objects: a definition each under ``$defs``, sorted by name.

    Example:
        >>> from sfgen.describe import read_object
        >>> described, _ = read_object({"name": "Pet__c", "fields": [{"name": "Id", "type": "id"}]})
        >>> json_schema([described])["$defs"]["Pet__c"]["properties"]["Id"]["maxLength"]
        18
    """
    by_name = {described.name: described for described in objects}
    shared = {name: _free(name, by_name) for name in (_ATTRIBUTES, _ADDRESS, _LOCATION)}
    writer = _Writer(by_name, shared, options)
    definitions = {name: writer.definition(by_name[name]) for name in sorted(by_name)}
    pages = {name: writer.page(child) for child, name in sorted(writer.pages.items())}
    return {"$schema": DRAFT, "$defs": {**definitions, **pages, **writer.shared_definitions()}}


def _free(name: str, taken: Mapping[str, object]) -> str:
    while name in taken:
        name += "_"
    return name


def pointer(name: str) -> JsonSchema:
    """Return the reference to a definition."""
    return {"$ref": "#/$defs/" + name.replace("~", "~0").replace("/", "~1").replace("%", "%25")}


def _shared(names: Mapping[str, str]) -> dict[str, JsonSchema]:
    text, number = {"type": ["string", "null"]}, {"type": ["number", "null"]}
    place = {"latitude": number, "longitude": number}
    parts = ("street", "city", "state", "stateCode", "postalCode", "country", "countryCode", "geocodeAccuracy")
    address = {**dict.fromkeys(parts, text), **place}
    attributes = {"type": {"type": "string"}, "url": {"type": "string"}}
    return {
        names[_ADDRESS]: {"type": "object", "description": "A compound address.", "properties": address},
        names[_LOCATION]: {"type": "object", "description": "A compound geolocation.", "properties": place},
        names[_ATTRIBUTES]: {
            "type": "object",
            "description": "What a record is: its object's API name, and the path of the record.",
            "properties": attributes,
        },
    }


class _Writer:
    """Writes definitions, and notes which lists of children they need."""

    def __init__(self, objects: Mapping[str, ObjectDescribe], shared: Mapping[str, str], options: SchemaOptions):
        self._objects = objects
        self._shared = shared
        self._options = options
        # Child object: the name of the definition of a list of its records.
        self.pages: dict[str, str] = {}
        self._compound: set[str] = set()

    def definition(self, described: ObjectDescribe) -> JsonSchema:
        properties: dict[str, JsonSchema] = {"attributes": {**pointer(self._shared[_ATTRIBUTES]), "readOnly": True}}
        for field in sorted(described.fields, key=lambda field: (field.name != "Id", field.name)):
            properties[field.name] = self._field(field)
        if self._options.relationships is not Relationships.NONE:
            self._add_parents(described, properties)
        if self._options.relationships is Relationships.ALL:
            self._add_children(described, properties)
        return {"type": "object", "title": described.label or described.name, "properties": properties}

    def shared_definitions(self) -> dict[str, JsonSchema]:
        """Return the definitions beside those of objects that the fields written so far need."""
        needed = {self._shared[name] for name in (_ATTRIBUTES, *self._compound)}
        return {name: schema for name, schema in _shared(self._shared).items() if name in needed}

    def page(self, child: str) -> JsonSchema:
        return {
            "type": "object",
            "description": f"A page of {child} records.",
            "properties": {
                "totalSize": {"type": "integer"},
                "done": {"type": "boolean"},
                "nextRecordsUrl": {"type": "string"},
                "records": {"type": "array", "items": pointer(child)},
            },
            "required": ["totalSize", "done", "records"],
        }

    def _add_parents(self, described: ObjectDescribe, properties: dict[str, JsonSchema]) -> None:
        lookups = [field for field in described.fields if field.relationship_name]
        for field in sorted(lookups, key=lambda field: (field.relationship_name, field.name)):
            name = str(field.relationship_name)
            targets = field.reference_to
            if len(targets) == 1 and targets[0] in self._objects:
                schema = _or_null(pointer(targets[0]), field.nillable)
            elif len(targets) > 1:
                # Which object it is only the record's `attributes` say, and the fields are those that it selects.
                schema = {"type": ["object", "null"] if field.nillable else "object"}
            else:
                continue
            what = f"The {' or '.join(targets[:4])}{' or another' if len(targets) > 4 else ''} behind {field.name}."
            properties.setdefault(name, {**schema, "description": what, "readOnly": True})

    def _add_children(self, described: ObjectDescribe, properties: dict[str, JsonSchema]) -> None:
        for child in sorted(described.children, key=lambda child: (child.name or "", child.child, child.field)):
            if child.name is None or child.child not in self._objects:
                continue
            if child.child not in self.pages:
                taken = {*self._objects, *self._shared.values(), *self.pages.values()}
                self.pages[child.child] = _free(f"{child.child}Records", dict.fromkeys(taken))
            what = f"The {child.child} records whose {child.field} is this one."
            page = _or_null(pointer(self.pages[child.child]), nullable=True)
            properties.setdefault(child.name, {**page, "description": what, "readOnly": True})

    def _field(self, field: FieldDescribe) -> JsonSchema:
        schema = _or_null(self._type(field), field.nillable)
        if field.label:
            schema["title"] = field.label
        if description := _description(field):
            schema["description"] = description
        if not (field.createable or field.updateable):
            schema["readOnly"] = True
        if field.deprecated:
            schema["deprecated"] = True
        return schema

    def _type(self, field: FieldDescribe) -> JsonSchema:
        match field.type:
            case "address":
                self._compound.add(_ADDRESS)
                return pointer(self._shared[_ADDRESS])
            case "location":
                self._compound.add(_LOCATION)
                return pointer(self._shared[_LOCATION])
            case "currency":
                return {"type": self._options.decimals.value, "format": "decimal"}
            case "picklist" if field.restricted_picklist and (values := _values(field, self._options.max_enum)):
                return {"type": "string", "enum": list(values)}
            case _:
                return _SIMPLE.get(field.type, _anything)(field)


def _text(field: FieldDescribe) -> JsonSchema:
    return {"type": "string", **({"maxLength": field.length} if field.length > 0 else {})}


def _plain(**schema: Any) -> Callable[[FieldDescribe], JsonSchema]:
    return lambda _: dict(schema)


_anything = _plain()
_SIMPLE: Mapping[str, Callable[[FieldDescribe], JsonSchema]] = {
    **dict.fromkeys(("string", "textarea", "phone", "email", "url", "encryptedstring"), _text),
    **dict.fromkeys(("picklist", "combobox", "multipicklist", "datacategorygroupreference"), _plain(type="string")),
    **dict.fromkeys(("id", "reference"), _plain(type="string", **_ID_LENGTHS)),
    "boolean": _plain(type="boolean"),
    **dict.fromkeys(("int", "long"), _plain(type="integer")),
    **dict.fromkeys(("double", "percent"), _plain(type="number")),
    "date": _plain(type="string", format="date"),
    "datetime": _plain(type="string", format="date-time"),
    "time": _plain(type="string", format="time"),
    # Read as the path of the bytes, written as their base64.
    "base64": _plain(type="string"),
}


def _values(field: FieldDescribe, limit: int) -> Sequence[str]:
    """Return what a record may hold: also values that are retired, which old records keep. Nothing if too many."""
    values = list(dict.fromkeys(value.value for value in field.picklist_values if value.value))
    # Half of a surrogate pair is in no JSON that a record could come in.
    sound = all(value.isascii() or value.encode(errors="ignore").decode() == value for value in values)
    return values if sound and len(values) <= limit else ()


def _or_null(schema: JsonSchema, nullable: bool) -> JsonSchema:
    if not nullable or not schema:
        return schema
    if "$ref" in schema:
        return {"anyOf": [schema, {"type": "null"}]}
    widened = {**schema, "type": [schema["type"], "null"]}
    if "enum" in schema:
        widened["enum"] = [*schema["enum"], None]
    return widened


def _description(field: FieldDescribe) -> str:
    known = [field.help_text or ""]
    if field.type == "multipicklist":
        known.append("Values, separated by semicolons.")
    if field.type == "base64":
        known.append("Read: the path of the bytes. Written: the bytes in base64.")
    return " ".join(part for part in known if part)
