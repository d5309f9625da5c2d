"""Names: what every object, module, field and relationship is called in Python, resolved in one pass.

A name is the API name, which users know from SOQL. It changes only where Python, pydantic or the generated code itself
has the name already: then it gets an underscore at its end, or what the configuration says under ``names``.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from sfgen_runtime import SalesforceClient
from sfgen_runtime.model import SObject

from sfgen.describe import Level, ObjectDescribe, Problem

# Salesforce's own limit is 80 with namespace and suffix; file systems end at 255 bytes.
_API_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,159}", re.ASCII)
_WORD_END = re.compile(r"([a-z0-9])([A-Z])")
_ACRONYM_END = re.compile(r"([A-Z]+)([A-Z][a-z])")

# Types that generated code uses without importing them. Not dir(builtins), which changes with the Python version.
_BUILTIN_TYPES = frozenset({"str", "int", "float", "bool", "bytes", "list", "dict", "tuple", "set", "type", "object"})
# Modules of the package that are not objects; and those whose alias, such as `_dt`, is that of another import.
_MODULES = frozenset({"apex", "client", "picklists"})
_ALIASED = frozenset({"dt", "str", "int", "float", "bool", "bytes"})
# Names that modules of the package use at their top level at run time.
_TOP_LEVEL = frozenset({"TYPE_CHECKING", "annotations", "lazy_attributes"})
# What a model or its class answers itself; then what the body of its class and the module of its picklists must name.
_ATTRIBUTES = frozenset({*dir(SObject), *dir(type(SObject)), "self", "TYPE_CHECKING", "classmethod"}) | {
    *("RECORD_TYPES", "lazy_picklists"),
}
_CLIENT = frozenset(dir(SalesforceClient)) | {
    # Set on the instance, so not in dir() of the class.
    "domain",
    "session",
    "json_reader",
    "api_usage",
    "auth_type",
    "sf_version",
    "headers",
}


# How much of a name that is none is worth showing.
_SHOWN = 80


@dataclass(frozen=True, slots=True)
class ObjectNames:
    """What one object is called. `attributes` and `relationships` map API names to Python names."""

    module: str
    class_name: str
    client_attribute: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    parents: Mapping[str, str] = field(default_factory=dict)
    children: Mapping[str, str] = field(default_factory=dict)


_NONE: Mapping[str, ObjectNames] = MappingProxyType({})


def snake_case(name: str) -> str:
    """Return the module name of an API name.

    Example:
        >>> snake_case("OpportunityLineItem"), snake_case("ns__My_Obj__c"), snake_case("AIInsightValue")
        ('opportunity_line_item', 'ns__my_obj__c', 'ai_insight_value')
    """
    return _WORD_END.sub(r"\1_\2", _ACRONYM_END.sub(r"\1_\2", name)).lower()


def resolve_names(
    objects: Sequence[ObjectDescribe], renames: Mapping[str, str], published: Mapping[str, ObjectNames] = _NONE
) -> tuple[dict[str, ObjectNames], list[Problem]]:
    """Return the names of all objects by API name; what can't be named is left out and reported.

    `renames` comes from the configuration: ``Object`` to a class name, ``Object.Field`` to an attribute. `published`
    are the names that the package had before, which stay unless the configuration says otherwise.
    """
    problems: list[Problem] = []
    named: dict[str, ObjectNames] = {}
    own_names = {described.name for described in objects if described.name not in renames}
    modules, classes, clients = set(_MODULES | _ALIASED), set(_TOP_LEVEL | _BUILTIN_TYPES), set(_CLIENT)
    for names in published.values():
        modules.add(names.module)
        classes.add(names.class_name)
        clients.add(names.client_attribute)
    for described in sorted(objects, key=lambda item: item.name):
        if not _API_NAME.fullmatch(described.name):
            problems.append(Problem(Level.ERROR, ascii(described.name[:_SHOWN]), "", "left out: that is no API name"))
            continue
        wanted = renames.get(described.name)
        before = published.get(described.name)
        if before is not None and wanted in (None, before.class_name):
            named[described.name], found = _with_members(before, described, renames)
            problems += found
            continue
        class_name = _chosen(described.name, wanted, classes, own_names)
        if wanted and class_name != wanted:
            problems.append(_unusable(described.name, "", wanted))
        snake = snake_case(class_name)
        module = _free(snake, modules)
        if snake in {other.module for other in named.values()}:
            problems.append(_twin(described.name, module))
        client_attribute = _free(class_name, clients)
        modules.add(module)
        classes.add(class_name)
        clients.add(client_attribute)
        chosen = ObjectNames(module, class_name, client_attribute)
        if before is not None:
            chosen = replace(before, module=module, class_name=class_name, client_attribute=client_attribute)
        named[described.name], found = _with_members(chosen, described, renames)
        problems += found
    return named, problems


def _twin(name: str, module: str) -> Problem:
    return Problem(
        Level.WARNING,
        name,
        "",
        f"another object has its module name, so its own is {module!r}; to choose one, add"
        f' `"{name}" = "..."` under [tool.sfgen.names]',
    )


def _unusable(object_name: str, member: str, wanted: str) -> Problem:
    return Problem(
        Level.ERROR,
        object_name,
        member,
        f"{wanted!a} under [tool.sfgen.names] can't be had: it is taken, a word of Python, or more than A to Z, digits"
        " and '_' after a letter",
    )


def _with_members(
    names: ObjectNames, described: ObjectDescribe, renames: Mapping[str, str]
) -> tuple[ObjectNames, list[Problem]]:
    """Return the names of an object with those of its members, which it may have from before.

    Fields, parents and children share one class, so a later one gives way.
    """
    taken: set[str] = {
        *_ATTRIBUTES,
        # These classes stand in signatures in the body of the model's.
        f"{names.class_name}Create",
        f"{names.class_name}Key",
        *names.attributes.values(),
        *names.parents.values(),
        *names.children.values(),
    }
    renamed: set[str] = set()
    problems: list[Problem] = []

    def name_all(what: str, names: Iterable[str], kept: Mapping[str, str]) -> dict[str, str]:
        chosen: dict[str, str] = {}
        ordered = sorted(set(names))
        own_names = {name for name in ordered if f"{described.name}.{name}" not in renames}
        for name in ordered:
            if not _API_NAME.fullmatch(name):
                shown = ascii(name[:_SHOWN])
                problems.append(Problem(Level.ERROR, described.name, shown, f"left out: no name of a {what}"))
                continue
            # A field and a child relationship may have one name: renaming it is for the field, and sets them apart.
            wanted = None if name in renamed else renames.get(f"{described.name}.{name}")
            if name in kept and wanted in (None, kept[name]):
                chosen[name] = kept[name]
                continue
            attribute = _chosen(name, wanted, taken, own_names)
            if wanted:
                renamed.add(name)
                if attribute != wanted:
                    problems.append(_unusable(described.name, name, wanted))
            taken.add(attribute)
            chosen[name] = attribute
        return chosen

    members = replace(
        names,
        attributes=name_all("field", (field.name for field in described.fields), names.attributes),
        parents=name_all(
            "relationship",
            (field.relationship_name for field in described.fields if field.relationship_name),
            names.parents,
        ),
        children=name_all("relationship", (child.name for child in described.children if child.name), names.children),
    )
    return members, problems


def _chosen(name: str, wanted: str | None, taken: Collection[str], own_names: Collection[str]) -> str:
    """Return the name that the configuration wants, if it can be had, else one made of the API name."""
    if wanted and _API_NAME.fullmatch(wanted) and wanted not in own_names and _free(wanted, taken) == wanted:
        return wanted
    return _free(name, taken)


def _free(name: str, taken: Collection[str]) -> str:
    """Return `name`, with underscores at its end until it is no keyword and nothing else has it."""
    while name in taken or keyword.iskeyword(name):
        name += "_"
    return name
