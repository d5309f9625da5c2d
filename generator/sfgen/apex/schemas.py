"""Schemas of an OpenAPI document, brought into the one form that models are made of.

Only keywords that are known here get through, each checked: extensions (``x-...``), custom types and regular
expressions of the document never reach a code generator. An object schema within another becomes a definition of its
own, so that every class has a name that is decided here.

Specification: https://spec.openapis.org/oas/v3.0.3 and v3.1.0, "Schema Object".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sfgen.apex.document import Document, escape
from sfgen.models.names import class_name, free_name

Schema = dict[str, Any]

_TYPES = frozenset({"string", "number", "integer", "boolean", "array", "object", "null"})
# `byte` stays text, as it is on the wire; email, uri and the like would need other packages to check.
_FORMATS = frozenset({"date", "date-time", "time", "uuid", "decimal"})
_LIMITS = ("minLength", "maxLength", "minItems", "maxItems", "minimum", "maximum")
_EXCLUSIVE = {"exclusiveMinimum": "minimum", "exclusiveMaximum": "maximum"}
_SCALARS = (str, int, float, bool, type(None))
_COMPONENTS = "/components/schemas/"


class Schemas:
    """The definitions of one document: class name to schema, in the order in which they were met."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._names: dict[str, str] = {}
        self.definitions: dict[str, Schema] = {}
        components = document.mapping(document.data.get("components"), "/components")
        named = document.mapping(components.get("schemas"), "/components/schemas")
        for key in sorted(named, key=str):
            place = f"{_COMPONENTS}{escape(str(key))}"
            self._names[place] = free_name(class_name(str(key)), self._names.values())
        for key in sorted(named, key=str):
            place = f"{_COMPONENTS}{escape(str(key))}"
            if self._behind(place, named[key]) == place:
                self._define(self._names[place], named[key], place)

    def reference(self, schema: object, place: str, wanted: str) -> str:
        """Return the name of the definition of a schema: the one that it refers to, or a new one called `wanted`."""
        known = self.normal(schema, place, wanted)
        if known.keys() == {"$ref"}:
            return str(known["$ref"]).removeprefix("#/$defs/")
        name = free_name(wanted, self.definitions)
        self.definitions[name] = known
        return name

    def resolved(self, schema: Schema) -> Schema:
        """Return the definition behind a normal schema that is a reference."""
        seen: set[str] = set()
        while "$ref" in schema and schema["$ref"] not in seen:
            seen.add(schema["$ref"])
            schema = self.definitions.get(str(schema["$ref"]).removeprefix("#/$defs/"), {})
        return schema

    def normal(self, schema: object, place: str, name: str) -> Schema:
        """Return a schema in normal form; an object with properties becomes a definition called `name`."""
        normal = self._normal(schema, place, name)
        if "properties" not in normal:
            return normal
        nullable = isinstance(normal["type"], list)
        name = free_name(name, self.definitions.keys() | set(self._names.values()))
        self.definitions[name] = {**normal, "type": "object"}
        reference: Schema = {"$ref": f"#/$defs/{name}"}
        return {"anyOf": [reference, {"type": "null"}]} if nullable else reference

    def _define(self, name: str, schema: object, place: str) -> None:
        # Its place is taken first: what it refers to may refer back to it.
        self.definitions[name] = {}
        self.definitions[name] = self._normal(schema, place, name)

    def _normal(self, schema: object, place: str, name: str) -> Schema:
        if isinstance(schema, bool):
            return {}
        schema = self._document.mapping(schema, place)
        if "$ref" in schema:
            return self._referred(schema, place)
        types = self._types(schema, place)
        normal: Schema = {}
        for key in ("allOf", "oneOf", "anyOf"):
            if key in schema:
                self._combined(normal, key, schema, place, name)
        if types and not normal:
            normal["type"] = types[0] if len(types) == 1 else types
            self._by_type(normal, types, schema, place, name)
        elif "null" in types and ("anyOf" in normal or "oneOf" in normal):
            key = "anyOf" if "anyOf" in normal else "oneOf"
            normal[key] = [*normal[key], {"type": "null"}]
        elif "allOf" in normal and "properties" in schema:
            # Properties beside allOf are one more part of it.
            part: Schema = {"type": "object"}
            self._properties(part, schema, place, name)
            normal["allOf"] = [*normal["allOf"], part]
        self._values(normal, schema, place)
        for key in ("title", "description"):
            if text := self._document.text(schema.get(key), f"{place}/{key}"):
                normal[key] = text
        if schema.get("readOnly") is True:
            normal["readOnly"] = True
        return normal

    def _referred(self, schema: Mapping[str, Any], place: str) -> Schema:
        reference = self._document.text(schema["$ref"], f"{place}/$ref")
        found = self._document.target(reference, f"{place}/$ref")
        if found is None:
            return {}
        target = self._behind(reference[1:], found)
        found = self._document.target(f"#{target}", f"{place}/$ref")
        if target not in self._names:
            last = target.rpartition("/")[2]
            self._names[target] = free_name(class_name(last), {*self._names.values(), *self.definitions})
            self._define(self._names[target], found, target)
        return {"$ref": f"#/$defs/{self._names[target]}"}

    def _behind(self, place: str, schema: object) -> str:
        """Return the place of what a schema that is nothing but a reference means in the end, else its own."""
        seen = {place}
        while isinstance(schema, Mapping) and isinstance(schema.get("$ref"), str):
            reference = schema["$ref"]
            schema = self._document.target(reference, f"{place}/$ref")
            if schema is None:
                return place
            place = reference[1:]
            if place in seen:
                self._document.fault(f"{place}/$ref", f"{reference!a} leads back to itself")
                return place
            seen.add(place)
        return place

    def _types(self, schema: Mapping[str, Any], place: str) -> list[str]:
        given = schema.get("type")
        found: list[str] = []
        for where, item in (
            self._document.items(given, f"{place}/type") if isinstance(given, list) else [(f"{place}/type", given)]
        ):
            if item is None:
                continue
            if not isinstance(item, str) or item not in _TYPES:
                self._document.fault(where, f"{str(item)[:40]!a} is no type; known are {', '.join(sorted(_TYPES))}")
            elif item not in found:
                found.append(item)
        if not found and given is None:
            found = ["object"] if "properties" in schema else ["array"] if "items" in schema else []
        if schema.get("nullable") is True and "null" not in found:
            found.append("null")
        return found

    def _by_type(self, normal: Schema, types: list[str], schema: Mapping[str, Any], place: str, name: str) -> None:
        if "object" in types:
            self._properties(normal, schema, place, name)
        if "array" in types:
            items = schema.get("items", True)
            normal["items"] = self.normal(items, f"{place}/items", f"{name}Item")
        if isinstance(known := schema.get("format"), str) and known in _FORMATS:
            normal["format"] = known
        self._limits(normal, types, schema, place)

    def _properties(self, normal: Schema, schema: Mapping[str, Any], place: str, name: str) -> None:
        given = self._document.mapping(schema.get("properties"), f"{place}/properties")
        inside: dict[str, Schema] = {}
        for key in given:
            if not isinstance(key, str) or not key:
                self._document.fault(f"{place}/properties", "a property needs a name")
                continue
            inside[key] = self.normal(given[key], f"{place}/properties/{escape(key)}", name + _capital(class_name(key)))
        # Objects become classes with a class's doc; the property keeps none.
        if inside:
            normal["properties"] = inside
            needed = self._required(schema, place)
            # What only one direction has can't be demanded of both.
            one_way = {key for key in inside if isinstance(given[key], Mapping) and _one_way(given[key])}
            if required := [key for key in needed if key in inside and key not in one_way]:
                normal["required"] = required
            return
        more = schema.get("additionalProperties")
        if isinstance(more, Mapping):
            normal["additionalProperties"] = self.normal(more, f"{place}/additionalProperties", f"{name}Value")

    def _required(self, schema: Mapping[str, Any], place: str) -> list[str]:
        found = []
        for where, item in self._document.items(schema.get("required"), f"{place}/required"):
            if text := self._document.text(item, where):
                found.append(text)
        return sorted(set(found))

    def _combined(self, normal: Schema, key: str, schema: Mapping[str, Any], place: str, name: str) -> None:
        parts = list(self._document.items(schema[key], f"{place}/{key}"))
        if not parts:
            self._document.fault(f"{place}/{key}", "needs at least one schema")
            return
        normal[key] = [
            self.normal(part, where, name if key == "allOf" else f"{name}Option{at}")
            for at, (where, part) in enumerate(parts, 1)
        ]
        if key == "allOf":
            return
        discriminator = self._document.mapping(schema.get("discriminator"), f"{place}/discriminator")
        if tag := self._document.text(discriminator.get("propertyName"), f"{place}/discriminator/propertyName"):
            normal["discriminator"] = {"propertyName": tag, "mapping": dict(self._mapping(discriminator, place))}

    def _mapping(self, discriminator: Mapping[str, Any], place: str) -> Iterator[tuple[str, str]]:
        where = f"{place}/discriminator/mapping"
        for value, target in self._document.mapping(discriminator.get("mapping"), where).items():
            text = self._document.text(target, f"{where}/{escape(str(value))}")
            reference = text if text.startswith("#") else f"#{_COMPONENTS}{escape(text)}"
            found = self._referred({"$ref": reference}, f"{where}/{escape(str(value))}")
            if "$ref" in found:
                yield str(value), found["$ref"]

    def _limits(self, normal: Schema, types: list[str], schema: Mapping[str, Any], place: str) -> None:
        for key in (*_LIMITS, *_EXCLUSIVE):
            value = schema.get(key)
            if value is None or (key in _EXCLUSIVE and isinstance(value, bool)):
                continue
            if isinstance(value, bool) or not isinstance(value, (int, float)):
                self._document.fault(f"{place}/{key}", "must be a number")
            elif key.endswith("Length") and "string" not in types:
                continue
            else:
                normal[key] = value
        for key, limit in _EXCLUSIVE.items():
            # 3.0 says `minimum: 0, exclusiveMinimum: true`.
            if schema.get(key) is True and limit in normal:
                normal[key] = normal.pop(limit)

    def _values(self, normal: Schema, schema: Mapping[str, Any], place: str) -> None:
        if "const" in schema and isinstance(schema["const"], _SCALARS):
            normal["const"] = schema["const"]
        if "enum" not in schema:
            return
        values = []
        for where, value in self._document.items(schema["enum"], f"{place}/enum"):
            if isinstance(value, _SCALARS):
                values.append(value)
            else:
                self._document.fault(where, "an enum of objects or lists is not taken: use text or numbers")
        types = normal.get("type", [])
        if "null" in types and None not in values:
            values.append(None)
        if values:
            normal["enum"] = values
        else:
            self._document.fault(f"{place}/enum", "needs at least one value")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _one_way(schema: Mapping[str, Any]) -> bool:
    return schema.get("readOnly") is True or schema.get("writeOnly") is True
