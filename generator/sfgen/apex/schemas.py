"""Schemas of an OpenAPI document, brought into the one form that models are made of.

Only keywords that are known here get through, each checked: extensions (``x-...``), custom types and regular
expressions of the document never reach a code generator. An object schema within another becomes a definition of its
own, so that every class has a name that is decided here; what a schema takes over by `allOf` is written out in it.

Specification: https://spec.openapis.org/oas/v3.0.3 and v3.1.0, "Schema Object".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from sfgen.apex.document import Document, escape, reference_shown, unescape
from sfgen.apex.parts import COMPONENTS, UNIONS, Part, heirs, only_reference, parts_of, properties_of
from sfgen.models.names import class_name, free_name

Schema = dict[str, Any]

_TYPES = frozenset({"string", "number", "integer", "boolean", "array", "object", "null"})
# `byte` stays text, as it is on the wire; email, uri and the like would need other packages to check.
_FORMATS = frozenset({"date", "date-time", "time", "uuid", "decimal"})
_LIMITS = ("minLength", "maxLength", "minItems", "maxItems", "minimum", "maximum")
_EXCLUSIVE = {"exclusiveMinimum": "minimum", "exclusiveMaximum": "maximum"}
_SUFFIX = re.compile(r"\.(?:ya?ml|json)$", re.IGNORECASE)
_BOUNDS = frozenset((*_LIMITS, *_EXCLUSIVE))
_COMPOUND = frozenset({"$ref", "allOf", "not", *UNIONS})
# What may stand beside a union of a type and null that says no more than `nullable` does.
_BESIDE_NULL = frozenset(
    {"title", "description", "readOnly", "writeOnly", "nullable", "default", "example", "examples"}
)
_SCALARS = (str, int, float, bool, type(None))
_HALVED = "holds half a surrogate pair, which no JSON can carry"
_ENDLESS = "is a number that JSON can't carry: NaN, infinite, or of hundreds of digits"
_VALUES = frozenset({"const", "enum"})
# An option of these alone says which properties there must be, and is no type.
_CONDITIONS = frozenset({"required", "not", "title", "description", "type"})


class Schemas:
    """The definitions of one document: class name to schema, in the order in which they were met."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._names: dict[str, str] = {}
        # Place: the reference to the definition that was made of the object there.
        self._inline: dict[str, Schema] = {}
        self.definitions: dict[str, Schema] = {}
        components = document.mapping(document.data.get("components"), "/components")
        named = document.mapping(components.get("schemas"), "/components/schemas")
        self._heirs = heirs(named)
        self._are_heirs = {place for places in self._heirs.values() for place in places}
        # Class name: the name in the document, which is what a discriminator has if nothing else is said.
        self._tags: dict[str, str] = {}
        for key in sorted(named, key=str):
            place = f"{COMPONENTS}{escape(str(key))}"
            self._names[place] = free_name(class_name(str(key)), self._names.values())
            self._tags[self._names[place]] = str(key)
            # What is brought in from another file has the name that it gets here.
            if (behind := self._behind(place, named[key])) != place and not behind.startswith(COMPONENTS):
                self._names.setdefault(behind, self._names[place])
        for key in sorted(named, key=str):
            place = f"{COMPONENTS}{escape(str(key))}"
            behind = self._behind(place, named[key])
            name = self._names[place]
            if behind != place and self._names.get(behind) == name:
                self._define(name, document.target(f"#{behind}", place), behind)
            elif behind == place:
                self._define(name, named[key], place)

    def reference(self, schema: object, place: str, wanted: str) -> str:
        """Return the name of the definition of a schema: the one that it refers to, or a new one called `wanted`."""
        known = self.normal(schema, place, wanted)
        if known.keys() == {"$ref"}:
            return str(known["$ref"]).removeprefix("#/$defs/")
        name = self._free(wanted)
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
        if place in self._inline:
            return self._inline[place]
        normal = self._normal(schema, place, name)
        if "properties" not in normal:
            return normal
        self._inline[place] = self._as_definition(normal, name)
        return self._inline[place]

    def _as_definition(self, normal: Schema, name: str) -> Schema:
        types = [normal["type"]] if isinstance(normal["type"], str) else normal["type"]
        own = "object" if "object" in types else types[0]
        name = self._free(name)
        self.definitions[name] = {**normal, "type": own}
        options: list[Schema] = [{"$ref": f"#/$defs/{name}"}]
        others = [kind for kind in types if kind != own]
        options += [{"type": kind} | ({"items": normal["items"]} if kind == "array" else {}) for kind in others]
        return options[0] if len(options) == 1 else {"anyOf": options}

    def _within(self, schema: object, place: str, name: str) -> Schema:
        """Return the normal form of a schema in a list, a map or a union.

        With limits it becomes a definition: else the code generator makes one, and calls it what it likes.
        """
        normal = self.normal(schema, place, name)
        if place not in self._inline and isinstance(normal.get("type"), str) and not _BOUNDS.isdisjoint(normal):
            self._inline[place] = self._as_definition(normal, name)
        return self._inline.get(place, normal)

    def _free(self, name: str) -> str:
        return free_name(name, self.definitions.keys() | set(self._names.values()))

    def _define(self, name: str, schema: object, place: str) -> None:
        # Its place is taken first: what it refers to may refer back to it.
        self.definitions[name] = {}
        if children := self._heirs.get(place):
            self.definitions[name] = self._one_of_heirs(name, schema, place, children)
        else:
            self.definitions[name] = self._normal(schema, place, name)
        if "$ref" in self.resolved(self.definitions[name]):
            self._document.fault(place, "leads back to itself")
            self.definitions[name] = {}

    def _normal(self, schema: object, place: str, name: str) -> Schema:
        if isinstance(schema, bool):
            return {}
        schema = self._document.mapping(schema, place)
        if "$ref" in schema:
            return self._referred(schema, place)
        if (nullable := _or_null(schema)) is not None:
            return self._with_prose(self._normal(nullable[1], f"{place}/{nullable[0]}", name), schema, place)
        if place not in self._are_heirs and (found := only_reference(schema)):
            normal = self._referred(found[1], f"{place}/allOf/{found[0]}")
            return self._with_prose(self._or_null(normal, self._types(schema, place)), schema, place)
        parts = parts_of(self._document, schema, place, name, self._names)
        types = list(dict.fromkeys(item for part in parts for item in self._types(part.schema, part.place)))
        if "allOf" in schema and "null" in types and "null" not in self._types(schema, place):
            types.remove("null")  # each part must allow it
        unions = [part for part in parts if any(key in part.schema for key in UNIONS)]
        options = self._options(unions[0], parts, name) if unions else []
        normal = {}
        if options:
            normal[next(key for key in UNIONS if key in unions[0].schema)] = options
            self._tag(normal, unions[0])
            normal = self._or_null(normal, types)
        elif types:
            normal["type"] = types[0] if len(types) == 1 else types
            self._by_type(normal, types, parts, name)
        for part in parts:
            self._values(normal, part.schema, part.place)
            normal = self._with_prose(normal, part.schema, part.place)
        return normal

    def _with_prose(self, normal: Schema, schema: Mapping[str, Any], place: str) -> Schema:
        prose: Schema = {}
        for key in ("title", "description"):
            if text := self._document.text(schema.get(key), f"{place}/{key}"):
                prose[key] = text
        if schema.get("readOnly") is True:
            prose["readOnly"] = True
        # What is nothing but a reference stays one: the class has prose of its own.
        return normal if "$ref" in normal else {**normal, **prose}

    def _or_null(self, normal: Schema, types: Iterable[str]) -> Schema:
        if "null" not in types:
            return normal
        if "$ref" in normal or "discriminator" in normal:
            return {"anyOf": [normal, {"type": "null"}]}
        key = next((key for key in UNIONS if key in normal), None)
        if key is None or {"type": "null"} in normal[key]:
            return normal
        return {**normal, key: [*normal[key], {"type": "null"}]}

    def _referred(self, schema: Mapping[str, Any], place: str) -> Schema:
        reference = self._document.text(schema["$ref"], f"{place}/$ref")
        found = self._document.target(reference, f"{place}/$ref")
        if found is None:
            return {}
        target = self._behind(reference[1:], found)
        found = self._document.target(f"#{target}", f"{place}/$ref")
        if target not in self._names:
            last = PurePosixPath(unescape(target.rpartition("/")[2])).name
            self._names[target] = self._free(class_name(_SUFFIX.sub("", last)))
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
                self._document.fault(f"{place}/$ref", f"{reference_shown(reference)!a} leads back to itself")
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

    def _by_type(self, normal: Schema, types: list[str], parts: list[Part], name: str) -> None:
        if "object" in types:
            self._properties(normal, parts)
        for part in parts:
            if "array" in types and ("items" in part.schema or "items" not in normal):
                items = part.schema.get("items", True)
                normal["items"] = self._within(items, f"{part.place}/items", f"{name}Item")
            if isinstance(known := part.schema.get("format"), str) and known in _FORMATS:
                normal["format"] = known
            self._limits(normal, types, part.schema, part.place)

    def _properties(self, normal: Schema, parts: list[Part]) -> None:
        inside: dict[str, Schema] = {}
        needed: set[str] = set()
        one_way: set[str] = set()
        open_ended = False
        for part in parts:
            given = self._document.mapping(part.schema.get("properties"), f"{part.place}/properties")
            for key, schema in given.items():
                if not isinstance(key, str) or not key or not is_text(key):
                    self._document.fault(f"{part.place}/properties", "a property needs a name, of whole characters")
                    continue
                where = f"{part.place}/properties/{escape(key)}"
                made = self.normal(schema, where, part.owner + _capital(class_name(key)))
                # The later part says more of it, or nothing.
                inside[key] = made or inside.get(key, made)
                if isinstance(schema, Mapping) and _one_way(schema):
                    one_way.add(key)
            needed |= set(self._required(part.schema, part.place))
            open_ended = open_ended or part.schema.get("additionalProperties") not in (None, False)
        if inside:
            normal["properties"] = inside
            # What only one direction has can't be demanded of both.
            if required := sorted(key for key in needed if key in inside and key not in one_way):
                normal["required"] = required
            if open_ended:
                normal["additionalProperties"] = True
            return
        for part in parts:
            more = part.schema.get("additionalProperties")
            if isinstance(more, Mapping):
                where = f"{part.place}/additionalProperties"
                normal["additionalProperties"] = self._within(more, where, f"{part.owner}Value")
            elif more is not False:
                # Of an object nothing is said: it is a dict, and no class without fields.
                normal.setdefault("additionalProperties", {})

    def _required(self, schema: Mapping[str, Any], place: str) -> list[str]:
        found = []
        for where, item in self._document.items(schema.get("required"), f"{place}/required"):
            if text := self._document.text(item, where):
                found.append(text)
        return sorted(set(found))

    # -- unions --------------------------------------------------------------------------------------------------------

    def _options(self, union: Part, parts: list[Part], name: str) -> list[Schema]:
        """Return the types of a union; none where its options only say which of the properties there must be."""
        key = next(key for key in UNIONS if key in union.schema)
        options = list(self._document.items(union.schema[key], f"{union.place}/{key}"))
        if not options:
            self._document.fault(f"{union.place}/{key}", "needs at least one schema")
            return []
        shared = {name for part in parts for name in properties_of(part.schema)}
        if shared and all(isinstance(option, Mapping) and option.keys() <= _CONDITIONS for _, option in options):
            return []
        made = []
        for at, (where, option) in enumerate(options, 1):
            wanted = f"{name}Option{at}"
            if shared - self._keys_of(option, where, wanted):
                made.append(self._with_shared(option, where, parts, wanted))
            else:
                made.append(self._within(option, where, wanted))
        return made

    def _keys_of(self, option: object, place: str, name: str) -> set[str]:
        if not isinstance(option, Mapping):
            return set()
        parts = parts_of(self._document, {"allOf": [option]}, place, name, self._names)
        return {key for part in parts for key in properties_of(part.schema)}

    def _with_shared(self, option: object, place: str, parts: list[Part], name: str) -> Schema:
        """Return an option with the properties that stand beside the union."""
        if place in self._inline:
            return self._inline[place]
        own = [part.without(*UNIONS, "discriminator", "nullable", "title", "description") for part in parts]
        option = self._document.mapping(option, place)
        joined = [*own, *parts_of(self._document, {"allOf": [option]}, place, name, self._names)]
        if option.keys() == {"$ref"}:
            name = f"{name.rpartition('Option')[0]}{class_name(str(option['$ref']).rpartition('/')[2])}"
        normal: Schema = {"type": "object"}
        self._properties(normal, joined)
        self._inline[place] = self._as_definition(normal, name)
        return self._inline[place]

    def _one_of_heirs(self, name: str, schema: object, place: str, children: list[str]) -> Schema:
        """Return what a schema with a discriminator means that others take over by `allOf`: one of these."""
        schema = self._document.mapping(schema, place)
        normal: Schema = {"oneOf": [self._referred({"$ref": f"#{child}"}, place) for child in children]}
        self._tag(normal, Part(schema, place, name))
        mapping = normal.get("discriminator", {}).get("mapping", {})
        own = f"#/$defs/{name}"
        if own in mapping.values():
            made = self._as_definition({**self._normal(schema, place, name), "type": "object"}, f"{name}Itself")
            normal["oneOf"].append(made)
            mapping |= {value: made["$ref"] for value, target in mapping.items() if target == own}
        return self._with_prose(normal, schema, place)

    def _tag(self, normal: Schema, union: Part) -> None:
        discriminator = self._document.mapping(union.schema.get("discriminator"), f"{union.place}/discriminator")
        where = f"{union.place}/discriminator"
        if tag := self._document.text(discriminator.get("propertyName"), f"{where}/propertyName"):
            normal["discriminator"] = {"propertyName": tag, "mapping": dict(self._mapping(discriminator, where))}

    def _mapping(self, discriminator: Mapping[str, Any], place: str) -> Iterator[tuple[str, str]]:
        where = f"{place}/mapping"
        for value, target in self._document.mapping(discriminator.get("mapping"), where).items():
            text = self._document.text(target, f"{where}/{escape(str(value))}")
            reference = text if text.startswith("#") else f"#{COMPONENTS}{escape(text)}"
            found = self._referred({"$ref": reference}, f"{where}/{escape(str(value))}")
            if "$ref" in found:
                yield str(value), found["$ref"]

    def complete(self) -> None:
        """Say for each option of a union with a discriminator which of its values means it, now that all are known."""
        for definition in list(self.definitions.values()):
            for union in _tagged(definition):
                tag, mapping = union["discriminator"]["propertyName"], union["discriminator"]["mapping"]
                for option in union[next(key for key in UNIONS if key in union)]:
                    name = str(option.get("$ref", "")).removeprefix("#/$defs/")
                    own = self.resolved(self.definitions.get(name, {}).get("properties", {}).get(tag, {}))
                    if name in self._tags and option["$ref"] not in mapping.values() and not own.keys() & _VALUES:
                        mapping[self._tags[name]] = option["$ref"]

    @property
    def tagged(self) -> set[str]:
        """The definitions that a discriminator tells apart."""
        unions = [union for definition in self.definitions.values() for union in _tagged(definition)]
        options = [option for union in unions for key in UNIONS for option in union.get(key, ())]
        return {str(option.get("$ref", "")).removeprefix("#/$defs/") for option in options}

    # -- values --------------------------------------------------------------------------------------------------------

    def _limits(self, normal: Schema, types: list[str], schema: Mapping[str, Any], place: str) -> None:
        for key in (*_LIMITS, *_EXCLUSIVE):
            value = schema.get(key)
            if value is None or (key in _EXCLUSIVE and isinstance(value, bool)):
                continue
            if isinstance(value, bool) or not isinstance(value, (int, float)):
                self._document.fault(f"{place}/{key}", "must be a number")
            elif _is_endless(value):
                self._document.fault(f"{place}/{key}", _ENDLESS)
            elif key.endswith(("Length", "Items")) and (value < 0 or value != int(value)):
                self._document.fault(f"{place}/{key}", "must be a whole number from 0 on")
            elif key.endswith("Length") and "string" not in types:
                continue
            else:
                normal[key] = int(value) if key.endswith(("Length", "Items")) else value
        for key, limit in _EXCLUSIVE.items():
            # 3.0 says `minimum: 0, exclusiveMinimum: true`.
            if schema.get(key) is True and limit in normal:
                normal[key] = normal.pop(limit)

    def _values(self, normal: Schema, schema: Mapping[str, Any], place: str) -> None:
        if "const" in schema and isinstance(schema["const"], _SCALARS):
            normal["const"] = schema["const"]
            if not is_text(schema["const"]):
                self._document.fault(f"{place}/const", _HALVED)
            elif _is_endless(schema["const"]):
                self._document.fault(f"{place}/const", _ENDLESS)
        if "enum" not in schema:
            return
        values: list[Any] = []
        for where, value in self._document.items(schema["enum"], f"{place}/enum"):
            if not isinstance(value, _SCALARS):
                self._document.fault(where, "an enum of objects or lists is not taken: use text or numbers")
            elif not is_text(value):
                self._document.fault(where, _HALVED)
            elif _is_endless(value):
                self._document.fault(where, _ENDLESS)
            elif not any(value is known or (value == known and type(value) is type(known)) for known in values):
                values.append(value)
        types = normal.get("type", [])
        if "null" in types and None not in values:
            values.append(None)
        if values:
            normal["enum"] = values
        else:
            self._document.fault(f"{place}/enum", "needs at least one value")


def _or_null(schema: Mapping[str, Any]) -> tuple[str, Schema] | None:
    """Return the one type of a union with null, nullable, and its place there; None if the union says more."""
    key = next((key for key in ("anyOf", "oneOf") if key in schema), "")
    options = schema.get(key)
    if not isinstance(options, list) or len(options) != 2 or not schema.keys() <= _BESIDE_NULL | {key}:
        return None
    for at, (one, other) in enumerate(zip(options, reversed(options), strict=True)):
        if other == {"type": "null"} and isinstance(one, Mapping) and "type" in one and not one.keys() & _COMPOUND:
            return f"{key}/{at}", {**one, "nullable": True}
    return None


def is_text(value: object) -> bool:
    """Tell whether a value can be in JSON in UTF-8: half a surrogate pair can't."""
    return not isinstance(value, str) or value.encode(errors="ignore").decode() == value


def _is_endless(value: object) -> bool:
    """Tell whether a value is a number that JSON lacks, or one with more digits than Python writes."""
    return value - value != 0 if isinstance(value, float) else isinstance(value, int) and value.bit_length() > 1024


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _tagged(schema: object) -> Iterator[Schema]:
    """Yield the unions with a discriminator in a normal schema."""
    if isinstance(schema, dict):
        if isinstance(schema.get("discriminator"), dict) and any(key in schema for key in UNIONS):
            yield schema
        for value in schema.values():
            yield from _tagged(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from _tagged(value)


def _one_way(schema: Mapping[str, Any]) -> bool:
    return schema.get("readOnly") is True or schema.get("writeOnly") is True
