"""The org's objects, as the engine needs them: names found whatever their case, relationships by name, storage types.

Describes are read when an object is first used: an org of 700 objects opens at once.

Salesforce document: REST API Developer Guide, "sObject Describe".
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sfgen.describe import is_describe, read_object

from .ids import ALPHABET, to_18

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from sfgen.describe import ChildRelationship, FieldDescribe, ObjectDescribe

# What becomes part of a SQL statement. Anything else in a describe is left out: it can be no API name.
_API_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,127}", re.ASCII)
_KEY_PREFIX = re.compile(r"[A-Za-z0-9]{3}", re.ASCII)

# The prefixes of the best-known objects, for describes that lack them.
_STANDARD_PREFIXES = dict(
    entry.split()
    for entry in (
        *("organization 00D", "userrole 00E", "group 00G", "attachment 00P", "lead 00Q", "task 00T", "event 00U"),
        *("profile 00e", "account 001", "contact 003", "user 005", "opportunity 006", "recordtype 012", "product2 01t"),
        *("pricebook2 01s", "contentversion 068", "contentdocument 069", "case 500", "campaign 701", "contract 800"),
        "order 801",
    )
)

COMPOUND_TYPES = frozenset({"address", "location"})
NUMBER_TYPES = frozenset({"double", "currency", "percent", "int", "long"})
DATE_TYPES = frozenset({"date", "datetime", "time"})
ID_TYPES = frozenset({"id", "reference"})
_STORAGE = {"boolean": "INTEGER", "int": "INTEGER", "long": "INTEGER"} | dict.fromkeys(
    ("double", "currency", "percent"), "REAL"
)


def is_text(field: FieldDescribe) -> bool:
    """Whether a field holds text that people compare without regard to case."""
    return field.type not in NUMBER_TYPES | DATE_TYPES | ID_TYPES | COMPOUND_TYPES | {"boolean"}


class SObject:
    """One object of the org."""

    def __init__(self, described: ObjectDescribe, key_prefix: str) -> None:
        self.described = described
        self.name = described.name
        self.key_prefix = key_prefix
        self.table = f'"s_{described.name}"'
        self.fields: dict[str, FieldDescribe] = {}
        self.parents: dict[str, FieldDescribe] = {}
        for field in described.fields:
            # Column names are case-insensitive in SQLite as they are in Salesforce: the first of two twins wins.
            if _API_NAME.fullmatch(field.name):
                self.fields.setdefault(field.name.lower(), field)
        for field in self.fields.values():
            if field.relationship_name is not None and field.reference_to:
                self.parents.setdefault(field.relationship_name.lower(), field)

    def field(self, name: str) -> FieldDescribe | None:
        """Return the field of this name, in any case."""
        return self.fields.get(name.lower())

    @cached_property
    def stored(self) -> tuple[FieldDescribe, ...]:
        """The fields with a column of their own; Id is the first of them, IsDeleted is none."""
        items = self.fields.items()
        return tuple(f for name, f in items if f.type not in COMPOUND_TYPES and name not in ("id", "isdeleted"))

    @cached_property
    def parts(self) -> dict[str, tuple[FieldDescribe, ...]]:
        """The component fields of each address and location."""
        return {
            name: tuple(f for f in self.fields.values() if f.compound_field and f.compound_field.lower() == name)
            for name, field in self.fields.items()
            if field.type in COMPOUND_TYPES
        }

    @cached_property
    def name_field(self) -> FieldDescribe | None:
        """The field that names a record to people: Name, CaseNumber, Subject, ..."""
        flagged = (field for field in self.fields.values() if field.name_field)
        return next(flagged, self.fields.get("name"))

    @cached_property
    def children(self) -> dict[str, ChildRelationship]:
        """The named child relationships, by lower-case name."""
        return {child.name.lower(): child for child in self.described.children if child.name}

    @cached_property
    def names_a_person(self) -> bool:
        """Whether Name is put together from FirstName and LastName."""
        name = self.fields.get("name")
        return name is not None and not name.createable and {"firstname", "lastname"} <= self.fields.keys()

    @cached_property
    def record_type_ids(self) -> frozenset[str]:
        """The ids of the object's record types, in 18 characters."""
        return frozenset(full for info in self.described.record_types if (full := to_18(info.id)) is not None)

    def column_type(self, field: FieldDescribe) -> str:
        """Return the SQL type and collation of a field's column."""
        storage = _STORAGE.get(field.type)
        if storage is not None:
            return storage
        return "TEXT COLLATE SOQL" if is_text(field) and not field.case_sensitive else "TEXT"


class Schema:
    """Every object of the org.

    `unlisted` are describes of objects that are there without being among the org's own, for what `describes` lack.
    """

    def __init__(self, describes: Iterable[Mapping[str, Any]], unlisted: Iterable[Mapping[str, Any]] = ()) -> None:
        self._raw: dict[str, Mapping[str, Any]] = {}
        for raw in describes:
            if is_describe(raw) and _API_NAME.fullmatch(raw["name"]):
                self._raw.setdefault(raw["name"].lower(), raw)
        added = {raw["name"].lower(): raw for raw in unlisted}
        self._unlisted = added.keys() - self._raw.keys()
        self._raw |= {name: added[name] for name in added if name in self._unlisted}
        self._prefixes: dict[str, str] = {}
        self._by_prefix: dict[str, list[str]] = {}
        for number, (name, raw) in enumerate(self._raw.items()):
            prefix = raw.get("keyPrefix")
            if not (isinstance(prefix, str) and _KEY_PREFIX.fullmatch(prefix)):
                # Some objects have none, and some tools don't store it. Records need ids all the same, and the platform
                # gives no prefix "z..".
                made_up = "z" + ALPHABET[number // 62 % 62] + ALPHABET[number % 62]
                prefix = _STANDARD_PREFIXES.get(name, made_up)
            self._prefixes[name] = prefix
            self._by_prefix.setdefault(prefix, []).append(name)
        self._read: dict[str, SObject] = {}

    def get(self, name: str) -> SObject | None:
        """Return the object of this name, in any case."""
        key = name.lower()
        if key not in self._read:
            if key not in self._raw:
                return None
            self._read[key] = SObject(read_object(self._raw[key])[0], self._prefixes[key])
        return self._read[key]

    def raw(self, name: str) -> Mapping[str, Any] | None:
        """Return the describe as it was given."""
        return self._raw.get(name.lower())

    def raw_all(self) -> Iterator[Mapping[str, Any]]:
        """Return every describe of the org's own objects as it was given."""
        yield from (raw for name, raw in self._raw.items() if name not in self._unlisted)

    def is_listed(self, name: str) -> bool:
        """Tell whether an object is one of the org's own."""
        return name.lower() in self._raw and name.lower() not in self._unlisted

    def of_id(self, record_id: str) -> list[SObject]:
        """Return the objects that an id may belong to: mostly one, but all history objects have a common prefix."""
        return [found for name in self._by_prefix.get(record_id[:3], ()) if (found := self.get(name)) is not None]
