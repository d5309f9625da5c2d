"""What a schema takes over from others by `allOf`, as a list of parts, and who takes over from whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sfgen.apex.document import Document, escape

COMPONENTS = "/components/schemas/"
UNIONS = ("oneOf", "anyOf")
# What changes no type.
_PROSE = frozenset(
    {"title", "description", "nullable", "readOnly", "writeOnly", "deprecated", "example", "examples", "default"}
)


@dataclass(frozen=True, slots=True)
class Part:
    """One of the schemas that make up another, without its `allOf`. `owner` names the classes of objects within it."""

    schema: Mapping[str, Any]
    place: str
    owner: str

    def without(self, *keywords: str) -> Part:
        """Return it without some keywords."""
        return replace(self, schema={key: value for key, value in self.schema.items() if key not in keywords})


def properties_of(schema: Mapping[str, Any]) -> set[str]:
    """Return the names of a schema's properties; a wrong one has none."""
    properties = schema.get("properties")
    return {key for key in properties if isinstance(key, str)} if isinstance(properties, Mapping) else set()


def only_reference(schema: Mapping[str, Any]) -> tuple[int, Mapping[str, Any]] | None:
    """Return the one reference that an `allOf` is around and where it stands there, if nothing else is said.

    So 3.0 says `nullable`, or a description, of what is behind a reference.
    """
    items = schema.get("allOf")
    if not isinstance(items, list) or _says_something({key: schema[key] for key in schema if key != "allOf"}):
        return None
    saying = [(at, item) for at, item in enumerate(items) if not isinstance(item, Mapping) or _says_something(item)]
    if len(saying) == 1 and isinstance(saying[0][1], Mapping) and "$ref" in saying[0][1]:
        return saying[0]
    return None


def _says_something(schema: Mapping[str, Any]) -> bool:
    said = {key for key in schema if key not in _PROSE and not str(key).startswith("x-")}
    return bool(said) and not (said == {"type"} and schema["type"] in ("object", ["object", "null"]))


def parts_of(
    document: Document, schema: Mapping[str, Any], place: str, owner: str, names: Mapping[str, str]
) -> list[Part]:
    """Return what a schema consists of: what it takes over, in order, and last what it says itself.

    `names` are class names by place. A schema without `allOf` has one part. What several of the others take over is
    there once.
    """
    return _taken_over(document, schema, place, owner, names, (), set())


def _taken_over(
    document: Document,
    schema: Mapping[str, Any],
    place: str,
    owner: str,
    names: Mapping[str, str],
    above: tuple[str, ...],
    taken: set[str],
) -> list[Part]:
    own = Part({key: value for key, value in schema.items() if key != "allOf"}, place, owner)
    if "allOf" not in schema:
        return [own]
    items = list(document.items(schema["allOf"], f"{place}/allOf"))
    if not items:
        document.fault(f"{place}/allOf", "needs at least one schema")
    found: list[Part] = []
    for where, item in items:
        if isinstance(item, bool):
            continue
        target, at = document.resolve(item, where)
        if at == place or at in above:
            document.fault(where, "takes over itself")
            continue
        if at in taken:
            continue
        taken.add(at)
        parts = _taken_over(document, target, at, names.get(at, owner), names, (*above, place), taken)
        if at != where and "discriminator" in target:
            # The options of whom something is taken over are left there: they may well be this schema itself.
            parts = [part.without("discriminator", *UNIONS) for part in parts]
        found += parts
    return [*found, own]


def heirs(schemas: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return for each schema that has a discriminator and no options which ones take it over: places, by its place.

    One that is the same but for null is none of them.
    """
    takers: dict[str, list[str]] = {}
    for key, schema in schemas.items():
        if not isinstance(schema, Mapping) or (only_reference(schema) and schema.get("nullable") is True):
            continue
        given = schema.get("allOf")
        for item in given if isinstance(given, list) else []:
            reference = item.get("$ref") if isinstance(item, Mapping) else None
            if isinstance(reference, str) and reference.startswith("#"):
                takers.setdefault(reference[1:], []).append(_place(key))
    found: dict[str, list[str]] = {}
    for key, schema in schemas.items():
        if isinstance(schema, Mapping) and "discriminator" in schema and not schema.keys() & {*UNIONS, "$ref"}:
            below: list[str] = []
            left = [_place(key)]
            while left:
                new = [taker for taker in takers.get(left.pop(), ()) if taker not in below and taker != _place(key)]
                below += dict.fromkeys(new)
                left += new
            if below:
                found[_place(key)] = sorted(below)
    return found


def _place(key: object) -> str:
    return f"{COMPONENTS}{escape(str(key))}"
