"""Which definitions can become classes, under which names, and how they refer to each other."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable, Mapping
from typing import Any

# What modules of models import or use, in any of the kinds.
RESERVED = frozenset(
    [
        "Annotated",
        "Any",
        "AwareDatetime",
        "BaseModel",
        "ConfigDict",
        "Decimal",
        "Discriminator",
        "Field",
        "Literal",
        "Meta",
        "NotRequired",
        "Optional",
        "Required",
        "RootModel",
        "Struct",
        "Tag",
        "TypeAlias",
        "TypeAliasType",
        "TypedDict",
        "UNSET",
        "UUID",
        "Union",
        "UnsetType",
        "annotations",
        "bool",
        "bytes",
        "date",
        "dataclass",
        "datetime",
        "dict",
        "field",
        "float",
        "frozenset",
        "int",
        "list",
        "object",
        "set",
        "str",
        "time",
        "timedelta",
        "tuple",
        "type",
    ]
)
_WORD = re.compile(r"[A-Za-z0-9]+")
_IDENTIFIER = re.compile(r"[A-Za-z]\w*", re.ASCII)


def is_identifier(name: str) -> bool:
    """Tell whether a name can stand in Python as it is, and begins like a name of an API."""
    return bool(_IDENTIFIER.fullmatch(name)) and not keyword.iskeyword(name)


def free_name(wanted: str, taken: Iterable[str]) -> str:
    """Return `wanted`, with underscores at its end until nothing else has it and Python doesn't need it."""
    used = RESERVED.union(taken)
    while wanted in used or keyword.iskeyword(wanted) or keyword.iskeyword(wanted.lower()):
        wanted += "_"
    return wanted


def class_name(text: str) -> str:
    """Return a class name of any text: its words of ASCII letters and digits in a row, capital letters first.

    Example:
        >>> class_name("user-activity"), class_name("Foo.Bar"), class_name("ns__My_Obj__c"), class_name("2nd")
        ('UserActivity', 'FooBar', 'ns__My_Obj__c', 'Model2nd')
    """
    if is_identifier(text):
        return text if text[0].isupper() or "__" in text else text[0].upper() + text[1:]
    words = "".join(word[0].upper() + word[1:] for word in _WORD.findall(text))
    return words if words and words[0].isalpha() else f"Model{words}"


def with_references(schema: Any, names: Mapping[str, str]) -> Any:
    """Return a schema whose references to definitions are by their new names."""
    if isinstance(schema, Mapping):
        return {
            key: f"#/$defs/{names[value.removeprefix('#/$defs/')]}"
            if key == "$ref" and isinstance(value, str)
            else with_references(value, names)
            for key, value in schema.items()
        }
    if isinstance(schema, list):
        return [with_references(item, names) for item in schema]
    return schema
