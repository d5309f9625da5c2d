"""The intermediate representation: what each generated module holds, as frozen values.

Templates have loops and no logic, so everything that they print is decided here.
"""

from __future__ import annotations

from dataclasses import dataclass

from .annotations import Annotation


@dataclass(frozen=True, slots=True)
class Member:
    """An annotated attribute of a model: a field or a relationship, with the text of its docstring."""

    attribute: str
    annotation: Annotation
    doc: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Key:
    """A key of a TypedDict."""

    name: str
    annotation: Annotation


@dataclass(frozen=True, slots=True)
class Alias:
    """A type alias of a picklist's values."""

    name: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ObjectModule:
    """The module of one object.

    `path_parents` are the parents as a path through the object sees them; `keys` are the fields that identify a record;
    those of `common` are in both TypedDicts; `bases` are those of the object's SFType; `picklists` name the type of
    each picklist's values.
    """

    api_name: str
    module: str
    class_name: str
    client_attribute: str
    key_prefix: str
    label: str
    doc: tuple[str, ...]
    aliases: tuple[Alias, ...]
    members: tuple[Member, ...]
    path_parents: tuple[Key, ...]
    keys: tuple[Key, ...]
    common: tuple[Key, ...]
    create: tuple[Key, ...]
    update: tuple[Key, ...]
    bases: tuple[Annotation, ...]
    picklists: tuple[tuple[str, str], ...]
    record_types: tuple[str, ...]
    table: tuple[str, ...]

    @property
    def classes(self) -> tuple[str, ...]:
        """The classes of the module that the package exports."""
        return tuple(
            self.class_name + suffix for suffix in ("", "Create", "Update", "Type", *(["Key"] * bool(self.keys)))
        )
