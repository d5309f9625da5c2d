"""The table of an object: what describe says of it, compact, read when first asked for.

Generated packages keep one table an object in ``_tables/``, apart from the models, so that importing a model and type
checking it cost nothing of this. A table is a text of JSON lines in pure ASCII, written by the generator with
`ObjectTable.to_lines`: first the object, then a line a field.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Self


class Choice(NamedTuple):
    """One value of a picklist. `valid_for` is describe's base64 bitmap of controlling values, or None."""

    value: str
    label: str
    active: bool
    default: bool
    valid_for: str | None


@dataclass(frozen=True, slots=True)
class FieldRow:
    """What the runtime must know of one field. `attribute` is its name in Python, `name` in the org.

    `flags` holds a letter each: ``c`` createable, ``u`` updateable, ``r`` required on create, ``n`` nillable,
    ``f`` filterable, ``s`` sortable, ``g`` groupable, ``a`` aggregatable, ``x`` external id, ``i`` idLookup,
    ``q`` unique, ``R`` restricted picklist.
    `length` counts characters; `precision` all digits of a number, `scale` those after the point.
    """

    name: str
    attribute: str
    type: str
    flags: str
    length: int = 0
    precision: int = 0
    scale: int = 0
    label: str = ""
    reference_to: tuple[str, ...] = ()
    relationship: str | None = None
    controller: str | None = None
    choices: tuple[Choice, ...] = ()

    @property
    def createable(self) -> bool:
        """Whether a create may set it."""
        return "c" in self.flags

    @property
    def updateable(self) -> bool:
        """Whether an update may set it."""
        return "u" in self.flags

    @property
    def required(self) -> bool:
        """Whether a create must set it."""
        return "r" in self.flags

    @property
    def nillable(self) -> bool:
        """Whether it can be null."""
        return "n" in self.flags

    @property
    def restricted(self) -> bool:
        """Whether the org refuses values that its picklist doesn't have."""
        return "R" in self.flags

    def to_json(self) -> list[Any]:
        """Return the row as a JSON array: the common parts by position, the rare ones by key at the end."""
        rare: dict[str, Any] = {}
        if self.attribute != self.name:
            rare["attribute"] = self.attribute
        if self.label:
            rare["label"] = self.label
        if self.reference_to:
            rare["refs"] = list(self.reference_to)
        if self.relationship:
            rare["rel"] = self.relationship
        if self.controller:
            rare["controller"] = self.controller
        if self.choices:
            rare["choices"] = [[*choice] for choice in self.choices]
        return [self.name, self.type, self.flags, self.length, self.precision, self.scale, rare]

    @classmethod
    def from_json(cls, row: list[Any]) -> Self:
        """Read what `to_json` wrote."""
        name, kind, flags, length, precision, scale, rare = row
        return cls(
            name,
            rare.get("attribute", name),
            kind,
            flags,
            length,
            precision,
            scale,
            rare.get("label", ""),
            tuple(rare.get("refs", ())),
            rare.get("rel"),
            rare.get("controller"),
            tuple(Choice(*choice) for choice in rare.get("choices", ())),
        )


@dataclass(frozen=True, slots=True)
class ParentRow:
    """A relationship to a parent: `Contact.Account`. `targets` are API names, of which more than one is polymorphic."""

    name: str
    attribute: str
    field: str
    targets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChildRow:
    """A child relationship: `Account.Contacts`. `child` is the API name of the children's object."""

    name: str
    attribute: str
    child: str
    field: str


@dataclass(frozen=True, slots=True)
class ObjectTable:
    """What the runtime must know of one object. Fields, parents and children are found by their Python attribute."""

    name: str
    key_prefix: str | None
    label: str
    fields: Mapping[str, FieldRow]
    parents: Mapping[str, ParentRow] = field(default_factory=dict)
    children: Mapping[str, ChildRow] = field(default_factory=dict)
    record_types: Mapping[str, str] = field(default_factory=dict)

    def to_lines(self) -> list[str]:
        """Return the table as lines of JSON in ASCII."""
        head = {
            "name": self.name,
            "prefix": self.key_prefix,
            "label": self.label,
            "parents": [[row.name, row.attribute, row.field, list(row.targets)] for row in self.parents.values()],
            "children": [[row.name, row.attribute, row.child, row.field] for row in self.children.values()],
            "record_types": dict(self.record_types),
        }
        return [_dump(head), *(_dump(row.to_json()) for row in self.fields.values())]

    @classmethod
    def from_lines(cls, lines: Iterable[str]) -> Self:
        """Read what `to_lines` wrote."""
        head, *rows = json.loads(f"[{','.join(lines)}]")
        fields = [FieldRow.from_json(row) for row in rows]
        parents = [ParentRow(name, attr, by, tuple(targets)) for name, attr, by, targets in head["parents"]]
        return cls(
            head["name"],
            head["prefix"],
            head["label"],
            {row.attribute: row for row in fields},
            {row.attribute: row for row in parents},
            {row[1]: ChildRow(*row) for row in head["children"]},
            head["record_types"],
        )


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"))
