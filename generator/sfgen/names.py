"""Names: what every object, module, field and relationship is called in Python, resolved in one pass.

A name is the API name, which users know from SOQL. It changes only where Python, pydantic or the generated code itself
has the name already: then it gets an underscore at its end, or what the configuration says under ``names``.
"""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sfgen_runtime import SalesforceClient
from sfgen_runtime.model import SObject

from sfgen.describe import Level, ObjectDescribe, Problem

_API_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*", re.ASCII)
_WORD_END = re.compile(r"([a-z0-9])([A-Z])")
_ACRONYM_END = re.compile(r"([A-Z]+)([A-Z][a-z])")

# Modules of the package that are not objects.
_MODULES = frozenset({"client"})
# Names that generated modules use at their top level at run time.
_TOP_LEVEL = frozenset({"TYPE_CHECKING", "annotations"})
_ATTRIBUTES = frozenset(dir(SObject)) | {"from_row"}
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


@dataclass(frozen=True, slots=True)
class ObjectNames:
    """What one object is called. `attributes` and `relationships` map API names to Python names."""

    module: str
    class_name: str
    client_attribute: str
    attributes: Mapping[str, str]
    parents: Mapping[str, str]
    children: Mapping[str, str]


def snake_case(name: str) -> str:
    """Return the module name of an API name.

    Example:
        >>> snake_case("OpportunityLineItem"), snake_case("ns__My_Obj__c"), snake_case("AIInsightValue")
        ('opportunity_line_item', 'ns__my_obj__c', 'ai_insight_value')
    """
    return _WORD_END.sub(r"\1_\2", _ACRONYM_END.sub(r"\1_\2", name)).lower()


def resolve_names(
    objects: Sequence[ObjectDescribe], renames: Mapping[str, str]
) -> tuple[dict[str, ObjectNames], list[Problem]]:
    """Return the names of all objects by API name; what can't be named is left out and reported.

    `renames` comes from the configuration: ``Object`` to a class name, ``Object.Field`` to an attribute.
    """
    problems: list[Problem] = []
    named: dict[str, ObjectNames] = {}
    modules: set[str] = set(_MODULES)
    for described in sorted(objects, key=lambda item: item.name):
        if not _API_NAME.fullmatch(described.name):
            problems.append(Problem(Level.ERROR, ascii(described.name), "", "left out: that is no API name"))
            continue
        class_name = renames.get(described.name) or _free(described.name, _TOP_LEVEL, soft=False)
        module = _free(snake_case(class_name), modules, soft=False)
        if module != snake_case(class_name) and module.rstrip("_") not in _MODULES:
            problems.append(_twin(described.name, module))
        modules.add(module)
        names, found = _members(described, renames)
        problems += found
        named[described.name] = ObjectNames(module, class_name, _free(class_name, _CLIENT, soft=False), *names)
    return named, problems


def _twin(name: str, module: str) -> Problem:
    return Problem(
        Level.WARNING,
        name,
        "",
        f"another object has its module name, so its own is {module!r}; to choose one, add"
        f' `"{name}" = "..."` under [tool.sfgen.names]',
    )


def _members(
    described: ObjectDescribe, renames: Mapping[str, str]
) -> tuple[tuple[dict[str, str], dict[str, str], dict[str, str]], list[Problem]]:
    """Return the attributes of fields, parents and children. They share one class, so a later one gives way."""
    taken: set[str] = set()
    problems: list[Problem] = []

    def name_all(what: str, names: Iterable[str]) -> dict[str, str]:
        chosen: dict[str, str] = {}
        for name in names:
            if not _API_NAME.fullmatch(name):
                problems.append(Problem(Level.ERROR, described.name, ascii(name), f"left out: no name of a {what}"))
                continue
            wanted = renames.get(f"{described.name}.{name}")
            attribute = _free(wanted or name, taken | _ATTRIBUTES, soft=True)
            if wanted and attribute != wanted:
                problems.append(
                    Problem(Level.ERROR, described.name, name, f"{wanted!r} under [tool.sfgen.names] is already taken")
                )
            taken.add(attribute)
            chosen[name] = attribute
        return chosen

    fields = name_all("field", (field.name for field in described.fields))
    parents = name_all(
        "relationship", dict.fromkeys(field.relationship_name for field in described.fields if field.relationship_name)
    )
    children = name_all("relationship", dict.fromkeys(child.name for child in described.children if child.name))
    return (fields, parents, children), problems


# Types that annotations use: an attribute of such a name would hide the type in the class body.
_BUILTIN_TYPES = frozenset({"str", "int", "float", "bool", "bytes", "list", "dict", "tuple", "set", "type", "object"})


def _free(name: str, taken: Iterable[str], *, soft: bool) -> str:
    """Return `name`, with underscores at its end until nothing else has it."""
    taken = taken if isinstance(taken, set | frozenset) else set(taken)
    while name in taken or keyword.iskeyword(name) or (not soft and name in dir(builtins)):
        name += "_"
    return name
